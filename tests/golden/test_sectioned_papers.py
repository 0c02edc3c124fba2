"""The papers made of sections as the family holds them: bytes, pixels, words."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from io import BytesIO

import dossier_cases as cases
import msgspec
import paper_cases
import pytest
from dossier_cases import paper
from kept_pages import is_as_kept, stands_apart
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from kiosk.domain.contents.dossier import Dossier
from kiosk.domain.paper import PaperKind, words_of
from kiosk.domain.sections import SectionedPaper
from kiosk.messages import text
from kiosk.papers.render import render
from kiosk.ports.printers import PaperSize

STANDARD: dict[PaperKind, Callable[[], Dossier]] = {
    PaperKind.MATERIAL_LIST: cases.dossier_of,
    PaperKind.CORRECTION_NOTICE: lambda: cases.answered(cases.dossier_of()),
    PaperKind.AUTHORIZATION_LETTER: lambda: cases.dossier_of(agent=True),
    PaperKind.COMMITMENT_LETTER: cases.dossier_of,
    PaperKind.DEFERRAL_PROMISE: cases.dossier_of,
    PaperKind.REFUSAL_NOTICE: lambda: cases.refused(cases.dossier_of()),
    PaperKind.JOINT_FORM: cases.dossier_of,
    PaperKind.RESULT_LIST: lambda: cases.answered(cases.dossier_of()),
    PaperKind.DELIVERY_RECEIPT: cases.dossier_of,
    PaperKind.NOTARY_REFERRAL: lambda: cases.dossier_of(heirs=True),
}
A4, ROLL = PaperSize.A4, PaperSize.ROLL_80
SECTIONED: dict[str, tuple[PaperKind, Callable[[], Dossier], PaperSize, bool]] = {
    **{f"{kind.value}_a4": (kind, make, A4, False) for kind, make in STANDARD.items()},
    "authorization_signed_a4": (PaperKind.AUTHORIZATION_LETTER, cases.signed_letter, A4, False),
    "refusal_later_a4": (PaperKind.REFUSAL_NOTICE, lambda: cases.answered(cases.dossier_of()), A4, False),
    "result_list_ended_a4_large": (PaperKind.RESULT_LIST, lambda: cases.ended(cases.dossier_of()), A4, True),
    "material_list_many_a4": (PaperKind.MATERIAL_LIST, cases.longest, A4, False),
    "result_list_many_a4": (PaperKind.RESULT_LIST, cases.longest, A4, False),
    "joint_form_longest_a4": (PaperKind.JOINT_FORM, cases.longest, A4, False),
    "correction_notice_roll": (PaperKind.CORRECTION_NOTICE, lambda: cases.answered(cases.dossier_of()), ROLL, False),
}
EXTREME = [name for name in SECTIONED if "many" in name or "longest" in name or "large" in name or "roll" in name]


@pytest.fixture(params=SECTIONED)
def name(request: pytest.FixtureRequest) -> str:
    """Give the name of each paper that is kept."""
    return str(request.param)


def made(name: str) -> SectionedPaper:
    """Write a kept paper."""
    kind, make, _, _ = SECTIONED[name]
    return paper(kind, make())


def pdf_of(name: str) -> bytes:
    """Draw a kept paper with readable streams."""
    _, _, size, large = SECTIONED[name]
    return render(paper_cases.sealed(made(name)), size, large_print=large, compressed=False)


def _packed(words: str) -> str:
    return "".join(words.split())


def test_a_known_paper_is_as_it_was_kept(name: str) -> None:
    """Its bytes are the kept ones, and every page shows what the kept picture shows."""
    is_as_kept(pdf_of(name), name)


def test_every_word_comes_back_and_no_personal_value_does(name: str) -> None:
    """The text can be taken out again whole; whoever finds the paper learns nothing of the family."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(pdf_of(name))).pages]
    out = _packed("".join(pages))
    written = made(name)
    missing = {mark for words in words_of(written.sections) for mark in words if not mark.isspace()} - set(out)
    assert not missing
    secrets = (
        paper_cases.DECEASED_NUMBER,
        paper_cases.APPLICANT_NUMBER,
        paper_cases.AGENT_NUMBER,
        paper_cases.PHONE,
        paper_cases.ACCOUNT,
        "测试甲",
        "测试乙",
        "测试丙",
        "测试路9号3单元",
        "19400101",
        "1940-01-01",
    )
    assert not [secret for secret in secrets if secret in out]
    assert "370***********9991" in out
    for page in pages:
        assert "7Q4M9XK2BD" in page
        assert "SHS37010" in _packed(page)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("kind", STANDARD)
def test_all_fonts_are_embedded_and_every_page_says_that_it_is_training(kind: PaperKind, large: bool) -> None:
    """Any printer prints the same paper, in either size of type, and no page of a training paper can pass for real."""
    for page in PdfReader(BytesIO(render(paper(kind, STANDARD[kind]()), A4, large_print=large))).pages:
        fonts = page["/Resources"]["/Font"]  # type: ignore[index]  # pypdf types a page's values loosely
        assert all("/FontFile2" in font.get_object()["/FontDescriptor"] for font in fonts.values())
        assert text("receipt.training") in page.extract_text()


@pytest.mark.parametrize("name", EXTREME)
def test_nothing_overlaps_and_nothing_is_cut(name: str) -> None:
    """With forty matters, the longest names and the largest print no character lies on another or in a margin."""
    _, _, size, large = SECTIONED[name]
    real = replace(made(name), copy=replace(made(name).copy, training=False))
    stands_apart(render(real, size, large_print=large), foot=0 if size is ROLL else 28)


@pytest.mark.parametrize("kind", STANDARD)
def test_large_print_keeps_labels_off_values_and_the_foot_in_two(kind: PaperKind) -> None:
    """A long label takes a second line; the parting words stand a letter's width off the page's number."""
    made = paper(kind, STANDARD[kind]())
    pdf = render(replace(made, copy=replace(made.copy, copy_no=3, training=False)), A4, large_print=True)
    stands_apart(pdf, foot=28)
    with closing(PdfDocument(pdf)) as document:
        words = document[len(document) - 1].get_textpage()
        end = sum(words.search(made.copy.parting).get_next()) - 1
        assert words.get_text_range(end, 1) == "。"
        page_number = next(at for at in range(end + 1, words.count_chars()) if words.get_text_range(at, 1) == "第")
        assert words.get_charbox(page_number)[0] - words.get_charbox(end)[2] > 8


def test_words_from_outside_cannot_break_a_paper() -> None:
    """A department's words may be long and have line ends; a time of the hub's may be none."""
    dossier = cases.answered(cases.dossier_of())
    words = "请补交\n" + "很长的说明" * 2000
    matters = tuple(
        msgspec.structs.replace(matter, words=words, updated_at="soon", correction_due="x")
        for matter in dossier.case.matters
    )
    broken = cases.with_case(dossier, matters=matters)
    for kind in (PaperKind.CORRECTION_NOTICE, PaperKind.RESULT_LIST, PaperKind.REFUSAL_NOTICE):
        written = paper(kind, broken)
        assert text("papers.cut") in json.dumps(list(words_of(written)), ensure_ascii=False)
        for size in PaperSize:
            assert render(written, size, large_print=True).startswith(b"%PDF")
