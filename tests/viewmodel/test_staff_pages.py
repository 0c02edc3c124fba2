"""The staff pages' view models."""

from __future__ import annotations

from datetime import timedelta

import pytest
from counter_rigs import Counter
from counter_values import NOW, number_of, print_job, summary
from screen_rigs import Frame, until

from kiosk.domain.case import Delivery
from kiosk.errors import ErrorCode
from kiosk.ports.cards import CardRead, CardReadout
from kiosk.ports.printers import PrintJobState
from kiosk.ports.sync import HubReach, SyncCounts, SyncReport
from ui.desk import Page
from ui.viewmodels.case_page import CaseViewModel
from ui.viewmodels.devices import DevicesViewModel
from ui.viewmodels.sync_centre import SyncCentreViewModel
from ui.viewmodels.worklist import WorkListViewModel

READOUT = CardReadout("id_card", "CN", "111", "测试壬", "370100194001019991")


def worklist(frame: Frame) -> WorkListViewModel:
    """Give the work list."""
    model = frame.go(Page.WORK_LIST)
    assert isinstance(model, WorkListViewModel)
    return model


def test_cases_that_need_a_person_come_first_and_the_most_urgent_on_top(frame: Frame) -> None:
    """The sentence counts them, the first row holds the one filled button, dates are in words."""
    model = worklist(frame)
    rows = model.property("attention").rows()
    assert model.property("title") == "有 3 件等您处理"
    assert [row.due for row in rows] == ["今天", "明天", "11 月 21 日 周六"]
    assert [row.primary for row in rows] == [True, False, False]
    assert [row.urgent for row in rows] == [True, True, False]
    assert model.property("subtitle") == "共在办 7 件，最早的预计办结日：今天"


def test_a_list_with_drafts_alone_says_so(frame: Frame, counter: Counter) -> None:
    """Who comes back after the program ended sees at once that there is something to go on with."""
    counter.cases = []
    assert counter.drafts
    assert worklist(frame).property("subtitle") == f"有 {len(counter.drafts)} 件草稿没有办完，按“草稿”接着办"
    counter.drafts = []
    assert worklist(frame).property("subtitle") == "新办的件会列在这里"


def test_names_in_lists_are_masked_until_a_press_and_again_after_it(frame: Frame) -> None:
    """A press shows them; when its five seconds are over they are masked again."""
    model = worklist(frame)

    def names() -> list[str]:
        return [row.person for row in model.property("attention").rows()]

    assert names() == ["测*寅", "**·买买提", "测*庚"]
    model.reveal()
    assert names() == ["测试寅", "测试·阿依古丽·买买提", "测试庚"]
    assert model._conceal.interval() == 5_000
    model._conceal.timeout.emit()
    assert names() == ["测*寅", "**·买买提", "测*庚"]


def test_rows_say_progress_in_words(frame: Frame) -> None:
    """Ticks have a count beside them, for each of none, some and all."""
    model = worklist(frame)
    words = [row.countWords for row in model.property("cases").rows()]
    assert words == ["9 项中 6 项办结", "7 项中 3 项办结", "11 项都在办理", "8 项中 7 项办结"]
    model.choose(2)
    assert [row.countWords for row in model.property("cases").rows()] == ["8 项都办结了"]


def test_drafts_are_listed_with_where_they_stopped(frame: Frame) -> None:
    """A draft without a name says so; opening one goes on with it."""
    model = worklist(frame)
    model.choose(1)
    rows = model.property("drafts").rows()
    assert [(row.person, row.words) for row in rows] == [
        ("测*辰", "停在第 2 步，共 5 步"),
        ("还没有姓名", "停在第 1 步，共 5 步"),
    ]
    assert rows[0].saved == "13:41 存"
    assert model.property("views") == ["全部在办", "草稿 2", "已办结"]


def test_an_empty_day_has_kind_words_and_no_lists(counter: Counter, frame: Frame) -> None:
    """Nothing is there, and the page says how to begin."""
    counter.cases.clear()
    counter.drafts.clear()
    model = worklist(frame)
    assert model.property("empty")
    assert model.property("emptyWords")
    assert model.property("title") == "今天从这里开始"


def test_signing_out_leaves_no_name_in_the_models(frame: Frame) -> None:
    """What another operator could see is gone before they sign in."""
    model = worklist(frame)
    model.leave()
    assert model.property("attention").rows() == ()
    assert model.property("cases").rows() == ()
    assert model.property("title") == ""


