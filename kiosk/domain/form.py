"""The form: which boxes the chosen matters need, what fills them, and what is wrong with what was typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace
from stdnum import luhn

from kiosk.clock import local
from kiosk.domain.application import Application
from kiosk.domain.assessment import FieldAnswer, FieldState
from kiosk.domain.catalog import FieldRow, InputRow, ServiceCatalog
from kiosk.domain.codes import SELF, CodeTables
from kiosk.domain.facts import INSURANCES, People, day_of, moment_of, read_people
from kiosk.domain.identity import age_on
from kiosk.domain.rules import Facts, holds

NEW_CERTIFICATE_FROM = "2026-07-01"
"""From this day the death certificate's number is the deceased's document number (国卫规划发〔2026〕5号)."""


_SAME_PERSON = ("name", "document_type", "document_number", "address")
"""What need not be asked again of an applicant who applies for themselves."""


def read_path(application: Application, path: str) -> str:
    """Give what the application holds at a field's path, as text; empty when nothing is there."""
    if path == "deceased.facts":
        return "、".join(fact for fact, value in application.deceased.facts.items() if value)
    if path == "matters":
        return "all" if application.matters == "all" else "、".join(application.matters)
    if path == "deceased.death_time":
        return time_of(application.deceased.death_at)
    part, _, name = path.rpartition(".")
    node = getattr(application, part) if part else application
    value = getattr(node, name) if node is not None else None
    if isinstance(value, tuple):
        return "、".join(value)
    return "" if value is None else str(value)


def time_of(moment: str | None) -> str:
    """Give the time of day in China (`03:10`) of a written moment; empty where only the day is known."""
    at = moment_of(moment) if moment and "T" in moment else None
    return local(at).strftime("%H:%M") if at else ""


def derived_values(application: Application, people: People, codes: CodeTables, now: datetime) -> dict[str, str]:
    """Give what need not be asked because it follows from other values, by path."""
    deceased = application.deceased
    values: dict[str, str] = {}
    if people.deceased.sex:
        values["deceased.sex"] = people.deceased.sex
    if people.deceased.birth:
        values["deceased.birth"] = people.deceased.birth.isoformat()
    if people.deceased.area and (place := codes.divisions.name(people.deceased.area)):
        values["deceased.address"] = place
    dated = people.died_on and people.died_on.isoformat() >= NEW_CERTIFICATE_FROM
    shared = deceased.circumstance in ("hospital", "outside") and deceased.certificate_in_hand is not False
    if dated and shared and deceased.document_type == "111" and people.deceased.ok:
        values["deceased.certificate_number"] = people.deceased.number
    if application.applicant.relation == SELF and not application.applicant.document_number:
        same = {name: getattr(deceased, name) for name in _SAME_PERSON}
        values |= {f"applicant.{name}": value for name, value in same.items() if value}
    payee = application.applicant.name or values.get("applicant.name")
    if payee:
        values["payee.name"] = payee
    if people.applicant_birth:
        values["applicant.age"] = str(age_on(people.applicant_birth, local(now).date()))
    insured = [name for name in INSURANCES if deceased.facts.get(name)]
    if insured:
        values["deceased.insurance"] = "、".join(insured)
    account = application.payee.account if application.payee else None
    if account and (bank := codes.bank_of(account)):
        values["payee.bank"] = bank
    return values


def complete(application: Application, codes: CodeTables, now: datetime) -> Application:
    """Write derived values into their empty places, so that the store, the papers and the hub see a whole form."""
    derived = derived_values(application, read_people(application, now, codes), codes, now)
    # Insurances answered one by one may be incomplete; the roll itself stays what the departments say.
    derived.pop("deceased.insurance", None)
    deceased, applicant, payee = application.deceased, application.applicant, application.payee
    for path, value in derived.items():
        part, _, name = path.partition(".")
        if part == "deceased" and not getattr(deceased, name):
            deceased = replace(deceased, **{name: value})
        elif part == "payee" and payee is not None and not getattr(payee, name):
            payee = replace(payee, **{name: value})
    same = {name: derived[f"applicant.{name}"] for name in _SAME_PERSON if f"applicant.{name}" in derived}
    applicant = replace(applicant, **same)
    if "applicant.age" in derived and applicant.age is None:
        applicant = replace(applicant, age=int(derived["applicant.age"]))
    return replace(application, deceased=deceased, applicant=applicant, payee=payee)


