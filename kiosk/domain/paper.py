"""What stands on the papers handed to a family: finished words, masked, in reading order.

The renderers in `kiosk.papers` decide where a word stands, never which word it is. Nothing here shows in `repr`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain.application import Strokes


class PaperKind(StrEnum):
    """文书."""

    RECEIPT_OF_MATERIALS = "receipt_of_materials"
    ACCEPTANCE_NOTICE = "acceptance_notice"
    CORRECTION_NOTICE = "correction_notice"
    MATERIAL_LIST = "material_list"
    AUTHORIZATION_LETTER = "authorization_letter"
    COMMITMENT_LETTER = "commitment_letter"
    DEFERRAL_PROMISE = "deferral_promise"
    REFUSAL_NOTICE = "refusal_notice"
    JOINT_FORM = "joint_form"
    RESULT_LIST = "result_list"
    DELIVERY_RECEIPT = "delivery_receipt"
    NOTARY_REFERRAL = "notary_referral"


class SheetKind(StrEnum):
    """Sheets about the station instead of a case; nobody counts their copies."""

    GUIDE = "guide"
    STATISTICS = "statistics"
    WORKING_LIST = "working_list"
    DAY_END = "day_end"


@dataclass(frozen=True)
class StationFacts:
    """What papers say of the place that issues them."""

    title: str
    """The office as the family knows it (测试市居民身后一件事综合窗口)."""
    window: str
    phone: str
    complaint_phone: str
    address: str
    inquiry_url: str = ""
    """Public address that shows the progress of the number appended to it; without one the QR carries the number."""
    promise_working_days: int = 7


@dataclass(frozen=True, repr=False)
class Issue:
    """One printing of a paper.

    `operator_name` is empty at a self-service terminal; `copy_no` counts from 1; `verification` is the short code by
    which the office knows the copy. A sheet whose copies nobody counts has 0 and no code.
    """

    operator_name: str
    copy_no: int
    printed_at: datetime
    verification: str
    training: bool


@dataclass(frozen=True, repr=False)
class Letterhead:
    """The head of any paper. Without `qr_text` it has no QR code."""

    office: str
    title: str
    number_label: str
    number: str
    number_grouped: str
    qr_text: str
    qr_caption: str


@dataclass(frozen=True, repr=False)
class CopyMark:
    """What tells one printed copy from another, and a training copy from a real one."""

    copy_no: int
    printed_at: str
    verification: str
    watermark: str
    """Who printed it, where, when, which copy: along the edge of every page."""
    training: bool
    parting: str = ""
    """The last line to the person; may be empty."""


@dataclass(frozen=True, repr=False)
class PersonLine:
    """One person as the paper names them: role, masked name, masked document number, how they stand to the others."""

    role: str
    name: str
    number: str
    remark: str = ""


@dataclass(frozen=True, repr=False)
class MatterLine:
    """事项 as told to the family."""

    name: str
    department: str
    mode: str
    due: str
    """Bare: `12 月 9 日前`, `12 月起`, `火化当天`."""
    due_state: str
    """`预计`, `暂定`, or empty for what is no date."""


@dataclass(frozen=True, repr=False)
class MaterialLine:
    """材料 as received, or as still owed (emphasised)."""

    name: str
    form: str
    source: str
    emphasised: bool = False


@dataclass(frozen=True, repr=False)
class Signature:
    """Who signs for the paper, the strokes (none: signed by hand on paper) and the day."""

    label: str
    strokes: Strokes
    date: str


@dataclass(frozen=True, repr=False)
class ReceiptOfMaterials:
    """收件凭证: materials were received; it is not yet an acceptance (受理)."""

    head: Letterhead
    copy: CopyMark
    people: tuple[PersonLine, ...]
    taken_in_at: str
    taken_in_by: str
    phone: str
    fee: str
    matters: tuple[MatterLine, ...]
    awaiting: str
    """One sentence that names the matters a department must check first; empty when there are none."""
    materials_title: str
    materials_count: str
    materials: tuple[MaterialLine, ...]
    remember: str
    not_acceptance: str
    promise: str
    ask: tuple[str, ...]
    signature: Signature
    kind: PaperKind = PaperKind.RECEIPT_OF_MATERIALS


@dataclass(frozen=True, repr=False)
class AcceptanceNotice:
    """受理通知书: the authority has accepted the case; legal time runs from here."""

    head: Letterhead
    copy: CopyMark
    people: tuple[PersonLine, ...]
    case_number: str
    accepted_at: str
    phone: str
    fee: str
    accepted: str
    matters: tuple[MatterLine, ...]
    materials_title: str
    materials_count: str
    materials: tuple[MaterialLine, ...]
    remember: str
    ask: tuple[str, ...]
    signature: Signature
    kind: PaperKind = PaperKind.ACCEPTANCE_NOTICE


CasePaper = ReceiptOfMaterials | AcceptanceNotice
"""The papers that can be rendered."""


def words_of(value: object) -> Iterator[str]:
    """Give every text of a paper, or of a part of one, in order, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from words_of(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from words_of(getattr(value, field.name))
