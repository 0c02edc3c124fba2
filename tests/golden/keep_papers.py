"""Write kept papers anew (`keep_papers.py [NAME …]`), then look at every picture before committing."""

from __future__ import annotations

import sys

from kept_pages import GOLDEN, pages_of
from sheet_cases import SHEETS
from test_papers import PAPERS, _pdf
from test_sectioned_papers import SECTIONED, pdf_of
from test_sheets import sheet_pdf


def main(names: list[str]) -> None:
    """Write the named papers, or all of them, as PDF and as pictures."""
    GOLDEN.mkdir(exist_ok=True)
    for name in names or (*PAPERS, *SECTIONED, *SHEETS):
        for old in GOLDEN.glob(f"{name}-*.png"):
            old.unlink()
        pdf = _pdf(name) if name in PAPERS else sheet_pdf(name) if name in SHEETS else pdf_of(name)
        (GOLDEN / f"{name}.pdf").write_bytes(pdf)
        for number, page in enumerate(pages_of(pdf), start=1):
            page.convert("L").quantize(16).save(GOLDEN / f"{name}-{number}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
