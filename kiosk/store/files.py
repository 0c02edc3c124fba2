"""Small files that must survive a power cut, and the operating system's errors as ours."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.errors import ErrorCode, StoreError

_CODES = {
    errno.ENOSPC: ErrorCode.STORE_FULL,
    errno.EDQUOT: ErrorCode.STORE_FULL,
    errno.EIO: ErrorCode.STORE_IO,
    errno.EROFS: ErrorCode.STORE_IO,
    errno.EACCES: ErrorCode.STORE_IO,
    errno.EPERM: ErrorCode.STORE_IO,
    errno.ENOENT: ErrorCode.STORE_IO,
    errno.EEXIST: ErrorCode.STORE_IO,
    errno.ENOTDIR: ErrorCode.STORE_IO,
    errno.EISDIR: ErrorCode.STORE_IO,
    errno.EMFILE: ErrorCode.STORE_IO,
    errno.ENFILE: ErrorCode.STORE_IO,
    errno.EBUSY: ErrorCode.STORE_IO,
}
"""Conditions of the world; any other is a bug and is not caught."""


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn the operating system's errors into `StoreError`."""
    try:
        yield
    except OSError as exc:
        code = _CODES.get(exc.errno or 0)
        if code is None:
            raise
        raise StoreError(code, errno=errno.errorcode[exc.errno or 0]) from exc


def replace_durably(path: Path, data: bytes) -> None:
    """Put a file's new content in place: whole and on the disk when this returns, or the old one still stands."""
    draft = path.with_name(f"{path.name}.new")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    durable_directory(path.parent)


def durable_directory(folder: Path) -> None:
    """Put a folder's entries on the disk; Windows has no such call and journals them itself."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
