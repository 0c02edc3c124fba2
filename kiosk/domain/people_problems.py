"""What does not fit about the people: kinship, the order of heirs, who acts for whom, who gets the money."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from kiosk.domain.application import Application
from kiosk.domain.assessment import FieldAnswer, MaterialNeed, MatterAnswer, Problem
from kiosk.domain.authorization import LETTER, Standing, standing, takes_money
from kiosk.domain.case import MaterialStatus
from kiosk.domain.catalog import Subject
from kiosk.domain.codes import SELF, CodeTables
from kiosk.domain.facts import People
from kiosk.domain.identity import age_on, is_constructed
from kiosk.domain.rules import Facts
from kiosk.messages import text

_ADULT = 18
_GENERATION = 12
"""Years between parent and child under which a person should look twice."""
_LATER_HEIRS = ("sibling", "grandparent", "grandchild")
"""Who inherits only without spouse, children and parents, or in a parent's place (民法典 art. 1127, 1128)."""
_SEXES = {"11": "1", "12": "2", "2": "1", "3": "2", "51": "1", "52": "2"}
"""Sex (GB/T 2261.1) that a relation (GB/T 4761-2008), or its first digit, speaks of."""


def problem(path: str, code: str, *, holds: bool = True, key: str = "", **facts: str | int) -> Problem:
    """Make a problem with its sentence, by default that of its code."""
    return Problem(path, text(key or f"assess.problem.{code}", "zh", **facts), holds, code)


def of_persons(
    subject: Subject, application: Application, people: People, facts: Facts, codes: CodeTables, today: date
) -> Iterator[Problem]:
    """Check who applies against whom it is about."""
    deceased, applicant = application.deceased, application.applicant
    number = people.applicant.number
    same = bool(number) and number == people.deceased.number and applicant.document_type == deceased.document_type
    himself = applicant.relation == SELF
    if applicant.relation and applicant.relation not in codes.relations:
        yield problem("applicant.relation", "relation_unknown")
    if himself and not subject.living:
        yield problem("applicant.relation", "relation_self", subject=subject.word)
    if same and not (himself and subject.living):
        yield problem("applicant.document_number", "applicant_is_deceased", subject=subject.word)
    if himself and number and not same and subject.living:
        yield problem("applicant.relation", "relation_not_self", subject=subject.word)
    if people.applicant_age is not None and people.applicant_age < _ADULT and application.agent is None:
        yield problem("applicant.document_number", "under_age")
    group = str(facts.get("relation_group"))
    if group == "spouse":
        yield from _of_spouse(application, people, subject.word)
    yield from _of_generations(people, group, subject.word, today)
    relation, sex = applicant.relation or "", people.applicant.sex
    spoken = _SEXES.get(relation, _SEXES.get(relation[:1]))
    # Our made-up numbers are all a man's by their sequence.
    if sex and spoken and sex != spoken and not is_constructed(number):
        yield problem("applicant.relation", "relation_sex", holds=False, relation=codes.label("relations", relation))
    if facts.get("near_relative") is False and application.agent is None:
        yield problem("applicant.relation", "not_near", holds=False)


def _of_spouse(application: Application, people: People, subject: str) -> Iterator[Problem]:
    if application.deceased.facts.get("married") is False:
        yield problem("applicant.relation", "spouse_unmarried")
    if people.deceased_age is not None and people.deceased_age < _ADULT:
        yield problem("applicant.relation", "spouse_minor", subject=subject)


def _of_generations(people: People, group: str, subject: str, today: date) -> Iterator[Problem]:
    """Compare the generations by the dates of birth; where one is not known, by the age that was stated."""
    born = people.deceased_birth
    if born is None or people.applicant_age is None:
        return
    if people.applicant_birth:
        years = age_on(born, people.applicant_birth) if people.applicant_birth > born else -1
        younger = people.applicant_birth < born
    else:
        years = age_on(born, today) - people.applicant_age
        younger = years < 0
    if group in ("child", "grandchild"):
        if years < 0:
            yield problem("applicant.relation", "child_older", holds=False, subject=subject)
        elif years < _GENERATION:
            yield problem("applicant.relation", "generations_close", holds=False, years=years)
    if group in ("parent", "grandparent"):
        if not younger:
            yield problem("applicant.relation", "parent_younger", holds=False, subject=subject)
        elif people.applicant_birth and age_on(people.applicant_birth, born) < _GENERATION:
            gap = age_on(people.applicant_birth, born)
            yield problem("applicant.relation", "generations_close", holds=False, years=gap)


def of_money(
    subject: Subject,
    application: Application,
    facts: Facts,
    fields: Iterable[FieldAnswer],
    materials: Iterable[MaterialNeed],
) -> Iterator[Problem]:
    """Check who claims money and who gets it: later heirs, and a payee whom nobody has authorised."""
    claimed = any(answer.path == "payee.account" for answer in fields)
    if claimed and not subject.living and facts.get("relation_group") in _LATER_HEIRS:
        yield problem("applicant.relation", "later_heir", holds=False)
    if facts.get("other_payee"):
        yield problem("payee.name", "other_payee", holds=False)
        letter = next((need for need in materials if need.material_id == LETTER), None)
        covered = letter is not None and letter.status is not MaterialStatus.MISSING
        if not covered and not takes_money(application):
            yield problem(f"materials.{LETTER}", "payee_unauthorised")


def of_agent(application: Application, chosen: Sequence[MatterAnswer], today: date) -> Iterator[Problem]:
    """Check the agent: known, another person, within scope, powers and period."""
    agent = application.agent
    if agent is None:
        return
    if not agent.name or not agent.document_number:
        yield problem("agent.document_number", "agent_unknown")
    elif agent.document_number == application.applicant.document_number:
        yield problem("agent.document_number", "agent_is_applicant")
    elif agent.document_number == application.deceased.document_number:
        yield problem("agent.document_number", "agent_is_deceased")
    if standing(agent, today) is Standing.EXPIRED:
        yield problem("agent.valid_until", "agent_expired")
    outside = [answer.short_name for answer in chosen if agent.scope and answer.matter_id not in agent.scope]
    if outside:
        yield problem("agent.scope", "agent_scope", matters="、".join(outside))
    if "file" not in agent.powers:
        yield problem("agent.powers", "agent_may_not_file")
    if takes_money(application) and "receive_money" not in agent.powers:
        yield problem("payee.name", "agent_money")
