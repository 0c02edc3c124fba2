from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.cards.samv_frame import (
    MAX_LENGTH,
    PREAMBLE,
    Answer,
    AnswerParser,
    Command,
    FrameFault,
    frame,
    read_sam_id,
    split_record,
)

_FOUND = bytes.fromhex("AAAAAA9669000800009F0000000097")
_NO_CARD = bytes.fromhex("AAAAAA9669000400008084")


def test_request_to_find_a_card() -> None:
    """A request must have the bytes that every public implementation sends."""
    assert frame(Command.FIND).hex() == "aaaaaa96690003200122"


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_answer_in_pieces(size: int) -> None:
    """An answer must be found however the line cuts it."""
    parser = AnswerParser()
    stream = b"\x00\xaa" + _NO_CARD + _FOUND
    found = [one for at in range(0, len(stream), size) for one in parser.feed(stream[at : at + size])]
    assert [one.sw3 for one in found if isinstance(one, Answer)] == [0x80, 0x9F]
    assert (parser.skipped, parser.pending) == (2, 0)


def test_half_a_preamble_at_the_end() -> None:
    """Bytes that may begin a frame must wait for the rest instead of being thrown away."""
    parser = AnswerParser()
    assert parser.feed(b"\x01" + _FOUND[:3]) == []
    assert (parser.skipped, parser.pending) == (1, 3)
    assert len(parser.feed(_FOUND[3:])) == 1


def test_garbled_select_answer_seen_in_the_field() -> None:
    """A preamble with a byte too much is no preamble; its bytes are skipped."""
    parser = AnswerParser()
    assert parser.feed(bytes.fromhex("AA00AAAA9669000C00009000000000000000009C")) == []
    assert (parser.skipped, parser.pending) == (20, 0)


def test_trailing_byte_seen_in_the_field() -> None:
    """A byte too much after a frame must not spoil the frame."""
    parser = AnswerParser()
    assert len(parser.feed(bytes.fromhex("AAAAAA966900040000101400"))) == 1
    assert parser.skipped == 1


@pytest.mark.parametrize("length", [0, 3, MAX_LENGTH + 1, 0xFFFF])
def test_impossible_length(length: int) -> None:
    """A length that no answer has must be an error at once, and the frame after it must be found."""
    parser = AnswerParser()
    found = parser.feed(PREAMBLE + length.to_bytes(2, "big") + _FOUND)
    assert found[0] is FrameFault.LENGTH
    assert isinstance(found[1], Answer)
    assert parser.skipped == 2


def test_longest_length_is_waited_for() -> None:
    """A length of just 4,096 may still be a frame."""
    parser = AnswerParser()
    assert parser.feed(PREAMBLE + MAX_LENGTH.to_bytes(2, "big") + bytes(10)) == []
    assert parser.pending == 17


def test_wrong_sum_before_a_good_frame() -> None:
    """A frame with a wrong sum must be an error, and the next frame must be found."""
    found = AnswerParser().feed(_NO_CARD[:-1] + b"\x00" + _FOUND)
    assert found[0] is FrameFault.CHECKSUM
    assert isinstance(found[1], Answer)


def test_frame_that_lost_bytes_swallows_the_next() -> None:
    """The frame that a cut-off one swallowed must still be found."""
    long = frame(bytes([0, 0, 0x90]) + bytes(60))
    found = AnswerParser().feed(long[:20] + _FOUND + bytes(60))
    assert found[0] is FrameFault.CHECKSUM
    assert [one.sw3 for one in found if isinstance(one, Answer)] == [0x9F]


@given(st.binary(max_size=200), st.binary(max_size=60))
def test_any_noise_before_a_frame(noise: bytes, body: bytes) -> None:
    """No bytes may crash the parser, and every byte must be accounted for when none is a frame."""
    parser = AnswerParser()
    frames = parser.feed(noise)
    assert parser.skipped + parser.pending <= len(noise)
    if not frames:
        assert parser.skipped + parser.pending == len(noise)
    whole = AnswerParser()
    found = whole.feed(frame(bytes([0, 0, 0x90]) + body))
    assert [one.data for one in found if isinstance(one, Answer)] == [body]


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_cutting_changes_nothing(pieces: list[bytes]) -> None:
    """The same bytes must give the same frames, however they are cut."""
    at_once, in_pieces = AnswerParser(), AnswerParser()
    stream = [PREAMBLE + piece for piece in pieces]
    expected = at_once.feed(b"".join(stream))
    assert [one for piece in stream for byte in piece for one in in_pieces.feed(bytes([byte]))] == expected
    assert (in_pieces.skipped, in_pieces.pending) == (at_once.skipped, at_once.pending)


@pytest.mark.parametrize("cut", [0, 3, 10, 1283])
def test_record_that_does_not_fit_its_lengths(cut: int) -> None:
    """A record whose inner lengths do not fit the frame must be no record."""
    data = bytes.fromhex("01000400") + bytes(1280)
    assert split_record(data) is not None
    assert split_record(data[:cut]) is None
    assert split_record(data, with_fingerprints=True) is None


@given(st.binary(max_size=40))
def test_any_sam_id(data: bytes) -> None:
    """Sixteen bytes are an id, anything else is none."""
    assert (read_sam_id(data) is None) == (len(data) != 16)
