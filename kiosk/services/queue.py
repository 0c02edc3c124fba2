"""What waits for the hub, for the sync centre."""

from __future__ import annotations

from kiosk.clock import Clock, iso, local, parse
from kiosk.ids import EventId
from kiosk.messages import text
from kiosk.ports.store import Store
from kiosk.ports.sync import HubReach, QueueLine, SyncCounts


def reach_words(reach: HubReach, counts: SyncCounts) -> str:
    """Say how the hub stands; of one that rests, when something last arrived there."""
    words = text(f"hub_reach.{reach.value}")
    if reach is not HubReach.RESTING or counts.last_acknowledged_at is None:
        return words
    at = local(parse(counts.last_acknowledged_at))
    return text("health.last_delivered", words=words, at=f"{at:%Y-%m-%d %H:%M}")


class QueueService:
    """The outbox as people see it; counts and lines come from the same rows."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Read from this store."""
        self._store = store
        self._clock = clock

    def counts(self) -> SyncCounts:
        """Count the queue."""
        return self._store.outbox.counts()

    def lines(self) -> list[QueueLine]:
        """List what is not delivered."""
        return self._store.outbox.queue()

    def send_again(self, event_id: EventId) -> None:
        """Send once more what the hub had refused, because something has changed there."""
        self._store.outbox.send_again(event_id, iso(self._clock.now()))

    def retry_now(self) -> None:
        """Make every waiting entry due at once."""
        self._store.outbox.retry_now(iso(self._clock.now()))
