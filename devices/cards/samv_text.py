"""The text block of an identity card: 256 bytes UTF-16LE in four layouts (GA/T 490; 2019, 2017 and 2023 cards)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from stdnum.iso7064 import mod_11_2

from devices.cards.rare_characters import CardText, from_utf16
from kiosk.paths import resource
from kiosk.ports.cards import CardReadout

BLOCK_SIZE = 256
LONG_TERM = "长期"
SEXES = {"0": "未知", "1": "男", "2": "女", "9": "未说明"}
"""GB/T 2261.1."""

Span = tuple[int, int]
"""Offset and size in bytes."""

_NAME_TO_BIRTH: dict[str, tuple[Span, ...]] = {"name": ((0, 30),), "sex": ((30, 2),)}
_ID_TO_VALID: dict[str, tuple[Span, ...]] = {
    "id_no": ((122, 36),),
    "issuer": ((158, 30),),
    "valid_from": ((188, 16),),
    "valid_to": ((204, 16),),
}

LAYOUTS: dict[str, dict[str, tuple[Span, ...]]] = {
    "CN": {
        **_NAME_TO_BIRTH,
        "nation": ((32, 4),),
        "birth": ((36, 16),),
        "address": ((52, 70),),
        **_ID_TO_VALID,
    },
    "J": {
        **_NAME_TO_BIRTH,
        "birth": ((36, 16),),
        "address": ((52, 70),),
        **_ID_TO_VALID,
        "pass_no": ((220, 18),),
        "issue_count": ((238, 4),),
        "type": ((248, 2),),
    },
    "Y": {
        **_NAME_TO_BIRTH,
        "renewals": ((32, 4),),
        "birth": ((36, 16),),
        "name_en": ((52, 70), (220, 22)),
        "id_no": ((122, 36),),
        "valid_from": ((188, 16),),
        "valid_to": ((204, 16),),
        "country": ((242, 6),),
        "type": ((248, 2),),
        "old_no_link": ((250, 6),),
    },
    "I": {
        "name_en": ((0, 120),),
        "sex": ((120, 2),),
        "id_no": ((122, 30),),
        "country": ((152, 6),),
        "name": ((158, 30),),
        "valid_from": ((188, 16),),
        "valid_to": ((204, 16),),
        "birth": ((220, 16),),
        "version": ((236, 4),),
        "authority": ((240, 8),),
        "type": ((248, 2),),
    },
}
"""Fields by the letter at byte 248; a citizen's card has none."""

_DOCUMENT_TYPES = {"CN": "111", "J": "X01", "I": "553", "Y": "553"}
_DATES = ("birth", "valid_from", "valid_to")
_TYPE_AT = 248
_CITIZEN_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_PERMIT_NUMBER = re.compile(r"[A-Z]{3}[0-9]{12}")


@dataclass(frozen=True)
class IdCardText:
    """What stands on an identity card.

    Attributes:
        kind: `CN`, `J`, `I` or `Y`.
        values: the fields of the published decode format that this kind has; a number that cannot be derived is None.
    """

    kind: str
    values: Mapping[str, str | None] = field(repr=False)
    warnings: tuple[str, ...] = ()

    def readout(self, *, newest_address: str = "", sam_id: str = "") -> CardReadout:
        """Give it as the port's value; an address written onto the card later stands before the printed one."""
        value = {name: text or "" for name, text in self.values.items()}
        return CardReadout(
            kind="id_card",
            layout=self.kind,
            document_type=_DOCUMENT_TYPES[self.kind],
            name=value["name"] or value.get("name_en", ""),
            document_number=value["id_no"],
            sex=value["sex"],
            nation=value.get("nation", "") or value.get("country", ""),
            birth=value["birth"],
            address=newest_address or value.get("address", ""),
            issuer=value.get("issuer", ""),
            valid_from=value["valid_from"],
            valid_until=value["valid_to"],
            sam_id=sam_id,
            warnings=self.warnings,
        )


