"""Blocks of A4 papers about a case: people, matters, materials, and the closing with signature and seal."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.paper import MaterialLine, MatterLine, PersonLine, Signature
from kiosk.messages import text
from kiosk.papers.fonts import Face
from kiosk.papers.page_a4 import LARGE, MARGIN, MILLIMETRE, WIDTH
from kiosk.papers.pen import HAIRLINE, Pen
from kiosk.papers.sheet import LEADING, Cell, Column, Piece, Sheet, block_height, set_lines

_SEAL = (52 * MILLIMETRE, 28 * MILLIMETRE)
_SIGNING = (46 * MILLIMETRE, 17 * MILLIMETRE)
_GAP = 6.0

Fact = tuple[str, str]
"""A label and its value."""


def people(sheet: Sheet, persons: Sequence[PersonLine], more: Sequence[tuple[Fact, Fact]]) -> None:
    """Set the persons, one to a row with the document number, and further pairs of facts below."""
    rows = [
        (
            (person.role, f"{person.name}，{person.remark}" if person.remark else person.name),
            (text("receipt.document_number"), person.number),
        )
        for person in persons
    ]
    sheet.add(Piece(0.0, lambda _pen, _y: None, before=sheet.scale.body * 0.8 * sheet.scale.air))
    sheet.facts([*rows, *more], label_width=sheet.scale.body * 5.2, split=0.56)


def _columns(sheet: Sheet) -> tuple[float, float, float, float, float]:
    """Give the left edges of the columns that both tables share: number, name, department, mode, due."""
    size = sheet.scale.body
    due = MARGIN + WIDTH - size * 9.2
    mode = due - size * 5.6
    department = mode - size * (7.2 if size < LARGE.body else 5.4)
    return MARGIN, MARGIN + size * 2.0, department, mode, due


def matters(sheet: Sheet, lines: Sequence[MatterLine], due_title: str) -> None:
    """Set the table of matters."""
    number, name, department, mode, due = _columns(sheet)
    columns = (
        Column(number, name - number, ""),
        Column(name, department - name - _GAP, text("receipt.matter"), Face.SEMIBOLD),
        Column(department, mode - department - _GAP, text("receipt.department")),
        Column(mode, due - mode - _GAP, text("receipt.mode")),
        Column(due, MARGIN + WIDTH - due, due_title, Face.SEMIBOLD),
    )
    provisional = text("receipt.provisional")
    sheet.table(
        columns,
        [
            (
                matter.name,
                matter.department,
                matter.mode,
                f"{matter.due}（{provisional}）" if matter.due_state == provisional else matter.due,
            )
            for matter in lines
        ],
    )


def materials(sheet: Sheet, lines: Sequence[MaterialLine]) -> None:
    """Set the table of materials; its end stays with what follows."""
    number, name, form, source, _ = _columns(sheet)
    columns = (
        Column(number, name - number, ""),
        Column(name, form - name - _GAP, text("receipt.material"), Face.SEMIBOLD),
        Column(form, source - form - _GAP, text("receipt.form")),
        Column(source, MARGIN + WIDTH - source, text("receipt.source")),
    )
    sheet.table(
        columns,
        [
            (
                material.name,
                material.form,
                Cell(material.source, Face.SEMIBOLD if material.emphasised else Face.REGULAR),
            )
            for material in lines
        ],
        leads_on=True,
    )


def closing(sheet: Sheet, notes: Sequence[str], signatures: Sequence[Signature], seal: str) -> None:
    """Set the notes, the signatures and the empty place of the seal: one piece, at the foot of the last page.

    Without words for the seal there is no place for one.
    """
    note, size = sheet.scale.note, sheet.scale.body
    room = WIDTH - _SEAL[0] - 8 * MILLIMETRE if seal else WIDTH
    lines = [line for words in notes for line in sheet.wrap(words, Face.REGULAR, note, room)]
    words_height = block_height(lines, note)
    sign_height = max(_SIGNING[1], sheet.scale.body * 2.4)
    seal_height = _SEAL[1] + note * LEADING if seal else 0.0
    height = max(words_height + sign_height * len(signatures) + sheet.scale.body * 0.8, seal_height)

    def draw(pen: Pen, y: float) -> None:
        set_lines(pen, MARGIN, y, lines, Face.REGULAR, note)
        seal_x = MARGIN + WIDTH - _SEAL[0] if seal else MARGIN + WIDTH + size
        if seal:
            seal_y = y + height - seal_height
            pen.frame(seal_x, seal_y, *_SEAL, HAIRLINE, 3)
            caption = seal_y + _SEAL[1] + note * 1.25
            pen.text_centred(seal_x + _SEAL[0] / 2, caption, seal, Face.REGULAR, note)
        labels = max((sheet.fonts.width(one.label, Face.REGULAR, size) for one in signatures), default=0.0)
        for above, signature in enumerate(reversed(signatures)):
            _sign(pen, sheet, signature, (labels, y + height - above * sign_height, seal_x - size))

    sheet.add(Piece(height, draw, before=sheet.scale.body * 1.2 * sheet.scale.air, sinks=True))


def _sign(pen: Pen, sheet: Sheet, signature: Signature, place: tuple[float, float, float]) -> None:
    """Set label, line with strokes, and date; the line gives way to the words.

    `place` is the width of the longest label, the bottom, and the right end.
    """
    size = sheet.scale.body
    labels, bottom, right = place
    baseline = bottom - sheet.scale.note * 0.3
    pen.text(MARGIN, baseline, signature.label, Face.REGULAR, size)
    start = MARGIN + labels + size * 0.6
    date_width = sheet.fonts.width(signature.date, Face.REGULAR, size) + size * 0.8
    width = min(_SIGNING[0], right - start - date_width)
    line = baseline + size * 0.25
    pen.rule(start, start + width, line)
    pen.strokes(start, line - _SIGNING[1], width, _SIGNING[1], signature.strokes)
    pen.text(start + width + size * 0.8, baseline, signature.date, Face.REGULAR, size)
