"""Write the kept papers anew: `python tests/golden/keep_papers.py`, then look at every picture before committing."""

from __future__ import annotations

from test_papers import GOLDEN, PAPERS, _pages, _pdf


def main() -> None:
    """Write every kept paper as PDF and as pictures."""
    GOLDEN.mkdir(exist_ok=True)
    for old in (*GOLDEN.glob("*.pdf"), *GOLDEN.glob("*.png")):
        old.unlink()
    for name in PAPERS:
        pdf = _pdf(name)
        (GOLDEN / f"{name}.pdf").write_bytes(pdf)
        for number, page in enumerate(_pages(pdf), start=1):
            page.convert("L").quantize(16).save(GOLDEN / f"{name}-{number}.png", optimize=True)


if __name__ == "__main__":
    main()
