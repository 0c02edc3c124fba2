"""Printers that speak IPP themselves (RFC 8011): the route that sees an empty tray before anything is printed."""

from __future__ import annotations

import itertools
import time
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

from devices.printers import ipp_http
from devices.printers.handles import job_name, join_handle, split_handle
from devices.printers.ipp_codec import (
    STATUS_ERRORS,
    Attribute,
    GroupTag,
    Message,
    Operation,
    Value,
    ValueTag,
    attribute,
    encode,
    succeeded,
)
from devices.printers.reasons import read_reasons
from kiosk.errors import DeviceError, ErrorCode
from kiosk.ids import JobId
from kiosk.ports.printers import PaperSize, PrinterReport, PrinterStatus, PrintJobState

JOB_STATES: dict[Value, PrintJobState] = {
    3: PrintJobState.QUEUED,
    4: PrintJobState.HELD,
    5: PrintJobState.PRINTING,
    6: PrintJobState.HELD,  # processing-stopped: the printer waits for a person
    7: PrintJobState.CANCELLED,
    8: PrintJobState.FAILED,
    9: PrintJobState.DONE,
}
"""`job-state` (RFC 8011 §5.3.7)."""

_ENDED = frozenset({PrintJobState.DONE, PrintJobState.CANCELLED, PrintJobState.FAILED})
_IDLE, _STOPPED = 3, 5  # printer-state, RFC 8011 §5.4.11
_NOT_SUPPORTED = 0x0501  # server-error-operation-not-supported, RFC 8011 §B.1.5.2
_USER = "yizhan"
_REMEMBERED = 256
_PDF = "application/pdf"
_MEDIA = {PaperSize.A4: "iso_a4_210x297mm"}  # PWG 5101.1; a roll's length is the printer's own affair


class PrinterAnswer(NamedTuple):
    """What a printer says of itself, in its own words, and whether it works on nothing now."""

    report: PrinterReport
    message: str
    idle: bool


