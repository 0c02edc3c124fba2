"""告知承诺书 and 容缺受理承诺书: what the applicant promises instead of a material, or to bring later."""

from __future__ import annotations

import msgspec

from kiosk.domain.case import CaseMaterial, MaterialStatus
from kiosk.domain.consent import LETTERS
from kiosk.domain.contents.dossier import (
    Dossier,
    closing,
    day_of,
    issuer,
    matters_part,
    not_issuable,
    numbered_heading,
    opening,
    paper_of,
    requirement,
    table_of,
)
from kiosk.domain.paper import PaperKind, Signature
from kiosk.domain.receipt import day_words, remember_words
from kiosk.domain.sections import Framed, Paragraph, SectionedPaper
from kiosk.messages import text


def commitment_of(dossier: Dossier) -> SectionedPaper:
    """Write the promise that stands for proofs: first what the office tells, then what the person promises.

    Raises:
        PaperError: no material is replaced by a promise (PAPER_NOT_ISSUABLE).
    """
    promised = [material for material in _with(dossier, MaterialStatus.PROMISED) if material.material_id not in LETTERS]
    if not promised:
        raise not_issuable()
    users = dossier.users_of(promised)
    rows = [(material.name, issuer(dossier, material), dossier.used_for(material, users)) for material in promised]
    return paper_of(
        dossier,
        PaperKind.COMMITMENT_LETTER,
        "papers.commitment",
        Paragraph(text("papers.commitment.purpose"), strong=True),
        opening(dossier, PaperKind.COMMITMENT_LETTER),
        numbered_heading(1, text("papers.commitment.told")),
        Paragraph(text("papers.commitment.why")),
        table_of(rows, ("papers.commitment.proof", "papers.commitment.issuer", "papers.used_for")),
        Paragraph(text("papers.commitment.consequence")),
        numbered_heading(2, text("papers.commitment.promised")),
        *(Paragraph(text(f"papers.commitment.item_{place}")) for place in range(1, 6)),
        *matters_part(3, text("papers.commitment.matters"), users),
        closing(dossier, text("papers.masked"), text("papers.copies"), signatures=(_promiser(dossier),)),
    )


def deferral_of(dossier: Dossier) -> SectionedPaper:
    """Write the promise to bring materials later, each with its day.

    Raises:
        PaperError: no material is deferred (PAPER_NOT_ISSUABLE).
    """
    deferred = _with(dossier, MaterialStatus.DEFERRED)
    if not deferred:
        raise not_issuable()
    users = dossier.users_of(deferred)
    only = msgspec.structs.replace(dossier.case, materials=tuple(deferred))
    rows = [
        (
            material.name,
            requirement(dossier, material),
            issuer(dossier, material),
            day_of(material.due, dossier.taken_in) or text("papers.deferral.no_day"),
            dossier.used_for(material, users),
        )
        for material in deferred
    ]
    titles = ("receipt.material", "papers.wanted", "papers.issuer", "papers.deferral.due", "papers.used_for")
    count = text("receipt.materials_count", count=len(deferred))
    return paper_of(
        dossier,
        PaperKind.DEFERRAL_PROMISE,
        "papers.deferral",
        Paragraph(text("papers.deferral.purpose"), strong=True),
        opening(dossier, PaperKind.DEFERRAL_PROMISE),
        numbered_heading(1, text("papers.deferral.materials"), count),
        table_of(rows, titles, emphasised=range(len(rows))),
        numbered_heading(2, text("papers.deferral.promised")),
        *(Paragraph(text(f"papers.deferral.item_{place}")) for place in range(1, 4)),
        *matters_part(3, text("papers.deferral.matters"), users),
        Framed(text("receipt.remember"), remember_words(only, dossier.taken_in, "papers.deferral")),
        closing(dossier, text("papers.masked"), text("papers.copies"), signatures=(_promiser(dossier),)),
    )


def _with(dossier: Dossier, status: MaterialStatus) -> list[CaseMaterial]:
    return [material for material in dossier.case.materials if material.status is status]


def _promiser(dossier: Dossier) -> Signature:
    """Let the person sign who signed the whole on the confirm page, on that day; else by hand."""
    application = dossier.application
    label = text("papers.promised_by_agent" if application.agent else "papers.promised_by_applicant")
    if not application.signature:
        return Signature(label, (), text("acceptance.sign_date"))
    signed = day_of(application.consents.get("signed")) or day_words(dossier.taken_in)
    return Signature(label, application.signature, signed)
