"""What a window costs by itself: `python -m ui.baseline` shows an empty one with the imports and fonts of the pages.

It prints when its first frame was on the screen, in seconds of the machine's monotonic clock, and ends.
"""

from __future__ import annotations

import json
import sys
import time

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

from ui.engine import load_fonts

_WINDOW = b"""
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates
Window { width: 1366; height: 768; visible: true; Text { text: "\xe4\xb8\x80\xe7\xab\x99" } }
"""


def main() -> int:
    """Show the window and end with its first frame."""
    application = QGuiApplication(sys.argv[:1])
    load_fonts()
    engine = QQmlApplicationEngine()
    engine.loadData(_WINDOW)
    window = engine.rootObjects()[0]
    if not isinstance(window, QQuickWindow):
        return 1

    def show() -> None:
        sys.stdout.write(json.dumps({"page": time.monotonic()}) + "\n")
        sys.stdout.flush()
        application.quit()

    window.frameSwapped.connect(show, Qt.ConnectionType.QueuedConnection)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
