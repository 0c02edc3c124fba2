"""A case and what belongs to it, once taken in."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from kiosk.ids import CaseId, MaterialId, MatterId


class CaseState(StrEnum):
    """States of a whole case."""

    DRAFT = "draft"
    TAKEN_IN = "taken_in"
    ACCEPTED = "accepted"
    CORRECTION_REQUESTED = "correction_requested"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class MatterState(StrEnum):
    """States of one matter within a case."""

    TAKEN_IN = "taken_in"
    AWAITING_VERIFICATION = "awaiting_verification"
    ACCEPTED = "accepted"
    CORRECTION_REQUESTED = "correction_requested"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    MOVED_OFFLINE = "moved_offline"


class MaterialStatus(StrEnum):
    """How a material was met."""

    SUPPLIED = "supplied"
    CARD = "card"
    SHARED = "shared"
    PROMISED = "promised"
    DEFERRED = "deferred"
    MISSING = "missing"


class Delivery(StrEnum):
    """Where a case stands on its way to the hub."""

    PENDING = "pending"
    IN_FLIGHT = "in_flight"
    DELIVERED = "delivered"
    NEEDS_ATTENTION = "needs_attention"
    SUPERSEDED = "superseded"
    """Of an event alone: the hub refused it, and another was made in its stead."""
    WITHDRAWN = "withdrawn"
    """It never arrived, and was taken back here."""


class CaseMatter(Struct, frozen=True, kw_only=True):
    """事项 within a case, as told to the family when it was taken in."""

    matter_id: MatterId
    name: str
    department: str
    mode: str
    """`application automatic booking inquiry`."""
    state: MatterState
    reason: str
    due: str | None
    due_text: str
    due_provisional: bool = False
    words: str = ""
    """The department's last words (result, correction, refusal)."""
    updated_at: str | None = None
    correction_due: str | None = None
    """The day by which the department wants what is missing; `due` stays the matter's own limit."""
    wanted_fields: tuple[str, ...] = ()
    """Paths of the fields that the department wants put right (`deceased.cremation_number`)."""
    wanted_materials: tuple[MaterialId, ...] = ()
    """Materials that the department wants."""


class CaseMaterial(Struct, frozen=True, kw_only=True):
    """材料 within a case."""

    material_id: MaterialId
    name: str
    status: MaterialStatus
    pages: int = 0
    due: str | None = None


class Attachment(Struct, frozen=True, kw_only=True):
    """The bytes of a material, by reference."""

    attachment_id: str
    material_id: MaterialId
    media_type: str
    size: int
    sha256: str
    pages: int = 1


class Rating(Struct, frozen=True, kw_only=True):
    """好差评 of a case; `level` None is 不评价. A low one has a day by which it is put right, and then an answer."""

    level: int | None
    reason: str
    given_at: str
    due: str | None = None
    answer: str = ""
    answered_at: str | None = None


class Refusal(Struct, frozen=True, kw_only=True):
    """What the hub refused of a case: which kind of event, and why, in its words and by its code.

    Superseded once it was corrected.
    """

    kind: str
    words: str
    code: str
    occurred_at: str
    superseded: bool


class Case(Struct, frozen=True, kw_only=True):
    """办件. Personal values stay out of `repr`."""

    case_id: CaseId
    case_number: str
    service: str
    state: CaseState
    rev: int
    delivery: Delivery
    taken_in_at: str
    operator: str
    station: str
    promise_due: str | None
    promise_provisional: bool
    official_number: str | None
    accepted_at: str | None = None
    """When the authority accepted the case, in its own words of time."""
    words: str = ""
    """The authority's last words about the case as a whole."""
    delivered_at: str | None
    catalog_version: str
    application: bytes
    """The `Application` as JSON."""
    matters: tuple[CaseMatter, ...]
    materials: tuple[CaseMaterial, ...]
    attachments: tuple[Attachment, ...]
    rating: Rating | None = None
    refusals: tuple[Refusal, ...] = ()
    """Oldest first."""
    correctable: bool = False
    """Whether the hub refused something that a correction takes the place of."""

    def __repr__(self) -> str:
        return f"Case({self.case_number}, {self.state.value}, {self.delivery.value})"
