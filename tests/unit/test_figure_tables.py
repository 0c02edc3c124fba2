"""Figures as people read them and as a spreadsheet reads them."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.figures import duration_words, rating_words, share_words
from kiosk.errors import ErrorCode, StoreError
from kiosk.messages import text
from kiosk.ports.statistics import CaseFigures, LowRating, MatterFigures, NotFiledLine, Period, WorkLine
from kiosk.services.figure_tables import case_tables, csv_of, matter_tables
from kiosk.services.reporting import ReportingService, low_rating_table, not_filed_table, working_table
from kiosk.services.statistics import Report

PERSON, NUMBER = "测试甲", "SHS370102W03A202611180012H"
TOTAL = CaseFigures("", 10, 4, 4, 3, 4 * 86400, (0, 1, 0, 0, 3, 2))
PENSION = MatterFigures("18", "养老保险个人账户一次性待遇申领", 7, 2, 4, 4, 3, 4 * 7200, 5, 1)
REPORT = Report(
    period=Period("2026-11-01", "2026-11-25"),
    total=TOTAL,
    by_day=(CaseFigures("2026-11-18", 10, 4, 4, 3, 4 * 86400, (0, 1, 0, 0, 3, 2)),),
    by_channel=(CaseFigures("dedicated", 10, 4, 4, 3, 0, (0, 0, 0, 0, 0, 0)),),
    by_service=(CaseFigures("a_service_of_their_own", 10, 4, 4, 3, 0, (0, 0, 0, 0, 0, 0)),),
    by_matter=(PENSION,),
    by_department=(MatterFigures("人社", "", 7, 2, 4, 4, 3, 4 * 7200, 5, 1),),
    by_mode=(MatterFigures("application", "", 7, 2, 4, 4, 3, 4 * 7200, 5, 1),),
    not_filed=(NotFiledLine(NUMBER, "2026-11-18", "30", "住房公积金提取", "住建", "以后再办", PERSON),),
    low_ratings=(
        LowRating(NUMBER, 2, "等得太久", "2026-11-18T02:00:00.000Z", None, "", None),
        LowRating(
            NUMBER, 1, "没说清楚", "2026-11-18T02:00:00.000Z", "2026-12-09", "已当面说明", "2026-11-20T02:00:00.000Z"
        ),
    ),
)


def test_shares_durations_and_ratings_are_said_in_words() -> None:
    """A share names what it is of; short times are hours, long ones days; nothing of nothing is a dash."""
    assert share_words(3, 4, text) == "75 %（3/4）"
    assert duration_words(4 * 7200, 4, text) == "2.0 小时"
    assert duration_words(90, 1, text) == "不到 1 小时"
    assert duration_words(10 * 86400, 2, text) == "5.0 天"
    assert rating_words((0, 1, 0, 0, 3), text) == "4.2 分（4 人）"
    assert {share_words(0, 0, text), duration_words(0, 0, text), rating_words((0, 0, 0, 0, 0), text)} == {"—"}


def test_tables_say_every_figure_of_the_report() -> None:
    """Channels, services and modes are named; a service of the customer's own keeps its own name."""
    day, channel, service = case_tables(REPORT, text)
    assert day.rows == (("2026-11-18", "10", "4", "75 %（3/4）", "24.0 小时", "4.2 分（4 人）", "2"),)
    assert [table.rows[0][0] for table in (channel, service)] == ["专人办", "a_service_of_their_own"]
    matter, _, mode = matter_tables(REPORT, text)
    assert matter.rows == ((PENSION.name, "7", "2", "4", "75 %（3/4）", "2.0 小时", "5", "1"),)
    assert mode.rows[0][0] == "需申请"
    assert all(len(table.columns) == len(row) for table in (day, matter) for row in table.rows)


def test_the_file_has_numbers_only_and_nobody_in_it(tmp_path: Path) -> None:
    """A spreadsheet opens it as UTF-8, every line fits its heads, no name, case number or free reason is in it."""
    path = ReportingService(tmp_path / "export").export(REPORT)
    data = path.read_bytes()
    assert path.name == "统计-2026-11-01-2026-11-25.csv"
    assert data == csv_of(REPORT, text)
    assert data.startswith(b"\xef\xbb\xbf")
    head, *lines = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert {len(line) for line in lines} == {len(head)}
    assert dict(zip(head, lines[0], strict=True))["收件（件）"] == "10"
    matter = next(dict(zip(head, line, strict=True)) for line in lines if line[1] == PENSION.name)
    assert (matter["应办未办（项）"], matter["其中按时"], matter["补正（次）"]) == ("2", "3", "5")
    standing = [dict(zip(head, line, strict=True)) for line in lines if line[0] == "差评整改"]
    assert [(line["项目"], line["非常不满意"], line["不满意"]) for line in standing] == [
        ("待整改", "0", "1"),
        ("已整改", "1", "0"),
    ]
    for personal in (PERSON, NUMBER, "以后再办", "等得太久"):
        assert personal not in data.decode("utf-8-sig")


def test_low_ratings_are_listed_with_their_closing_loop() -> None:
    """The reason, by when, and what was done or that it is still to be done."""
    table = low_rating_table(REPORT, text)
    assert table.columns == ("评价", "原因", "日期", "整改期限", "整改情况", "收件编号")
    assert [row[:5] for row in table.rows] == [
        ("不满意", "等得太久", "2026-11-18", "待平台定", "待整改"),
        ("非常不满意", "没说清楚", "2026-11-18", "2026-12-09", "2026-11-20 已当面说明"),
    ]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The reason reaches the person; nothing else happens."""
    (tmp_path / "export").write_text("in the way")
    with pytest.raises(StoreError) as caught:
        ReportingService(tmp_path / "export").export(REPORT)
    assert caught.value.code is ErrorCode.STORE_IO


def test_lists_to_follow_up_mask_names_and_say_what_is_overdue() -> None:
    """Whoever finds the list learns no name; the case number leads the officer back."""
    late = WorkLine(NUMBER, "18", "养老", "人社", "in_progress", "2026-11-20", overdue=True, deceased_name=PERSON)
    undated = replace(late, due=None, overdue=False, due_text="按约定时间")
    assert working_table([late, undated], text).rows == (
        ("2026-11-20，已过", "养老", "人社", "办理中", "测*甲", "SHS 370102 W03 A 20261118 0012 H"),
        ("按约定时间", "养老", "人社", "办理中", "测*甲", "SHS 370102 W03 A 20261118 0012 H"),
    )
    assert not_filed_table(REPORT, text).rows[0][3:5] == ("以后再办", "测*甲")
