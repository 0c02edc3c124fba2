"""The sync centre: how far a drain is, what a person can do, and carrying by stick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from counter_rigs import Counter, busy_day
from screen_rigs import Frame, until

from kiosk.errors import ErrorCode
from kiosk.ports.relay import BroughtIn, Carried, Closed, Exported
from kiosk.ports.sync import ATTACHMENT_DAMAGED, HubReach, SyncReport
from ui.desk import Page
from ui.viewmodels.sync_centre import Drain, SyncCentreViewModel

BACK = Closed()


@dataclass
class Stick:
    """Sticks that are there, and what comes of using one."""

    there: tuple[str, ...] = ("KINGSTON",)
    exported: Exported | str = ""
    brought: BroughtIn | str = ""

    def sticks(self) -> Sequence[Path]:
        """Give the sticks."""
        return [Path("/media/clerk") / name for name in self.there]

    def export(self, stick: Path, done: Callable[[Exported | str], None]) -> None:
        """Tell what was written."""
        assert stick.name == self.there[0]
        done(self.exported)

    def bring_in(self, stick: Path, done: Callable[[BroughtIn | str], None]) -> None:
        """Tell what was handed over."""
        assert stick.name == self.there[0]
        done(self.brought)


@pytest.fixture
def counter() -> Counter:
    """A counter in the middle of a day, with sticks."""
    return replace(busy_day(), relay=Stick())


@pytest.fixture
def page(frame: Frame) -> SyncCentreViewModel:
    """The sync centre."""
    model = frame.go(Page.SYNC)
    assert isinstance(model, SyncCentreViewModel)
    return model


def look(frame: Frame, page: SyncCentreViewModel, counter: Counter, **counts: Any) -> str:  # noqa: ANN401  numbers of SyncCounts
    """Have the queue be so, look again, and give what is said of the drain."""
    counter.counts = replace(counter.counts, **counts)
    page.refresh()
    frame.settle()
    return str(page.property("progress"))


def test_a_long_drain_is_told_by_cases_and_bytes(frame: Frame, page: SyncCentreViewModel, counter: Counter) -> None:
    """What comes in meanwhile is part of it; when nothing waits any more the next one begins anew."""
    look(frame, page, counter, pending=0, in_flight=0, bytes_left=0)
    assert look(frame, page, counter, pending=20, bytes_left=60_000_000) == ""
    words = look(frame, page, counter, pending=20, bytes_left=59_950_000)
    assert words == "这一轮 20 件，已送达 0 件，附件 50 kB / 60.0 MB"
    words = look(frame, page, counter, pending=12, in_flight=1, bytes_left=45_000_000)
    assert words == "这一轮 20 件，已送达 7 件，附件 15.0 MB / 60.0 MB"
    assert page.property("share") == pytest.approx(0.25)
    words = look(frame, page, counter, pending=14, in_flight=0, bytes_left=48_000_000)
    assert words == "这一轮 21 件，已送达 7 件，附件 15.0 MB / 63.0 MB"
    assert look(frame, page, counter, pending=0, in_flight=0, bytes_left=0) == ""
    assert look(frame, page, counter, pending=2) == ""
    assert look(frame, page, counter, pending=1) == "这一轮 2 件，已送达 1 件"


def test_a_drain_without_attachments_goes_by_cases() -> None:
    """Nothing to divide by is no share."""
    assert Drain().share == 0
    assert Drain(4, 1).share == pytest.approx(0.75)


def test_the_sentence_and_the_counts_are_one_look(frame: Frame, page: SyncCentreViewModel, counter: Counter) -> None:
    """Whatever the head of the screen was told meanwhile, this page's title says what its own counts say."""
    look(frame, page, counter, pending=3, in_flight=0, needs_attention=0)
    counter.counts = replace(counter.counts, pending=9)
    assert counter.tell_sync
    counter.tell_sync(SyncReport(HubReach.UNREACHABLE))
    until(lambda: page.property("networkTone") == "amber")
    row = page.property("counts").rows()[0]
    assert page.property("title") == f"{row.value.split()[0]} 件待发"


def test_what_only_the_hub_has_is_told(frame: Frame, page: SyncCentreViewModel, counter: Counter) -> None:
    """After an older copy of the database was restored, people hear that nothing has to be taken in again."""
    assert page.property("hubOnly") == ""
    look(frame, page, counter, hub_only=3)
    assert "3 条" in page.property("hubOnly")
    assert "不用重新收" in page.property("hubOnly")


