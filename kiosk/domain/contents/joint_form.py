"""联办登记表: one form for all matters, with every field of the service, the matters, and what was agreed to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from kiosk import clock
from kiosk.domain.assessment import FieldAnswer, FieldState
from kiosk.domain.catalog import FieldRow, InputRow
from kiosk.domain.consent import SIGNED, STATED, WITHOUT_WRITING, Purpose
from kiosk.domain.contents.dossier import (
    Dossier,
    by_hand,
    closing,
    count_words,
    day_of,
    numbered_heading,
    opening,
    paper_of,
    said,
    table_of,
)
from kiosk.domain.form import read_path
from kiosk.domain.masks import Place, mask_account, mask_address, mask_name, mask_number, mask_phone
from kiosk.domain.paper import PaperKind, Signature
from kiosk.domain.receipt import day_words, matter_line, minute_words
from kiosk.domain.sections import Fact, Facts, Paragraph, Section, SectionedPaper
from kiosk.ids import MaterialId
from kiosk.messages import text

_PARTS = ("deceased", "applicant", "payee", "")
"""Where fields lie in the application, in the form's order; what lies elsewhere comes last."""
_ASIDE = re.compile(r"（[^）]*）")
"""What a label says in passing."""
_CONSENTS = (*Purpose, STATED, SIGNED, *WITHOUT_WRITING)
_mask_number = partial(mask_number, place=Place.PUBLIC)
_MASKS: Mapping[str, Callable[[str], str]] = {
    "name": mask_name,
    "document_number": _mask_number,
    "certificate_number": _mask_number,
    "cremation_number": _mask_number,
    "phone": mask_phone,
    "account": mask_account,
    "address": mask_address,
    "postal_address": mask_address,
    "birth": lambda day: text("papers.joint_form.year", year=day[:4]),
}
"""How a value is masked, by the last word of its path."""


