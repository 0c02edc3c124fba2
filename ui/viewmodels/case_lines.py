"""The rows of a case's page: its matters, stopped ones on top, and its papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.clock import local
from kiosk.domain.case import Case, CaseMatter, CaseState, MatterState, Rating
from kiosk.domain.lifecycle import ENDED
from kiosk.domain.paper import PaperKind
from kiosk.ports.offers import BroughtOffer
from kiosk.ports.paper_store import PrintedPaper, PrintJob
from kiosk.ports.printers import PrinterStatus, PrintJobState
from kiosk.services.amendments import CorrectionForm
from ui.desk import Desk
from ui.viewmodels.staff_words import day_words, due_day, moment_words

STAGES = 4
_STAGE = {
    MatterState.TAKEN_IN: 1,
    MatterState.AWAITING_VERIFICATION: 1,
    MatterState.ACCEPTED: 2,
    MatterState.IN_PROGRESS: 2,
    MatterState.CORRECTION_REQUESTED: 2,
    MatterState.MOVED_OFFLINE: 2,
    MatterState.REFUSED: 2,
    MatterState.WITHDRAWN: 2,
    MatterState.FINISHED: STAGES,
}
"""How many of the four stages a matter has behind it once the hub has the case."""
STOPPED = {MatterState.CORRECTION_REQUESTED, MatterState.REFUSED}
QUIET_ENDS = ENDED - STOPPED
"""Ends that ask for nobody."""
_FIRST_SHOWN = 3
"""Papers that are shown until all are asked for."""
_JOB_TONE = {PrintJobState.DONE: "green", PrintJobState.PRINTING: "slate", PrintJobState.QUEUED: "neutral"}


@dataclass(frozen=True)
class MatterLine:
    """A matter's way."""

    name: str
    department: str
    stage: int
    stopped: bool
    standing: str
    tone: str
    date: str
    last: bool


@dataclass(frozen=True)
class AttentionLine:
    """What a department waits for, or that it refused: matters of which it said the same, in one line."""

    title: str
    matters: str
    words: str
    due: str


@dataclass(frozen=True)
class PaperLine:
    """A paper: how often it was printed and how the last copy fares."""

    kind: str
    name: str
    printed: str
    job: str
    tone: str
    verb: str
    last: bool


def matter_lines(matters: Sequence[CaseMatter], desk: Desk, *, arrived: bool) -> list[MatterLine]:
    """Write how each matter stands; the stages count from the hub's having the case."""
    ordered = sorted(matters, key=lambda m: (m.state not in STOPPED, m.state in QUIET_ENDS))
    return [_matter_line(matter, desk, arrived=arrived, last=matter is ordered[-1]) for matter in ordered]


def brought_words(offer: BroughtOffer, names: Mapping[str, str], desk: Desk, *, revealed: bool) -> str:
    """Say what was brought at another station, its values only when `revealed`, and what keeps it from being put in."""
    fields = [f"{names.get(path, path)}{f'：{value}' if revealed else ''}" for path, value in offer.fields.items()]
    files = [names.get(file.material_id, file.material_id) for file in offer.files]
    what = "，".join([*fields, *dict.fromkeys(files), *([offer.words] if offer.words else [])])
    key = "aside" if offer.aside else "here" if offer.here else "coming"
    return desk.say(f"screen.brought.{key}", station=offer.station, what=what, words=offer.aside)


def wanted_names(form: CorrectionForm) -> dict[str, str]:
    """Give what the fields (by path) and materials (by id) of a case are called."""
    return {field.path: field.label for field in form.fields} | {
        material.material_id: material.name for material in form.materials
    }


def attention_lines(matters: Sequence[CaseMatter], names: Mapping[str, str], desk: Desk) -> list[AttentionLine]:
    """Write what each department said, with what it named; `names` as of `wanted_names`."""
    today = local(desk.clock.now()).date()
    said: dict[tuple[str, str, str], list[CaseMatter]] = {}
    for matter in matters:
        if matter.state in STOPPED:
            key = "correction" if matter.state is MatterState.CORRECTION_REQUESTED else "refused"
            wanted = [names[one] for one in (*matter.wanted_materials, *matter.wanted_fields) if one in names]
            named = desk.say("screen.case.attention_wanted", names="、".join(wanted)) if wanted else ""
            words = "\n".join(filter(None, (matter.words, named)))
            day = due_day(matter.correction_due) if key == "correction" else None
            due = desk.say("screen.case.attention_due", day=day_words(day, today, desk.say)) if day else ""
            title = desk.say(f"screen.case.{key}_title", department=matter.department)
            said.setdefault((title, words, due), []).append(matter)
    return [AttentionLine(title, _said_of(same, desk), words, due) for (title, words, due), same in said.items()]


