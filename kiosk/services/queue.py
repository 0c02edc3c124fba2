"""What waits for the hub, for the sync centre."""

from __future__ import annotations

from kiosk.clock import Clock, iso
from kiosk.ids import EventId
from kiosk.ports.store import Store
from kiosk.ports.sync import QueueLine, SyncCounts


class QueueService:
    """The outbox as people see it; counts and lines come from the same rows."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Read from this store."""
        self._store = store
        self._clock = clock

    def counts(self) -> SyncCounts:
        """Count the queue."""
        return self._store.outbox.counts()

    def clock_offset_ms(self) -> int | None:
        """Give the hub's time minus ours, as of the last contact; None before the first."""
        return self._store.outbox.state().clock_offset_ms

    def lines(self) -> list[QueueLine]:
        """List what is not delivered."""
        return self._store.outbox.queue()

    def send_again(self, event_id: EventId) -> None:
        """Send once more what the hub had refused, because something has changed there."""
        self._store.outbox.send_again(event_id, iso(self._clock.now()))

    def retry_now(self) -> None:
        """Make every waiting entry due at once."""
        self._store.outbox.retry_now(iso(self._clock.now()))
