"""公证转介单: where several heirs share a sum, how they agree or have it notarised, and what to bring."""

from __future__ import annotations

from kiosk.domain.case import MaterialStatus
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
    table_of,
)
from kiosk.domain.paper import PaperKind
from kiosk.domain.sections import Framed, Paragraph, SectionedPaper
from kiosk.ids import MaterialId
from kiosk.messages import text

_PROOF = MaterialId("inheritance_proof")
_DEATH = "death_certificate"
_WAYS = ("agreement", "notary", "one")
_BRING = ("ids", "register", "death", "assets", "will")


def notary_referral_of(dossier: Dossier) -> SectionedPaper:
    """Write the referral; it names no notary's office and bears no account, the family carries it there itself.

    Raises:
        PaperError: no agreement of heirs is wanted, or it was brought (PAPER_NOT_ISSUABLE).
    """
    proof = next((material for material in dossier.case.materials if material.material_id == _PROOF), None)
    if proof is None or proof.status is MaterialStatus.SUPPLIED:
        raise not_issuable()
    shared = dossier.users_of([proof])
    ways = [(text(f"papers.notary.way_{way}"), text(f"papers.notary.way_{way}_words")) for way in _WAYS]
    bring = {item: text(f"papers.notary.bring_{item}") for item in _BRING}
    for material in dossier.case.materials:
        if material.material_id == _DEATH:
            bring["death"] = material.name
    things = [(name, text(f"papers.notary.bring_{item}_words")) for item, name in bring.items()]
    due = day_of(proof.due, dossier.taken_in)
    remember = text("papers.notary.remember_by", day=due) if due else text("papers.notary.remember")
    return paper_of(
        dossier,
        PaperKind.NOTARY_REFERRAL,
        "papers.notary",
        Paragraph(text("papers.notary.purpose"), strong=True),
        opening(dossier, PaperKind.NOTARY_REFERRAL),
        *matters_part(1, text("papers.notary.matters"), shared),
        numbered_heading(2, text("papers.notary.ways")),
        table_of(ways, ("papers.notary.way", "papers.notary.how")),
        numbered_heading(3, text("papers.notary.bring")),
        table_of(things, ("papers.notary.thing", "papers.notary.note")),
        Framed(text("receipt.remember"), remember),
        closing(
            dossier,
            text("papers.notary.fee"),
            text("papers.notary.private"),
            signatures=(by_hand("papers.notary.received"),),
            seal="receipt.seal",
        ),
    )
