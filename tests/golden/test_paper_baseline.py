"""The bare drawing that the benchmark compares with is the paper's own."""

from __future__ import annotations

import paper_cases
import pytest

from kiosk.papers.baseline import BareDrawing
from kiosk.papers.render import render
from kiosk.ports.printers import PaperSize


@pytest.mark.parametrize("size", list(PaperSize))
def test_a_bare_drawing_gives_the_papers_own_bytes(size: PaperSize) -> None:
    """Nothing of the drawing is left out of the bare work."""
    paper = paper_cases.standard()
    assert BareDrawing(paper, size).make() == render(paper, size)
