"""The list in a package of sealed packets: what shall be there, without personal data."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from kiosk.errors import ErrorCode, InputError
from kiosk.packets.canonical import canonical_json


class PackageIndex(Struct, frozen=True, kw_only=True):
    """Whose package it is, when it was last written, and the events whose packets it holds."""

    terminal_id: Annotated[str, Meta(max_length=64)]
    made_at: Annotated[str, Meta(max_length=40)]
    packets: tuple[Annotated[str, Meta(max_length=36)], ...]


def write_index(index: PackageIndex) -> bytes:
    """Write the list."""
    return canonical_json(index)


def read_index(data: bytes) -> PackageIndex:
    """Read the list.

    Raises:
        InputError: PACKET_DAMAGED.
    """
    try:
        return msgspec.json.decode(data, type=PackageIndex)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise InputError(ErrorCode.PACKET_DAMAGED) from exc


_READY = msgspec.json.Decoder(tuple[PackageIndex])  # decision 28
