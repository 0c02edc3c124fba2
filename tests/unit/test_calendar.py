from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.__main__ import main
from kiosk.clock import parse
from kiosk.domain.calendar import Due, Unit, merge_years, parse_calendar, read_notice
from kiosk.errors import CatalogError
from kiosk.paths import resource
from kiosk.services.reference import load_calendar

CALENDAR = load_calendar()

NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕99号
一、元旦：2026年12月31日（周四）至2027年1月2日（周六）放假调休，共3天。1月3日（周日）上班。
二、春节：2月5日（农历除夕、周五）至12日（农历正月初七、周五）放假调休，共8天。1月31日（周日）、2月13日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天，不调休。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""


def due(start: str, limit: int, unit: Unit) -> Due:
    """Count from a written time."""
    return CALENDAR.due(parse(start), limit, unit)


@pytest.mark.parametrize(
    ("start", "limit", "unit", "expected"),
    [
        ("2026-02-13T10:00", 7, "working_day", "2026-03-02"),
        ("2026-04-30T10:00", 7, "working_day", "2026-05-13"),
        ("2026-09-18T10:00", 7, "working_day", "2026-09-29"),
        ("2026-09-30T10:00", 7, "working_day", "2026-10-15"),
        ("2026-09-18T10:00", 2, "working_day", "2026-09-21"),
        ("2026-02-13T10:00", 2, "working_day", "2026-02-24"),
        ("2026-04-30T10:00", 2, "working_day", "2026-05-07"),
        ("2026-09-30T10:00", 2, "working_day", "2026-10-09"),
        # after the cut-off on a Friday before a make-up Sunday: counts as from that Sunday
        ("2026-09-18T17:30", 1, "working_day", "2026-09-21"),
        ("2026-09-18T17:00", 1, "working_day", "2026-09-20"),
        ("2026-09-19T09:00", 1, "working_day", "2026-09-21"),
        ("2026-09-17T10:00", 3, "calendar_day", "2026-09-20"),
        ("2026-09-30T10:00", 3, "calendar_day", "2026-10-08"),
        ("2026-09-18T18:00", 3, "calendar_day", "2026-09-23"),
        ("2026-09-18T10:00", 4, "hour", "2026-09-18T14:00"),
        ("2026-09-30T22:00", 4, "hour", "2026-10-01T02:00"),
        ("2026-03-31T10:00", 1, "month", "2026-04-30"),
        ("2026-08-31T10:00", 1, "month", "2026-09-30"),
        ("2026-09-01T10:00", 1, "month", "2026-10-08"),
        ("2024-11-29T10:00", 3, "month", "2025-02-28"),
        ("2026-11-18T10:00", 1, "next_month", "2026-12-01"),
        ("2026-01-20T10:00", 1, "next_month", "2026-02-01"),
        ("2026-11-18T10:00", 2, "next_month", "2027-01-01"),
        ("2026-11-18T10:00", 0, "working_day", "2026-11-18"),
    ],
)
def test_limits_inside_the_notices(start: str, limit: int, unit: Unit, expected: str) -> None:
    """Published examples and the rules of the civil code hold to the day."""
    assert due(start, limit, unit) == Due(expected, provisional=False)


@pytest.mark.parametrize(
    ("start", "limit", "unit", "expected"),
    [
        ("2026-12-28T10:00", 7, "working_day", "2027-01-07"),
        ("2027-02-04T10:00", 1, "working_day", "2027-02-09"),
        ("2026-12-31T10:00", 1, "calendar_day", "2027-01-04"),
        ("2023-12-29T10:00", 1, "working_day", "2024-01-02"),
    ],
)
def test_limits_beyond_the_notices_are_provisional(start: str, limit: int, unit: Unit, expected: str) -> None:
    """Where no notice exists, weekdays less the fixed festivals are the estimate, and it says that it is one."""
    assert due(start, limit, unit) == Due(expected, provisional=True)


def test_times_in_another_zone_count_by_the_day_in_china() -> None:
    """Half past midnight in China is the new day, whatever the zone it is written in."""
    assert due("2026-11-18T16:30Z", 1, "working_day").text == "2026-11-20"


@given(st.datetimes(datetime(2024, 1, 1), datetime(2026, 10, 1)), st.integers(0, 30))  # noqa: DTZ001 - zone follows
def test_working_days_end_on_working_days_and_never_earlier_with_more(start: datetime, limit: int) -> None:
    """The last day is worked, and one more day is never due before."""
    moment = parse(start.isoformat())
    first = CALENDAR.due(moment, limit, "working_day").text
    second = CALENDAR.due(moment, limit + 1, "working_day").text
    assert CALENDAR.is_working_day(date.fromisoformat(first))
    assert first < second


