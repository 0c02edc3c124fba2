"""Files that people hand over: damaged, disguised, stuffed, locked, endless. The counter says so and goes on."""

from __future__ import annotations

import signal
import sys
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from time import monotonic

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader, PdfWriter
from pypdf.actions import JavaScript
from pypdf.generic import RectangleObject
from reportlab.pdfgen.canvas import Canvas

from devices.frames.cleaner import ChildPageCleaner
from kiosk.errors import ErrorCode, InputError
from kiosk.ports.pages import MAX_PAGES

CHILD = (sys.executable, "-m", "kiosk", "page_child")
SECRET = b"SecretOfTheFile"
LIMIT_S = 20.0


@pytest.fixture(scope="module")
def cleaner() -> Iterator[ChildPageCleaner]:
    """One child for all of them: what one file does, the next one does not feel."""
    cleaner = ChildPageCleaner(CHILD, limit_s=LIMIT_S)
    yield cleaner
    cleaner.close()


def _refusal(cleaner: ChildPageCleaner, data: bytes) -> InputError:
    """Give how a file is refused; after it a good one is taken."""
    with pytest.raises(InputError) as raised:
        cleaner.clean(data)
    assert cleaner.clean(_jpeg()).pages == 1
    return raised.value


def _jpeg(size: tuple[int, int] = (400, 300), **options: object) -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "navy").save(file, "JPEG", **options)
    return file.getvalue()


