"""What does not fit: values of a wrong form, values that contradict each other, what is missing for taking in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from kiosk.clock import local
from kiosk.domain.application import Application
from kiosk.domain.assessment import Applicability, FieldAnswer, FieldState, MaterialNeed, MatterAnswer, Problem
from kiosk.domain.case import MaterialStatus
from kiosk.domain.catalog import ServiceCatalog, Subject
from kiosk.domain.codes import CodeTables
from kiosk.domain.facts import People, contradictions, day_of, moment_of
from kiosk.domain.form import NEW_CERTIFICATE_FROM, value_fault
from kiosk.domain.identity import NumberProblem, NumberReading
from kiosk.domain.people_problems import of_agent, of_money, of_persons, problem
from kiosk.domain.rules import Facts
from kiosk.messages import text

_UNBURNT = ("burial", "donation")

MISSING = "missing"
"""The code of a field that is needed and empty; a case that comes whole from a file may lack it."""


@dataclass(frozen=True)
class Chosen:
    """The matters that are to go into the case, and what they need."""

    matters: Sequence[MatterAnswer]
    fields: Sequence[FieldAnswer]
    materials: Sequence[MaterialNeed]


def find_problems(
    service: ServiceCatalog,
    application: Application,
    people: People,
    known: Facts,
    facts: Facts,
    *,
    codes: CodeTables,
    chosen: Chosen,
    now: datetime,
) -> tuple[Problem, ...]:
    """List every problem, those of single values first; one sentence each, each with its path."""
    today = local(now).date()
    found = [
        *_of_values(application, chosen.fields),
        *_of_numbers(people, application),
        *_of_dates(application, people, now),
        *_of_subject(service.subject, application),
        *_of_codes(application, codes),
        *_of_certificate(application, people),
        *of_persons(service.subject, application, people, facts, codes, today),
        *of_money(service.subject, application, facts, chosen.fields, chosen.materials),
        *of_agent(application, chosen.matters, today),
        *_of_facts(service, application, known),
        *_of_materials(service, application, chosen.materials),
        *_of_choices(chosen.matters),
        *_of_missing(application, chosen.fields, chosen.matters),
    ]
    return tuple(dict.fromkeys(found))


def _of_values(application: Application, fields: Iterable[FieldAnswer]) -> Iterator[Problem]:
    for answer in fields:
        if answer.state is FieldState.FILLED:
            fault = value_fault(answer.path, answer.kind, answer.value)
            if fault:
                yield problem(answer.path, fault[0], holds=fault[1], key=f"assess.value.{fault[0]}")
    agent = application.agent
    for path, kind, value in (
        ("agent.name", "text", agent.name if agent else None),
        ("agent.phone", "phone", agent.phone if agent else None),
        ("agent.valid_until", "date", agent.valid_until if agent else None),
    ):
        fault = value_fault(path, kind, value or "")
        if fault:
            yield problem(path, fault[0], holds=fault[1], key=f"assess.value.{fault[0]}")


def _of_numbers(people: People, application: Application) -> Iterator[Problem]:
    for role, reading in (("deceased", people.deceased), ("applicant", people.applicant)):
        path = f"{role}.document_number"
        if reading.problem and reading.problem is not NumberProblem.EMPTY:
            yield problem(path, reading.problem.value, key=f"identity.problem.{reading.problem.value}")
        for warning in reading.warnings:
            yield problem(path, warning.value, holds=False, key=f"identity.warning.{warning.value}")
    said, number = application.deceased, people.deceased
    if number.sex and said.sex in ("1", "2") and said.sex != number.sex:
        yield problem("deceased.sex", "sex_mismatch", holds=False)
    if number.birth and said.birth and day_of(said.birth) != number.birth:
        yield problem("deceased.birth", "birth_mismatch", holds=False)


def _of_dates(application: Application, people: People, now: datetime) -> Iterator[Problem]:
    died, born, today = people.died_on, people.deceased_birth, local(now).date()
    cremated = day_of(application.deceased.cremated_on)
    if died and born and died < born:
        yield problem("deceased.death_at", "died_before_birth")
    moment = moment_of(application.deceased.death_at)
    if (died and died > today) or (moment and "T" in (application.deceased.death_at or "") and moment > now):
        yield problem("deceased.death_at", "died_ahead")
    if cremated and died and cremated < died:
        yield problem("deceased.cremated_on", "cremated_before_death")
    if cremated and cremated > today:
        yield problem("deceased.cremated_on", "cremated_ahead")
    if (cremated or application.deceased.cremation_number) and application.deceased.disposition in _UNBURNT:
        yield problem("deceased.disposition", "cremated_otherwise")
    if people.deceased_age is not None and people.deceased_age > 130:
        yield problem("deceased.birth", "very_old", holds=False)


def _of_subject(subject: Subject, application: Application) -> Iterator[Problem]:
    if subject.living and application.deceased.death_at:
        yield problem("deceased.death_at", "died_but_living", subject=subject.word)


def _of_codes(application: Application, codes: CodeTables) -> Iterator[Problem]:
    for role, document_type in (
        ("deceased", application.deceased.document_type),
        ("applicant", application.applicant.document_type),
    ):
        if document_type not in codes.small["document_types"]:
            yield problem(f"{role}.document_type", "document_type_unknown", holds=False, value=document_type)
    channels = codes.small["channels"]
    if application.channel not in channels:
        yield problem("channel", "channel_unknown", value=application.channel, known="、".join(channels))
    division = application.deceased.household_division
    if isinstance(division, str) and not codes.divisions.known(division):
        yield problem("deceased.household_division", "division_unknown", holds=False)


def _of_certificate(application: Application, people: People) -> Iterator[Problem]:
    entry = application.deceased
    number = re.sub(r"\s", "", entry.certificate_number or "").upper()
    if len(number) > 40:
        yield problem("deceased.certificate_number", "certificate_long")
    elif number and entry.circumstance in (None, "hospital", "outside"):
        fault = _certificate_fault(number, people, citizen=entry.document_type == "111")
        if fault:
            # Only another person's certificate holds the case; odd forms are for a person to look at.
            yield problem("deceased.certificate_number", fault, holds=fault == "certificate_other_person")


def _certificate_fault(number: str, people: People, *, citizen: bool) -> str | None:
    """Judge a medical certificate's number: the old form of 17 digits, the document number, or issuer and serial."""
    if number == people.deceased.number:
        return None
    if re.fullmatch(r"[0-9]{17}", number):
        late = people.died_on is not None and people.died_on.isoformat() >= NEW_CERTIFICATE_FROM
        return "certificate_old_form" if late else None
    if re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{22}", number):
        return None if _is_credit_code(number[:18]) else "certificate_issuer"
    if citizen and people.deceased.ok and re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "certificate_other_person"
    return "certificate_form"


