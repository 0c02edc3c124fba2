"""How a field of the information step is shown: its value, what is wrong with it, what is masked."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.application import Source
from kiosk.domain.assessment import FieldAnswer, FieldState, Problem
from kiosk.domain.masks import Place, mask_account, mask_number
from ui.viewmodels.dates import day_of, full_date
from ui.viewmodels.field_lists import PAYEE, WRITTEN, by_day
from ui.viewmodels.person_tile import ROLES, entry_of
from ui.viewmodels.working_case import WorkingCase

CERTIFICATE = "deceased.certificate_number"
"""New certificates bear the identity number: once it is left, it is masked like one (国卫规划发〔2026〕5号)."""
_ELSEWHERE = (
    "deceased.insurance",
    "deceased.facts",
    "deceased.circumstance",
    "deceased.death_at",
    "deceased.disposition",
)
"""Answered in the step before; never asked here."""
_OFFERED = (PAYEE, "agent.powers")
"""What has an answer already that a person may want to change."""
_PEOPLE = frozenset({"name", "document_type", "document_number", "relation", "sex", "birth"})
PADS = {"digits": "digits", "phone": "digits", "account": "digits", "document_number": "document"}
_NUMBERS = ("document_number", "certificate_number", "phone")
_FOUR_DIGITS = frozenset({"account"})


@dataclass(frozen=True)
class FieldRow:
    """A field to fill in."""

    path: str
    label: str
    kind: str
    pad: str
    """`digits`, `document` or `text`: which keys come up."""
    value: str
    hint: str
    message: str
    tone: str
    """`green`, `amber` or empty."""
    required: bool


@dataclass(frozen=True)
class KnownRow:
    """A value that nobody has to fill in."""

    label: str
    value: str


def belongs_here(field: FieldAnswer) -> bool:
    """Say whether a field is one of this step."""
    role, _, name = field.path.partition(".")
    if role in ("deceased", "applicant", "agent") and name in _PEOPLE:
        return False
    return field.path not in _ELSEWHERE and field.kind not in ("structured", "multi_choice") and bool(field.path)


def is_open(case: WorkingCase, field: FieldAnswer) -> bool:
    """Say whether a field of this step is to be shown for filling in: nothing but a person fills it."""
    if field.path in _OFFERED:
        return field.state is not FieldState.NOT_NEEDED
    typed = field.state is FieldState.FILLED and bool(field.value) and not _off_card(case, field)
    return field.state is FieldState.ASKED or typed


def is_known(field: FieldAnswer) -> bool:
    """Say whether a field is worth telling among those that nobody has to fill in."""
    spared_agent = field.path.startswith("agent.") and field.state is FieldState.NOT_NEEDED
    return bool(field.value) and field.kind != "structured" and not spared_agent


def is_counted(field: FieldAnswer) -> bool:
    """Say whether a field counts among those to fill in."""
    return field.required and field.path not in _OFFERED


def problem_of(case: WorkingCase, field: FieldAnswer) -> Problem | None:
    """Give what is wrong with a field, what holds the case first."""
    problems = [p for p in case.assessment.problems if p.path == field.path and p.code != "missing"]
    return next((p for p in problems if p.holds), problems[0] if problems else None)


def field_row(case: WorkingCase, field: FieldAnswer, *, judged: bool, kept: bool) -> FieldRow:
    """Make the row of a field; `judged` says what is wrong with it, `kept` masks it and closes it for typing."""
    problem = problem_of(case, field)
    message, tone = "", ""
    if field.value and judged:
        if problem:
            message, tone = problem.words, "amber"
        else:
            tone = "green"
            if field.kind in PADS:
                message = case.say(f"new_case.information.fits_{field.kind}", count=len(field.value))
    kind, value = field.kind, " ".join(_groups(field.value, field.kind))
    several = field.kind == "multi_choice"
    if field.path in WRITTEN or kept or several or by_day(field):
        kind = "choice"
    if kept:
        value, message = shown_value(case, field), case.say("new_case.information.again")
    elif field.kind in ("choice", "bank"):
        value = next((text for key, text in field.choices if key == field.value), field.value)
    elif several or field.kind in ("date", "datetime"):
        value = shown_value(case, field)
    return FieldRow(
        field.path,
        field.label,
        kind,
        PADS.get(field.kind, "text"),
        value,
        field.hint if field.required else field.hint or case.say("new_case.information.optional"),
        message,
        tone,
        field.required,
    )


def shown_value(case: WorkingCase, field: FieldAnswer) -> str:
    """Put a known value into words, masked where it names a person's number."""
    words = dict(field.choices)
    day = day_of(field.value) if field.kind in ("date", "datetime") else None
    if day:
        return full_date(day, case.say)
    if field.path.endswith(_NUMBERS) and field.state is not FieldState.NOT_NEEDED:
        return mask_number(field.value, Place.STAFF_SCREEN)
    if field.kind in ("choice", "multi_choice"):
        return case.say("new_case.list").join(words.get(part, part) for part in field.value.split("、"))
    if field.kind == "account":
        return mask_account(field.value)
    return field.value


def _off_card(case: WorkingCase, field: FieldAnswer) -> bool:
    role, _, name = field.path.partition(".")
    person = entry_of(case.application, role) if role in ROLES else None
    return name == "address" and person is not None and person.source is Source.CARD


def _groups(value: str, kind: str) -> list[str]:
    """Cut digits as people read them out: 138 0000 0021, 6222 0000 0000."""
    if kind == "phone" and value[:1] == "1":
        return [part for part in (value[:3], value[3:7], value[7:]) if part]
    if kind in _FOUR_DIGITS:
        return [value[start : start + 4] for start in range(0, len(value), 4)]
    return [value]
