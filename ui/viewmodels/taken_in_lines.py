"""The rows of the page after taking in: copies at the printer, and what comes next by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.domain.application import Application
from kiosk.domain.assessment import Applicability, Assessment, MatterAnswer, Mode
from kiosk.domain.authorization import LETTER
from kiosk.domain.case import Case, MaterialStatus
from kiosk.domain.paper import PaperKind
from kiosk.ids import MaterialId
from kiosk.ports.paper_store import PrintJob
from kiosk.ports.printers import PrintJobState
from ui.viewmodels.dates import day_of
from ui.viewmodels.words import Say

_INHERITANCE = MaterialId("inheritance_proof")
OPEN = (PrintJobState.QUEUED, PrintJobState.PRINTING, PrintJobState.HELD)
"""States of a copy that is still to come."""


@dataclass(frozen=True)
class PaperRow:
    """A copy of a paper and how it stands at the printer."""

    name: str
    copies: str
    stage: str
    tone: str


@dataclass(frozen=True)
class NextRow:
    """What comes next, by when."""

    when: str
    what: str
    detail: str
    now: bool


def papers_beside(case: Case) -> list[PaperKind]:
    """List the papers that the family gets with the receipt: the letter that was or will be signed, the referral."""
    status = {material.material_id: material.status for material in case.materials}
    papers = []
    if status.get(LETTER) in (MaterialStatus.PROMISED, MaterialStatus.DEFERRED):
        papers.append(PaperKind.AUTHORIZATION_LETTER)
    if status.get(_INHERITANCE) in (MaterialStatus.DEFERRED, MaterialStatus.MISSING):
        papers.append(PaperKind.NOTARY_REFERRAL)
    return papers


def paper_row(job: PrintJob, say: Say) -> PaperRow:
    """Write how a copy stands at the printer."""
    name = say(f"new_case.papers.{job.kind}")
    copies = say("new_case.taken_in.copy", count=job.copy)
    if job.state in OPEN and job.problem:
        known = ("paper_out", "jam", "cover_open", "supply_empty", "offline", "paused")
        word = say(f"new_case.printer.state_{job.problem if job.problem in known else 'other'}")
        return PaperRow(name, copies, word, "amber")
    tone = {PrintJobState.DONE: "green", PrintJobState.PRINTING: "slate", PrintJobState.QUEUED: "neutral"}.get(
        job.state, "amber"
    )
    return PaperRow(name, copies, say(f"new_case.printer.job_{job.state.value}"), tone)


def trouble_words(problem: str, say: Say) -> str:
    """Say what is wrong with the printer, and that printing goes on after it."""
    known = ("paper_out", "jam", "cover_open", "supply_empty", "offline", "paused")
    return say(f"new_case.printer.{problem if problem in known else 'other'}") + say("new_case.printer.then")


def timeline(application: Application, assessment: Assessment, today: date, say: Say) -> list[NextRow]:
    """Write what comes next, the earliest day first, what waits for a check last."""
    chosen = assessment.chosen(frozenset(application.declined))
    departments = list(dict.fromkeys(matter.department for matter in chosen))
    rows = [
        NextRow(
            say("new_case.taken_in.today"),
            say("new_case.taken_in.sending", departments=say("new_case.list").join(departments)),
            say("new_case.taken_in.sending_detail"),
            now=True,
        )
    ]
    applying = [matter for matter in chosen if matter.state is Applicability.APPLIES]
    groups: dict[str, list[MatterAnswer]] = {}
    for matter in sorted(applying, key=lambda m: (day_of(m.due) or today, m.matter_id)):
        groups.setdefault(matter.due_text, []).append(matter)
    for due_text, matters in groups.items():
        names = say("new_case.list").join(matter.short_name for matter in matters)
        details = list(dict.fromkeys(matter.follow_up for matter in matters if matter.follow_up))
        if not details and all(matter.mode is Mode.AUTOMATIC for matter in matters):
            details = [say("new_case.taken_in.automatic")]
        rows.append(NextRow(due_text, names, " ".join(details[:2]), now=False))
    pending = [matter for matter in chosen if matter.state is Applicability.PENDING]
    if pending:
        rows.append(
            NextRow(
                say("new_case.taken_in.after_check"),
                say("new_case.list").join(matter.short_name for matter in pending[:4])
                + (say("new_case.taken_in.and_more", count=len(pending)) if len(pending) > 4 else ""),
                say("new_case.taken_in.pending_detail"),
                now=False,
            )
        )
    return rows
