"""IPP messages as bytes (RFC 8010) and what an answer's status means (RFC 8011 §B.1)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from kiosk.errors import DeviceError, ErrorCode

VERSION_2_0 = 0x0200


class Operation(IntEnum):
    """Operations that we use (RFC 8011 §5.4.15)."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER_ATTRIBUTES = 0x000B


class GroupTag(IntEnum):
    """Delimiters (RFC 8010 §3.5.1)."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class ValueTag(IntEnum):
    """Syntaxes that we read or write (RFC 8010 §3.5.2); others are kept as bytes."""

    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    TEXT_WITH_LANGUAGE = 0x35
    NAME_WITH_LANGUAGE = 0x36
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    URI_SCHEME = 0x46
    CHARSET = 0x47
    NATURAL_LANGUAGE = 0x48
    MIME_MEDIA_TYPE = 0x49


Value = int | bool | str | bytes

_NUMBERS = frozenset({ValueTag.INTEGER, ValueTag.ENUM})
_WITH_LANGUAGE = frozenset({ValueTag.TEXT_WITH_LANGUAGE, ValueTag.NAME_WITH_LANGUAGE})
_STRINGS = frozenset(range(ValueTag.TEXT, ValueTag.MIME_MEDIA_TYPE + 1))
_FIRST_VALUE_TAG = 0x10
_FIRST_TAG_WITH_VALUE = 0x20
"""Tags from 0x10 to 0x1F are out of band: unsupported, unknown, no-value (RFC 8010 §3.5.2)."""


class Attribute(NamedTuple):
    """An attribute to send."""

    tag: ValueTag
    name: str
    values: tuple[Value, ...]


class Group(NamedTuple):
    """Attributes that were received; members of collections are flattened into their attribute."""

    tag: int
    attributes: dict[str, list[Value]]


@dataclass(frozen=True)
class Message:
    """A message that was received. `code` is the status of an answer, or the operation of a request."""

    code: int
    request_id: int
    groups: tuple[Group, ...]

    def all_of(self, tag: GroupTag) -> list[dict[str, list[Value]]]:
        """Give the groups of a kind, in order."""
        return [group.attributes for group in self.groups if group.tag == tag]

    def first_of(self, tag: GroupTag) -> dict[str, list[Value]]:
        """Give the first group of a kind.

        Raises:
            DeviceError: PRINTER_BAD_ANSWER, there is none.
        """
        for attributes in self.all_of(tag):
            return attributes
        raise DeviceError(ErrorCode.PRINTER_BAD_ANSWER)


def attribute(tag: ValueTag, name: str, *values: Value) -> Attribute:
    """Make an attribute of one or more values."""
    return Attribute(tag, name, values)


def encode(
    code: int, request_id: int, groups: Sequence[tuple[GroupTag, Sequence[Attribute]]], document: bytes = b""
) -> bytes:
    """Write a message; the document's bytes follow its end tag."""
    parts = [struct.pack(">HHi", VERSION_2_0, code, request_id)]
    for tag, attributes in groups:
        parts.append(bytes([tag]))
        parts.extend(_attribute_bytes(item) for item in attributes)
    parts += [bytes([GroupTag.END]), document]
    return b"".join(parts)


def decode(raw: bytes) -> Message:
    """Read a message; bytes after its end tag are not looked at.

    Raises:
        DeviceError: PRINTER_BAD_ANSWER, the bytes are no IPP message.
    """
    cursor = _Cursor(raw)
    cursor.take(2)  # the version: an answer in another one is read all the same (RFC 8011 §4.1.8)
    code = cursor.number(2)
    request_id = cursor.number(4)
    groups: list[Group] = []
    values: list[Value] | None = None
    while (tag := cursor.number(1)) != GroupTag.END:
        if tag < _FIRST_VALUE_TAG:
            groups.append(Group(tag, {}))
            values = None
            continue
        name = cursor.take(cursor.number(2)).decode("ascii", "replace")
        data = cursor.take(cursor.number(2))
        if name and groups:
            values = groups[-1].attributes.setdefault(name, [])
        if values is None:
            raise DeviceError(ErrorCode.PRINTER_BAD_ANSWER)
        if tag >= _FIRST_TAG_WITH_VALUE:
            values.append(_value(tag, data))
    return Message(code, request_id, tuple(groups))


def succeeded(status: int) -> bool:
    """Say whether a status means that the operation was done (RFC 8011 §B.1.2), perhaps without some attributes."""
    return status < 0x0100


