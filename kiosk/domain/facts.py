"""Named facts of an application: what it says, what can be computed from it, and what follows from that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from msgspec import UNSET

from kiosk.clock import local, parse
from kiosk.domain.application import Application, DeceasedEntry
from kiosk.domain.catalog import FactRow, ServiceCatalog
from kiosk.domain.codes import CodeTables
from kiosk.domain.identity import CITIZEN_TYPES, RESIDENT_AREAS, NumberReading, age_on, read_number
from kiosk.domain.rules import Facts, Value, holds

INSURANCES = ("enterprise_pension", "public_pension", "resident_pension", "employee_medical", "resident_medical")
"""Facts that together are 参保类型: `insurance` names all that hold, or each is answered by itself."""

GIVEN = frozenset(
    {
        "circumstance",
        "disposition",
        "document_type",
        "relation_group",
        "age",
        "days_since_death",
        "has_household",
        "cremation_certified",
        "has_agent",
        "other_payee",
        "by_post",
        "promised",
    }
)
"""Facts that `known_facts` computes."""

_WITHOUT_HOUSEHOLD = frozenset({"X01", "553", "554", "516", "511", "420", "421"})
"""Document types of people who have no mainland household register."""


@dataclass(frozen=True)
class People:
    """What the document numbers say: who they are by birth and age; `died_on` is None for the living."""

    deceased: NumberReading
    applicant: NumberReading
    died_on: date | None
    deceased_birth: date | None
    deceased_age: int | None
    applicant_birth: date | None
    applicant_age: int | None


def read_people(application: Application, now: datetime, codes: CodeTables) -> People:
    """Read the numbers, the dates and the ages of deceased (at death) and applicant (today)."""
    today = local(now).date()
    deceased, applicant = application.deceased, application.applicant
    deceased_number = read_number(deceased.document_type, deceased.document_number or "", today, codes.divisions)
    applicant_number = read_number(applicant.document_type, applicant.document_number or "", today, codes.divisions)
    died_on = day_of(deceased.death_at)
    birth = deceased_number.birth or day_of(deceased.birth)
    age = age_on(birth, died_on or today) if birth else None
    applicant_age = age_on(applicant_number.birth, today) if applicant_number.birth else applicant.age
    return People(
        deceased=deceased_number,
        applicant=applicant_number,
        died_on=died_on,
        deceased_birth=birth,
        deceased_age=age,
        applicant_birth=applicant_number.birth,
        applicant_age=applicant_age,
    )


def day_of(text: str | None) -> date | None:
    """Give the day in China of a written date or time, None when there is none or it is not one."""
    moment = moment_of(text)
    return local(moment).date() if moment else None


def moment_of(text: str | None) -> datetime | None:
    """Give a written time, None when there is none, it is not one, or its year cannot be meant."""
    if not text:
        return None
    try:
        moment = parse(text)
    except ValueError:
        return None
    return moment if 1800 <= moment.year <= 2200 else None


def known_facts(
    application: Application, people: People, now: datetime, codes: CodeTables, station_division: str | None = None
) -> dict[str, Value | None]:
    """Collect the facts that are said or computed; what is not known is absent.

    Args:
        application: the case so far.
        people: as `read_people` gave it.
        now: for the days since the death.
        codes: for groups of relations.
        station_division: where the station is, to recognise a local resident.
    """
    deceased = application.deceased
    facts: dict[str, Value | None] = dict(deceased.facts)
    if deceased.insurance is not None:
        facts |= {name: name in deceased.insurance for name in INSURANCES}
    in_hand = deceased.certificate_in_hand
    facts["certificate_in_hand"] = True if in_hand is None and deceased.certificate_number else in_hand
    if "local_resident" not in facts:
        facts["local_resident"] = _same_city(deceased, station_division)
    applicant = application.applicant
    days = (local(now).date() - people.died_on).days if people.died_on else None
    return facts | {
        "circumstance": deceased.circumstance,
        "disposition": deceased.disposition,
        "document_type": deceased.document_type,
        "relation_group": codes.relation_group(applicant.relation),
        "age": people.deceased_age,
        "days_since_death": days,
        "has_household": _household(deceased, people.deceased),
        "cremation_certified": bool(deceased.cremation_number),
        "has_agent": application.agent is not None,
        "other_payee": other_payee(application),
        "by_post": application.delivery_way == "post",
        "promised": any(choice.status == "promised" for choice in application.material_choices.values()),
    }


def other_payee(application: Application) -> bool | None:
    """Say whether the payee is neither the applicant nor the deceased; None as long as that cannot be known."""
    payee, applicant = application.payee, application.applicant
    if payee is None or not payee.name:
        return False
    return payee.name not in (applicant.name, application.deceased.name) if applicant.name else None


def _household(deceased: DeceasedEntry, number: NumberReading) -> bool | None:
    if deceased.household_division is not UNSET:
        return deceased.household_division is not None
    if deceased.document_type in _WITHOUT_HOUSEHOLD:
        return False
    if deceased.document_type in CITIZEN_TYPES and number.ok:
        return number.area not in RESIDENT_AREAS and not number.number.startswith("9")
    return None


def _same_city(deceased: DeceasedEntry, station_division: str | None) -> bool | None:
    division = deceased.household_division
    if not station_division or not isinstance(division, str):
        return None
    # Living elsewhere with a local residence permit counts as local too, so another city leaves it open.
    return True if division[:4] == station_division[:4] else None


def resolve(service: ServiceCatalog, known: Facts) -> dict[str, Value | None]:
    """Add what follows from the known facts by the catalogue's tables, until nothing more follows."""
    facts: dict[str, Value | None] = {fact: value for fact, value in known.items() if value is not None}
    waiting = [row for row in service.facts.values() if row.fact not in facts and (row.true_when or row.false_when)]
    while True:
        settled = {row.fact: value for row in waiting if (value := _follows(row, facts)) is not None}
        if not settled:
            return facts
        facts |= settled
        waiting = [row for row in waiting if row.fact not in facts]


def _follows(row: FactRow, facts: Facts) -> bool | None:
    if row.false_when and holds(row.false_when, facts):
        return False
    return True if row.true_when and holds(row.true_when, facts) else None


def contradictions(service: ServiceCatalog, known: Facts) -> list[tuple[str, bool]]:
    """List facts that were answered one way although the other facts say the opposite, with what was answered."""
    found = []
    for row in service.facts.values():
        said = known.get(row.fact)
        if said is True and row.false_when and holds(row.false_when, known):
            found.append((row.fact, True))
        elif said is False and row.true_when and holds(row.true_when, known):
            found.append((row.fact, False))
    return found
