"""Characters: what is drawn, what is refused, what stands in, where lines break."""

from __future__ import annotations

from pathlib import Path

import paper_cases
import pytest
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]  # it has no stubs
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]  # it has no stubs
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from kiosk.domain.paper import StationFacts
from kiosk.errors import ConfigError, ErrorCode, PaperError
from kiosk.papers.fonts import Face, Fonts, load_fonts
from kiosk.papers.lines import wrap
from kiosk.papers.render import render
from kiosk.ports.printers import PaperSize

RARE = "\U0002a6a5"
"""A character of Extension B that the shipped fonts lack."""


def _font(path: Path, drawn: str, empty: str) -> Path:
    """Write a TrueType font that draws some characters and maps others to nothing."""
    names = {character: f"u{ord(character):X}" for character in drawn + empty}
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(character): name for character, name in names.items()})
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    pen.lineTo((900, 0))
    pen.lineTo((500, 800))
    pen.closePath()
    box, nothing = pen.glyph(), TTGlyphPen(None).glyph()
    builder.setupGlyf({".notdef": box, **{names[c]: box for c in drawn}, **{names[c]: nothing for c in empty}})
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names.values()], (1000, 0)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": path.stem, "styleName": "Regular", "psName": path.stem})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120)
    builder.setupPost()
    builder.save(path)
    return path


def test_a_character_in_no_font_stops_the_paper() -> None:
    """A gap in a name is worse than no paper: all such characters are named, by code point only."""
    application = paper_cases.application_of(deceased="\U000e01f0测\U0003fffd")
    paper = paper_cases.receipt(paper_cases.case_of(application), application)
    with pytest.raises(PaperError) as caught:
        render(paper, PaperSize.A4, fonts=Fonts([]))
    assert caught.value.code is ErrorCode.CHARACTER_NOT_IN_FONTS
    assert caught.value.facts == {"characters": "U+3FFFD U+E01F0"}


def test_a_masked_character_need_not_be_drawn() -> None:
    """What the mask hides cannot stop the paper."""
    application = paper_cases.application_of(deceased=f"测{RARE}甲")
    paper = paper_cases.receipt(paper_cases.case_of(application), application)
    assert render(paper, PaperSize.A4, fonts=Fonts([])).startswith(b"%PDF")


def test_a_rare_character_comes_from_the_stand_in(tmp_path: Path) -> None:
    """A configured font is taken for what the shipped ones lack, embedded, and read back."""
    fonts = load_fonts((_font(tmp_path / "StandIn.ttf", RARE, ""),))
    application = paper_cases.application_of(deceased=f"测试{RARE}")
    paper = paper_cases.receipt(paper_cases.case_of(application), application)
    for size in PaperSize:
        path = tmp_path / f"{size.value}.pdf"
        path.write_bytes(render(paper, size, fonts=fonts))
        assert RARE in PdfReader(path).pages[0].extract_text()


def test_a_character_that_a_font_maps_to_nothing_is_missing(tmp_path: Path) -> None:
    """Some fonts claim a character and draw a blank."""
    fonts = Fonts([_font(tmp_path / "Hollow.ttf", "", RARE)])
    with pytest.raises(PaperError):
        fonts.require(RARE)


def test_the_stand_ins_are_asked_in_turn(tmp_path: Path) -> None:
    """A font that maps the character to nothing does not hide the next one that draws it."""
    fonts = Fonts([_font(tmp_path / "First.ttf", "", RARE), _font(tmp_path / "Second.ttf", RARE, "")])
    fonts.require(RARE)
    [(name, piece)] = fonts.runs(RARE, Face.SEMIBOLD)
    assert name.endswith("Second")
    assert piece == RARE


def test_a_configured_font_that_is_not_there_is_a_setting_to_mend(tmp_path: Path) -> None:
    """The technician hears of it, not the family."""
    with pytest.raises(ConfigError) as caught:
        load_fonts((tmp_path / "none.ttf",))
    assert caught.value.code is ErrorCode.CONFIG_INVALID


