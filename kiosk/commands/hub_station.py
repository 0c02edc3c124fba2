"""`kiosk hub code | operator | tell | resync | pack`: what the hub gives and says to terminals and their stations."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def add_station_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> tuple[argparse.ArgumentParser, ...]:
    """Add them, and give them."""
    code = commands.add_parser("code", help="make a one-time code that enrols a terminal; it holds for a week")
    code.add_argument("terminal_id", metavar="TERMINAL", help="the terminal's id, such as 370100-SHS01-W03")
    code.add_argument("--station", dest="id", required=True, metavar="ID", help="the station's id")
    code.add_argument("--title", required=True, help="what the place is called on papers")
    code.add_argument("--division", required=True, metavar="NNNNNN", help="GB/T 2260")
    code.add_argument("--terminal-code", required=True, metavar="XXX", help="three characters, unique in the division")
    for name in ("window", "phone", "complaint-phone", "address"):
        code.add_argument(f"--{name}", default="", help="as papers say it")
    code.set_defaults(run=run_code)
    operator = commands.add_parser("operator", help="let somebody sign in at a station; reads the password")
    operator.add_argument("operator_id", metavar="ID", help="what is typed at sign-in")
    operator.add_argument("--station", required=True, metavar="ID", help="the station's id, as in the terminals' codes")
    operator.add_argument("--name", default="", help="the person's name")
    operator.add_argument("--role", default="clerk", help="clerk, supervisor, technician or auditor")
    operator.add_argument("--remove", action="store_true", help="take it back")
    operator.set_defaults(run=run_operator)
    tell = commands.add_parser("tell", help="say something to a terminal's counter; no words take it back")
    tell.add_argument("terminal_id", metavar="TERMINAL")
    tell.add_argument("words", nargs="?", default="", metavar="WORDS")
    tell.set_defaults(run=run_tell)
    resync = commands.add_parser("resync", help="have a terminal read and compare everything anew")
    resync.add_argument("terminal_id", metavar="TERMINAL")
    resync.set_defaults(run=run_resync)
    pack = commands.add_parser("pack", help="give all terminals the overlays in a folder: a new version of the pack")
    pack.add_argument("folder", type=Path, metavar="DIR", help="calendar.toml, catalog/SERVICE.toml, codes/TABLE.toml")
    pack.set_defaults(run=run_pack)
    return code, operator, tell, resync, pack


def run_code(args: argparse.Namespace) -> int:
    """Make a one-time code and print it."""
    import msgspec

    from kiosk.clock import SystemClock, iso
    from kiosk.commands.hub import existing_database
    from kiosk.errors import ErrorCode, InputError
    from sync.hub.enrolment import CODE_LIFE, issue_code
    from sync.messages import EnrolledStation

    try:
        station = msgspec.convert(args, EnrolledStation, from_attributes=True)
    except msgspec.ValidationError as exc:
        raise InputError(ErrorCode.INPUT_INVALID, place=str(exc).rpartition("$.")[2].rstrip("`")) from exc
    now = SystemClock().now()
    with existing_database(args) as database:
        code = issue_code(database, station, now)
    print(json.dumps({"code": code, "terminal_id": station.terminal_id, "expires_at": iso(now + CODE_LIFE)}))
    return 0


def run_operator(args: argparse.Namespace) -> int:
    """Keep an operator of a station, with the password from the terminal or standard input; or remove one."""
    import getpass

    import msgspec

    from kiosk.commands.hub import existing_database
    from kiosk.crypto.passwords import hash_password
    from kiosk.errors import ErrorCode, InputError
    from sync.hub.stations import keep_operator, remove_operator
    from sync.messages import OperatorLine

    with existing_database(args) as database:
        if args.remove:
            remove_operator(database, args.station, args.operator_id)
            return 0
        password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().removesuffix("\n")
        facts = {name: getattr(args, name) for name in ("operator_id", "name", "role")}
        try:
            line = msgspec.convert(facts | {"password_hash": hash_password(password)}, OperatorLine)
        except msgspec.ValidationError as exc:
            raise InputError(ErrorCode.INPUT_INVALID, place=str(exc).rpartition("$.")[2].rstrip("`")) from exc
        keep_operator(database, args.station, line)
    return 0


def run_tell(args: argparse.Namespace) -> int:
    """Say something to a counter; it stands among the checks of its devices with the next round."""
    from kiosk.clock import SystemClock, iso
    from kiosk.commands.hub import existing_database
    from sync.hub.stations import tell_terminal

    with existing_database(args) as database:
        tell_terminal(database, args.terminal_id, args.words, iso(SystemClock().now()))
    return 0


def run_resync(args: argparse.Namespace) -> int:
    """Have a terminal begin anew with its next rounds."""
    from kiosk.commands.hub import existing_database
    from sync.hub.stations import ask_anew

    with existing_database(args) as database:
        ask_anew(database, args.terminal_id)
    return 0


def run_pack(args: argparse.Namespace) -> int:
    """Try a pack with what is shipped, keep it, and print its version."""
    from kiosk.clock import SystemClock, iso
    from kiosk.commands.hub import existing_database
    from kiosk.config import load_config
    from kiosk.domain.catalog_check import catalog_faults
    from kiosk.errors import CatalogError, ErrorCode
    from kiosk.services.reference import HubPack, read_text
    from kiosk.wiring.packs import fit_rules
    from sync.hub.packs import keep_pack

    paths = sorted(str(path.relative_to(args.folder).as_posix()) for path in args.folder.rglob("*.toml"))
    files = {path: read_text(args.folder / path) for path in paths}
    rules = fit_rules(HubPack(0, files), load_config(args.data))
    # A terminal judges by what it can read; whoever gives rules to all of them is told of all that is wrong.
    faults = [f"{name}: {fault}" for name, service in rules.services.items() for fault in catalog_faults(service)]
    if faults:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place="；".join(faults))
    with existing_database(args) as database:
        print(json.dumps({"version": keep_pack(database, files, iso(SystemClock().now())), "files": paths}))
    return 0
