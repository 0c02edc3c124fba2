"""A correction on the page of its case: the editors of a new case, by touch, above the keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import screen_rigs
from asked_case import ask, page_of, take_in
from counter_rigs import busy_day
from counter_values import number_of
from page_fit import SIZES, class_of, cut_words, within
from page_window import PageWindow, show_page
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from staff_situations import SITUATIONS, come_to_rest
from wizard_rig import Rig

WANTED = ("applicant.relation", "deceased.insurance", "deceased.death_at", "payee.account")


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("size", SIZES)
def test_what_a_department_asks_for_is_put_right_by_touch(rig: Rig, tmp_path: Path, size: str, large: bool) -> None:
    """One answer is chosen, another taken in, a day picked, a number struck on keys that never cover its field."""
    case = take_in(rig, tmp_path)
    ask(rig, case.case_id, case.matters[0].matter_id, fields=list(WANTED))
    page = page_of(rig, case)
    page.amendment.open("correct")
    with show_page("pages/CasePage.qml", page, SIZES[size], large=large) as shown:
        for path, answers in (
            ("applicant.relation", ("女儿",)),
            ("deceased.insurance", ("居民医保", "好了")),
            ("deceased.death_at", ("17",)),
        ):
            cell = next(item for item in shown.items() if item.property("path") == path)
            _tap(shown, _button(shown, "", cell))
            for words in answers:
                _tap(shown, _button(shown, words))
        account = shown.find("payee.account")
        _tap(shown, next(item for item in shown.items(account) if item.inherits("QQuickTextInput")))
        shown.settle(200)
        band = shown.place(next(item for item in shown.items() if class_of(item) == "KeysBand"))
        assert shown.place(account).bottom() <= band.top()
        _tap(shown, _button(shown, "清空"))
        for digit in "6222020000000005561":
            _tap(shown, _button(shown, digit))
        assert cut_words(shown) == []
    assert page.amendment.entry.values() == {
        "applicant.relation": "30",
        "deceased.insurance": "enterprise_pension、employee_medical、resident_medical",
        "deceased.death_at": "2026-11-17T03:10:00+08:00",
        "payee.account": "6222020000000005561",
    }


def _button(shown: PageWindow, words: str, under: QQuickItem | None = None) -> QQuickItem:
    """Give the button that says this; of several, the one drawn last."""
    buttons = [item for item in shown.items(under) if item.inherits("QQuickAbstractButton") and item.isEnabled()]
    return [item for item in buttons if words in ("", item.property("text"), item.property("label"))][-1]


def _bring_up(shown: PageWindow, item: QQuickItem) -> None:
    """Turn the screens of the area that the item lies in, if it lies in one, until it is shown."""
    area = item.parentItem()
    while area is not None and class_of(area) != "ScrollArea":
        area = area.parentItem()
    while area is not None and not _in_sight(shown, item):
        before = shown.place(item)
        way = "chevron-up" if before.top() < shown.place(area).top() else "chevron-down"
        turn = [button for button in shown.items(area) if button.property("iconName") == way][-1]
        QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, pos=shown.place(turn).center().toPoint())
        shown.settle(100)
        assert shown.place(item) != before, "cannot be reached"


def _in_sight(shown: PageWindow, item: QQuickItem) -> bool:
    parent = item.parentItem()
    while parent and not parent.clip():
        parent = parent.parentItem()
    return not parent or shown.place(parent).contains(shown.place(item).center())


def _tap(shown: PageWindow, item: QQuickItem) -> None:
    shown.settle(60)
    _bring_up(shown, item)
    QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, pos=shown.place(item).center().toPoint())


def test_the_key_of_the_letters_that_puts_them_away_does() -> None:
    """The input method says that it has nothing to show any more; the field keeps the focus, the sheet has its room."""
    counter = busy_day()
    with screen_rigs.shown(counter, (1366, 768)) as program:
        SITUATIONS["correction"](program, counter)
        come_to_rest(program)
        window = program.window
        shown = PageWindow(window, window.contentItem())
        field = next(item for item in shown.items() if item.property("path") == "deceased.cremation_number")
        _tap(shown, next(item for item in shown.items(field) if item.inherits("QQuickTextInput")))
        come_to_rest(program)
        band = next(item for item in shown.items() if class_of(item) == "KeysBand")
        QGuiApplication.inputMethod().visibleChanged.emit()
        screen_rigs.until(lambda: not band.isVisible())


def test_the_field_stands_whole_between_the_head_of_a_small_window_and_the_keys() -> None:
    """The sheet closes up while the keys are there: the box that is written is in sight, not only its label."""
    counter = busy_day()
    form = counter._form(number_of(874))
    account = replace(form.fields[0], path="payee.account", kind="account")
    counter._form = lambda _number: replace(form, fields=(account,))  # type: ignore[method-assign, assignment]
    with screen_rigs.shown(counter, (1366, 768)) as program:
        SITUATIONS["correction"](program, counter)
        come_to_rest(program)
        window = program.window
        shown = PageWindow(window, window.contentItem())
        field = next(item for item in shown.items() if item.property("path") == "payee.account")
        written = next(item for item in shown.items(field) if item.inherits("QQuickTextInput"))
        _tap(shown, written)
        come_to_rest(program)
        assert any(class_of(item) == "DigitKeys" for item in shown.items())
        box, view = written.parentItem(), within(field, "QQuickFlickable")
        assert box is not None
        assert view is not None
        assert shown.place(view).contains(shown.place(box))