def test_what_the_hub_refused_says_what_to_do(frame: Frame, page: SyncCentreViewModel, counter: Counter) -> None:
    """Most refusals may be sent again once the hub is put right; of a number that is taken only people can tell."""
    first = counter.queue[0]
    rows = page.property("lines").rows()
    assert [row.again for row in rows] == [True, False, False, False]
    assert first.error_code in rows[0].way
    page.sendAgain(rows[0].event)
    frame.settle()
    assert counter.sent_again == [first.event_id]
    assert counter.rounds.is_set()
    for code, words in (("case_number_taken", "请打 0531 0000 0000"), ("rev_taken", "以平台的为准")):
        counter.queue[0] = replace(first, error_code=code, correctable=False, withdrawable=False)
        page.refresh()
        frame.settle()
        row = page.property("lines").rows()[0]
        assert (row.again, words in row.way) == (False, True)


def test_a_damaged_attachment_says_how_it_may_still_arrive(
    frame: Frame, page: SyncCentreViewModel, counter: Counter
) -> None:
    """The sealed packet first, then the page anew; sending the same again is not offered."""
    damaged = replace(counter.queue[0], error_code=ATTACHMENT_DAMAGED, correctable=False, withdrawable=False)
    counter.queue[0] = damaged
    page.refresh()
    frame.settle()
    row = page.property("lines").rows()[0]
    assert (row.again, row.correctable) == (False, True)
    assert "先“导出”再“导入”" in row.way
    assert "重拍" in row.way


@pytest.mark.parametrize(
    ("result", "good", "words"),
    [
        (Exported(0, 0, 0), True, ["没有要带走的件"]),
        (Exported(3, 5, 12_400_000), True, ["3 件已写入 U 盘“KINGSTON”，共 12.4 MB", "从 U 盘导入", "不会重复"]),
        (Exported(3, 5, 12_400_000, damaged=1, left=("SHS-1",)), False, ["3 件已写入", "1 条读不出", "SHS-1"]),
        (ErrorCode.RELAY_FOLDER.value, False, ["U 盘读不出或写不进", "件都还在本机"]),
        (ErrorCode.HUB_KEYS_UNKNOWN.value, False, ["请连上网络一次"]),
    ],
)
def test_an_export_says_how_many_which_stick_and_what_next(
    frame: Frame, page: SyncCentreViewModel, counter: Counter, result: Exported | str, good: bool, words: list[str]
) -> None:
    """Plain words for every end; nothing is said of people."""
    assert isinstance(counter.relay, Stick)
    counter.relay.exported = result
    stick = page.stick
    stick.exportCases()
    assert stick.property("busy")
    frame.settle()
    assert (stick.property("busy"), stick.property("good")) == (False, good)
    assert all(part in stick.property("words") for part in words), stick.property("words")


@pytest.mark.parametrize(
    ("result", "good", "words"),
    [
        (BroughtIn(Carried(), BACK), True, ["没有要送的件"]),
        (BroughtIn(Carried(cases=2, packets=3), BACK), True, ["2 件已送到省级平台", "带回原来的终端"]),
        (BroughtIn(Carried(), Closed(cases=2)), True, ["本机 2 件有了省级平台的回执"]),
        (
            BroughtIn(Carried(cases=1, packets=1, waiting=4, code="SYN-01"), BACK),
            False,
            ["1 件已送到", "连不上", "原样留着"],
        ),
        (BroughtIn(Carried(waiting=4), BACK), False, ["4 个密封件还没有送到"]),
        (
            BroughtIn(Carried(refused=1, words=("这个编号已经用于另一件",)), BACK),
            False,
            ["没有收下：这个编号已经用于另一件"],
        ),
        (BroughtIn(Carried(missing=1, damaged=1), Closed(unproven=2)), False, ["少了 2 个", "2 份回执核对不上"]),
        (ErrorCode.RELAY_NOTHING.value, False, ["请核对是否插对了 U 盘"]),
    ],
)
def test_an_import_says_what_arrived_and_what_next(
    frame: Frame, page: SyncCentreViewModel, counter: Counter, result: BroughtIn | str, good: bool, words: list[str]
) -> None:
    """What the hub has, what waits, what it refused, what came home."""
    assert isinstance(counter.relay, Stick)
    counter.relay.brought = result
    stick = page.stick
    stick.importCases()
    frame.settle()
    assert stick.property("good") == good
    assert all(part in stick.property("words") for part in words), stick.property("words")


@pytest.mark.parametrize(("there", "words"), [((), "没有看到 U 盘"), (("A", "B"), "请只留一个")])
def test_exactly_one_stick_is_wanted(
    page: SyncCentreViewModel, counter: Counter, there: tuple[str, ...], words: str
) -> None:
    """No guess which one is meant."""
    assert isinstance(counter.relay, Stick)
    counter.relay.there = there
    stick = page.stick
    stick.exportCases()
    assert (stick.property("busy"), stick.property("good")) == (False, False)
    assert words in stick.property("words")
