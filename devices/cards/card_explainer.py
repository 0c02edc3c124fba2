"""Explains recorded exchanges with a card to a technician, as the values of `kiosk decode`."""

from __future__ import annotations

from collections.abc import Sequence

from devices.cards.apdu import (
    Instruction,
    Response,
    StatusWord,
    command_data,
    find_tlv,
    read_tlvs,
    split_response,
)
from devices.cards.social_security_card import AID, Form, Tag, join_name, read_value, region_of, select_problem
from kiosk.errors import ErrorCode

Explanation = dict[str, object]

_FILE_CONTROL_INFORMATION = 0x6F
_BY_TAG, _ALL_FROM_NUMBER = 0, 5
_FORM_KEYS = {Form.TEXT: "text", Form.DATE: "date", Form.DIGITS: "value"}
_RECORD_KEYS = {
    "card_type": Tag.CARD_TYPE,
    "version": Tag.VERSION,
    "card_no": Tag.CARD_NUMBER,
    "issue_date": Tag.ISSUE_DATE,
    "valid_until": Tag.VALID_UNTIL,
}


def explain_exchange(command: bytes, answer: bytes) -> Explanation:
    """Explain one command and its answer."""
    response = split_response(answer)
    return _explain(command, response) if response else {"sw": None, "error": "no_status_word"}


def explain_chain(exchanges: Sequence[tuple[bytes, bytes]]) -> Explanation:
    """Explain the last command of a recording, its answer put together over 61xx and 6Cxx."""
    command, data, sw = b"", b"", None
    for sent, answer in exchanges:
        going_on = sent[1:2] == bytes([Instruction.GET_RESPONSE]) and command
        if not going_on:
            command, data = sent, b""
        response = split_response(answer)
        if response is None:
            return {"sw": None, "error": "no_status_word"}
        data, sw = data + response.data, response.sw
    return _explain(command, Response(data, sw)) if sw is not None else {"sw": None, "error": "no_status_word"}


def explain_name(name: bytes, continued: bytes) -> Explanation:
    """Join the two name records, given as whole records, as their values, or as a bare status word."""
    joined = join_name(_record_value(Tag.NAME, name), _record_value(Tag.NAME_CONTINUED, continued))
    return {"name": joined.text, "warnings": list(joined.warnings("name"))}


def _explain(command: bytes, response: Response) -> Explanation:
    explanation: Explanation = {"sw": f"{response.sw:04X}", "error": None}
    if response.sw == StatusWord.SECURITY_NOT_SATISFIED:
        explanation["error"] = "needs_terminal_auth"
    match command[1:2]:
        case b"\xa4":
            explanation |= _explain_select(command, response)
        case b"\xb2":
            explanation |= _explain_record(command, response)
        case b"\xc0" if response.data:
            # A recording that begins in the middle: the answer itself shows what it belongs to.
            is_template = response.data[0] == _FILE_CONTROL_INFORMATION
            explanation |= (_explain_select if is_template else _explain_record)(command, response)
        case _:
            pass
    return explanation


def _explain_select(command: bytes, response: Response) -> Explanation:
    explanation: Explanation = {}
    if command_data(command) == AID and select_problem(response) is ErrorCode.CARD_UNKNOWN:
        explanation["error"] = "not_a_social_security_card"
    name = find_tlv(response.data, _FILE_CONTROL_INFORMATION, 0x84)
    if name is not None:
        try:
            explanation |= {"df_name": name.decode("gb18030"), "df_name_encoding": "GB18030"}
        except UnicodeDecodeError:
            explanation |= {"df_name": name.hex().upper(), "df_name_encoding": "hex"}
    sfi = find_tlv(response.data, _FILE_CONTROL_INFORMATION, 0xA5, 0x88)
    if sfi:
        explanation["sfi"] = sfi[0]
    return explanation


def _explain_record(command: bytes, response: Response) -> Explanation:
    p1, p2 = (*command[2:4], 0, 0)[:2]
    tlvs = list(read_tlvs(response.data))
    if p2 & 0x07 == _ALL_FROM_NUMBER:
        return _explain_records(dict(tlvs))
    if tlvs:
        tag, value = tlvs[0]
        reading = read_value(tag, value)
        return {"tag": f"{tag:02X}", _FORM_KEYS[reading.form]: reading.value}
    explanation: Explanation = {"tag": f"{p1:02X}"} if p2 == _BY_TAG else {}
    if response.ok and response.data.strip(b"\0\xff"):
        explanation["error"] = "length"
    return {**explanation, "value": None}


def _explain_records(records: dict[int, bytes]) -> Explanation:
    explanation: Explanation = {"records": {f"{tag:02X}": value.hex().upper() for tag, value in records.items()}}
    for key, tag in _RECORD_KEYS.items():
        explanation[key] = read_value(tag, records.get(tag, b"")).value
    return {**explanation, "region": region_of(records.get(Tag.CARD_ID, b""))}


def _record_value(tag: int, record: bytes) -> bytes:
    """Take tag, length and status word off, if they are there."""
    if len(record) == 2 and record[0] in {0x61, 0x69, 0x6A, 0x6C, 0x90}:
        return b""
    if len(record) >= 2 and record[0] == tag and record[1] in {len(record) - 2, len(record) - 4}:
        return record[2 : 2 + record[1]]
    return record
