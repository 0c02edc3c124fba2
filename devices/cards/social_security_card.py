"""社会保障卡: files and records of the application, versions 1 to 3 (LD/T 32, DF "sx1.sh.社会保障").

EF05 names the card and is free to read; EF06 names the person and from version 3 on opens only to a terminal that has
authenticated itself (6982). Nothing here ever sends VERIFY: three wrong guesses lock a card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from devices.cards.apdu import Instruction, Response, StatusWord, Transmit, exchange, read_tlvs
from devices.cards.rare_characters import CardText, from_gb18030
from devices.cards.samv_text import iso_date, number_is_sound
from kiosk.errors import DeviceError, ErrorCode
from kiosk.ports.cards import CardReadout

AID = b"sx1.sh." + "社会保障".encode("gb18030")
SELECT_APPLICATION = bytes([0x00, Instruction.SELECT, 0x04, 0x00, len(AID)]) + AID
CARD_FILE = 0xEF05
PERSON_FILE = 0xEF06

_MAX_RECORDS = 16


class Form(Enum):
    """How a record's value is written."""

    TEXT = "an"
    DATE = "cn YYYYMMDD"
    DIGITS = "cn"


class Tag:
    """Tags of the records that are read."""

    CARD_ID = 0x01
    CARD_TYPE = 0x02
    VERSION = 0x03
    INSTITUTION = 0x04
    ISSUE_DATE = 0x05
    VALID_UNTIL = 0x06
    CARD_NUMBER = 0x07
    CITIZEN_NUMBER = 0x08
    NAME = 0x09
    NAME_CONTINUED = 0x4E
    SEX = 0x0A
    NATION = 0x0B
    BIRTH_PLACE = 0x0C
    BIRTH = 0x0D


FORMS: dict[int, Form] = {
    Tag.CARD_ID: Form.DIGITS,
    Tag.CARD_TYPE: Form.TEXT,
    Tag.VERSION: Form.TEXT,
    Tag.INSTITUTION: Form.DIGITS,
    Tag.ISSUE_DATE: Form.DATE,
    Tag.VALID_UNTIL: Form.DATE,
    Tag.CARD_NUMBER: Form.TEXT,
    Tag.CITIZEN_NUMBER: Form.TEXT,
    Tag.NAME: Form.TEXT,
    Tag.NAME_CONTINUED: Form.TEXT,
    Tag.SEX: Form.TEXT,
    Tag.NATION: Form.DIGITS,
    Tag.BIRTH_PLACE: Form.DIGITS,
    Tag.BIRTH: Form.DATE,
}

Records = Mapping[int, bytes]


@dataclass(frozen=True)
class Reading:
    """One value of a record; None when it is absent or filled with F."""

    form: Form
    value: str | None


def read_value(tag: int, value: bytes) -> Reading:
    """Read a record's value by its tag; an unknown tag gives hex."""
    form = FORMS.get(tag, Form.DIGITS)
    if not value.strip(b"\xff"):
        return Reading(form, None)
    match form:
        case Form.TEXT:
            return Reading(form, from_gb18030(value).text)
        case Form.DATE:
            return Reading(form, _date(value))
        case Form.DIGITS:
            return Reading(form, value.hex().upper())


def join_name(name: bytes, continued: bytes) -> CardText:
    """Join 09 and 4E before decoding: a character may stand across the border of the two records."""
    return from_gb18030(name.rstrip(b"\0\xff") + continued)


def region_of(card_id: bytes) -> str | None:
    """Give the six digits of the region that issued the card (first three bytes of record 01)."""
    reading = read_value(Tag.CARD_ID, card_id[:3])
    return reading.value


def select_problem(response: Response) -> ErrorCode | None:
    """Say what a failed selection of the application means."""
    if response.ok:
        return None
    not_ours = {StatusWord.FILE_NOT_FOUND, StatusWord.INSTRUCTION_UNKNOWN, StatusWord.CLASS_UNKNOWN}
    return ErrorCode.CARD_UNKNOWN if response.sw in not_ours else ErrorCode.CARD_UNREADABLE


def read_card(transmit: Transmit) -> CardReadout:
    """Read a card: select the application, then every record of both files by number.

    Raises:
        DeviceError: CARD_UNKNOWN (another card), CARD_NEEDS_TERMINAL_AUTH, CARD_GARBLED, CARD_UNREADABLE, and whatever
            `transmit` raises.
    """
    selected = _send(transmit, SELECT_APPLICATION)
    if problem := select_problem(selected):
        raise DeviceError(problem, sw=f"{selected.sw:04X}")
    records = {**_read_file(transmit, CARD_FILE), **_read_file(transmit, PERSON_FILE)}
    if Tag.CITIZEN_NUMBER not in records or Tag.NAME not in records:
        raise DeviceError(ErrorCode.CARD_UNREADABLE)
    return _readout(records)


def _read_file(transmit: Transmit, file_id: int) -> dict[int, bytes]:
    selected = _send(transmit, bytes([0x00, Instruction.SELECT, 0x00, 0x00, 2]) + file_id.to_bytes(2, "big"))
    _refuse(selected)
    records: dict[int, bytes] = {}
    for number in range(1, _MAX_RECORDS + 1):
        response = _send(transmit, bytes([0x00, Instruction.READ_RECORD, number, 0x04, 0x00]))
        if response.sw == StatusWord.RECORD_NOT_FOUND:
            break
        _refuse(response)
        records.update(read_tlvs(response.data))
    return records


def _send(transmit: Transmit, command: bytes) -> Response:
    response = exchange(transmit, command)
    if response is None:
        raise DeviceError(ErrorCode.CARD_GARBLED)
    return response


def _refuse(response: Response) -> None:
    if response.sw == StatusWord.SECURITY_NOT_SATISFIED:
        raise DeviceError(ErrorCode.CARD_NEEDS_TERMINAL_AUTH)
    if not response.ok:
        raise DeviceError(ErrorCode.CARD_UNREADABLE, sw=f"{response.sw:04X}")


def _readout(records: Records) -> CardReadout:
    def value(tag: int) -> str:
        return read_value(tag, records.get(tag, b"")).value or ""

    name = join_name(records[Tag.NAME], records.get(Tag.NAME_CONTINUED, b""))
    number = value(Tag.CITIZEN_NUMBER).upper()
    birth = value(Tag.BIRTH)
    warnings = list(name.warnings("name"))
    if not number_is_sound(number):
        warnings.append("check:id_no")
    if birth and number[6:14] != birth.replace("-", ""):
        warnings.append("birth_mismatch")
    return CardReadout(
        kind="social_security_card",
        layout=value(Tag.VERSION),
        document_type=_document_type(number),
        name=name.text,
        document_number=number,
        sex=value(Tag.SEX),
        nation=value(Tag.NATION),
        birth=birth,
        valid_from=value(Tag.ISSUE_DATE),
        valid_until=value(Tag.VALID_UNTIL),
        card_number=value(Tag.CARD_NUMBER),
        warnings=tuple(warnings),
    )


def _document_type(number: str) -> str:
    """Tell the document behind the number: 9 begins a foreigner's, 81 to 83 a Hong Kong, Macao or Taiwan resident's."""
    if number.startswith("9"):
        return "553"
    return "X01" if number.startswith(("81", "82", "83")) else "111"


def _date(value: bytes) -> str:
    digits = value.hex().upper()
    if day := iso_date(digits):
        return day
    # A test card in public traces holds the year as ASCII.
    return value.decode("ascii") if value.isdigit() else digits
