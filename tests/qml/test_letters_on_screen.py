"""The letters on the screen: what pinyin may mean stands in a row over them, and a touch takes it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from counter_rigs import busy_day
from page_fit import class_of, within
from page_window import PageWindow
from PySide6.QtCore import QPoint, Qt, QUrl, Slot
from PySide6.QtQml import QQmlComponent
from PySide6.QtQuick import QQuickWindow
from PySide6.QtTest import QTest
from screen_rigs import application_of, model_of, shown, sign_in, until
from staff_situations import come_to_rest

from ui.desk import Page
from ui.engine import make_engine, page_url
from ui.rows import Rows
from ui.viewmodels.guide import GuideViewModel
from ui.viewmodels.look_up import LookUpViewModel

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


@pytest.mark.parametrize(
    ("size", "large_text"), [((1366, 768), False), ((1366, 768), True), ((1920, 1080), False), ((1080, 1920), True)]
)
@pytest.mark.parametrize("page", [Page.LOOK_UP, Page.GUIDE])
def test_words_are_looked_for_without_a_keyboard_beside_the_screen(
    page: Page, size: tuple[int, int], large_text: bool
) -> None:
    """A touch on the field brings up the letters and leaves its box in sight; looking for it puts them away."""
    with shown(busy_day(), size, large_text=large_text) as program:
        sign_in(program.shell)
        program.shell.go(page, "")
        come_to_rest(program)
        window = program.window
        screen = PageWindow(window, window.contentItem())
        field = next(item for item in screen.items() if class_of(item) == "EntryField")
        written = next(item for item in screen.items(field) if item.inherits("QQuickTextInput"))
        QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=screen.place(written).center().toPoint())
        come_to_rest(program)
        band = next(item for item in screen.items() if class_of(item) == "KeysBand")
        box, view = written.parentItem(), within(field, "QQuickFlickable")
        assert box is not None
        assert view is not None
        until(lambda: any(class_of(item) == "TextKeys" for item in screen.items(band)))  # they are loaded beside
        until(lambda: screen.place(view).contains(screen.place(box)))
        assert screen.place(box).bottom() <= screen.place(band).top()
        model = model_of(program.shell)
        assert isinstance(model, LookUpViewModel | GuideViewModel)
        model.type("丧葬费")
        QTest.keyClick(window, Qt.Key.Key_Return)
        until(lambda: bool(model.property("asked")))
        assert not band.isVisible()


def test_a_page_that_is_left_at_once_takes_the_letters_that_still_come_with_it() -> None:
    """They are loaded beside the page's work; nothing is said of a page that is gone (any warning fails a test)."""
    with shown(busy_day(), (1366, 768)) as program:
        sign_in(program.shell)
        for _ in range(8):
            program.shell.go(Page.LOOK_UP, "")
            come_to_rest(program)
            program.shell.go(Page.SYNC, "")
            come_to_rest(program)
