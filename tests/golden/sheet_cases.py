"""Sheets of the station that are compared: the guide, the figures, the working list, the day's end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import dossier_cases as cases

from kiosk.domain.application import Application, DeceasedEntry
from kiosk.domain.contents.day_end_sheet import day_end_sheet
from kiosk.domain.contents.sheet import SheetFrame
from kiosk.domain.day_end import DayClose
from kiosk.domain.paper import Issue
from kiosk.domain.sections import SectionedPaper
from kiosk.ids import EventId
from kiosk.ports.printers import PaperSize
from kiosk.ports.statistics import CaseFigures, MatterFigures, NotFiledLine, Period, WorkLine
from kiosk.services.guide import GuideService
from kiosk.services.reporting import ReportingService
from kiosk.services.rules import shipped_rules
from kiosk.services.statistics import Report

PERSON = "测试甲"
NOBODY = (0, 0, 0, 0, 0, 0)
"""Nobody has rated."""
NUMBER = "SHS370102W03A202611180012H"


class StillClock:
    """The moment of printing."""

    def now(self) -> datetime:
        """Give it."""
        return cases.PRINTED_AT

    def monotonic(self) -> float:
        """Give nothing."""
        return 0.0


FRAME = SheetFrame(cases.dossier_of().station, Issue("测试己", 0, cases.PRINTED_AT, "", training=True))
GUIDE = GuideService(shipped_rules, StillClock())
ASKED = Application(
    deceased=DeceasedEntry(
        name=PERSON,
        circumstance="hospital",
        disposition="cremation",
        certificate_in_hand=True,
        household_division="370102",
        insurance=("enterprise_pension", "employee_medical"),
        facts={"household_head": True, "married": True, "pension_account_balance": True, "work_death": False},
    )
)


def guide() -> SectionedPaper:
    """Write the guide for a pensioner who died in hospital."""
    return GUIDE.plan_sheet(ASKED, FRAME)


def guide_untold() -> SectionedPaper:
    """Write the guide when nothing was answered: everything a department would have to check."""
    return GUIDE.plan_sheet(Application(), FRAME)


def answers() -> SectionedPaper:
    """Write what was found for an everyday name."""
    return GUIDE.answers_sheet("丧葬费", GUIDE.search("丧葬费"), FRAME)


def report() -> Report:
    """Make a month's figures."""
    total = CaseFigures("", 128, 96, 90, 87, 96 * 5 * 86400, (1, 2, 10, 30, 60, 8))
    matter = MatterFigures("04", "户口注销（含居民身份证缴销）", 120, 3, 110, 110, 108, 110 * 20 * 3600, 7, 1)
    pension = MatterFigures("18", "企业职工养老保险个人账户一次性待遇申领", 70, 9, 40, 40, 31, 40 * 12 * 86400, 11, 2)
    days = tuple(CaseFigures(f"2026-11-{day:02d}", day, day // 2, 0, 0, 0, NOBODY) for day in range(2, 26))
    return Report(
        period=Period("2026-11-01", "2026-11-25"),
        total=total,
        by_day=days,
        by_channel=(CaseFigures("counter", 100, 80, 80, 78, 3600, NOBODY),),
        by_service=(CaseFigures("after_death", 128, 96, 90, 87, 3600, NOBODY),),
        by_matter=(matter, pension),
        by_department=(MatterFigures("公安", "", 120, 3, 110, 110, 108, 7200, 7, 1),),
        by_mode=(MatterFigures("application", "", 190, 12, 150, 150, 139, 7200, 18, 3),),
        not_filed=(
            NotFiledLine(NUMBER, "2026-11-18", "30", "住房公积金提取（死亡）及销户", "住建", "以后再办", PERSON),
        ),
    )


def statistics() -> SectionedPaper:
    """Write them."""
    return ReportingService(Path()).sheet(report(), FRAME)


def working_list() -> SectionedPaper:
    """Write an officer's list with forty lines."""
    lines = [
        WorkLine(NUMBER, "18", "企业职工养老保险个人账户一次性待遇申领", "人社", "in_progress", due, overdue, PERSON)
        for due, overdue in [("2026-11-20", True), *[(f"2026-12-{day:02d}", False) for day in range(1, 31)]]
    ]
    return ReportingService(Path()).working_sheet(lines, FRAME)


def day_end() -> SectionedPaper:
    """Write a day end that the hub has answered with one case less."""
    close = DayClose(
        event_id=EventId("e"),
        closed_at="2026-11-18T09:40:00.000Z",
        operator="0301",
        first_seq=31,
        last_seq=58,
        cases=12,
        delivered=11,
        events=28,
        digest="0123456789abcdef" * 4,
        signature="TESTtestTESTtest0123",
        hub_cases=11,
        hub_events=26,
        hub_digest="fedcba9876543210" * 4,
        hub_at="2026-11-18T09:41:00.000Z",
    )
    return day_end_sheet(FRAME, close, "2026-11-17T09:31:00.000Z", "测试己")


A4, ROLL = PaperSize.A4, PaperSize.ROLL_80
SHEETS: dict[str, tuple[Callable[[], SectionedPaper], PaperSize, bool]] = {
    "guide_a4": (guide, A4, False),
    "guide_a4_large": (guide, A4, True),
    "guide_untold_a4": (guide_untold, A4, False),
    "guide_answers_a4": (answers, A4, False),
    "guide_roll": (guide, ROLL, False),
    "statistics_a4": (statistics, A4, False),
    "working_list_a4": (working_list, A4, False),
    "day_end_a4": (day_end, A4, False),
    "day_end_roll": (day_end, ROLL, False),
}
