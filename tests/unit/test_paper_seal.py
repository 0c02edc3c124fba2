"""The seal in a paper's QR code."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import segno

from kiosk.crypto.signing import SigningKey
from kiosk.domain.paper import Issue, PaperKind
from kiosk.domain.paper_seal import PaperSeals, Verdict, looks_sealed

NUMBER = "SHS370102W03A202611180012H"
HERE, OTHER = SigningKey(bytes(range(32))), SigningKey(bytes(32))
ISSUE = Issue("测试己", 2, datetime(2026, 11, 18, 16, 30, tzinfo=UTC), "7Q4MK2X9AB", training=False)
SEALS = PaperSeals("370102-TEST-w03", HERE)
STRANGER = PaperSeals("370103-TEST-W01", OTHER)


def sealed(seals: PaperSeals = SEALS, url: str = "", words: tuple[str, ...] = ("收件凭证", NUMBER)) -> str:
    """Write a seal over some words."""
    return seals.seal(NUMBER, PaperKind.RECEIPT_OF_MATERIALS, ISSUE, words, url)


def test_what_one_s_own_paper_says() -> None:
    """The seal names the case, the kind, the copy and its code, the day in China, and the terminal."""
    check = SEALS.check(sealed())
    assert check.verdict is Verdict.GENUINE
    assert check.seal is not None
    seal = check.seal
    assert (seal.case_number, seal.kind, seal.copy_no) == (NUMBER, PaperKind.RECEIPT_OF_MATERIALS, 2)
    assert (seal.code, seal.day.isoformat(), seal.terminal_id) == ("7Q4MK2X9AB", "2026-11-19", "370102-TEST-W03")


def test_every_kind_has_its_letters() -> None:
    """Each kind of paper comes back as itself."""
    for kind in PaperKind:
        seal = SEALS.check(SEALS.seal(NUMBER, kind, ISSUE, ())).seal
        assert seal is not None
        assert seal.kind is kind


def test_another_terminal_s_paper_needs_its_public_key() -> None:
    """Unknown, it cannot be checked; known, it is genuine, also by a key that the terminal had earlier."""
    text = sealed(STRANGER)
    assert SEALS.check(text).verdict is Verdict.UNKNOWN_TERMINAL
    known = {"370103-TEST-W01": [HERE.public, OTHER.public]}
    assert PaperSeals("370102-TEST-W03", HERE, lambda: known).check(text).verdict is Verdict.GENUINE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0012H", "0013H"),
        (".ROM.", ".AN."),
        (".2.", ".1."),
        ("7Q4M", "7Q4N"),
        ("20261119", "20261120"),
    ],
)
def test_a_changed_fact(old: str, new: str) -> None:
    """Whatever of it is changed, the signature no longer fits."""
    text = sealed()
    assert text.count(old) == 1
    assert SEALS.check(text.replace(old, new)).verdict is Verdict.FORGED


def test_a_seal_of_one_terminal_under_another_s_name() -> None:
    """A key that is known for one terminal does not seal for another."""
    impostor = PaperSeals("370102-TEST-W03", OTHER)
    known = {"370103-TEST-W01": [OTHER.public]}
    assert PaperSeals("370102-TEST-W03", HERE, lambda: known).check(sealed(impostor)).verdict is Verdict.FORGED


def test_other_words_another_digest() -> None:
    """The seal depends on every word of the paper, and on where one ends and the next begins."""
    digests = [SEALS.check(sealed(words=words)).seal for words in (("甲", "乙"), ("甲乙",), ("甲", "丙"))]
    assert len({seal.digest for seal in digests if seal}) == 3


@pytest.mark.parametrize("text", ["", NUMBER, "https://example.invalid", NUMBER + ".Y2.RM.1"])
def test_what_is_no_whole_seal(text: str) -> None:
    """It is unreadable, and nothing of it is believed."""
    check = SEALS.check(text)
    assert (check.verdict, check.seal) == (Verdict.UNREADABLE, None)


def test_a_scan_that_breaks_off_anywhere() -> None:
    """A part of a seal is never called forged, let alone genuine."""
    text = sealed()
    assert {SEALS.check(text[:end]).verdict for end in range(len(text))} == {Verdict.UNREADABLE}


def test_a_day_that_no_calendar_has() -> None:
    """A date that cannot be makes the seal unreadable."""
    assert SEALS.check(sealed().replace("20261119", "20261340")).verdict is Verdict.UNREADABLE


def test_what_keyboards_make_of_a_scan() -> None:
    """Small letters, full-width forms, the Chinese full stop and a line's end change nothing."""
    text = sealed()
    wide = "".join(chr(ord(mark) + 0xFEE0) if mark.isalnum() else "。" if mark == "." else mark for mark in text)
    for typed in (text.lower(), wide, f" {text}\r\n"):
        assert looks_sealed(typed)
        assert SEALS.check(typed).verdict is Verdict.GENUINE


def test_an_inquiry_address_before_it() -> None:
    """A telephone opens the address with the number; a scanner at a counter finds the seal behind it."""
    text = sealed(url="https://example.invalid/q/")
    assert text.startswith(f"https://example.invalid/q/{NUMBER}#")
    assert SEALS.check(text).verdict is Verdict.GENUINE


def test_looking_sealed() -> None:
    """A bare number is looked up as ever."""
    assert looks_sealed(sealed())
    assert not looks_sealed(NUMBER)


def test_it_fits_a_code_that_an_80_mm_roll_can_carry() -> None:
    """At level M it takes version 8 at most, 49 modules: four dots of a thermal head each on 25 mm."""
    code = segno.make(sealed(), error="m", micro=False, boost_error=False)
    assert (code.mode, int(code.version) <= 8) == ("alphanumeric", True)


def test_half_a_character_in_a_name() -> None:
    """It is for the fonts to refuse the paper; the seal does not stumble before."""
    assert SEALS.check(sealed(words=("测\ud800",))).verdict is Verdict.GENUINE
