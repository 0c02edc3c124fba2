"""The pages of a new case under a hand: touches, keys, what comes into view, where the focus goes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from page_fit import RIBBON, SIZES, class_of
from page_window import PageWindow, show_page
from PySide6.QtCore import QCoreApplication, QEvent, QMetaObject, QObject, QRectF, Qt
from PySide6.QtGui import QInputMethodEvent, QMouseEvent
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from wizard_rig import FILLERS, Rig, lay, sample, walk_to

from kiosk.errors import ErrorCode
from kiosk.ports.cards import CardFailed

WIZARD = "pages/NewCasePage.qml"
BUTTON = "QQuickAbstractButton"


def test_where_it_is_low_the_matters_are_behind_their_count(rig: Rig) -> None:
    """A touch on the count lists them, one on a tick asks why over the list, and the answer leaves the matter out."""
    wizard = rig.wizard()
    walk_to(wizard, 1)
    FILLERS[1](wizard)
    matters = wizard.circumstance.matter_list
    first = matters.ticked[0]
    with show_page(WIZARD, wizard, SIZES["1366"]) as shown:
        for words in ("一共要办 9 项", first.short_name, "这次先不办"):
            shown.settle(200)
            button = [item for item in shown.items() if item.property("text") == words and item.inherits(BUTTON)][-1]
            place = shown.place(button).center().toPoint()
            QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, pos=place)
        assert first.matter_id not in {matter.matter_id for matter in matters.ticked}


@pytest.mark.parametrize("last", range(5))
def test_a_step_that_is_left_at_once_does_nothing_more(rig: Rig, last: int) -> None:
    """Through the steps, and away, without a turn of the loop: what a step meant to do soon goes with it."""
    wizard = rig.wizard()
    with show_page(WIZARD, wizard, SIZES["1366"]):
        walk_to(wizard, last)
        FILLERS[last](wizard)
        wizard.focusWanted.emit("payee.account")


def _type(shown: PageWindow, digits: str) -> None:
    for digit in digits:
        QTest.keyClick(shown.window, Qt.Key(ord(digit)))


def test_a_keyboard_alone_fills_the_fields_and_goes_on(rig: Rig) -> None:
    """Enter leads to the next field, what is typed is kept, Ctrl+Enter does what the lower right button says."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    with show_page(WIZARD, wizard, SIZES["1920"]) as shown:
        wizard.focusWanted.emit("applicant.phone")
        shown.settle()
        _type(shown, "13800000021")
        QTest.keyClick(shown.window, Qt.Key.Key_Return)
        _type(shown, "6222000000005566")
        shown.settle()
        values = {row.path: row.value for row in wizard.information.field_rows()}
        assert values["applicant.phone"] == "138 0000 0021"
        assert values["payee.account"] == "6222 0000 0000 5566"
        wizard.information.openChoices("payee.bank")
        wizard.information.choose("中国银行")
        shown.settle()
        QTest.keyClick(shown.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        shown.settle()
        assert wizard.step == 3


def test_a_waiting_button_moves_the_focus_to_what_is_missing(rig: Rig) -> None:
    """After the touch the first open field has it."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    with show_page(WIZARD, wizard, SIZES["1366"]) as shown:
        wizard.information.edit("applicant.phone", "13800000021")
        wizard.information.edit("payee.bank", "中国银行")
        wizard.goOn()
        shown.settle()
        assert shown.find("payee.account").property("editing")
        assert wizard.hintNeedsPerson


def test_signing_on_a_low_screen_leaves_the_signature_where_it_is(rig: Rig) -> None:
    """The words that say it was signed take no room from it."""
    wizard = rig.wizard()
    walk_to(wizard, 4)
    with show_page(WIZARD, wizard, SIZES["1366"]) as shown:
        pad = next(item for item in shown.items() if class_of(item) == "SignaturePad")
        before = _place_at_rest(shown, pad)
        FILLERS[4](wizard)
        assert wizard.confirm.signing.words
        assert _place_at_rest(shown, pad) == before


def _place_at_rest(shown: PageWindow, item: QQuickItem) -> QRectF:
    """Give where an item stands once it moves no more."""
    places = [QRectF()]

    def rests() -> bool:
        places.append(shown.place(item))
        return places[-1] == places[-2]

    shown.comes_to_rest(rests)
    return places[-1]


def test_the_second_half_of_a_double_tap_leaves_the_page_of_the_number_open(rig: Rig) -> None:
    """For a moment the button under the finger does nothing; after that it ends the visit."""
    wizard = rig.wizard()
    walk_to(wizard, 4)
    FILLERS[4](wizard)
    wizard.goOn()
    page = rig.taken_in(rig.went[-1][1])
    ended: list[bool] = []
    page.finished.connect(lambda: ended.append(True))
    with show_page("pages/TakenInPage.qml", page, SIZES["1920"]) as shown:
        moment = shown.page.findChild(QObject, "secondTap")
        assert moment is not None
        assert moment.setProperty("interval", 60_000)
        assert QMetaObject.invokeMethod(moment, "restart")
        done = next(item for item in shown.items() if item.property("text") == "完成，接下一位")
        place = shown.place(done).center().toPoint()
        QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        assert not ended
        assert QMetaObject.invokeMethod(moment, "stop")
        QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        assert ended


def test_a_relation_that_is_missing_is_asked_for_with_all_its_buttons_in_view(rig: Rig) -> None:
    """Where a very long name takes a second screen, going on brings the whole question up, not half of it."""
    wizard = rig.wizard()
    lay(wizard, sample("elder"))
    lay(wizard, replace(sample("minority"), name="测试" + "古丽阿依努尔汗" * 4))
    with show_page(WIZARD, wizard, (1366, 768 - RIBBON)) as shown:
        shown.settle(150)
        scroll = next(item for item in shown.items() if class_of(item) == "ScrollArea")
        assert scroll.property("overflows")
        wizard.goOn()
        shown.settle(150)
        view = shown.place(scroll).adjusted(0, -1, 0, 1)
        buttons = [shown.place(item) for item in shown.items() if class_of(item) == "SegmentButton"]
        assert len(buttons) == 8
        assert all(view.top() <= place.top() and place.bottom() <= view.bottom() for place in buttons)


def test_what_was_written_into_a_sheet_is_taken_and_left_nowhere(rig: Rig) -> None:
    """By Enter or a touch; the keys, which follow the focus, go with the sheet, and it opens with an empty box."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    with show_page(WIZARD, wizard, SIZES["1366"]) as shown:
        for name, by_touch in (("测试庚", False), ("测试辛", True)):
            wizard.information.openChoices("payee.name")
            shown.settle(200)
            field = next(item for item in shown.items() if item.property("label") == "另一位，写姓名")
            box = next(item for item in shown.items(field) if item.inherits("QQuickTextInput"))
            assert box.property("text") == ""
            _touch(shown, box)
            assert field.property("editing")
            written = QInputMethodEvent()
            written.setCommitString(name)
            QCoreApplication.sendEvent(box, written)
            shown.settle(200)
            if by_touch:
                beside = field.parentItem()
                _touch(shown, next(item for item in shown.items(beside) if item.property("text") == "好了"))
            else:
                QTest.keyClick(shown.window, Qt.Key.Key_Return)
                shown.settle(200)
            assert {row.path: row.value for row in wizard.information.field_rows()}["payee.name"] == name
            assert not field.property("editing")


def _touch(shown: PageWindow, item: QQuickItem) -> None:
    QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, pos=shown.place(item).center().toPoint())
    shown.settle(200)


