"""`kiosk hub`: run the reference hub, show what it holds, enrol terminals, or speak for a department in training."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from datetime import datetime

    from sync.feed_bodies import ResultDocument
    from sync.hub.database import HubDatabase


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its own commands."""
    from kiosk.commands.hub_station import add_station_commands

    parser = subparsers.add_parser("hub", help="run the reference hub, or show what it holds")
    commands = parser.add_subparsers(dest="hub_command", metavar="COMMAND", required=True)
    serve = commands.add_parser("serve", help="run the reference hub, on this machine alone unless --host says more")
    serve.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help="listen here; other machines need TLS")
    serve.add_argument("--tls-cert", type=Path, metavar="FILE", help="the certificate and its chain (PEM)")
    serve.add_argument("--tls-key", type=Path, metavar="FILE", help="its key (PEM)")
    serve.add_argument(
        "--gateway", action="store_true", help="terminals' TLS ends before the hub: want no certificates of theirs"
    )
    serve.add_argument("--port", type=int, default=0, metavar="N", help="TCP port; 0 takes a free one (default)")
    serve.add_argument(
        "--with-parent", type=int, nargs="?", const=0, metavar="PID", help="end when the parent process ends"
    )
    serve.add_argument("--accept-after", type=float, default=2.0, metavar="S", help="training clerk: until 受理")
    serve.add_argument("--step-after", type=float, default=4.0, metavar="S", help="training clerk: between steps")
    serve.add_argument(
        "--ask-for-missing", action="store_true", help="training clerk: ask for what was to be brought later"
    )
    serve.add_argument(
        "--departments", type=Path, metavar="FILE", help="TOML: departments with services of their own (name, url, key)"
    )
    serve.add_argument("--poll-every", type=float, default=5.0, metavar="S", help="when terminals shall ask again")
    serve.add_argument(
        "--pause-until", metavar="TIME", help="ask every terminal for silence until then (2026-11-22T18:00, China time)"
    )
    serve.add_argument("--min-app", default="", metavar="VERSION", help="let no terminal deliver with an older program")
    serve.add_argument("--workers", type=int, default=1, metavar="N", help="processes that share the work (1)")
    serve.add_argument(
        "--codes",
        action=argparse.BooleanOptionalAction,
        help="enrol nobody without a code (kiosk hub code); always so when other machines are served",
    )
    serve.add_argument("--log-requests", action="store_true", help="a line of JSON per request on standard error")
    serve.set_defaults(run=run_serve)
    show = commands.add_parser("show", help="count and list what the hub's database holds")
    show.add_argument("--json", action="store_true", help="JSON instead of words")
    show.set_defaults(run=run_show)
    say, death = _add_training(commands)
    for command in (serve, show, say, death, *add_station_commands(commands)):
        command.add_argument("--db", metavar="URL", help="the hub's database (default: SQLite in the data folder)")
        command.add_argument("--attachments", type=Path, metavar="DIR", help="keep attachments here (default: in it)")


