"""`kiosk enrol`: make this machine a real terminal of a hub."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("enrol", help="make this machine a terminal of the hub at --hub, for a code")
    parser.add_argument(
        "code", nargs="?", metavar="CODE", help="the one-time code from the hub's staff (kiosk hub code)"
    )
    parser.add_argument("--renew", action="store_true", help="no code: give the enrolled terminal a new key")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="PEM: only these authorities vouch for the hub")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Enrol, and say who this terminal is now; or renew its key."""
    from kiosk.clock import SystemClock
    from kiosk.errors import ErrorCode, InputError
    from kiosk.wiring.enrolment import HubAddress, enrol, renew_key

    if args.renew:
        renew_key(args.data, SystemClock())
        return 0
    if not (args.code and args.hub_url):
        raise InputError(ErrorCode.INPUT_INVALID, place="--hub" if args.code else "CODE")
    station = enrol(args.data, HubAddress(args.hub_url, args.ca), args.code, SystemClock())
    print(json.dumps({"terminal_id": station.terminal_id, "station": station.title}, ensure_ascii=False))
    return 0
