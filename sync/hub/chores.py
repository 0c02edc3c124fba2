"""What a hub does beside answering: the clerk's desk, a line to each department, promised days, notices."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec

from kiosk.clock import Clock
from kiosk.crypto.signing import PUBLIC_KEY_BYTES, SigningKey
from sync.hub.aside import AGAIN_EVERY_S, try_again, try_rested
from sync.hub.clerk import ClerkScript, TrainingClerk
from sync.hub.connector_http import HttpConnector
from sync.hub.database import HubDatabase
from sync.hub.deadlines import note_overdue
from sync.hub.fanout import Line
from sync.hub.loops import Loops
from sync.hub.notices import TrainingGateway, send_notices
from sync.hub.offers import tell_offers

_LOOK_S, _WATCH_S = 0.25, 1.0


class DepartmentAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a department's service is: `name` as the catalogue's short one, `key` its Ed25519 public key in base64."""

    name: str
    url: str
    key: Annotated[bytes, msgspec.Meta(min_length=PUBLIC_KEY_BYTES, max_length=PUBLIC_KEY_BYTES)]
    ca: str | None = None


@dataclass(frozen=True)
class Chores:
    """How a hub works: the clerk's script, the departments with services of their own, where notices are written."""

    clerk: ClerkScript
    departments: Sequence[DepartmentAddress] = ()
    notices: Path | None = None
    """The training gateway's file; None: notices wait."""


def read_departments(path: Path) -> tuple[DepartmentAddress, ...]:
    """Read `[[department]]` tables.

    Raises:
        OSError, ValueError: it cannot be read, or is no such file.
    """
    try:
        tables = msgspec.convert(tomllib.loads(path.read_text("utf-8")), dict[str, tuple[DepartmentAddress, ...]])
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
    return tables.get("department", ())


@contextmanager
def at_work(
    database: HubDatabase, clock: Clock, key: SigningKey, chores: Chores | None, loops: Loops
) -> Iterator[None]:
    """Work in loops while the block lasts; None: not at all."""
    if chores is None:
        yield
        return
    try_again(database)
    names = [address.name for address in chores.departments]
    with ExitStack() as lines:
        opened = [
            (address.name, lines.enter_context(closing(_connector(address, key, clock))))
            for address in chores.departments
        ]
        lines.callback(loops.stop)
        loops.start("clerk", TrainingClerk(database, clock, chores.clerk, others=names).work, _LOOK_S)
        loops.start("watch", partial(_watch, database, clock, chores.notices), _WATCH_S)
        loops.start("set aside", partial(try_rested, database, clock), AGAIN_EVERY_S)
        for name, connector in opened:
            loops.start(f"department {name}", Line(database, clock, name, connector).work, _LOOK_S)
        yield


def _connector(address: DepartmentAddress, key: SigningKey, clock: Clock) -> HttpConnector:
    return HttpConnector(address.url, address.key, key, clock, ca=Path(address.ca) if address.ca else None)


def _watch(database: HubDatabase, clock: Clock, notices: Path | None) -> None:
    note_overdue(database, clock)
    tell_offers(database, clock)
    if notices is not None:
        send_notices(database, TrainingGateway(notices), clock)
