"""Encryption of attachments at rest: AES-256-GCM (NIST SP 800-38D) under one content key per case.

Destroying the key destroys the content, wherever its bytes may still lie.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12
OVERHEAD_BYTES = _NONCE_BYTES + 16
"""What sealing adds to a chunk: the nonce in front, the tag behind."""


class ContentAlteredError(ValueError):
    """A sealed chunk was changed, moved to another place, or sealed under another key."""


def new_content_key() -> bytes:
    """Make a random content key of 32 bytes."""
    return os.urandom(KEY_BYTES)


class ContentCipher:
    """Seals and opens chunks under one content key."""

    def __init__(self, key: bytes) -> None:
        """Take a key of 32 bytes."""
        self._aead = AESGCM(key)

    def seal(self, attachment_id: str, index: int, chunk: bytes | memoryview) -> bytes:
        """Encrypt a chunk bound to its place, so that chunks cannot be swapped unnoticed."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, chunk, _place(attachment_id, index))

    def open(self, attachment_id: str, index: int, sealed: bytes) -> bytes:
        """Decrypt a chunk.

        Raises:
            ContentAlteredError: not what was sealed for this place.
        """
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return self._aead.decrypt(nonce, body, _place(attachment_id, index))
        except (InvalidTag, ValueError) as exc:  # ValueError: shorter than a nonce
            raise ContentAlteredError from exc


def _place(attachment_id: str, index: int) -> bytes:
    return f"{attachment_id}:{index}".encode()