def test_a_file_that_is_no_font_is_a_setting_to_mend(tmp_path: Path) -> None:
    """No error of the PDF library gets out."""
    path = tmp_path / "words.ttf"
    path.write_text("no font", "utf-8")
    with pytest.raises(ConfigError):
        Fonts([path]).require(RARE)


@pytest.mark.parametrize("character", ["\n", "\t", "\u200b", "\ue000", "\ud800"])
def test_what_no_paper_can_show_is_refused(character: str) -> None:
    """Controls, invisible characters, private use and halves of surrogates are no part of a paper."""
    with pytest.raises(PaperError):
        Fonts([]).require(character)


def test_names_and_numbers_are_never_in_the_serif(tmp_path: Path) -> None:
    """The serif has GB 2312 alone and is for our own words: no digit and no name is set in it."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(render(paper_cases.standard(), PaperSize.A4))
    pieces: list[str] = []

    def visit(text: str, _cm: object, _tm: object, font: dict[str, str] | None, _size: float) -> None:
        if font is not None and "Serif" in font["/BaseFont"]:
            pieces.append(text)

    PdfReader(path).pages[0].extract_text(visitor_text=visit)
    serif = "".join(pieces)
    assert "收件凭证" in serif
    assert "测" not in serif
    assert not any(character.isdigit() for character in serif)


def test_no_line_starts_or_ends_with_a_clinging_mark() -> None:
    """Lines break as readers of Chinese expect."""
    fonts = load_fonts()
    words = "请于 12 月 2 日前，把“火化证明”（原件）送到本窗口；或拨 0531 0000 0000。" * 5
    for width in range(60, 400, 7):
        lines = wrap(fonts, words, Face.REGULAR, 10.5, width)
        assert "".join("".join(lines).split()) == "".join(words.split())
        assert all(fonts.width(line, Face.REGULAR, 10.5) <= width for line in lines)
        if width > 120:
            assert not [line for line in lines if line[0] in "，。；）”"]
            assert not [line for line in lines if line[-1] in "“（"]
            assert not [line for line in lines if line[0] in "月日"]


def test_a_word_wider_than_the_column_is_cut() -> None:
    """Nothing runs out of its column, however long."""
    fonts = load_fonts()
    lines = wrap(fonts, "*" * 200, Face.SEMIBOLD, 10.5, 100)
    assert "".join(lines) == "*" * 200
    assert all(fonts.width(line, Face.SEMIBOLD, 10.5) <= 100 for line in lines)


NAMES = st.text(
    st.one_of(
        st.sampled_from("䶮㛃𬱖𠅤·<>&%\\(){}[]\"' 　测试甲乙"),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
        st.characters(min_codepoint=0x21, max_codepoint=0x7E),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=60, deadline=None)
@given(
    people=st.tuples(NAMES, NAMES, st.none() | NAMES, NAMES),
    place=st.tuples(NAMES, NAMES),
    size=st.sampled_from(PaperSize),
    large=st.booleans(),
)
def test_any_name_and_address_makes_a_paper(
    people: tuple[str, str, str | None, str], place: tuple[str, str], size: PaperSize, large: bool
) -> None:
    """Whatever people are called and wherever the office is, the paper comes out, markup signs included."""
    office, address = place
    station = StationFacts(office, office[:20], people[3], "12345", address * 4)
    application = paper_cases.application_of(*people)
    case = paper_cases.case_of(application)
    paper = paper_cases.receipt(case, application, station=station, operator=people[1])
    assert render(paper, size, large_print=large).startswith(b"%PDF")


@settings(max_examples=80, deadline=None)
@given(text=st.text(max_size=40))
def test_any_text_is_drawn_or_refused(text: str) -> None:
    """A character is either in a font or named as missing; there is no third way."""
    fonts = load_fonts()
    try:
        fonts.require(text)
    except PaperError as error:
        assert error.code is ErrorCode.CHARACTER_NOT_IN_FONTS  # noqa: PT017 - both ways are right
    else:
        assert "".join(piece for _, piece in fonts.runs(text, Face.SEMIBOLD)) == text
