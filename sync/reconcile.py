"""Whether the hub still has what it once received, and the terminal what it once sent.

Two databases can go back in time. A hub that was restored from a backup says in hello that it has seen less than was
delivered: what lies between is sent again. A terminal that was restored comes back with a new epoch. Then, and once a
day, when nobody is trusted, both digest what they hold, and where the digests differ the range is halved until the
events can be named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kiosk.clock import Clock, iso, parse
from kiosk.errors import ErrorCode, HubError
from kiosk.ids import EventId
from kiosk.ports.sync import HeldRange, Outbox
from sync.hub_calls import Hub
from sync.messages import RECONCILE_NAMED, ReconcileAnswer, Seen

EVERY = timedelta(days=1)
SPAN = 20_000
"""Events of one digest: what is read at once."""


@dataclass
class Doubt:
    """Whether the hub may have lost something that it said it has."""

    lost: bool = False
    """It has, and not all was compared since; its next hello may look well."""
    unread: bool = True
    """Something may have been delivered since the feed was read to its end: there a loss would show."""

    def settle(self, hub: Hub, outbox: Outbox, seen: Seen, clock: Clock) -> None:
        """Compare if there is any doubt, and doubt until that has gone through.

        Raises:
            HubError, StoreError: as `reconcile`.
        """
        if self.lost or self.unread or _is_due(outbox, seen, clock):
            self.lost = True
            reconcile(hub, outbox, seen, clock)
            self.lost = self.unread = False


def _is_due(outbox: Outbox, seen: Seen, clock: Clock) -> bool:
    """Tell whether hub and terminal must be compared: what hello says cannot be, or the last time is a day ago."""
    state = outbox.state()
    if seen.epoch != state.epoch or seen.last_seq < state.delivered_seq:
        return True
    if seen.files is not None and seen.files < state.files_held:
        return True
    return state.reconciled_at is None or abs(clock.now() - parse(state.reconciled_at)) >= EVERY


def reconcile(hub: Hub, outbox: Outbox, seen: Seen, clock: Clock) -> None:
    """Queue again what the hub has lost, and note what only the hub has.

    Raises:
        HubError: the hub does not answer; what was found so far is kept, and the next round compares again.
        StoreError: the outbox cannot be read or written.
    """
    state = outbox.state()
    now = iso(clock.now())
    if not seen.epoch and not state.last_seq:
        return  # both are new
    if seen.epoch == state.epoch and seen.last_seq < state.delivered_seq:
        lost = outbox.held(seen.last_seq + 1, state.delivered_seq)
        outbox.requeue([event_id for event_id, _ in lost.events], now)
        state = outbox.state()
    hub_only: list[str] = []
    last = max(state.delivered_seq, seen.last_seq)
    for first in range(1, last + 1, SPAN):
        hub_only += _compare(hub, outbox, state.epoch, first, min(first + SPAN - 1, last), now)
    outbox.note_reconciled(hub_only, now)


def _compare(hub: Hub, outbox: Outbox, epoch: str, first: int, last: int, now: str) -> list[str]:
    """Compare a range; gives the hub's events that are not here."""
    held = outbox.held(first, last)
    if hub.reconcile(epoch, held, named=False).ok:
        return []
    if last - first >= RECONCILE_NAMED:
        middle = (first + last) // 2
        return _compare(hub, outbox, epoch, first, middle, now) + _compare(hub, outbox, epoch, middle + 1, last, now)
    answer = hub.reconcile(epoch, held, named=True)
    outbox.requeue(_own(held, answer), now)
    return list(answer.unknown)


def _own(held: HeldRange, answer: ReconcileAnswer) -> list[EventId]:
    """Give the events that the hub misses.

    Raises:
        HubError: NOT_A_HUB, it named events that it was not asked about, or knows some that were named.
    """
    asked = {event_id for event_id, _ in held.events}
    if not asked.issuperset(answer.missing) or asked.intersection(answer.unknown):
        raise HubError(ErrorCode.NOT_A_HUB)
    return [EventId(event_id) for event_id in answer.missing]
