from __future__ import annotations

import argparse
import contextlib
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.cards.samv_frame import PREAMBLE, frame
from kiosk.commands import decode
from kiosk.errors import ErrorCode, InputError
from kiosk.messages import describe

_FOUND = "AAAAAA9669000800009F0000000097"


def _decode(kind: str, raw: bytes) -> dict[str, object]:
    with pytest.MonkeyPatch.context() as patch:
        out = io.StringIO()
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw), "utf-8"))
        patch.setattr("sys.stdout", out)
        assert decode.run(argparse.Namespace(kind=kind)) == 0
    answer: dict[str, object] = json.loads(out.getvalue())
    return answer


@pytest.mark.parametrize("raw", [b"", b"no hex", b"ABC", "１２".encode(), b"\xff\xfe", b"{}"])
@pytest.mark.parametrize("kind", ["samv_stream", "samv_text", "samv_base_frame", "samv_sam_id"])
def test_input_that_is_no_hex(kind: str, raw: bytes) -> None:
    """Garbage must be a known failure; nothing at all is an empty recording."""
    if raw:
        with pytest.raises(InputError) as failure:
            _decode(kind, raw)
        assert failure.value.code is ErrorCode.INPUT_INVALID
        assert "输入不是十六进制" in describe(failure.value).what
    else:
        assert _decode(kind, raw)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", ErrorCode.INPUT_NOT_JSON),
        (b"{", ErrorCode.INPUT_NOT_JSON),
        (b"\xff", ErrorCode.INPUT_NOT_JSON),
        (b"[]", ErrorCode.INPUT_INVALID),
        (b"{}", ErrorCode.INPUT_INVALID),
        (b'{"send": "zz", "recv": ""}', ErrorCode.INPUT_INVALID),
    ],
)
def test_input_that_is_not_the_json(raw: bytes, code: ErrorCode) -> None:
    """Wrong JSON must be a known failure."""
    with pytest.raises(InputError) as failure:
        _decode("apdu", raw)
    assert failure.value.code is code


@pytest.mark.parametrize(
    "request_", [{"cmd": 256, "para": 0}, {"cmd": -1, "para": 0}, {"cmd": 1, "para": 1, "data": "00" * 0xFFFD}]
)
def test_request_that_does_not_fit(request_: dict[str, object]) -> None:
    """Parts that do not fit a frame must be a known failure."""
    with pytest.raises(InputError):
        _decode("samv_request", json.dumps(request_).encode())


def test_white_space_in_hex() -> None:
    """Hex as people copy it must be read."""
    assert _decode("samv_stream", b" AA AA AA 96 69\r\n0008 00009F\t0000000097\n")["skipped"] == 0


@pytest.mark.parametrize(
    ("kind", "recorded", "expected"),
    [
        ("samv_base_frame", "", {"error": "no_frame"}),
        ("samv_base_frame", "AAAAAA9669000400004145", {"error": "status", "sw1": 0, "sw2": 0, "sw3": 0x41}),
        ("samv_base_frame", "AAAAAA9669000400004144", {"error": "checksum"}),
        ("samv_base_frame", "AAAAAA9669FFFF00", {"error": "length"}),
        ("samv_base_frame", frame(bytes.fromhex("00009001000401") + bytes(1280)).hex(), {"error": "inner_lengths"}),
        ("samv_base_frame", frame(bytes.fromhex("00009000100000") + bytes(16)).hex(), {"error": "inner_lengths"}),
        ("samv_base_fp_frame", frame(bytes.fromhex("00009001000400") + bytes(1280)).hex(), {"error": "inner_lengths"}),
        ("samv_sam_id", _FOUND, {"error": "length"}),
        ("samv_text", "00", {"error": "length"}),
        ("ssc_driver_text", "读卡失败", {"error": "not_a_driver_line"}),
        ("escpos_status", '{"send": "100401", "recv": ""}', {"error": "not_a_status"}),
        ("escpos_status", '{"send": "100401", "recv": "FF"}', {"error": "not_a_status"}),
        ("escpos_status", '{"send": "1D", "recv": "12"}', {"error": "not_a_status"}),
        ("apdu", '{"send": "00A40000", "recv": ""}', {"sw": None, "error": "no_status_word"}),
    ],
)
def test_input_that_is_no_card(kind: str, recorded: str, expected: dict[str, object]) -> None:
    """Well-formed bytes that are no card must be an answer, not a failure."""
    assert _decode(kind, recorded.encode()) == expected


