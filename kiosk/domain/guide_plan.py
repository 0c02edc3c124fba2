"""办事指南 for one family: what would have to be done, what to bring and how long it takes, before there is a case."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.application import Application
from kiosk.domain.assessment import Applicability, Assessment, MatterAnswer
from kiosk.domain.catalog import MatterRow, ServiceCatalog
from kiosk.domain.due import limit_words
from kiosk.domain.facts import INSURANCES
from kiosk.domain.guide import HOTLINE
from kiosk.ids import MaterialId, MatterId
from kiosk.messages import text


@dataclass(frozen=True)
class PlanMatter:
    """A matter as the guide tells of it; `materials` are what it needs on these facts."""

    matter_id: MatterId
    name: str
    department: str
    phone: str
    mode: str
    how_long: str
    reason: str
    materials: tuple[MaterialId, ...]


@dataclass(frozen=True)
class PlanMaterial:
    """A material to bring, in which form, and who makes it out."""

    material_id: MaterialId
    name: str
    form: str
    issuer: str


@dataclass(frozen=True)
class GuidePlan:
    """All of it.

    Attributes:
        told: what was answered, in words.
        matters: what applies; `perhaps` what a department decides on.
        materials: everything to bring, once for all matters.
        promise_working_days: what the station promises for the whole.
    """

    service: str
    catalog_version: str
    told: tuple[str, ...]
    matters: tuple[PlanMatter, ...]
    perhaps: tuple[PlanMatter, ...]
    materials: tuple[PlanMaterial, ...]
    promise_working_days: int


def plan_of(
    service: ServiceCatalog, application: Application, assessment: Assessment, promise_working_days: int
) -> GuidePlan:
    """Put what was judged into what a family asks; nothing personal of the application is used."""

    def listed(state: Applicability) -> tuple[PlanMatter, ...]:
        return tuple(_matter(service, answer) for answer in assessment.matters if answer.state is state)

    return GuidePlan(
        service=service.name,
        catalog_version=service.version,
        told=_told(service, application),
        matters=listed(Applicability.APPLIES),
        perhaps=listed(Applicability.PENDING),
        materials=tuple(
            PlanMaterial(need.material_id, need.name, need.form, need.issuer) for need in assessment.materials
        ),
        promise_working_days=promise_working_days,
    )


def how_long(row: MatterRow) -> str:
    """Say in a few words how long a matter takes: its own words, else the promised limit, else the legal one."""
    if row.due_words:
        return row.due_words
    limit = row.promised or row.legal
    return limit_words(limit) if limit else text("assess.due.told_later")


def _matter(service: ServiceCatalog, answer: MatterAnswer) -> PlanMatter:
    return PlanMatter(
        matter_id=answer.matter_id,
        name=answer.name,
        department=answer.department,
        phone=service.departments[answer.department].phone or HOTLINE,
        mode=answer.mode.value,
        how_long=how_long(service.matters[answer.matter_id]),
        reason=answer.reason,
        materials=answer.materials,
    )


def _told(service: ServiceCatalog, application: Application) -> tuple[str, ...]:
    """Say the answers that were given; what is not known or does not hold is left out."""
    deceased = application.deceased
    values = [f"guide.values.{value}" for value in (deceased.circumstance, deceased.disposition) if value]
    holds: list[str] = [name for name in INSURANCES if name in (deceased.insurance or ())]
    holds += [fact for fact in service.facts if deceased.facts.get(fact)]
    if deceased.certificate_in_hand:
        holds.append("certificate_in_hand")
    return (*map(text, values), *(service.facts[fact].tile for fact in holds if service.facts[fact].tile))
