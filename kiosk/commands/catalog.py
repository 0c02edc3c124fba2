"""`kiosk catalog check`: say what is wrong with the catalogue, and where."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `catalog check`."""
    parser = subparsers.add_parser("catalog", help="check the catalogue, the code tables and the calendar")
    commands = parser.add_subparsers(dest="catalog_command", metavar="COMMAND", required=True)
    check = commands.add_parser("check", help="explain every fault with its place")
    check.add_argument("file", type=Path, nargs="?", metavar="FILE", help="an overlay to try before it is put in place")
    check.add_argument("--service", default="after_death", metavar="NAME", help="the service that FILE belongs to")
    check.add_argument("--json", action="store_true", help="JSON instead of words")
    check.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check everything, this station's overlays included, or one overlay; exit code 1 when something is wrong."""
    from kiosk.errors import CatalogError, ErrorCode, InputError
    from kiosk.messages import describe
    from kiosk.services.reference import service_names

    if args.file and not args.file.is_file():
        raise InputError(ErrorCode.INPUT_ABSENT)
    names = [args.service] if args.file else service_names()
    faults = [] if args.file else _table_faults(args.data)
    counts: dict[str, dict[str, int]] = {}
    timings: dict[str, float] = {}
    for name in names:
        faults += _service_faults(name, args, counts, timings)
    if args.json:
        answer: dict[str, Any] = {"ok": not faults, "faults": faults, "services": counts, "timings_ms": timings}
        if faults:
            words = describe(CatalogError(ErrorCode.CATALOG_INVALID, place=faults[0]))
            answer["error"] = {"code": words.code, "what": words.what, "do": words.do}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("".join(f"{fault}\n" for fault in faults) or "目录、代码表和日历都没有错\n")
    return 1 if faults else 0


def _table_faults(data: Path) -> list[str]:
    from kiosk.errors import CatalogError
    from kiosk.services.reference import load_calendar, load_codes, overlay_paths, overlays_in

    found = [
        path.relative_to(data).as_posix() for kind in ("catalog", "codes") for path in (data / kind).glob("*.toml*")
    ]
    faults = [f"{path}: 没有叫这个名字的服务或代码表，程序不读它" for path in sorted({*found} - overlay_paths())]
    overlays = overlays_in(data)
    for part in (load_codes, load_calendar):
        try:
            part(overlays)
        except CatalogError as error:
            faults.append(str(error.facts["place"]))
    return faults


def _service_faults(
    name: str, args: argparse.Namespace, counts: dict[str, dict[str, int]], timings: dict[str, float]
) -> list[str]:
    from kiosk.domain.catalog_check import catalog_faults
    from kiosk.errors import CatalogError, ErrorCode
    from kiosk.services.reference import overlays_in, read_service

    begun = time.perf_counter()
    try:
        service = read_service(name, overlays_in(args.data), args.file)
    except CatalogError as error:
        if error.code is ErrorCode.SERVICE_UNKNOWN:
            raise
        return [f"{name}: {error.facts['place']}"]
    loaded = time.perf_counter()
    faults = [f"{name}: {fault}" for fault in catalog_faults(service)]
    timings |= {f"{name} load": _ms(loaded - begun), f"{name} check": _ms(time.perf_counter() - loaded)}
    extensions = sum(matter.extension for matter in service.matters.values())
    counts[name] = {
        "departments": len(service.departments),
        "matters": len(service.matters) - extensions,
        "extensions": extensions,
        "facts": len(service.facts),
        "fields": len(service.fields),
        "materials": len(service.materials),
    }
    return faults


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
