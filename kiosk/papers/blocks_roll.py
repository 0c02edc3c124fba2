"""Blocks of 80 mm papers about a case: people, matters, materials, and the closing with signature and seal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kiosk.domain.paper import MaterialLine, MatterLine, PersonLine, Signature
from kiosk.messages import text
from kiosk.papers.fonts import Face
from kiosk.papers.page_roll import DOT, MARGIN, RULE, WIDTH
from kiosk.papers.pen import Pen
from kiosk.papers.sheet import LEADING, Piece, Sheet, block_height, set_lines

_SEAL = (416 * DOT, 224 * DOT)
"""52 × 28 mm."""
_SIGNING = (400 * DOT, 136 * DOT)


def people(sheet: Sheet, persons: Sequence[PersonLine], more: Sequence[tuple[str, str]]) -> None:
    """Set the persons with their document numbers, and further facts below, one to a row."""
    rows: list[tuple[tuple[str, str]]] = []
    for person in persons:
        rows.append(((person.role, f"{person.name}，{person.remark}" if person.remark else person.name),))
        rows.append(((text("receipt.document_number"), person.number),))
    rows += [(fact,) for fact in more]
    sheet.add(Piece(0.0, lambda _pen, _y: None, before=sheet.scale.body * 0.6))
    sheet.facts(rows, label_width=sheet.scale.body * 4.8, split=1.0)


def matters(sheet: Sheet, lines: Sequence[MatterLine], due_key: str) -> None:
    """Set the matters; `due_key` names the sentence that a date without reservation stands in."""
    provisional = text("receipt.provisional")
    for number, matter in enumerate(lines, start=1):
        left = "，".join(part for part in (matter.department, matter.mode) if part)
        due = matter.due
        if matter.due_state:
            due = text("receipt.provisional_words" if matter.due_state == provisional else due_key, due=due)
        _entry(sheet, number, matter.name, left, due, strong=False)


def materials(sheet: Sheet, lines: Sequence[MaterialLine]) -> None:
    """Set the materials."""
    for number, material in enumerate(lines, start=1):
        _entry(sheet, number, material.name, material.form, material.source, strong=material.emphasised)


def _entry(sheet: Sheet, number: int, name: str, left: str, right: str, *, strong: bool) -> None:
    """Set a numbered entry: its name, below it what it is at the left and what follows at the right."""
    size, note = sheet.scale.body, sheet.scale.note
    indent = size * 1.9
    room = WIDTH - indent
    face = Face.SEMIBOLD if strong else Face.REGULAR
    names = sheet.wrap(name, Face.SEMIBOLD, size, room)
    one_line = sheet.fonts.width(left, Face.REGULAR, note) + sheet.fonts.width(right, face, note) + note <= room
    lefts = sheet.wrap(left, Face.REGULAR, note, room)
    rights = sheet.wrap(right, face, note, room)
    top = block_height(names, size)
    height = top + (note * LEADING if one_line else block_height(lefts + rights, note)) + size * 0.45

    def draw(pen: Pen, y: float) -> None:
        set_lines(pen, MARGIN, y, (str(number),), Face.REGULAR, size)
        set_lines(pen, MARGIN + indent, y, names, Face.SEMIBOLD, size)
        set_lines(pen, MARGIN + indent, y + top, lefts, Face.REGULAR, note)
        if one_line:
            x = MARGIN + WIDTH - sheet.fonts.width(right, face, note)
            set_lines(pen, x, y + top, rights, face, note)
        else:
            set_lines(pen, MARGIN + indent, y + top + block_height(lefts, note), rights, face, note)

    sheet.add(Piece(height, draw, before=size * 0.1))


def closing(sheet: Sheet, notes: Sequence[str], signatures: Sequence[Signature], seal: str) -> None:
    """Set the notes, the signatures and the empty place of the seal, if there are words for one."""
    size, note = sheet.scale.body, sheet.scale.note
    for index, words in enumerate(notes):
        sheet.paragraph(words, size=note, before=0.0 if index else size * 0.8)
    height = size * LEADING + _SIGNING[1] + size * 0.6

    def sign(pen: Pen, y: float, signature: Signature) -> None:
        set_lines(pen, MARGIN, y, (signature.label,), Face.REGULAR, size)
        x = MARGIN + WIDTH - sheet.fonts.width(signature.date, Face.REGULAR, size)
        set_lines(pen, x, y, (signature.date,), Face.REGULAR, size)
        top = y + size * LEADING
        pen.strokes(MARGIN, top, *_SIGNING, signature.strokes)
        pen.rule(MARGIN, MARGIN + WIDTH, top + _SIGNING[1], RULE)

    def stamp(pen: Pen, y: float) -> None:
        x = MARGIN + (WIDTH - _SEAL[0]) / 2
        pen.frame(x, y, *_SEAL, RULE, 3)
        middle = MARGIN + WIDTH / 2
        pen.text_centred(middle, y + _SEAL[1] + note * 1.3, seal, Face.REGULAR, note)

    for signature in signatures:
        sheet.add(Piece(height, partial(sign, signature=signature), before=size * 0.9))
    if seal:
        sheet.add(Piece(_SEAL[1] + note * LEADING, stamp, before=size * 0.6))
