"""Printers of the Windows spooler: pages become pictures, so that every font prints on every driver.

Importable everywhere; only `Pywin32Spooler` needs Windows.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from types import ModuleType
from typing import Protocol

import pypdfium2
from PIL import Image

from devices.limits import call_within
from devices.printers.handles import job_name, join_handle, split_handle
from kiosk.errors import ConfigError, DeviceError, ErrorCode
from kiosk.ids import JobId
from kiosk.ports.printers import PaperSize, PrinterReport, PrinterStatus, PrintJobState

DOTS_PER_INCH = {PaperSize.A4: 300, PaperSize.ROLL_80: 203}
_POINTS_PER_INCH = 72

# PRINTER_INFO_2.Status and .Attributes, winspool.h, in the order of PrinterStatus
_PRINTER_BITS: tuple[tuple[int, PrinterStatus], ...] = (
    (0x00000010, PrinterStatus.PAPER_OUT),
    (0x00000008, PrinterStatus.JAM),
    (0x00400000, PrinterStatus.COVER_OPEN),
    (0x00040000, PrinterStatus.SUPPLY_EMPTY),
    (0x00000080, PrinterStatus.OFFLINE),
    (0x00001000, PrinterStatus.OFFLINE),  # not available
    (0x02000000, PrinterStatus.OFFLINE),  # server offline
    (0x00000001, PrinterStatus.PAUSED),
    (0x00000004, PrinterStatus.OTHER),  # being deleted
    (0x00000002, PrinterStatus.OTHER),  # error
    (0x00000020, PrinterStatus.OTHER),  # manual feed
    (0x00000040, PrinterStatus.OTHER),  # paper problem
    (0x00000800, PrinterStatus.OTHER),  # output bin full
    (0x00100000, PrinterStatus.OTHER),  # user intervention
    (0x00200000, PrinterStatus.OTHER),  # out of memory
)
_WORK_OFFLINE = 0x00000400

# JOB_INFO_1.Status, winspool.h; the first that is set counts
_JOB_BITS: tuple[tuple[int, PrintJobState], ...] = (
    (0x0104, PrintJobState.CANCELLED),  # deleting, deleted
    (0x1080, PrintJobState.DONE),  # printed, complete
    (0x0661, PrintJobState.HELD),  # paused, offline, paper out, blocked, user intervention
    (0x0002, PrintJobState.FAILED),
    (0x0018, PrintJobState.PRINTING),  # spooling, printing
)
_INVALID_PARAMETER = 87  # ERROR_INVALID_PARAMETER: what GetJob and SetJob say of a job that is gone
_DELETE = 5  # JOB_CONTROL_DELETE
_LOGPIXELSX, _LOGPIXELSY, _PHYSICALOFFSETX, _PHYSICALOFFSETY = 88, 90, 112, 113  # GetDeviceCaps, wingdi.h


@dataclass(frozen=True)
class SpooledJob:
    """A job in a spooler's queue; `status` holds JOB_STATUS bits."""

    number: int
    document: str
    status: int


class Spooler(Protocol):
    """What we need of the Windows spooler. Calls may hang on a printer of the network; failures are `DeviceError`."""

    def state(self, queue: str) -> tuple[int, int]:
        """Give PRINTER_INFO_2's status and attribute bits."""

    def jobs(self, queue: str) -> Sequence[SpooledJob]:
        """List the jobs in the queue."""

    def print_pages(self, queue: str, document: str, pages: Sequence[Image.Image], dots_per_inch: int) -> int:
        """Print pictures at their true size and give the job's number."""

    def delete(self, queue: str, number: int) -> None:
        """Remove a job; nothing happens if it is gone."""


