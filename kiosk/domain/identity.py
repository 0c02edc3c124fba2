"""Numbers of identity documents: citizens by GB 11643-1999, residents and foreigners alike, others by type.

The check character, the birth date and its not lying ahead are hard rules. The division is not: numbers were first
given out in 1984, long after most of the deceased were born, and codes of abolished divisions stay valid for life.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from stdnum.iso7064 import mod_11_2

from kiosk.domain.codes import Divisions

CITIZEN_TYPES = frozenset({"111", "112", "113"})
"""Document types whose number is a citizen number (identity card, temporary one, household register)."""

RESIDENT_AREAS = {"810000": "香港", "820000": "澳门", "830000": "台湾"}
"""First six digits of 港澳台居民居住证; GB/T 2260 itself uses other ones."""


class NumberProblem(StrEnum):
    """Why a number is refused; its sentence stands under `[identity]` in the messages."""

    EMPTY = "empty"
    LENGTH = "length"
    CHARACTERS = "characters"
    CHECK = "check"
    BIRTH = "birth"
    BIRTH_AHEAD = "birth_ahead"
    PATTERN = "pattern"


class NumberWarning(StrEnum):
    """What a person should look at twice; it holds nothing."""

    AREA_UNKNOWN = "area_unknown"
    AREA_ABOLISHED = "area_abolished"
    BORN_BEFORE_1900 = "born_before_1900"
    CONVERTED = "converted_15"
    RESIDENT_PERMIT = "resident_permit"
    FOREIGNER = "foreigner"
    UNUSUAL = "unusual"


@dataclass(frozen=True)
class NumberReading:
    """What a document number says.

    `number` is the normalised form (half-width, upper-case, without spaces, 15 digits made 18). `area`, `birth` and
    `sex` (GB/T 2261.1) are set only by numbers that carry them and pass the hard rules.
    """

    document_type: str
    number: str = field(repr=False)
    problem: NumberProblem | None = None
    area: str | None = None
    birth: date | None = field(default=None, repr=False)
    sex: str | None = None
    warnings: tuple[NumberWarning, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the number passes the hard rules."""
        return self.problem is None


def normalise_number(text: str) -> str:
    """Bring a typed number into its stored form: NFKC (full-width digits), upper-case, without spaces and hyphens."""
    return re.sub(r"[\s\-\u00b7]", "", unicodedata.normalize("NFKC", text)).upper()


def is_constructed(number: str) -> bool:
    """Say whether a number is one of our made-up samples (`999` as sequence), never a person's by our rule."""
    return len(number) == 18 and number[14:17] == "999"


def read_number(document_type: str, text: str, today: date, divisions: Divisions) -> NumberReading:
    """Read a number of a GA/T 517 document type (or `X01`).

    Args:
        document_type: the code of the document.
        text: as typed or as the card gave it.
        today: births after this day are refused.
        divisions: for the warnings about the first six digits.
    """
    number = normalise_number(text)
    if not number:
        return NumberReading(document_type, "", NumberProblem.EMPTY)
    if document_type == "X01":
        return _resident_permit(number, today, divisions)
    if document_type == "553":
        return _permanent_resident(number, today, divisions)
    if document_type in CITIZEN_TYPES or (document_type == "117" and re.fullmatch(r"[0-9]{17}[0-9X]", number)):
        return _citizen(document_type, number, today, divisions)
    return _other(document_type, number)


def _other(document_type: str, number: str) -> NumberReading:
    if not _PATTERNS.get(document_type, _free)(number):
        return NumberReading(document_type, number, NumberProblem.PATTERN)
    usual = _USUAL.get(document_type)
    unusual = usual is not None and not usual.fullmatch(number)
    return NumberReading(document_type, number, warnings=(NumberWarning.UNUSUAL,) if unusual else ())


