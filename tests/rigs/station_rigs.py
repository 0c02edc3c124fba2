"""What the pages of guide, figures and day end show in tests: a full year, a long list, day ends of every outcome."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from kiosk.clock import Clock
from kiosk.domain.day_end import DayClose, DayCount
from kiosk.ids import CaseId, EventId
from kiosk.ports.statistics import CaseFigures, MatterFigures, NotFiledLine, Period, WorkLine
from kiosk.services.day_end import DayView
from kiosk.services.guide import GuideService
from kiosk.services.reporting import ReportingService
from kiosk.services.rules import shipped_rules
from kiosk.services.statistics import Report

LONG_NAME = "测试" + "阿依古丽" * 6 + "·" + "买买提江" * 8
NUMBER = "SHS370102W03A202611180012H"
RATED = (1, 2, 10, 30, 60, 8)


def report() -> Report:
    """Make a year's figures with the longest names."""
    rows = tuple(shipped_rules().services["after_death"].matters.values())
    return Report(
        period=Period("2026-01-01", "2026-11-18"),
        total=CaseFigures("", 12_345, 11_111, 11_000, 10_987, 11_111 * 5 * 86400, RATED),
        by_day=tuple(
            CaseFigures(f"2026-{1 + day // 28:02d}-{1 + day % 28:02d}", day, 0, 0, 0, 0, RATED) for day in range(300)
        ),
        by_channel=tuple(
            CaseFigures(key, 1234, 0, 0, 0, 0, RATED) for key in ("counter", "dedicated", "online", "mobile", "phone")
        ),
        by_service=(CaseFigures("after_death", 12_345, 0, 0, 0, 0, RATED),),
        by_matter=tuple(
            MatterFigures(row.matter_id, row.name, 12_345, 123, 11_111, 11_000, 10_987, 11_111 * 86400, 456, 78)
            for row in rows
        ),
        by_department=tuple(
            MatterFigures(key, "", 12_345, 123, 11_111, 11_000, 10_987, 11_111 * 3600, 456, 78)
            for key in ("人力资源社会保障", "公安")
        ),
        by_mode=(MatterFigures("application", "", 1, 1, 1, 1, 1, 3600, 1, 1),),
        not_filed=tuple(
            NotFiledLine(NUMBER, "2026-11-12", row.matter_id, row.name, row.department, "家属以后再来" * 3, LONG_NAME)
            for row in rows
        ),
    )


def working_list() -> list[WorkLine]:
    """Make an officer's list, overdue lines first."""
    return [
        WorkLine(NUMBER, row.matter_id, row.name, row.department, "in_progress", "2026-11-16", place < 5, LONG_NAME)
        for place, row in enumerate(shipped_rules().services["after_death"].matters.values())
    ]


def day_view() -> DayView:
    """Make day ends: one that waits, one that differs, one with other records on their way, one that agrees."""
    digest, other = "0" * 64, "f" * 64
    outcomes = ((None, None), (11, other), (12, other), (12, digest))
    closes = tuple(
        DayClose(
            event_id=EventId(f"d{place}"),
            closed_at=f"2026-11-{17 - place:02d}T09:40:00.000Z",
            operator="0301",
            first_seq=100 - 10 * place,
            last_seq=109 - 10 * place,
            cases=12,
            delivered=11,
            events=20,
            digest=digest,
            signature="c2lnbmVk",
            hub_cases=hub_cases,
            hub_events=None if hub_cases is None else 20,
            hub_digest=hub_digest,
            hub_at=None if hub_cases is None else f"2026-11-{17 - place:02d}T09:41:00.000Z",
        )
        for place, (hub_cases, hub_digest) in enumerate(outcomes)
    )
    count = DayCount(110, 130, 6, 5, 21, 20, closes[0].closed_at, (CaseId("c"), NUMBER))
    return DayView(count, closes)


def station_services(clock: Clock) -> dict[str, Any]:
    """Give the services of these pages; whatever is closed or printed stays as it was."""
    return {
        "guide": GuideService(shipped_rules, clock),
        "statistics": SimpleNamespace(period=Period, report=lambda _: report(), working_list=working_list),
        "reporting": ReportingService(Path()),
        "day_end": SimpleNamespace(look=day_view, close=lambda _actor: day_view().closes[0]),
        "sheets": SimpleNamespace(print=lambda _write, _actor, **_: None),
    }
