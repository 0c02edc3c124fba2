"""Papers: issuing, printing and reprinting. Nothing here can harm a case."""

from __future__ import annotations

from kiosk.clock import Clock, iso, parse
from kiosk.domain.application import decode
from kiosk.domain.paper import PaperKind, StationFacts
from kiosk.domain.receipt import receipt_of
from kiosk.errors import DeviceError, ErrorCode, PaperError
from kiosk.ids import JobId, OperatorId, uuid7
from kiosk.ports.printers import PaperSize, PrinterReport, PrinterStatus, PrintJobState, ReceiptPrinter
from kiosk.ports.store import PrintedPaper, PrintJob, Store

_OPEN = (PrintJobState.QUEUED, PrintJobState.PRINTING, PrintJobState.HELD)


class PaperService:
    """Issues copies and sees them through the printer.

    A copy is counted and queued in one transaction before the printer is asked; `work` hands queued copies over and
    asks how the others fare. On success the job is done; on trouble with the printer it stays queued with the reason
    and is tried at the next pass under the same job id; on anything else it fails, with the reason, and a person may
    print again. Called on the thread that owns the store.
    """

    def __init__(
        self, store: Store, printer: ReceiptPrinter, station: StationFacts, clock: Clock, *, training: bool
    ) -> None:
        """Print on this printer for this station."""
        self._store = store
        self._printer = printer
        self._station = station
        self._clock = clock
        self._training = training

    def printer_report(self) -> PrinterReport:
        """Ask the printer, before a case is taken in."""
        return self._printer.status()

    def issue(self, case_number: str, kind: PaperKind, actor: OperatorId) -> PrintJob:
        """Count a copy and queue it for printing.

        Raises:
            StoreError: CASE_NOT_FOUND.
            PaperError: a character that no font has, or the paper cannot be issued yet; nothing is counted then.
        """
        now = iso(self._clock.now())
        self._render(case_number, kind, copy=1, verification="", at=now, actor=actor, size=self._printer.paper_size)
        job_id = JobId(uuid7())
        return self._store.papers.issue(case_number, kind, self._printer.name, job_id, actor, now)

    def work(self) -> list[PrintJob]:
        """Hand over queued copies and ask after the others, once; give the open jobs as they stand now."""
        for job in self._store.papers.jobs(open_only=True):
            self._advance(job)
        return self._store.papers.jobs(open_only=True)

    def jobs(self, case_number: str) -> list[PrintJob]:
        """List a case's print jobs, oldest first."""
        return self._store.papers.jobs(case_number)

    def printed(self, case_number: str) -> list[PrintedPaper]:
        """Count the papers issued of a case."""
        return self._store.papers.printed(case_number)

    def render(self, case_number: str, kind: PaperKind, size: PaperSize, actor: OperatorId) -> bytes:
        """Count a copy and give it as PDF instead of printing it.

        Raises:
            StoreError: CASE_NOT_FOUND.
            PaperError: as for `issue`.
        """
        now = iso(self._clock.now())
        self._render(case_number, kind, copy=1, verification="", at=now, actor=actor, size=size)
        job = self._store.papers.issue(case_number, kind, "file", JobId(uuid7()), actor, now)
        pdf = self._pdf_of(job, size)
        self._store.papers.update_job(job.job_id, PrintJobState.DONE, now)
        return pdf

    def _advance(self, job: PrintJob) -> None:
        now = iso(self._clock.now())
        try:
            if job.handle is not None:
                state = self._printer.job(job.handle)
                problem = ""
                if state in _OPEN:
                    report = self._printer.status()
                    problem = "" if report.status is PrinterStatus.READY else report.status.value
                elif state is PrintJobState.FAILED:
                    problem = ErrorCode.PRINTER_REFUSED.value
                self._store.papers.update_job(job.job_id, state, now, problem=problem)
                return
            report = self._printer.status()
            if report.status is not PrinterStatus.READY:
                self._store.papers.update_job(job.job_id, PrintJobState.QUEUED, now, problem=report.status.value)
                return
            title = f"{job.case_number}-{job.kind}-{job.copy}"
            handle = self._printer.submit(job.job_id, title, self._pdf_of(job, self._printer.paper_size))
            self._store.papers.update_job(job.job_id, PrintJobState.PRINTING, now, handle=handle, attempted=True)
        except DeviceError as error:
            ended = error.code in {ErrorCode.PRINTER_REFUSED_FORMAT, ErrorCode.PRINTER_JOB_STUCK}
            lost = error.code is ErrorCode.PRINTER_JOB_UNKNOWN
            state = PrintJobState.FAILED if ended or lost else job.state
            self._store.papers.update_job(job.job_id, state, now, problem=error.code.value, attempted=True)
        except PaperError as error:
            self._store.papers.update_job(job.job_id, PrintJobState.FAILED, now, problem=error.code.value)

    def _pdf_of(self, job: PrintJob, size: PaperSize) -> bytes:
        return self._render(
            job.case_number,
            PaperKind(job.kind),
            copy=job.copy,
            verification=job.verification,
            at=job.created_at,
            actor=None,
            size=size,
        )

    def _render(
        self,
        case_number: str,
        kind: PaperKind,
        *,
        copy: int,
        verification: str,
        at: str,
        actor: OperatorId | None,
        size: PaperSize,
    ) -> bytes:
        from kiosk.papers.render import render  # noqa: PLC0415  reportlab costs start-up time until a paper is wanted

        if kind is not PaperKind.RECEIPT_OF_MATERIALS:
            raise PaperError(ErrorCode.PAPER_NOT_ISSUABLE)
        case = self._store.cases.get(case_number)
        operator = self._store.operators.get(OperatorId(actor or case.operator))
        paper = receipt_of(
            case,
            decode(case.application),
            self._station,
            operator_name=operator.name if operator else "",
            copy_no=copy,
            printed_at=parse(at),
            verification=verification,
            training=self._training,
        )
        return render(paper, size)
