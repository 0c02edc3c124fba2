"""Encryption of attachments at rest."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.crypto.content import OVERHEAD_BYTES, ContentAlteredError, ContentCipher, new_content_key
from kiosk.crypto.derivation import derive_key

ID = "01998f00-0000-7000-8000-000000000001"


def test_round_trip() -> None:
    """What was sealed opens to the same bytes, and hides them."""
    cipher = ContentCipher(new_content_key())
    for chunk in (b"", b"sixteen bytes ok", bytes(1000)):
        sealed = cipher.seal(ID, 3, memoryview(chunk))
        assert cipher.open(ID, 3, sealed) == chunk
        assert len(sealed) == len(chunk) + OVERHEAD_BYTES
        assert not chunk or chunk not in sealed


def test_same_chunk_twice() -> None:
    """Sealing the same bytes again gives other bytes: nonces are never reused."""
    cipher = ContentCipher(new_content_key())
    assert len({cipher.seal(ID, 0, b"same")[:12] for _ in range(200)}) == 200


def test_chunk_in_another_place_or_changed() -> None:
    """A chunk moved to another index or attachment, altered, cut or under another key does not open."""
    key = new_content_key()
    cipher = ContentCipher(key)
    sealed = cipher.seal(ID, 0, b"bytes")
    flipped = sealed[:-1] + bytes([sealed[-1] ^ 1])
    attempts: list[Callable[[], bytes]] = [
        lambda: cipher.open(ID, 1, sealed),
        lambda: cipher.open(ID[:-1] + "2", 0, sealed),
        lambda: cipher.open(ID, 0, flipped),
        lambda: cipher.open(ID, 0, sealed[:-1]),
        lambda: cipher.open(ID, 0, b""),
        lambda: ContentCipher(new_content_key()).open(ID, 0, sealed),
    ]
    for attempt in attempts:
        with pytest.raises(ContentAlteredError):
            attempt()


def test_derived_keys() -> None:
    """A key depends on the data key, the purpose and the salt, and on nothing else."""
    keys = {derive_key(b"k" * 32, "a"), derive_key(b"k" * 32, "b"), derive_key(b"l" * 32, "a")}
    keys |= {derive_key(b"k" * 32, "a", salt=b"s" * 16)}
    assert len(keys) == 4
    assert derive_key(b"k" * 32, "a") in keys
    assert len(derive_key(b"k" * 32, "a", length=16)) == 16
