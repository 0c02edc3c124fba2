"""Speaking with a hub as a terminal would, rightly and wrongly."""

from __future__ import annotations

import json
from datetime import date, datetime

import requests
from http_message_signatures import HTTPMessageSignaturesException
from hub_rigs import TERMINAL, RunningHub, identity
from store_rigs import intake_of

from kiosk.clock import SystemClock
from kiosk.domain.case import Attachment
from kiosk.domain.numbering import CaseNumber
from kiosk.ids import AttachmentId, CaseId, EventId, uuid7
from kiosk.packets.canonical import canonical_json, sha256_hex
from kiosk.packets.events import case_taken_in_payload
from kiosk.ports.sync import AttachmentManifest, OutboxEntry
from sync.client import HubClient
from sync.digest import HEADER, content_digest, verifies
from sync.messages import TERMINAL_HEADER, ItemResult, Limits
from sync.signatures import Message, key_id_of, sign_request

EPOCH = "0123456789abcdef" * 2
LIMITS = Limits(batch_items=5, batch_bytes=64 << 10, chunk_max=32 << 10, attachment_bytes=1 << 20)


_seq = iter(range(1, 1 << 30))


def number() -> str:
    """Make a case number that no other test uses, of the terminal T01."""
    return str(CaseNumber("370100", "T01", "A", date(2026, 11, 18), next(_seq)))


def case(*files: tuple[Attachment, bytes], case_number: str | None = None, terminal: str = TERMINAL) -> OutboxEntry:
    """Make the event of a case that was taken in."""
    intake = intake_of(*files)
    payload = case_taken_in_payload(case_number or number(), intake, terminal)
    manifest = tuple(
        AttachmentManifest(AttachmentId(a.attachment_id), a.sha256, a.size, a.media_type, a.pages) for a, _ in files
    )
    return event("case_taken_in", intake.case_id, 1, payload, manifest)


def event(
    kind: str, case_id: CaseId, rev: int, payload: bytes, manifest: tuple[AttachmentManifest, ...] = ()
) -> OutboxEntry:
    """Make an event."""
    return OutboxEntry(
        event_id=EventId(uuid7()),
        seq=next(_seq),
        kind=kind,
        case_id=case_id,
        rev=rev,
        occurred_at="2026-11-18T02:00:00.000Z",
        clock_offset_ms=None,
        schema=1,
        payload=payload,
        payload_sha256=sha256_hex(payload),
        attachments=manifest,
    )


def told(client: HubClient, *entries: OutboxEntry) -> list[ItemResult]:
    """Announce and give the answers."""
    return list(client.announce(client.batch(EPOCH, entries)).results)


def verdict(result: ItemResult) -> tuple[str, str]:
    """Give status and code."""
    return result.status, result.code


def ask(hub: RunningHub, method: str, path: str, body: bytes = b"", **headers: str) -> requests.Response:
    """Ask without the client, so that it can be asked wrongly; signed by the terminal, which is enrolled if need be."""
    sent = {TERMINAL_HEADER: TERMINAL, HEADER: content_digest(body)}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    signed = sent | signature(method, path, sent)
    answer = ask_as_is(hub, method, path, body, signed)
    if answer.status_code == 401 and answer.headers.get("Content-Type") == "application/problem+json":
        speaker = HubClient(hub.url, identity(), "0.1.0", SystemClock())
        speaker.enrol("", "test")
        speaker.close()
        answer = ask_as_is(hub, method, path, body, sent | signature(method, path, sent))
    return answer


def signature(method: str, path: str, sent: dict[str, str], now: datetime | None = None) -> dict[str, str]:
    """Sign a request in the name of the terminal."""
    key = identity().key
    target = requests.Request(method, f"http://hub.invalid{path}").prepare().path_url
    try:
        return sign_request(Message(method, target, sent), key_id_of(key.public), key, now or SystemClock().now())
    except HTTPMessageSignaturesException:
        return {}  # nobody can sign that: it goes as it is


def ask_as_is(hub: RunningHub, method: str, path: str, body: bytes, sent: dict[str, str]) -> requests.Response:
    """Ask with these headers and no others."""
    answer = requests.request(method, hub.url + path, data=body, headers=sent, timeout=10, allow_redirects=False)
    assert verifies(answer.headers.get(HEADER), answer.content)
    return answer


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Give status and code of a problem document."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["title"]
    return answer.status_code, document["code"]


def batch_of(*entries: OutboxEntry) -> bytes:
    """Write a batch without its attachments, as JSON."""
    items = [
        {
            "event_id": entry.event_id,
            "seq": entry.seq,
            "kind": entry.kind,
            "schema": entry.schema,
            "case_id": entry.case_id,
            "rev": entry.rev,
            "occurred_at": entry.occurred_at,
            "clock_offset_ms": None,
            "payload": json.loads(entry.payload),
            "payload_sha256": entry.payload_sha256,
            "attachments": [],
        }
        for entry in entries
    ]
    return canonical_json({"terminal_id": TERMINAL, "epoch": EPOCH, "app": "0.1.0", "items": items})