def field_answers(
    service: ServiceCatalog,
    wanted: Mapping[str, bool],
    application: Application,
    derived: Mapping[str, str],
    facts: Facts,
    codes: CodeTables,
) -> tuple[FieldAnswer, ...]:
    """Answer for every box of the wanted fields, in the form's order.

    Args:
        service: the catalogue.
        wanted: field id → whether a matter that surely applies needs it.
        application: the case so far.
        derived: as `derived_values` gave it.
        facts: for what is spared.
        codes: for choices.
    """
    rows = [(service.fields[field_id], needed) for field_id, needed in wanted.items()]
    return tuple(
        _answer(row, box, read_path(application, box.path), derived.get(box.path, ""), facts, codes, needed=needed)
        for row, needed in rows
        for box in row.inputs
    )


def _answer(
    row: FieldRow, box: InputRow, value: str, derived: str, facts: Facts, codes: CodeTables, *, needed: bool
) -> FieldAnswer:
    state, shown = FieldState.FILLED, value
    if not value:
        state, shown = FieldState.ASKED, ""
        if derived:
            state, shown = FieldState.DERIVED, derived
        elif box.kind == "structured":
            state = FieldState.DERIVED
        elif box.spared_when and holds(box.spared_when, facts):
            state, shown = FieldState.NOT_NEEDED, box.spared_words
    choices = codes.choices(box.choices) if box.choices else ()
    return FieldAnswer(
        field_id=row.field_id,
        label=box.label,
        state=state,
        kind=box.kind,
        path=box.path,
        value=shown,
        required=box.required and needed,
        hint=box.hint,
        choices=choices,
        shown=_in_words(box, shown, codes) if state is not FieldState.NOT_NEEDED else shown,
    )


def _in_words(box: InputRow, value: str, codes: CodeTables) -> str:
    if box.kind == "datetime":
        return value[:16].replace("T", " ")
    if box.kind == "choice":
        return codes.label(box.choices, value)
    if box.kind == "multi_choice":
        return "、".join(codes.label(box.choices, code) for code in value.split("、") if code)
    return "" if box.kind == "structured" else value


def wanted_fields(service: ServiceCatalog, applying: Iterable[str], pending: Iterable[str]) -> dict[str, bool]:
    """Merge the fields of matters in the form's order; those that only pending matters need are not required."""
    surely, perhaps = set(applying), set(pending)
    return {field_id: field_id in surely for field_id in service.fields if field_id in surely | perhaps}


def value_fault(path: str, kind: str, value: str) -> tuple[str, bool] | None:
    """Check one typed value by its kind.

    Returns:
        The key of the sentence under `[assess.value]` and whether it holds the case, or None when all is well.
        Document numbers are checked where their type is known.
    """
    check = _CHECKS.get(kind)
    if path in ("deceased.name", "applicant.name", "agent.name", "payee.name"):
        check = _name_fault
    return check(value) if check and value else None


def _name_fault(value: str) -> tuple[str, bool] | None:
    if len(value) > 60:
        return "name_long", True
    allowed = {"·", " ", "'", "’", "-", ".", "〇"}
    if all(character in allowed or unicodedata.category(character)[0] in "LM" for character in value):
        return None
    # Private-use characters come from old cards; a person looks, the name is kept as it is.
    if any(unicodedata.category(character) == "Co" for character in value):
        return "name_private", False
    return "name_characters", True


def _phone_fault(value: str) -> tuple[str, bool] | None:
    if re.fullmatch(r"1[3-9][0-9]{9}|\+(852[0-9]{8}|853[0-9]{8}|886[0-9]{8,10}|(?!86)[1-9][0-9]{6,14})", value):
        return None
    return "phone", True


def _account_fault(value: str) -> tuple[str, bool] | None:
    if not re.fullmatch(r"[0-9]{8,30}", value):
        return "account", True
    if len(value) < 16:
        return "account_short", False
    if len(value) <= 19 and not luhn.is_valid(value):
        return "account_luhn", False
    return None


def _date_fault(value: str) -> tuple[str, bool] | None:
    return None if day_of(value) else ("date", True)


def _text_fault(value: str) -> tuple[str, bool] | None:
    if len(value) > 120:
        return "text_long", True
    return ("text_control", True) if any(unicodedata.category(mark) == "Cc" for mark in value) else None


_CHECKS: dict[str, Callable[[str], tuple[str, bool] | None]] = {
    "text": _text_fault,
    "address": _text_fault,
    "bank": _text_fault,
    "phone": _phone_fault,
    "account": _account_fault,
    "date": _date_fault,
    "datetime": _date_fault,
}
