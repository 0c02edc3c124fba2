"""How personal values are shown to people: enough to recognise, not enough to misuse."""

from __future__ import annotations

import re
from enum import IntEnum

_PART = r"[^\W\d路街道巷弄号]"
_DIVISION = re.compile(
    rf"(?:{_PART}{{2,8}}?(?:省|自治区|特别行政区))?(?:{_PART}{{1,8}}?(?:市|自治州|地区|盟))?"
    rf"(?:{_PART}{{1,10}}?(?:区|县|市|旗))?"
)
"""省、市、区县 at the beginning of an address."""


class Place(IntEnum):
    """Where a document number is shown; the value is how many of its first characters stay."""

    STAFF_SCREEN = 6
    PUBLIC = 3


def mask_name(name: str) -> str:
    """Mask a person's name.

    One or two characters keep the last (`*三`), three or more the first and the last (`张*三`); of a name with `·` the
    last part stays (`**·买买提`); of a Latin name the last word.
    """
    for separator in ("·", " "):
        head, found, last = name.rpartition(separator)
        if found and head and last:
            return "**" + separator + last
    if len(name) < 2:
        return "*"
    if len(name) == 2:
        return "*" + name[1]
    return name[0] + "*" * (len(name) - 2) + name[-1]


def mask_number(number: str, place: Place) -> str:
    """Mask a document number: 6+4 on staff screens, 3+4 on papers, self-service and in logs."""
    keep = int(place) + 4
    if len(number) <= keep:
        return "*" * max(len(number) - 2, 0) + number[-2:]
    return number[:place] + "*" * (len(number) - keep) + number[-4:]


def mask_phone(phone: str) -> str:
    """Mask a telephone number: 3+4."""
    return mask_number(phone, Place.PUBLIC)


def mask_account(account: str) -> str:
    """Show the last four characters of an account."""
    return "尾号 " + account[-4:] if account else ""


def mask_address(address: str) -> str:
    """Show an address down to the county; one that names none keeps its first two characters."""
    if not address:
        return ""
    match = _DIVISION.match(address)
    return address[: (match.end() if match else 0) or 2] + "****"
