"""Frames of the SAM_V security module of resident ID card readers (GA 467).

A request is preamble, length, CMD, PARA, data, sum; an answer is preamble, length, SW1 SW2 SW3, data, sum. The length
is big endian and counts what follows it; the sum is the exclusive or of everything between the preamble and itself.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"
MAX_LENGTH = 4096
"""The longest good answer (text, photo and fingerprints) is 2,314 bytes; a longer length field is line noise."""

_MIN_ANSWER_LENGTH = 4


class Command:
    """CMD and PARA of the requests."""

    RESET = b"\x10\xff"
    SAM_STATUS = b"\x11\xff"
    SAM_ID = b"\x12\xff"
    FIND = b"\x20\x01"
    SELECT = b"\x20\x02"
    READ_BASE = b"\x30\x01"
    READ_NEWEST_ADDRESS = b"\x30\x03"
    READ_BASE_AND_FINGERPRINTS = b"\x30\x10"


class Status:
    """SW3 of the answers."""

    OK = 0x90
    NOT_ON_CARD = 0x91
    FOUND = 0x9F
    REQUEST_SUM_WRONG = 0x10
    COMMAND_WRONG = 0x21
    CARD_REFUSED_SAM = 0x31
    SAM_REFUSED_CARD = 0x32
    INFORMATION_CHECK_FAILED = 0x33
    UNKNOWN_CARD_TYPE = 0x40
    READ_FAILED = 0x41
    SAM_SELF_TEST_FAILED = 0x60
    SAM_NOT_AUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81


@dataclass(frozen=True)
class Answer:
    """One sound frame from the reader."""

    sw1: int
    sw2: int
    sw3: int
    data: bytes = field(default=b"", repr=False)

    @property
    def ok(self) -> bool:
        """Whether the reader did what was asked (90) or found a card (9F)."""
        return self.sw3 in {Status.OK, Status.FOUND}


class FrameFault(StrEnum):
    """What is wrong with a frame."""

    CHECKSUM = "checksum"
    LENGTH = "length"


@dataclass(frozen=True)
class Record:
    """What a card holds: the text block, the WLT photo (never decoded, stored or sent), fingerprints."""

    text: bytes = field(repr=False)
    photo: bytes = field(repr=False)
    fingerprints: bytes = field(repr=False)


def checksum(data: bytes) -> int:
    """Give the exclusive or of all bytes."""
    return reduce(operator.xor, data, 0)


def frame(body: bytes) -> bytes:
    """Put a body (CMD PARA data, or SW1 SW2 SW3 data) between preamble, length and sum."""
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes([checksum(counted)])


class AnswerParser:
    """Finds answers in a stream of bytes, whatever came before or between them.

    Attributes:
        skipped: bytes seen so far that belong to no frame.
    """

    def __init__(self) -> None:
        """Begin with an empty stream."""
        self._buffer = b""
        self.skipped = 0

    @property
    def pending(self) -> int:
        """How many bytes wait for the rest of their frame."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Answer | FrameFault]:
        """Take bytes and give the frames that they complete."""
        self._buffer += data
        frames: list[Answer | FrameFault] = []
        while (found := self._next()) is not None:
            frames.append(found)
        return frames

    def _next(self) -> Answer | FrameFault | None:
        self._skip_to_preamble()
        body = self._buffer[len(PREAMBLE) :]
        if len(body) < 2:
            return None
        length = int.from_bytes(body[:2], "big")
        if not _MIN_ANSWER_LENGTH <= length <= MAX_LENGTH:
            self._buffer = body
            return FrameFault.LENGTH
        end = 2 + length
        if len(body) < end:
            return None
        counted, total = body[: end - 1], body[end - 1]
        if checksum(counted) != total:
            # Bytes lost on the line make a frame swallow the beginning of the next one: go on from that.
            inner = body.find(PREAMBLE, 2)
            self._buffer = body[inner if 0 <= inner < end else end :]
            return FrameFault.CHECKSUM
        self._buffer = body[end:]
        return Answer(counted[2], counted[3], counted[4], counted[5:])

    def _skip_to_preamble(self) -> None:
        start = self._buffer.find(PREAMBLE)
        if start < 0:
            # The end may be the beginning of a preamble whose rest has not come yet.
            keep = next(n for n in range(len(PREAMBLE) - 1, -1, -1) if self._buffer.endswith(PREAMBLE[:n]))
            start = len(self._buffer) - keep
        self.skipped += start
        self._buffer = self._buffer[start:]


def split_record(data: bytes, *, with_fingerprints: bool = False) -> Record | None:
    """Cut the data of a `30 01` or `30 10` answer by its inner lengths; None when they do not fit the frame."""
    header = 6 if with_fingerprints else 4
    lengths = [int.from_bytes(data[at : at + 2], "big") for at in range(0, header, 2)]
    if len(data) < header or header + sum(lengths) != len(data):
        return None
    photo_at = header + lengths[0]
    end = photo_at + lengths[1]
    return Record(data[header:photo_at], data[photo_at:end], data[end:])


def read_sam_id(data: bytes) -> str | None:
    """Write the 16 bytes that name the reader's security module as printed on it; None for another length."""
    if len(data) != 16:
        return None
    kind, area, made, serial, check = (int.from_bytes(data[a:b], "little") for a, b in _SAM_ID_PARTS)
    return f"{kind:02d}.{area:02d}-{made:08d}-{serial:010d}-{check:010d}"


_SAM_ID_PARTS = ((0, 2), (2, 4), (4, 8), (8, 12), (12, 16))