def test_photo_without_a_known_beginning() -> None:
    """A photo in a format that we do not know must say so, and be hashed all the same."""
    answer = _decode("samv_base_frame", frame(bytes.fromhex("00009001000004") + b" \0" * 128 + b"ABCD").hex().encode())
    assert (answer["photo_len"], answer["photo_format"], answer["frame_len"]) == (4, None, 275)


@pytest.mark.parametrize("text", ["43|X|测试", '"43|X|测试"', "34337C587C" + "测试".encode().hex()])
def test_driver_line_in_each_form(text: str) -> None:
    """The line must be read as text, as JSON, as hex, and in the encoding of Windows drivers."""
    for raw in (text.encode(), text.encode("gb18030")):
        answer = _decode("ssc_driver_text", raw)
        assert (answer["region"], answer["id_no"], answer["card_no"]) == ("43", "X", "测试")
        assert answer["version"] is None


@pytest.mark.parametrize(
    ("send", "recv", "expected"),
    [
        ("100401", "12", {"online": True}),
        ("100401", "111A", {"online": False}),
        ("100402", "12", {"cover_open": False, "paper_end_stop": False}),
        ("100402", "36", {"cover_open": True, "paper_end_stop": True}),
        ("100403", "7A", {"cutter_error": True, "unrecoverable_error": True, "recoverable_error": True}),
        ("100404", "12", {"paper": "ok"}),
        ("100404", "16", {"paper": "low"}),
        ("100404", "1E", {"paper": "low"}),
        ("100404", "72", {"paper": "out"}),
        ("1D7201", "00", {"paper": "ok"}),
        ("1D7201", "03", {"paper": "low"}),
        ("1D7231", "0F", {"paper": "out"}),
    ],
)
def test_escpos_status_bits(send: str, recv: str, expected: dict[str, object]) -> None:
    """Each bit must be read by the query that was sent."""
    assert _decode("escpos_status", json.dumps({"send": send, "recv": recv}).encode()) == expected


@pytest.mark.parametrize(
    ("keywords", "problem", "notice", "keyword"),
    [
        ([], None, None, None),
        (["none"], None, None, None),
        (["media-low-report"], None, "paper_low", None),
        (["toner-low-warning", "cups-waiting-for-job-completed"], None, None, None),
        (["paused", "toner-empty-error", "cover-open", "media-jam-error", "media-needed"], "paper_out", None, None),
        (["offline-report", "door-open-error", "media-jam"], "jam", None, None),
        (["marker-supply-empty", "interlock-open"], "cover_open", None, None),
        (["shutdown", "marker-supply-empty-warning"], "supply_empty", None, None),
        (["moving-to-paused", "timed-out"], "offline", None, None),
        (["fuser-over-temp-error", "connecting-to-device"], "offline", None, None),
        (["paused", "spool-area-full"], "paused", None, None),
        (["media-low", "Spool-Area-Full-error", "input-tray-missing"], "other", "paper_low", "spool-area-full"),
    ],
)
def test_printer_reasons(keywords: list[str], problem: str | None, notice: str | None, keyword: str | None) -> None:
    """The first problem in the published order must win, whatever order the printer names them in."""
    expected = {"ready": problem is None, "problem": problem, "notice": notice, "keyword": keyword}
    assert _decode("ipp_reasons", json.dumps(keywords).encode()) == expected


@pytest.mark.parametrize(
    ("words", "on_mains", "shutdown", "notice"),
    [
        ("OL", True, False, None),
        ("OL CHRG RB", True, False, "replace_battery"),
        ("OL LB CHRG", True, False, None),
        ("OB DISCHRG", False, False, None),
        ("ob lb", False, True, None),
        ("OB LB RB", False, True, "replace_battery"),
        ("FSD OL", True, True, None),
        ("OL OB", False, False, None),
        ("", None, False, None),
        ("WAIT", None, False, None),
    ],
)
def test_power_supply_words(words: str, on_mains: bool | None, shutdown: bool, notice: str | None) -> None:
    """Only a battery at its end, or the supply's own word, may shut the counter down."""
    assert _decode("nut_status", words.encode()) == {"on_mains": on_mains, "shutdown": shutdown, "notice": notice}


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(decode.KINDS)), st.one_of(st.binary(max_size=80), st.binary(max_size=60).map(bytes.hex)))
def test_any_input_of_any_kind(kind: str, given_input: bytes | str) -> None:
    """No input may crash the command: it is an answer or a known failure."""
    raw = given_input.encode() if isinstance(given_input, str) else given_input
    for each in (raw, PREAMBLE.hex().encode() + raw, json.dumps(raw.decode("latin-1")).encode()):
        with contextlib.suppress(InputError):
            json.dumps(_decode(kind, each), ensure_ascii=False).encode()
