"""Key stores."""

from __future__ import annotations

from typing import Protocol


class KeyProvider(Protocol):
    """Keeps small secrets (32 bytes) outside the data folder."""

    def get(self, name: str) -> bytes | None:
        """Give a key, or None when there is none.

        Raises:
            ConfigError: the key store is locked, missing or not safe.
        """

    def put(self, name: str, key: bytes) -> None:
        """Keep a key.

        Raises:
            ConfigError: the key store is locked, missing or not safe.
        """

    def delete(self, name: str) -> None:
        """Forget a key; nothing happens if there is none."""
