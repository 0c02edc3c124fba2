"""What the terminal learns from the hub beside its own cases: who was taken in elsewhere, what holds at its station."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from kiosk.errors import ErrorCode, HubError
from kiosk.ports.sync import HubNotice, HubOperator, KnownCase, Outbox, PackStanding, StationState
from sync.client import Hub
from sync.messages import Hello, Pack


def learn_known(hub: Hub, outbox: Outbox, stopping: Callable[[], bool]) -> None:
    """Read who was taken in elsewhere; a list under another key is read from its beginning.

    Raises:
        HubError: HUB_CURSOR_STUCK, the list leads nowhere; or the hub does not answer.
    """
    after = outbox.state().digests_after
    restarts = 0
    while not stopping():
        page = hub.digests(after)
        known = [
            KnownCase(line.digest, line.service, line.station, line.case_number, line.taken_in_at)
            for line in page.lines
        ]
        asked, after = after, outbox.note_known(page.key, known, page.next_after)
        if after == asked or (after > asked and not page.has_more):
            return
        restarts += after < asked
        if restarts > 1:
            raise HubError(ErrorCode.HUB_CURSOR_STUCK)


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


def learn_pack(hub: Hub, outbox: Outbox, packs: PackShelf, hello: Hello, now: str) -> None:
    """Fetch the hub's pack when it has a newer one, and note what came of it.

    What a program that ended too early did not note is noted now.

    Raises:
        HubError: the hub does not answer.
    """
    offered = int(hello.catalog[:16]) if hello.catalog.isascii() and hello.catalog.isdigit() else 0
    if offered > max(packs.standing.version, packs.standing.refused):
        packs.offer(hub.pack())
    if packs.standing != outbox.state().pack:
        outbox.note_pack(packs.standing, now)
