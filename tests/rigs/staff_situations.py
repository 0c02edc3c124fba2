"""The staff pages in the situations that are looked at, and waiting until they are drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from counter_rigs import SEALS, Counter, StillClock
from counter_values import number_of, queue_line, summary
from offer_rigs import offer_brought, offer_made
from province import FOREIGN, case_elsewhere, case_to_correct
from screen_rigs import model_of, sign_in, until

from kiosk.domain.case import Delivery
from kiosk.domain.paper import Issue, PaperKind
from kiosk.errors import ErrorCode, HubError, KioskError, StoreError
from kiosk.ports.cards import CardRead, CardReadout
from kiosk.ports.elsewhere import LookedUp
from kiosk.ports.offers import OfferState
from kiosk.ports.results import ResultFile, ResultState
from kiosk.ports.sync import HubReach, SyncReport
from ui.desk import Page
from ui.program import Program
from ui.viewmodels.case_page import CaseViewModel
from ui.viewmodels.elsewhere import ElsewhereViewModel
from ui.viewmodels.guide import GuideViewModel
from ui.viewmodels.look_up import LookUpViewModel
from ui.viewmodels.statistics import StatisticsViewModel
from ui.viewmodels.worklist import WorkListViewModel

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


def _not_here(program: Program, _: Counter) -> None:
    sign_in(program.shell)
    program.shell.go(Page.LOOK_UP, "")
    model = model_of(program.shell)
    assert isinstance(model, LookUpViewModel)
    model.type(FOREIGN)
    model.search()
    until(lambda: bool(model.property("foreign")))


def _elsewhere(answer: LookedUp | KioskError) -> Show:
    def show(program: Program, counter: Counter) -> None:
        counter.province.answer = answer
        sign_in(program.shell)
        program.shell.go(Page.ELSEWHERE, FOREIGN)
        program.shell.on_card(CardRead("r", CardReadout("id_card", "CN", "111", "测试乙", "370100197401019994")))
        model = model_of(program.shell)
        until(lambda: bool(model.property("open") or model.property("message")))

    return show


def _bringing(program: Program, counter: Counter) -> None:
    _elsewhere(case_to_correct())(program, counter)
    model = model_of(program.shell)
    assert isinstance(model, ElsewhereViewModel)
    until(lambda: bool(model.property("correctable")))
    model.bring()


def _brought(program: Program, counter: Counter) -> None:
    counter.offers.taken = [offer_made(OfferState.DELIVERED)]
    _elsewhere(case_to_correct())(program, counter)
    model = model_of(program.shell)
    until(lambda: bool(model.property("offered")))


def _offers(program: Program, counter: Counter) -> None:
    counter.offers.taken = [offer_made(state, "部门没有要求补正这些内容") for state in OfferState]
    refused = queue_line(5, Delivery.NEEDS_ATTENTION, code="offer_not_wanted", words="部门没有要求补正这些内容")
    counter.queue = [replace(refused, kind="correction_offered", case_number=FOREIGN), *counter.queue]
    sign_in(program.shell)
    program.shell.go(Page.SYNC, "")
    model = model_of(program.shell)
    until(lambda: bool(model.property("anyOffers")))


def _set_aside(program: Program, counter: Counter) -> None:
    counter.offers.waiting = [offer_brought("还有 1 项没有补齐（CAS-15）"), offer_brought("")]
    sign_in(program.shell)
    program.shell.go(Page.CASE, number_of(874))
    model = model_of(program.shell)
    until(lambda: bool(model.property("brought")))


def _elsewhere_away(program: Program, _: Counter) -> None:
    sign_in(program.shell)
    program.shell.go(Page.ELSEWHERE, FOREIGN)
    program.shell.on_sync(SyncReport(HubReach.UNREACHABLE))


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
    "case that is not here": _not_here,
    "right to a case elsewhere": _page(Page.ELSEWHERE, FOREIGN),
    "case elsewhere": _elsewhere(case_elsewhere()),
    "correction of a case elsewhere": _bringing,
    "case elsewhere, correction under way": _brought,
    "corrections taken here for others": _offers,
    "correction from elsewhere set aside": _set_aside,
    "case elsewhere refused": _elsewhere(HubError(ErrorCode.LOOK_UP_REFUSED)),
    "case elsewhere, offline": _elsewhere_away,
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


def come_to_rest(program: Program) -> None:
    """Wait until the worker has nothing left and the picture was drawn with it."""
    done: list[bool] = []
    program.tasks.run(lambda _: None, lambda _: done.append(True))
    until(lambda: bool(done))
    drawn: list[bool] = []
    program.window.frameSwapped.connect(lambda: drawn.append(True))
    program.window.update()
    until(lambda: len(drawn) > 0)
    program.window.grabWindow()
