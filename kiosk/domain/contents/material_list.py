"""材料清单: every material of the case, how it was met, and which matters need it."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk import clock
from kiosk.domain.case import CaseMatter, MaterialStatus
from kiosk.domain.contents.dossier import (
    Dossier,
    by_hand,
    closing,
    count_words,
    family_signature,
    not_issuable,
    numbered_heading,
    opening,
    paper_of,
    requirement,
    table_of,
)
from kiosk.domain.paper import PaperKind
from kiosk.domain.receipt import material_line, materials_words, minute_words, remember_words
from kiosk.domain.sections import Facts, Framed, Paragraph, Section, SectionedPaper
from kiosk.messages import text

_OWED = (MaterialStatus.DEFERRED, MaterialStatus.MISSING)


def material_list_of(dossier: Dossier) -> SectionedPaper:
    """Write the list.

    Raises:
        PaperError: the case needs no materials (PAPER_NOT_ISSUABLE).
    """
    case = dossier.case
    if not case.materials:
        raise not_issuable()
    title, count = materials_words(case)
    lines = [material_line(material, dossier.application, dossier.taken_in) for material in case.materials]
    users = dossier.users_of(case.materials)
    rows = [
        (material.name, requirement(dossier, material), line.form, line.source, dossier.used_for(material, users))
        for material, line in zip(case.materials, lines, strict=True)
    ]
    titles = ("receipt.material", "papers.wanted", "papers.received", "papers.material_list.source", "papers.used_for")
    taken_in = minute_words(clock.local(clock.parse(case.taken_in_at)))
    return paper_of(
        dossier,
        PaperKind.MATERIAL_LIST,
        "papers.material_list",
        Paragraph(text("papers.material_list.purpose"), strong=True),
        opening(dossier, PaperKind.MATERIAL_LIST, (text("receipt.taken_in_at"), taken_in)),
        numbered_heading(1, title, count),
        table_of(rows, titles, emphasised=(place for place, line in enumerate(case.materials) if line.status in _OWED)),
        *_key(users),
        Framed(text("receipt.remember"), remember_words(case, dossier.taken_in, "papers.material_list")),
        closing(
            dossier,
            text("papers.copies"),
            signatures=(by_hand("papers.material_list.received_by"), family_signature(dossier)),
            seal="receipt.seal",
        ),
    )


def _key(users: Sequence[CaseMatter]) -> tuple[Section, ...]:
    """Explain the numbers of the matters in the last column."""
    if not users:
        return ()
    named = tuple(
        (f"{place}.", text("papers.material_list.key", matter=matter.name, department=matter.department))
        for place, matter in enumerate(users, start=1)
    )
    heading = numbered_heading(2, text("papers.material_list.matters"), count_words(len(users)))
    return heading, Facts(named, abreast=False)
