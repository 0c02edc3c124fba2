"""What does not fit: values of a wrong form, values that contradict each other, what is missing for taking in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from kiosk.clock import local
from kiosk.domain.application import AgentEntry, Application
from kiosk.domain.assessment import Applicability, FieldAnswer, FieldState, MatterAnswer, Problem
from kiosk.domain.catalog import ServiceCatalog
from kiosk.domain.codes import SELF
from kiosk.domain.facts import People, contradictions, day_of
from kiosk.domain.form import NEW_CERTIFICATE_FROM, value_fault
from kiosk.domain.identity import NumberProblem, NumberReading
from kiosk.domain.rules import Facts
from kiosk.messages import text

MISSING = "missing"
"""The code of a field that is needed and empty; a case that comes whole from a file may lack it."""


def find_problems(
    service: ServiceCatalog,
    application: Application,
    people: People,
    known: Facts,
    facts: Facts,
    *,
    chosen: Sequence[MatterAnswer],
    fields: Sequence[FieldAnswer],
    now: datetime,
) -> tuple[Problem, ...]:
    """List every problem, those of single values first; one sentence each, each with its path."""
    today = local(now).date()
    found = [
        *_of_values(application, fields),
        *_of_numbers(people, application),
        *_of_dates(application, people, now),
        *_of_certificate(application, people),
        *_of_persons(service, application, people, facts),
        *_of_agent(application, chosen, today),
        *_of_facts(service, application, known),
        *_of_choices(chosen),
        *_of_missing(application, fields, chosen),
    ]
    return tuple(dict.fromkeys(found))


def _problem(path: str, code: str, *, holds: bool = True, key: str = "", **facts: str | int) -> Problem:
    return Problem(path, text(key or f"assess.problem.{code}", "zh", **facts), holds, code)


def _of_values(application: Application, fields: Iterable[FieldAnswer]) -> Iterator[Problem]:
    for answer in fields:
        if answer.state is FieldState.FILLED:
            fault = value_fault(answer.path, answer.kind, answer.value)
            if fault:
                yield _problem(answer.path, fault[0], holds=fault[1], key=f"assess.value.{fault[0]}")
    agent = application.agent
    for path, kind, value in (
        ("agent.name", "text", agent.name if agent else None),
        ("agent.phone", "phone", agent.phone if agent else None),
    ):
        fault = value_fault(path, kind, value or "")
        if fault:
            yield _problem(path, fault[0], holds=fault[1], key=f"assess.value.{fault[0]}")


def _of_numbers(people: People, application: Application) -> Iterator[Problem]:
    for role, reading in (("deceased", people.deceased), ("applicant", people.applicant)):
        path = f"{role}.document_number"
        if reading.problem and reading.problem is not NumberProblem.EMPTY:
            yield _problem(path, reading.problem.value, key=f"identity.problem.{reading.problem.value}")
        for warning in reading.warnings:
            yield _problem(path, warning.value, holds=False, key=f"identity.warning.{warning.value}")
    said, number = application.deceased, people.deceased
    if number.sex and said.sex in ("1", "2") and said.sex != number.sex:
        yield _problem("deceased.sex", "sex_mismatch", holds=False)
    if number.birth and said.birth and day_of(said.birth) != number.birth:
        yield _problem("deceased.birth", "birth_mismatch", holds=False)


def _of_dates(application: Application, people: People, now: datetime) -> Iterator[Problem]:
    died, born, today = people.died_on, people.deceased_birth, local(now).date()
    cremated = day_of(application.deceased.cremated_on)
    if died and born and died < born:
        yield _problem("deceased.death_at", "died_before_birth")
    if died and died > today:
        yield _problem("deceased.death_at", "died_ahead")
    if cremated and died and cremated < died:
        yield _problem("deceased.cremated_on", "cremated_before_death")
    if cremated and cremated > today:
        yield _problem("deceased.cremated_on", "cremated_ahead")
    if people.deceased_age is not None and people.deceased_age > 130:
        yield _problem("deceased.birth", "very_old", holds=False)


def _of_certificate(application: Application, people: People) -> Iterator[Problem]:
    entry = application.deceased
    number = re.sub(r"\s", "", entry.certificate_number or "").upper()
    if len(number) > 40:
        yield _problem("deceased.certificate_number", "certificate_long")
    elif number and entry.circumstance in (None, "hospital", "outside"):
        fault = _certificate_fault(number, people, citizen=entry.document_type == "111")
        if fault:
            # Only another person's certificate holds the case; odd forms are for a person to look at.
            yield _problem("deceased.certificate_number", fault, holds=fault == "certificate_other_person")


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


def _of_persons(service: ServiceCatalog, application: Application, people: People, facts: Facts) -> Iterator[Problem]:
    deceased, applicant, subject = application.deceased, application.applicant, service.subject
    number = people.applicant.number
    same = bool(number) and number == people.deceased.number and applicant.document_type == deceased.document_type
    himself = applicant.relation == SELF
    if himself and not subject.living:
        yield _problem("applicant.relation", "relation_self", subject=subject.word)
    if same and not (himself and subject.living):
        yield _problem("applicant.document_number", "applicant_is_deceased", subject=subject.word)
    if himself and number and not same and subject.living:
        yield _problem("applicant.relation", "relation_not_self", subject=subject.word)
    if people.applicant_age is not None and people.applicant_age < 18 and application.agent is None:
        yield _problem("applicant.document_number", "under_age")
    group = facts.get("relation_group")
    if group == "spouse" and application.deceased.facts.get("married") is False:
        yield _problem("applicant.relation", "spouse_unmarried")
    yield from _of_generations(people, str(group), subject.word)
    if facts.get("near_relative") is False and application.agent is None:
        yield _problem("applicant.relation", "not_near", holds=False)
    if facts.get("other_payee"):
        yield _problem("payee.name", "other_payee", holds=False)


def _of_generations(people: People, group: str, subject: str) -> Iterator[Problem]:
    born, applicant_born = people.deceased_birth, people.applicant_birth
    if not born or not applicant_born:
        return
    if group in ("child", "grandchild") and applicant_born <= born:
        yield _problem("applicant.relation", "child_older", holds=False, subject=subject)
    if group in ("parent", "grandparent") and applicant_born >= born:
        yield _problem("applicant.relation", "parent_younger", holds=False, subject=subject)


def _of_agent(application: Application, chosen: Sequence[MatterAnswer], today: date) -> Iterator[Problem]:
    agent = application.agent
    if agent is None:
        return
    if not agent.name or not agent.document_number:
        yield _problem("agent.document_number", "agent_unknown")
    elif agent.document_number == application.applicant.document_number:
        yield _problem("agent.document_number", "agent_is_applicant")
    until = day_of(agent.valid_until)
    if agent.valid_until and (until is None or until < today):
        yield _problem("agent.valid_until", "agent_expired")
    outside = [answer.short_name for answer in chosen if agent.scope and answer.matter_id not in agent.scope]
    if outside:
        yield _problem("agent.scope", "agent_scope", matters="、".join(outside))
    if _takes_money(application, agent) and "receive_money" not in agent.powers:
        yield _problem("payee.name", "agent_money")


def _takes_money(application: Application, agent: AgentEntry) -> bool:
    return bool(application.payee and application.payee.name and application.payee.name == agent.name)


def _of_facts(service: ServiceCatalog, application: Application, known: Facts) -> Iterator[Problem]:
    for fact in application.deceased.facts:
        if fact not in service.facts:
            yield _problem(f"deceased.facts.{fact}", "fact_unknown", holds=False, fact=fact)
    for fact, said in contradictions(service, known):
        row = service.facts[fact]
        words = row.label if said else text("assess.problem.no_label", label=row.label)
        yield _problem(f"deceased.facts.{fact}", "fact_doubtful", holds=False, fact=words)


def _of_choices(chosen: Sequence[MatterAnswer]) -> Iterator[Problem]:
    names = {answer.matter_id: answer.short_name for answer in chosen if answer.state is Applicability.APPLIES}
    for answer in chosen:
        for other in answer.alternative_to:
            if answer.matter_id in names and other in names and answer.matter_id < other:
                yield _problem("matters", "alternatives", one=names[answer.matter_id], other=names[other])


def _of_missing(
    application: Application, fields: Sequence[FieldAnswer], chosen: Sequence[MatterAnswer]
) -> Iterator[Problem]:
    if not chosen:
        yield _problem("matters", "no_matter")
    for answer in fields:
        if answer.state is FieldState.ASKED and answer.required:
            yield _problem(answer.path, MISSING, label=answer.label)
    if application.delivery_way == "post" and not application.postal_address:
        yield _problem("postal_address", MISSING, label=text("assess.problem.postal_address"))


def number_words(reading: NumberReading) -> str:
    """Say what is wrong or odd about a number, for the line under its box; empty when all is well."""
    if reading.problem:
        return text(f"identity.problem.{reading.problem.value}")
    return text(f"identity.warning.{reading.warnings[0].value}") if reading.warnings else ""
