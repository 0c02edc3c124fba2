"""Stores for the bytes of attachments outside the database."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Protocol


class ObjectStore(Protocol):
    """Objects that are written whole or not at all and are durable when `put` returns: a folder, or a service like S3.

    An attachment's chunks are its objects, named by where they begin. Any thread may call.
    """

    def put(self, attachment_id: str, start: int, data: bytes) -> None:
        """Write an object, in the place of one that is there."""

    def get(self, attachment_id: str, start: int) -> bytes | None:
        """Read an object; None when it is not there."""

    def delete(self, attachment_id: str) -> None:
        """Remove all objects of an attachment, if there are any."""


class FolderObjects:
    """Objects as files of a folder that all workers share. Attachment ids are UUIDs, and so harmless as names."""

    def __init__(self, folder: Path) -> None:
        """Take a folder; it is made when the first object comes."""
        self._folder = folder

    def put(self, attachment_id: str, start: int, data: bytes) -> None:
        """Write beside, then move into place, both durably."""
        place = self._place(attachment_id)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=place)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(place / str(start))
        for folder in (place, place.parent, self._folder):
            _sync_folder(folder)

    def get(self, attachment_id: str, start: int) -> bytes | None:
        """Read a file."""
        try:
            return (self._place(attachment_id) / str(start)).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, attachment_id: str) -> None:
        """Remove an attachment's folder."""
        shutil.rmtree(self._place(attachment_id), ignore_errors=True)

    def _place(self, attachment_id: str) -> Path:
        return self._folder / attachment_id[-2:] / attachment_id  # the end of a UUIDv7 is random


def _sync_folder(folder: Path) -> None:
    """Make a new name durable; Windows does that by itself and knows no handle of a folder."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
