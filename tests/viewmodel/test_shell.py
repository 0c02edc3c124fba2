"""The frame of all pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from counter_rigs import OPERATOR, SECRET, Counter
from counter_values import number_of, print_job
from screen_rigs import Frame, framed, model_of, sign_in, until

from kiosk.errors import ErrorCode, KioskError, StoreError
from kiosk.ports.printers import PrinterReport, PrinterStatus, PrintJobState
from kiosk.ports.sync import HubReach, SyncCounts, SyncReport
from ui.bridge import Bridge
from ui.desk import Page
from ui.tasks import Tasks
from ui.viewmodels.case_page import CaseViewModel
from ui.viewmodels.sign_in import SignInViewModel
from ui.viewmodels.taken_in import TakenInViewModel
from ui.viewmodels.worklist import WorkListViewModel


@pytest.fixture
def frame(counter: Counter) -> Iterator[Frame]:
    """Its frame, with nobody signed in."""
    with framed(counter) as frame:
        yield frame


def page_of(frame: Frame) -> Page:
    """Give the page that shows."""
    return Page(frame.shell.property("page"))


def test_signing_in_with_the_right_password_shows_the_work_list(frame: Frame) -> None:
    """Nobody is named before, the window and the operator after."""
    assert page_of(frame) is Page.SIGN_IN
    assert frame.shell.property("who") == ""
    sign_in(frame.shell)
    assert frame.shell.property("who") == "3 号窗口 测试己"
    assert isinstance(model_of(frame.shell), WorkListViewModel)


def test_a_wrong_password_is_said_in_words_and_nothing_opens(frame: Frame) -> None:
    """The sentence says what happened; the page stays and the password field is emptied."""
    model = model_of(frame.shell)
    assert isinstance(model, SignInViewModel)
    cleared: list[bool] = []
    model.cleared.connect(lambda: cleared.append(True))
    model.typeOperator("0301")
    model.enter("wrong")
    assert model.property("busy")
    frame.settle()
    assert model.property("trouble")
    assert model.property("message")
    assert cleared
    assert page_of(frame) is Page.SIGN_IN


@pytest.mark.parametrize(("operator", "secret", "words"), [("", "x", "请输入工号"), ("0301", "", "请输入密码")])
def test_an_empty_field_is_asked_for_before_anything_is_checked(
    frame: Frame, operator: str, secret: str, words: str
) -> None:
    """The worker is not asked."""
    model = model_of(frame.shell)
    assert isinstance(model, SignInViewModel)
    model.typeOperator(operator)
    model.enter(secret)
    assert model.property("message") == words
    assert not model.property("busy")


def test_locking_keeps_the_case_for_the_same_operator(frame: Frame, counter: Counter) -> None:
    """After the same person signs in again the page is where it was; the session was ended in between."""
    sign_in(frame.shell)
    frame.go(Page.CASE, number_of(874))
    frame.shell.lock()
    frame.settle()
    assert page_of(frame) is Page.SIGN_IN
    assert counter.signed_out == 1
    model = model_of(frame.shell)
    assert model.property("title") == "已锁屏"
    assert model.property("operator") == OPERATOR.operator_id
    assert isinstance(model, SignInViewModel)
    model.enter("2468")
    frame.settle()
    assert page_of(frame) is Page.CASE
    assert model_of(frame.shell).property("number").startswith("SHS 370100")


def test_going_on_at_once_after_taking_in_leaves_late_answers_nobody_to_break(frame: Frame, counter: Counter) -> None:
    """The receipt is queued all the same, and its answers find neither a deleted page nor a failure."""
    sign_in(frame.shell)
    before = len(counter.jobs)
    frame.shell.go(Page.TAKEN_IN, number_of(874))
    page = model_of(frame.shell)
    assert isinstance(page, TakenInViewModel)
    gone: list[bool] = []
    page.destroyed.connect(lambda: gone.append(True))
    page.finish()
    until(lambda: bool(gone))
    frame.settle()
    frame.settle()
    assert len(counter.jobs) == before + 1
    assert page_of(frame) is Page.WORK_LIST
    assert frame.failures == []


def test_f2_does_nothing_before_somebody_signed_in(frame: Frame) -> None:
    """The key begins no case at the sign-in."""
    frame.shell.newCase()
    frame.settle()
    assert page_of(frame) is Page.SIGN_IN


def test_a_case_that_is_not_there_leads_back_with_a_banner(frame: Frame) -> None:
    """The work list shows, and the banner says what happened, what to do and the code."""
    sign_in(frame.shell)
    frame.go(Page.CASE, number_of(9999))
    assert page_of(frame) is Page.WORK_LIST
    assert frame.shell.property("troubleCode") == ErrorCode.CASE_NOT_FOUND.value
    assert frame.shell.property("troubleWhat")
    assert frame.shell.property("troubleDo")
    frame.shell.dismiss()
    assert frame.shell.property("troubleWhat") == ""


def test_a_bug_in_a_job_shows_the_calm_page_with_a_ticket(
    frame: Frame, counter: Counter, expect_log: Callable[[str], None]
) -> None:
    """Nothing of the exception's text is shown or logged; the way back leads to the sign-in."""
    expect_log("ui.tasks")
    sign_in(frame.shell)
    counter.refuse = ValueError("测试甲 370100194001019991")
    frame.shell.fail(KioskError(ErrorCode.UNEXPECTED, ticket="ABC123"))
    assert page_of(frame) is Page.TROUBLE
    assert frame.shell.property("troubleCode") == "SYS-01"
    assert "ABC123" in frame.shell.property("troubleDo")
    frame.shell.restart()
    assert page_of(frame) is Page.SIGN_IN


