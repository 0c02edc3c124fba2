"""Compressed content of requests (the content coding `gzip`, RFC 9110 §8.4.1.3).

A hub says in hello which codings it reads; one that says nothing is sent everything as it is. Digest and signature are
of the content as sent, so that the hub knows whose it is before it unpacks anything.
"""

from __future__ import annotations

import zlib

HEADER = "Content-Encoding"
GZIP = "gzip"
IDENTITY = "identity"
WORTH_BYTES = 1024
"""Less is sent as it is: a packet goes anyway."""
_LEVEL = 6
"""Of real cases 4 leaves a tenth to a quarter more than 6, and 9 takes up to twice the time for a twentieth less."""
_GZIP_BITS = 16 + zlib.MAX_WBITS


def packed(content: bytes) -> bytes:
    """Write content as one gzip member, without name and time."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_BITS)
    return packer.compress(content) + packer.flush()


def unpacked(content: bytes, limit: int) -> bytes | None:
    """Read one gzip member; what comes to more than `limit` bytes is given with one byte too many, and no more is read.

    None when it is damaged, cut off, or followed by anything.
    """
    reader = zlib.decompressobj(_GZIP_BITS)
    try:
        plain = reader.decompress(content, limit + 1)
    except zlib.error:
        return None
    whole = reader.eof and not reader.unused_data
    return plain if whole or len(plain) > limit else None
