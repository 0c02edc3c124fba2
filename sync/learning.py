"""What the terminal learns from the hub beside its own cases: who was taken in elsewhere, what holds at its station."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

import msgspec

from kiosk.clock import parse
from kiosk.errors import ErrorCode, HubError
from kiosk.ports.sync import HubNotice, HubOperator, KnownCase, Outbox, PackStanding, StationState
from sync.hub_calls import Hub
from sync.messages import DigestLine, Hello, Pack

_LOG = logging.getLogger("yizhan.sync")


def learn_known(hub: Hub, outbox: Outbox, hello: Hello, stopping: Callable[[], bool]) -> None:
    """Read who was taken in elsewhere; a list under another key is read from its beginning, a bad line passed over.

    Raises:
        HubError: HUB_CURSOR_STUCK, the list leads nowhere; or the hub does not answer.
    """
    if not hello.digests:
        return
    after = outbox.state().digests_after
    restarts = 0
    while not stopping():
        page = hub.digests(after)
        known = [case for line in page.lines if (case := _known(line)) is not None]
        asked, after = after, outbox.note_known(page.key, known, page.next_after)
        if after == asked or (after > asked and not page.has_more):
            return
        restarts += after < asked
        if restarts > 1:
            raise HubError(ErrorCode.HUB_CURSOR_STUCK)


def _known(line: msgspec.Raw) -> KnownCase | None:
    """Read a line of the list; None for one that cannot be read: another terminal's fault is not to stop this one."""
    try:
        read = msgspec.json.decode(line, type=DigestLine)
        parse(read.taken_in_at)
    except ValueError as exc:
        _LOG.warning("a line of the hub's list of the deceased was passed over: %s", type(exc).__name__)
        return None
    return KnownCase(read.digest, read.service, read.station, read.case_number, read.taken_in_at)


def learn_station(hub: Hub, outbox: Outbox, hello: Hello, now: str) -> None:
    """Read what holds at this station, when that is something else than before.

    Raises:
        HubError: the hub does not answer.
    """
    if hello.station == outbox.state().station_version:
        return
    answer = hub.station()
    state = StationState(
        version=answer.version,
        operators=tuple(
            HubOperator(line.operator_id, line.name, line.role, line.password_hash) for line in answer.operators
        ),
        notices=tuple(HubNotice(line.words, line.since) for line in answer.notices),
        resync=answer.resync,
    )
    outbox.note_station(state, now)


class PackShelf(Protocol):
    """Where a terminal keeps the hub's packs."""

    @property
    def standing(self) -> PackStanding:
        """The pack in force, and a newer one that was refused."""

    def offer(self, pack: Pack) -> None:
        """Put a newer pack in force, or refuse it when it is not the hub's, damaged or unfit."""


def learn_pack(hub: Hub, outbox: Outbox, packs: PackShelf | None, hello: Hello, now: str) -> None:
    """Fetch the hub's pack when it has a newer one, and note what came of it.

    What a program that ended too early did not note is noted now.

    Raises:
        HubError: the hub does not answer.
    """
    if packs is None:
        return
    offered = int(hello.catalog[:16]) if hello.catalog.isascii() and hello.catalog.isdigit() else 0
    if offered > max(packs.standing.version, packs.standing.refused):
        packs.offer(hub.pack())
    if packs.standing != outbox.state().pack:
        outbox.note_pack(packs.standing, now)