def test_a_choice_that_is_to_be_mended_bears_no_tick(rig: Rig) -> None:
    """A payee whom nobody has authorised is told in amber; the tick comes back with the applicant."""
    wizard = rig.wizard()
    walk_to(wizard, 2)
    with show_page(WIZARD, wizard, SIZES["1366"]) as shown:
        for name, ticked in (("测试庚", False), (wizard._case.application.applicant.name or "", True)):
            wizard.information.openChoices("payee.name")
            wizard.information.choose(name)
            shown.settle()
            cell = next(item for item in shown.items() if item.property("path") == "payee.name")
            assert any(item.property("name") == "check" for item in shown.items(cell)) is ticked


def test_a_banner_is_as_high_as_its_words(rig: Rig) -> None:
    """Where all is said in one sentence, no empty line stands below it."""
    wizard = rig.wizard()
    wizard.on_card(CardFailed("mock", ErrorCode.CARD_REMOVED_EARLY))
    with show_page(WIZARD, wizard, SIZES["1366"]) as shown:
        banner = next(item for item in shown.items() if class_of(item) == "ErrorBanner")
        assert all(item.property("text") for item in shown.items(banner) if class_of(item) == "Words")


def test_after_the_answer_the_levels_look_as_what_they_are(rig: Rig) -> None:
    """Neither the chosen one nor the others look any more like what can be pressed."""
    wizard = rig.wizard()
    walk_to(wizard, 4)
    FILLERS[4](wizard)
    wizard.goOn()
    page = rig.taken_in(rig.went[-1][1])
    with show_page("pages/TakenInPage.qml", page, SIZES["1920"]) as shown:
        levels = [item for item in shown.items() if class_of(item) == "LevelButton"]
        (alive,) = {_ground(level) for level in levels}
        page.chooseLevel(5)
        shown.settle()
        chosen, *others = map(_ground, levels)
        assert len({alive, chosen, *others}) == 3


def _ground(button: QQuickItem) -> str:
    return str(button.property("background").property("color").name())


def test_a_tap_on_an_answer_lists_its_matter_before_anything_else_is_done(rig: Rig) -> None:
    """Not in a later turn of the loop and without the store: the very next frame shows the list as it is now."""
    wizard = rig.wizard()
    walk_to(wizard, 1)
    FILLERS[1](wizard)
    rig.tasks.held = True
    with show_page(WIZARD, wizard, SIZES["1920"]) as shown:
        shown.settle(200)
        tile = next(
            item for item in shown.items() if item.property("text") == "有机动车驾驶证" and item.inherits(BUTTON)
        )
        for listed in (True, False):
            at = shown.place(tile).center()
            for kind, buttons in (
                (QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton),
                (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton),
            ):
                touch = QMouseEvent(kind, at, at, Qt.MouseButton.LeftButton, buttons, Qt.KeyboardModifier.NoModifier)
                QCoreApplication.sendEvent(shown.window, touch)
            lines = {item.property("name") for item in shown.items() if class_of(item) == "MatterLine"}
            assert ("驾驶证注销" in lines) is listed
            assert f"一共要办 {len(wizard.circumstance.matter_list.ticked)} 项" in _texts(shown)
    rig.tasks.work()


def _texts(shown: PageWindow) -> set[str]:
    return {str(item.property("text")) for item in shown.items()}
