"""What is checked of every kept page: its bytes, what it shows, and that its characters stand apart."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageStat

GOLDEN = Path(__file__).parent / "papers"
_TOLERANCE = 1.0
"""Mean difference of a page in grey levels of 255 that another version of the rasteriser may make."""


def pages_of(pdf: bytes) -> list[Image.Image]:
    """Draw each page as a grey picture, one dot per point of 1/72 inch."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=1.0, grayscale=True).to_pil() for page in document]
    finally:
        document.close()


def is_as_kept(pdf: bytes, name: str) -> None:
    """Check that a paper has the kept bytes, and that every page shows what the kept picture shows."""
    assert pdf == (GOLDEN / f"{name}.pdf").read_bytes()
    pages, kept = pages_of(pdf), sorted(GOLDEN.glob(f"{name}-*.png"))
    assert len(pages) == len(kept)
    for page, path in zip(pages, kept, strict=True):
        with Image.open(path) as picture:
            assert page.size == picture.size
            difference = ImageStat.Stat(ImageChops.difference(page.convert("L"), picture.convert("L"))).mean[0]
        assert difference < _TOLERANCE, f"{path.name} differs by {difference:.2f}"


def stands_apart(pdf: bytes, foot: float = 0.0) -> None:
    """Check that no character of a page lies on another, nor within `foot` points of the page's lower edge."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            words = page.get_textpage()
            # A set: a character beyond U+FFFF is counted as the two halves of its surrogate pair.
            boxes = {
                words.get_charbox(index)
                for index in range(words.count_chars())
                if not words.get_text_range(index, 1).isspace()
            }
            assert not _overlaps(sorted(boxes))
            assert min(box[1] for box in boxes) > foot
    finally:
        document.close()


def _overlaps(boxes: list[tuple[float, float, float, float]]) -> list[tuple[float, ...]]:
    found: list[tuple[float, ...]] = []
    for index, (left, bottom, right, top) in enumerate(boxes):
        for other in boxes[index + 1 :]:
            if other[0] >= right:
                break
            wide = min(right, other[2]) - other[0]
            high = min(top, other[3]) - max(bottom, other[1])
            smaller = min((right - left) * (top - bottom), (other[2] - other[0]) * (other[3] - other[1]))
            if wide > 0 and high > 0 and wide * high > 0.1 * smaller:
                found.append((left, bottom, *other))
    return found
