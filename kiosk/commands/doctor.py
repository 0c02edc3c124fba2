"""`kiosk doctor`: is this counter ready."""

from __future__ import annotations

import argparse
import json


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("doctor", help="check database, devices, calendar and hub")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the checks; exit 1 when something the counter needs is out of order."""
    from kiosk.errors import StoreError
    from kiosk.services.health import CheckState
    from kiosk.wiring.counter import open_counter

    with open_counter(args.data, hub_url=args.hub_url) as counter:
        counter.probe_hub()
        counter.watch_readers()
        checks = counter.services.health.checks()
        try:
            facts = counter.store.check()
        except StoreError:
            facts = {}  # the database's line says why
    ready = all(check.state is not CheckState.FAULT for check in checks)
    if args.json:
        lines = [
            {"id": c.id, "state": c.state.value, "title": c.title, "words": c.words, "advice": c.advice} for c in checks
        ]
        print(json.dumps({"ready": ready, "checks": lines, "store": facts}, ensure_ascii=False))
    else:
        marks = {CheckState.OK: "✓", CheckState.DEGRADED: "!", CheckState.FAULT: "✗"}
        for check in checks:
            print(f"{marks[check.state]} {check.title}：{check.words}" + (f"。{check.advice}" if check.advice else ""))
    return 0 if ready else 1
