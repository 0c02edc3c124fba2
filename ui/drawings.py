"""Line drawings for QML, painted the same with and without a GPU."""

from __future__ import annotations

from html import escape
from urllib.parse import unquote

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

PROVIDER = "drawing"


class DrawingProvider(QQuickImageProvider):
    """Paints an SVG path; called by the engine on the GUI thread, which keeps what was painted.

    An id is `width|height|stroke|weight|fill|path`, percent-encoded: the size of the path's grid, an SVG colour and a
    line width in grid units, the colour of the inside or `none`. Shapes of Qt Quick are not used because the software
    renderer does not clip them.
    """

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id_: str, size: QSize, requested: QSize) -> QImage:  # noqa: ARG002  Qt's signature
        """Paint one drawing in the size that is asked for."""
        width, height, stroke, weight, fill, path = unquote(id_).split("|", 5)
        image = QImage(requested, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        source = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><path d="{escape(path)}" '
            f'stroke="{escape(stroke)}" stroke-width="{escape(weight)}" fill="{escape(fill)}" '
            'stroke-linecap="round" stroke-linejoin="round"/></svg>'
        )
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, stroke != "none")
        QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(image.rect()))
        painter.end()
        return image
