"""The journal's chain: each line carries a keyed hash over itself and the hash before it.

An edited, missing or moved line no longer fits. Lines cut off at the end are only seen against an anchor that is kept
elsewhere.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.errors import ErrorCode, Fact, StoreError

GENESIS = "0" * 64
"""The hash before the first line."""


class JournalKind(StrEnum):
    """What the journal tells of."""

    STORE_CREATED = "store_created"
    STORE_RESTORED = "store_restored"
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SUPERVISOR_REFUSED = "supervisor_refused"
    SIGNED_OUT = "signed_out"
    OPERATOR_KEPT = "operator_kept"
    OPERATOR_REMOVED = "operator_removed"
    DRAFT_BEGUN = "draft_begun"
    DRAFT_DISCARDED = "draft_discarded"
    CASE_TAKEN_IN = "case_taken_in"
    CASE_OPENED = "case_opened"
    LOOKED_UP_ELSEWHERE = "looked_up_elsewhere"
    CASE_CORRECTED = "case_corrected"
    CASE_WITHDRAWN = "case_withdrawn"
    CASE_REOPENED = "case_reopened"
    CORRECTION_OFFERED = "correction_offered"
    OFFER_PUT_AWAY = "offer_put_away"
    AUTHORIZATION_REVOKED = "authorization_revoked"
    PAPER_ISSUED = "paper_issued"
    SHEET_PRINTED = "sheet_printed"
    RATING_GIVEN = "rating_given"
    DAY_CLOSED = "day_closed"
    CASE_DELIVERED = "case_delivered"
    DELIVERY_REFUSED = "delivery_refused"
    DELIVERY_UNDONE = "delivery_undone"
    DELIVERY_RESUMED = "delivery_resumed"
    EVENT_SUPERSEDED = "event_superseded"
    CHANGE_APPLIED = "change_applied"
    CHANGE_SET_ASIDE = "change_set_aside"
    RESULT_WANTED = "result_wanted"
    RESULT_FETCHED = "result_fetched"
    RESULT_REFUSED = "result_refused"
    RESULT_OPENED = "result_opened"
    RESULT_PRINTED = "result_printed"
    RULES_CHANGED = "rules_changed"
    RULES_REFUSED = "rules_refused"
    TERMINAL_TRUSTED = "terminal_trusted"


@dataclass(frozen=True)
class ChainedLine:
    """One line as stored: `detail` is its JSON text, `mac` its HMAC-SHA256 in hexadecimal."""

    seq: int
    at: str
    kind: str
    actor: str
    subject: str
    detail: str
    mac: str = ""


def detail_text(detail: Sequence[tuple[str, Fact]]) -> str:
    """Write a line's facts as JSON in one spelling."""
    return _spell(dict(detail))


def seal(key: bytes, previous: str, line: ChainedLine) -> str:
    """Give the hash of a line that follows the line with the hash `previous`."""
    fields = [previous, line.seq, line.at, line.kind, line.actor, line.subject, line.detail]
    return hmac.new(key, _spell(fields).encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def verify(key: bytes, lines: Iterable[ChainedLine]) -> int:
    """Check a chain from its first line on and give its length.

    Raises:
        StoreError: JOURNAL_BROKEN with the `seq` of the first line that does not fit.
    """
    previous, count = GENESIS, 0
    for line in lines:
        count += 1
        if line.seq != count or not hmac.compare_digest(line.mac, seal(key, previous, line)):
            raise StoreError(ErrorCode.JOURNAL_BROKEN, seq=count)
        previous = line.mac
    return count


def _spell(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
