"""`kiosk decode KIND`: what recorded bytes of a card, a reader, a printer or a power supply say."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Struct

from kiosk.config import fault_place
from kiosk.errors import ErrorCode, InputError
from kiosk.messages import text

if TYPE_CHECKING:
    from devices.cards.samv_frame import Answer

Answered = dict[str, object]
_T = TypeVar("_T")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("decode", help="说明设备传来的字节 / explain bytes recorded from a device")
    parser.add_argument("kind", choices=sorted(KINDS), metavar="KIND", help=", ".join(sorted(KINDS)))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Read the input from standard input and print what it says as one JSON object.

    Raises:
        InputError: the input is no hex, or not the JSON that the kind takes.
    """
    print(json.dumps(KINDS[args.kind](sys.stdin.buffer.read()), ensure_ascii=False))
    return 0


class _Request(Struct):
    """A SAM_V request by its parts."""

    cmd: int
    para: int
    data: str = ""


class _Exchange(Struct):
    """What was sent to a device and what came back, in hex."""

    send: str
    recv: str


class _NameRecords(Struct):
    """The two name records of a social security card, in hex; the second is missing on version 1 cards."""

    rec09: str
    rec4E: str | None = None  # noqa: N815 - the published name


def _samv_request(raw: bytes) -> Answered:
    from devices.cards.samv_frame import frame

    request = _json(raw, _Request)
    data = _hex(request.data)
    if not (0 <= request.cmd <= 0xFF and 0 <= request.para <= 0xFF) or len(data) > 0xFFFF - 3:
        raise InputError(ErrorCode.INPUT_INVALID, place="cmd, para, data")
    return {"hex": _upper(frame(bytes([request.cmd, request.para]) + data))}


def _samv_stream(raw: bytes) -> Answered:
    from devices.cards.samv_frame import AnswerParser, FrameFault

    parser = AnswerParser()
    frames: list[Answered] = [
        {"error": found.value}
        if isinstance(found, FrameFault)
        else {
            "sw1": found.sw1,
            "sw2": found.sw2,
            "sw3": found.sw3,
            "data": _upper(found.data),
            "ok": found.ok,
        }
        for found in parser.feed(_hex_bytes(raw))
    ]
    return {"frames": frames, "skipped": parser.skipped, "pending": parser.pending}


def _samv_text(raw: bytes) -> Answered:
    fields = _fields(_hex_bytes(raw))
    return {"fields": fields} if fields else {"error": "length"}


def _samv_base_frame(raw: bytes) -> Answered:
    return _samv_record(raw, with_fingerprints=False)


def _samv_base_fp_frame(raw: bytes) -> Answered:
    return _samv_record(raw, with_fingerprints=True)


def _samv_record(raw: bytes, *, with_fingerprints: bool) -> Answered:
    from devices.cards.samv_frame import split_record

    answer = _good_answer(_hex_bytes(raw))
    if isinstance(answer, dict):
        return answer
    record = split_record(answer.data, with_fingerprints=with_fingerprints)
    fields = _fields(record.text) if record else None
    if record is None or fields is None:
        return {"error": "inner_lengths"}
    return {
        "fields": fields,
        "photo_len": len(record.photo),
        "photo_format": "WLT" if record.photo.startswith(b"WL") else None,
        "photo_sha256": hashlib.sha256(record.photo).hexdigest(),
        "fp_len": len(record.fingerprints),
        "frame_len": _FRAME_OVERHEAD + len(answer.data),
    }


_FRAME_OVERHEAD = 11
"""Preamble 5, length 2, status 3, sum 1."""


def _samv_sam_id(raw: bytes) -> Answered:
    from devices.cards.samv_frame import read_sam_id

    answer = _good_answer(_hex_bytes(raw))
    if isinstance(answer, dict):
        return answer
    sam_id = read_sam_id(answer.data)
    return {"sam_id": sam_id} if sam_id else {"error": "length"}


def _apdu(raw: bytes) -> Answered:
    from devices.cards.card_explainer import explain_exchange

    recorded = _json(raw, _Exchange)
    return explain_exchange(_hex(recorded.send), _hex(recorded.recv))