class IppPrinter:
    """A printer reached by IPP over HTTP.

    May be called from any thread. Every call ends within the limit. When an answer is lost on the way, `submit` with
    the same job id looks at the printer first and finds its job there.
    """

    def __init__(self, name: str, address: str, paper_size: PaperSize, *, limit_s: float = 9.0) -> None:
        """Keep the address; nothing is asked yet.

        Raises:
            ConfigError: CONFIG_INVALID, it is no printer's address.
        """
        self._name = name
        self._paper_size = paper_size
        self._address = ipp_http.parse_address(address)
        self._limit_s = limit_s
        self._handles: OrderedDict[JobId, str] = OrderedDict()
        self._submitting = Lock()
        self._request_ids = itertools.count(1)

    @property
    def name(self) -> str:
        """The printer's name for people."""
        return self._name

    @property
    def paper_size(self) -> PaperSize:
        """The paper it holds."""
        return self._paper_size

    def status(self) -> PrinterReport:
        """Ask the printer; an answer that makes no sense is `OTHER` with its support code as keyword."""
        try:
            return self._report(self._deadline())
        except DeviceError as error:
            if error.code is ErrorCode.PRINTER_UNREACHABLE:
                return PrinterReport(PrinterStatus.OFFLINE)
            return PrinterReport(PrinterStatus.OTHER, keyword=error.code.value)

    def submit(self, job_id: JobId, title: str, pdf: bytes) -> str:
        """Print a PDF once.

        The last 256 job ids are known here, older ones and those of an earlier run are looked up at the printer.

        Raises:
            DeviceError: the printer did not take it, or cannot be reached.
        """
        until = self._deadline()
        if not self._submitting.acquire(timeout=self._limit_s):
            raise DeviceError(ErrorCode.PRINTER_NOT_READY, status=PrinterStatus.OTHER.value)
        try:
            if job_id in self._handles:
                return self._handles[job_id]
            number = self._find(job_id, until)
            if number is None:
                number = self._print(job_name(job_id, title), pdf, until)
            self._handles[job_id] = join_handle(number, job_id)
            while len(self._handles) > _REMEMBERED:
                self._handles.popitem(last=False)
            return self._handles[job_id]
        finally:
            self._submitting.release()

    def job(self, handle: str) -> PrintJobState:
        """Ask for a job's state.

        Raises:
            DeviceError: PRINTER_JOB_UNKNOWN when the printer has forgotten it, or it cannot be asked.
        """
        return self._job(handle, self._deadline())

    def cancel(self, handle: str) -> None:
        """Withdraw a job that has not ended.

        Raises:
            DeviceError: the printer cannot be asked or does not allow it.
        """
        self._cancel(handle, self._deadline())

    def _deadline(self) -> float:
        return time.monotonic() + self._limit_s

    def _report(self, until: float) -> PrinterReport:
        return self._ask(until).report

    def _cancel(self, handle: str, until: float) -> None:
        number, _ = split_handle(handle)
        try:
            if self._job(handle, until) not in _ENDED:
                self._call(Operation.CANCEL_JOB, until, [attribute(ValueTag.INTEGER, "job-id", number)])
        except DeviceError as error:
            # It ended between the two questions (client-error-not-possible), or is long forgotten.
            if error.code not in {ErrorCode.PRINTER_JOB_UNKNOWN, ErrorCode.PRINTER_NOT_READY}:
                raise

    def _ask(self, until: float) -> PrinterAnswer:
        answer = self._call(
            Operation.GET_PRINTER_ATTRIBUTES,
            until,
            [
                attribute(
                    ValueTag.KEYWORD,
                    "requested-attributes",
                    "printer-state",
                    "printer-state-reasons",
                    "printer-state-message",
                    "printer-is-accepting-jobs",
                )
            ],
        )
        said = answer.first_of(GroupTag.PRINTER)
        report = read_reasons(str(word) for word in said.get("printer-state-reasons", [])).report()
        if report.status is PrinterStatus.READY:
            if said.get("printer-is-accepting-jobs") == [False]:
                report = PrinterReport(PrinterStatus.PAUSED, report.paper_low)
            elif said.get("printer-state") == [_STOPPED]:
                report = PrinterReport(PrinterStatus.OTHER, report.paper_low, "stopped")
        message = str(next(iter(said.get("printer-state-message", [])), ""))
        return PrinterAnswer(report, message, said.get("printer-state") == [_IDLE])

    def _find(self, job_id: JobId, until: float) -> int | None:
        for which in ("not-completed", "completed"):
            asked = [
                attribute(ValueTag.KEYWORD, "which-jobs", which),
                attribute(ValueTag.KEYWORD, "requested-attributes", "job-id", "job-name"),
            ]
            try:
                answer = self._call(Operation.GET_JOBS, until, asked)
            except DeviceError as error:
                if error.facts.get("ipp") == _NOT_SUPPORTED:  # a simple device; it is printed all the same
                    return None
                raise
            for job in answer.all_of(GroupTag.JOB):
                number = next(iter(job.get("job-id", [])), None)
                if isinstance(number, int) and _is_named(job, job_id):
                    return number
        return None

    def _print(self, job_name: str, pdf: bytes, until: float) -> int:
        media = _MEDIA.get(self._paper_size)
        answer = self._call(
            Operation.PRINT_JOB,
            until,
            [
                attribute(ValueTag.NAME, "job-name", job_name),
                attribute(ValueTag.MIME_MEDIA_TYPE, "document-format", _PDF),
            ],
            [attribute(ValueTag.KEYWORD, "media", media)] if media else [],
            pdf,
        )
        number = next(iter(answer.first_of(GroupTag.JOB).get("job-id", [])), None)
        if not isinstance(number, int):
            raise DeviceError(ErrorCode.PRINTER_BAD_ANSWER)
        return number

    def _job(self, handle: str, until: float) -> PrintJobState:
        number, job_id = split_handle(handle)
        answer = self._call(
            Operation.GET_JOB_ATTRIBUTES,
            until,
            [
                attribute(ValueTag.INTEGER, "job-id", number),
                attribute(ValueTag.KEYWORD, "requested-attributes", "job-state", "job-name"),
            ],
        )
        said = answer.first_of(GroupTag.JOB)
        if not _is_named(said, job_id):
            raise DeviceError(ErrorCode.PRINTER_JOB_UNKNOWN)
        state = JOB_STATES.get(next(iter(said.get("job-state", [])), 0))
        if state is None:
            raise DeviceError(ErrorCode.PRINTER_BAD_ANSWER)
        return state

    def _call(
        self,
        operation: Operation,
        until: float,
        attributes: Sequence[Attribute],
        job_attributes: Sequence[Attribute] = (),
        document: bytes = b"",
    ) -> Message:
        groups = [
            (
                GroupTag.OPERATION,
                # These come first and in this order (RFC 8011 §4.1.4, §4.1.5).
                [
                    attribute(ValueTag.CHARSET, "attributes-charset", "utf-8"),
                    attribute(ValueTag.NATURAL_LANGUAGE, "attributes-natural-language", "en"),
                    attribute(ValueTag.URI, "printer-uri", self._address.uri),
                    attribute(ValueTag.NAME, "requesting-user-name", _USER),
                    *attributes,
                ],
            )
        ]
        if job_attributes:
            groups.append((GroupTag.JOB, list(job_attributes)))
        request = encode(operation, next(self._request_ids), groups, document)
        answer = ipp_http.exchange(self._address, request, until - time.monotonic())
        if not succeeded(answer.code):
            code = STATUS_ERRORS.get(answer.code, ErrorCode.PRINTER_BAD_ANSWER)
            raise DeviceError(code, ipp=answer.code, status=PrinterStatus.OTHER.value)
        return answer


def _is_named(job: dict[str, list[Value]], job_id: str) -> bool:
    return any(str(name).startswith(job_id) for name in job.get("job-name", []))
