"""办事指南 on paper: for one family's circumstances, or for the matters somebody asked about."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.contents.dossier import count_words, numbered_heading, spans, table_of
from kiosk.domain.contents.sheet import SheetFrame, asking, sheet_of
from kiosk.domain.guide import GuideEntry
from kiosk.domain.guide_plan import GuidePlan, PlanMaterial, PlanMatter
from kiosk.domain.paper import SheetKind
from kiosk.domain.sections import Closing, Facts, Framed, Heading, Paragraph, Section, SectionedPaper
from kiosk.messages import text


def plan_sheet(frame: SheetFrame, plan: GuidePlan, parting: str = "") -> SectionedPaper:
    """Write what to do, what to bring and how long it takes; `parting` is the service's last line."""
    told = "、".join(plan.told) or text("sheets.guide.nothing_told")
    sections: list[Section] = [
        Paragraph(text("sheets.guide.purpose", service=plan.service), strong=True),
        Facts(
            (
                (text("sheets.guide.told"), told),
                (text("sheets.guide.promise"), text("sheets.guide.promise_words", days=plan.promise_working_days)),
            ),
            abreast=False,
        ),
    ]
    place = 1
    for key, matters in (("matters", plan.matters), ("perhaps", plan.perhaps)):
        if matters:
            heading = numbered_heading(place, text(f"sheets.guide.{key}"), count_words(len(matters)))
            sections += [heading, _matters(matters) if key == "matters" else _perhaps(matters)]
            place += 1
        if key == "matters" and plan.materials:
            count = text("receipt.materials_count", count=len(plan.materials))
            heading = numbered_heading(place, text("sheets.guide.materials"), count)
            sections += [heading, _materials(plan.materials, plan.matters)]
            place += 1
    sections += [
        Framed(text("receipt.remember"), text("sheets.guide.remember")),
        Closing((text("sheets.guide.not_promised"), *asking(frame)), ()),
    ]
    return sheet_of(frame, SheetKind.GUIDE, plan.catalog_version, *sections, parting=parting)


def answers_sheet(frame: SheetFrame, words: str, entries: Sequence[GuideEntry], version: str) -> SectionedPaper:
    """Write the answers to what somebody asked about."""
    sections: list[Section] = [Paragraph(text("sheets.guide.asked", words=words), strong=True)]
    for entry in entries:
        bring = "、".join(entry.bring) or text("guide.nothing")
        facts = [
            (text("sheets.guide.how"), f"{entry.mode}，{entry.follow_up}" if entry.follow_up else entry.mode),
            (text("guide.bring"), bring),
            *([(text("sheets.guide.bring_perhaps"), "、".join(entry.perhaps))] if entry.perhaps else []),
            (text("guide.how_long"), entry.how_long),
            (text("guide.basis"), entry.basis),
            (text("guide.phone"), entry.phone),
        ]
        sections += [Heading(entry.name, entry.department), Facts(tuple(facts), abreast=False)]
    closing = Closing((text("sheets.guide.not_promised"), *asking(frame)), ())
    return sheet_of(frame, SheetKind.GUIDE, version, *sections, closing)


def _matters(matters: Sequence[PlanMatter]) -> Section:
    rows = [
        (matter.name, matter.department, text(f"receipt.modes.{matter.mode}"), matter.how_long, matter.phone)
        for matter in matters
    ]
    titles = ("receipt.matter", "receipt.department", "receipt.mode", "guide.how_long", "guide.phone")
    return table_of(rows, titles)


def _perhaps(matters: Sequence[PlanMatter]) -> Section:
    rows = [(matter.name, matter.department, matter.reason) for matter in matters]
    return table_of(rows, ("receipt.matter", "receipt.department", "sheets.guide.why"))


def _materials(materials: Sequence[PlanMaterial], matters: Sequence[PlanMatter]) -> Section:
    rows = [(material.name, material.form, material.issuer, _used_for(material, matters)) for material in materials]
    return table_of(rows, ("receipt.material", "papers.wanted", "papers.issuer", "sheets.guide.used_for"))


def _used_for(material: PlanMaterial, matters: Sequence[PlanMatter]) -> str:
    """Name the matters that need a material by their places in the list above; what starts by itself needs none."""
    needing = [
        place
        for place, matter in enumerate(matters, start=1)
        if material.material_id in matter.materials and matter.mode != "automatic"
    ]
    return "、".join(spans(needing)) or text("papers.dash")