def _apdu_chain(raw: bytes) -> Answered:
    from devices.cards.card_explainer import explain_chain

    return explain_chain([(_hex(step.send), _hex(step.recv)) for step in _json(raw, list[_Exchange])])


def _ssc_name(raw: bytes) -> Answered:
    from devices.cards.card_explainer import explain_name

    records = _json(raw, _NameRecords)
    return explain_name(_hex(records.rec09), _hex(records.rec4E or ""))


def _ssc_driver_text(raw: bytes) -> Answered:
    from devices.cards.driver_text import read_driver_line

    items = read_driver_line(_words(raw))
    return dict(items) if items else {"error": "not_a_driver_line"}


def _escpos_status(raw: bytes) -> Answered:
    from devices.printers.escpos import read_status

    recorded = _json(raw, _Exchange)
    status = read_status(_hex(recorded.send), _hex(recorded.recv))
    return dict(status) if status else {"error": "not_a_status"}


def _ipp_reasons(raw: bytes) -> Answered:
    from devices.printers.reasons import read_reasons

    reasons = read_reasons(_json(raw, list[str]))
    return {
        "ready": reasons.ready,
        "problem": None if reasons.ready else reasons.problem.value,
        "notice": "paper_low" if reasons.notice else None,
        "keyword": reasons.keyword or None,
    }


def _nut_status(raw: bytes) -> Answered:
    from devices.power.nut import read_status

    report = read_status(_words(raw))
    return {
        "on_mains": report.on_mains,
        "shutdown": report.shutdown,
        "notice": "replace_battery" if report.replace_battery else None,
    }


KINDS: dict[str, Callable[[bytes], Answered]] = {
    "samv_request": _samv_request,
    "samv_stream": _samv_stream,
    "samv_text": _samv_text,
    "samv_base_frame": _samv_base_frame,
    "samv_base_fp_frame": _samv_base_fp_frame,
    "samv_sam_id": _samv_sam_id,
    "apdu": _apdu,
    "apdu_chain": _apdu_chain,
    "ssc_name": _ssc_name,
    "ssc_driver_text": _ssc_driver_text,
    "escpos_status": _escpos_status,
    "ipp_reasons": _ipp_reasons,
    "nut_status": _nut_status,
}


def _fields(block: bytes) -> Answered | None:
    from devices.cards.samv_text import read_text_block

    text = read_text_block(block)
    return {"kind": text.kind, **text.values, "warnings": list(text.warnings)} if text else None


def _good_answer(stream: bytes) -> Answer | Answered:
    """Give the first good frame of a recording, or say why there is none."""
    from devices.cards.samv_frame import AnswerParser, FrameFault

    frames = AnswerParser().feed(stream)
    for found in frames:
        if not isinstance(found, FrameFault) and found.ok:
            return found
    if not frames:
        return {"error": "no_frame"}
    first = frames[0]
    if isinstance(first, FrameFault):
        return {"error": first.value}
    return {"error": "status", "sw1": first.sw1, "sw2": first.sw2, "sw3": first.sw3}


def _json(raw: bytes, shape: type[_T]) -> _T:
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as exc:
        raise InputError(ErrorCode.INPUT_INVALID, place=fault_place("JSON", exc)) from exc
    except (msgspec.DecodeError, UnicodeDecodeError) as exc:
        raise InputError(ErrorCode.INPUT_NOT_JSON) from exc


def _hex_bytes(raw: bytes) -> bytes:
    """Take hex from standard input, white space allowed, in quotes or not."""
    return _hex(raw.decode("utf-8-sig", "replace").strip().strip('"'))


def _hex(digits: str) -> bytes:
    try:
        return bytes.fromhex("".join(digits.split()))
    except ValueError as exc:
        raise InputError(ErrorCode.INPUT_INVALID, place=text("decode.no_hex")) from exc


def _words(raw: bytes) -> str:
    """Take a line of text: as it is, as a JSON string, or as hex; UTF-8 or else GB 18030, the encoding of drivers."""
    line = _decode(raw).strip()
    if line.startswith('"'):
        line = _json(line.encode(), str)
    try:
        return _decode(bytes.fromhex(line)).strip()
    except ValueError:
        return line


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _upper(data: bytes) -> str:
    return data.hex().upper()