STATUS_ERRORS: dict[int, ErrorCode] = {
    0x0400: ErrorCode.PRINTER_BAD_ANSWER,  # client-error-bad-request: it did not understand us
    0x0401: ErrorCode.PRINTER_REFUSED,  # client-error-forbidden
    0x0402: ErrorCode.PRINTER_REFUSED,  # client-error-not-authenticated
    0x0403: ErrorCode.PRINTER_REFUSED,  # client-error-not-authorized
    0x0404: ErrorCode.PRINTER_NOT_READY,  # client-error-not-possible
    0x0405: ErrorCode.PRINTER_UNREACHABLE,  # client-error-timeout: our bytes came too slowly
    0x0406: ErrorCode.PRINTER_JOB_UNKNOWN,  # client-error-not-found
    0x0407: ErrorCode.PRINTER_JOB_UNKNOWN,  # client-error-gone
    0x0408: ErrorCode.PRINTER_REFUSED_FORMAT,  # client-error-request-entity-too-large
    0x0409: ErrorCode.PRINTER_BAD_ANSWER,  # client-error-request-value-too-long
    0x040A: ErrorCode.PRINTER_REFUSED_FORMAT,  # client-error-document-format-not-supported
    0x040B: ErrorCode.PRINTER_REFUSED_FORMAT,  # client-error-attributes-or-values-not-supported
    0x040C: ErrorCode.PRINTER_BAD_ANSWER,  # client-error-uri-scheme-not-supported
    0x040D: ErrorCode.PRINTER_BAD_ANSWER,  # client-error-charset-not-supported
    0x040E: ErrorCode.PRINTER_REFUSED_FORMAT,  # client-error-conflicting-attributes
    0x040F: ErrorCode.PRINTER_REFUSED_FORMAT,  # client-error-compression-not-supported
    0x0410: ErrorCode.PRINTER_REFUSED_FORMAT,  # client-error-compression-error
    0x0411: ErrorCode.PRINTER_REFUSED_FORMAT,  # client-error-document-format-error
    0x0412: ErrorCode.PRINTER_REFUSED_FORMAT,  # client-error-document-access-error
    0x0500: ErrorCode.PRINTER_NOT_READY,  # server-error-internal-error
    0x0501: ErrorCode.PRINTER_REFUSED,  # server-error-operation-not-supported
    0x0502: ErrorCode.PRINTER_NOT_READY,  # server-error-service-unavailable
    0x0503: ErrorCode.PRINTER_BAD_ANSWER,  # server-error-version-not-supported
    0x0504: ErrorCode.PRINTER_NOT_READY,  # server-error-device-error
    0x0505: ErrorCode.PRINTER_NOT_READY,  # server-error-temporary-error
    0x0506: ErrorCode.PRINTER_NOT_READY,  # server-error-not-accepting-jobs
    0x0507: ErrorCode.PRINTER_NOT_READY,  # server-error-busy
    0x0508: ErrorCode.PRINTER_NOT_READY,  # server-error-job-canceled
    0x0509: ErrorCode.PRINTER_BAD_ANSWER,  # server-error-multiple-document-jobs-not-supported
    0x050A: ErrorCode.PRINTER_NOT_READY,  # server-error-printer-is-deactivated
}
"""What a refusal means to us. Statuses that stand here neither by RFC nor by us are a bad answer."""


def _attribute_bytes(item: Attribute) -> bytes:
    parts: list[bytes] = []
    name = item.name.encode("ascii")
    for value in item.values:
        data = _value_bytes(item.tag, value)
        parts.append(struct.pack(">BH", item.tag, len(name)) + name + struct.pack(">H", len(data)) + data)
        name = b""  # further values of the same attribute carry no name (RFC 8010 §3.1.5)
    return b"".join(parts)


def _value_bytes(tag: ValueTag, value: Value) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    return struct.pack(">?", value) if tag is ValueTag.BOOLEAN else struct.pack(">i", value)


def _value(tag: int, data: bytes) -> Value:
    if tag in _NUMBERS and len(data) == 4:
        return int.from_bytes(data, "big", signed=True)
    if tag == ValueTag.BOOLEAN and len(data) == 1:
        return data != b"\0"
    if tag in _WITH_LANGUAGE:
        inner = _Cursor(data)
        inner.take(inner.number(2))
        return inner.take(inner.number(2)).decode("utf-8", "replace")
    if tag in _STRINGS:
        return data.decode("utf-8", "replace")
    return data


class _Cursor:
    """Walks over bytes and refuses to walk past their end."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def take(self, length: int) -> bytes:
        piece = self._raw[self._at : self._at + length]
        if len(piece) != length:
            raise DeviceError(ErrorCode.PRINTER_BAD_ANSWER)
        self._at += length
        return piece

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length), "big")
