"""The papers as the family holds them: bytes, pixels, words, fonts."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import paper_cases
import pypdfium2
import pytest
import segno
from kept_pages import is_as_kept, pages_of, stands_apart
from PIL import Image, ImageChops
from pypdf import PdfReader

from kiosk.domain.paper import CasePaper, ReceiptOfMaterials
from kiosk.messages import text
from kiosk.papers import page_a4
from kiosk.papers.page_roll import DOT
from kiosk.papers.render import render
from kiosk.ports.printers import PaperSize

PAPERS: dict[str, tuple[Callable[[], CasePaper], PaperSize, bool]] = {
    "standard_a4": (paper_cases.standard, PaperSize.A4, False),
    "standard_a4_large": (paper_cases.standard, PaperSize.A4, True),
    "standard_roll": (paper_cases.standard, PaperSize.ROLL_80, False),
    "acceptance_a4": (paper_cases.acceptance, PaperSize.A4, False),
    "acceptance_roll": (paper_cases.acceptance, PaperSize.ROLL_80, False),
    "forty_matters_a4": (paper_cases.forty_matters, PaperSize.A4, False),
    "longest_and_rare_a4": (paper_cases.longest_and_rare, PaperSize.A4, False),
    "longest_and_rare_roll": (paper_cases.longest_and_rare, PaperSize.ROLL_80, False),
}


@pytest.fixture(params=PAPERS)
def name(request: pytest.FixtureRequest) -> str:
    """Give the name of each paper that is kept."""
    return str(request.param)


def _pdf(name: str, *, compressed: bool = False) -> bytes:
    make, size, large = PAPERS[name]
    return render(paper_cases.sealed(make()), size, large_print=large, compressed=compressed)


def _extracted(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def _poppler(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True, timeout=30)
    return done.stdout.decode("utf-8")


def _words(paper: CasePaper) -> str:
    people = [f"{p.role}{p.name}{p.number}{p.remark}" for p in paper.people]
    matters = [f"{m.name}{m.department}{m.mode}{m.due}" for m in paper.matters]
    materials = [f"{m.name}{m.form}{m.source}" for m in paper.materials]
    head = (paper.head.office, paper.head.title, paper.head.number_grouped, paper.copy.watermark)
    rest: tuple[str, ...] = (paper.phone, paper.remember, *paper.ask)
    if isinstance(paper, ReceiptOfMaterials):
        rest += (paper.taken_in_at, paper.taken_in_by, paper.not_acceptance, paper.awaiting)
    return "".join((*head, *people, *matters, *materials, *rest))


def test_a_known_paper_is_as_it_was_kept(name: str) -> None:
    """A change of any byte of a paper is a change that someone has looked at."""
    is_as_kept(_pdf(name), name)


def test_the_same_paper_twice_gives_the_same_bytes(name: str) -> None:
    """Nothing of the clock, of chance or of the papers before gets into a paper."""
    assert _pdf(name, compressed=True) == _pdf(name, compressed=True)


def test_every_character_comes_back_from_pypdf(name: str) -> None:
    """The text of a paper can be taken out again, rare characters too."""
    out = _extracted(_pdf(name, compressed=True))
    missing = {character for character in _words(PAPERS[name][0]()) if not character.isspace()} - set(out)
    assert not missing


def test_every_character_comes_back_from_pdftotext(name: str, tmp_path: Path) -> None:
    """Another reader takes out the same characters, those beyond U+FFFF too."""
    out = _poppler(_pdf(name, compressed=True), tmp_path)
    missing = {character for character in _words(PAPERS[name][0]()) if not character.isspace()} - set(out)
    assert not missing


def test_rare_characters_of_names_are_on_the_paper(tmp_path: Path) -> None:
    """The four characters that break other programs are drawn, and read back as themselves."""
    out = _poppler(_pdf("longest_and_rare_a4"), tmp_path)
    assert all(character in out for character in "䶮㛃𬱖𠅤")


def test_all_fonts_are_embedded(name: str) -> None:
    """A printer that has no Chinese fonts prints the same paper."""
    for page in PdfReader(BytesIO(_pdf(name))).pages:
        fonts = page["/Resources"]["/Font"]  # type: ignore[index]  # pypdf types a page's values loosely
        for font in fonts.values():
            assert "/FontFile2" in font.get_object()["/FontDescriptor"]


def test_a_training_paper_says_so_on_every_page() -> None:
    """No page of a training paper can pass for a real one."""
    application = paper_cases.application_of()
    case = paper_cases.case_of(application)
    many = paper_cases.case_of(application, case.matters * 8)
    for size in PaperSize:
        pdf = render(paper_cases.receipt(many, application, training=True), size)
        pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
        assert len(pages) > 1 or size is PaperSize.ROLL_80
        assert all(text("receipt.training") in page for page in pages)


def test_a_real_paper_does_not_say_training() -> None:
    """The mark is for training alone."""
    assert text("receipt.training") not in _extracted(render(paper_cases.standard(training=False), PaperSize.A4))


def test_no_personal_value_stands_unmasked(tmp_path: Path) -> None:
    """Whoever finds the paper learns no name, no number, no telephone, no account of the family."""
    application = paper_cases.application_of(deceased="测试甲", applicant="测试乙", agent="测试丙")
    paper = paper_cases.receipt(paper_cases.case_of(application), application)
    secrets = (
        paper_cases.DECEASED_NUMBER,
        paper_cases.APPLICANT_NUMBER,
        paper_cases.AGENT_NUMBER,
        paper_cases.PHONE,
        paper_cases.ACCOUNT,
        "测试甲",
        "测试乙",
        "测试丙",
        "测试路 9 号",
    )
    for size in PaperSize:
        pdf = render(paper, size, compressed=False)
        for out in (_extracted(pdf), _poppler(pdf, tmp_path)):
            joined = "".join(out.split())
            assert not [secret for secret in secrets if "".join(secret.split()) in joined]
            assert "370***********9991" in joined
            assert "测*乙" in joined


def test_every_page_bears_number_page_and_copy() -> None:
    """A page that gets lost can be put back to its paper."""
    pages = PdfReader(BytesIO(_pdf("forty_matters_a4"))).pages
    for index, page in enumerate(pages, start=1):
        out = page.extract_text()
        assert "SHS 370102 W03 A 20261118 0012 H" in out
        assert text("receipt.page", page=index, pages=len(pages)) in out
        assert "第 2 次打印" in out
        assert "第 2 份" in out
        assert "7Q4M" in out


def test_seal_and_signature_stand_on_the_last_page_only() -> None:
    """The seal goes where the family signs, once."""
    *others, last = [page.extract_text() for page in PdfReader(BytesIO(_pdf("forty_matters_a4"))).pages]
    assert text("receipt.seal") in last
    assert text("receipt.signed_by_agent") in last
    assert text("receipt.condolence") in last
    assert not [page for page in others if text("receipt.seal") in page]


@pytest.mark.parametrize("name", [name for name in PAPERS if PAPERS[name][1] is PaperSize.ROLL_80])
def test_the_roll_is_576_dots_wide_and_one_page(name: str) -> None:
    """A thermal printer takes it at its own width, without scaling and without a cut inside."""
    [page] = PdfReader(BytesIO(_pdf(name))).pages
    assert float(page.mediabox.width) == pytest.approx(640 * DOT, abs=0.01)
    [picture] = pages_of(_pdf(name))
    ink = ImageChops.invert(picture.convert("L")).getbbox()
    assert ink is not None
    assert ink[0] >= int(32 * DOT) - 1
    assert ink[2] <= int(608 * DOT) + 2


@pytest.mark.parametrize("name", [name for name in PAPERS if PAPERS[name][1] is PaperSize.A4])
def test_nothing_is_drawn_beyond_the_margins_of_a4(name: str) -> None:
    """Nothing is cut: only the copy's mark stands in the right margin."""
    for page in pages_of(_pdf(name)):
        grey = page.convert("L")
        width, height = grey.size
        left = grey.crop((0, 0, 44, height))
        right = grey.crop((552, 0, 563, height))
        foot = grey.crop((0, height - 28, width, height))
        assert all(part.getextrema() == (255, 255) for part in (left, right, foot))


