from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.numbering import CaseNumber, grouped, parse_case_number
from kiosk.errors import InputError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

numbers = st.builds(
    CaseNumber,
    st.integers(110000, 659999).map(str),
    st.text("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=3, max_size=3),
    st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    st.dates(date(2024, 1, 1), date(2099, 12, 31)),
    st.integers(1, 9999),
)


def test_a_number_reads_as_it_is_written() -> None:
    """The written form has 26 characters, the grouped one is for people, both read back."""
    number = CaseNumber("370102", "W03", "A", date(2026, 11, 18), 12)
    assert str(number) == "SHS370102W03A202611180012Q"
    assert grouped(str(number)) == "SHS 370102 W03 A 20261118 0012 Q"
    assert parse_case_number(" shs 370102 w03 a 20261118 0012 q ") == number


@given(numbers)
def test_every_number_reads_back(number: CaseNumber) -> None:
    """Writing and reading are inverse."""
    assert parse_case_number(str(number)) == number
    assert parse_case_number(grouped(str(number))) == number


@given(numbers, st.integers(0, 25), st.sampled_from(ALPHABET))
def test_a_single_wrong_character_is_found(number: CaseNumber, place: int, character: str) -> None:
    """ISO 7064 MOD 37,36 finds every single wrong character."""
    whole = str(number)
    wrong = whole[:place] + character + whole[place + 1 :]
    if wrong == whole:
        return
    with pytest.raises(InputError):
        parse_case_number(wrong)


def test_transposed_neighbours_are_found() -> None:
    """Of transposed neighbours at least 99 in 100 are found (the standard promises most, not all)."""
    chance = random.Random(7)  # noqa: S311 - a seed for repeatable samples, no secret
    tried = escaped = 0
    for _ in range(400):
        whole = str(CaseNumber("370102", "W03", "A", date(2026, 11, chance.randint(1, 30)), chance.randint(1, 9999)))
        for place in range(25):
            swapped = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
            if swapped == whole:
                continue
            tried += 1
            try:
                parse_case_number(swapped)
            except InputError:
                continue
            escaped += 1
    assert tried > 5000
    assert escaped * 100 <= tried


@pytest.mark.parametrize("counter", [0, 10000, -1])
def test_a_counter_outside_its_four_digits_is_refused(counter: int) -> None:
    """A number that would not fit is never made."""
    with pytest.raises(InputError):
        CaseNumber("370102", "W03", "A", date(2026, 11, 18), counter)


@pytest.mark.parametrize("text", ["", "SHS", "370102W03A202611180012Q", "SHS370102W03A202613180012Q"])
def test_what_is_no_number_is_refused(text: str) -> None:
    """Neither a part of a number nor an impossible day passes."""
    with pytest.raises(InputError):
        parse_case_number(text)
