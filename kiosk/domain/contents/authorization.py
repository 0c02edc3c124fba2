"""授权委托书 (民法典第一百六十五条): who may act for the applicant, in which matters, with what powers, how long.

Without an agent it is the letter by which the applicant lets someone else receive the money.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.application import AgentEntry
from kiosk.domain.authorization import LETTER, Standing, standing
from kiosk.domain.case import CaseMatter
from kiosk.domain.consent import SIGNED
from kiosk.domain.contents.dossier import (
    Dossier,
    by_hand,
    closing,
    day_of,
    matters_part,
    not_issuable,
    numbered_heading,
    opening,
    paper_of,
)
from kiosk.domain.facts import other_payee
from kiosk.domain.masks import mask_name, mask_phone
from kiosk.domain.paper import PaperKind, Signature
from kiosk.domain.receipt import day_words
from kiosk.domain.sections import Fact, Facts, Paragraph, SectionedPaper
from kiosk.messages import text


def authorization_of(dossier: Dossier) -> SectionedPaper:
    """Write the letter for the case's agent; where only the letter is wanted, what is not known stays open.

    Raises:
        PaperError: nobody acts for the applicant, or no longer (PAPER_NOT_ISSUABLE).
    """
    case, agent = dossier.case, dossier.application.agent
    wanted = any(material.material_id == LETTER for material in case.materials)
    if standing(agent, dossier.today) is Standing.REVOKED or (agent is None and not wanted):
        raise not_issuable()
    return paper_of(
        dossier,
        PaperKind.AUTHORIZATION_LETTER,
        "papers.authorization",
        Paragraph(text("papers.authorization.purpose", service=dossier.service.name), strong=True),
        opening(dossier, PaperKind.AUTHORIZATION_LETTER, *_phones(dossier, agent)),
        *matters_part(1, text("papers.authorization.scope"), _scope(case.matters, agent)),
        numbered_heading(2, text("papers.authorization.terms")),
        Facts(_terms(dossier, agent)),
        Paragraph(text("papers.authorization.warning"), small=True),
        closing(
            dossier,
            text("papers.masked"),
            signatures=(
                *_signatures(dossier, agent),
                by_hand("papers.authorization.witness"),
            ),
        ),
    )


def _scope(matters: tuple[CaseMatter, ...], agent: AgentEntry | None) -> list[CaseMatter]:
    """Give the matters the agent may file; a letter that names none covers all of them."""
    return [matter for matter in matters if agent is None or not agent.scope or matter.matter_id in agent.scope]


def _signatures(dossier: Dossier, agent: AgentEntry | None) -> tuple[Signature, Signature]:
    """Let both sign by hand, unless the principal signed the letter on the screen and the agent the case."""
    principal, other = by_hand("papers.authorization.principal"), by_hand("papers.authorization.agent")
    if agent is None or not agent.signature:
        return principal, other
    application = dossier.application
    principal = replace(principal, strokes=agent.signature, date=day_of(agent.signed_at) or principal.date)
    if application.signature:
        signed = day_of(application.consents.get(SIGNED)) or other.date
        other = replace(other, strokes=application.signature, date=signed)
    return principal, other


def _phones(dossier: Dossier, agent: AgentEntry | None) -> tuple[Fact, ...]:
    mine = (text("receipt.phone"), mask_phone(dossier.application.applicant.phone or "") or text("receipt.none"))
    related = (text("papers.authorization.agent_relation"), text("papers.authorization.agent_relation_blank"))
    if agent is None:
        open_place = text("papers.blank")
        payee = dossier.application.payee
        name = mask_name(payee.name) if payee and payee.name and _for_payee(dossier) else open_place
        values = {"agent_name": name, "agent_number": open_place, "agent_phone": open_place}
        return (mine, *((text(f"papers.authorization.{key}"), value) for key, value in values.items()), related)
    phone = mask_phone(agent.phone or "") or text("receipt.none")
    return (mine, (text("papers.authorization.agent_phone"), phone), related)


def _terms(dossier: Dossier, agent: AgentEntry | None) -> tuple[Fact, ...]:
    """Say what the agent may and may not do, and until when; what was not agreed is left to the pen."""
    blank = text("papers.authorization.until_blank")
    if agent is None:
        key = "papers.authorization.powers_payee" if _for_payee(dossier) else "papers.authorization.powers_open"
        powers, until = text(key), blank
    else:
        powers = "；".join(text(f"papers.authorization.powers.{power}") for power in agent.powers)
        if "receive_money" not in agent.powers:
            powers += "；" + text("papers.authorization.no_money")
        day = day_of(agent.valid_until)
        until = text("papers.authorization.until", day=day) if day else blank
    start = text("papers.authorization.from", day=day_words(dossier.taken_in))
    return (
        (text("papers.authorization.power"), powers + ("" if agent is None else text("papers.full_stop"))),
        (text("papers.authorization.period"), (start if agent else text("papers.authorization.from_blank")) + until),
    )


def _for_payee(dossier: Dossier) -> bool:
    return dossier.application.agent is None and other_payee(dossier.application) is True
