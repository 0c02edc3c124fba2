from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from kiosk.domain.codes import CodeTables
from kiosk.domain.identity import NumberProblem, NumberReading, NumberWarning, age_on, is_constructed, read_number
from kiosk.services.reference import load_codes

CODES: CodeTables = load_codes()
TODAY = date(2026, 11, 20)


def read(document_type: str, text: str) -> NumberReading:
    """Read a number on the tests' day."""
    return read_number(document_type, text, TODAY, CODES.divisions)


def numbered(seventeen: str) -> str:
    """Complete a number with its check character."""
    return seventeen + mod_11_2.calc_check_digit(seventeen)


def test_elderly_person_of_a_later_district_passes() -> None:
    """A division that was made after the birth is no reason to refuse."""
    reading = read("111", numbered("37010219400101999"))
    assert reading.ok
    assert reading.warnings == ()
    assert (reading.area, reading.birth, reading.sex) == ("370102", date(1940, 1, 1), "1")


def test_abolished_division_warns_and_passes() -> None:
    """A code of an abolished district stays valid for life."""
    reading = read("111", numbered("37292119360405999"))
    assert reading.ok
    assert reading.warnings == (NumberWarning.AREA_ABOLISHED,)
    assert CODES.divisions.name("372921") == "山东省菏泽地区菏泽县"


@pytest.mark.parametrize("area", ["370199", "990101", "379999"])
def test_unknown_division_warns_and_never_refuses(area: str) -> None:
    """An unknown division is a warning."""
    start = area if not area.startswith("99") else "600101"
    reading = read("111", numbered(start + "19400101" + "999"))
    assert reading.ok
    assert reading.warnings == (NumberWarning.AREA_UNKNOWN,)


@pytest.mark.parametrize(
    ("document_type", "number", "warning"),
    [
        ("X01", "810000199001019996", None),
        ("X01", "820000199001010010", None),
        ("X01", "830000199001010012", None),
        ("111", "810000199001019996", NumberWarning.RESIDENT_PERMIT),
        ("553", "91156019800101999X", None),
        ("111", "91156019800101999X", NumberWarning.FOREIGNER),
        ("553", "CHN110180010199", None),
    ],
)
def test_residents_and_foreigners(document_type: str, number: str, warning: NumberWarning | None) -> None:
    """Permits of Hong Kong, Macao and Taiwan residents and of foreigners are taken; a wrong type is pointed out."""
    reading = read(document_type, number)
    assert reading.ok
    assert reading.warnings == ((warning,) if warning else ())


def test_lower_case_x_spaces_and_full_width_digits_are_brought_into_form() -> None:
    """What is typed loosely is stored strictly."""
    assert read("111", " 37010019800101999x ").number == "37010019800101999X"
    assert read("111", "370100 1980 0101 999ｘ").ok
    assert read("111", "３７０１００１９４００１０１９９９１").number == "370100194001019991"


def test_fifteen_digits_are_converted_with_a_warning() -> None:
    """Old files of the deceased may hold 15 digits: 19 is put in and the check character added."""
    reading = read("111", "370102400101999")
    assert reading.number == numbered("37010219400101999")
    assert reading.warnings == (NumberWarning.CONVERTED,)


def test_born_before_1900_warns() -> None:
    """Someone of 130 years is doubtful but not impossible in old files."""
    assert read("111", numbered("37010218990101999")).warnings == (NumberWarning.BORN_BEFORE_1900,)


@pytest.mark.parametrize(
    ("document_type", "number", "problem"),
    [
        ("111", "", NumberProblem.EMPTY),
        ("111", "37010019400101999", NumberProblem.LENGTH),
        ("111", "37010019400101999A", NumberProblem.CHARACTERS),
        ("111", "3701001940010199X1", NumberProblem.CHARACTERS),
        ("111", "370100194001019992", NumberProblem.CHECK),
        ("111", "370100194013019991", NumberProblem.BIRTH),
        ("111", numbered("37010020270101999"), NumberProblem.BIRTH_AHEAD),
        ("X01", "370100194001019991", NumberProblem.PATTERN),
        ("553", "370100194001019991", NumberProblem.PATTERN),
        ("516", "X12345678", NumberProblem.PATTERN),
        ("511", "1234567", NumberProblem.PATTERN),
        ("414", "E1", NumberProblem.PATTERN),
    ],
)
def test_hard_rules_refuse(document_type: str, number: str, problem: NumberProblem) -> None:
    """Length, characters, birth and check character are hard rules; each refusal names its reason."""
    assert read(document_type, number).problem is problem


@pytest.mark.parametrize(
    ("document_type", "number", "warnings"),
    [
        ("414", "E12345678", ()),
        ("414", "EA1234567", ()),
        ("414", "C01X00T47", (NumberWarning.UNUSUAL,)),
        ("516", "H1234567801", ()),
        ("511", "12345678", ()),
        ("114", "南字第12345号", ()),
        ("117", "U370012345", ()),
    ],
)
def test_other_documents(document_type: str, number: str, warnings: tuple[NumberWarning, ...]) -> None:
    """Passports and permits are taken by their shape, free ones as they are."""
    reading = read(document_type, number)
    assert reading.ok
    assert reading.warnings == warnings


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_any_single_wrong_digit_is_found(birth: date, sequence: int, place: int, step: int) -> None:
    """MOD 11-2 finds every single wrong digit; a right number passes and says birth and sex."""
    number = numbered(f"370102{birth:%Y%m%d}{sequence:03d}")
    reading = read("111", number)
    assert (reading.ok, reading.birth, reading.sex) == (True, birth, "1" if sequence % 2 else "2")
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert not read("111", wrong).ok


def test_samples_are_recognisable() -> None:
    """Numbers of samples carry the sequence 999."""
    assert is_constructed("370100194001019991")
    assert not is_constructed("820000199001010010")


def test_age_counts_full_years() -> None:
    """The day before the birthday is still the lower age."""
    assert age_on(date(1940, 11, 18), date(2026, 11, 17)) == 85
    assert age_on(date(1940, 11, 18), date(2026, 11, 18)) == 86
    assert age_on(date(2024, 2, 29), date(2025, 2, 28)) == 0
