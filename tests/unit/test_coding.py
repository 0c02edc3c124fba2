"""Packed content of requests."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.coding import packed, unpacked


@given(content=st.binary(max_size=2000), spare=st.integers(0, 50))
def test_what_is_packed_comes_out_the_same(content: bytes, spare: int) -> None:
    """Ours as any other's gzip; a limit that it just reaches does not cut it."""
    assert unpacked(packed(content), len(content) + spare) == content
    assert unpacked(gzip.compress(content), len(content) + spare) == content


@given(content=st.binary(min_size=1, max_size=2000), limit=st.integers(0, 1999))
def test_what_is_larger_than_the_limit_shows_one_byte_too_many(content: bytes, limit: int) -> None:
    """Nothing beyond that is unpacked."""
    limit %= len(content)
    assert unpacked(packed(content), limit) == content[: limit + 1]


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", packed(b"{}")[:-1], packed(b"{}") + b" ", packed(b"{}") * 2, packed(b"{}")[:-5] + bytes(5)],
    ids=["nothing", "plain", "cut off", "more behind it", "two members", "wrong sum"],
)
def test_what_is_no_whole_gzip_member_is_damaged(content: bytes) -> None:
    """It gives nothing, not a part."""
    assert unpacked(content, 1000) is None
