"""`kiosk calendar`: count a time limit, take in the yearly holiday notice."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `calendar due` and `calendar import`."""
    parser = subparsers.add_parser("calendar", help="count time limits, import the yearly holiday notice")
    commands = parser.add_subparsers(dest="calendar_command", metavar="COMMAND", required=True)
    due = commands.add_parser("due", help="say when a limit ends")
    due.add_argument("--from", dest="start", type=_moment, required=True, metavar="TIME", help="2026-09-18T10:00")
    due.add_argument("--limit", type=_limit, required=True, metavar="N")
    units = ("working_day", "calendar_day", "hour", "month", "next_month")
    due.add_argument("--unit", choices=units, required=True)
    due.add_argument("--json", action="store_true", help="JSON instead of words")
    due.set_defaults(run=run_due)
    add = commands.add_parser("import", help="take in a year: the State Council's notice as text, or our TOML")
    add.add_argument("file", type=Path, metavar="FILE")
    add.add_argument("--json", action="store_true", help="JSON instead of words")
    add.set_defaults(run=run_import)


def run_due(args: argparse.Namespace) -> int:
    """Count one limit, with this station's cut-off."""
    from datetime import time

    from kiosk.config import load_config
    from kiosk.services.reference import load_calendar, overlays_in

    cut_off = time.fromisoformat(load_config(args.data).intake.cut_off)
    due = load_calendar(overlays_in(args.data), cut_off).due(args.start, args.limit, args.unit)
    if args.json:
        sys.stdout.write(json.dumps({"due": due.text, "provisional": due.provisional}) + "\n")
    else:
        sys.stdout.write(due.text + ("（暂定，以公布的放假安排为准）" if due.provisional else "") + "\n")
    return 0


def run_import(args: argparse.Namespace) -> int:
    """Check a year and keep it beside the shipped calendar; nothing is kept unless all of it reads well."""
    from kiosk.domain.calendar import merge_years, parse_calendar, read_notice
    from kiosk.errors import ConfigError, ErrorCode, InputError
    from kiosk.paths import resource
    from kiosk.services.reference import CALENDAR_FILE, read_text

    if not args.file.is_file():
        raise InputError(ErrorCode.INPUT_ABSENT)
    given = read_text(args.file)
    addition = given if "[[year]]" in given else read_notice(given)
    target: Path = args.data / CALENDAR_FILE
    parse_calendar([addition])
    merged = merge_years(read_text(target) if target.exists() else "", addition)
    calendar = parse_calendar([read_text(resource("calendar/cn.toml")), merged])
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(merged)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    except OSError as exc:
        raise ConfigError(ErrorCode.DATA_FOLDER_UNWRITABLE) from exc
    years = sorted(parse_calendar([addition]).notices)
    if args.json:
        sys.stdout.write(json.dumps({"years": years, "covered_until": calendar.last_covered.isoformat()}) + "\n")
    else:
        sys.stdout.write(f"已装入 {'、'.join(map(str, years))} 年，日历到 {calendar.last_covered.isoformat()} 为止\n")
    return 0


def _moment(text: str) -> datetime:
    from kiosk.clock import parse

    try:
        moment = parse(text)
    except ValueError as exc:
        message = f"not a time: {text}"
        raise argparse.ArgumentTypeError(message) from exc
    if not 1990 <= moment.year <= 2200:
        message = f"not a year of ours: {text}"
        raise argparse.ArgumentTypeError(message)
    return moment


def _limit(text: str) -> int:
    if not text.isdigit() or not 0 <= int(text) <= 3660:
        message = f"not a limit from 0 to 3660: {text}"
        raise argparse.ArgumentTypeError(message)
    return int(text)
