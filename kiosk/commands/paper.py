"""`kiosk paper`: issue a copy of a paper as a PDF file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("paper", help="issue a copy of a case's paper as PDF (counted like any print)")
    parser.add_argument("number", metavar="NUMBER", help="case number")
    parser.add_argument("--kind", default="receipt_of_materials", metavar="K", help="paper kind")
    parser.add_argument("--size", choices=("a4", "roll_80"), default="a4", help="A4 or an 80 mm roll")
    parser.add_argument("--large-print", action="store_true", help="set the body in 14 pt")
    parser.add_argument("--out", type=Path, required=True, metavar="F", help="PDF file to write")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the file and say what was written."""
    from kiosk.domain.paper import PaperKind
    from kiosk.errors import ErrorCode, InputError
    from kiosk.ports.printers import PaperSize
    from kiosk.wiring.counter import open_counter

    if args.kind not in set(PaperKind):
        raise InputError(ErrorCode.INPUT_INVALID, place=f"--kind {args.kind}")
    with open_counter(args.data, hub_url=args.hub_url) as counter:
        kind, size = PaperKind(args.kind), PaperSize(args.size)
        papers = counter.services.papers
        pdf = papers.render(args.number, kind, size, counter.technician, large_print=args.large_print)
    try:
        args.out.write_bytes(pdf)
    except OSError as exc:
        raise InputError(ErrorCode.INPUT_INVALID, place="--out") from exc
    print(json.dumps({"kind": kind.value, "size": size.value, "bytes": len(pdf)}))
    return 0
