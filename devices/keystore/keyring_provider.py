"""Keys in the system's own key store: Secret Service on Linux, Credential Manager on Windows."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from typing import Final, TypeVar

import keyring.errors
from keyring.backend import KeyringBackend

from devices.keystore.spelling import read, spell
from devices.limits import call_within
from kiosk.errors import ConfigError, ErrorCode

LIMIT_S: Final = 5.0
"""A locked key store may wait for a person at a prompt that no one sees, for ever."""

_PINNED = ("keyring.backends.SecretService", "Keyring")
_PINNED_ON_WINDOWS = ("keyring.backends.Windows", "WinVaultKeyring")

T = TypeVar("T")


def system_backend() -> KeyringBackend:
    """Make the one back-end that may be used here; environment and configuration files of `keyring` have no say.

    Raises:
        ConfigError: KEY_STORE_UNAVAILABLE, its libraries are missing.
    """
    module, name = _PINNED_ON_WINDOWS if os.name == "nt" else _PINNED
    try:
        backend = getattr(importlib.import_module(module), name)()
    except (ImportError, AttributeError, RuntimeError) as exc:
        raise ConfigError(ErrorCode.KEY_STORE_UNAVAILABLE) from exc
    if not isinstance(backend, KeyringBackend):
        raise ConfigError(ErrorCode.KEY_STORE_UNSAFE)
    return backend


class KeyringKeyProvider:
    """Keeps keys as text (`devices.keystore.spelling`) in the system's own key store.

    Only the system's own back-end is accepted: a chain, or one that writes plain files, would keep the key beside what
    it locks. Each call runs in a thread with a limit of 5 s. May be called from any thread, not from the GUI's.
    """

    def __init__(self, service: str, backend: KeyringBackend, *, limit_s: float = LIMIT_S) -> None:
        """Check the back-end; the key store is not asked yet.

        Raises:
            ConfigError: KEY_STORE_UNSAFE, it is not the pinned back-end.
        """
        module, name = _PINNED_ON_WINDOWS if os.name == "nt" else _PINNED
        if (type(backend).__module__, type(backend).__qualname__) != (module, name):
            raise ConfigError(ErrorCode.KEY_STORE_UNSAFE)
        self._service = service
        self._backend = backend
        self._limit_s = limit_s
        self._locked: tuple[type[Exception], ...] = (
            keyring.errors.KeyringLocked,
            *_known("secretstorage.exceptions", "LockedException"),
        )
        self._troubles: tuple[type[Exception], ...] = (
            keyring.errors.KeyringError,
            OSError,  # the limit too: TimeoutError is one
            EOFError,  # the service went away in the middle of an answer
            UnicodeDecodeError,
            *_known("secretstorage.exceptions", "SecretStorageException"),
            *_known("jeepney.wrappers", "DBusErrorResponse"),
            *_known("pywintypes", "error"),
        )

    def get(self, name: str) -> bytes | None:
        """Give a key, or None when there is none.

        Raises:
            ConfigError: KEY_STORE_LOCKED or KEY_STORE_UNAVAILABLE, the latter also for an entry that is no key.
        """
        text = self._within_limit(lambda: self._backend.get_password(self._service, name))
        return None if text is None else read(text)

    def put(self, name: str, key: bytes) -> None:
        """Keep a key, and read it back.

        Raises:
            ConfigError: KEY_STORE_LOCKED or KEY_STORE_UNAVAILABLE.
            ValueError: the key has not 32 bytes (a bug).
        """
        text = spell(key)
        self._within_limit(lambda: self._backend.set_password(self._service, name, text))
        if self.get(name) != key:
            raise ConfigError(ErrorCode.KEY_STORE_UNAVAILABLE)

    def delete(self, name: str) -> None:
        """Forget a key; nothing happens if there is none.

        Raises:
            ConfigError: KEY_STORE_LOCKED or KEY_STORE_UNAVAILABLE.
        """
        if self.get(name) is not None:
            self._within_limit(lambda: self._backend.delete_password(self._service, name))

    def _within_limit(self, work: Callable[[], T]) -> T:
        try:
            return call_within(self._limit_s, work)
        except self._locked as exc:
            raise ConfigError(ErrorCode.KEY_STORE_LOCKED) from exc
        except self._troubles as exc:
            raise ConfigError(ErrorCode.KEY_STORE_UNAVAILABLE, found=type(exc).__name__) from exc


def _known(module: str, name: str) -> tuple[type[Exception], ...]:
    """Give an exception of a library that only one of the platforms has."""
    try:
        return (getattr(importlib.import_module(module), name),)
    except ImportError:
        return ()