def _png(image: Image.Image, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def _pdf(change: Callable[[PdfWriter], object] = lambda _writer: None, pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    change(writer)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def _content(stream: bytes, filters: bytes = b"/FlateDecode", height: int = 842) -> bytes:
    """Write a PDF of one page by hand, with this content stream."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 %d]/Contents 4 0 R/Resources<<>>>>" % height,
        b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(stream), filters, stream),
    ]
    objects = b"".join(b"%d 0 obj%s endobj\n" % (number, part) for number, part in enumerate(parts, 1))
    return b"%PDF-1.7\n" + objects + b"trailer<</Root 1 0 R/Size 5>>\n%%EOF"


def _opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def test_nothing_but_the_looks_of_a_photograph_is_kept(cleaner: ChildPageCleaner) -> None:
    """No place, no device, no remark, nothing behind the picture's end; upright without a note that says so."""
    photograph = Image.new("RGB", (400, 300), "white")
    photograph.paste("black", (0, 0, 400, 20))  # the sheet's top, lying on its side
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    file = BytesIO()
    photograph.save(file, "JPEG", exif=exif, comment=SECRET, icc_profile=SECRET, xmp=SECRET)
    original = file.getvalue() + b"PK\x03\x04" + SECRET
    assert original.count(SECRET) == 5
    kept = cleaner.clean(original)
    assert kept.media_type == "image/jpeg"
    assert SECRET not in kept.data
    image = _opened(kept.data)
    assert not image.getexif()
    assert image.size == (300, 400)
    assert max(image.convert("L").crop((285, 100, 300, 300)).tobytes()) < 60


def test_words_inside_a_png_are_not_kept(cleaner: ChildPageCleaner) -> None:
    """The kept file is a JPEG on white paper, whatever the picture was made of."""
    words = PngInfo()
    words.add_text("Author", SECRET.decode())
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (0, 0, 20, 40))
    deep = Image.new("I;16", (40, 40), 32768)
    for image, left, right in ((clear, 0, 255), (clear.convert("P"), 0, 255), (deep, 127, 127)):
        kept = cleaner.clean(_png(image, pnginfo=words))
        assert SECRET not in kept.data
        grey = _opened(kept.data).convert("L")
        assert grey.getpixel((5, 20)) == pytest.approx(left, abs=3)
        assert grey.getpixel((35, 20)) == pytest.approx(right, abs=3)


def test_a_photograph_is_kept_no_larger_than_a_sheet_needs(cleaner: ChildPageCleaner) -> None:
    """A telephone's 48 megapixels become a sheet at 300 dpi; a small picture stays as it is."""
    assert _opened(cleaner.clean(_jpeg((8000, 6000))).data).size == (3508, 2631)
    assert _opened(cleaner.clean(_jpeg((640, 480))).data).size == (640, 480)


def test_nothing_but_the_looks_of_a_pdf_is_kept(cleaner: ChildPageCleaner) -> None:
    """No script, no embedded file, no author, no text, no link; the same pages in the same sizes."""
    text = SECRET.decode()

    def stuff(writer: PdfWriter) -> None:
        writer.add_open_action(JavaScript(f"app.alert('{text}')"))
        writer.add_attachment("a.txt", SECRET)
        writer.add_metadata({"/Author": text})
        writer.add_uri(0, f"https://example.invalid/{text}", RectangleObject((0, 0, 9, 9)))
        writer.add_blank_page(842, 595)

    original = _pdf(stuff)
    assert original.count(SECRET) >= 3
    kept = cleaner.clean(original)
    assert (kept.media_type, kept.pages) == ("application/pdf", 2)
    assert SECRET not in kept.data
    reader = PdfReader(BytesIO(kept.data))
    assert set(reader.root_object) == {"/Type", "/Pages"}
    assert [[round(float(side)) for side in page.mediabox[2:]] for page in reader.pages] == [[595, 842], [842, 595]]
    assert all(
        set(page) <= {"/Type", "/Parent", "/Contents", "/MediaBox", "/Resources", "/Rotate"} for page in reader.pages
    )


def test_what_was_typed_into_a_form_is_seen(cleaner: ChildPageCleaner) -> None:
    """The fields are gone, the ink is there."""
    file = BytesIO()
    canvas = Canvas(file)
    canvas.acroForm.textfield(value="HHHHHHHH", x=100, y=600, width=300, height=40, borderWidth=0, fillColor=None)
    canvas.showPage()
    canvas.save()
    kept = cleaner.clean(file.getvalue())
    page = _opened(cleaner.picture(kept.data, 0, 842)).convert("L")
    field = page.crop((100, 202, 400, 242))
    assert min(field.tobytes()) < 100
    assert b"/AcroForm" not in kept.data


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"", ErrorCode.ATTACHMENT_UNREADABLE),
        (lambda: b"PK\x03\x04 an office file called a.pdf", ErrorCode.ATTACHMENT_KIND),
        (lambda: b"GIF89a", ErrorCode.ATTACHMENT_KIND),
        (lambda: _jpeg()[: len(_jpeg()) // 2], ErrorCode.ATTACHMENT_UNREADABLE),
        (lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40, ErrorCode.ATTACHMENT_UNREADABLE),
        (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, ErrorCode.ATTACHMENT_UNREADABLE),
        (lambda: _png(Image.effect_noise((64, 64), 50))[:-200], ErrorCode.ATTACHMENT_UNREADABLE),
        (lambda: b"%PDF-1.7 and nothing more", ErrorCode.ATTACHMENT_UNREADABLE),
        (lambda: _pdf(pages=0), ErrorCode.ATTACHMENT_UNREADABLE),
        (lambda: _pdf(lambda writer: writer.encrypt("locked")), ErrorCode.ATTACHMENT_LOCKED),
        (lambda: _pdf(pages=30), ErrorCode.ATTACHMENT_TOO_MANY_PAGES),
        (lambda: _jpeg() + b"\0" * (20 << 20), ErrorCode.ATTACHMENT_TOO_LARGE),
        (lambda: _png(Image.new("1", (30_000, 30_000))), ErrorCode.ATTACHMENT_TOO_MANY_PIXELS),
        (lambda: _png(Image.new("1", (10_000, 9_000))), ErrorCode.ATTACHMENT_TOO_MANY_PIXELS),
        (lambda: _png(Image.new("1", (9_000, 8_000))), ErrorCode.ATTACHMENT_TOO_MANY_PIXELS),
    ],
    ids=lambda value: value.value if isinstance(value, ErrorCode) else "",
)
def test_a_file_that_cannot_be_kept_is_refused_with_its_reason(
    cleaner: ChildPageCleaner, make: Callable[[], bytes], code: ErrorCode
) -> None:
    """Each has a sentence of its own, and the next file is taken."""
    assert _refusal(cleaner, make()).code is code


def test_a_file_without_pages_is_not_called_locked_for_the_one_before(cleaner: ChildPageCleaner) -> None:
    """Only a file that asks for a password is."""
    for data, code in (
        (_pdf(lambda writer: writer.encrypt("locked")), ErrorCode.ATTACHMENT_LOCKED),
        (_pdf(pages=0), ErrorCode.ATTACHMENT_UNREADABLE),
    ):
        assert _refusal(cleaner, data).code is code