def _add_training(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """Add what stands for departments in training."""
    say = commands.add_parser("say", help="training: let a department say something of a matter")
    say.add_argument("number", metavar="NUMBER", help="the case number")
    say.add_argument("matter", metavar="MATTER", help="the matter's id")
    say.add_argument("state", metavar="STATE", help="accepted, correction_requested, in_progress, finished, refused …")
    say.add_argument("--words", default="", help="the department's words")
    say.add_argument("--due", metavar="YYYY-MM-DD", help="with correction_requested: by when it is wanted")
    say.add_argument("--field", action="append", default=[], metavar="PATH", help="a field that is wanted; repeatable")
    say.add_argument("--material", action="append", default=[], metavar="ID", help="a material; repeatable")
    say.add_argument(
        "--result", action="append", default=[], type=Path, metavar="FILE", help="a document as a result; repeatable"
    )
    say.set_defaults(run=run_say)
    death = commands.add_parser("death", help="training: register a death; what needs no application begins")
    death.add_argument("document_number", metavar="NUMBER", help="the deceased's document number")
    death.add_argument("--name", required=True, help="the deceased's name")
    death.add_argument("--on", dest="death_at", required=True, metavar="YYYY-MM-DD", help="the day of death")
    death.add_argument("--fact", action="append", default=[], metavar="FACT", help="what the roll knows; repeatable")
    death.set_defaults(run=run_death)
    department = commands.add_parser("department", help="training: run a department's service that finishes everything")
    department.add_argument("name", metavar="DEPARTMENT", help="the catalogue's short name, such as 公安")
    department.add_argument("--port", type=int, default=0, metavar="N", help="TCP port; 0 takes a free one (default)")
    department.set_defaults(run=run_department)
    return say, death


def run_serve(args: argparse.Namespace) -> int:
    """Serve until told to stop; print the address once the hub answers."""
    from kiosk.errors import ConfigError, ErrorCode
    from sync.address import is_loopback
    from sync.hub.chores import Chores, read_departments
    from sync.hub.clerk import ClerkScript
    from sync.hub.database import HubDatabaseError, default_path, default_url
    from sync.hub.desk import HubTerms
    from sync.hub.gate import load_seed
    from sync.hub.server import HubSettings, Tls, serve_hub
    from sync.messages import Pacing

    codes = not is_loopback(args.host) if args.codes is None else args.codes
    try:
        seed = load_seed(default_path(args.data).parent)
        departments = read_departments(args.departments) if args.departments else ()
    except (OSError, ValueError) as exc:
        raise ConfigError(ErrorCode.HUB_CANNOT_START) from exc
    settings = HubSettings(
        database_url=args.db or default_url(args.data),
        seed=seed,
        host=args.host,
        port=args.port,
        tls=Tls(args.tls_cert, args.tls_key) if args.tls_cert and args.tls_key else None,
        gateway=args.gateway,
        terms=HubTerms(
            pacing=Pacing(next_poll_s=args.poll_every),
            min_app=_version_of(args.min_app),
            silent_until=_moment_of(args.pause_until),
            open_enrolment=not codes,
        ),
        chores=Chores(
            clerk=ClerkScript(accept_s=args.accept_after, step_s=args.step_after, asks=args.ask_for_missing),
            departments=departments,
            notices=default_path(args.data).parent / "notices.jsonl",
        ),
        parent=None if args.with_parent is None else args.with_parent or os.getppid(),
        workers=max(1, args.workers),
        log_requests=args.log_requests,
        attachments=args.attachments,
    )
    try:
        serve_hub(settings, partial(_announce, settings.staff_key))
    except (HubDatabaseError, OSError) as exc:
        print(exc, file=sys.stderr)
        raise ConfigError(ErrorCode.HUB_CANNOT_START) from exc
    return 0


def _version_of(text: str) -> str:
    from kiosk.errors import ErrorCode, InputError

    if text and not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}", text):
        raise InputError(ErrorCode.INPUT_INVALID, place="--min-app")
    return text


def _moment_of(text: str | None) -> datetime | None:
    from kiosk.clock import parse
    from kiosk.errors import ErrorCode, InputError

    try:
        return None if text is None else parse(text)
    except ValueError as exc:
        raise InputError(ErrorCode.INPUT_INVALID, place="--pause-until") from exc


def _announce(staff_key: str, url: str) -> None:
    """Print where the hub answers, and the link that opens the staff's pages in a browser on this machine."""
    from sync.address import is_loopback

    parts = urlsplit(url)
    here = parts.netloc if is_loopback(parts.hostname or "") else f"localhost:{parts.port}"
    staff = f"{parts.scheme}://{here}/staff?key={staff_key}"
    try:
        print(json.dumps({"url": url, "staff": staff}), flush=True)
    except BrokenPipeError:  # the program that began the hub has ended already; the hub ends after it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run_say(args: argparse.Namespace) -> int:
    """Put a department's word into the hub's database; the terminal hears it with its next round."""
    from kiosk.clock import SystemClock, iso
    from kiosk.domain.case import MatterState
    from kiosk.errors import ErrorCode, InputError, StoreError
    from sync.hub.departments import Said, case_of, keep_results, say

    results = [_result_of(path) for path in args.result]
    named = tuple(document for document, _ in results)
    try:
        said = Said(MatterState(args.state), args.words, args.due, tuple(args.field), tuple(args.material), named)
    except ValueError as exc:
        raise InputError(ErrorCode.INPUT_INVALID, place="STATE") from exc
    with existing_database(args) as database, database.write() as connection:
        case_id = case_of(connection, "".join(args.number.split()).upper())
        if case_id is None:
            raise StoreError(ErrorCode.CASE_NOT_FOUND)
        now = iso(SystemClock().now())
        keep_results(connection, case_id, args.matter, results, now)
        say(connection, case_id, args.matter, said, now)
    return 0


