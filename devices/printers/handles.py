"""How a job is called at a printer, so that it is found again and not mistaken for someone else's."""

from __future__ import annotations

from kiosk.errors import DeviceError, ErrorCode
from kiosk.ids import JobId

_NAME_BYTES = 255
"""`name(MAX)`, RFC 8011 §5.1.3; also enough for the Windows spooler."""


def job_name(job_id: JobId, title: str) -> str:
    """Name a job at the printer: our id first, because printers cut long names at the end."""
    return f"{job_id} {title}".encode()[:_NAME_BYTES].decode(errors="ignore")


def join_handle(number: int, job_id: JobId) -> str:
    """Make a handle: the printer's number and our id.

    A printer that lost its memory counts from 1 again; a number alone would then name someone else's page.
    """
    return f"{number}:{job_id}"


def split_handle(handle: str) -> tuple[int, JobId]:
    """Read a handle.

    Raises:
        DeviceError: PRINTER_JOB_UNKNOWN, it is none of ours.
    """
    number, _, job_id = handle.partition(":")
    if not (number.isascii() and number.isdecimal()) or not job_id:
        raise DeviceError(ErrorCode.PRINTER_JOB_UNKNOWN)
    return int(number), JobId(job_id)