def joint_form_of(dossier: Dossier) -> SectionedPaper:
    """Write the form as it was taken in."""
    application, case = dossier.application, dossier.case
    answers = {answer.path: answer for answer in dossier.assessment.fields}
    parts: dict[str, list[Fact]] = {part: [] for part in _PARTS}
    for place, field in enumerate(dossier.service.fields.values(), start=1):
        for box in _boxes(field):
            part = "applicant" if box.path == "postal_address" else box.path.partition(".")[0]
            fact = (_label(place, field, box), _value(dossier, box, answers.get(box.path)))
            parts[part if part in parts else ""].append(fact)
    if application.agent is not None:
        day = day_of(application.agent.valid_until) or text("papers.joint_form.agent_no_day")
        powers = "；".join(text(f"papers.authorization.powers.{power}") for power in application.agent.powers)
        parts[""].append(
            (text("papers.joint_form.agent"), text("papers.joint_form.agent_words", powers=powers, day=day))
        )
    way = dossier.codes.label("delivery_ways", application.delivery_way)
    parts[""].append((text("papers.joint_form.way"), way))
    parts[""].append((text("papers.joint_form.channel"), dossier.codes.label("channels", application.channel)))
    sections: list[Section] = []
    for part, facts in parts.items():
        if facts:
            words = dossier.service.subject.word if part == "deceased" else text(f"papers.joint_form.{part or 'rest'}")
            sections += [numbered_heading(len(sections) // 2 + 1, words), Facts(tuple(facts))]
    place = len(sections) // 2 + 1
    lines = [matter_line(matter, dossier.taken_in) for matter in case.matters]
    rows = [(line.name, line.department, line.mode, line.due) for line in lines]
    titles = ("receipt.matter", "receipt.department", "receipt.mode", "receipt.due")
    return paper_of(
        dossier,
        PaperKind.JOINT_FORM,
        "papers.joint_form",
        Paragraph(text("papers.joint_form.purpose"), strong=True),
        opening(dossier, PaperKind.JOINT_FORM, (text("receipt.taken_in_at"), _moment(case.taken_in_at))),
        *sections,
        numbered_heading(place, text("papers.joint_form.matters"), count_words(len(rows))),
        table_of(rows, titles),
        *_declined(dossier, place + 1),
        *_consents(dossier, place + (2 if application.declined else 1)),
        closing(
            dossier,
            text("papers.masked"),
            signatures=(by_hand("papers.joint_form.checked_by"), _signature(dossier)),
            seal="receipt.seal",
        ),
    )


def _boxes(field: FieldRow) -> list[InputRow]:
    """Give the boxes of a field that stand by themselves: the time with its day, the agent in a line of their own."""
    return [box for box in field.inputs if box.kind != "time" and not box.path.startswith("agent.")]


def _label(place: int, field: FieldRow, box: InputRow) -> str:
    return f"{place:02d} {_ASIDE.sub('', box.label if len(_boxes(field)) > 1 else field.label)}"


def _value(dossier: Dossier, box: InputRow, answer: FieldAnswer | None) -> str:
    """Put a field's value into words, masked; an empty one says why it is empty."""
    if box.path == "matters":
        return text("papers.joint_form.see_below")
    if answer is not None and answer.state is FieldState.NOT_NEEDED:
        return answer.value
    value = read_path(dossier.application, box.path) or (answer.value if answer else "")
    if not value:
        return text("papers.joint_form.empty" if answer else "papers.joint_form.not_wanted")
    return _in_words(dossier, box, value)


def _in_words(dossier: Dossier, box: InputRow, value: str) -> str:
    mask = _MASKS.get(box.path.rpartition(".")[2])
    if mask is not None:
        return mask(value)
    if box.path == "deceased.facts":
        return "、".join(_fact_words(dossier, fact) for fact in value.split("、"))
    if box.kind in ("choice", "multi_choice"):
        return "、".join(dossier.codes.label(box.choices, code) for code in value.split("、"))
    return _moment(value) if box.kind in ("date", "datetime") else value


def _fact_words(dossier: Dossier, fact: str) -> str:
    row = dossier.service.facts.get(fact)
    return (row.tile or row.label) if row else fact


def _moment(value: str) -> str:
    """Write a date, with its time if it has one; what is neither stays."""
    try:
        if len(value) <= len("2026-11-18"):
            return day_words(date.fromisoformat(value))
        return minute_words(clock.local(clock.parse(value)))
    except ValueError:
        return value


def _declined(dossier: Dossier, place: int) -> tuple[Section, ...]:
    """List what applies and was not wanted, with the reason: nobody can say later that it was not offered."""
    declined = dossier.application.declined
    if not declined:
        return ()
    names = {matter_id: row.name for matter_id, row in dossier.service.matters.items()}
    rows = [
        (names.get(matter_id, matter_id), said(reason) or text("papers.dash")) for matter_id, reason in declined.items()
    ]
    return (
        numbered_heading(place, text("papers.joint_form.declined"), count_words(len(rows))),
        table_of(rows, ("receipt.matter", "papers.joint_form.declined_reason")),
    )


def _consents(dossier: Dossier, place: int) -> tuple[Section, ...]:
    names = {need.material_id: need.name for need in dossier.assessment.materials}
    rows = []
    for wanted in _CONSENTS:
        for key, moment in dossier.application.consents.items():
            purpose, _, material = key.partition(":")
            if purpose == wanted:
                words = text(f"papers.joint_form.consents.{wanted}", material=names.get(MaterialId(material), material))
                rows.append((words, _moment(moment)))
    if not rows:
        return ()
    return (
        numbered_heading(place, text("papers.joint_form.consented")),
        table_of(rows, ("papers.joint_form.consent", "papers.joint_form.consent_at")),
    )


def _signature(dossier: Dossier) -> Signature:
    """Show the signature that was given for exactly this content when the case was taken in."""
    application = dossier.application
    label = text("papers.promised_by_agent" if application.agent else "papers.promised_by_applicant")
    date_words = day_words(dossier.taken_in) if application.signature else text("acceptance.sign_date")
    return Signature(label, application.signature, date_words)
