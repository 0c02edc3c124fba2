"""The form of sealed packets and receipts."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import msgspec
import pytest

from kiosk.crypto.content import ContentAlteredError
from kiosk.crypto.sealing import OpeningKey, seal_to
from kiosk.crypto.signing import SigningKey
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import AttachmentId, CaseId, EventId
from kiosk.packets.receipts import PacketReceipt, is_hubs_receipt, read_receipt, signed_receipt
from kiosk.packets.sealed import CHUNK_BYTES, PacketOrigin, SealedPacket, write_packet
from kiosk.ports.sync import AttachmentManifest, OutboxEntry

VECTOR = Path(__file__).parents[1] / "vectors" / "sealed.packet"
HUB = OpeningKey(bytes(range(32)))
TERMINAL = SigningKey(bytes(range(32, 64)))
ORIGIN = PacketOrigin("T-1", TERMINAL, "0.1.0", HUB.public)
EPOCH = "0123456789abcdef" * 2
FILES = {
    "01a200f2-8d94-7329-9d37-00000000000a": os.urandom(3 * CHUNK_BYTES + 7),
    "01a200f2-8d94-7329-9d37-00000000000b": b"x",
}


def entry(files: dict[str, int]) -> OutboxEntry:
    """Make an event with files of these sizes."""
    payload = '{"applicant":{"name":"测试家属"},"case_number":"SHS370100T01A2026111800010"}'.encode()
    return OutboxEntry(
        event_id=EventId("01a200f2-8d94-7329-9d37-1715ad682ce9"),
        seq=7,
        kind="case_taken_in",
        case_id=CaseId("01a200f2-8d94-7329-9d37-000000000001"),
        rev=1,
        occurred_at="2026-11-18T02:00:00.000Z",
        clock_offset_ms=-12,
        schema=1,
        payload=payload,
        payload_sha256=hashlib.sha256(payload).hexdigest(),
        attachments=tuple(
            AttachmentManifest(AttachmentId(name), "0" * 64, size, "image/jpeg", 1) for name, size in files.items()
        ),
    )


def sealed(origin: PacketOrigin = ORIGIN) -> bytes:
    """Seal the event with its two files."""
    out = BytesIO()
    sizes = {name: len(data) for name, data in FILES.items()}
    write_packet(out, origin, EPOCH, entry(sizes), lambda name, offset, length: FILES[name][offset : offset + length])
    return out.getvalue()


def code_of(data: bytes, key: OpeningKey = HUB) -> ErrorCode | None:
    """Read a packet whole; give why not."""
    try:
        packet = SealedPacket(BytesIO(data))
        packet.verify()
        packet.open(key)
        packet.read(0, packet.files_bytes)
    except InputError as error:
        return error.code
    return None


def test_the_hub_reads_back_what_was_sealed_from_any_place() -> None:
    """The manifest is the event as in a batch, and the files follow each other in its order."""
    packet = SealedPacket(BytesIO(sealed()))
    packet.verify()
    manifest = packet.open(HUB)
    item = msgspec.json.decode(manifest.item)
    assert (manifest.terminal_id, manifest.epoch, manifest.app) == ("T-1", EPOCH, "0.1.0")
    assert (item["event_id"], item["seq"], item["payload"]["applicant"]["name"]) == (
        packet.head.event_id,
        7,
        "测试家属",
    )
    whole = b"".join(FILES.values())
    assert packet.files_bytes == len(whole)
    for offset in (0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, 2 * CHUNK_BYTES + 5, len(whole) - 1):
        assert packet.read(offset, 70_000) == whole[offset : offset + 70_000]


def test_nothing_of_the_person_can_be_read_without_the_hubs_key() -> None:
    """Neither names nor numbers stand in the file, and another hub's key opens nothing."""
    data = sealed()
    assert "测试家属".encode() not in data
    assert b"SHS370100" not in data
    assert code_of(data, OpeningKey(bytes(32))) is ErrorCode.PACKET_FOREIGN


