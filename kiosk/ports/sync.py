"""The outbox and the hub, as the sync worker uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from kiosk.domain.case import Delivery
from kiosk.errors import ErrorCode
from kiosk.ids import AttachmentId, CaseId, EventId
from kiosk.ports.results import ResultInbox

ATTACHMENT_DAMAGED = "attachment_damaged"
"""Stands with an event on the needs-attention shelf whose attachment cannot be read here any more."""


@dataclass(frozen=True)
class AttachmentManifest:
    """An attachment as announced to the hub."""

    attachment_id: AttachmentId
    sha256: str
    size: int
    media_type: str
    pages: int


@dataclass(frozen=True)
class OutboxEntry:
    """待发: one event as captured, never changed in the queue."""

    event_id: EventId
    seq: int
    kind: str
    case_id: CaseId
    rev: int
    occurred_at: str
    clock_offset_ms: int | None
    schema: int
    payload: bytes = field(repr=False)
    payload_sha256: str = ""
    attachments: tuple[AttachmentManifest, ...] = ()
    attempts: int = 0
    previous: EventId | None = None
    """The event before this one by `seq`, of whatever case."""
    follows: EventId | None = None
    """The nearest one before it that the hub has received, or that is on its way."""


class OutcomeStatus(StrEnum):
    """The hub's answer to one event. An unknown status is read as `RETRY`."""

    RECEIVED = "received"
    DUPLICATE = "duplicate"
    RETRY = "retry"
    REJECTED = "rejected"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class DeliveryOutcome:
    """The hub's answer to one event; delivered only when nothing is missing."""

    event_id: EventId
    status: OutcomeStatus
    code: str = ""
    words: str = ""
    missing: tuple[AttachmentId, ...] = ()
    hub_case_number: str | None = None
    retry_after_s: float | None = None
    hub_rev: int | None = None
    """With a conflict: the highest rev of the case there."""
    acknowledged_at: str | None = None
    """When the hub said so, by its own time."""


@dataclass(frozen=True)
class Upload:
    """An attachment that the hub still misses; `offset` is the last offset the hub confirmed."""

    attachment_id: AttachmentId
    event_id: EventId
    size: int
    sha256: str
    offset: int


@dataclass(frozen=True)
class Change:
    """One line of the hub's change feed: `seq` orders it at the hub, `body` is its JSON."""

    seq: int
    kind: str
    case_id: str
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class KnownCase:
    """A case of another terminal of the same hub; `digest` stands for its deceased."""

    digest: str
    service: str
    station: str
    case_number: str
    taken_in_at: str


@dataclass(frozen=True)
class HubOperator:
    """Who may sign in here, as the hub says; `password_hash` is an encoded argon2id hash."""

    operator_id: str
    name: str
    role: str
    password_hash: str = field(repr=False)


@dataclass(frozen=True)
class HubNotice:
    """What the hub says to this counter, and since when."""

    words: str
    since: str


@dataclass(frozen=True)
class StationState:
    """All that the hub says of this station; a higher `resync` than before asks to read and compare everything anew."""

    version: str
    operators: tuple[HubOperator, ...] = ()
    notices: tuple[HubNotice, ...] = ()
    resync: int = 0


@dataclass(frozen=True)
class PackStanding:
    """The hub's pack of overlays in force here (0 for none), and a newer one that was refused with this code."""

    version: int = 0
    refused: int = 0
    code: str = ""


@dataclass(frozen=True)
class SyncCounts:
    """What the sync centre and its badge show, from one query."""

    pending: int
    in_flight: int
    delivered: int
    needs_attention: int
    last_acknowledged_at: str | None
    oldest_pending_at: str | None
    hub_only: int = 0
    """Events that the hub has of this terminal and this database lost, because an older copy of it was restored."""
    withdrawn: int = 0
    """Cases that were taken back before they arrived."""
    bytes_left: int = 0
    """Bytes of attachments that the hub does not have yet, of what is pending or in flight."""


@dataclass(frozen=True)
class QueueLine:
    """One entry of the queue as people see it."""

    event_id: EventId
    case_number: str
    kind: str
    state: Delivery
    attempts: int
    next_attempt_at: str | None
    error_code: str
    error_words: str
    bytes_total: int
    bytes_sent: int
    correctable: bool = False
    """The hub refused it, and what is corrected in the case takes its place."""
    withdrawable: bool = False
    """With it the whole case never arrived, and can be taken back here alone."""


@dataclass(frozen=True)
class HeldRange:
    """What the hub has of a range of seq, both ends included."""

    first_seq: int
    last_seq: int
    received: int
    """How many events it has received, with or without their attachments."""
    events: tuple[tuple[EventId, str], ...]
    """(event_id, payload_sha256) of those that are delivered, in order of seq."""


@dataclass(frozen=True)
class SyncState:
    """What the terminal remembers of the hub between rounds."""

    terminal_id: str
    epoch: str
    last_seq: int
    cursor: str
    clock_offset_ms: int | None
    delivered_seq: int
    """The highest seq of a delivered event, 0 for none."""
    files_held: int
    """How many attachments the hub has whole, as far as we know."""
    reconciled_at: str | None
    digests_after: int = 0
    """The place in the hub's list of the deceased up to which it was read."""
    station_version: str = ""
    """The version of the `StationState` that holds here."""
    pack: PackStanding = PackStanding()
    """What was last noted of the hub's packs."""
    rests_until: str | None = None
    """Until when the hub wished to be left alone, by our clock."""


