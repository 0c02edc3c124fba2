"""The sheets of the station: bytes, pixels, words; nothing personal and no mark of a case on them."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from kept_pages import is_as_kept, stands_apart
from pypdf import PdfReader
from sheet_cases import PERSON, SHEETS

from kiosk.domain.paper import words_of
from kiosk.domain.sections import Table
from kiosk.messages import text
from kiosk.papers.render import render
from kiosk.ports.printers import PaperSize


@pytest.fixture(params=SHEETS)
def name(request: pytest.FixtureRequest) -> str:
    """Give the name of each sheet that is kept."""
    return str(request.param)


def sheet_pdf(name: str) -> bytes:
    """Draw a kept sheet with readable streams."""
    make, size, large = SHEETS[name]
    return render(make(), size, large_print=large, compressed=False)


def test_a_known_sheet_is_as_it_was_kept(name: str) -> None:
    """Its bytes are the kept ones, and every page shows what the kept picture shows."""
    is_as_kept(sheet_pdf(name), name)


def test_every_word_comes_back_and_no_name_does(name: str) -> None:
    """The text can be taken out whole; a sheet that somebody leaves behind tells nobody's name."""
    out = "".join(page.extract_text() for page in PdfReader(BytesIO(sheet_pdf(name))).pages)
    missing = {mark for words in words_of(SHEETS[name][0]().sections) for mark in words if not mark.isspace()} - set(
        out
    )
    assert not missing
    assert PERSON not in "".join(out.split())


def test_a_sheet_has_no_count_no_code_and_says_when_it_was_printed(name: str) -> None:
    """Nobody counts its copies, so no page claims to be the first one or to have a verification code."""
    make, size, _ = SHEETS[name]
    for page in PdfReader(BytesIO(sheet_pdf(name))).pages:
        words = "".join(page.extract_text().split())
        assert text("receipt.verification", code="").strip() not in words
        assert "次打印" not in words
        assert "2026年11月25日09:30" in words
    assert make().head.qr_text == ""
    assert size in PaperSize


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("kept", SHEETS)
def test_nothing_overlaps_and_nothing_is_cut(kept: str, *, large: bool) -> None:
    """In either size of type no character lies on another or in a margin."""
    make, size, _ = SHEETS[kept]
    sheet = make()
    real = replace(sheet, copy=replace(sheet.copy, training=False))
    stands_apart(render(real, size, large_print=large), foot=0 if size is PaperSize.ROLL_80 else 28)


def test_the_guide_names_departments_telephones_and_what_each_material_is_for() -> None:
    """Every matter has a number to call, and every material the places of the matters that need it."""
    matters, materials = [part for part in SHEETS["guide_a4"][0]().sections if isinstance(part, Table)][:2]
    assert all(row[1] and row[4].isdigit() for row in matters.rows)
    names = {row[0]: row[3] for row in materials.rows}
    assert names["收款银行卡"] != text("papers.dash")
    automatic = [place for place, row in enumerate(matters.rows, start=1) if row[2] == text("receipt.modes.automatic")]
    assert automatic
    assert not any(str(place) in names["收款银行卡"].split("、") for place in automatic)


def test_the_day_end_says_the_difference_in_words() -> None:
    """Twelve here and eleven there is one missing, and says what happens to it."""
    words = "".join(words_of(SHEETS["day_end_a4"][0]().sections))
    assert "本机 12 件，省级平台 11 件，差 1 件" in words