def read_text_block(block: bytes) -> IdCardText | None:
    """Read the text block; None when it is not 256 bytes long."""
    if len(block) != BLOCK_SIZE:
        return None
    letter = block[_TYPE_AT : _TYPE_AT + 2].decode("utf-16-le", "replace")
    kind = letter if letter in LAYOUTS else "CN"
    texts = {name: _text(block, spans) for name, spans in LAYOUTS[kind].items()}
    values: dict[str, str | None] = {name: text.text for name, text in texts.items()}
    warnings = [warning for name, text in texts.items() for warning in text.warnings(name)]

    number = texts["id_no"].text.upper()
    values["id_no"] = number
    birth = texts["birth"].text
    if not number_is_sound(number):
        warnings.append("check:id_no")
    for name in _DATES:
        values[name], is_date = _date(name, texts[name].text)
        if not is_date:
            warnings.append(f"date:{name}")
    if kind != "I" and _CITIZEN_NUMBER.fullmatch(number) and number[6:14] != birth:
        warnings.append("birth_mismatch")

    values["sex_text"] = SEXES.get(texts["sex"].text, texts["sex"].text)
    if kind == "CN":
        values["nation_text"] = nations().get(texts["nation"].text, texts["nation"].text)
    if kind == "Y":
        values["old_no"] = derive_old_number(number, texts["country"].text, texts["old_no_link"].text)
    return IdCardText(kind, values, tuple(warnings))


def compose_text_block(kind: str, values: Mapping[str, str]) -> bytes:
    """Make the text block that a card with these raw values holds (dates as YYYYMMDD), for mocks and simulators.

    Raises:
        ValueError: a value is longer than its field.
    """
    block = bytearray(" ".encode("utf-16-le") * (BLOCK_SIZE // 2))
    for name, spans in LAYOUTS[kind].items():
        data = (kind if name == "type" else values.get(name, "")).encode("utf-16-le")
        for offset, size in spans:
            part, data = data[:size], data[size:]
            block[offset : offset + len(part)] = part
        if data:
            raise ValueError(name)
    return bytes(block)


def number_is_sound(number: str) -> bool:
    """Check the last character: GB 11643 (ISO 7064 MOD 11-2) of 18 characters, ICAO 9303 of a foreigner's 15."""
    if _CITIZEN_NUMBER.fullmatch(number):
        return bool(mod_11_2.is_valid(number))
    return bool(_PERMIT_NUMBER.fullmatch(number)) and number[-1] == icao_check_digit(number[:-1])


def icao_check_digit(text: str) -> str:
    """Give the check digit of ICAO 9303-3 §4.9: weights 7 3 1, letters A = 10 to Z = 35."""
    return str(sum(int(character, 36) * (7, 3, 1)[at % 3] for at, character in enumerate(text)) % 10)


def derive_old_number(number: str, country: str, link: str) -> str | None:
    """Give the 15-character number of a foreigner's card before 2023; None when the link says that there was none."""
    if not _CITIZEN_NUMBER.fullmatch(number):
        return None
    body = f"{country}{number[1:3]}{link[:2]}{number[8:14]}{link[2:]}"
    old = body + icao_check_digit(body) if re.fullmatch(r"[A-Z]{3}[0-9]{11}", body) else ""
    return old or None


@cache
def nations() -> dict[str, str]:
    """Give the short names (汉, not 汉族) of the GB/T 3304 codes, as cards print them."""
    table = tomllib.loads(resource("codes/nations.toml").read_text("utf-8"))
    return {str(code): str(name).removesuffix("族") for code, name in table["names"].items()}


def iso_date(digits: str) -> str | None:
    """Write YYYYMMDD as an ISO date; None when it is no date."""
    if not re.fullmatch(r"[0-9]{8}", digits):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat()
    except ValueError:
        return None


def _text(block: bytes, spans: tuple[Span, ...]) -> CardText:
    return from_utf16(b"".join(block[offset : offset + size] for offset, size in spans))


def _date(name: str, text: str) -> tuple[str, bool]:
    if name == "valid_to" and text == LONG_TERM:
        return text, True
    day = iso_date(text)
    return day or text, day is not None
