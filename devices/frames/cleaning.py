"""Making pictures and PDF files anew from their pixels. It runs in `page_child` alone: what it reads may be hostile."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from kiosk.errors import ErrorCode, InputError
from kiosk.ports.pages import MAX_MEGAPIXELS, MAX_PAGES, CleanFile

_KINDS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"%PDF-": "PDF"}
_LONG_SIDE = 3508
"""Pixels: A4 at 300 dpi."""
_PDF_DPI = 200
"""Of a rendered page: the least that DA/T 31-2017 asks of a scan."""
_POINTS_PER_INCH = 72
_ROUNDING = 0.01
"""Pixels: the renderer rounds up."""
_QUALITY = 85
_PDF_QUALITY = 78


def clean(data: bytes) -> CleanFile:
    """Make a file anew; what it is, its content says, never its name.

    Raises:
        InputError: ATTACHMENT_KIND, _UNREADABLE, _LOCKED, _TOO_MANY_PAGES or _TOO_MANY_PIXELS.
    """
    kind = _kind_of(data)
    if kind == "PDF":
        return _clean_pdf(data)
    return CleanFile("image/jpeg", 1, _jpeg(_picture_of(data, kind, _LONG_SIDE), _QUALITY))


def picture(data: bytes, page: int, long_side: int) -> bytes:
    """Give a page (counted from 0) as JPEG, its longer side at most `long_side` pixels.

    Raises:
        InputError: as `clean`; ATTACHMENT_UNREADABLE when there is no such page.
    """
    kind = _kind_of(data)
    if kind != "PDF":
        return _jpeg(_picture_of(data, kind, long_side), _QUALITY)
    with _opened(data) as document:
        if page >= len(document):
            raise InputError(ErrorCode.ATTACHMENT_UNREADABLE)
        try:
            return _jpeg(_render(document[page], long_side, None), _QUALITY)
        except pypdfium2.PdfiumError as exc:
            raise InputError(ErrorCode.ATTACHMENT_UNREADABLE) from exc


def _kind_of(data: bytes) -> str:
    kind = next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), None)
    if kind is None:
        raise InputError(ErrorCode.ATTACHMENT_KIND)
    return kind


def _picture_of(data: bytes, kind: str, long_side: int) -> Image.Image:
    try:
        image: Image.Image = Image.open(BytesIO(data), formats=[kind])
        if image.width * image.height > MAX_MEGAPIXELS * 1_000_000:
            raise InputError(ErrorCode.ATTACHMENT_TOO_MANY_PIXELS, limit=MAX_MEGAPIXELS)
        return _flat(_small(image, long_side))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:
        raise InputError(ErrorCode.ATTACHMENT_TOO_MANY_PIXELS, limit=MAX_MEGAPIXELS) from exc
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as exc:  # broken PNG files are syntax errors
        raise InputError(ErrorCode.ATTACHMENT_UNREADABLE) from exc


def _small(image: Image.Image, long_side: int) -> Image.Image:
    """Load a picture upright and no larger than that; a JPEG is decoded small, which saves most of its memory."""
    if image.mode.startswith("I"):  # 16 bits; converting would cut off instead of scaling
        image = image.convert("I").point(lambda value: value / 257).convert("L")
    elif image.mode == "P":
        image = image.convert("RGBA")
    image.thumbnail((long_side, long_side))
    return ImageOps.exif_transpose(image)


def _flat(image: Image.Image) -> Image.Image:
    """Lay a picture on white paper."""
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return image if image.mode == "L" else image.convert("RGB")


def _jpeg(image: Image.Image, quality: int) -> bytes:
    image.info.clear()  # what the other file says about itself; a comment would be written again
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _clean_pdf(data: bytes) -> CleanFile:
    with _opened(data) as source, pypdfium2.PdfDocument.new() as target:
        count = len(source)
        if not count:
            raise InputError(ErrorCode.ATTACHMENT_UNREADABLE)
        if count > MAX_PAGES:
            raise InputError(ErrorCode.ATTACHMENT_TOO_MANY_PAGES, pages=count, limit=MAX_PAGES)
        try:
            source.init_forms()  # what was typed into a form is drawn, too
            for page in source:
                _add_page(target, _render(page, _LONG_SIDE, _PDF_DPI))
        except pypdfium2.PdfiumError as exc:
            raise InputError(ErrorCode.ATTACHMENT_UNREADABLE) from exc
        file = BytesIO()
        target.save(file)
        return CleanFile("application/pdf", count, file.getvalue())


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as exc:
        # PDFium tells of a file without pages by the error of the file before.
        locked = exc.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD and b"/Encrypt" in data
        raise InputError(ErrorCode.ATTACHMENT_LOCKED if locked else ErrorCode.ATTACHMENT_UNREADABLE) from exc


def _render(page: pypdfium2.PdfPage, long_side: int, dpi: int | None) -> Image.Image:
    """Draw a page so that its longer side has at most that many pixels, and no more than this resolution."""
    scale = (long_side - _ROUNDING) / max(1.0, *page.get_size())
    if dpi is not None:
        scale = min(scale, dpi / _POINTS_PER_INCH)
    drawn: Image.Image = page.render(scale=scale).to_pil()
    page.close()
    return drawn.convert("RGB")


def _add_page(document: pypdfium2.PdfDocument, image: Image.Image) -> None:
    width, height = (side * _POINTS_PER_INCH / _PDF_DPI for side in image.size)
    page = document.new_page(width, height)
    drawn = pypdfium2.PdfImage.new(document)
    drawn.load_jpeg(BytesIO(_jpeg(image, _PDF_QUALITY)), inline=True)
    drawn.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
    page.insert_obj(drawn)
    page.gen_content()
    page.close()