def test_a_stopped_matter_is_on_top_and_the_others_go_on(frame: Frame) -> None:
    """The matter that a department returned is amber and first; words say what the department wants."""
    model = frame.go(Page.CASE, number_of(874))
    assert isinstance(model, CaseViewModel)
    first = model.property("matters").rows()[0]
    assert (first.name, first.stopped, first.stage, first.standing) == ("户口注销", True, 2, "待补正")
    [stopped] = model.property("stopped").rows()
    assert stopped.title == "公安请补材料"
    assert "户口簿缺首页" in stopped.words
    assert model.property("othersWords") == "还有 3 项不受影响，照常办理。"
    assert (model.property("finishedWords"), model.property("goingWords"), model.property("stoppedWords")) == (
        "5 项办结",
        "3 项办理中",
        "1 项要处理",
    )


def test_a_case_that_waits_for_the_network_has_no_stage_behind_it(frame: Frame) -> None:
    """Nothing was sent, so no disc is filled; the words say that it goes by itself."""
    model = frame.go(Page.CASE, number_of(3))
    assert isinstance(model, CaseViewModel)
    assert {row.stage for row in model.property("matters").rows()} == {0}
    assert model.delivery.property("state") == "待发"
    assert model.delivery.property("tone") == "neutral"
    assert "自动发出" in model.delivery.property("words")


def test_people_of_a_case_are_masked_until_a_press(frame: Frame) -> None:
    """Names, numbers and telephone: masked, shown for five seconds, masked again."""
    model = frame.go(Page.CASE, number_of(874))
    assert isinstance(model, CaseViewModel)
    masked = [model.property(name) for name in ("person", "deceasedNumber", "phone")]
    assert masked == ["测*寅", "370100********9991", "138****0021"]
    model.reveal()
    assert [model.property(name) for name in ("person", "deceasedNumber", "phone")] == [
        "测试寅",
        "370100194001019991",
        "13800000021",
    ]
    model._conceal.timeout.emit()
    assert [model.property(name) for name in ("person", "deceasedNumber", "phone")] == masked


def test_looking_at_a_case_again_because_papers_move_is_not_noted_as_opening(frame: Frame, counter: Counter) -> None:
    """Opening is journaled once for one look."""
    model = frame.go(Page.CASE, number_of(874))
    assert isinstance(model, CaseViewModel)
    opened = len(counter.opened)
    model.refresh_papers()
    frame.settle()
    assert len(counter.opened) == opened


@pytest.mark.parametrize(
    ("state", "problem", "words", "tone"),
    [
        (PrintJobState.DONE, "", "已出纸", "green"),
        (PrintJobState.PRINTING, "", "正在打印", "slate"),
        (PrintJobState.QUEUED, "", "排在后面", "neutral"),
        (PrintJobState.QUEUED, "paper_out", "缺纸已停", "amber"),
        (PrintJobState.PRINTING, "jam", "卡纸", "amber"),
        (PrintJobState.HELD, "PRN-02", "打印机停着", "amber"),
        (PrintJobState.FAILED, "PRN-03", "没有印出", "amber"),
    ],
)
def test_a_copy_says_its_real_state(
    frame: Frame, counter: Counter, state: PrintJobState, problem: str, words: str, tone: str
) -> None:
    """The state is the printer's, in words, and the copies are counted."""
    counter.jobs = [print_job(1, PrintJobState.DONE), print_job(2, state, problem)]
    model = frame.go(Page.CASE, number_of(874))
    assert isinstance(model, CaseViewModel)
    row = model.property("papers").rows()[0]
    assert (row.job, row.tone, row.printed, row.verb) == (words, tone, "打过 2 次", "重打")


def test_printing_a_paper_counts_it_at_once(frame: Frame, counter: Counter) -> None:
    """A case without a printed paper offers to print; then the copy is counted and queued."""
    counter.jobs = []
    model = frame.go(Page.CASE, number_of(874))
    assert isinstance(model, CaseViewModel)
    assert model.property("papers").rows()[0].verb == "打印"
    model.printPaper("receipt_of_materials")
    frame.settle()
    row = model.property("papers").rows()[0]
    assert (row.printed, row.verb, row.job) == ("打过 1 次", "重打", "排在后面")


