"""Examples of messages, for the hub's own description."""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from kiosk.domain.case import CaseMatter, CaseState, MatterState
from kiosk.ids import MaterialId, MatterId
from kiosk.packets.receipts import PacketReceipt
from kiosk.ports.elsewhere import LookedUp, LookUp
from sync.coding import GZIP
from sync.feed_bodies import CaseAccepted
from sync.hub.desk import HubTerms
from sync.hub.intake import READS
from sync.messages import (
    BatchAnswer,
    ChangeLine,
    ChangesAnswer,
    Enrolled,
    EnrolledStation,
    Hello,
    ItemResult,
    NoticeLine,
    OperatorLine,
    Seen,
    StationAnswer,
    VersionRange,
)

_ID = "0193b1f0-7c00-7000-8000-00000000000"
_MOMENT = "2026-11-18T02:00:00.000Z"


def hello(terms: HubTerms) -> Hello:
    """Give an answer to hello under these terms."""
    return Hello(
        server_time=_MOMENT,
        protocol=VersionRange(min=1, max=1),
        schemas={kind: tuple(sorted(shapes)) for kind, shapes in READS.items()},
        limits=terms.limits,
        codings=(GZIP,),
        pacing=terms.pacing,
        seen=Seen(files=0),
    )


def batch() -> dict[str, Any]:
    """Give a batch with one rating."""
    payload = {
        "case_number": "SHS370100T01A2026111800017",
        "given_at": _MOMENT,
        "level": 5,
        "reason": "",
    }
    item = {
        "event_id": f"{_ID}1",
        "seq": 7,
        "kind": "rating_given",
        "schema": 1,
        "case_id": f"{_ID}2",
        "rev": 2,
        "occurred_at": _MOMENT,
        "clock_offset_ms": None,
        "payload": payload,
        "payload_sha256": "0" * 64,
        "attachments": [],
    }
    return {"terminal_id": "T-1", "epoch": "0123456789abcdef" * 2, "app": "0.1.0", "items": [item]}


ENROLLED = Enrolled(
    server_time=_MOMENT,
    station=EnrolledStation(terminal_id="T-1", division="370100", terminal_code="T01"),
    hub_key=base64.b64encode(bytes(32)).decode(),
    packet_key=base64.b64encode(bytes(32)).decode(),
)
RECEIPT = PacketReceipt(
    terminal_id="T-1",
    event_id=f"{_ID}1",
    case_id=f"{_ID}2",
    payload_sha256="0" * 64,
    status="received",
    at=_MOMENT,
    signature=base64.b64encode(bytes(64)).decode(),
)
_HASH = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
STATION = StationAnswer(
    version="0" * 64,
    operators=(OperatorLine(operator_id="w03", name="测试己", role="clerk", password_hash=_HASH),),
    notices=(NoticeLine(words="今晚 22 点后升级，请在此前送出。", since=_MOMENT),),
)
BATCH_ANSWER = BatchAnswer(
    server_time=_MOMENT,
    results=(
        ItemResult(event_id=f"{_ID}1", status="received", missing=(f"{_ID}3",)),
        ItemResult(event_id=f"{_ID}4", status="conflict", code="rev_taken", hub_rev=2),
    ),
)
CHANGES = ChangesAnswer(
    changes=(
        ChangeLine(
            seq=1,
            kind="case_accepted",
            case_id=f"{_ID}2",
            body=msgspec.Raw(msgspec.json.encode(CaseAccepted(official_number="SL20261118000001", at=_MOMENT))),
        ),
    ),
    next_cursor="1",
    has_more=False,
)
LOOK_UP = LookUp(case_number="SHS370100T01A2026111800017", operator="0301", reason="card", proof="0" * 64)
LOOKED_UP = LookedUp(
    case_number="SHS370100T01A2026111800017",
    official_number="SL20261118000001",
    service="after_death",
    state=CaseState.CORRECTION_REQUESTED,
    station="测试镇便民服务中心",
    phone="0531-00000000",
    taken_in_at=_MOMENT,
    promise_due="2026-12-02",
    promise_provisional=False,
    deceased="测**者 370100********9991",
    applicant="测**属 911560********999X",
    matters=(
        CaseMatter(
            matter_id=MatterId("04"),
            name="户口注销",
            department="公安",
            mode="application",
            state=MatterState.CORRECTION_REQUESTED,
            reason="",
            due="2026-11-25",
            due_text="5 个工作日",
            words="请补死亡证明",
            updated_at=_MOMENT,
            correction_due="2026-11-24",
            wanted_materials=(MaterialId("death_certificate"),),
        ),
    ),
    partial=False,
    names={"death_certificate": "死亡证明"},
    results=(),
    rated=False,
)
