"""What an answer of the hub says, read with suspicion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import msgspec

from kiosk.errors import ErrorCode, HubError
from sync.messages import UPLOAD_COMPLETE, UPLOAD_OFFSET
from sync.wire import Answer

_T = TypeVar("_T")


@dataclass(frozen=True)
class UploadState:
    """How far the hub has an attachment."""

    offset: int
    complete: bool


def decoded(answer: Answer, media_type: str, shape: type[_T]) -> _T | None:
    """Read a message of the stated type; None for anything else."""
    if answer.headers.get("content-type", "").split(";")[0].strip().lower() != media_type:
        return None
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def upload_state(answer: Answer, size: int) -> UploadState:
    """Read how far an attachment of this size is.

    Raises:
        HubError: NOT_A_HUB, that cannot be.
    """
    text = answer.headers.get(UPLOAD_OFFSET.lower(), "")
    complete = answer.headers.get(UPLOAD_COMPLETE.lower(), "")
    if not (text.isascii() and text.isdigit()) or complete not in {"?0", "?1"}:
        raise HubError(ErrorCode.NOT_A_HUB)
    offset = int(text[:20])
    if offset > size or (complete == "?1") != (offset == size):
        raise HubError(ErrorCode.NOT_A_HUB)
    return UploadState(offset, complete == "?1")
