"""收件凭证 on an 80 mm roll."""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas

from kiosk.domain.paper import MaterialLine, MatterLine, ReceiptOfMaterials
from kiosk.messages import text
from kiosk.papers.fonts import Face, Fonts
from kiosk.papers.page_roll import DOT, LARGE, MARGIN, NORMAL, RULE, WIDTH, set_roll
from kiosk.papers.pen import Pen
from kiosk.papers.sheet import LEADING, Piece, Sheet, block_height, set_lines

_SEAL = (416 * DOT, 224 * DOT)
"""52 × 28 mm."""
_SIGNING = (400 * DOT, 136 * DOT)


def draw_receipt_roll(canvas: Canvas, fonts: Fonts, paper: ReceiptOfMaterials, *, large_print: bool) -> None:
    """Draw a receipt as one long page."""
    scale = LARGE if large_print else NORMAL
    set_roll(canvas, fonts, paper.head, paper.copy, scale, lambda sheet: _fill(sheet, paper))


def _fill(sheet: Sheet, paper: ReceiptOfMaterials) -> None:
    scale = sheet.scale
    sheet.paragraph(paper.not_acceptance, face=Face.SEMIBOLD)
    _people(sheet, paper)
    sheet.heading(text("receipt.matters"), text("receipt.matters_count", count=len(paper.matters)))
    for number, matter in enumerate(paper.matters, start=1):
        _entry(sheet, number, matter.name, _matter_left(matter), _due_words(matter), strong=False)
    sheet.heading(paper.materials_title, paper.materials_count)
    for number, material in enumerate(paper.materials, start=1):
        _material(sheet, number, material)
    sheet.framed(text("receipt.remember"), paper.remember, stacked=True)
    sheet.paragraph(paper.promise, size=scale.note, before=scale.body * 0.8)
    for words in paper.ask:
        sheet.paragraph(words, size=scale.note)
    _closing(sheet, paper)


def _people(sheet: Sheet, paper: ReceiptOfMaterials) -> None:
    rows: list[tuple[tuple[str, str]]] = []
    for person in paper.people:
        rows.append(((person.role, f"{person.name}，{person.remark}" if person.remark else person.name),))
        rows.append(((text("receipt.document_number"), person.number),))
    rows += [
        ((text("receipt.phone"), paper.phone),),
        ((text("receipt.taken_in_at"), paper.taken_in_at),),
        ((text("receipt.taken_in_by"), paper.taken_in_by),),
        ((text("receipt.fee"), paper.fee),),
    ]
    sheet.add(Piece(0.0, lambda _pen, _y: None, before=sheet.scale.body * 0.6))
    sheet.facts(rows, label_width=sheet.scale.body * 4.8, split=1.0)


def _matter_left(matter: MatterLine) -> str:
    return "，".join(part for part in (matter.department, matter.mode) if part)


def _due_words(matter: MatterLine) -> str:
    if not matter.due_state:
        return matter.due
    key = "receipt.provisional_words" if matter.due_state == text("receipt.provisional") else "receipt.due_words"
    return text(key, due=matter.due)


def _material(sheet: Sheet, number: int, material: MaterialLine) -> None:
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


def _closing(sheet: Sheet, paper: ReceiptOfMaterials) -> None:
    size, note = sheet.scale.body, sheet.scale.note
    height = size * LEADING + _SIGNING[1] + size * 0.6

    def sign(pen: Pen, y: float) -> None:
        set_lines(pen, MARGIN, y, (paper.signature.label,), Face.REGULAR, size)
        x = MARGIN + WIDTH - sheet.fonts.width(paper.signature.date, Face.REGULAR, size)
        set_lines(pen, x, y, (paper.signature.date,), Face.REGULAR, size)
        top = y + size * LEADING
        pen.strokes(MARGIN, top, *_SIGNING, paper.signature.strokes)
        pen.rule(MARGIN, MARGIN + WIDTH, top + _SIGNING[1], RULE)

    def seal(pen: Pen, y: float) -> None:
        x = MARGIN + (WIDTH - _SEAL[0]) / 2
        pen.frame(x, y, *_SEAL, RULE, 3)
        middle = MARGIN + WIDTH / 2
        pen.text_centred(middle, y + _SEAL[1] + note * 1.3, text("receipt.seal"), Face.REGULAR, note)

    sheet.add(Piece(height, sign, before=size * 0.9))
    sheet.add(Piece(_SEAL[1] + note * LEADING, seal, before=size * 0.6))
