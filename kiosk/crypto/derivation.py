"""Keys for single purposes, derived from the data key by HKDF-SHA256 (RFC 5869)."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive_key(data_key: bytes, purpose: str, *, salt: bytes | None = None, length: int = 32) -> bytes:
    """Derive a key of `length` bytes; another purpose or salt gives an unrelated one."""
    return HKDF(SHA256(), length, salt, f"yizhan/{purpose}".encode()).derive(data_key)
