"""`kiosk catalog check`: say what is wrong with the catalogue, and where."""

from __future__ import annotations

import argparse
import json
import sys
import time


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `catalog check`."""
    parser = subparsers.add_parser("catalog", help="check the catalogue, the code tables and the calendar")
    commands = parser.add_subparsers(dest="catalog_command", metavar="COMMAND", required=True)
    check = commands.add_parser("check", help="explain every fault with its place")
    check.add_argument("--json", action="store_true", help="JSON instead of words")
    check.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check everything, this station's overlays included; exit code 1 when something is wrong."""
    from kiosk.domain.catalog_check import catalog_faults
    from kiosk.errors import CatalogError
    from kiosk.services.reference import load_calendar, load_codes, read_service, service_names

    faults: list[str] = []
    counts: dict[str, dict[str, int]] = {}
    started = time.perf_counter()
    for part in (load_codes, load_calendar):
        try:
            part(args.data)
        except CatalogError as error:
            faults.append(str(error.facts["place"]))
    load_ms = 0.0
    for name in service_names():
        begun = time.perf_counter()
        try:
            service = read_service(name, args.data)
        except CatalogError as error:
            faults.append(f"{name}: {error.facts['place']}")
            continue
        load_ms += (time.perf_counter() - begun) * 1000
        faults += [f"{name}: {fault}" for fault in catalog_faults(service)]
        counts[name] = {
            "departments": len(service.departments),
            "matters": sum(not matter.extension for matter in service.matters.values()),
            "extensions": sum(matter.extension for matter in service.matters.values()),
            "facts": len(service.facts),
            "fields": len(service.fields),
            "materials": len(service.materials),
        }
    timings = {"load_ms": round(load_ms, 1), "check_ms": round((time.perf_counter() - started) * 1000, 1)}
    if args.json:
        answer = {"ok": not faults, "faults": faults, "services": counts, "timings": timings}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("".join(f"{fault}\n" for fault in faults) or "目录、代码表和日历都没有错\n")
    return 1 if faults else 0