@pytest.mark.parametrize("large", [False, True])
def test_no_two_characters_lie_on_each_other(name: str, large: bool) -> None:
    """Nothing overlaps, with the longest names and the largest print; the training mark lies below on purpose."""
    make, size, _ = PAPERS[name]
    paper = make()
    real = replace(paper, copy=replace(paper.copy, training=False))
    stands_apart(render(real, size, large_print=large))


def modules_drawn(pdf: bytes, count: int) -> list[list[bool]]:
    """Give the modules of an A4 page's QR code, dark ones true, by the colour in the middle of each."""
    scale = 4
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=scale, grayscale=True).to_pil().convert("1", dither=Image.Dither.NONE)
    finally:
        document.close()
    module = page_a4._QR / count
    left, top = page_a4.MARGIN + page_a4.WIDTH - page_a4._QR, page_a4._TOP
    return [
        [
            picture.getpixel((int((left + (x + 0.5) * module) * scale), int((top + (y + 0.5) * module) * scale))) == 0
            for x in range(count)
        ]
        for y in range(count)
    ]


def test_the_code_can_be_read_over_the_training_mark() -> None:
    """Every module of the QR code has its own colour in the middle."""
    paper = paper_cases.sealed(paper_cases.standard())
    matrix = segno.make(paper.head.qr_text, error="m", micro=False, boost_error=False).matrix
    assert modules_drawn(render(paper, PaperSize.A4), len(matrix)) == [[cell == 1 for cell in row] for row in matrix]


def test_a_case_without_materials_has_no_empty_table() -> None:
    """A part that has nothing to say is left out."""
    application = paper_cases.application_of()
    paper = paper_cases.receipt(paper_cases.case_of(application, materials=()), application)
    for size in PaperSize:
        assert text("receipt.materials") not in _extracted(render(paper, size))
