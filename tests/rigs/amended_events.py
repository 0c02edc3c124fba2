"""What the counter sends about a case that it changes, as the sync campaign makes it."""

from __future__ import annotations

from kiosk.domain.case import Attachment
from kiosk.domain.lifecycle import MatterEvent
from kiosk.ids import MatterId
from kiosk.packets.events import CaseCorrected, CaseReopened, CaseWithdrawn, EventKind, amendment_payload

Amended = CaseCorrected | CaseWithdrawn | CaseReopened


def corrected(
    case_number: str, at: str, matters: tuple[MatterId, ...], files: tuple[Attachment, ...]
) -> tuple[EventKind, Amended]:
    """Bring files, or nothing."""
    return EventKind.CASE_CORRECTED, CaseCorrected(
        case_number=case_number,
        operator="0301",
        corrected_at=at,
        matters=matters,
        fields={},
        materials=(),
        attachments=files,
        words="",
    )


def withdrawn(
    case_number: str, at: str, matters: tuple[MatterId, ...], _files: tuple[Attachment, ...]
) -> tuple[EventKind, Amended]:
    """Take matters back."""
    return EventKind.CASE_WITHDRAWN, CaseWithdrawn(
        case_number=case_number, operator="0301", withdrawn_at=at, matters=matters, reason="测试"
    )


def reopened(
    case_number: str, at: str, matters: tuple[MatterId, ...], _files: tuple[Attachment, ...]
) -> tuple[EventKind, Amended]:
    """Go on with matters."""
    return EventKind.CASE_REOPENED, CaseReopened(
        case_number=case_number, operator="0301", reopened_at=at, matters=matters, reason="测试"
    )


AMENDED = (
    (MatterEvent.CORRECTED, corrected),
    (MatterEvent.REOPENED, reopened),
    (MatterEvent.WITHDRAWN, withdrawn),
)
"""What the counter can do in a case, and its event."""


def payload_of(event: Amended, _rev: int) -> bytes:
    """Write it as it is sent."""
    return amendment_payload(event)
