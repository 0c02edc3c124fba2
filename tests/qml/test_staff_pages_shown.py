"""The staff pages as they are drawn: no warning, nothing outside the window, nothing cut, targets large enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from counter_rigs import SEALS, Counter, StillClock, busy_day
from counter_values import number_of, summary
from PySide6.QtCore import QRectF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from screen_rigs import area_of, items_below, model_of, shown, sign_in, until

from kiosk.domain.case import Delivery
from kiosk.domain.paper import Issue, PaperKind
from kiosk.errors import ErrorCode, KioskError, StoreError
from kiosk.ports.results import ResultFile, ResultState
from kiosk.ports.sync import HubReach, SyncReport
from ui.desk import Page
from ui.program import Program
from ui.viewmodels.case_page import CaseViewModel
from ui.viewmodels.guide import GuideViewModel
from ui.viewmodels.look_up import LookUpViewModel
from ui.viewmodels.sign_in import SignInViewModel
from ui.viewmodels.statistics import StatisticsViewModel
from ui.viewmodels.worklist import WorkListViewModel

FRAMES = {
    "full HD": ((1920, 1080), False),
    "small landscape": ((1366, 768), False),
    "smallest": ((1024, 768), False),
    "portrait": ((1080, 1920), False),
    "large": ((2560, 1440), False),
    "full HD, large text": ((1920, 1080), True),
    "small landscape, large text": ((1366, 768), True),
}
LOOKED_AT = [*((frame, "zh") for frame in FRAMES), ("full HD", "en"), ("small landscape, large text", "en")]
LEAST_TARGET = 60
TARGETS = ("ActionButton", "SegmentButton", "ChoiceTile", "BigButton", "AttentionRow", "QuietRow", "QueueRow")
SLACK = 1.5

Show = Callable[[Program, Counter], None]


def _sign_in_page(_program: Program, _counter: Counter) -> None:
    """Nobody is signed in."""


def _page(page: Page, subject: str = "") -> Show:
    def show(program: Program, _: Counter) -> None:
        sign_in(program.shell)
        program.shell.go(page, subject)

    return show


def _drafts(program: Program, _: Counter) -> None:
    sign_in(program.shell)
    model = model_of(program.shell)
    assert isinstance(model, WorkListViewModel)
    until(lambda: bool(model.property("title")))
    model.choose(1)


def _empty(program: Program, counter: Counter) -> None:
    counter.cases.clear()
    counter.drafts.clear()
    counter.queue.clear()
    sign_in(program.shell)


def _found(program: Program, _: Counter) -> None:
    sign_in(program.shell)
    program.shell.go(Page.LOOK_UP, "")
    model = model_of(program.shell)
    assert isinstance(model, LookUpViewModel)
    model.type("测试")
    model.search()
    until(lambda: bool(model.property("asked")))


def _scanned(program: Program, _: Counter) -> None:
    sign_in(program.shell)
    program.shell.go(Page.LOOK_UP, "")
    model = model_of(program.shell)
    assert isinstance(model, LookUpViewModel)
    issue = Issue("测试己", 2, StillClock().now(), "7Q4MK2X9AB", training=False)
    model.type(SEALS.seal(number_of(874), PaperKind.RECEIPT_OF_MATERIALS, issue, ()))
    model.search()
    until(lambda: bool(model.property("verdict")))


def _long(program: Program, counter: Counter) -> None:
    long_name = "测试" + "阿依古丽" * 6 + "·" + "买买提江" * 8
    counter.cases = [
        summary(count, long_name, "测试䶮㛃𬱖𠅤", count % 30, total=40, finished=count, attention="公安退回补正：" * 3)
        for count in range(1, 20)
    ] + [summary(count, long_name, long_name, None, total=40, finished=12) for count in range(20, 40)]
    sign_in(program.shell)
    model = model_of(program.shell)
    assert isinstance(model, WorkListViewModel)
    until(lambda: bool(model.property("title")))
    model.reveal()


def _banner(program: Program, _: Counter) -> None:
    sign_in(program.shell)
    program.shell.fail(StoreError(ErrorCode.STORE_FULL))


def _trouble(program: Program, _: Counter) -> None:
    program.shell.fail(KioskError(ErrorCode.UNEXPECTED, ticket="ABC123"))


def _offline(program: Program, _: Counter) -> None:
    sign_in(program.shell)
    program.shell.go(Page.SYNC, "")
    program.shell.on_sync(SyncReport(HubReach.UNREACHABLE))


def _stopped(page: Page) -> Show:
    def show(program: Program, counter: Counter) -> None:
        counter.clock_offset_ms = -7_800_000
        sign_in(program.shell)
        program.shell.go(page, "")
        program.shell.on_sync(SyncReport(HubReach.REFUSED, code=ErrorCode.HUB_KEY_REFUSED.value))
        model = model_of(program.shell)
        until(lambda: any(words in model.property(_SYNC_WORDS[page]) for words in ("2 小时", "2 h")))

    return show


_SYNC_WORDS = {Page.SYNC: "words", Page.WORK_LIST: "syncWords"}


def _dock(program: Program, _: Counter) -> None:
    sign_in(program.shell)
    program.shell.dock.toggle()  # type: ignore[attr-defined]  # the stubs take a property for its declaration


def _amended(kind: str) -> Show:
    def show(program: Program, _: Counter) -> None:
        sign_in(program.shell)
        program.shell.go(Page.CASE, number_of(874))
        model = model_of(program.shell)
        assert isinstance(model, CaseViewModel)
        until(lambda: bool(model.property("open")))
        model.amendment.open(kind)
        until(lambda: kind != "correct" or bool(model.amendment.property("materials").rows()))

    return show


def _refused(sheet: str) -> Show:
    def show(program: Program, counter: Counter) -> None:
        refuse(counter)
        sign_in(program.shell)
        program.shell.go(Page.CASE, f"{number_of(874)} {sheet}")
        model = model_of(program.shell)
        assert isinstance(model, CaseViewModel)
        until(lambda: bool(model.property("open")) and model.amendment.asking == sheet)

    return show


def refuse(counter: Counter) -> None:
    """Let the hub have refused the first case, twice."""
    counter.cases[0] = replace(counter.cases[0], delivery=Delivery.NEEDS_ATTENTION)


def _documents(*, shown_one: bool) -> Show:
    def show(program: Program, counter: Counter) -> None:
        matter = counter.matters[0].matter_id
        counter.results = [
            ResultFile(
                f"r{place}",
                matter,
                "居民户口注销证明（测试）",
                "application/pdf",
                20_000,
                state,
                0,
                "result_differs",
                1,
            )
            for place, state in enumerate(ResultState)
        ]
        sign_in(program.shell)
        program.shell.go(Page.CASE, number_of(874))
        model = model_of(program.shell)
        assert isinstance(model, CaseViewModel)
        until(lambda: model.results.any)
        if shown_one:
            model.results.view("r2")
            until(lambda: model.results.picture != "")

    return show


def _guide(program: Program, _: Counter) -> None:
    sign_in(program.shell)
    program.shell.go(Page.GUIDE, "")
    model = model_of(program.shell)
    assert isinstance(model, GuideViewModel)
    circumstance = model.circumstance
    circumstance.chooseCircumstance("outside")
    model.chooseHousehold("local")
    circumstance.chooseDisposition("cremation")
    circumstance.chooseInsurance("enterprise_pension")


def _guide_words(program: Program, counter: Counter) -> None:
    _guide(program, counter)
    model = model_of(program.shell)
    assert isinstance(model, GuideViewModel)
    model.ask("丧葬费")
    until(lambda: bool(model.property("asked")))
    model.printSheet()


def _statistics(view: int) -> Show:
    def show(program: Program, _: Counter) -> None:
        sign_in(program.shell)
        program.shell.go(Page.STATISTICS, "")
        model = model_of(program.shell)
        assert isinstance(model, StatisticsViewModel)
        until(lambda: bool(model.property("title")))
        model.chooseView(view)

    return show


SITUATIONS: dict[str, Show] = {
    "sign-in": _sign_in_page,
    "work list": _page(Page.WORK_LIST),
    "drafts": _drafts,
    "empty day": _empty,
    "long names and 40 matters": _long,
    "case": _page(Page.CASE, number_of(874)),
    "correction": _amended("correct"),
    "withdrawal": _amended("withdraw"),
    "documents of departments": _documents(shown_one=False),
    "a document": _documents(shown_one=True),
    "refused case": _refused(""),
    "refused case, withdrawal": _refused("withdraw"),
    "sync": _page(Page.SYNC),
    "offline": _offline,
    "sending stopped": _stopped(Page.SYNC),
    "sending stopped, work list": _stopped(Page.WORK_LIST),
    "devices": _page(Page.DEVICES),
    "look-up": _found,
    "scanned paper": _scanned,
    "guide": _guide,
    "guide by words": _guide_words,
    "figures": _statistics(0),
    "figures by matter": _statistics(1),
    "not filed": _statistics(2),
    "working list": _statistics(3),
    "low ratings": _statistics(4),
    "day end": _page(Page.DAY_END),
    "banner": _banner,
    "trouble": _trouble,
    "dock": _dock,
}


@pytest.mark.parametrize(("frame", "language"), LOOKED_AT)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_page_is_drawn_whole(frame: str, situation: str, language: str) -> None:
    """Every text has its room, nothing reaches out of the window sideways, every button is large enough."""
    size, large_text = FRAMES[frame]
    counter = busy_day()
    with shown(counter, size, large_text=large_text, language=language) as program:
        SITUATIONS[situation](program, counter)
        _rest(program)
        window = program.window
        root = window.contentItem()
        frame_area = QRectF(0, 0, window.width(), window.height())
        faults: list[str] = []
        for item in items_below(root):
            faults += _text_faults(item, frame_area) + _target_faults(item)
    assert not faults, "\n".join(sorted(set(faults)))


def _rest(program: Program) -> None:
    """Wait until the worker has nothing left and the picture was drawn with it."""
    done: list[bool] = []
    program.tasks.run(lambda _: None, lambda _: done.append(True))
    until(lambda: bool(done))
    drawn: list[bool] = []
    program.window.frameSwapped.connect(lambda: drawn.append(True))
    program.window.update()
    until(lambda: len(drawn) > 0)
    program.window.grabWindow()


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
        _rest(program)
        for _ in range(2):
            QTest.keyClick(program.window, Qt.Key.Key_Tab)
        program.shell.go(Page.LOOK_UP, "")
        _rest(program)
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
        _rest(program)
        place = area_of(found[0]).center().toPoint()
        QTest.mouseClick(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        until(lambda: isinstance(model_of(program.shell), CaseViewModel))
        model = model_of(program.shell)
        assert isinstance(model, CaseViewModel)
        until(lambda: model.amendment.asking == sheet)


def test_a_refused_password_moves_no_digit() -> None:
    """The long sentence under the fields takes no width from the digits beside them."""
    with shown(busy_day(), (1366, 768)) as program:
        _rest(program)
        before = _digits(program)
        model = model_of(program.shell)
        assert isinstance(model, SignInViewModel)
        model.typeOperator("0301")
        model.enter("wrong")
        _rest(program)
        assert model.property("trouble")
        assert _digits(program) == before


def _digits(program: Program) -> dict[str, QRectF]:
    window = program.window
    root = window.contentItem()
    buttons = [item for item in items_below(root) if item.inherits("QQuickAbstractButton")]
    return {text: area_of(item) for item in buttons if (text := str(item.property("text"))).isdigit()}