class WindowsPrinter:
    """A queue of the Windows spooler.

    Each call runs in a thread with a limit. The spooler forgets a job that has come out, so one of ours that is no
    longer in the queue is `DONE`; what it says of paper depends on the driver and is often nothing. Our job id stands
    at the front of the document's name, so that a later run finds a job that still waits.
    """

    def __init__(self, name: str, queue: str, paper_size: PaperSize, spooler: Spooler, *, limit_s: float = 9.0) -> None:
        """Keep the queue's name; nothing is asked yet."""
        self._name = name
        self._queue = queue
        self._paper_size = paper_size
        self._spooler = spooler
        self._limit_s = limit_s
        self._handles: dict[JobId, str] = {}
        self._submitting = Lock()

    @property
    def name(self) -> str:
        """The printer's name for people."""
        return self._name

    @property
    def paper_size(self) -> PaperSize:
        """The paper it holds."""
        return self._paper_size

    def status(self) -> PrinterReport:
        """Ask the spooler; one that does not answer or does not know the printer is `OFFLINE`."""
        try:
            status, attributes = call_within(self._limit_s, lambda: self._spooler.state(self._queue))
        except (DeviceError, TimeoutError):
            return PrinterReport(PrinterStatus.OFFLINE)
        return read_bits(status, attributes)

    def submit(self, job_id: JobId, title: str, pdf: bytes) -> str:
        """Print a PDF once.

        Raises:
            DeviceError: PRINTER_REFUSED_FORMAT when it is no PDF, PRINTER_UNREACHABLE when the spooler fails.
        """
        try:
            return call_within(self._limit_s, lambda: self._submit(job_id, title, pdf))
        except TimeoutError as exc:
            raise DeviceError(ErrorCode.PRINTER_UNREACHABLE) from exc

    def job(self, handle: str) -> PrintJobState:
        """Ask for a job's state.

        Raises:
            DeviceError: PRINTER_JOB_UNKNOWN for what is no handle, PRINTER_UNREACHABLE when the spooler fails.
        """
        number, job_id = split_handle(handle)
        for job in self._jobs():
            if job.number == number and job.document.startswith(job_id):
                return next((state for bits, state in _JOB_BITS if job.status & bits), PrintJobState.QUEUED)
        return PrintJobState.DONE

    def cancel(self, handle: str) -> None:
        """Withdraw a job that is still in the queue.

        Raises:
            DeviceError: PRINTER_UNREACHABLE when the spooler fails.
        """
        number, job_id = split_handle(handle)
        if any(job.number == number and job.document.startswith(job_id) for job in self._jobs()):
            try:
                call_within(self._limit_s, lambda: self._spooler.delete(self._queue, number))
            except TimeoutError as exc:
                raise DeviceError(ErrorCode.PRINTER_UNREACHABLE) from exc

    def _jobs(self) -> Sequence[SpooledJob]:
        try:
            return call_within(self._limit_s / 2, lambda: self._spooler.jobs(self._queue))
        except TimeoutError as exc:
            raise DeviceError(ErrorCode.PRINTER_UNREACHABLE) from exc

    def _submit(self, job_id: JobId, title: str, pdf: bytes) -> str:
        # A call that was given up goes on in its thread: the lock keeps a second one from printing beside it.
        with self._submitting:
            if job_id not in self._handles:
                waiting = [job.number for job in self._spooler.jobs(self._queue) if job.document.startswith(job_id)]
                dots_per_inch = DOTS_PER_INCH[self._paper_size]
                number = (
                    waiting[0]
                    if waiting
                    else self._spooler.print_pages(
                        self._queue, job_name(job_id, title), rasterise(pdf, dots_per_inch), dots_per_inch
                    )
                )
                self._handles[job_id] = join_handle(number, job_id)
            return self._handles[job_id]


def read_bits(status: int, attributes: int) -> PrinterReport:
    """Say what the spooler's bits mean: PRINTER_INFO_2.Status and .Attributes."""
    if attributes & _WORK_OFFLINE:
        status |= 0x00000080
    for bit, meaning in _PRINTER_BITS:
        if status & bit:
            return PrinterReport(meaning, keyword=f"spooler-{bit:08x}" if meaning is PrinterStatus.OTHER else "")
    return PrinterReport(PrinterStatus.READY)


