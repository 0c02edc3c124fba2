"""补正通办 as the hub hears it: offers of T-2 for a case of T-1, and what the two are told."""

from __future__ import annotations

import json
from typing import Any

from hub_talk import event
from sqlalchemy import select

from kiosk.clock import SystemClock, iso
from kiosk.domain.case import Attachment, MatterState
from kiosk.ids import AttachmentId, CaseId, MaterialId, MatterId, uuid7
from kiosk.packets.canonical import canonical_json
from kiosk.packets.deceased import person_digest
from kiosk.packets.events import CaseCorrected, CorrectionOffered, EventKind, amendment_payload
from kiosk.ports.elsewhere import LookUp
from kiosk.ports.sync import AttachmentManifest, OutboxEntry
from sync.client import HubClient
from sync.hub.database import HubDatabase
from sync.hub.departments import Said, say
from sync.hub.offers import tell_offers
from sync.hub.tables import LOOK_UPS, OFFERS

APPLICANT = person_digest("111", "91156019800101999X")
AGENT = "370100198001019992"
AT = "2026-11-18T02:00:00.000Z"
FIELD = "deceased.cremation_number"
WANTS = Said(
    MatterState.CORRECTION_REQUESTED,
    "请补正",
    due="2026-11-30",
    fields=(FIELD,),
    materials=(MaterialId("death_certificate"),),
)

File = tuple[Attachment, bytes]


def says(database: HubDatabase, entry: OutboxEntry, said: Said, matter_id: str = "04") -> None:
    """Let a department speak."""
    with database.write() as connection:
        say(connection, entry.case_id, matter_id, said, iso(SystemClock().now()))


def number_of(entry: OutboxEntry) -> str:
    """Give the case number of a case's event."""
    return str(json.loads(entry.payload)["case_number"])


def offer(entry: OutboxEntry, *files: File, **more: Any) -> OutboxEntry:  # noqa: ANN401 - any field of the payload
    """Make the event of a correction that was brought elsewhere."""
    fields: dict[str, Any] = {
        "case_number": number_of(entry),
        "operator": "0302",
        "reason": "card",
        "proof": APPLICANT,
        "offered_at": AT,
        "matters": (MatterId("04"),),
        "fields": {FIELD: "20261118001"},
        "attachments": tuple(attachment for attachment, _ in files),
        "words": "家属送来",
    }
    payload = amendment_payload(CorrectionOffered(**(fields | more)))
    manifest = tuple(
        AttachmentManifest(AttachmentId(a.attachment_id), a.sha256, a.size, a.media_type, a.pages) for a, _ in files
    )
    return event(EventKind.CORRECTION_OFFERED, CaseId(uuid7()), 1, payload, manifest)


def corrected(entry: OutboxEntry, rev: int, offer_id: str = "", matters: tuple[str, ...] = ("04",)) -> OutboxEntry:
    """Make the event of the own terminal's correction."""
    body = CaseCorrected(
        case_number=number_of(entry),
        operator="0301",
        corrected_at=AT,
        matters=tuple(MatterId(matter) for matter in matters),
        fields={FIELD: "20261118001"},
        materials=(),
        attachments=(),
        words="",
        offer_id=offer_id,
    )
    return event("case_corrected", CaseId(entry.case_id), rev, amendment_payload(body))


def upload(client: HubClient, file: File) -> None:
    """Hand over a file."""
    attachment, data = file
    client.upload(attachment.attachment_id, 0, data, attachment.size)


def heard(client: HubClient, database: HubDatabase, *kinds: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Let the hub tell, and give a terminal's lines of these kinds."""
    tell_offers(database, SystemClock())
    lines = client.changes("").changes
    return [(line.kind, line.case_id, json.loads(bytes(line.body))) for line in lines if line.kind in kinds]


def outcomes(database: HubDatabase) -> list[str]:
    """Give how the offers stand, oldest first."""
    with database.read() as connection:
        return list(connection.execute(select(OFFERS.c.outcome).order_by(OFFERS.c.received_at)).scalars())


def questions(database: HubDatabase) -> list[tuple[str, bool]]:
    """Read whose right was shown, and whether it opened the case."""
    with database.read() as connection:
        rows = connection.execute(select(LOOK_UPS.c.reason, LOOK_UPS.c.answered).order_by(LOOK_UPS.c.look_up_id))
        return [(row.reason, row.answered) for row in rows]


def by_card(entry: OutboxEntry) -> LookUp:
    """Ask with the applicant's card."""
    return LookUp(case_number=number_of(entry), operator="0302", reason="card", proof=APPLICANT)


def changed_offer(entry: OutboxEntry, more: dict[str, Any]) -> OutboxEntry:
    """Change the payload of an offer, whatever it says then."""
    payload = canonical_json(json.loads(entry.payload) | more)
    return event(entry.kind, entry.case_id, 1, payload, entry.attachments)
