"""What a hub does beside answering: the clerk's desk, a line to each department, promised days, notices."""

from __future__ import annotations

import logging
import threading
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from sqlalchemy import exc

from kiosk.clock import Clock
from kiosk.crypto.signing import PUBLIC_KEY_BYTES, SigningKey
from sync.hub.clerk import ClerkScript, TrainingClerk
from sync.hub.connector_http import HttpConnector
from sync.hub.database import HubDatabase
from sync.hub.deadlines import note_overdue
from sync.hub.fanout import Line
from sync.hub.notices import TrainingGateway, send_notices

_LOG = logging.getLogger("yizhan.hub.chores")
_LOOK_S = 1.0
_GRACE_S = 5.0


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
def at_work(database: HubDatabase, clock: Clock, key: SigningKey, chores: Chores | None) -> Iterator[None]:
    """Work in threads of their own while the block lasts; None: not at all."""
    if chores is None:
        yield
        return
    stop = threading.Event()
    names = [address.name for address in chores.departments]
    with ExitStack() as open_lines:
        works: list[Callable[[threading.Event], None]] = [
            TrainingClerk(database, clock, chores.clerk, others=names).run,
            lambda stopped: _watch(database, clock, chores.notices, stopped),
        ]
        for address in chores.departments:
            ca = Path(address.ca) if address.ca else None
            connector = open_lines.enter_context(closing(HttpConnector(address.url, address.key, key, clock, ca=ca)))
            works.append(Line(database, clock, address.name, connector).run)
        threads = [threading.Thread(target=work, args=(stop,), name="chore", daemon=True) for work in works]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join(_GRACE_S)


def _watch(database: HubDatabase, clock: Clock, notices: Path | None, stop: threading.Event) -> None:
    while not stop.wait(_LOOK_S):
        try:
            note_overdue(database, clock)
            if notices is not None:
                send_notices(database, TrainingGateway(notices), clock)
        except exc.OperationalError as error:
            _LOG.warning("the watch waits for the database: %s", type(error.orig).__name__)