def _result_of(path: Path) -> tuple[ResultDocument, bytes]:
    import mimetypes

    from kiosk.errors import ErrorCode, InputError
    from kiosk.ids import uuid7
    from kiosk.packets.canonical import sha256_hex
    from kiosk.ports.results import RESULT_BYTES_MAX
    from sync.feed_bodies import ResultDocument

    try:
        data = path.read_bytes()
    except OSError as exc:
        raise InputError(ErrorCode.ATTACHMENT_UNREADABLE) from exc
    if len(data) > RESULT_BYTES_MAX:
        raise InputError(ErrorCode.ATTACHMENT_TOO_LARGE, limit_mb=RESULT_BYTES_MAX >> 20)
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    document = ResultDocument(
        result_id=uuid7(), name=path.name, media_type=media_type, size=len(data), sha256=sha256_hex(data)
    )
    return document, data


def run_death(args: argparse.Namespace) -> int:
    """Register a death and print the case that began, if one did."""
    import msgspec

    from kiosk.clock import SystemClock, iso
    from kiosk.errors import ErrorCode, InputError
    from sync.hub.connectors import DeathRegistered
    from sync.hub.deaths import register_death

    facts = dict.fromkeys(args.fact, True)
    try:
        death = msgspec.convert(vars(args) | {"facts": facts}, DeathRegistered)
    except msgspec.ValidationError as exc:
        raise InputError(ErrorCode.INPUT_INVALID, place=str(exc).rpartition("$.")[2].rstrip("`")) from exc
    with existing_database(args) as database, database.write() as connection:
        number = register_death(connection, death, iso(SystemClock().now()))
    print(json.dumps({"case_number": number}))
    return 0


def run_department(args: argparse.Namespace) -> int:
    """Serve a training department until told to stop; print its table for the file of `hub serve --departments`."""
    import base64
    import hashlib
    import threading

    from kiosk.crypto.signing import SigningKey
    from kiosk.errors import ConfigError, ErrorCode
    from sync.hub.database import default_path
    from sync.hub.gate import load_seed
    from sync.hub.training_department import TrainingDepartment, serving

    try:
        seed = load_seed(default_path(args.data).parent)
        key = SigningKey(hashlib.sha256(f"training department {args.name}".encode()).digest())
        with serving(TrainingDepartment(key, SigningKey(seed).public), args.port) as url:
            table = {"name": args.name, "url": url, "key": base64.b64encode(key.public).decode()}
            lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in table.items()]
            print("\n".join(("[[department]]", *lines)), flush=True)
            threading.Event().wait()
    except (OSError, ValueError) as exc:
        raise ConfigError(ErrorCode.HUB_CANNOT_START) from exc
    except KeyboardInterrupt:
        pass
    return 0


def run_show(args: argparse.Namespace) -> int:
    """Show cases, matters and attachments, every attachment hashed anew."""
    from sync.hub.show import hub_contents

    with existing_database(args) as database:
        contents = hub_contents(database)
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


@contextmanager
def existing_database(args: argparse.Namespace) -> Iterator[HubDatabase]:
    """Open the hub's database, which must be there.

    Raises:
        ConfigError: HUB_DATABASE_ABSENT, HUB_CANNOT_START.
    """
    from kiosk.errors import ConfigError, ErrorCode
    from sync.hub.database import HubDatabaseError, default_path, default_url, open_database
    from sync.hub.storage import FolderObjects

    if not args.db and not default_path(args.data).exists():
        raise ConfigError(ErrorCode.HUB_DATABASE_ABSENT)
    try:
        objects = FolderObjects(args.attachments) if args.attachments else None
        database = open_database(args.db or default_url(args.data), objects)
    except HubDatabaseError as exc:
        print(exc, file=sys.stderr)
        raise ConfigError(ErrorCode.HUB_CANNOT_START) from exc
    with closing(database):
        yield database