def rasterise(pdf: bytes, dots_per_inch: int) -> list[Image.Image]:
    """Draw each page of a PDF as a grey picture.

    Raises:
        DeviceError: PRINTER_REFUSED_FORMAT, it is no PDF.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as exc:
        raise DeviceError(ErrorCode.PRINTER_REFUSED_FORMAT) from exc
    try:
        return [
            page.render(scale=dots_per_inch / _POINTS_PER_INCH, grayscale=True).to_pil().copy() for page in document
        ]
    finally:
        document.close()


class Pywin32Spooler:
    """The Windows spooler by way of pywin32."""

    def __init__(self) -> None:
        """Load pywin32.

        Raises:
            ConfigError: CONFIG_INVALID, this is not Windows.
        """
        if os.name != "nt":
            raise ConfigError(ErrorCode.CONFIG_INVALID, place="devices.printer.kind")
        self._print: ModuleType = importlib.import_module("win32print")
        self._gui: ModuleType = importlib.import_module("win32gui")
        self._dib: ModuleType = importlib.import_module("PIL.ImageWin")
        self._error: type[Exception] = importlib.import_module("pywintypes").error

    def state(self, queue: str) -> tuple[int, int]:
        """Give PRINTER_INFO_2's status and attribute bits."""
        with _Opened(self._print, self._error, queue) as handle:
            info = self._print.GetPrinter(handle, 2)
            return int(info["Status"]), int(info["Attributes"])

    def jobs(self, queue: str) -> Sequence[SpooledJob]:
        """List the jobs in the queue."""
        with _Opened(self._print, self._error, queue) as handle:
            rows = self._print.EnumJobs(handle, 0, 999, 1)
            return [SpooledJob(int(row["JobId"]), str(row["pDocument"] or ""), int(row["Status"])) for row in rows]

    def delete(self, queue: str, number: int) -> None:
        """Remove a job."""
        with _Opened(self._print, self._error, queue) as handle:
            try:
                self._print.SetJob(handle, number, 0, None, _DELETE)
            except self._error as exc:
                if getattr(exc, "winerror", None) != _INVALID_PARAMETER:
                    raise

    def print_pages(self, queue: str, document: str, pages: Sequence[Image.Image], dots_per_inch: int) -> int:
        """Print pictures at their true size through GDI and give the job's number."""
        try:
            context = self._gui.CreateDC("WINSPOOL", queue, None)
        except self._error as exc:
            raise DeviceError(ErrorCode.PRINTER_UNREACHABLE) from exc
        try:
            number = int(self._print.StartDoc(context, (document, None, None, 0)))
            for page in pages:
                self._print.StartPage(context)
                self._dib.Dib(page.convert("RGB")).draw(context, self._place(context, page, dots_per_inch))
                self._print.EndPage(context)
            self._print.EndDoc(context)
        except self._error as exc:
            raise DeviceError(ErrorCode.PRINTER_UNREACHABLE) from exc
        finally:
            self._gui.DeleteDC(context)  # a document that was not ended is dropped with it
        return number

    def _place(self, context: int, page: Image.Image, dots_per_inch: int) -> tuple[int, int, int, int]:
        # Device coordinates begin at the printable area, the page at the edge of the paper.
        caps = self._print.GetDeviceCaps
        left, top = -caps(context, _PHYSICALOFFSETX), -caps(context, _PHYSICALOFFSETY)
        width = round(page.width * caps(context, _LOGPIXELSX) / dots_per_inch)
        height = round(page.height * caps(context, _LOGPIXELSY) / dots_per_inch)
        return left, top, left + width, top + height


class _Opened:
    """A printer's handle that is closed again; a failure inside is a `DeviceError`."""

    def __init__(self, win32print: ModuleType, error: type[Exception], queue: str) -> None:
        self._print = win32print
        self._error = error
        self._queue = queue
        self._handle: int = 0

    def __enter__(self) -> int:
        try:
            self._handle = self._print.OpenPrinter(self._queue)
        except self._error as exc:
            raise DeviceError(ErrorCode.PRINTER_UNREACHABLE) from exc
        return self._handle

    def __exit__(self, _kind: object, raised: BaseException | None, _trace: object) -> None:
        self._print.ClosePrinter(self._handle)
        if isinstance(raised, self._error):
            raise DeviceError(ErrorCode.PRINTER_UNREACHABLE) from raised
