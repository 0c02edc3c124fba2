"""What the drawing of a paper costs by itself: its calls on the canvas, recorded once and made again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, cast

from reportlab.pdfgen.canvas import Canvas

from kiosk.domain.paper import CasePaper
from kiosk.papers.fonts import load_fonts
from kiosk.papers.render import draw, new_canvas
from kiosk.ports.printers import PaperSize

_MAKERS = frozenset({"beginPath", "beginText"})
"""Methods whose result is drawn on in turn."""


@dataclass(frozen=True)
class _Call:
    """A method called on one of a drawing's objects, which are numbered as they come; the canvas is 0."""

    subject: int
    method: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


class _Recorder:
    """Stands for an object of a drawing: passes the calls on and notes them."""

    def __init__(self, subject: object, known: list[_Recorder], calls: list[_Call]) -> None:
        self.subject = subject
        self.number = len(known)
        self.known = known
        self.calls = calls
        known.append(self)

    def __getattr__(self, name: str) -> Callable[..., object]:
        method = getattr(self.subject, name)

        def call(*arguments: Any, **keywords: Any) -> object:  # noqa: ANN401  whatever the canvas takes
            self.calls.append(_Call(self.number, name, arguments, keywords))
            result = method(*(a.subject if isinstance(a, _Recorder) else a for a in arguments), **keywords)
            return _Recorder(result, self.known, self.calls) if name in _MAKERS else result

        return call


class BareDrawing:
    """The calls that draw one paper, without what finds out where everything goes."""

    def __init__(self, paper: CasePaper, size: PaperSize) -> None:
        """Draw the paper once and note the calls."""
        self._calls: list[_Call] = []
        fonts = load_fonts()
        recorder = _Recorder(new_canvas(BytesIO()), [], self._calls)
        draw(cast("Canvas", recorder), fonts, paper, size)

    def make(self) -> bytes:
        """Make the calls on a fresh canvas; give the PDF."""
        out = BytesIO()
        canvas = new_canvas(out)
        objects: list[object] = [canvas]
        for call in self._calls:
            arguments = (objects[a.number] if isinstance(a, _Recorder) else a for a in call.arguments)
            result = getattr(objects[call.subject], call.method)(*arguments, **call.keywords)
            if call.method in _MAKERS:
                objects.append(result)
        canvas.save()
        return out.getvalue()
