"""What follows from what is known of a case so far: matters, questions, fields, materials, problems.

Values only; `kiosk.domain.assess` computes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.domain.calendar import Unit
from kiosk.domain.case import MaterialStatus
from kiosk.ids import MaterialId, MatterId


class Applicability(StrEnum):
    """Three-valued: a roll that is not known makes a matter pending (待部门数据核验), never false."""

    APPLIES = "applies"
    PENDING = "pending"
    NOT = "not"


class Mode(StrEnum):
    """How a matter starts."""

    APPLICATION = "application"
    AUTOMATIC = "automatic"
    BOOKING = "booking"
    INQUIRY = "inquiry"


@dataclass(frozen=True)
class Limit:
    """A time limit: how many of which unit, and on what basis."""

    count: int
    unit: Unit
    basis: str


@dataclass(frozen=True)
class MatterAnswer:
    """One row of the catalogue, judged."""

    matter_id: MatterId
    name: str
    short_name: str
    department: str
    """The short name (公安)."""
    state: Applicability
    mode: Mode
    reason: str
    legal_limit: Limit | None
    promised_limit: Limit | None
    due: str | None
    """ISO date, or `YYYY-MM-DDTHH:MM` for limits in hours; None without a limit."""
    due_text: str
    """As people read it: `12 月 9 日前（预计）`, `12 月起`, `火化当天`."""
    due_provisional: bool
    fields: tuple[str, ...]
    materials: tuple[MaterialId, ...]
    via: str | None = None
    automatic_part: str | None = None
    alternative_to: tuple[MatterId, ...] = ()
    follow_up: str = ""
    """What the family does or gets next, one plain sentence; may be empty."""
    note: str = ""
    """Words when it takes longer than the case's promise, may end for another, or comes after others; else empty."""
    late: bool = False
    """Its own day comes after the whole case's promise."""
    result: str = ""
    """The paper or record that ends it."""
    after: tuple[MatterId, ...] = ()
    """Matters of this case that come before it."""
    weak: bool = False
    """The row rests on general practice: a suggestion, not a certainty."""


@dataclass(frozen=True)
class Question:
    """A fact that no data source answers and some matter hangs on."""

    fact: str
    text: str
    """The tile's words: what holds when it is tapped (`有住房公积金账户`)."""
    hint: str = ""
    answer: bool | None = None
    """What was answered; None while it is open."""
    order: int = 0


class FieldState(StrEnum):
    """Where a form field stands."""

    FILLED = "filled"
    DERIVED = "derived"
    ASKED = "asked"
    NOT_NEEDED = "not_needed"
    """Not to be filled now; the value says why (`火化后由殡仪馆提供`)."""


@dataclass(frozen=True)
class FieldAnswer:
    """A field that the chosen matters need."""

    field_id: str
    label: str
    state: FieldState
    kind: str
    """`text digits phone document_number date datetime time choice bank account address multi_choice structured`."""
    path: str
    """Where the value lies in the application (`payee.account`)."""
    value: str = field(default="", repr=False)
    required: bool = True
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    shown: str = field(default="", repr=False)
    """The value in words for a list of what is known (`院内` for `hospital`); numbers unmasked."""


@dataclass(frozen=True)
class MaterialNeed:
    """A material that the chosen matters need, and how it stands."""

    material_id: MaterialId
    name: str
    status: MaterialStatus
    needed_by: tuple[MatterId, ...]
    conditional: bool
    may_share: bool
    may_promise: bool
    may_defer: bool
    fact: str = ""
    """One line about it: `读卡时已取得`, `火化后补，12 月 2 日前`."""
    pages: int = 0
    due: str | None = None
    defer_by: str | None = None
    """The day to propose while it is missing and may follow, by the catalogue's working days."""
    form: str = ""
    issuer: str = ""


@dataclass(frozen=True)
class Problem:
    """Something that does not fit; `holds` keeps the case from being taken in, else it is a warning."""

    path: str
    words: str
    holds: bool
    code: str


@dataclass(frozen=True)
class Assessment:
    """All of it."""

    service: str
    service_name: str
    matters: tuple[MatterAnswer, ...]
    questions: tuple[Question, ...]
    """Open questions that can still change something."""
    answered: tuple[Question, ...]
    """Questions that a person has answered, for the tiles that stay tapped."""
    fields: tuple[FieldAnswer, ...]
    materials: tuple[MaterialNeed, ...]
    problems: tuple[Problem, ...]
    promise_due: str | None
    promise_text: str
    promise_provisional: bool
    catalog_version: str

    @property
    def tiles(self) -> tuple[Question, ...]:
        """Give answered and open questions in their one order."""
        return tuple(sorted((*self.answered, *self.questions), key=lambda question: question.order))

    def chosen(self, declined: frozenset[MatterId] = frozenset()) -> tuple[MatterAnswer, ...]:
        """Give the matters that apply or are pending, without the declined ones, in catalogue order."""
        return tuple(m for m in self.matters if m.state is not Applicability.NOT and m.matter_id not in declined)