def test_a_screen_that_locks_on_the_page_of_a_bug_leads_to_the_work_list(frame: Frame) -> None:
    """Signing in once is enough to work on; the ticket can still be read there."""
    sign_in(frame.shell)
    frame.shell.fail(KioskError(ErrorCode.UNEXPECTED, ticket="ABC123"))
    frame.shell.lock()
    model = model_of(frame.shell)
    assert isinstance(model, SignInViewModel)
    model.enter(SECRET)
    until(lambda: page_of(frame) is Page.WORK_LIST)
    assert "ABC123" in frame.shell.property("troubleDo")


def test_what_the_hub_tells_is_in_the_head_of_every_page(frame: Frame, counter: Counter) -> None:
    """Counts come from the queue, the network from the last round; trouble is amber only when a person must act."""
    status = frame.status
    frame.shell.start()
    frame.settle()
    assert status.property("syncWords") == "12 件待发"
    assert not status.property("syncNeedsPerson")
    counter.counts = SyncCounts(0, 0, 880, 2, "2026-11-18T06:02:00.000Z", None)
    assert counter.tell_sync
    counter.tell_sync(SyncReport(HubReach.REACHABLE, delivered=1, needs_attention=2))
    until(lambda: status.property("syncWords") == "2 件要处理")
    assert status.property("syncNeedsPerson")


def test_new_rules_stand_in_the_foot_after_the_round_that_brought_them(frame: Frame, counter: Counter) -> None:
    """Nobody has to go to another page first; while nobody is signed in it says nothing."""
    sign_in(frame.shell)
    assert frame.shell.property("facts").startswith("目录 2026-11 版")
    counter.facts = ("目录 2026-11+1 版",)
    assert counter.tell_sync
    counter.tell_sync(SyncReport(HubReach.REACHABLE))
    until(lambda: frame.shell.property("facts") == "目录 2026-11+1 版")
    frame.shell.lock()
    assert frame.shell.property("facts") == ""


def test_a_printer_without_paper_is_said_in_the_foot(frame: Frame, counter: Counter) -> None:
    """The device strip names the device, says what is the matter and is not ready."""
    counter.printer = PrinterReport(PrinterStatus.PAPER_OUT)
    frame.shell.start()
    frame.settle()
    rows = frame.status.property("devices").rows()
    printer = next(row for row in rows if row.icon == "printer")
    assert (printer.word, printer.ready) == ("缺纸", False)
    assert all(row.ready for row in rows if row.icon in {"card", "camera"})


def test_a_paper_that_runs_out_shows_on_the_open_case(frame: Frame, counter: Counter) -> None:
    """The case page follows the real state of the newest copy."""
    sign_in(frame.shell)
    model = frame.go(Page.CASE, number_of(874))
    assert isinstance(model, CaseViewModel)
    frame.shell.start()
    frame.settle()
    counter.jobs = [print_job(1, PrintJobState.DONE), print_job(2, PrintJobState.QUEUED, "paper_out")]
    papers = model.property("papers")
    until(lambda: papers.rows()[0].job == "缺纸已停")
    assert papers.rows()[0].tone == "amber"


def test_a_store_that_does_not_open_is_said_and_every_job_fails_with_the_reason(counter: Counter) -> None:
    """The failure reaches the place for all failures, and each job's own place."""

    def refuse() -> object:
        raise StoreError(ErrorCode.STORE_KEY_REJECTED)

    with framed(counter) as frame:
        frame.settle()
        told: list[KioskError] = []
        tasks = Tasks(refuse, lambda _: None, Bridge(frame), told.append)  # type: ignore[arg-type]  # it only refuses
        own: list[KioskError] = []
        tasks.start()
        tasks.run(lambda _: None, lambda _: None, own.append)
        until(lambda: bool(own))
        tasks.stop()
        assert [error.code for error in told + own] == [ErrorCode.STORE_KEY_REJECTED] * 2


def test_the_screen_locks_by_itself_after_the_time_of_the_settings(frame: Frame) -> None:
    """The time is that of the settings, and every touch begins it anew."""
    sign_in(frame.shell)
    assert frame.shell._idle.isActive()
    assert frame.shell._idle.interval() == 300_000
    frame.shell._idle.timeout.emit()
    assert page_of(frame) is Page.SIGN_IN
    assert not frame.shell._idle.isActive()
