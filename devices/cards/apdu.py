"""Commands and answers of contact and contactless cards (ISO/IEC 7816-4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Transmit = Callable[[bytes], bytes]
"""Sends a command to the card and gives its whole answer, status word included."""

_MAX_ROUNDS = 16
"""A card that asks for more repetitions than this is broken; nothing may loop for ever."""


class Instruction:
    """INS bytes."""

    SELECT = 0xA4
    READ_RECORD = 0xB2
    GET_RESPONSE = 0xC0


class StatusWord:
    """SW1 SW2 (§5.3.4), and the two families that ask to go on."""

    OK = 0x9000
    MORE_DATA = 0x61
    WRONG_LE = 0x6C
    SECURITY_NOT_SATISFIED = 0x6982
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    INSTRUCTION_UNKNOWN = 0x6D00
    CLASS_UNKNOWN = 0x6E00


@dataclass(frozen=True)
class Response:
    """An answer: data, and the status word as a number."""

    data: bytes = field(repr=False)
    sw: int

    @property
    def ok(self) -> bool:
        """Whether the card did it."""
        return self.sw == StatusWord.OK


def split_response(answer: bytes) -> Response | None:
    """Cut the status word off; None when the answer is too short to have one."""
    return Response(answer[:-2], int.from_bytes(answer[-2:], "big")) if len(answer) >= 2 else None


def command_data(command: bytes) -> bytes:
    """Give the data field of a short command: what Lc counts, nothing when there is only Le."""
    return command[5 : 5 + command[4]] if len(command) > 5 else b""


def exchange(transmit: Transmit, command: bytes) -> Response | None:
    """Send a command and follow 61xx (GET RESPONSE) and 6Cxx (again with the right Le); None without status word."""
    data = b""
    response = split_response(transmit(command))
    for _ in range(_MAX_ROUNDS):
        if response is None:
            return None
        sw1, sw2 = divmod(response.sw, 0x100)
        if sw1 == StatusWord.MORE_DATA:
            data += response.data
            command = bytes([command[0] & 0x03, Instruction.GET_RESPONSE, 0, 0, sw2])
        elif sw1 == StatusWord.WRONG_LE:
            command = with_le(command, sw2)
        else:
            break
        response = split_response(transmit(command))
    return Response(data + response.data, response.sw) if response else None


def with_le(command: bytes, le: int) -> bytes:
    """Give a short command with another Le (§5.1, cases 2 and 4)."""
    body_end = 5 + command[4] if len(command) > 5 else 4
    return command[:body_end] + bytes([le])


def read_tlvs(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give tag and value of simple TLV objects (§5.2.1: one byte of tag, one of length).

    Stops at padding (00 or FF) and at a value that is cut off.
    """
    at = 0
    while at + 2 <= len(data) and data[at] not in {0x00, 0xFF}:
        tag, length = data[at], data[at + 1]
        end = at + 2 + length
        if end > len(data):
            return
        yield tag, data[at + 2 : end]
        at = end


def find_tlv(data: bytes, *path: int) -> bytes | None:
    """Give the value at a path of nested tags; None when there is none."""
    for step in path:
        found = next((value for tag, value in read_tlvs(data) if tag == step), None)
        if found is None:
            return None
        data = found
    return data
