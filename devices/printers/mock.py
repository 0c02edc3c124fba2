"""The printer of training mode: papers become files, and its paper can be taken away."""

from __future__ import annotations

import contextlib
from pathlib import Path

from devices.printers.folder import FolderPrinter, file_name, is_file_name, write_once
from kiosk.errors import DeviceError, ErrorCode
from kiosk.ids import JobId
from kiosk.ports.printers import PaperSize, PrinterReport, PrinterStatus, PrintJobState

CONTROL_FILE = "printer-state"
_PAPER_LOW = "paper_low"
_STATES = {status.value: status for status in PrinterStatus}


class MockPrinter:
    """Behaves like a real printer, with a folder for its output tray.

    The control file `printer-state` in the folder holds one word, a `PrinterStatus` or `paper_low`; without the file
    all is well. Like a real one it takes a document while its tray is empty or jammed and prints it when that is put
    right; switched off (`offline`) it takes nothing and answers nothing. Documents that wait lie in `waiting/`,
    withdrawn ones in `withdrawn/`, so that another process and a later run see the same.
    """

    def __init__(self, name: str, folder: Path, paper_size: PaperSize) -> None:
        """Keep the folder; it is made when it is first needed."""
        self._printed = FolderPrinter(name, folder, paper_size)
        self._folder = folder
        self._control = folder / CONTROL_FILE

    @property
    def name(self) -> str:
        """The printer's name for people."""
        return self._printed.name

    @property
    def paper_size(self) -> PaperSize:
        """The paper it holds."""
        return self._printed.paper_size

    def set_paper(self, present: bool) -> None:
        """Empty or fill the tray."""
        self.set_status(PrinterStatus.READY if present else PrinterStatus.PAPER_OUT)

    def set_status(self, status: PrinterStatus) -> None:
        """Bring about a state, or put all right with `READY`."""
        if status is PrinterStatus.READY:
            self._control.unlink(missing_ok=True)
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = self._control.with_suffix(".part")
        temporary.write_text(f"{status.value}\n", "utf-8")
        temporary.replace(self._control)

    def status(self) -> PrinterReport:
        """Give the state that the control file names, and print what waits when nothing is in the way."""
        try:
            word = self._control.read_text("utf-8", errors="replace").strip()
        except OSError:
            word = PrinterStatus.READY.value
        if word == _PAPER_LOW:
            self._print_waiting()
            return PrinterReport(PrinterStatus.READY, paper_low=True)
        if word in _STATES:
            report = PrinterReport(_STATES[word])
        else:
            report = PrinterReport(PrinterStatus.OTHER, keyword=word[:40])
        if report.status is PrinterStatus.READY:
            self._print_waiting()
            return self._printed.status()
        return report

    def submit(self, job_id: JobId, title: str, pdf: bytes) -> str:
        """Take a document, and print it at once when nothing is in the way.

        Raises:
            DeviceError: PRINTER_UNREACHABLE when it is switched off or its folder cannot be written.
        """
        self._require_on()
        handle = file_name(job_id, title)
        if self._place(handle) is None:
            try:
                write_once(self._folder / "waiting" / handle, pdf)
            except OSError as exc:
                raise DeviceError(ErrorCode.PRINTER_UNREACHABLE) from exc
            self.status()
        return handle

    def job(self, handle: str) -> PrintJobState:
        """Ask for a document's state; `HELD` while the printer is not ready.

        Raises:
            DeviceError: PRINTER_JOB_UNKNOWN, or PRINTER_UNREACHABLE when it is switched off.
        """
        self._require_on()
        self.status()
        state = self._place(handle)
        if state is None:
            raise DeviceError(ErrorCode.PRINTER_JOB_UNKNOWN)
        return state

    def cancel(self, handle: str) -> None:
        """Withdraw a document that waits."""
        self._require_on()
        if self._place(handle) is PrintJobState.HELD:
            self._move(self._folder / "waiting" / handle, self._folder / "withdrawn" / handle)

    def _require_on(self) -> None:
        if self.status().status is PrinterStatus.OFFLINE:
            raise DeviceError(ErrorCode.PRINTER_UNREACHABLE)

    def _place(self, handle: str) -> PrintJobState | None:
        if not is_file_name(handle):
            return None
        places = {"": PrintJobState.DONE, "waiting": PrintJobState.HELD, "withdrawn": PrintJobState.CANCELLED}
        return next((state for place, state in places.items() if (self._folder / place / handle).is_file()), None)

    def _print_waiting(self) -> None:
        # Oldest first, as a tray that was filled again prints.
        waiting = []
        for path in self._folder.glob("waiting/*.pdf"):
            with contextlib.suppress(FileNotFoundError):  # another thread or process was quicker
                waiting.append((path.stat().st_mtime, path))
        for _, path in sorted(waiting):
            self._move(path, self._folder / path.name)

    @staticmethod
    def _move(source: Path, target: Path) -> None:
        with contextlib.suppress(FileNotFoundError):  # another process of this terminal was quicker
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
