"""Case numbers: `SHS` + division + terminal + series letter + day + counter + ISO 7064 MOD 37,36 check character."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kiosk.errors import ErrorCode, InputError
from kiosk.ids import CaseNumberText

_SHAPE = re.compile(
    r"SHS(?P<division>[0-9]{6})(?P<terminal>[0-9A-Z]{3})(?P<series>[A-Z])(?P<day>[0-9]{8})(?P<counter>[0-9]{4})(?P<check>[0-9A-Z])"
)
COUNTER_MAX = 9999
"""The last number of a day in one series."""


@dataclass(frozen=True)
class CaseNumber:
    """办件编号, taken apart."""

    division: str
    terminal_code: str
    series: str
    day: date
    counter: int

    def __post_init__(self) -> None:
        if not 1 <= self.counter <= COUNTER_MAX or not _SHAPE.fullmatch(self._body() + "0"):
            raise InputError(ErrorCode.INPUT_INVALID, place="case_number")

    def __str__(self) -> str:
        """Give the 26 characters without spaces, as stored and sent."""
        from stdnum.iso7064 import mod_37_36  # noqa: PLC0415  its import is slow, and the first page shows no number

        body = self._body()
        return body + mod_37_36.calc_check_digit(body)

    def text(self) -> CaseNumberText:
        """Give the stored form under its own type."""
        return CaseNumberText(str(self))

    def _body(self) -> str:
        return f"SHS{self.division}{self.terminal_code}{self.series}{self.day:%Y%m%d}{self.counter:04d}"


def parse_case_number(text: str) -> CaseNumber:
    """Read a case number; spaces and the case of letters do not matter.

    Raises:
        InputError: INPUT_INVALID, the number does not have the shape, or a character is wrong.
    """
    from stdnum.iso7064 import mod_37_36  # noqa: PLC0415  the same

    compact = "".join(text.split()).upper()
    found = _SHAPE.fullmatch(compact)
    if not found or not mod_37_36.is_valid(compact):
        raise InputError(ErrorCode.INPUT_INVALID, place="case_number")
    day = found["day"]
    try:
        when = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError as exc:
        raise InputError(ErrorCode.INPUT_INVALID, place="case_number") from exc
    return CaseNumber(found["division"], found["terminal"], found["series"], when, int(found["counter"]))


def grouped(case_number: str) -> str:
    """Set a case number in groups for people, `SHS 370102 W03 A 20261118 0012 H`; another form stays as it is."""
    found = _SHAPE.fullmatch("".join(case_number.split()))
    return " ".join(("SHS", *found.groups())) if found else case_number
