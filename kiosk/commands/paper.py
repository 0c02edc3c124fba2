"""`kiosk paper`: issue a paper as PDF, check the QR code of one, hand over and take in terminals' keys."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "paper",
        help="issue a case's paper as PDF, or check one",
        description="Issue a copy of a case's paper as PDF, counted like any print. Or: 'verify [TEXT]' checks what a"
        " scanner read off a paper (else from standard input); 'key' gives this terminal's public key; 'trust FILE'"
        " takes in the keys of other terminals.",
    )
    parser.add_argument("number", metavar="NUMBER|verify|key|trust", help="case number, or what to do")
    parser.add_argument("operand", nargs="?", metavar="TEXT|FILE", help="for verify and trust")
    parser.add_argument("--kind", default="receipt_of_materials", metavar="K", help="paper kind")
    parser.add_argument("--size", choices=("a4", "roll_80"), default="a4", help="A4 or an 80 mm roll")
    parser.add_argument("--large-print", action="store_true", help="set the body in 14 pt")
    parser.add_argument("--out", type=Path, metavar="F", help="PDF file to write; needed with a number")
    parser.set_defaults(run=run, refuse=parser.error)


def run(args: argparse.Namespace) -> int:
    """Do what was asked and say it as JSON."""
    refuse: Callable[[str], None] = args.refuse
    if args.number == "trust":
        return _trust(args.data, Path(args.operand)) if args.operand else _refused(refuse, "trust needs a FILE")
    if args.number == "verify":
        return _verify(args.data, args.operand if args.operand is not None else sys.stdin.read())
    if args.operand is not None:
        return _refused(refuse, f"{args.operand}: not expected here")
    if args.number == "key":
        return _key(args.data)
    return _issue(args) if args.out else _refused(refuse, "the following arguments are required: --out")


def _refused(refuse: Callable[[str], None], words: str) -> int:
    refuse(words)
    return 2


def _issue(args: argparse.Namespace) -> int:
    from kiosk.domain.paper import PaperKind
    from kiosk.errors import ErrorCode, InputError
    from kiosk.ports.printers import PaperSize
    from kiosk.wiring.counter import open_counter

    if args.kind not in set(PaperKind):
        raise InputError(ErrorCode.INPUT_INVALID, place=f"--kind {args.kind} ({' '.join(PaperKind)})")
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


def _verify(data_dir: Path, scanned: str) -> int:
    from kiosk.wiring.counter import open_counter

    with open_counter(data_dir) as counter:
        check = counter.services.papers.check(scanned)
    answer: dict[str, object] = {"verdict": check.verdict.value}
    if check.seal is not None:
        answer |= {
            "case_number": check.seal.case_number,
            "kind": check.seal.kind.value,
            "copy": check.seal.copy_no,
            "code": check.seal.code,
            "issued_on": check.seal.day.isoformat(),
            "terminal_id": check.seal.terminal_id,
            "digest": check.seal.digest,
        }
    print(json.dumps(answer))
    return 0


def _key(data_dir: Path) -> int:
    from kiosk.wiring.foundation import lay_foundation

    foundation = lay_foundation(data_dir)
    terminal = {
        "terminal_id": foundation.config.station.terminal_id,
        "public_key": foundation.signing_key.public.hex(),
    }
    print(json.dumps({"terminals": [terminal]}))
    return 0


def _trust(data_dir: Path, path: Path) -> int:
    from kiosk.clock import SystemClock, iso
    from kiosk.journal import JournalKind
    from kiosk.ports.store import JournalLine
    from kiosk.wiring.counter import open_counter
    from kiosk.wiring.terminals import read_terminals, trust_terminals

    terminals = read_terminals(path)
    with open_counter(data_dir) as counter:
        new = trust_terminals(data_dir, terminals)
        now = iso(SystemClock().now())
        for terminal in new:
            facts = (("public_key", terminal.public_key),)
            line = JournalLine(JournalKind.TERMINAL_TRUSTED, counter.technician, terminal.terminal_id, facts)
            counter.store.journal.append(line, now)
    print(json.dumps({"terminals": len(terminals), "new": len(new)}))
    return 0
