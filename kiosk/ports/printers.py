"""Printers of PDF pages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.ids import JobId


class PrinterStatus(StrEnum):
    """State of a printer; all but `READY` stop printing."""

    READY = "ready"
    PAPER_OUT = "paper_out"
    JAM = "jam"
    COVER_OPEN = "cover_open"
    SUPPLY_EMPTY = "supply_empty"
    OFFLINE = "offline"
    PAUSED = "paused"
    OTHER = "other"


@dataclass(frozen=True)
class PrinterReport:
    """A printer's state, a notice that stops nothing (paper low), and the device's own keyword when unknown to us."""

    status: PrinterStatus
    paper_low: bool = False
    keyword: str = ""


class PrintJobState(StrEnum):
    """State of a print job at the printer."""

    QUEUED = "queued"
    PRINTING = "printing"
    HELD = "held"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class PaperSize(StrEnum):
    """Paper in a printer."""

    A4 = "a4"
    ROLL_80 = "roll_80"


class ReceiptPrinter(Protocol):
    """A printer of PDF pages.

    Every call returns within its own time limit (at most 10 s) or raises; none changes anything of the case.
    """

    @property
    def name(self) -> str:
        """Give the printer's name for people."""

    @property
    def paper_size(self) -> PaperSize:
        """Give the paper it holds."""

    def status(self) -> PrinterReport:
        """Ask the device; an unreachable one is `OFFLINE`, not an exception."""

    def submit(self, job_id: JobId, title: str, pdf: bytes) -> str:
        """Hand over a document and give the printer's handle for it.

        The same `job_id` again gives the same handle and prints nothing more.

        Raises:
            DeviceError: the printer did not take it.
        """

    def job(self, handle: str) -> PrintJobState:
        """Ask for a job's state.

        Raises:
            DeviceError: the printer cannot be asked, or knows no such job.
        """

    def cancel(self, handle: str) -> None:
        """Withdraw a job that has not ended; nothing happens if it has."""
