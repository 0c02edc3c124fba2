"""One program at a time may deliver from a data folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.errors import ErrorCode, StoreError

FILE_NAME = "running.lock"


@contextmanager
def only_instance(data_dir: Path) -> Iterator[None]:
    """Hold the folder's lock; the system gives it back however the program ends.

    Raises:
        StoreError: STORE_IN_USE.
    """
    handle = os.open(data_dir / FILE_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _lock(handle)
        except OSError as exc:
            raise StoreError(ErrorCode.STORE_IN_USE) from exc
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
