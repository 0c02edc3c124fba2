"""Where the copies of papers and their print jobs are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kiosk.ids import JobId
from kiosk.ports.printers import PrintJobState


@dataclass(frozen=True)
class PrintedPaper:
    """A paper that was issued: copies are counted, reprints included."""

    paper_id: str
    kind: str
    copies: int
    last_at: str


@dataclass(frozen=True)
class PrintJob:
    """A copy of a paper on its way to a printer. `job_id` is kept across retries."""

    job_id: JobId
    case_number: str
    kind: str
    copy: int
    printer: str
    state: PrintJobState
    handle: str | None
    problem: str
    """A `PrinterStatus` value or a support code; empty when all is well."""
    attempts: int
    created_at: str
    verification: str
    """The copy's verification code, printed on it."""
    actor: str = ""
    """Who had it printed; empty for copies of earlier releases."""
    large_print: bool = False


class PaperStore(Protocol):
    """Papers issued and print jobs."""

    def issue(
        self,
        case_number: str,
        kind: str,
        printer: str,
        job_id: JobId,
        actor: str,
        now: str,
        *,
        large_print: bool = False,
    ) -> PrintJob:
        """Count a copy, make its verification code, queue a print job, write the journal line."""

    def update_job(
        self,
        job_id: JobId,
        state: PrintJobState,
        now: str,
        *,
        handle: str | None = None,
        problem: str = "",
        attempted: bool = False,
    ) -> None:
        """Keep what became of a print job."""

    def jobs(self, case_number: str | None = None, *, open_only: bool = False) -> list[PrintJob]:
        """List print jobs, oldest first."""

    def printed(self, case_number: str) -> list[PrintedPaper]:
        """Count the papers issued of a case."""
