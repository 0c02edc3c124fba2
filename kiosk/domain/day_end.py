"""日结: what was taken in here since the last day end, what the hub acknowledged, and what the hub counted itself."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.ids import CaseId, EventId


@dataclass(frozen=True)
class DayCount:
    """What stands here since the last day end, by the order of the events and not by the clock.

    Attributes:
        first_seq: first event of the range; `last_seq` the newest one, both included.
        cases: taken in; of these the hub has acknowledged `delivered`.
        events: all events of the range.
        news: events other than earlier day ends; without any there is nothing to close.
        since: when the last day end was; None for the first.
        last_case: the newest of its cases that the hub has not refused, and its number; the day end follows it there.
    """

    first_seq: int
    last_seq: int
    cases: int
    delivered: int
    events: int
    news: int
    since: str | None
    last_case: tuple[CaseId, str] | None


@dataclass(frozen=True)
class DayClose:
    """A day end as it was signed here, and the hub's answer once it has come.

    `cases` and `events` are what stood here, `digest` is that of the events, as in reconciliation; the hub has
    acknowledged `delivered` of the cases by now. The hub's own count is None until it answers; its signature is empty
    while it does not sign.
    """

    event_id: EventId
    closed_at: str
    operator: str
    first_seq: int
    last_seq: int
    cases: int
    delivered: int
    events: int
    digest: str
    signature: str
    hub_cases: int | None = None
    hub_events: int | None = None
    hub_digest: str | None = None
    hub_at: str | None = None
    hub_signature: str = ""

    @property
    def difference(self) -> int | None:
        """Cases here minus cases at the hub, as each counted; None until the hub has."""
        return None if self.hub_cases is None else self.cases - self.hub_cases

    @property
    def agrees(self) -> bool:
        """Whether the hub counted the very same events."""
        return self.hub_digest == self.digest
