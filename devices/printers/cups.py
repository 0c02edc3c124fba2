"""Printers behind CUPS, asked over CUPS's own IPP."""

from __future__ import annotations

import math

from devices.printers.ipp import IppPrinter
from kiosk.clock import Clock
from kiosk.errors import DeviceError, ErrorCode
from kiosk.ports.printers import PaperSize, PrinterReport, PrinterStatus, PrintJobState

_DEFAULT_SERVER = "localhost:631"
_NOT_THERE = (
    "may not exist or is unavailable",
    "is unreachable",
    "is not responding",
    "is not connected",
    "Unable to locate printer",
)
"""`printer-state-message` of CUPS's network back-ends; `printer-state-reasons` stays `none` with them (CUPS 2.4.2)."""


class CupsPrinter(IppPrinter):
    """A queue of a CUPS server, `/printers/NAME`.

    CUPS asks the device only while a job runs: an idle printer is `READY` here, with paper or without. A printer that
    is gone leaves its job printing for ever, so a job that prints longer than `stuck_after_s` with nothing for a person
    to put right is withdrawn and `job` raises PRINTER_JOB_STUCK; one that waits for paper waits as long as it takes.
    """

    def __init__(
        self,
        name: str,
        queue: str,
        paper_size: PaperSize,
        clock: Clock,
        *,
        server: str = "",
        limit_s: float = 9.0,
        stuck_after_s: float = 90.0,
    ) -> None:
        """Keep the queue's address; nothing is asked yet.

        Raises:
            ConfigError: CONFIG_INVALID, it is no server's address.
        """
        super().__init__(
            name, f"{(server or _DEFAULT_SERVER).rstrip('/')}/printers/{queue}", paper_size, limit_s=limit_s
        )
        self._clock = clock
        self._stuck_after_s = stuck_after_s
        self._printing_since: dict[str, float] = {}

    def job(self, handle: str) -> PrintJobState:
        """Ask for a job's state.

        Raises:
            DeviceError: as for a printer of its own, and PRINTER_JOB_STUCK for one that had to be withdrawn.
        """
        until = self._deadline()
        state = self._job(handle, until)
        if state is not PrintJobState.PRINTING or self._report(until).status not in _NOTHING_TO_DO:
            self._printing_since.pop(handle, None)
            return state
        since = self._printing_since.setdefault(handle, self._clock.monotonic())
        if self._clock.monotonic() - since < self._stuck_after_s:
            return state
        self._printing_since[handle] = math.inf  # CUPS takes its time to withdraw: say it once
        self._cancel(handle, until)
        raise DeviceError(ErrorCode.PRINTER_JOB_STUCK)

    def _report(self, until: float) -> PrinterReport:
        report, message, idle = self._ask(until)
        if idle and report.status is not PrinterStatus.PAUSED and not report.keyword.startswith("cups-"):
            # What a withdrawn job met stays in the reasons until the next job: it says nothing of the printer now.
            return PrinterReport(PrinterStatus.READY, report.paper_low)
        if report.status is PrinterStatus.READY and any(words in message for words in _NOT_THERE):
            return PrinterReport(PrinterStatus.OFFLINE)
        return report


_NOTHING_TO_DO = frozenset({PrinterStatus.READY, PrinterStatus.OFFLINE})
