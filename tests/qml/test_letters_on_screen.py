"""The letters on the screen: what pinyin may mean stands in a row over them, and a touch takes it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, QUrl, Slot
from PySide6.QtQml import QQmlComponent
from PySide6.QtQuick import QQuickWindow
from PySide6.QtTest import QTest
from screen_rigs import application_of

from ui.engine import make_engine, page_url
from ui.rows import Rows

STYLE = page_url("QtQuick/VirtualKeyboard/Styles/yizhan/style.qml")
ROW = b"""
import QtQuick

Window {
    id: row

    required property QtObject candidates
    required property url file
    readonly property QtObject style: Qt.createComponent(file).createObject(row)

    width: 600
    height: 80
    visible: true

    ListView {
        anchors.fill: parent
        orientation: ListView.Horizontal
        model: row.candidates
        delegate: row.style.selectionListDelegate
    }
}
"""


@dataclass(frozen=True)
class Candidate:
    """What pinyin may mean, with the role that the input method gives it."""

    display: str


class Candidates(Rows[Candidate]):
    """The list of them, as the input method shows it to the keyboard."""

    def __init__(self, *words: str) -> None:
        super().__init__(Candidate)
        self.taken: list[str] = []
        self.show([Candidate(word) for word in words])

    @Slot(int)
    def selectItem(self, index: int) -> None:  # noqa: N802  the keyboard calls it so
        """Take one."""
        self.taken.append(self.rows()[index].display)


def test_a_touch_on_characters_takes_them() -> None:
    """The second in the row, not only the first, which the space bar takes as well."""
    application_of()
    engine = make_engine()
    candidates = Candidates("测试", "策士", "侧室")
    row = QQmlComponent(engine)
    row.setData(ROW, QUrl())
    window = row.createWithInitialProperties({"candidates": candidates, "file": STYLE})
    assert isinstance(window, QQuickWindow), row.errorString()
    QTest.qWait(200)
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=QPoint(130, 40))
    window.close()
    assert candidates.taken == ["策士"]
