"""Sealed packets: events that came another way than their terminal's own line, taken as if it had sent them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import BinaryIO

import msgspec

from kiosk.clock import parse
from kiosk.crypto.sealing import OpeningKey
from kiosk.errors import ErrorCode, InputError
from kiosk.packets.receipts import PacketReceipt
from kiosk.packets.sealed import PacketManifest, SealedPacket
from kiosk.ports.sync import OutcomeStatus
from sync.hub.attachments import progress, take_chunk
from sync.hub.database import HubDatabase
from sync.hub.enrolment import signer_of
from sync.hub.intake import take_carried
from sync.hub.opening import Sender
from sync.hub.problems import Problem, words
from sync.messages import BatchItem, Epoch, ItemResult, Limits, ManifestEntry

_CODES = {ErrorCode.PACKET_DAMAGED: "packet_invalid", ErrorCode.PACKET_FOREIGN: "packet_foreign"}
_APP_MAX = 40
_TAKEN = {OutcomeStatus.RECEIVED, OutcomeStatus.DUPLICATE}


def take_packet(
    database: HubDatabase,
    file: BinaryIO,
    opening: OpeningKey,
    limits: Limits,
    now: str,
    sign: Callable[[bytes], bytes],
) -> PacketReceipt:
    """Take a packet's event and all its attachments; gives the receipt, not yet signed.

    Nothing tells whether the terminal's own line brings the same at this moment: the event's id and the offsets of its
    attachments keep both from harm, and the receipt says `received` or `duplicate` only once all is here.

    Raises:
        Problem: 422, it is damaged, for another hub, or not signed by the terminal that it names.
    """
    try:
        packet = SealedPacket(file)
        revoked_at = _require_signer(database, packet)
        packet.verify()
        manifest = packet.open(opening)
        item = _item(packet, manifest)
        if revoked_at is not None and _happened(item) > parse(revoked_at):
            raise Problem(422, "packet_signer")
        result = take_carried(
            database, Sender(packet.head.terminal_id, manifest.epoch, now, sign), manifest.app, item, limits
        )
        if result.status in _TAKEN:
            result = _with_files(database, packet, item, result, limits, now)
    except InputError as exc:
        raise Problem(422, _CODES[exc.code]) from exc
    return PacketReceipt(
        terminal_id=packet.head.terminal_id,
        event_id=item.event_id,
        case_id=item.case_id,
        payload_sha256=item.payload_sha256,
        status=result.status,
        code=result.code,
        words=result.words,
        hub_case_number=result.hub_case_number,
        at=now,
    )


def _happened(item: BatchItem) -> datetime:
    """Give when an event happened by the hub's time, as far as its terminal knew that.

    Raises:
        InputError: PACKET_DAMAGED, that is no time.
    """
    try:
        return parse(item.occurred_at) + timedelta(milliseconds=item.clock_offset_ms or 0)
    except (ValueError, OverflowError) as exc:
        raise InputError(ErrorCode.PACKET_DAMAGED) from exc


def _require_signer(database: HubDatabase, packet: SealedPacket) -> str | None:
    """Check that a terminal enrolled the key; gives when it was revoked.

    A key that was replaced, because the machine's key store was lost, still speaks for what happened before.
    """
    with database.read() as connection:
        signer = signer_of(connection, packet.signer)
    if signer is None or signer[0] != packet.head.terminal_id:
        raise Problem(422, "packet_signer")
    return signer[1]


def _item(packet: SealedPacket, manifest: PacketManifest) -> BatchItem:
    """Read the event, and check that head, manifest and bytes speak of the same.

    Raises:
        InputError: PACKET_DAMAGED.
    """
    head = packet.head
    try:
        item = msgspec.json.decode(manifest.item, type=BatchItem)
        msgspec.convert(manifest.epoch, Epoch)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise InputError(ErrorCode.PACKET_DAMAGED) from exc
    same = (manifest.terminal_id, item.event_id, item.case_id) == (head.terminal_id, head.event_id, head.case_id)
    if not same or packet.files_bytes != sum(file.size for file in item.attachments) or len(manifest.app) > _APP_MAX:
        raise InputError(ErrorCode.PACKET_DAMAGED)
    return item


def _with_files(
    database: HubDatabase, packet: SealedPacket, item: BatchItem, result: ItemResult, limits: Limits, now: str
) -> ItemResult:
    start = 0
    for file in item.attachments:
        if file.attachment_id in result.missing and not _bring(database, packet, file, start, limits, now):
            code = "attachment_hash"
            return ItemResult(event_id=item.event_id, status=OutcomeStatus.REJECTED.value, code=code, words=words(code))
        start += file.size
    return result


def _bring(
    database: HubDatabase, packet: SealedPacket, file: ManifestEntry, start: int, limits: Limits, now: str
) -> bool:
    """Bring an attachment from wherever it is; False when the bytes are not those that were announced."""
    terminal_id, attachment_id = packet.head.terminal_id, file.attachment_id
    state = progress(database, terminal_id, attachment_id)
    while not state.complete:
        length = min(limits.chunk_max, file.size - state.offset)
        try:
            state = take_chunk(
                database, terminal_id, attachment_id, state.offset, packet.read(start + state.offset, length), now
            )
        except Problem as problem:
            if problem.code == "attachment_hash":
                return False
            if problem.code != "offset_differs":
                raise
            state = progress(database, terminal_id, attachment_id)  # its own line was quicker
    return True