def test_the_sync_centre_says_why_each_entry_waits(frame: Frame) -> None:
    """What needs a person carries the hub's words and code; what is under way says how far."""
    model = frame.go(Page.SYNC)
    assert isinstance(model, SyncCentreViewModel)
    rows = model.property("lines").rows()
    assert [row.standing for row in rows] == ["需要处理", "正在发", "待发", "待发"]
    assert rows[0].tone == "amber"
    assert "请核对" in rows[0].words
    assert rows[1].detail == "已传 1.4 MB / 3.2 MB"
    assert rows[2].detail == "试过 3 次，下次 14:08"
    assert rows[2].code == "SYN-01"
    assert rows[0].grouped == f"SHS 370100 W03 A 20261118 0874 {number_of(874)[-1]}"


def test_retry_makes_everything_due_and_asks_for_a_round(frame: Frame, counter: Counter) -> None:
    """The button says that it was asked until the round ends."""
    model = frame.go(Page.SYNC)
    assert isinstance(model, SyncCentreViewModel)
    model.retry()
    assert model.property("asked")
    frame.settle()
    assert counter.retried == 1
    assert counter.rounds.is_set()
    assert counter.tell_sync
    counter.tell_sync(SyncReport(HubReach.REACHABLE))
    until(lambda: not model.property("asked"))


@pytest.mark.parametrize(
    ("counts", "reach", "headline", "tone"),
    [
        (SyncCounts(11, 1, 5, 0, None, None), HubReach.REACHABLE, "12 件待发", "green"),
        (SyncCounts(2, 0, 5, 0, None, None), HubReach.UNREACHABLE, "2 件待发", "amber"),
        (SyncCounts(2, 0, 5, 3, None, None), HubReach.REACHABLE, "3 件需要处理", "green"),
        (SyncCounts(0, 0, 5, 0, "2026-11-18T06:02:00.000Z", None), HubReach.REACHABLE, "都已送达", "green"),
        (SyncCounts(0, 0, 0, 0, None, None), HubReach.UNKNOWN, "没有待发的件", "slate"),
        (SyncCounts(1, 0, 0, 0, None, None), HubReach.NOT_A_HUB, "1 件待发", "amber"),
    ],
)
def test_the_queue_in_words(
    frame: Frame, counter: Counter, counts: SyncCounts, reach: HubReach, headline: str, tone: str
) -> None:
    """The same sentence stands on the work list and in the sync centre."""
    counter.counts = counts
    model = frame.go(Page.SYNC)
    frame.shell.start()
    assert counter.tell_sync
    counter.tell_sync(SyncReport(reach))
    until(lambda: (model.property("title"), model.property("networkTone")) == (headline, tone))
    frame.shell.stop()
    other = worklist(frame)
    assert (other.property("syncHeadline"), other.property("networkTone")) == (headline, tone)


@pytest.mark.parametrize(
    ("reach", "code", "said", "network", "needs_person"),
    [
        (HubReach.REFUSED, ErrorCode.HUB_CLOCK, "请校准本机时间", "本机时间不对", True),
        (HubReach.REFUSED, ErrorCode.HUB_VERSION, "请升级程序", "程序要升级", True),
        (HubReach.REFUSED, ErrorCode.HUB_KEY_REFUSED, "kiosk enrol", "要重新登记", True),
        (HubReach.REFUSED, ErrorCode.HUB_REFUSED, "请联系技术人员", "平台不接受本机", True),
        (HubReach.REACHABLE, ErrorCode.STORE_DAMAGED, "数据库文件损坏", "本机要检修", True),
        (HubReach.NOT_A_HUB, ErrorCode.HUB_CERTIFICATE_TIME, "证书已过期", "平台证书不对", True),
        (HubReach.NOT_A_HUB, ErrorCode.NOT_A_HUB, "先登录本地网络", "网络要先登录", False),
        (HubReach.REACHABLE, ErrorCode.HUB_BUSY, "省级平台正忙", "平台正忙", False),
        (HubReach.UNREACHABLE, ErrorCode.HUB_UNREACHABLE, "现在连不上省级平台", "暂时断网", False),
    ],
)
def test_what_keeps_the_queue_from_going_says_what_to_do(
    frame: Frame, counter: Counter, reach: HubReach, code: ErrorCode, said: str, network: str, needs_person: bool
) -> None:
    """Each has its own sentence with its support code; the head calls a person where it does not pass by itself."""
    counter.counts = SyncCounts(2, 0, 5, 0, None, "2026-11-18T03:10:00.000Z")
    model = frame.go(Page.SYNC)
    frame.shell.start()
    assert counter.tell_sync
    counter.tell_sync(SyncReport(reach, code=code.value))
    until(lambda: said in model.property("words") and model.property("networkTone") != "green")
    frame.shell.stop()
    status = frame.shell.property("status")
    assert model.property("network") == network
    assert (code.value in model.property("words")) == (code is not ErrorCode.HUB_UNREACHABLE)
    assert status.property("syncNeedsPerson") == needs_person
    assert ("停了" in status.property("syncWords")) == needs_person
    assert worklist(frame).property("syncWords") == model.property("words")


