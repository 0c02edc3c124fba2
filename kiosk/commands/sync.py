"""`kiosk sync`: one round with the hub now, or how things stand."""

from __future__ import annotations

import argparse
import json


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("sync", help="send and fetch once, or say how things stand")
    commands = parser.add_subparsers(dest="sync_command", required=True, metavar="COMMAND")
    once = commands.add_parser("once", help="send what waits and fetch what changed, once")
    once.set_defaults(run=_once)
    status = commands.add_parser("status", help="count the queue and probe the hub")
    status.set_defaults(run=_status)
    for command in (once, status):
        command.add_argument("--json", action="store_true", help="as JSON (the only form so far)")


def _once(args: argparse.Namespace) -> int:
    from kiosk.wiring.counter import open_counter

    with open_counter(args.data, hub_url=args.hub_url) as counter:
        report = counter.sync_once()
        answer = counter.sync_status(report)
    answer |= {
        "round": {
            "announced": report.announced,
            "delivered": report.delivered,
            "uploaded_bytes": report.uploaded_bytes,
            "changes": report.changes,
            "code": report.code,
        }
    }
    print(json.dumps(answer, ensure_ascii=False))
    return 0


def _status(args: argparse.Namespace) -> int:
    from kiosk.wiring.counter import open_counter

    with open_counter(args.data, hub_url=args.hub_url) as counter:
        answer = counter.sync_status(counter.probe_hub())
    print(json.dumps(answer, ensure_ascii=False))
    return 0
