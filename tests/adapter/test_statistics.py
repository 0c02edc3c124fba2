"""Figures and lists of a station, after a few cases have gone their way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command_rigs import case_file
from store_rigs import SetClock

from kiosk.__main__ import main
from kiosk.domain.case import MatterState
from kiosk.errors import ErrorCode, InputError
from kiosk.ports.statistics import Period
from kiosk.ports.sync import Change
from kiosk.services.ratings import RatingService
from kiosk.services.statistics import StatisticsService
from kiosk.wiring.counter import Counter, open_counter

YEAR = Period("2026-01-01", "2026-12-31")
DECLINED = {"30": "家属说没有公积金", "36": "家属自己去银行"}


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A training counter with two cases of November 18, one of them online, and one of December 2025."""
    with open_counter(tmp_path / "d") as opened:
        for number, (day, channel) in enumerate(
            (("2026-11-18", "counter"), ("2026-11-18", "online"), ("2025-12-31", "counter"))
        ):
            file = case_file(
                tmp_path,
                f"{number}.json",
                taken_in_at=f"{day}T10:00:00+08:00",
                channel=channel,
                file_apart_reason="测试",
                declined=DECLINED if not number else {},
                deceased={"death_at": f"{day}T01:00:00+08:00"},
            )
            opened.submit_file(file)
        yield opened


def numbers(counter: Counter) -> list[str]:
    """List the case numbers, oldest day first."""
    return sorted((case.case_number for case in counter.store.cases.all()), key=lambda number: number[13:])


def move(counter: Counter, number: str, matter: str, state: MatterState, at: str) -> None:
    """Let a department say what became of a matter."""
    move.seq += 1  # type: ignore[attr-defined]  # each change has its own number
    case = counter.store.cases.get(number)
    body = json.dumps({"matter_id": matter, "state": state.value, "at": at}).encode()
    change = Change(move.seq, "matter_state", case.case_id, body)  # type: ignore[attr-defined]  # the same
    assert counter.store.outbox.apply([change], "c", at) == 1


move.seq = 0  # type: ignore[attr-defined]  # the same


def test_cases_are_counted_by_day_channel_and_service(counter: Counter) -> None:
    """The counts are those of the cases, within the period only."""
    statistics = counter.store.statistics
    assert [(line.key, line.taken_in) for line in statistics.cases(YEAR)] == [("", 2)]
    assert [(line.key, line.taken_in) for line in statistics.cases(YEAR, "day")] == [("2026-11-18", 2)]
    channels = [(line.key, line.taken_in) for line in statistics.cases(YEAR, "channel")]
    assert channels == [("counter", 1), ("online", 1)]
    both = Period("2025-01-01", "2026-12-31")
    assert [line.taken_in for line in statistics.cases(both, "service")] == [3]
    assert statistics.cases(Period("2024-01-01", "2024-12-31"))[0].taken_in == 0
    assert statistics.cases(Period("2026-01-01", "2026-12-31", "old_age_allowance"))[0].taken_in == 0


def test_matters_are_counted_by_matter_department_and_mode(counter: Counter) -> None:
    """The sums over departments and modes are the matters of the cases."""
    statistics = counter.store.statistics
    cases = [counter.store.cases.get(number) for number in numbers(counter) if "2026" in number[13:17]]
    filed = sum(len(case.matters) for case in cases)
    for key in ("matter_id", "department", "mode", "day"):
        assert sum(line.filed for line in statistics.matters(YEAR, key)) == filed
    by_matter = {line.key: line for line in statistics.matters(YEAR, "matter_id")}
    assert (by_matter["04"].filed, by_matter["04"].name) == (2, "户口注销（含居民身份证缴销）")
    assert (by_matter["36"].filed, by_matter["36"].not_filed) == (1, 1)


def test_duration_timeliness_and_corrections_follow_the_matters(counter: Counter) -> None:
    """Finished in a day and in time; finished late; sent back once; reopened counts no longer."""
    number = numbers(counter)[-1]
    due = next(matter.due for matter in counter.store.cases.get(number).matters if matter.matter_id == "04")
    assert due == "2026-11-20"
    move(counter, number, "04", MatterState.CORRECTION_REQUESTED, "2026-11-18T06:00:00.000Z")
    move(counter, number, "04", MatterState.IN_PROGRESS, "2026-11-18T07:00:00.000Z")
    move(counter, number, "04", MatterState.FINISHED, "2026-11-19T02:00:00.000Z")
    move(counter, number, "28", MatterState.FINISHED, "2027-06-19T02:00:00.000Z")
    by_matter = {line.key: line for line in counter.store.statistics.matters(YEAR, "matter_id")}
    row = by_matter["04"]
    assert (row.finished, row.limited, row.on_time, row.duration_s, row.corrections) == (1, 1, 1, 86400, 1)
    assert (by_matter["28"].finished, by_matter["28"].on_time) == (1, 0)
    move(counter, number, "04", MatterState.IN_PROGRESS, "2026-11-20T02:00:00.000Z")
    row = next(line for line in counter.store.statistics.matters(YEAR, "matter_id") if line.key == "04")
    assert (row.finished, row.limited, row.on_time, row.duration_s) == (0, 0, 0, 0)


