"""`kiosk day`: what was taken in since the last day end, what the hub counted; close the day, or write its sheet."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.domain.day_end import DayClose


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("day", help="what stands open since the last day end, and the day ends; close one")
    parser.add_argument("--close", action="store_true", help="close the day; the next round tells the hub")
    parser.add_argument("--pdf", type=Path, metavar="F", help="write the newest day end as a sheet")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what is asked for and print how things stand, as JSON."""
    from kiosk.errors import ErrorCode, InputError
    from kiosk.ports.printers import PaperSize
    from kiosk.wiring.counter import open_counter

    with open_counter(args.data, hub_url=args.hub_url) as counter:
        days, actor = counter.services.day_end, counter.technician
        if args.close:
            days.close(actor)
        view = days.look()
        if args.pdf:
            if not view.closes:
                raise InputError(ErrorCode.NOTHING_TO_CLOSE)
            newest = view.closes[0]
            pdf = counter.services.sheets.pdf(lambda frame: days.sheet(newest, frame), actor, PaperSize.A4)
            try:
                args.pdf.write_bytes(pdf)
            except OSError as exc:
                raise InputError(ErrorCode.INPUT_INVALID, place="--pdf") from exc
    count = asdict(view.open)
    del count["last_case"]
    print(json.dumps({"open": count, "closes": [_close(close) for close in view.closes]}, ensure_ascii=False))
    return 0


def _close(close: DayClose) -> dict[str, Any]:
    return asdict(close) | {"difference": close.difference, "agrees": close.agrees}