@pytest.mark.parametrize(
    ("offset_ms", "words"),
    [
        (290_000, ""),
        (-310_000, "本机的时间比省级平台快 5 分钟"),
        (11_000_000, "本机的时间比省级平台慢 3 小时"),
        (3_000_000_000, "本机的时间比省级平台慢 34 天"),
    ],
)
def test_a_clock_that_is_off_is_told_calmly(frame: Frame, counter: Counter, offset_ms: int, words: str) -> None:
    """From five minutes on: which way, how far, what to do; the work goes on and nobody is called from the head."""
    counter.clock_offset_ms = offset_ms
    frame.shell.start()
    status = frame.shell.property("status")
    look = len(status.property("devices").rows())
    until(lambda: len(status.property("devices").rows()) > look or status.news.contact.clock == words)
    frame.shell.stop()
    said = worklist(frame).property("syncWords")
    assert words in said
    assert ("收件和报送照常" in said) == bool(words)
    assert ("clock" in [row.icon for row in status.property("devices").rows()]) == bool(words)
    assert not status.property("syncNeedsPerson")


def test_the_devices_page_counts_what_is_not_well(frame: Frame) -> None:
    """Each check has its word and, when something is to be done, advice."""
    model = frame.go(Page.DEVICES)
    assert isinstance(model, DevicesViewModel)
    frame.settle()
    assert model.property("title") == "有 3 样要看一看"
    assert model.property("words") == "14:06 查的"
    printer = next(row for row in model.property("checks").rows() if row.icon == "printer")
    assert (printer.standing, printer.tone, bool(printer.advice)) == ("要看一看", "amber", True)


def test_a_test_read_names_the_person_masked_and_forgets_it(frame: Frame, counter: Counter) -> None:
    """A card laid without a test is not looked at; under test its kind and masked name are said."""
    model = frame.go(Page.DEVICES)
    assert isinstance(model, DevicesViewModel)
    assert counter.reader.tell
    counter.reader.tell(CardRead("r", READOUT))
    frame.settle()
    assert model.property("readWords") == ""
    model.testRead()
    counter.reader.tell(CardRead("r", READOUT))
    until(lambda: model.property("readWords") == "读到了：居民身份证，测*壬")
    worklist(frame)
    assert model.property("readWords") == ""


def test_dates_move_with_the_clock(frame: Frame, counter: Counter) -> None:
    """What was due today is a day over tomorrow."""
    model = worklist(frame)
    counter.clock.moment = NOW + timedelta(days=1)
    counter.cases = [summary(874, "测试寅", "测试卯", 0, attention="补正", delivery=Delivery.DELIVERED)]
    model.refresh()
    frame.settle()
    assert model.property("attention").rows()[0].dueWords == "已过 1 天"


def test_the_dock_does_what_is_pressed(frame: Frame, counter: Counter) -> None:
    """A second card takes the place of the first; network and paper go and come back."""
    dock = frame.dock
    dock.lay("deceased")
    dock.lay("applicant")
    assert [row.laid for row in dock.property("cards").rows()] == [False, True, False]
    dock.lift()
    dock.lift()
    dock.setNetwork(False)
    dock.setPaper(False)
    assert counter.hand.said == [
        "insert deceased",
        "remove",
        "insert applicant",
        "remove",
        "network False",
        "paper False",
    ]
    assert (dock.property("network"), dock.property("paper"), dock.property("cardLies")) == (False, False, False)
