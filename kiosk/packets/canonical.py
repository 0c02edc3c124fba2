"""One spelling of a JSON value (RFC 8785), so that a hash of it means the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec
import rfc8785

from kiosk.errors import ErrorCode, InputError


def canonical_json(value: object) -> bytes:
    """Write a value as canonical JSON in UTF-8.

    Args:
        value: plain JSON values or msgspec Structs.

    Raises:
        InputError: INPUT_INVALID for a number beyond 2^53, NaN, infinity or a lone surrogate (RFC 8785 §3.2.2).
    """
    try:
        return bytes(rfc8785.dumps(msgspec.to_builtins(value)))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as exc:
        raise InputError(ErrorCode.INPUT_INVALID, place="RFC 8785") from exc


def recanonical(document: bytes) -> bytes:
    """Bring a JSON text that may have been re-spelled on its way back to its canonical form.

    Raises:
        InputError: INPUT_NOT_JSON, or as `canonical_json`.
    """
    try:
        value = msgspec.json.decode(document)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as exc:
        raise InputError(ErrorCode.INPUT_NOT_JSON) from exc
    return canonical_json(value)


def sha256_hex(data: bytes) -> str:
    """Give the SHA-256 of bytes in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def range_digest(events: Iterable[tuple[str, str]]) -> str:
    """Digest a range of events: SHA-256 over event_id ‖ payload_sha256 of each, in the order of their seq."""
    whole = hashlib.sha256()
    for event_id, payload_sha256 in events:
        whole.update(f"{event_id}{payload_sha256}".encode())
    return whole.hexdigest()
