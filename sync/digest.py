"""Digests of a message's content (Content-Digest, RFC 9530)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from typing import BinaryIO

HEADER = "Content-Digest"
_STEP = 64 << 10

_SHA256 = re.compile(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]{44}):\s*(?=$|,|;)")


def content_digest(content: bytes) -> str:
    """Write the header's value; a message without content carries the digest of nothing (RFC 9530 §B.2)."""
    return digest_header(hashlib.sha256(content).digest())


def digest_header(sha256: bytes) -> str:
    """Write it for content that was hashed on its way."""
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"


def file_digest(file: BinaryIO) -> str:
    """Write it for a file from its beginning, where it stands again afterwards."""
    whole = hashlib.sha256()
    file.seek(0)
    while step := file.read(_STEP):
        whole.update(step)
    file.seek(0)
    return digest_header(whole.digest())


def verifies(header: str | None, content: bytes) -> bool:
    """Tell whether a header vouches for the content; an absent or unreadable one, or one without sha-256, does not."""
    return vouches(header, hashlib.sha256(content).digest())


def vouches(header: str | None, sha256: bytes) -> bool:
    """Tell the same of content that was hashed on its way."""
    found = _SHA256.search(header or "")
    if found is None:
        return False
    try:
        stated = base64.b64decode(found[1], validate=True)
    except binascii.Error:
        return False
    return hmac.compare_digest(stated, sha256)
