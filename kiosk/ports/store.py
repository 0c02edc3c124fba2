"""The local store, as services use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.domain.case import Attachment, Case, CaseMaterial, CaseMatter, Delivery
from kiosk.domain.lifecycle import MatterEvent
from kiosk.ids import AttachmentId, CaseId, EventId, MatterId, OperatorId
from kiosk.ports.day_end import DayEndStore
from kiosk.ports.offers import OfferStore
from kiosk.ports.paper_store import PaperStore
from kiosk.ports.relay import PacketSource
from kiosk.ports.results import ResultStore
from kiosk.ports.statistics import StatisticsStore
from kiosk.ports.sync import KnownCase, Outbox


@dataclass(frozen=True)
class OperatorRecord:
    """窗口人员 as the store keeps them. `password_hash` is an argon2id encoded hash."""

    operator_id: OperatorId
    name: str
    role: str
    password_hash: str = field(repr=False)


@dataclass(frozen=True)
class DraftSummary:
    """A draft in the work list."""

    case_id: CaseId
    operator_id: OperatorId
    step: int
    updated_at: str
    title: str = field(repr=False)


@dataclass(frozen=True)
class Draft:
    """A case being taken in: the application as JSON and the step it stands at."""

    case_id: CaseId
    operator_id: OperatorId
    step: int
    application: bytes = field(repr=False)
    updated_at: str = ""


@dataclass(frozen=True)
class CaseSummary:
    """A case in a list: what a row shows, unmasked (the screen masks)."""

    case_id: CaseId
    case_number: str
    state: str
    delivery: Delivery
    taken_in_at: str
    promise_due: str | None
    deceased_name: str = field(repr=False)
    applicant_name: str = field(repr=False)
    matters_total: int = 0
    matters_finished: int = 0
    next_matter: str = ""
    attention: str = ""
    """Words of what needs a person; empty when nothing does."""
    correction_due: str | None = None
    """The first day by which a department wants a correction; None when none was said."""


@dataclass(frozen=True)
class EarlierCase:
    """A case of the same person in the same service that was neither refused nor withdrawn."""

    case: CaseSummary
    death_at: str | None
    """As it was entered; None when it was not, and for the living."""


@dataclass(frozen=True)
class NotFiled:
    """应办未办: a matter that applies and is not filed, with the reason that was given."""

    matter_id: MatterId
    name: str
    department: str
    mode: str
    reason: str


@dataclass(frozen=True)
class Intake:
    """Everything of one case that is about to be taken in. The number is made inside the transaction."""

    case_id: CaseId
    event_id: EventId
    service: str
    operator_id: OperatorId
    station: str
    taken_in_at: str
    promise_due: str | None
    promise_provisional: bool
    catalog_version: str
    application: bytes = field(repr=False)
    deceased_name: str = field(repr=False)
    deceased_document: str = field(repr=False)
    applicant_name: str = field(repr=False)
    applicant_document: str = field(repr=False)
    matters: tuple[CaseMatter, ...] = ()
    materials: tuple[CaseMaterial, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    """Bytes already in the store (`CaseStore.add_attachment`)."""
    files: tuple[tuple[Attachment, bytes], ...] = ()
    """Bytes that go in with the case."""
    channel: str = "counter"
    not_filed: tuple[NotFiled, ...] = ()


@dataclass(frozen=True)
class Amendment:
    """What a counter changes in a case after it was taken in: one event of the case.

    Every matter named makes the same `move` and bears `words` then; `application` None leaves it as it is; `materials`
    are added, or put in place of those of the same id.
    """

    case_id: CaseId
    kind: str
    move: MatterEvent
    actor: OperatorId
    matters: tuple[MatterId, ...] = ()
    words: str = ""
    application: bytes | None = field(default=None, repr=False)
    materials: tuple[CaseMaterial, ...] = ()
    files: tuple[tuple[Attachment, bytes], ...] = field(default=(), repr=False)
    offer_id: str = ""
    """The offer that this puts in; it waits no more then."""


@dataclass(frozen=True)
class TakenIn:
    """A case that is durable: `seq` is its place in the outbox, `number` may now be shown and printed."""

    case_id: CaseId
    case_number: str
    seq: int


@dataclass(frozen=True)
class NumberFrame:
    """The part of a case number that the terminal fixes."""

    division: str
    terminal_code: str


@dataclass(frozen=True)
class JournalLine:
    """One line of the journal, before it is chained. `subject` is an id or a number, never a name."""

    kind: str
    actor: str
    subject: str
    detail: tuple[tuple[str, str | int], ...] = ()


class OperatorStore(Protocol):
    """Who may sign in."""

    def get(self, operator_id: OperatorId) -> OperatorRecord | None:
        """Give an operator."""

    def put(self, operator: OperatorRecord) -> None:
        """Keep an operator, replacing one of the same id."""

    def all(self) -> list[OperatorRecord]:
        """List the operators by id."""


class DraftStore(Protocol):
    """Cases being taken in, with the files captured so far."""

    def save(self, draft: Draft) -> None:
        """Keep a draft, replacing the earlier one of the same case."""

    def get(self, case_id: CaseId) -> Draft:
        """Give a draft.

        Raises:
            StoreError: DRAFT_NOT_FOUND.
        """

    def of_operator(self, operator_id: OperatorId) -> list[DraftSummary]:
        """List an operator's drafts, newest first."""

    def discard(self, case_id: CaseId) -> None:
        """Delete a draft, its attachments and their key."""

    def add_attachment(self, case_id: CaseId, attachment: Attachment, data: bytes) -> None:
        """Keep a file of a draft, encrypted under the case's own content key in rows of at most 1 MiB."""

    def attachments(self, case_id: CaseId) -> tuple[Attachment, ...]:
        """List the files of a draft, in the order they were added."""

    def remove_attachment(self, attachment_id: AttachmentId) -> None:
        """Delete a file of a draft."""


