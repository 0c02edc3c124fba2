"""一次性告知（补正）通知书: all that is still missing, told once: what, for which department, by when, how."""

from __future__ import annotations

from kiosk.domain.case import CaseMatter, CaseState, MaterialStatus, MatterState
from kiosk.domain.contents.dossier import (
    Dossier,
    by_hand,
    closing,
    count_words,
    day_of,
    family_signature,
    issuer,
    not_issuable,
    numbered_heading,
    opening,
    paper_of,
    requirement,
    said,
    table_of,
)
from kiosk.domain.paper import PaperKind
from kiosk.domain.sections import Framed, Paragraph, Section, SectionedPaper
from kiosk.messages import text

_CELL = 320
"""Characters that a cell of this paper's table can hold on a page of large print."""
_WITH_NAMES = 200
"""Characters of a department's words beside the names of few things."""
_OWED = (MaterialStatus.DEFERRED, MaterialStatus.MISSING)


def correction_of(dossier: Dossier) -> SectionedPaper:
    """Write the notice.

    Raises:
        PaperError: nobody has asked for a correction, or not said what is missing (PAPER_NOT_ISSUABLE).
    """
    case = dossier.case
    waiting = [matter for matter in case.matters if matter.state is MatterState.CORRECTION_REQUESTED]
    asked = [matter for matter in waiting if matter.words or _named(dossier, matter)]
    whole = said(case.words) if case.state is CaseState.CORRECTION_REQUESTED else ""
    if not asked and not whole:
        raise not_issuable()
    rows = [(matter.name, matter.department, _missing(dossier, matter), _due(dossier, matter)) for matter in asked]
    titles = ("receipt.matter", "receipt.department", "papers.correction.missing", "papers.correction.due")
    sections: list[Section] = [
        Paragraph(text("papers.correction.purpose"), strong=True),
        opening(dossier, PaperKind.CORRECTION_NOTICE),
    ]
    place = 1
    if whole:
        sections += [numbered_heading(place, text("papers.correction.whole")), Paragraph(whole)]
        place += 1
    if rows:
        sections += [
            numbered_heading(place, text("papers.correction.matters"), count_words(len(rows))),
            table_of(rows, titles, strong=2),
        ]
        place += 1
    owed = [material for material in case.materials if material.status in _OWED]
    if owed:
        owed_rows = [
            (
                material.name,
                requirement(dossier, material),
                issuer(dossier, material),
                day_of(material.due, dossier.today) or text("papers.correction.soon"),
            )
            for material in owed
        ]
        titles = ("receipt.material", "papers.wanted", "papers.issuer", "papers.correction.due")
        count = text("receipt.materials_count", count=len(owed))
        sections += [
            numbered_heading(place, text("papers.correction.owed"), count),
            table_of(owed_rows, titles),
        ]
    return paper_of(
        dossier,
        PaperKind.CORRECTION_NOTICE,
        "papers.correction",
        *sections,
        Framed(text("receipt.remember"), _remember(dossier, [m.correction_due for m in asked] + [m.due for m in owed])),
        closing(
            dossier,
            text("papers.correction.how"),
            text("papers.correction.fee"),
            text("papers.correction.basis"),
            text("papers.copies"),
            signatures=(by_hand("papers.correction.told_by"), family_signature(dossier)),
            seal="papers.correction.seal",
        ),
    )


def _missing(dossier: Dossier, matter: CaseMatter) -> str:
    """Give the department's words and the name of each thing it named, which its words may leave out.

    Where both are more than a cell can hold, the names stand whole.
    """
    if not (names := "、".join(_named(dossier, matter))):
        return said(matter.words)
    named = text("papers.correction.named", names=names)
    room = min(_WITH_NAMES, max(0, _CELL - len(named)))
    return "；".join(filter(None, (said(matter.words, room), named)))


def _named(dossier: Dossier, matter: CaseMatter) -> list[str]:
    materials, fields = dossier.service.materials, {field.path: field.label for field in dossier.assessment.fields}
    return [
        *(materials[material].name for material in matter.wanted_materials if material in materials),
        *(fields[path] for path in matter.wanted_fields if path in fields),
    ]


def _due(dossier: Dossier, matter: CaseMatter) -> str:
    return day_of(matter.correction_due, dossier.today) or text("papers.correction.ask_department")


def _remember(dossier: Dossier, wanted: list[str | None]) -> str:
    """Name the first day by which something is wanted; without one no day is made up."""
    days = sorted(day for day in wanted if day and day_of(day))
    if not days:
        return text("papers.correction.remember")
    return text("papers.correction.remember_by", due=day_of(days[0], dossier.today))
