"""Run long campaigns and keep what they found: `python3 dev.py proof [NAME …] [--seed N] [--short]`.

Each writes `docs/proof/NAME.json`. A failed campaign says so there, with the seed to repeat it. `--short` tries those
that have a short form and only shows what they found.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import secrets
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "rigs"))

from kiosk import __version__

CAMPAIGNS = {
    "catalog-query": "catalog_query",
    "intake-kill": "intake_kill",
    "herd": "herd",
    "screen-answer": "screen_answer",
    "sync-bugs": "sync_bugs",
    "sync-lines": "sync_lines",
    "sync-machine": "sync_machine",
    "sync-peer": "sync_peer",
    "sync-upload": "sync_upload",
    "sync-workers": "sync_workers",
}
FOLDER = Path(__file__).parents[2] / "docs" / "proof"


def main() -> None:
    """Run the named campaigns, or all."""
    parser = argparse.ArgumentParser(prog="dev.py proof", description="Run long campaigns, write docs/proof/*.json.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(CAMPAIGNS)} (default: all)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32), help="repeats the same random moments")
    parser.add_argument("--short", action="store_true", help="a short try, which is shown and not kept")
    args = parser.parse_args()
    if unknown := set(args.names) - set(CAMPAIGNS):
        parser.error(f"there is no campaign {', '.join(unknown)}")
    for name in args.names or CAMPAIGNS:
        if args.short:
            try_out(name, args.seed)
        else:
            run(name, args.seed)


def try_out(name: str, seed: int) -> None:
    """Run the short form of a campaign and show what it found."""
    with tempfile.TemporaryDirectory(prefix="yizhan-proof-") as folder:
        chance = random.Random(seed)  # noqa: S311  as below
        figures = import_module(CAMPAIGNS[name]).try_out(Path(folder), chance, lambda words: print(words, flush=True))
    print(json.dumps(figures, indent=2, ensure_ascii=False))


def run(name: str, seed: int) -> None:
    """Run a campaign and write its proof; what broke it is raised after that."""
    print(f"== {name}, seed {seed}", flush=True)
    campaign = import_module(CAMPAIGNS[name])
    proof = {
        "name": name,
        "version": __version__,
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "seed": seed,
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}",
        "outcome": "failed",
        "figures": {},
    }
    started = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="yizhan-proof-") as folder:
            chance = random.Random(seed)  # noqa: S311  moments to kill, no secrets
            proof["figures"] = campaign.prove(Path(folder), chance, lambda words: print(words, flush=True))
        proof["outcome"] = "passed"
    finally:
        proof["duration_s"] = round(time.monotonic() - started)
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.json").write_text(json.dumps(proof, indent=2, ensure_ascii=False) + "\n", "utf-8")
        print(f"== {name}: {proof['outcome']} in {proof['duration_s']} s", flush=True)


if __name__ == "__main__":
    main()
