"""Files that a scanner left in a folder, or that lie on a USB stick."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kiosk.errors import ErrorCode, InputError
from kiosk.ports.pages import MAX_FILE_MB, ImportFile

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".pdf"})
_MEGABYTE = 1 << 20
_STICKS = ("/media/*", "/media/*/*", "/run/media/*/*")


class ImportFolder:
    """The folder of a scanner and the sticks that are plugged in, read only: JPEG, PNG and PDF files directly in them.

    A file is asked for by its id, never by a path; links are not followed, neither as files nor out of the folder.
    """

    def __init__(
        self, folder: Path, *, sticks: Callable[[], Sequence[Path]] = tuple, limit_mb: int = MAX_FILE_MB
    ) -> None:
        """Keep the folder, which may come later; `sticks` finds the folders of those that are there now."""
        self._folder = folder
        self._sticks = sticks
        self._limit_mb = limit_mb

    def list(self) -> tuple[ImportFile, ...]:
        """List the files, the newest first; none of a place that is not there."""
        found = sorted(self._found(), key=lambda entry: (-entry[0], entry[2].name))
        return tuple(file for _, _, file in found)

    def read(self, file_id: str) -> bytes:
        """Give a file's bytes.

        Raises:
            InputError: ATTACHMENT_UNREADABLE when it is gone or no file, ATTACHMENT_TOO_LARGE.
        """
        path = next((folder / file.name for _, folder, file in self._found() if file.id == file_id), None)
        if path is None:
            raise InputError(ErrorCode.ATTACHMENT_UNREADABLE)
        try:
            # Between the listing and now it may have been changed for a link or a pipe.
            flags = (
                os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
            )
            with os.fdopen(os.open(path, flags), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise InputError(ErrorCode.ATTACHMENT_UNREADABLE)
                data = file.read(self._limit_mb * _MEGABYTE + 1)
        except OSError as exc:
            raise InputError(ErrorCode.ATTACHMENT_UNREADABLE) from exc
        if len(data) > self._limit_mb * _MEGABYTE:
            raise InputError(ErrorCode.ATTACHMENT_TOO_LARGE, limit_mb=self._limit_mb)
        return data

    def _found(self) -> Iterator[tuple[float, Path, ImportFile]]:
        yield from _files_in(self._folder, "")
        for stick in self._sticks():
            yield from _files_in(stick, stick.name or str(stick))


def plugged_sticks() -> Sequence[Path]:
    """Give the folders of the removable disks that are there now."""
    if sys.platform == "win32":
        import win32api  # noqa: PLC0415  only there
        import win32con  # noqa: PLC0415  only there
        import win32file  # noqa: PLC0415  only there

        drives = win32api.GetLogicalDriveStrings().split("\0")[:-1]
        return [Path(drive) for drive in drives if win32file.GetDriveType(drive) == win32con.DRIVE_REMOVABLE]
    return [path for pattern in _STICKS for path in sorted(Path("/").glob(pattern[1:])) if path.is_mount()]


def _files_in(folder: Path, place: str) -> Iterator[tuple[float, Path, ImportFile]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or Path(entry.name).suffix.lower() not in SUFFIXES:
                    continue
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    file_id = hashlib.sha256(os.fsencode(entry.path)).hexdigest()[:32]
                    yield status.st_mtime, folder, ImportFile(file_id, entry.name, status.st_size, place)
    except OSError:  # not there, or the stick was pulled while we looked
        return
