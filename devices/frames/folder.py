"""Files that a scanner or a USB stick left in a folder."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import NamedTuple

from kiosk.errors import ErrorCode, InputError

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".pdf"})
_MEGABYTE = 1 << 20


class ImportFile(NamedTuple):
    """A file that can be taken: `id` is for `read`, `name` for people, `size` in bytes."""

    id: str
    name: str
    size: int


class ImportFolder:
    """The folder of a scanner, read only: JPEG, PNG and PDF files directly in it.

    A file is asked for by its id, never by a path; links are not followed, neither as files nor out of the folder.
    """

    def __init__(self, folder: Path, *, limit_mb: int = 20) -> None:
        """Keep the folder; it may come later (a USB stick)."""
        self._folder = folder
        self._limit_mb = limit_mb

    def list(self) -> tuple[ImportFile, ...]:
        """List the files, the newest first; none when the folder is not there."""
        found: list[tuple[float, ImportFile]] = []
        try:
            with os.scandir(self._folder) as entries:
                for entry in entries:
                    if entry.name.startswith(".") or Path(entry.name).suffix.lower() not in SUFFIXES:
                        continue
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        found.append((status.st_mtime, ImportFile(_id_of(entry.name), entry.name, status.st_size)))
        except OSError:  # not there, or the stick was pulled while we looked
            return ()
        return tuple(file for _, file in sorted(found, key=lambda pair: (-pair[0], pair[1].name)))

    def read(self, file_id: str) -> bytes:
        """Give a file's bytes.

        Raises:
            InputError: ATTACHMENT_UNREADABLE when it is gone or no file, ATTACHMENT_TOO_LARGE.
        """
        name = next((file.name for file in self.list() if file.id == file_id), None)
        if name is None:
            raise InputError(ErrorCode.ATTACHMENT_UNREADABLE)
        try:
            # Between the listing and now it may have been changed for a link or a pipe.
            flags = (
                os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
            )
            with os.fdopen(os.open(self._folder / name, flags), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise InputError(ErrorCode.ATTACHMENT_UNREADABLE)
                data = file.read(self._limit_mb * _MEGABYTE + 1)
        except OSError as exc:
            raise InputError(ErrorCode.ATTACHMENT_UNREADABLE) from exc
        if len(data) > self._limit_mb * _MEGABYTE:
            raise InputError(ErrorCode.ATTACHMENT_TOO_LARGE, limit_mb=self._limit_mb)
        return data


def _id_of(name: str) -> str:
    return hashlib.sha256(os.fsencode(name)).hexdigest()[:32]