class CaseStore(Protocol):
    """Cases that were taken in."""

    def take_in(self, intake: Intake, frame: NumberFrame, payload_of: Callable[[str], bytes]) -> TakenIn:
        """Take in a case: number, case, matters, materials, attachments, outbox entry, journal line, draft gone.

        One `BEGIN IMMEDIATE … COMMIT`. `payload_of(case_number)` gives the event's canonical JSON. The number
        watermark beside the database covers the case before this returns.
        """

    def get(self, case_number: str) -> Case:
        """Give a case; spaces in the number do not matter.

        Raises:
            StoreError: CASE_NOT_FOUND.
        """

    def all(self, *, limit: int = 100, offset: int = 0) -> list[CaseSummary]:
        """List cases, those that need a person first, then newest first."""

    def find(self, text: str, *, limit: int = 50) -> list[CaseSummary]:
        """Find by case number (whole or its end), document number of the deceased or applicant, or name."""

    def of_person(self, service: str, document: str) -> list[EarlierCase]:
        """List a service's cases about the person of a document number, newest first."""

    def of_person_elsewhere(self, service: str, document_type: str, document_number: str) -> list[KnownCase]:
        """List cases of other terminals about the person of a document, as the hub last told; newest first."""

    def counts(self) -> dict[str, int]:
        """Count cases by state, from the same rows as `all`."""

    def read_attachment(self, attachment_id: AttachmentId) -> bytes:
        """Give a file's bytes."""

    def append_event(
        self, case_id: CaseId, kind: str, payload_of: Callable[[int], bytes], line: JournalLine
    ) -> EventId:
        """Put a further event of a case into the outbox with its journal line; `payload_of(rev)` is its JSON."""


class AmendmentStore(Protocol):
    """What is changed in a case after it was taken in."""

    def amend(self, amendment: Amendment, payload_of: Callable[[int], bytes]) -> EventId:
        """Amend a case in one transaction: matters, application, materials, files, outbox entry, journal line.

        `payload_of(rev)` gives the event's canonical JSON; the case's state follows its matters. What the hub had
        refused of the case is superseded: it is written anew with the application as it is now, in its old place, and
        this event follows. When a case is taken back whose first event was refused, nothing of it is sent any more.

        Raises:
            StoreError: CASE_NOT_FOUND.
            InputError: CASE_MOVE_NOT_ALLOWED, a matter is no longer where the counter may move it; MATTER_UNKNOWN;
                OFFER_GONE, what it puts in was put in or overtaken before.
        """

    def lost_files(self, case_id: CaseId) -> tuple[Attachment, ...]:
        """Read the attachments that the hub still misses of a case and cannot get: give those that are damaged here."""


class JournalStore(Protocol):
    """The hash-chained journal."""

    def append(self, line: JournalLine, now: str) -> None:
        """Append a line to the chain."""

    def lines(self, *, limit: int = 200) -> list[dict[str, str | int]]:
        """List the newest lines, newest first."""

    def verify(self) -> int:
        """Check the chain and give its length.

        Raises:
            StoreError: JOURNAL_BROKEN.
        """


class Store(Protocol):
    """The encrypted local store; one instance per thread, closed by that thread.

    Every method of its parts is one transaction that is durable when it returns (`synchronous=FULL`), or it raises
    `StoreError` and has changed nothing.
    """

    @property
    def operators(self) -> OperatorStore:
        """Give the operators."""

    @property
    def packets(self) -> PacketSource:
        """Give the events as they are sealed."""

    @property
    def drafts(self) -> DraftStore:
        """Give the drafts."""

    @property
    def cases(self) -> CaseStore:
        """Give the cases."""

    @property
    def amendments(self) -> AmendmentStore:
        """Give what changes cases."""

    @property
    def papers(self) -> PaperStore:
        """Give the papers."""

    @property
    def offers(self) -> OfferStore:
        """Give what families brought at another station."""

    @property
    def results(self) -> ResultStore:
        """Give the documents that departments gave."""

    @property
    def journal(self) -> JournalStore:
        """Give the journal."""

    @property
    def day_ends(self) -> DayEndStore:
        """Give the day ends."""

    @property
    def statistics(self) -> StatisticsStore:
        """Give the figures and lists."""

    @property
    def outbox(self) -> Outbox:
        """Give the outbox."""

    def check(self) -> dict[str, str]:
        """Say what state the database is in (for `doctor`): versions, pragmas, quick check, sizes, series, epoch."""

    def close(self) -> None:
        """Close the database."""
