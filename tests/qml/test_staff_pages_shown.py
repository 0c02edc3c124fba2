"""The staff pages as they are drawn: no warning, nothing outside the window, nothing cut, targets large enough."""

from __future__ import annotations

import pytest
from counter_rigs import busy_day
from PySide6.QtCore import QRectF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from screen_rigs import area_of, items_below, model_of, shown, sign_in, until
from staff_situations import SITUATIONS, come_to_rest, refuse

from ui.desk import Page
from ui.program import Program
from ui.viewmodels.case_page import CaseViewModel
from ui.viewmodels.sign_in import SignInViewModel

FRAMES = {
    "full HD": ((1920, 1080), False),
    "small landscape": ((1366, 768), False),
    "smallest": ((1024, 768), False),
    "portrait": ((1080, 1920), False),
    "portrait, large text": ((1080, 1920), True),
    "large": ((2560, 1440), False),
    "full HD, large text": ((1920, 1080), True),
    "small landscape, large text": ((1366, 768), True),
}
LOOKED_AT = [*((frame, "zh") for frame in FRAMES), ("full HD", "en"), ("small landscape, large text", "en")]
LEAST_TARGET = 60
TARGETS = ("ActionButton", "SegmentButton", "ChoiceTile", "BigButton", "AttentionRow", "QuietRow", "QueueRow")
SLACK = 1.5


@pytest.mark.parametrize(("frame", "language"), LOOKED_AT)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_page_is_drawn_whole(frame: str, situation: str, language: str) -> None:
    """Every text has its room, nothing reaches out of the window sideways, every button is large enough."""
    size, large_text = FRAMES[frame]
    counter = busy_day()
    with shown(counter, size, large_text=large_text, language=language) as program:
        SITUATIONS[situation](program, counter)
        come_to_rest(program)
        window = program.window
        root = window.contentItem()
        frame_area = QRectF(0, 0, window.width(), window.height())
        faults: list[str] = []
        for item in items_below(root):
            faults += _text_faults(item, frame_area) + _target_faults(item)
    assert not faults, "\n".join(sorted(set(faults)))


@pytest.mark.parametrize(
    ("situation", "most"), [("sign-in", 1), ("case", 5), ("refused case", 6), ("correction", 3), ("withdrawal", 2)]
)
def test_large_text_takes_few_screens_on_a_small_one(situation: str, most: int) -> None:
    """A clerk who reads large letters at 1366×768 goes through a page with a few turns."""
    counter = busy_day()
    with shown(counter, (1366, 768), large_text=True) as program:
        SITUATIONS[situation](program, counter)
        come_to_rest(program)
        window = program.window
        root = window.contentItem()
        turns = [int(item.property("screens")) for item in items_below(root) if item.property("screens")]
        assert turns[-1] <= most, turns  # a sheet comes after the page that it covers


def _text_faults(item: QQuickItem, window: QRectF) -> list[str]:
    if not item.metaObject().className().startswith(("Words", "Title")) or not item.property("text"):
        return []
    text = item.property("text")
    faults = []
    if item.property("contentWidth") > item.width() + SLACK:
        faults.append(f"too narrow by {item.property('contentWidth') - item.width():.0f}: {text[:40]}")
    if item.property("contentHeight") > item.height() + SLACK:
        faults.append(f"too low by {item.property('contentHeight') - item.height():.0f}: {text[:40]}")
    area = area_of(item)
    if area.left() < window.left() - SLACK or area.right() > window.right() + SLACK:
        faults.append(f"outside at {area.left():.0f}…{area.right():.0f}: {text[:40]}")
    return faults


def _target_faults(item: QQuickItem) -> list[str]:
    kinds = (
        "ActionButton",
        "SegmentButton",
        "ChoiceTile",
        "BigButton",
        "AttentionRow",
        "QuietRow",
        "QueueRow",
        "FollowUpRow",
        "AnswerTile",
        "TickBox",
    )
    if not item.metaObject().className().startswith(kinds) or not item.isEnabled():
        return []
    if item.width() < LEAST_TARGET or item.height() < LEAST_TARGET:
        return [f"target {item.width():.0f}×{item.height():.0f}: {item.property('text')}"]
    return []


def test_a_scanner_may_type_as_soon_as_the_look_up_is_open() -> None:
    """Whoever opens it by its tab leaves the focus there; the field takes it."""
    with shown(busy_day(), (1920, 1080)) as program:
        sign_in(program.shell)
        come_to_rest(program)
        for _ in range(2):
            QTest.keyClick(program.window, Qt.Key.Key_Tab)
        program.shell.go(Page.LOOK_UP, "")
        come_to_rest(program)
        for key in (Qt.Key.Key_8, Qt.Key.Key_7, Qt.Key.Key_4):
            QTest.keyClick(program.window, key)
        assert model_of(program.shell).property("text") == "874"


@pytest.mark.parametrize(("words", "sheet"), [("更正", "correct"), ("撤回", "withdraw")])
def test_one_touch_leads_from_the_sync_centre_to_the_way_on(words: str, sheet: str) -> None:
    """The button beside a refused case opens its page with the sheet; the row around it opens the page alone."""
    counter = busy_day()
    refuse(counter)
    with shown(counter, (1366, 768)) as program:
        sign_in(program.shell)
        program.shell.go(Page.SYNC, "")
        window = program.window
        root = window.contentItem()
        found: list[QQuickItem] = []

        def is_there() -> bool:
            buttons = [item for item in items_below(root) if item.inherits("QQuickAbstractButton")]
            found[:] = [button for button in buttons if button.property("text") == words and button.width() > 0]
            return len(found) == 1

        until(is_there)
        come_to_rest(program)
        place = area_of(found[0]).center().toPoint()
        QTest.mouseClick(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        until(lambda: isinstance(model_of(program.shell), CaseViewModel))
        model = model_of(program.shell)
        assert isinstance(model, CaseViewModel)
        until(lambda: model.amendment.asking == sheet)


def test_a_refused_password_moves_no_digit() -> None:
    """The long sentence under the fields takes no width from the digits beside them."""
    with shown(busy_day(), (1366, 768)) as program:
        come_to_rest(program)
        before = _digits(program)
        model = model_of(program.shell)
        assert isinstance(model, SignInViewModel)
        model.typeOperator("0301")
        model.enter("wrong")
        come_to_rest(program)
        assert model.property("trouble")
        assert _digits(program) == before


def _digits(program: Program) -> dict[str, QRectF]:
    window = program.window
    root = window.contentItem()
    buttons = [item for item in items_below(root) if item.inherits("QQuickAbstractButton")]
    return {text: area_of(item) for item in buttons if (text := str(item.property("text"))).isdigit()}