def _is_credit_code(number: str) -> bool:
    try:
        uscc.validate(number)
    except ValidationError:
        return False
    return True


def _of_facts(service: ServiceCatalog, application: Application, known: Facts) -> Iterator[Problem]:
    for fact in application.deceased.facts:
        if fact not in service.facts:
            # It holds: what no rule knows would be kept and sent for nothing, a cause of death among it.
            yield problem(f"deceased.facts.{fact}", "fact_unknown", fact=fact)
    for fact, said in contradictions(service, known):
        row = service.facts[fact]
        words = row.label if said else text("assess.problem.no_label", label=row.label)
        yield problem(f"deceased.facts.{fact}", "fact_doubtful", holds=False, fact=words)


def _of_materials(
    service: ServiceCatalog, application: Application, needs: Iterable[MaterialNeed]
) -> Iterator[Problem]:
    named = [*application.material_choices, *(entry.material for entry in application.attachments)]
    for material in dict.fromkeys(named):
        if material not in service.materials:
            yield problem("materials", "material_unknown", holds=False, material=material)
    for need in needs:
        if need.status is MaterialStatus.MISSING and need.material_id in application.material_choices:
            yield problem("materials", "material_choice", holds=False, material=need.name)


def _of_choices(chosen: Sequence[MatterAnswer]) -> Iterator[Problem]:
    names = {answer.matter_id: answer.short_name for answer in chosen if answer.state is Applicability.APPLIES}
    for answer in chosen:
        for other in answer.alternative_to:
            if answer.matter_id in names and other in names and answer.matter_id < other:
                yield problem("matters", "alternatives", one=names[answer.matter_id], other=names[other])


def _of_missing(
    application: Application, fields: Sequence[FieldAnswer], chosen: Sequence[MatterAnswer]
) -> Iterator[Problem]:
    if not chosen:
        yield problem("matters", "no_matter")
    for answer in fields:
        if answer.state is FieldState.ASKED and answer.required:
            yield problem(answer.path, MISSING, label=answer.label)
    if application.delivery_way == "post" and not application.postal_address:
        yield problem("postal_address", MISSING, label=text("assess.problem.postal_address"))


def number_words(reading: NumberReading) -> str:
    """Say what is wrong or odd about a number, for the line under its box; empty when all is well."""
    if reading.problem:
        return text(f"identity.problem.{reading.problem.value}")
    return text(f"identity.warning.{reading.warnings[0].value}") if reading.warnings else ""
