"""Papers as files in a folder: for training, and for a station whose printing is someone else's task."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from kiosk.errors import DeviceError, ErrorCode
from kiosk.ids import JobId
from kiosk.ports.printers import PaperSize, PrinterReport, PrinterStatus, PrintJobState

_TITLE_BYTES = 180  # with the rest of the name below the 255 bytes of common file systems
_ID_CHARACTERS = 12


class FolderPrinter:
    """Writes each document to a file named by its title; the file is there as a whole or not at all.

    The end of the job id in the name keeps two copies with the same title apart and lets the same job find its file
    again, also after a restart.
    """

    def __init__(self, name: str, folder: Path, paper_size: PaperSize) -> None:
        """Keep the folder; it is made with the first document."""
        self._name = name
        self._folder = folder
        self._paper_size = paper_size

    @property
    def name(self) -> str:
        """The printer's name for people."""
        return self._name

    @property
    def paper_size(self) -> PaperSize:
        """The paper it holds."""
        return self._paper_size

    def status(self) -> PrinterReport:
        """Say whether files can be written."""
        nearest = next((path for path in (self._folder, *self._folder.parents) if path.exists()), self._folder)
        writable = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
        return PrinterReport(PrinterStatus.READY if writable else PrinterStatus.OFFLINE)

    def submit(self, job_id: JobId, title: str, pdf: bytes) -> str:
        """Write a document and give its file name.

        Raises:
            DeviceError: PRINTER_UNREACHABLE when it cannot be written.
        """
        handle = file_name(job_id, title)
        try:
            write_once(self._folder / handle, pdf)
        except OSError as exc:
            raise DeviceError(ErrorCode.PRINTER_UNREACHABLE) from exc
        return handle

    def job(self, handle: str) -> PrintJobState:
        """Say that a document is there.

        Raises:
            DeviceError: PRINTER_JOB_UNKNOWN.
        """
        if not is_file_name(handle) or not (self._folder / handle).is_file():
            raise DeviceError(ErrorCode.PRINTER_JOB_UNKNOWN)
        return PrintJobState.DONE

    def cancel(self, handle: str) -> None:
        """Do nothing: a document that was written has ended."""


def file_name(job_id: JobId, title: str) -> str:
    """Make a file name of a title: letters, digits and Chinese stay, everything else becomes a hyphen."""
    words = "".join(character if character.isalnum() else "-" for character in title)
    words = "-".join(filter(None, words.split("-"))).encode()[:_TITLE_BYTES].decode(errors="ignore") or "paper"
    suffix = "".join(character for character in job_id if character.isascii() and character.isalnum())
    return f"{words}-{suffix[-_ID_CHARACTERS:]}.pdf"


def is_file_name(handle: str) -> bool:
    """Say whether a handle can be one of ours: a plain name, never a path."""
    return handle.endswith(".pdf") and Path(handle).name == handle and "\\" not in handle and not handle.startswith(".")


def write_once(target: Path, data: bytes) -> None:
    """Write a file as a whole and durably; one that is there already stays.

    Raises:
        OSError: it cannot be written; nothing half-written is left.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return
    descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
