"""Papers: issuing, printing and reprinting. Nothing here can harm a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kiosk.clock import Clock, iso, parse
from kiosk.domain.acceptance import acceptance_of
from kiosk.domain.application import Application, decode
from kiosk.domain.case import Case
from kiosk.domain.catalog import ServiceCatalog
from kiosk.domain.contents.builders import BUILDERS
from kiosk.domain.contents.dossier import Dossier, IssuedPaper
from kiosk.domain.paper import CasePaper, Issue, PaperKind, StationFacts
from kiosk.domain.paper_seal import PaperSeals, SealCheck
from kiosk.domain.receipt import receipt_of
from kiosk.domain.sections import SectionedPaper
from kiosk.errors import DeviceError, ErrorCode, PaperError
from kiosk.ids import JobId, OperatorId, uuid7
from kiosk.ports.paper_store import PrintedPaper, PrintJob
from kiosk.ports.printers import PaperSize, PrinterReport, PrinterStatus, PrintJobState, ReceiptPrinter
from kiosk.ports.store import Store
from kiosk.services.rules import RulesOf, shipped_rules

_OPEN = (PrintJobState.QUEUED, PrintJobState.PRINTING, PrintJobState.HELD)


class PaperService:
    """Issues copies and sees them through the printer.

    A copy is counted and queued in one transaction before the printer is asked; `work` hands queued copies over and
    asks how the others fare. On success the job is done; on trouble with the printer it stays queued with the reason
    and is tried at the next pass under the same job id; on anything else it fails, with the reason, and a person may
    print again. Called on the thread that owns the store.
    """

    def __init__(
        self,
        store: Store,
        printer: ReceiptPrinter,
        station: StationFacts,
        clock: Clock,
        seals: PaperSeals,
        *,
        training: bool,
        rules: RulesOf = shipped_rules,
    ) -> None:
        """Print on this printer for this station, sealed, by the rules that each case was begun under."""
        self._store = store
        self._printer = printer
        self._station = station
        self._clock = clock
        self._seals = seals
        self._training = training
        self._rules = rules

    def printer_report(self) -> PrinterReport:
        """Ask the printer, before a case is taken in."""
        return self._printer.status()

    def issue(self, case_number: str, kind: PaperKind, actor: OperatorId, *, large_print: bool = False) -> PrintJob:
        """Count a copy and queue it for printing.

        Raises:
            StoreError: CASE_NOT_FOUND.
            PaperError: a character that no font has, or no ground for the paper; nothing is counted then.
        """
        now = iso(self._clock.now())
        self._try(case_number, kind, actor, self._printer.paper_size, now, large_print=large_print)
        return self._store.papers.issue(
            case_number, kind, self._printer.name, JobId(uuid7()), actor, now, large_print=large_print
        )

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

    def issuable(self, case_number: str) -> tuple[PaperKind, ...]:
        """List the papers that the case gives ground for now, without drawing them.

        Raises:
            StoreError: CASE_NOT_FOUND.
        """
        case = self._store.cases.get(case_number)
        issue = Issue("", 1, self._clock.now(), "", self._training)
        dossier = self._dossier(case, decode(case.application), issue)
        return tuple(kind for kind in PaperKind if self._has_ground(dossier, kind))

    def check(self, scanned: str) -> SealCheck:
        """Check what a scanner read off a paper, of this counter or another.

        Raises:
            ConfigError: the list of known terminals cannot be read.
        """
        return self._seals.check(scanned)

    def render(
        self, case_number: str, kind: PaperKind, size: PaperSize, actor: OperatorId, *, large_print: bool = False
    ) -> bytes:
        """Count a copy and give it as PDF instead of printing it.

        Raises:
            StoreError: CASE_NOT_FOUND.
            PaperError: as for `issue`.
        """
        now = iso(self._clock.now())
        self._try(case_number, kind, actor, size, now, large_print=large_print)
        job = self._store.papers.issue(case_number, kind, "file", JobId(uuid7()), actor, now, large_print=large_print)
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

    def _try(
        self, case_number: str, kind: PaperKind, actor: OperatorId, size: PaperSize, now: str, *, large_print: bool
    ) -> None:
        """Make a copy that is not kept: what cannot be made is not counted."""
        case = self._store.cases.get(case_number)
        issue = Issue(self._name(actor), 1, parse(now), "", self._training)
        self._render(case, kind, issue, size, large_print=large_print)

    def _pdf_of(self, job: PrintJob, size: PaperSize) -> bytes:
        case = self._store.cases.get(job.case_number)
        name = self._name(OperatorId(job.actor or case.operator))
        issue = Issue(name, job.copy, parse(job.created_at), job.verification, self._training)
        return self._render(case, PaperKind(job.kind), issue, size, large_print=job.large_print)

    def _name(self, operator_id: OperatorId) -> str:
        operator = self._store.operators.get(operator_id)
        return operator.name if operator else ""

    def _render(self, case: Case, kind: PaperKind, issue: Issue, size: PaperSize, *, large_print: bool) -> bytes:
        from kiosk.papers.render import render  # noqa: PLC0415  reportlab costs start-up time until a paper is wanted

        paper = self._paper(case, kind, issue)
        code = self._seals.seal(case.case_number, kind, issue, paper, self._station.inquiry_url)
        return render(replace(paper, head=replace(paper.head, qr_text=code)), size, large_print=large_print)

    def _paper(self, case: Case, kind: PaperKind, issue: Issue) -> CasePaper | SectionedPaper:
        """Write the paper.

        Raises:
            PaperError: the case gives no ground for it (PAPER_NOT_ISSUABLE).
            CatalogError: the rules of the case's service cannot be read.
        """
        application = decode(case.application)
        if kind is PaperKind.RECEIPT_OF_MATERIALS:
            return receipt_of(
                case,
                application,
                self._station,
                issue,
                _exclusive(case, self._rules(application.pack).services[application.service]),
            )
        if kind is PaperKind.ACCEPTANCE_NOTICE:
            return acceptance_of(case, application, self._station, issue, _accepted_at(case))
        return BUILDERS[kind](self._dossier(case, application, issue))

    def _has_ground(self, dossier: Dossier, kind: PaperKind) -> bool:
        try:
            if kind in BUILDERS:
                BUILDERS[kind](dossier)
            else:
                self._paper(dossier.case, kind, dossier.issue)
        except PaperError:
            return False
        return True

    def _dossier(self, case: Case, application: Application, issue: Issue) -> Dossier:
        rules = self._rules(application.pack)
        assessment = rules.assess(application, parse(case.taken_in_at))
        issued = tuple(
            IssuedPaper(PaperKind(paper.kind), paper.copies, paper.last_at)
            for paper in self._store.papers.printed(case.case_number)
        )
        return Dossier(
            case=case,
            application=application,
            station=self._station,
            issue=issue,
            service=rules.services[application.service],
            codes=rules.codes,
            assessment=assessment,
            issued=issued,
        )


def _exclusive(case: Case, service: ServiceCatalog) -> list[tuple[str, str]]:
    """Name the pairs of the case's matters of which only one is granted."""
    names = {matter.matter_id: matter.name for matter in case.matters}
    rows = [service.matters[matter_id] for matter_id in names if matter_id in service.matters]
    return [
        (names[row.matter_id], names[other])
        for row in rows
        for other in row.alternative_to
        if other in names and row.matter_id < other
    ]


def _accepted_at(case: Case) -> datetime:
    """Give the moment of acceptance; what the hub wrote may be no time.

    Raises:
        PaperError: PAPER_NOT_ISSUABLE.
    """
    if case.accepted_at is None:
        raise PaperError(ErrorCode.PAPER_NOT_ISSUABLE)
    try:
        return parse(case.accepted_at)
    except ValueError as exc:
        raise PaperError(ErrorCode.PAPER_NOT_ISSUABLE) from exc
