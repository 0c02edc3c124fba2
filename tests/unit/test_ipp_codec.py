"""IPP messages as bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.printers.ipp_codec import (
    STATUS_ERRORS,
    Attribute,
    GroupTag,
    Operation,
    ValueTag,
    attribute,
    decode,
    encode,
    succeeded,
)
from kiosk.errors import DeviceError, ErrorCode

NAMES = st.from_regex(r"[a-z][a-z-]{0,20}", fullmatch=True)
ATTRIBUTES = st.one_of(
    st.builds(Attribute, st.just(ValueTag.INTEGER), NAMES, st.tuples(st.integers(-(2**31), 2**31 - 1))),
    st.builds(Attribute, st.just(ValueTag.BOOLEAN), NAMES, st.tuples(st.booleans())),
    st.builds(Attribute, st.just(ValueTag.NAME), NAMES, st.tuples(st.text(max_size=20), st.text(max_size=20))),
)


def test_a_request_is_the_bytes_of_the_standard() -> None:
    """A Get-Printer-Attributes request is written byte by byte as RFC 8010 §3.1 lays it out."""
    request = encode(
        Operation.GET_PRINTER_ATTRIBUTES,
        7,
        [(GroupTag.OPERATION, [attribute(ValueTag.KEYWORD, "a", "x", "yz"), attribute(ValueTag.INTEGER, "b", 1)])],
        b"PDF",
    )
    assert request.hex(" ") == (
        "02 00 00 0b 00 00 00 07 01 44 00 01 61 00 01 78 44 00 00 00 02 79 7a 21 00 01 62 00 04 00 00 00 01 03 50 44 46"
    )


@given(st.lists(st.lists(ATTRIBUTES, max_size=5, unique_by=lambda item: item.name), max_size=4))
def test_what_is_written_is_read_again(groups: list[list[Attribute]]) -> None:
    """Numbers, booleans and text of any characters come back as they were, group by group."""
    message = decode(encode(0x0001, 42, [(GroupTag.JOB, group) for group in groups], b"after the end"))
    assert (message.code, message.request_id) == (0x0001, 42)
    assert message.all_of(GroupTag.JOB) == [{item.name: list(item.values) for item in group} for group in groups]


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_a_bad_answer(noise: bytes) -> None:
    """Noise never ends in anything but a message or PRINTER_BAD_ANSWER."""
    try:
        decode(b"\x02\x00\x00\x00\x00\x00\x00\x01\x04" + noise)
    except DeviceError as error:
        assert error.code is ErrorCode.PRINTER_BAD_ANSWER  # noqa: PT017 - not raising is right too


@given(st.integers(0, 49))
def test_a_message_cut_short_is_a_bad_answer(length: int) -> None:
    """Every proper beginning of a message is refused."""
    whole = encode(0, 1, [(GroupTag.PRINTER, [attribute(ValueTag.NAME, "printer-name", "收件打印机", "二")])])
    assert length < len(whole)
    with pytest.raises(DeviceError):
        decode(whole[:length])


def test_text_with_its_language_and_values_out_of_band_are_read() -> None:
    """A `nameWithLanguage` gives its name (RFC 8010 §3.9), an attribute without value an empty list."""
    with_language = b"\x00\x02zh\x00\x06" + "收件".encode()
    raw = encode(
        0,
        1,
        [(GroupTag.JOB, [Attribute(ValueTag.NAME_WITH_LANGUAGE, "job-name", (with_language,))])],
    )
    no_value = b"\x13\x00\x01a\x00\x00"
    message = decode(raw[:-1] + no_value + raw[-1:])
    assert message.first_of(GroupTag.JOB) == {"job-name": ["收件"], "a": []}


def test_every_refusal_of_the_standard_has_a_meaning() -> None:
    """All client and server errors of RFC 8011 §B.1.4 and §B.1.5 stand in the table; successes do not."""
    assert set(range(0x0400, 0x0413)) | set(range(0x0500, 0x050B)) == set(STATUS_ERRORS)
    assert succeeded(0x0000)
    assert succeeded(0x0002)
    assert not any(succeeded(status) for status in STATUS_ERRORS)
