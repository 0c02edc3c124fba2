"""The hub's receipts for sealed packets: small signed files that close the cases where they came from."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, structs

from kiosk.crypto.signing import SigningKey, is_signed_by
from kiosk.errors import ErrorCode, InputError
from kiosk.packets.canonical import canonical_json

SUFFIX = ".receipt"
RECEIPT_MAX = 8192
"""Bytes of the longest receipt."""


class PacketReceipt(Struct, frozen=True, kw_only=True):
    """What became of a sealed packet; `status` as of an event in a batch, `received` only with every attachment.

    `signature` (Ed25519, base64) is the hub's over `yizhan/packet_receipt`, a line feed, and this document in canonical
    form with an empty signature.
    """

    terminal_id: Annotated[str, Meta(max_length=64)]
    """Whose event it is, not who brought it."""
    event_id: Annotated[str, Meta(max_length=36)]
    case_id: Annotated[str, Meta(max_length=36)]
    payload_sha256: Annotated[str, Meta(max_length=64)]
    status: Annotated[str, Meta(max_length=40)]
    code: Annotated[str, Meta(max_length=100)] = ""
    words: Annotated[str, Meta(max_length=2_000)] = ""
    hub_case_number: Annotated[str, Meta(max_length=100)] | None = None
    at: Annotated[str, Meta(min_length=10, max_length=40)]
    signature: Annotated[str, Meta(max_length=100)] = ""


def signed_receipt(receipt: PacketReceipt, key: SigningKey) -> PacketReceipt:
    """Sign a receipt in the hub's name."""
    return structs.replace(receipt, signature=base64.b64encode(key.sign(_signed(receipt))).decode())


def is_hubs_receipt(receipt: PacketReceipt, hub_key: bytes) -> bool:
    """Tell whether the hub with this public key gave a receipt."""
    try:
        signature = base64.b64decode(receipt.signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    return is_signed_by(hub_key, _signed(receipt), signature)


def read_receipt(data: bytes) -> PacketReceipt:
    """Read a receipt from its file.

    Raises:
        InputError: PACKET_DAMAGED.
    """
    try:
        return msgspec.json.decode(data, type=PacketReceipt)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise InputError(ErrorCode.PACKET_DAMAGED) from exc


def _signed(receipt: PacketReceipt) -> bytes:
    return b"yizhan/packet_receipt\n" + canonical_json(structs.replace(receipt, signature=""))


_READY = msgspec.json.Decoder(tuple[PacketReceipt])  # decision 28
