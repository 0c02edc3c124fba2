"""授权委托书 (民法典第一百六十五条): who may act for the applicant, in which matters, with what powers, how long."""

from __future__ import annotations

from kiosk.domain.application import AgentEntry
from kiosk.domain.case import CaseMatter
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
from kiosk.domain.masks import mask_phone
from kiosk.domain.paper import PaperKind
from kiosk.domain.receipt import day_words
from kiosk.domain.sections import Fact, Facts, Paragraph, SectionedPaper
from kiosk.ids import MaterialId
from kiosk.messages import text

_LETTER = MaterialId("authorization_letter")


def authorization_of(dossier: Dossier) -> SectionedPaper:
    """Write the letter for the case's agent; where only the letter is wanted, the agent's particulars stay open.

    Raises:
        PaperError: nobody acts for the applicant (PAPER_NOT_ISSUABLE).
    """
    case, agent = dossier.case, dossier.application.agent
    if agent is None and all(material.material_id != _LETTER for material in case.materials):
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
                by_hand("papers.authorization.principal"),
                by_hand("papers.authorization.agent"),
                by_hand("papers.authorization.witness"),
            ),
        ),
    )


def _scope(matters: tuple[CaseMatter, ...], agent: AgentEntry | None) -> list[CaseMatter]:
    """Give the matters the agent may file; a letter that names none covers all of them."""
    return [matter for matter in matters if agent is None or not agent.scope or matter.matter_id in agent.scope]


def _phones(dossier: Dossier, agent: AgentEntry | None) -> tuple[Fact, ...]:
    mine = (text("receipt.phone"), mask_phone(dossier.application.applicant.phone or "") or text("receipt.none"))
    if agent is None:
        open_place = text("papers.blank")
        keys = ("agent_name", "agent_number", "agent_phone")
        return (mine, *((text(f"papers.authorization.{key}"), open_place) for key in keys))
    return (mine, (text("papers.authorization.agent_phone"), mask_phone(agent.phone or "") or text("receipt.none")))


def _terms(dossier: Dossier, agent: AgentEntry | None) -> tuple[Fact, ...]:
    """Say what the agent may and may not do, and until when; what was not agreed is left to the pen."""
    blank = text("papers.authorization.until_blank")
    if agent is None:
        powers, until = text("papers.authorization.powers_open"), blank
    else:
        powers = "；".join(text(f"papers.authorization.powers.{power}") for power in agent.powers)
        if "receive_money" not in agent.powers:
            powers += "；" + text("papers.authorization.no_money")
        day = day_of(agent.valid_until)
        until = text("papers.authorization.until", day=day) if day else blank
    start = text("papers.authorization.from", day=day_words(dossier.taken_in))
    return (
        (text("papers.authorization.power"), powers + text("papers.full_stop")),
        (text("papers.authorization.period"), (start if agent else text("papers.authorization.from_blank")) + until),
    )
