"""Keys of a training store, in a file beside it: enough for constructed people, never for real ones."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import tempfile
from pathlib import Path

from devices.keystore.spelling import read, spell
from kiosk.errors import ConfigError, ErrorCode

FILE_NAME = "training-keys.json"
_LARGEST_FILE = 65_536
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class TrainingFileKeyProvider:
    """Keeps keys in `training-keys.json` (name → base64), mode 0600, replaced as a whole.

    A file that others may read, a link, or a file of another user is refused; Windows has no such modes and relies on
    the folder.
    """

    def __init__(self, folder: Path) -> None:
        """Keep the folder; it is made with the first key."""
        self._path = folder / FILE_NAME

    def get(self, name: str) -> bytes | None:
        """Give a key, or None when there is none.

        Raises:
            ConfigError: KEY_STORE_UNSAFE when others may read the file, KEY_STORE_UNAVAILABLE when it is damaged.
        """
        text = self._read().get(name)
        return None if text is None else read(text)

    def put(self, name: str, key: bytes) -> None:
        """Keep a key.

        Raises:
            ConfigError: as for `get`, and KEY_STORE_UNAVAILABLE when the file cannot be written.
            ValueError: the key has not 32 bytes (a bug).
        """
        text = spell(key)
        self._write({**self._read(), name: text})

    def delete(self, name: str) -> None:
        """Forget a key; nothing happens if there is none."""
        keys = self._read()
        if keys.pop(name, None) is not None:
            self._write(keys)

    def _read(self) -> dict[str, str]:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            return {}
        except OSError as exc:
            # A link, or a file that we may not read: either way not one that we wrote.
            foreign = exc.errno in {errno.ELOOP, errno.EACCES, errno.EPERM}
            code = ErrorCode.KEY_STORE_UNSAFE if foreign else ErrorCode.KEY_STORE_UNAVAILABLE
            raise ConfigError(code) from exc
        try:
            with os.fdopen(descriptor, "rb") as file:
                _refuse_unsafe(os.fstat(file.fileno()))
                keys = json.loads(file.read(_LARGEST_FILE))
        except (OSError, ValueError) as exc:
            raise ConfigError(ErrorCode.KEY_STORE_UNAVAILABLE) from exc
        if not isinstance(keys, dict) or not all(isinstance(text, str) for text in keys.values()):
            raise ConfigError(ErrorCode.KEY_STORE_UNAVAILABLE)
        return keys

    def _write(self, keys: dict[str, str]) -> None:
        folder = self._path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # Named after the file, so that a program that ended here leaves a folder that is still known as ours.
            descriptor, temporary = tempfile.mkstemp(prefix=f"{FILE_NAME}.", dir=folder)  # made with mode 0600
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    json.dump(keys, file)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).replace(self._path)
            except OSError:
                with contextlib.suppress(OSError):
                    Path(temporary).unlink()
                raise
            if os.name == "posix":
                directory = os.open(folder, os.O_RDONLY)
                try:
                    os.fsync(directory)
                finally:
                    os.close(directory)
        except OSError as exc:
            raise ConfigError(ErrorCode.KEY_STORE_UNAVAILABLE) from exc


def _refuse_unsafe(status: os.stat_result) -> None:
    if os.name != "posix":
        return
    if not stat.S_ISREG(status.st_mode) or status.st_mode & _OTHERS or status.st_uid != os.geteuid():
        raise ConfigError(ErrorCode.KEY_STORE_UNSAFE)
