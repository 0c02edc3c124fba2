"""The standard case by hand: taps and digits on the real pages, counted against what may be asked of a person."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from page_fit import RIBBON
from page_window import PageWindow, show_page
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from wizard_rig import Rig, lay, sample

from kiosk.domain.case import MaterialStatus
from ui.desk import Page

TAPS = 25
TYPED = 40
SCREENS = 5
MATTERS = ["04", "08", "09", "17", "19", "28", "34", "36", "37"]
_AT_MOST = 8
"""Screens of one step that are looked through for a button."""


@dataclass
class Hand:
    """Touches a page as a person does, in the middle of what is shown. Turns of a screen are counted by themselves."""

    shown: PageWindow
    taps: int = 0
    turns: int = 0
    typed: str = ""

    def tap(self, words: str, under: QQuickItem | None = None) -> None:
        """Touch the button that says this; of several, the one drawn last, which lies on top."""
        for _ in range(_AT_MOST):
            for patience in (0, 500):  # a busy machine may still be laying the page out
                self.shown.settle(patience)
                button = [item for item in self._buttons(under) if item.property("text") == words][-1]
                if self._in_sight(button):
                    self._touch(self.shown.place(button).center().toPoint())
                    return
            self.tap("下一屏", self._area(button))
            self.taps, self.turns = self.taps - 1, self.turns + 1
        pytest.fail(f"{words} cannot be reached")

    def tap_tile(self, key: str, value: str, words: str) -> None:
        """Touch a button of the tile or field whose property `key` is `value`."""
        self.tap(words, next(item for item in self.shown.items() if item.property(key) == value))

    def strike(self, digits: str) -> None:
        """Strike keys into the field that has the focus, without touching it first."""
        for digit in digits:
            QTest.keyClick(self.shown.window, Qt.Key(ord(digit)))
        self.typed += digits

    def sign(self) -> None:
        """Draw a line across the signature's area; it counts as a touch."""
        pad = next(item for item in self.shown.items() if item.metaObject().className().startswith("SignaturePad"))
        place = self.shown.place(pad)
        line = [
            (place.topLeft() + QPointF(place.width() * x, place.height() * y)).toPoint()
            for x, y in ((0.2, 0.5), (0.4, 0.3), (0.6, 0.7), (0.8, 0.4))
        ]
        QTest.mousePress(self.shown.window, Qt.MouseButton.LeftButton, pos=line[0])
        for point in line[1:]:
            QTest.mouseMove(self.shown.window, point)
        QTest.mouseRelease(self.shown.window, Qt.MouseButton.LeftButton, pos=line[-1])
        self._rest()

    def _area(self, item: QQuickItem) -> QQuickItem:
        while not item.metaObject().className().startswith("ScrollArea"):
            item = item.parentItem()
        return item

    def _buttons(self, under: QQuickItem | None) -> list[QQuickItem]:
        return [item for item in self.shown.items(under) if item.inherits("QQuickAbstractButton") and item.isEnabled()]

    def _in_sight(self, item: QQuickItem) -> bool:
        middle = self.shown.place(item).center()
        parent = item.parentItem()
        while parent:
            if parent.clip() and not self.shown.place(parent).contains(middle):
                return False
            parent = parent.parentItem()
        return True

    def _touch(self, at: QPoint) -> None:
        QTest.mouseClick(self.shown.window, Qt.MouseButton.LeftButton, pos=at)
        self._rest()

    def _rest(self) -> None:
        self.taps += 1
        self.shown.settle(200)


@pytest.mark.parametrize(
    ("size", "day", "account", "bank"),
    [
        ((1920, 1080), "前天 11 月 16 日", "6222000000000000556", "齐鲁银行"),
        ((1366, 768 - RIBBON), "前天 16 日", "6222020000000005561", ""),
    ],
    ids=["1920", "1366"],
)
def test_a_standard_case_is_taken_in_with_few_taps_and_digits(
    rig: Rig, size: tuple[int, int], day: str, account: str, bank: str
) -> None:
    """Both cards, a hospital death, nine matters: five screens, none of them turned, then a number.

    On the large screen the bank has to be chosen; on the small one the account tells it.
    """
    wizard = rig.wizard()
    screens = [wizard.step]
    wizard.stepChanged.connect(lambda: screens.append(wizard.step))
    with show_page("pages/NewCasePage.qml", wizard, size) as shown:
        hand = Hand(shown)
        lay(wizard, sample("elder"))
        lay(wizard, sample("applicant"))
        shown.settle(200)
        hand.tap("女儿")
        hand.tap("下一步：情形")
        for words in ("院内", day, "在手里", "火化", "企业养老", "职工医保", "其余都没有"):
            hand.tap(words)
        hand.tap("下一步：信息")
        shown.settle(200)
        hand.strike("13800000021")
        QTest.keyClick(shown.window, Qt.Key.Key_Return)
        hand.strike(account)
        shown.settle(200)
        if bank:
            hand.tap_tile("path", "payee.bank", "")
            hand.tap(bank)
        hand.tap("下一步：材料")
        for material in ("household_register", "death_certificate", "social_card", "bank_account"):
            hand.tap_tile("materialId", material, "拍照")
        hand.tap_tile("materialId", "cremation_certificate", "现在没有")
        hand.tap("容缺，12 月 2 日前补交")
        hand.tap("下一步：确认")
        for words in (
            "以上内容属实，由我来办",
            "同意向 7 个部门发送办理所需的资料",
            "同意用这个收款账户办理上面的事项",
        ):
            hand.tap(words)
        hand.sign()
        hand.tap(wizard.primaryText)
    page, number = rig.went[-1]
    assert page is Page.TAKEN_IN
    case = rig.services.cases.look_again(number)
    assert [matter.matter_id for matter in case.matters] == MATTERS
    assert {need.status for need in case.materials} == {
        MaterialStatus.CARD,
        MaterialStatus.SUPPLIED,
        MaterialStatus.DEFERRED,
    }
    assert screens == list(range(SCREENS))
    assert hand.typed.isdigit()
    assert len(hand.typed) <= TYPED
    assert hand.taps <= TAPS
    assert hand.turns == 0
