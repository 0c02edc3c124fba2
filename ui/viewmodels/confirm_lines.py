"""What the confirm page reads out: people, matters, materials, the payee, the authorisation, each as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain import consent
from kiosk.domain.assessment import Applicability, Mode
from kiosk.domain.case import MaterialStatus
from kiosk.domain.consent import Purpose
from kiosk.domain.masks import Place, mask_account, mask_name, mask_number
from ui.viewmodels.dates import age_at, bare_due, day_of, full_date, short_date
from ui.viewmodels.person_tile import ROLES, Entry, birth_of, entry_of, sex_of
from ui.viewmodels.working_case import WorkingCase

_HERE, _INFORMATION, _MATERIALS = -1, 2, 3
"""The steps that mend a line, and this one."""


@dataclass(frozen=True)
class PersonLine:
    """A person, masked unless revealed."""

    role: str
    name: str
    number: str
    line: str


@dataclass(frozen=True)
class MatterLine:
    """A matter, short."""

    name: str
    department: str
    due: str
    automatic: bool


@dataclass(frozen=True)
class FactLine:
    """One block of the page."""

    label: str
    value: str
    step: int
    """The step that mends it; -1 for what is mended on this page."""


@dataclass(frozen=True)
class ConsentLine:
    """A consent to tick."""

    key: str
    text: str
    full: str
    ticked: bool


def person_lines(case: WorkingCase, *, revealed: bool) -> list[PersonLine]:
    """Name the people of the case."""
    people = [(role, person) for role in ROLES if (person := entry_of(case.application, role)) is not None]
    return [_person(case, role, person, revealed=revealed) for role, person in people]


def matter_lines(case: WorkingCase) -> list[MatterLine]:
    """List the matters that surely apply."""
    return [
        MatterLine(matter.short_name, matter.department, bare_due(matter.due_text), matter.mode is Mode.AUTOMATIC)
        for matter in case.chosen
        if matter.state is Applicability.APPLIES
    ]


def matters_words(case: WorkingCase) -> str:
    """Say what is promised for the whole, what takes longer, and how many a department decides on first."""
    chosen = case.chosen
    applying = [matter for matter in chosen if matter.state is Applicability.APPLIES]
    parts = [case.say("new_case.confirm.expected", promise=bare_due(case.assessment.promise_text))]
    longer = [day for matter in applying if matter.late and (day := day_of(matter.due))]
    if longer:
        parts[0] += case.say("new_case.confirm.longer", count=len(longer), date=short_date(max(longer), case.say))
    if len(chosen) > len(applying):
        parts.append(case.say("new_case.confirm.pending", count=len(chosen) - len(applying)))
    return case.say("new_case.comma").join(parts)


def fact_lines(case: WorkingCase, *, revealed: bool) -> list[FactLine]:
    """Say how materials, payee, authorisation and notices stand, and what a person should look at twice."""
    return [
        _materials(case),
        *_payee(case, revealed=revealed),
        *_authorization(case, revealed=revealed),
        _notice(case),
        *_remarks(case),
    ]


def consent_lines(case: WorkingCase, departments: int) -> list[ConsentLine]:
    """List what is to be agreed to, each purpose by itself."""
    needs = case.assessment.materials
    named = case.say("new_case.list").join(need.name for need in consent.promised(needs))
    return [
        ConsentLine(
            purpose.value,
            case.say(f"new_case.consents.{purpose}.text", count=departments, materials=named),
            case.say(f"new_case.consents.{purpose}.full", materials=named),
            consent.is_given(case.application, purpose, needs),
        )
        for purpose in consent.purposes(case.application, needs)
    ]


def letter_words(case: WorkingCase) -> str:
    """Put the letter of authorisation into one text, to be read before it is signed."""
    agent = case.application.agent
    if agent is None:
        return ""
    return case.say(
        "new_case.signing.letter_full",
        principal=case.application.applicant.name or "",
        agent=agent.name or "",
        count=len(case.chosen),
        matters=case.say("new_case.list").join(matter.short_name for matter in case.chosen),
        money=case.say(f"new_case.confirm.{_money(agent.powers)}"),
        until=_until(case, agent.valid_until),
    )


def _until(case: WorkingCase, valid_until: str | None) -> str:
    day = day_of(valid_until)
    if day is None:
        return case.say("new_case.confirm.no_end")
    return case.say("new_case.confirm.until", date=full_date(day, case.say))


def _money(powers: Sequence[str]) -> str:
    return "with_money" if "receive_money" in powers else "without_money"


def _person(case: WorkingCase, role: str, person: Entry, *, revealed: bool) -> PersonLine:
    name, number = person.name or "", person.document_number or ""
    return PersonLine(
        case.say(f"new_case.roles.{role}"),
        name if revealed else mask_name(name),
        number if revealed else mask_number(number, Place.STAFF_SCREEN),
        case.say("new_case.comma").join(part for part in _about(case, role, person) if part),
    )


def _about(case: WorkingCase, role: str, person: Entry) -> list[str]:
    phone = getattr(person, "phone", None)
    tail = case.say("new_case.confirm.phone", tail=phone[-4:]) if phone else ""
    if role != "deceased":
        relation = case.application.applicant.relation if role == "applicant" else None
        kin = case.say(f"new_case.kin.{_kin(relation)}") if relation else ""
        return [kin, tail]
    deceased = case.application.deceased
    birth, died = birth_of(deceased), day_of(deceased.death_at)
    sex = sex_of(deceased)
    return [
        case.say(f"new_case.sexes.{sex}") if sex else "",
        case.say("new_case.identity.years", years=age_at(birth, died)) if birth and died else "",
        case.say(f"new_case.confirm.died_{deceased.circumstance or 'unknown'}", date=full_date(died, case.say))
        if died
        else "",
    ]


def _materials(case: WorkingCase) -> FactLine:
    needs = case.assessment.materials
    here = (MaterialStatus.SUPPLIED, MaterialStatus.CARD, MaterialStatus.SHARED)
    parts = [case.say("new_case.confirm.materials_here", count=sum(need.status in here for need in needs))]
    parts += [case.say("new_case.confirm.material_promised", name=need.name) for need in consent.promised(needs)]
    for need in needs:
        if need.status is MaterialStatus.DEFERRED:
            due = day_of(need.due)
            date = short_date(due, case.say) if due else ""
            parts.append(case.say("new_case.confirm.material_deferred", name=need.name, date=date))
    return FactLine(case.say("new_case.steps.materials"), case.say("new_case.semicolon").join(parts), _MATERIALS)


def _payee(case: WorkingCase, *, revealed: bool) -> list[FactLine]:
    payee = case.application.payee
    if payee is None or not payee.account:
        return []
    name = payee.name or case.application.applicant.name or ""
    shown = name if revealed else mask_name(name)
    words = case.say("new_case.comma").join(part for part in (shown, payee.bank, mask_account(payee.account)) if part)
    return [FactLine(case.say("new_case.confirm.payee"), words, _INFORMATION)]


def _authorization(case: WorkingCase, *, revealed: bool) -> list[FactLine]:
    agent = case.application.agent
    if agent is None:
        return []
    name = agent.name or ""
    parts = [
        name if revealed else mask_name(name),
        case.say("new_case.confirm.scope", count=len(agent.scope or case.chosen)),
        case.say(f"new_case.confirm.{_money(agent.powers)}"),
        _until(case, agent.valid_until),
    ]
    return [FactLine(case.say("new_case.confirm.authorization"), case.say("new_case.comma").join(parts), _INFORMATION)]


def _notice(case: WorkingCase) -> FactLine:
    by_phone = Purpose.NOTIFY in case.application.consents
    key = "notice_message" if by_phone else "notice_window"
    return FactLine(case.say("new_case.confirm.notice"), case.say(f"new_case.confirm.{key}"), _HERE)


def _remarks(case: WorkingCase) -> list[FactLine]:
    """Repeat what is odd about kinship and heirs: the family reads it before it signs."""
    kin = [p.words for p in case.assessment.problems if p.path == "applicant.relation" and not p.holds]
    if not kin:
        return []
    return [FactLine(case.say("new_case.confirm.remark"), case.say("new_case.semicolon").join(kin), 0)]


def _kin(relation: str) -> str:
    """Name the relation by its group (GB/T 4761: the first digit), a child's spouse apart."""
    if relation in ("28", "38"):
        return relation
    return relation[0] if relation[0] in "1234567" else "9"