def wanted_first(issuable: tuple[PaperKind, ...], case: Case) -> list[str]:
    """Order the papers: what the case calls for now, then the usual ones."""
    first = [PaperKind.RECEIPT_OF_MATERIALS, PaperKind.ACCEPTANCE_NOTICE]
    if case.state is CaseState.CORRECTION_REQUESTED:
        first.insert(0, PaperKind.CORRECTION_NOTICE)
    elif all(matter.state in ENDED for matter in case.matters):
        first = [PaperKind.RESULT_LIST, PaperKind.DELIVERY_RECEIPT, *first]
    if any(matter.state is MatterState.REFUSED for matter in case.matters):
        first.insert(0, PaperKind.REFUSAL_NOTICE)
    return [
        kind.value for kind in sorted(issuable, key=lambda kind: first.index(kind) if kind in first else len(first))
    ]


def paper_lines(
    kinds: list[str], printed: list[PrintedPaper], jobs: list[PrintJob], desk: Desk, *, all_shown: bool
) -> list[PaperLine]:
    """Write the papers that can be printed here, with their counts and the newest copy's real state.

    Until all are asked for only the first few show, and those that were printed.
    """
    counts = {paper.kind: paper.copies for paper in printed}
    newest = {job.kind: job for job in jobs}
    shown = kinds if all_shown else kinds[:_FIRST_SHOWN]
    kinds = list(dict.fromkeys([*shown, *counts]))
    rows = []
    for place, kind in enumerate(kinds):
        job = newest.get(kind)
        copies = counts.get(kind, 0)
        state, tone = job_words(job, desk) if job else ("", "neutral")
        rows.append(
            PaperLine(
                kind=kind,
                name=desk.say(f"papers.names.{kind}"),
                printed=desk.say("screen.case.printed" if copies else "screen.case.never_printed", count=copies),
                job=state,
                tone=tone,
                verb=desk.say("screen.case.reprint" if copies else "screen.case.print"),
                last=place == len(kinds) - 1,
            )
        )
    return rows


def job_words(job: PrintJob, desk: Desk) -> tuple[str, str]:
    """Write how a copy fares, and its tone: a printer's trouble is said as such."""
    if job.state in {PrintJobState.QUEUED, PrintJobState.PRINTING, PrintJobState.HELD} and job.problem:
        if job.problem == PrinterStatus.PAPER_OUT:
            return desk.say("screen.case.job.paper_out"), "amber"
        known = job.problem in set(PrinterStatus)
        return desk.say(f"printer_status.{job.problem}") if known else desk.say("screen.case.job.held"), "amber"
    return desk.say(f"screen.case.job.{job.state.value}"), _JOB_TONE.get(job.state, "amber")


def _said_of(matters: Sequence[CaseMatter], desk: Desk) -> str:
    """Name the matters, and when the last of it was said."""
    when = max(matter.updated_at or "" for matter in matters)
    said = moment_words(when, desk.clock.now(), desk.say) if when else ""
    return "　".join(filter(None, ("、".join(matter.name for matter in matters), said)))


def _matter_line(matter: CaseMatter, desk: Desk, *, arrived: bool, last: bool) -> MatterLine:
    stopped = matter.state in STOPPED
    date = matter.due_text
    if matter.state in ENDED and matter.updated_at:
        date = moment_words(matter.updated_at, local(desk.clock.now()), desk.say)
    return MatterLine(
        name=matter.name,
        department=matter.department,
        stage=_STAGE[matter.state] if arrived else 0,
        stopped=stopped,
        standing=desk.say(f"screen.case.state.{matter.state.value}"),
        tone="amber" if stopped else "green" if matter.state is MatterState.FINISHED else "slate",
        date=date,
        last=last,
    )


def rating_words(rating: Rating | None, desk: Desk) -> tuple[str, str, str]:
    """Write a rating, what becomes of a low one, and the tone of that; all empty without a rating."""
    if rating is None:
        return "", "", ""
    level = desk.say(f"screen.rating.level_{rating.level or 0}")
    shown = f"{level}：{rating.reason}" if rating.reason else level
    if rating.level not in {1, 2}:
        return shown, "", "green"
    now = local(desk.clock.now())
    if rating.answered_at:
        day = moment_words(rating.answered_at, now, desk.say)
        return shown, desk.say("screen.rating.answered", day=day, answer=rating.answer), "green"
    due = due_day(rating.due)
    if due is None:
        return shown, desk.say("screen.rating.waiting"), "slate"
    over = due < now.date()
    key = "overdue" if over else "due"
    return shown, desk.say(f"screen.rating.{key}", day=day_words(due, now.date(), desk.say)), "amber"
