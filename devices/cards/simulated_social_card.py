"""A social security card in software, for the mock reader, demonstrations and tests; it holds made-up people only."""

from __future__ import annotations

from collections.abc import Mapping

from devices.cards.apdu import Instruction, StatusWord, command_data
from devices.cards.social_security_card import AID, CARD_FILE, PERSON_FILE, Tag

_TEXT_SIZES = {
    Tag.CARD_TYPE: 1,
    Tag.VERSION: 4,
    Tag.CARD_NUMBER: 9,
    Tag.CITIZEN_NUMBER: 18,
    Tag.SEX: 1,
}
_NAME_SIZE, _NAME_CONTINUED_SIZE = 30, 20


class SimulatedSocialCard:
    """Answers commands as a card of version 1, 2 or 3 does, over T=0 or T=1.

    Attributes:
        guarded: whether EF06 refuses terminals that have not authenticated themselves, as version 3 cards do.
        commands: INS bytes of every command that was received.
    """

    def __init__(self, values: Mapping[str, str], *, guarded: bool = False, t0: bool = True) -> None:
        """Take the values of the records by name (see `_card_records`); numbers and dates as hex digits."""
        self.guarded = guarded
        self.commands: list[int] = []
        self._t0 = t0
        self._files = {CARD_FILE: _card_records(values), PERSON_FILE: _person_records(values)}
        self._application = False
        self._file = 0
        self._waiting = b""

    @property
    def atr(self) -> bytes:
        """Answer to reset (ISO/IEC 7816-3 §8) with synthetic historical bytes."""
        history = b"SSC-SIMULATED"
        if self._t0:
            return bytes([0x3B, 0x60 | len(history), 0x00, 0x00]) + history
        body = bytes([0x80 | len(history), 0x01]) + history
        check = 0
        for byte in body:
            check ^= byte
        return b"\x3b" + body + bytes([check])

    def reset(self) -> None:
        """Forget what was selected."""
        self._application = False
        self._file = 0
        self._waiting = b""

    def answer(self, command: bytes) -> bytes:
        """Answer a command, status word included."""
        if len(command) < 4:
            return b"\x67\x00"
        self.commands.append(command[1])
        match command[1]:
            case Instruction.SELECT:
                return self._select(command)
            case Instruction.READ_RECORD:
                return self._read_record(command)
            case Instruction.GET_RESPONSE:
                data, self._waiting = self._waiting, b""
                return _with(StatusWord.OK, data) if data else b"\x69\x85"
            case _:
                return _with(StatusWord.INSTRUCTION_UNKNOWN)

    def _select(self, command: bytes) -> bytes:
        data = command_data(command)
        if command[2] == 0x04:
            if data != AID:
                return _with(StatusWord.FILE_NOT_FOUND)
            self._application = True
            template = _tlv(0x6F, _tlv(0x84, AID) + _tlv(0xA5, _tlv(0x88, b"\x1e")))
            if self._t0:
                self._waiting = template
                return bytes([StatusWord.MORE_DATA, len(template)])
            return _with(StatusWord.OK, template)
        file_id = int.from_bytes(data, "big")
        if not self._application or file_id not in self._files:
            return _with(StatusWord.FILE_NOT_FOUND)
        self._file = file_id
        return _with(StatusWord.OK)

    def _read_record(self, command: bytes) -> bytes:
        records = self._files.get(self._file)
        if records is None:
            return b"\x69\x86"
        if self._file == PERSON_FILE and self.guarded:
            return _with(StatusWord.SECURITY_NOT_SATISFIED)
        number = command[2]
        if not 1 <= number <= len(records):
            return _with(StatusWord.RECORD_NOT_FOUND)
        record = records[number - 1]
        if self._t0 and (len(command) < 5 or command[4] != len(record)):
            return bytes([StatusWord.WRONG_LE, len(record)])
        return _with(StatusWord.OK, record)


def _card_records(values: Mapping[str, str]) -> list[bytes]:
    return [
        _digits(Tag.CARD_ID, values["card_id"]),
        _text(Tag.CARD_TYPE, values["card_type"]),
        _text(Tag.VERSION, values["version"]),
        _digits(Tag.INSTITUTION, values["institution"]),
        _digits(Tag.ISSUE_DATE, values["issue_date"]),
        _digits(Tag.VALID_UNTIL, values["valid_until"]),
        _text(Tag.CARD_NUMBER, values["card_no"]),
    ]


def _person_records(values: Mapping[str, str]) -> list[bytes]:
    name = values["name"].encode("gb18030")
    first, rest = name[:_NAME_SIZE], name[_NAME_SIZE:]
    records = [
        _text(Tag.CITIZEN_NUMBER, values["id_no"]),
        _tlv(Tag.NAME, first.ljust(_NAME_SIZE, b"\0")),
        _tlv(Tag.NAME_CONTINUED, rest.ljust(_NAME_CONTINUED_SIZE, b"\0")),
        _text(Tag.SEX, values["sex"]),
        _digits(Tag.NATION, values["nation"]),
        _digits(Tag.BIRTH_PLACE, values["birth_place"]),
        _digits(Tag.BIRTH, values["birth"]),
    ]
    if values["version"].startswith("1"):
        del records[2]
    return records


def _text(tag: int, text: str) -> bytes:
    return _tlv(tag, text.encode("ascii").ljust(_TEXT_SIZES[tag], b"\0"))


def _digits(tag: int, digits: str) -> bytes:
    return _tlv(tag, bytes.fromhex(digits))


def _tlv(tag: int, value: bytes) -> bytes:
    return bytes([tag, len(value)]) + value


def _with(status: int, data: bytes = b"") -> bytes:
    return data + status.to_bytes(2, "big")
