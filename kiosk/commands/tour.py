"""`kiosk tour`: one case from sign-in to delivered on the real pages, with pictures, papers and a summary."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kiosk.commands.run import add_screen_options

_DEFAULT_SIZE = (1920, 1080)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("tour", help="take one case through the real pages and leave pictures of it")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where pictures and papers go")
    add_screen_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Take the tour on a store of its own; leave pictures, papers and `summary.json`."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="yizhan-tour-") as folder:
        summary = _take(args, Path(folder) / "data")
    (args.out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2), "utf-8")
    print(json.dumps(summary, ensure_ascii=False))
    return 0


def _take(args: argparse.Namespace, data_dir: Path) -> dict[str, Any]:
    from kiosk.app import running_program
    from kiosk.wiring.foundation import TRAINING_OPERATOR, TRAINING_PASSWORD
    from kiosk.wiring.screen import ScreenChoice, open_screen
    from ui.tour import Tour

    started = time.monotonic()
    choice = ScreenChoice(mode=args.mode, large_text=args.large_text, keyboard="always")
    size = args.size or _DEFAULT_SIZE
    with (
        open_screen(data_dir, choice, hub_url=args.hub_url) as parts,
        running_program(parts, size, full_screen=False) as (_, program),
    ):
        assert parts.training is not None  # noqa: S101  a store of the tour's own is a training store
        operator = (TRAINING_OPERATOR, TRAINING_PASSWORD)
        visit = Tour(program, parts.training, operator, args.out, lambda words: print(words, file=sys.stderr)).take()
    papers = _keep_papers(data_dir / "papers", args.out / "papers")
    case = visit.case
    return {
        "case_number": visit.case_number,
        "matters": [matter.matter_id for matter in case.matters] if case else [],
        "papers": papers,
        "hub": _hub_holds(data_dir),
        "pictures": visit.pictures,
        "timings": {**visit.timings, "whole": round(time.monotonic() - started, 3)},
    }


def _keep_papers(source: Path, target: Path) -> list[str]:
    target.mkdir(exist_ok=True)
    papers = sorted(source.glob("*.pdf"))
    for paper in papers:
        shutil.copy(paper, target / paper.name)
    return [paper.name for paper in papers]


def _hub_holds(data_dir: Path) -> dict[str, Any]:
    from kiosk.paths import own_command

    shown = subprocess.run(
        own_command("hub", "show", "--json", "--data", str(data_dir)), capture_output=True, check=True, timeout=60
    )
    return dict(json.loads(shown.stdout)["counts"])
