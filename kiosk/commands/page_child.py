"""`kiosk page_child`: the process that reads files of unknown origin; the program starts it, people do not."""

from __future__ import annotations

import argparse


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command; without words of help it is not listed."""
    parser = subparsers.add_parser("page_child")
    parser.set_defaults(run=_run)


def _run(_args: argparse.Namespace) -> int:
    import sys

    from devices.frames.page_child import serve

    serve(sys.stdin.buffer, sys.stdout.buffer)
    return 0
