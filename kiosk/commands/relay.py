"""`kiosk relay`: carry cases to the hub by stick, and the hub's receipts back."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its own commands."""
    parser = subparsers.add_parser("relay", help="carry cases to the hub by stick, and its receipts back")
    commands = parser.add_subparsers(dest="relay_command", required=True, metavar="COMMAND")
    export = commands.add_parser("export", help="write the sealed packets of what is not delivered")
    export.set_defaults(run=run_export)
    bring_in = commands.add_parser("import", help="hand packets to the hub, and take receipts that are for us")
    bring_in.set_defaults(run=run_import)
    receipts = commands.add_parser("receipts", help="take the hub's receipts that are for us, without a network")
    receipts.set_defaults(run=run_receipts)
    for command in (export, bring_in, receipts):
        command.add_argument("stick", type=Path, metavar="DIR", help="the stick's folder")


def run_export(args: argparse.Namespace) -> int:
    """Write the packets; all that lie there when the store cannot be read. 1 when something could not be written."""
    from kiosk.errors import ConfigError, ErrorCode, StoreError
    from kiosk.messages import describe
    from kiosk.wiring.foundation import lay_foundation
    from kiosk.wiring.relay import export, export_without_store

    try:
        exported = export(lay_foundation(args.data), args.stick)
    except (ConfigError, StoreError) as error:
        if error.code in {ErrorCode.RELAY_FOLDER, ErrorCode.CONFIG_INVALID}:
            raise
        print(f"{error.code} {describe(error).what}。", file=sys.stderr)
        exported = export_without_store(args.data, args.stick)
    print(json.dumps(asdict(exported)))
    return int(bool(exported.damaged))


def run_import(args: argparse.Namespace) -> int:
    """Hand over and take; 1 when something could not be handed over."""
    from kiosk.wiring.foundation import lay_foundation
    from kiosk.wiring.hub_child import hub_address
    from kiosk.wiring.relay import bring_in, find_packages

    find_packages(args.stick)
    foundation = lay_foundation(args.data)
    with hub_address(foundation, args.hub_url or foundation.config.hub.url) as url:
        brought = bring_in(foundation, url, args.stick)
    print(json.dumps(asdict(brought), ensure_ascii=False))
    carried = brought.carried
    return int(bool(carried.code or carried.waiting or carried.refused or carried.damaged or carried.missing))


def run_receipts(args: argparse.Namespace) -> int:
    """Take the receipts."""
    from kiosk.wiring.foundation import lay_foundation
    from kiosk.wiring.relay import take_receipts

    print(json.dumps(asdict(take_receipts(lay_foundation(args.data), args.stick))))
    return 0