def test_the_published_notice_reads_as_a_year() -> None:
    """The text of the yearly notice, pasted as it is, becomes that year."""
    calendar = parse_calendar([read_notice(NOTICE)])
    assert calendar.notices == {2027: "国办发明电〔2026〕99号"}
    assert not calendar.is_working_day(date(2026, 12, 31))
    assert calendar.is_working_day(date(2027, 1, 31))
    assert not calendar.is_working_day(date(2027, 2, 12))
    assert calendar.is_working_day(date(2027, 10, 9))


def test_an_imported_year_replaces_itself_and_keeps_others() -> None:
    """Importing twice is the same as once."""
    once = merge_years("", read_notice(NOTICE))
    assert merge_years(once, read_notice(NOTICE)) == once
    quoted = once.replace("国办发明电〔2026〕99号", 'A\\"B\\\\')
    assert parse_calendar([merge_years(quoted, "")]).notices == {2027: 'A"B\\'}
    shipped = resource("calendar/cn.toml").read_text("utf-8")
    assert set(parse_calendar([merge_years(once, shipped)]).notices) == {2024, 2025, 2026, 2027}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[[year",
        '[[year]]\nyear = 2027\nholidays = [{ name = "元旦", from = "x", to = 2027-01-01 }]',
        '[[year]]\nyear = 2027\nholidays = [{ name = "元旦", from = 2027-01-03, to = 2027-01-01 }]',
        "[[year]]\nyear = 2027\nholidays = [{ from = 2027-01-01, to = 2027-01-01, makeup = [2027-01-04] }]",
        "[[year]]\nyear = 2027\nholidays = []",
    ],
)
def test_a_calendar_that_is_not_right_is_refused(text: str) -> None:
    """A wrong date, an order turned round, a make-up on a weekday, too few days off: each is a fault with its place."""
    with pytest.raises(CatalogError):
        parse_calendar([text])


def test_other_text_is_no_notice() -> None:
    """A text that only looks like a notice is refused as a whole."""
    with pytest.raises(CatalogError):
        read_notice("关于2027年部分节假日安排的通知\n一、元旦：放假\n")


def test_a_notice_that_breaks_off_is_refused_with_what_it_lacks() -> None:
    """Without its last line the first week of October would be worked, for certain."""
    with pytest.raises(CatalogError) as caught:
        read_notice(NOTICE[: NOTICE.index("七、国庆节")])
    assert "没有读到：国庆节" in str(caught.value.facts["place"])


def test_a_make_up_day_in_the_week_is_told_by_its_festival() -> None:
    """Whoever typed the year can see which day is meant."""
    row = '{ name = "元旦", from = 2027-01-01, to = 2027-01-01, makeup = [2027-01-04] }'
    with pytest.raises(CatalogError) as caught:
        parse_calendar([f"[[year]]\nyear = 2027\nholidays = [{row}]"])
    assert str(caught.value.facts["place"]).startswith("2027 元旦：调休上班的 2027-01-04")


def test_due_command_answers_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`kiosk calendar due` prints the published form."""
    options = ["--from", "2026-09-18T10:00", "--limit", "7", "--unit", "working_day", "--json"]
    assert main(["calendar", "due", *options, "--data", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"due": "2026-09-29", "provisional": False}


def test_due_command_counts_from_this_station_s_cut_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Technicians are told what the counter tells families."""
    (tmp_path / "config.toml").write_text('[intake]\ncut_off = "16:00"\n', "utf-8")
    options = ["--from", "2026-11-20T16:30", "--limit", "1", "--unit", "working_day", "--json"]
    assert main(["calendar", "due", *options, "--data", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"due": "2026-11-24", "provisional": False}


@pytest.mark.parametrize("setting", ['cut_off = "25:00"', "promise_working_days = 99999"])
def test_a_setting_that_cannot_be_counted_with_is_refused(
    setting: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its key, before anybody waits for a date."""
    (tmp_path / "config.toml").write_text(f"[intake]\n{setting}\n", "utf-8")
    options = ["--from", "2026-11-20T16:30", "--limit", "1", "--unit", "working_day", "--json"]
    assert main(["calendar", "due", *options, "--data", str(tmp_path)]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], setting.split(" ", maxsplit=1)[0] in error["what"]) == ("CFG-01", True)


def test_importing_a_notice_makes_its_dates_certain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After the yearly notice is taken in, what was provisional is certain."""
    notice = tmp_path / "notice.txt"
    notice.write_text(NOTICE, "utf-8")
    assert main(["calendar", "import", str(notice), "--json", "--data", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"years": [2027], "covered_until": "2027-12-31"}
    options = ["--from", "2026-12-28T10:00", "--limit", "7", "--unit", "working_day", "--json"]
    assert main(["calendar", "due", *options, "--data", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out) == {"due": "2027-01-07", "provisional": False}