def test_a_packet_that_was_changed_or_cut_anywhere_is_refused() -> None:
    """One turned bit, a missing end, something behind it, an empty file: never half a case."""
    data = sealed()
    assert code_of(data) is None
    for place in (0, 9, 11, 40, 300, len(data) // 2, len(data) - 65, len(data) - 1):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert code_of(changed) is ErrorCode.PACKET_DAMAGED, place
    for length in (0, 5, 12, 200, len(data) // 2, len(data) - 1):
        assert code_of(data[:length]) is ErrorCode.PACKET_DAMAGED, length
    assert code_of(data + b"\0") is ErrorCode.PACKET_DAMAGED


def test_chunks_that_changed_places_are_refused_even_when_signed_anew() -> None:
    """A chunk is bound to its event and its place."""
    data = bytearray(sealed())
    body = len(b"YZPACK1\n") + 4 + int.from_bytes(data[8:12])
    step = CHUNK_BYTES + 28
    first, second = bytes(data[body : body + step]), bytes(data[body + step : body + 2 * step])
    data[body : body + 2 * step] = second + first
    data[-64:] = TERMINAL.sign(b"yizhan/packet\n" + hashlib.sha256(data[:-64]).digest())
    packet = SealedPacket(BytesIO(data))
    packet.verify()
    with pytest.raises(InputError) as refused:
        packet.open(HUB)
    assert refused.value.code is ErrorCode.PACKET_DAMAGED


def test_sealing_and_reading_hold_a_few_chunks_in_memory(tmp_path: Path) -> None:
    """Twenty megabytes of attachments take less than one of memory."""
    size = 20 << 20
    path = tmp_path / "big"
    tracemalloc.start()
    try:
        with path.open("wb") as out:
            name = next(iter(FILES))
            write_packet(out, ORIGIN, EPOCH, entry({name: size}), lambda _name, _offset, length: bytes(length))
        with path.open("rb") as file:
            packet = SealedPacket(file)
            packet.verify()
            packet.open(HUB)
            for offset in range(0, size, 1 << 18):
                packet.read(offset, 1 << 18)
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()


def test_a_packet_of_the_first_release_opens_for_ever() -> None:
    """The form is a promise: packets lie for years on sticks and in folders."""
    packet = SealedPacket(BytesIO(VECTOR.read_bytes()))
    packet.verify()
    item = msgspec.json.decode(packet.open(HUB).item)
    assert packet.signer == TERMINAL.public
    assert item["payload"]["case_number"] == "SHS370100T01A2026111800010"
    assert packet.read(0, 100) == b"attached"


def test_what_was_sealed_for_another_purpose_does_not_open() -> None:
    """HPKE's info binds the purpose."""
    with pytest.raises(ContentAlteredError):
        HUB.open(seal_to(HUB.public, b"key", b"other"), b"yizhan/packet")
    with pytest.raises(ContentAlteredError):
        HUB.open(b"short", b"yizhan/packet")


RECEIPT = PacketReceipt(
    terminal_id="T-1",
    event_id="01a200f2-8d94-7329-9d37-1715ad682ce9",
    case_id="01a200f2-8d94-7329-9d37-000000000001",
    payload_sha256="0" * 64,
    status="received",
    at="2026-11-18T02:00:00.000Z",
)


def test_a_receipt_proves_the_hub_and_every_word_of_it() -> None:
    """Changed, unsigned, or signed by somebody else, it proves nothing."""
    hub = SigningKey(bytes(range(64, 96)))
    signed = read_receipt(msgspec.json.encode(signed_receipt(RECEIPT, hub)))
    assert is_hubs_receipt(signed, hub.public)
    for other in (
        RECEIPT,
        msgspec.structs.replace(signed, status="rejected"),
        msgspec.structs.replace(signed, payload_sha256="1" * 64),
        msgspec.structs.replace(signed, signature="é"),
        signed_receipt(RECEIPT, TERMINAL),
    ):
        assert not is_hubs_receipt(other, hub.public)
    with pytest.raises(InputError):
        read_receipt(b"\xff{")


def test_the_origin_names_who_signs() -> None:
    """Another terminal's name under this key is a head that the hub can tell from its list of keys."""
    packet = SealedPacket(BytesIO(sealed(replace(ORIGIN, terminal_id="T-2"))))
    packet.verify()
    assert (packet.head.terminal_id, packet.signer) == ("T-2", TERMINAL.public)