def test_a_case_that_has_ended_is_counted_with_its_duration(counter: Counter) -> None:
    """When the last matter ends the case has ended, within its promise; when one reopens it has not."""
    number = numbers(counter)[-1]
    for matter in counter.store.cases.get(number).matters:
        move(counter, number, str(matter.matter_id), MatterState.FINISHED, "2026-11-20T02:00:00.000Z")
    total = counter.store.statistics.cases(YEAR)[0]
    assert (total.finished, total.promised, total.on_time, total.duration_s) == (1, 1, 1, 2 * 86400)
    move(counter, number, "04", MatterState.IN_PROGRESS, "2026-12-25T02:00:00.000Z")
    total = counter.store.statistics.cases(YEAR)[0]
    assert (total.finished, total.promised, total.on_time, total.duration_s) == (0, 0, 0, 0)


def test_ratings_are_counted_and_declining_is_one_of_them(counter: Counter) -> None:
    """Five, one, and 不评价."""
    ratings = RatingService(counter.store, SetClock())
    first, second, third = numbers(counter)
    ratings.rate(second, 5, "", counter.technician)
    ratings.rate(third, None, "", counter.technician)
    ratings.rate(first, 1, "等得太久", counter.technician)
    assert counter.store.statistics.cases(YEAR)[0].ratings == (0, 0, 0, 0, 1, 1)
    both = counter.store.statistics.cases(Period("2025-01-01", "2026-12-31"))[0]
    assert both.ratings == (1, 0, 0, 0, 1, 1)


def test_what_applied_and_was_not_filed_is_listed_with_its_reason(counter: Counter) -> None:
    """应办未办: only what applies; a matter that did not apply is no omission though it was declined."""
    lines = counter.store.statistics.not_filed(YEAR)
    assert [(line.matter_id, line.department, line.reason) for line in lines] == [("36", "金融", "家属自己去银行")]
    assert "测试" not in repr(lines)


def test_the_working_list_begins_with_the_most_urgent(counter: Counter) -> None:
    """Overdue ones marked, those without a day last; what has ended is gone; one department by itself."""
    statistics = counter.store.statistics
    lines = statistics.working_list("2026-11-20")
    days = [line.due or "later" for line in lines]
    assert days == sorted(days)
    assert lines[0].overdue
    assert (lines[-1].due, lines[-1].overdue) == (None, False)
    assert all(line.due or line.due_text for line in lines)
    move(counter, lines[0].case_number, lines[0].matter_id, MatterState.FINISHED, "2026-11-19T02:00:00.000Z")
    assert lines[0] not in statistics.working_list("2026-11-20")
    assert {line.department for line in statistics.working_list("2026-11-20", department="公安")} == {"公安"}


def test_the_familys_list_tells_every_matter(counter: Counter) -> None:
    """As many lines as matters; an ended one has its day."""
    number = numbers(counter)[-1]
    move(counter, number, "04", MatterState.FINISHED, "2026-11-19T02:00:00.000Z")
    lines = counter.store.statistics.result_list(number)
    assert len(lines) == len(counter.store.cases.get(number).matters)
    assert {line.matter_id: line.ended_at for line in lines if line.ended_at} == {"04": "2026-11-19T02:00:00.000Z"}


def test_a_period_that_cannot_be_is_refused(counter: Counter) -> None:
    """Wrong dates are told so; nothing given means this year until today."""
    clock = SetClock()
    clock.moment = datetime(2026, 11, 20, 2, tzinfo=UTC)
    statistics = StatisticsService(counter.store.statistics, clock)
    assert statistics.period() == Period("2026-01-01", "2026-11-20")
    for since, until in (("2026-13-01", None), ("2026-12-31", "2026-01-01")):
        with pytest.raises(InputError) as caught:
            statistics.period(since, until)
        assert caught.value.code is ErrorCode.INPUT_INVALID


def test_the_command_prints_figures_and_lists(
    counter: Counter, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names are masked; the three forms answer."""
    number = numbers(counter)[-1]

    def answer(*options: str) -> dict[str, object]:
        assert main(["stats", "--json", "--data", str(tmp_path / "d"), *options]) == 0
        printed = capsys.readouterr().out
        assert "测试甲" not in printed
        assert "测试乙" not in printed
        found: dict[str, object] = json.loads(printed)
        return found

    report = answer("--since", "2026-01-01", "--until", "2026-12-31")
    assert set(report) >= {"total", "by_day", "by_channel", "by_matter", "by_department", "by_mode", "not_filed"}
    assert answer("--working-list")["working_list"]
    assert answer("--results", number)["results"]


def test_the_tables_at_once_say_what_each_says_by_itself(counter: Counter) -> None:
    """Going through the days once changes no figure."""
    statistics = counter.store.statistics
    for key, lines in statistics.matter_tables(YEAR).items():
        assert sorted(lines, key=lambda line: line.key) == statistics.matters(YEAR, key)


def test_the_benchmark_of_queries_measures_among_many_cases(capsys: pytest.CaptureFixture[str]) -> None:
    """Every look-up has its 99th percentile; how fast the machine is, no test says."""
    assert main(["bench", "catalog", "query", "--rounds", "2", "--cases", "700", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["comparisons"] == []
    assert len(answer["latencies"]) == 17
    assert all(latency["p99_ms"] > 0 for latency in answer["latencies"])