def test_a_pdf_of_the_most_pages_is_taken_whole(cleaner: ChildPageCleaner) -> None:
    """The limit itself is inside."""
    assert cleaner.clean(_pdf(pages=MAX_PAGES)).pages == MAX_PAGES


def _packed(times: int, size: int) -> bytes:
    """Pack zeros so that a few bytes become `size`, `times` over."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(size >> 20)) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


@pytest.mark.parametrize(
    "make",
    [
        lambda: _content(_packed(2, 2 << 30), b"/FlateDecode/FlateDecode"),
        lambda: _content(zlib.compress(b"q " * 30_000_000)),
    ],
    ids=["two gigabytes in a few bytes", "thirty million states"],
)
def test_a_pdf_bomb_harms_nothing(cleaner: ChildPageCleaner, make: Callable[[], bytes]) -> None:
    """It ends the child alone: the counter's own memory does not grow, and the next file is taken."""
    bomb = make()
    assert len(bomb) < 4 << 20
    before, started = _memory_peak(), monotonic()
    assert _refusal(cleaner, bomb).code is ErrorCode.ATTACHMENT_HARMFUL
    assert monotonic() - started < LIMIT_S + 5
    assert _memory_peak() - before < 64 << 20


def test_a_file_that_takes_too_long_is_ended() -> None:
    """The counter waits no longer than the limit and says that the file may be wrong."""
    cleaner = ChildPageCleaner(CHILD, limit_s=2.0)
    drawing = _content(zlib.compress(b"0 0 m 595 842 l 300 0 l 0 842 l 9 9 l b* " * 3_000_000))
    try:
        cleaner.clean(_jpeg())
        started = monotonic()
        assert _refusal(cleaner, drawing).code is ErrorCode.ATTACHMENT_HARMFUL
        assert 1.5 < monotonic() - started < 8
    finally:
        cleaner.close()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_child_that_dies_between_two_files_is_replaced() -> None:
    """Nobody notices."""
    cleaner = ChildPageCleaner(CHILD)
    try:
        cleaner.clean(_jpeg())
        first = cleaner._child
        assert first is not None
        first.send_signal(signal.SIGKILL)
        first.wait(5)
        assert cleaner.clean(_jpeg()).pages == 1
        assert cleaner._child is not first
    finally:
        cleaner.close()


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "nonsense",
        '{"code":"RDR-99"}',
        '{"media_type":"text/html","size":0}',
        '{"size":99999999999}',
        '{"size":-1}',
        '{"size":50}',
        "x" * 9000,
    ],
)
def test_a_child_that_was_taken_over_is_not_believed(answer: str) -> None:
    """What it says beyond the form of an answer is a harmful file, and nothing of it is kept."""
    script = f"import sys; sys.stdin.buffer.readline(); print({answer!r}, flush=True)"
    cleaner = ChildPageCleaner((sys.executable, "-c", script), limit_s=10)
    with pytest.raises(InputError) as raised:
        cleaner.clean(_jpeg())
    assert raised.value.code is ErrorCode.ATTACHMENT_HARMFUL
    assert cleaner._child is None


def test_a_program_that_does_not_start_is_a_file_that_does_not_open(tmp_path: Path) -> None:
    """No stack, no hang."""
    with pytest.raises(InputError) as raised:
        ChildPageCleaner((str(tmp_path / "nowhere"),)).clean(_jpeg())
    assert raised.value.code is ErrorCode.ATTACHMENT_UNREADABLE


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits of Linux")
def test_the_child_may_neither_write_nor_start_anything(cleaner: ChildPageCleaner) -> None:
    """Its limits are those of a reader: a gigabyte, no files, no processes, no core dump."""
    cleaner.clean(_jpeg())
    child = cleaner._child
    assert child is not None
    limits = {
        line[:26].strip(): line[26:].split()[:2]
        for line in Path(f"/proc/{child.pid}/limits").read_text().splitlines()[1:]
    }
    assert limits["Max address space"] == [str(1 << 30)] * 2
    assert limits["Max file size"] == ["0", "0"]
    assert limits["Max processes"] == ["0", "0"]
    assert limits["Max core file size"] == ["0", "0"]
    assert int(limits["Max cpu time"][0]) <= 60


def _memory_peak() -> int:
    """Give the largest resident size of this process so far, in bytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
