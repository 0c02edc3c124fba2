"""`kiosk run`: show the counter; without a display, take the tour instead."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("run", help="show the counter (without a display: take the tour)")
    add_screen_options(parser)
    parser.add_argument("--full-screen", action="store_true", help="fill the screen")
    parser.add_argument(
        "--exit-when-ready", action="store_true", help="for measuring: end once the first page takes input, say when"
    )
    parser.set_defaults(run=run)


def add_screen_options(parser: argparse.ArgumentParser) -> None:
    """Add what can be said about the screen over the settings."""
    parser.add_argument("--mode", choices=("window", "helper", "self-service"), help="who uses it")
    parser.add_argument("--size", metavar="WxH", type=_size, help="size of the window, such as 1920x1080")
    parser.add_argument("--large-text", action="store_const", const=True, help="大字模式")


def has_display() -> bool:
    """Tell whether a window can be shown here."""
    if not sys.platform.startswith("linux"):
        return True
    named = os.environ.get("QT_QPA_PLATFORM", "")
    return bool(named and named != "offscreen") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))


def run(args: argparse.Namespace) -> int:
    """Show the counter until its window is closed."""
    if not has_display() and not args.exit_when_ready:
        import tempfile

        from kiosk.commands import tour

        args.out = Path(tempfile.mkdtemp(prefix="yizhan-tour-"))
        print(f"这台机器没有显示器，改为演示一遍，图片在 {args.out}", file=sys.stderr)
        return tour.run(args)
    gc.disable()  # nothing that the start makes is garbage; the program collects by itself
    from kiosk.app import run_program
    from kiosk.wiring.screen import ScreenChoice, open_screen

    choice = ScreenChoice(mode=args.mode, large_text=args.large_text)
    with open_screen(args.data, choice, hub_url=args.hub_url) as parts:
        return run_program(parts, args.size, full_screen=args.full_screen, exit_when_ready=args.exit_when_ready)


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    size = int(width), int(height)
    if not (800 <= size[0] <= 7680 and 600 <= size[1] <= 7680):
        raise ValueError(text)
    return size
