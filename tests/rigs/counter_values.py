"""What a day at the counter holds: cases, matters, print jobs and lines of the queue, as values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from kiosk.domain.case import (
    CaseMatter,
    CaseState,
    Delivery,
    MatterState,
)
from kiosk.domain.numbering import CaseNumber
from kiosk.ids import CaseId, EventId, JobId, MatterId
from kiosk.ports.paper_store import PrintJob
from kiosk.ports.printers import PrintJobState
from kiosk.ports.store import CaseSummary
from kiosk.ports.sync import QueueLine

NOW = datetime(2026, 11, 18, 6, 6, tzinfo=UTC)
"""14:06 in Shanghai."""


RECEIPT = "receipt_of_materials"


MATTERS = (
    ("户口注销", "公安"),
    ("养老保险账户余额支取", "人社"),
    ("丧葬补助金和抚恤金", "人社"),
    ("殡仪服务预约", "民政"),
    ("开具火化证明", "民政"),
    ("高龄津贴停发", "民政"),
    ("养老待遇停发", "人社"),
    ("医保关系终止", "医保"),
    ("医保个人账户支取", "医保"),
)


def print_job(copy: int, state: PrintJobState, problem: str = "") -> PrintJob:
    """Make a job of the receipt."""
    return PrintJob(
        job_id=JobId(f"job{copy}"),
        case_number=number_of(874),
        kind=RECEIPT,
        copy=copy,
        printer="测试打印机",
        state=state,
        handle=None,
        problem=problem,
        attempts=1,
        created_at="2026-11-18T06:00:00.000Z",
        verification="TEST0001",
    )


def number_of(count: int, day: str = "2026-11-18") -> str:
    """Make a case number that is right."""
    return str(CaseNumber("370100", "W03", "A", date.fromisoformat(day), count))


def summary(
    count: int,
    deceased: str,
    applicant: str,
    due_in: int | None,
    *,
    total: int = 9,
    finished: int = 0,
    attention: str = "",
    following: str = "",
    state: str = CaseState.IN_PROGRESS,
    delivery: Delivery = Delivery.DELIVERED,
) -> CaseSummary:
    """Make a case in a list."""
    due = (NOW + timedelta(days=due_in)).date().isoformat() if due_in is not None else None
    return CaseSummary(
        case_id=CaseId(f"case{count}"),
        case_number=number_of(count),
        state=state,
        delivery=delivery,
        taken_in_at="2026-11-12T02:10:00.000Z",
        promise_due=due,
        deceased_name=deceased,
        applicant_name=applicant,
        matters_total=total,
        matters_finished=finished,
        next_matter=following,
        attention=attention,
    )


def matter(place: int, state: MatterState, *, due: str = "12 月 3 日前（预计）", words: str = "") -> CaseMatter:
    """Make a matter of a case."""
    name, department = MATTERS[place]
    return CaseMatter(
        matter_id=MatterId(f"matter{place}"),
        name=name,
        department=department,
        mode="application",
        state=state,
        reason="",
        due="2026-12-03",
        due_text=due,
        words=words,
        updated_at="2026-11-17T08:20:00.000Z",
    )


def queue_line(
    count: int, state: Delivery, *, attempts: int = 0, words: str = "", code: str = "", size: int = 0, sent: int = 0
) -> QueueLine:
    """Make an entry of the queue."""
    return QueueLine(
        event_id=EventId(f"e{count}"),
        case_number=number_of(count),
        kind="case_taken_in",
        state=state,
        attempts=attempts,
        next_attempt_at="2026-11-18T06:08:00.000Z",
        error_code=code,
        error_words=words,
        bytes_total=size,
        bytes_sent=sent,
    )


def check(check_id: str, state: str, title: str, words: str, advice: str = "") -> Any:  # noqa: ANN401  stands for Check
    """Make a check."""
    return SimpleNamespace(id=check_id, state=SimpleNamespace(value=state), title=title, words=words, advice=advice)
