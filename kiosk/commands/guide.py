"""`kiosk guide WORDS`: what a matter takes, found by words, pinyin or everyday names, offline."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("guide", help="say what a matter takes: department, what to bring, how long")
    parser.add_argument("words", nargs="+", metavar="WORDS", help="words, pinyin or everyday names")
    parser.add_argument("--service", default="after_death", metavar="NAME", help="of which service")
    parser.add_argument("--limit", type=int, default=10, metavar="N", help="at most so many answers (10)")
    parser.add_argument("--json", action="store_true", help="JSON instead of words")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the answers, the likeliest first."""
    from kiosk.domain.guide import Guide, GuideEntry
    from kiosk.messages import text
    from kiosk.services.reference import load_service, overlays_in

    def words(entry: GuideEntry) -> str:
        bring = "、".join(entry.bring) or text("guide.nothing")
        said = {"bring": bring, "how_long": entry.how_long, "basis": entry.basis, "phone": entry.phone}
        lines = [f"{entry.matter_id} {entry.name}", f"  {entry.department}，{entry.mode}，{entry.follow_up}"]
        return "\n".join([*lines, *(f"  {text(f'guide.{key}')}：{value}" for key, value in said.items())])

    found = Guide(load_service(args.service, overlays_in(args.data))).search(" ".join(args.words), limit=args.limit)
    if args.json:
        print(json.dumps({"service": args.service, "answers": [asdict(entry) for entry in found]}, ensure_ascii=False))
    else:
        print("\n".join(map(words, found)) or text("guide.not_found"))
    return 0
