"""What a round with the hub has done so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from kiosk.errors import KioskError
from kiosk.ids import EventId
from kiosk.ports.sync import SyncReport
from sync import policy
from sync.answers import HubAnswerError


@dataclass
class Tally:
    """What a round has done so far."""

    announced: int = 0
    delivered: int = 0
    needs_attention: int = 0
    uploaded_bytes: int = 0
    changes: int = 0
    results: int = 0
    failure: KioskError | None = None
    push_failed: bool = False
    retry_after_s: float | None = None
    stalled: Counter[str] = field(default_factory=Counter)
    """Attachments that got no further, by how often."""
    told: Counter[EventId] = field(default_factory=Counter)
    """Events announced, by how often."""

    def fail(self, error: KioskError) -> None:
        """Keep the first failure, and the longest time that the hub asked for."""
        self.failure = self.failure or error
        if isinstance(error, HubAnswerError) and error.retry_after_s is not None:
            self.retry_after_s = max(self.retry_after_s or 0.0, error.retry_after_s)

    def report(self) -> SyncReport:
        """Put it into a value."""
        code = self.failure.code if self.failure else None
        return SyncReport(
            reach=policy.reach_of(code),
            announced=self.announced,
            delivered=self.delivered,
            needs_attention=self.needs_attention,
            uploaded_bytes=self.uploaded_bytes,
            changes=self.changes,
            results=self.results,
            code=code.value if code else "",
            retry_after_s=self.retry_after_s,
        )
