"""Sealed packets: one event with its attachments, readable only by the hub, signed by the terminal that captured it.

A packet is a file, written and read a chunk at a time (integers are big-endian):

    YZPACK1 LF ‖ length of the head (4) ‖ head, canonical JSON ‖ sealed chunks ‖ Ed25519 signature (64)

The signature covers `yizhan/packet`, a line feed, and the SHA-256 of all before it. The content is cut into chunks of
64 KiB, each sealed with AES-256-GCM under a content key of the packet's own, bound to event and place; the head holds
that key, sealed to the hub with HPKE. The content is

    length of the manifest (4) ‖ manifest, canonical JSON ‖ the bytes of its attachments, in its order
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Annotated, BinaryIO

import msgspec
from msgspec import Meta, Raw, Struct

from kiosk.crypto.content import OVERHEAD_BYTES, ContentAlteredError, ContentCipher, new_content_key
from kiosk.crypto.sealing import OpeningKey, seal_to
from kiosk.crypto.signing import SIGNATURE_BYTES, SigningKey, is_signed_by
from kiosk.errors import ErrorCode, InputError
from kiosk.ids import AttachmentId
from kiosk.packets.canonical import canonical_json
from kiosk.ports.sync import OutboxEntry

SUFFIX = ".packet"
CHUNK_BYTES = 64 << 10
MANIFEST_MAX = 2 << 20
"""Bytes that a manifest may have: the largest event and its names."""
_MAGIC = b"YZPACK1\n"
_HEAD_MAX = 2048
_LENGTH_BYTES = 4
_INFO = b"yizhan/packet"
_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$(?!\n)"
_KEY = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]{43}=$(?!\n)")]


class PacketHead(Struct, frozen=True, kw_only=True):
    """What everybody may read of a packet. `size` is that of the content; the keys are public, in base64."""

    terminal_id: Annotated[str, Meta(pattern=r"^[0-9A-Za-z][0-9A-Za-z-]{0,63}$(?!\n)")]
    event_id: Annotated[str, Meta(pattern=_UUID)]
    case_id: Annotated[str, Meta(pattern=_UUID)]
    signed_with: _KEY
    sealed_to: _KEY
    sealed_key: Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]+={0,2}$(?!\n)", max_length=200)]
    size: Annotated[int, Meta(ge=_LENGTH_BYTES, le=2**53 - 1)]


class PacketManifest(Struct, frozen=True, kw_only=True):
    """What only the hub reads: who captured the event under which epoch, and the event as in a batch (`BatchItem`)."""

    terminal_id: str
    epoch: str
    app: str
    item: Raw


@dataclass(frozen=True)
class PacketOrigin:
    """Who seals, and to whom: terminal, its key, this program's version, and the hub's public key of 32 bytes."""

    terminal_id: str
    key: SigningKey
    app: str
    hub_key: bytes


def write_packet(
    out: BinaryIO, origin: PacketOrigin, epoch: str, entry: OutboxEntry, read: Callable[[AttachmentId, int, int], bytes]
) -> None:
    """Write an event's packet, holding one chunk in memory.

    Args:
        out: where to, from its beginning.
        origin: who seals.
        epoch: the epoch under which the event was captured.
        entry: the event.
        read: gives bytes of an attachment: `read(attachment_id, offset, length)`.

    Raises:
        StoreError: as `read`; what was written until then is no packet.
    """
    manifest = _manifest(origin, epoch, entry)
    key = new_content_key()
    head = PacketHead(
        terminal_id=origin.terminal_id,
        event_id=entry.event_id,
        case_id=entry.case_id,
        signed_with=base64.b64encode(origin.key.public).decode(),
        sealed_to=base64.b64encode(origin.hub_key).decode(),
        sealed_key=base64.b64encode(seal_to(origin.hub_key, key, _INFO)).decode(),
        size=_LENGTH_BYTES + len(manifest) + sum(attachment.size for attachment in entry.attachments),
    )
    written = _Hashed(out)
    head_bytes = canonical_json(head)
    written.write(_MAGIC + len(head_bytes).to_bytes(_LENGTH_BYTES) + head_bytes)
    chunks = _Chunks(written, ContentCipher(key), entry.event_id)
    chunks.add(len(manifest).to_bytes(_LENGTH_BYTES) + manifest)
    for attachment in entry.attachments:
        for offset in range(0, attachment.size, CHUNK_BYTES):
            chunks.add(read(attachment.attachment_id, offset, min(CHUNK_BYTES, attachment.size - offset)))
    chunks.end()
    out.write(origin.key.sign(_signed(written.digest())))


class SealedPacket:
    """A packet in a file that can be read from any place. One thread at a time."""

    def __init__(self, file: BinaryIO) -> None:
        """Read the head and look whether the file is as long as it says.

        Raises:
            InputError: PACKET_DAMAGED.
        """
        self._file = file
        file.seek(0)
        start = file.read(len(_MAGIC) + _LENGTH_BYTES)
        length = int.from_bytes(start[len(_MAGIC) :])
        if not start.startswith(_MAGIC) or len(start) < len(_MAGIC) + _LENGTH_BYTES or length > _HEAD_MAX:
            raise InputError(ErrorCode.PACKET_DAMAGED)
        try:
            self.head = msgspec.json.decode(file.read(length), type=PacketHead)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
            raise InputError(ErrorCode.PACKET_DAMAGED) from exc
        self._body = len(start) + length
        chunks = -(-self.head.size // CHUNK_BYTES)
        self._signature_at = self._body + self.head.size + chunks * OVERHEAD_BYTES
        self.bytes_total = self._signature_at + SIGNATURE_BYTES
        if file.seek(0, 2) != self.bytes_total:
            raise InputError(ErrorCode.PACKET_DAMAGED)
        self._cipher: ContentCipher | None = None
        self._files_at = 0
        self.files_bytes = 0
        """Bytes of all attachments together, once it is open."""

    @property
    def signer(self) -> bytes:
        """The public key that the packet says it was signed with."""
        return base64.b64decode(self.head.signed_with)

    def verify(self) -> None:
        """Check that the packet is as its signer made it; whether that is a terminal's key is for the hub to know.

        Raises:
            InputError: PACKET_DAMAGED.
        """
        whole = hashlib.sha256()
        self._file.seek(0)
        left = self._signature_at
        while left and (step := self._file.read(min(left, CHUNK_BYTES))):
            whole.update(step)
            left -= len(step)
        if left or not is_signed_by(self.signer, _signed(whole.digest()), self._file.read(SIGNATURE_BYTES)):
            raise InputError(ErrorCode.PACKET_DAMAGED)

    def open(self, key: OpeningKey) -> PacketManifest:
        """Give the manifest; from then on `read` works.

        Raises:
            InputError: PACKET_FOREIGN, it was sealed to another hub; PACKET_DAMAGED.
        """
        if base64.b64decode(self.head.sealed_to) != key.public:
            raise InputError(ErrorCode.PACKET_FOREIGN)
        try:
            self._cipher = ContentCipher(key.open(base64.b64decode(self.head.sealed_key), _INFO))
            length = int.from_bytes(self._plain(0, _LENGTH_BYTES))
            if not 0 < length <= min(MANIFEST_MAX, self.head.size - _LENGTH_BYTES):
                raise InputError(ErrorCode.PACKET_DAMAGED)
            manifest = msgspec.json.decode(self._plain(_LENGTH_BYTES, length), type=PacketManifest)
        except (ContentAlteredError, ValueError, RecursionError) as exc:
            raise InputError(ErrorCode.PACKET_DAMAGED) from exc
        self._files_at = _LENGTH_BYTES + length
        self.files_bytes = self.head.size - self._files_at
        return manifest

    def read(self, offset: int, length: int) -> bytes:
        """Give bytes of the attachments as they follow each other; fewer at the end.

        Raises:
            InputError: PACKET_DAMAGED.
        """
        try:
            return self._plain(self._files_at + offset, length)
        except ContentAlteredError as exc:
            raise InputError(ErrorCode.PACKET_DAMAGED) from exc

    def _plain(self, start: int, length: int) -> bytes:
        end = min(start + length, self.head.size)
        first = start // CHUNK_BYTES
        plain = bytearray()
        for index in range(first, -(-end // CHUNK_BYTES)):
            plain += self._chunk(index)
        return bytes(plain[start - first * CHUNK_BYTES : end - first * CHUNK_BYTES])

    def _chunk(self, index: int) -> bytes:
        if self._cipher is None:
            message = "the packet was not opened"
            raise RuntimeError(message)
        sealed = CHUNK_BYTES + OVERHEAD_BYTES
        place = self._body + index * sealed
        self._file.seek(place)
        return self._cipher.open(self.head.event_id, index, self._file.read(min(sealed, self._signature_at - place)))


def _manifest(origin: PacketOrigin, epoch: str, entry: OutboxEntry) -> bytes:
    item = asdict(entry)
    del item["attempts"]
    item["payload"] = msgspec.json.decode(entry.payload)
    whole = {"terminal_id": origin.terminal_id, "epoch": epoch, "app": origin.app, "item": item}
    return canonical_json(whole)


def _signed(digest: bytes) -> bytes:
    return b"yizhan/packet\n" + digest


class _Hashed:
    """Writes and hashes what was written."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self._hash.update(data)

    def digest(self) -> bytes:
        return self._hash.digest()


class _Chunks:
    """Cuts what is added into chunks of one size and seals each."""

    def __init__(self, out: _Hashed, cipher: ContentCipher, event_id: str) -> None:
        self._out = out
        self._cipher = cipher
        self._event_id = event_id
        self._index = 0
        self._rest = bytearray()

    def add(self, data: bytes) -> None:
        self._rest += data
        while len(self._rest) >= CHUNK_BYTES:
            self._seal(CHUNK_BYTES)

    def end(self) -> None:
        if self._rest:
            self._seal(len(self._rest))

    def _seal(self, length: int) -> None:
        self._out.write(self._cipher.seal(self._event_id, self._index, bytes(self._rest[:length])))
        del self._rest[:length]
        self._index += 1


_READY = msgspec.json.Decoder(tuple[PacketHead, PacketManifest])  # decision 28