class Outbox(Protocol):
    """The outbox and the inbox, as the sync worker uses them; one instance per thread.

    An entry is delivered only by `record` with an outcome that names nothing missing.
    """

    @property
    def results(self) -> ResultInbox:
        """Give the documents that departments gave."""

    def recover(self) -> None:
        """Make entries that were in flight when the last worker ended pending again; for the worker, at its start."""

    def state(self) -> SyncState:
        """Give identity, position and cursor."""

    def due(self, now: str, *, max_items: int, max_bytes: int) -> list[OutboxEntry]:
        """Give entries to announce, in `seq` order, those of a case by rev; at least one if any is due, of any size.

        These are pending ones whose time has come, and received ones whose attachments are all uploaded and that still
        await the complete acknowledgement. Nothing is given that the number watermark does not cover.
        """

    def next_due_at(self) -> str | None:
        """Give when the earliest waiting entry comes due, None when nothing waits."""

    def mark_in_flight(self, event_ids: Sequence[EventId], now: str) -> None:
        """Note that these are being sent."""

    def record(self, outcomes: Iterable[DeliveryOutcome], now: str, *, retry_at: Callable[[int], str]) -> None:
        """Keep the hub's answers in one transaction; `retry_at(attempts)` gives the next time for `RETRY`.

        Outcomes for unknown and for superseded events are ignored. Of a case that was taken back here, an event that
        the hub received all the same brings the others on their way.
        """

    def release(
        self, event_ids: Sequence[EventId], now: str, *, code: str, words: str, retry_at: Callable[[int], str]
    ) -> None:
        """Put entries that got no answer back to pending, with the reason."""

    def shelve(self, event_id: EventId, now: str, *, code: str, words: str) -> None:
        """Put an entry on the needs-attention shelf."""

    def retry_now(self, now: str) -> None:
        """Make every pending entry due at once."""

    def send_again(self, event_id: EventId, now: str) -> None:
        """Take an entry off the needs-attention shelf, because a person asks: it is due at once."""

    def uploads(self, now: str, *, limit: int) -> list[Upload]:
        """Give attachments that the hub misses, small ones first."""

    def note_upload(self, attachment_id: AttachmentId, offset: int, *, complete: bool) -> None:
        """Keep how far the hub confirmed an attachment."""

    def read_chunk(self, attachment_id: AttachmentId, offset: int, length: int) -> bytes:
        """Give bytes of an attachment."""

    def apply(self, changes: Sequence[Change], next_cursor: str, now: str) -> int:
        """Buffer, apply and store the cursor in one transaction; gives how many were applied.

        One that cannot be applied is kept with its reason and skipped.
        """

    def note_known(self, key: str, known: Sequence[KnownCase], next_after: int) -> int:
        """Keep who was taken in elsewhere, under the key of their digests; gives where to read on.

        Under another key than before all that was known is forgotten, and it is to be read from 0.
        """

    def note_station(self, state: StationState, now: str) -> None:
        """Make what the hub says of this station hold here, all of it in one transaction.

        An operator of the hub who is not named any more keeps the name and cannot sign in; others are left alone.
        """

    def note_pack(self, standing: PackStanding, now: str) -> None:
        """Keep which of the hub's packs is in force; the journal says what changed."""

    def notices(self) -> tuple[HubNotice, ...]:
        """Give what the hub says to this counter."""

    def note_clock(self, offset_ms: int) -> None:
        """Keep the hub's time minus ours; when our clock was put back, every pending entry is due."""

    def note_rest(self, until: str | None) -> None:
        """Keep until when the hub wishes to be left alone, None for no longer."""

    def held(self, first_seq: int, last_seq: int) -> HeldRange:
        """Give what the hub has of a range, as far as we know."""

    def requeue(self, event_ids: Sequence[EventId], now: str) -> None:
        """Make events that the hub has lost pending again, as if they had never been sent."""

    def note_reconciled(self, hub_only: Sequence[str], now: str) -> None:
        """Keep when hub and terminal were last compared whole, and the hub's events that are not here."""

    def counts(self) -> SyncCounts:
        """Count the queue by cases."""

    def queue(self, *, limit: int = 200) -> list[QueueLine]:
        """List what is not delivered, needs-attention first, then in order."""


class HubReach(StrEnum):
    """What the last exchange with the hub's address told."""

    UNKNOWN = "unknown"
    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    NOT_A_HUB = "not_a_hub"
    RESTING = "resting"
    """It is the training hub, which runs only while the program or a round does."""


_PASSING = {"", ErrorCode.HUB_UNREACHABLE.value, ErrorCode.NOT_A_HUB.value, ErrorCode.HUB_BUSY.value}


@dataclass(frozen=True)
class SyncReport:
    """What one round did, in values; `code` is a support code when it did not go through."""

    reach: HubReach
    announced: int = 0
    delivered: int = 0
    needs_attention: int = 0
    uploaded_bytes: int = 0
    changes: int = 0
    results: int = 0
    """Documents that were fetched, or that turned out not to be had."""
    code: str = ""
    retry_after_s: float | None = None

    def followed_by(self, later: SyncReport) -> SyncReport:
        """Tell of two rounds as of one: what either did, and how the later one ended."""
        counted = ("announced", "delivered", "needs_attention", "uploaded_bytes", "changes", "results")
        return replace(later, **{name: getattr(self, name) + getattr(later, name) for name in counted})

    @property
    def needs_person(self) -> bool:
        """Whether what keeps it from going through does not pass by itself."""
        return self.code not in _PASSING
