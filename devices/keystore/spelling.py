"""How every key store spells a key: 32 bytes as base64 text, 44 of the 2,560 bytes that Windows allows."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from kiosk.errors import ConfigError, ErrorCode

KEY_BYTES: Final = 32


def spell(key: bytes) -> str:
    """Write a key as text.

    Raises:
        ValueError: the key has not 32 bytes (a bug).
    """
    if len(key) != KEY_BYTES:
        raise ValueError(KEY_BYTES)
    return base64.b64encode(key).decode("ascii")


def read(text: str) -> bytes:
    """Read a key from its text.

    Raises:
        ConfigError: KEY_STORE_UNAVAILABLE, the entry is no key.
    """
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise ConfigError(ErrorCode.KEY_STORE_UNAVAILABLE) from exc
    if len(key) != KEY_BYTES:
        raise ConfigError(ErrorCode.KEY_STORE_UNAVAILABLE)
    return key