def _citizen(document_type: str, number: str, today: date, divisions: Divisions) -> NumberReading:
    converted: tuple[NumberWarning, ...] = ()
    if re.fullmatch(r"[0-9]{15}", number):
        number = number[:6] + "19" + number[6:]
        number += mod_11_2.calc_check_digit(number)
        converted = (NumberWarning.CONVERTED,)
    reading = _eighteen(document_type, number, today, divisions)
    return replace(reading, warnings=converted + reading.warnings)


def _resident_permit(number: str, today: date, divisions: Divisions) -> NumberReading:
    reading = _eighteen("X01", number, today, divisions)
    if reading.ok and reading.area not in RESIDENT_AREAS:
        return NumberReading("X01", number, NumberProblem.PATTERN)
    # The permit's own prefix is what one expects here, so it is no warning.
    kept = tuple(warning for warning in reading.warnings if warning is not NumberWarning.RESIDENT_PERMIT)
    return replace(reading, warnings=kept)


def _permanent_resident(number: str, today: date, divisions: Divisions) -> NumberReading:
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        # Cards of before 2023-12-01 stay valid until they lapse; their number carries no check character.
        return NumberReading("553", number)
    reading = _eighteen("553", number, today, divisions)
    if reading.ok and not number.startswith("9"):
        return NumberReading("553", number, NumberProblem.PATTERN)
    kept = tuple(warning for warning in reading.warnings if warning is not NumberWarning.FOREIGNER)
    return replace(reading, warnings=kept)


def _eighteen(document_type: str, number: str, today: date, divisions: Divisions) -> NumberReading:
    problem, birth = _hard_rules(number, today)
    if birth is None:
        return NumberReading(document_type, number, problem)
    area = number[:6]
    warnings: list[NumberWarning] = []
    if number.startswith("9"):
        warnings.append(NumberWarning.FOREIGNER)
    elif area in RESIDENT_AREAS:
        warnings.append(NumberWarning.RESIDENT_PERMIT)
    elif divisions.abolished_in(area) is not None:
        warnings.append(NumberWarning.AREA_ABOLISHED)
    elif not divisions.known(area):
        warnings.append(NumberWarning.AREA_UNKNOWN)
    if birth.year < 1900:
        warnings.append(NumberWarning.BORN_BEFORE_1900)
    sex = "1" if int(number[16]) % 2 else "2"
    return NumberReading(document_type, number, None, area, birth, sex, tuple(warnings))


def _hard_rules(number: str, today: date) -> tuple[NumberProblem | None, date | None]:
    if not re.fullmatch(r"[0-9]*X?", number):
        return NumberProblem.CHARACTERS, None
    if len(number) != 18:
        return NumberProblem.LENGTH, None
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return NumberProblem.BIRTH, None
    if mod_11_2.calc_check_digit(number[:17]) != number[17]:
        return NumberProblem.CHECK, None
    return (NumberProblem.BIRTH_AHEAD, None) if birth > today else (None, birth)


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda number: compiled.fullmatch(number) is not None


def _free(number: str) -> bool:
    return len(number) <= 32


_PATTERNS: dict[str, Callable[[str], bool]] = {
    "411": _matches(r"[A-Z0-9]{5,20}"),
    "412": _matches(r"[A-Z0-9]{5,20}"),
    "414": _matches(r"[A-Z0-9]{5,20}"),
    "420": _matches(r"[A-Z0-9]{5,20}"),
    "421": _matches(r"[A-Z0-9]{5,20}"),
    "511": _matches(r"[0-9]{8}(?:[0-9]{2})?"),
    "516": _matches(r"[HM][0-9]{8}(?:[0-9]{2})?"),
    "554": _matches(r"[A-Z0-9]{5,20}"),
}
"""What a number of the type must look like; types that are not here take any text of up to 32 characters."""

_USUAL = {
    "414": re.compile(r"[EGDSP][A-Z0-9][0-9]{7}"),
    "420": re.compile(r"[HK][A-Z]?[0-9]{8}"),
    "421": re.compile(r"M[A-Z]?[0-9]{7,8}"),
}
"""What most numbers of the type look like; others are taken with a warning, foreign passports among them."""


def age_on(birth: date, day: date) -> int:
    """Give the full years of age on a day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
