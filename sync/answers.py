"""What an answer of the hub says, read with suspicion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from kiosk.clock import Clock, iso, parse
from kiosk.errors import ErrorCode, HubError
from kiosk.ports.sync import DeliveryOutcome, OutboxEntry, OutcomeStatus
from sync.messages import UPLOAD_COMPLETE, UPLOAD_OFFSET, ChangesAnswer, ItemResult, ProblemDocument
from sync.policy import Behaviour
from sync.wire import Answer

_T = TypeVar("_T")
_CODES = {
    Behaviour.LINK_FAULT: ErrorCode.NOT_A_HUB,
    Behaviour.WAIT: ErrorCode.HUB_BUSY,
    Behaviour.VERSION: ErrorCode.HUB_VERSION,
}
_REFUSALS = {
    "clock_skew": ErrorCode.HUB_CLOCK,
    "certificate_wanted": ErrorCode.HUB_WANTS_CERTIFICATE,
    "key_unknown": ErrorCode.HUB_KEY_REFUSED,
    "key_revoked": ErrorCode.HUB_KEY_REFUSED,
    "terminal_unknown": ErrorCode.HUB_KEY_REFUSED,
}
"""What a 401 or 403 says when its problem is named so. A hub that was restored from before a key does not know it."""


class HubAnswerError(HubError):
    """The hub's address answered, but not with what was asked for.

    Attributes:
        behaviour: what that asks of us.
        status: the HTTP status.
        retry_after_s: what the hub wished, within bounds.
        problem_code, words: from the problem document; empty without one.
        server_time: the hub's time in ISO 8601, when it says that our clock is off.
    """

    def __init__(self, behaviour: Behaviour, status: int, problem: ProblemDocument | None, retry: float | None) -> None:
        """Keep what the answer said."""
        self.problem_code = problem.code if problem else ""
        named = _CODES.get(behaviour, ErrorCode.HUB_REFUSED)
        code = _REFUSALS.get(self.problem_code, named) if status in {401, 403} else named
        super().__init__(code, status=status)
        self.behaviour = behaviour
        self.status = status
        self.retry_after_s = retry
        self.words = problem.title if problem else ""
        self.server_time = problem.server_time if problem and isinstance(problem.server_time, str) else None


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


def outcome_of(entry: OutboxEntry, result: ItemResult, server_time: str) -> DeliveryOutcome:
    """Read the hub's answer to one event, given at `server_time`; what makes no sense is a retry, never a success."""
    status = OutcomeStatus.RETRY
    if result.status in {known.value for known in OutcomeStatus}:
        status = OutcomeStatus(result.status)
    own = {attachment.attachment_id for attachment in entry.attachments}
    missing = tuple(attachment for attachment in own if attachment in result.missing)
    if len(missing) != len(set(result.missing)):
        status, missing = OutcomeStatus.RETRY, ()
    return DeliveryOutcome(
        event_id=entry.event_id,
        status=status,
        code=result.code,
        words=result.words,
        missing=missing,
        hub_case_number=result.hub_case_number,
        retry_after_s=result.retry_after_s,
        acknowledged_at=_moment(server_time),
        hub_rev=(result.hub_rev or entry.rev) if status is OutcomeStatus.CONFLICT else None,
    )


def _moment(text: str) -> str | None:
    try:
        return iso(parse(text))
    except (ValueError, OverflowError):
        return None


def by_wish(outcomes: Iterable[DeliveryOutcome]) -> list[tuple[float | None, list[DeliveryOutcome]]]:
    """Group outcomes by the wait that the hub asked for, most often one group of all."""
    groups: dict[float | None, list[DeliveryOutcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.retry_after_s, []).append(outcome)
    return list(groups.items())


def advanced(page: ChangesAnswer, last: int) -> int:
    """Give the last number of a page of the feed.

    Raises:
        HubError: HUB_CURSOR_STUCK, a number does not go beyond the one before.
    """
    for line in page.changes:
        if line.seq <= last:
            raise HubError(ErrorCode.HUB_CURSOR_STUCK)
        last = line.seq
    return last


def offset_ms(server_time: str, clock: Clock) -> int | None:
    """Give the hub's time minus ours in milliseconds; None for a time that cannot be meant (ten years off)."""
    try:
        difference = (parse(server_time) - clock.now()).total_seconds()
    except (ValueError, OverflowError):
        return None
    return round(difference * 1000) if abs(difference) < 3_650 * 86_400 else None
