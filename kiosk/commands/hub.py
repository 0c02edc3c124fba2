"""`kiosk hub`: run the reference hub, or show what it holds."""

from __future__ import annotations

import argparse
import json
import os
import sys


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `hub serve` and `hub show`."""
    parser = subparsers.add_parser("hub", help="run the reference hub, or show what it holds")
    commands = parser.add_subparsers(dest="hub_command", metavar="COMMAND", required=True)
    serve = commands.add_parser("serve", help="run the reference hub on loopback")
    serve.add_argument("--port", type=int, default=0, metavar="N", help="TCP port; 0 takes a free one (default)")
    serve.add_argument(
        "--with-parent", type=int, nargs="?", const=0, metavar="PID", help="end when the parent process ends"
    )
    serve.add_argument("--accept-after", type=float, default=2.0, metavar="S", help="training clerk: until 受理")
    serve.add_argument("--step-after", type=float, default=4.0, metavar="S", help="training clerk: between steps")
    serve.add_argument("--poll-every", type=float, default=5.0, metavar="S", help="when terminals shall ask again")
    serve.set_defaults(run=run_serve)
    show = commands.add_parser("show", help="count and list what the hub's database holds")
    show.add_argument("--json", action="store_true", help="JSON instead of words")
    show.set_defaults(run=run_show)
    for command in (serve, show):
        command.add_argument("--db", metavar="URL", help="the hub's database (default: SQLite in the data folder)")


def run_serve(args: argparse.Namespace) -> int:
    """Serve until told to stop; print the address once the hub answers."""
    from kiosk.errors import ConfigError, ErrorCode
    from sync.hub.app import HubTerms
    from sync.hub.clerk import ClerkScript
    from sync.hub.database import HubDatabaseError, default_url
    from sync.hub.server import HubSettings, serve_hub
    from sync.messages import Pacing

    settings = HubSettings(
        database_url=args.db or default_url(args.data),
        port=args.port,
        terms=HubTerms(pacing=Pacing(next_poll_s=args.poll_every)),
        clerk=ClerkScript(accept_s=args.accept_after, step_s=args.step_after),
        parent=None if args.with_parent is None else args.with_parent or os.getppid(),
    )
    try:
        serve_hub(settings, _announce)
    except (HubDatabaseError, OSError) as exc:
        print(exc, file=sys.stderr)
        raise ConfigError(ErrorCode.HUB_CANNOT_START) from exc
    return 0


def _announce(url: str) -> None:
    try:
        print(json.dumps({"url": url}), flush=True)
    except BrokenPipeError:  # the program that began the hub has ended already; the hub ends after it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run_show(args: argparse.Namespace) -> int:
    """Show cases, matters and attachments, every attachment hashed anew."""
    from kiosk.errors import ConfigError, ErrorCode
    from sync.hub.database import HubDatabaseError, default_path, default_url, open_database
    from sync.hub.show import hub_contents

    if not args.db and not default_path(args.data).exists():
        raise ConfigError(ErrorCode.HUB_DATABASE_ABSENT)
    try:
        database = open_database(args.db or default_url(args.data))
    except HubDatabaseError as exc:
        print(exc, file=sys.stderr)
        raise ConfigError(ErrorCode.HUB_CANNOT_START) from exc
    try:
        contents = hub_contents(database)
    finally:
        database.close()
    if args.json:
        print(json.dumps(contents, ensure_ascii=False))
        return 0
    for name, count in contents["counts"].items():
        print(f"{name}\t{count}")
    for case in contents["cases"]:
        whole = sum(item["verified"] for item in case["attachments"])
        print(f"{case['case_number']}\t{case['state']}\t{case['official_number'] or '—'}\t{whole}", end="")
        print(f"/{len(case['attachments'])}")
    return 0
