"""Text off a card: rare characters, private-use places, broken encodings."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache

from kiosk.paths import resource

_PADDING = "\0 \u3000"
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True)
class CardText:
    """Text of one field.

    Attributes:
        mapped: a private-use character was replaced by what it has since become in Unicode.
        private: a private-use character is left that nobody has published; a person must confirm the text.
        broken: the bytes held something that is no character; U+FFFD stands for it.
    """

    text: str = field(repr=False)
    mapped: bool = False
    private: bool = False
    broken: bool = False

    def warnings(self, name: str) -> tuple[str, ...]:
        """Give the warnings of the published decode format for the field of this name."""
        found = ((self.mapped, "pua_mapped"), (self.private, "pua"), (self.broken, "bad_utf16"))
        return tuple(f"{word}:{name}" for holds, word in found if holds)


@cache
def _private_use_map() -> dict[int, str]:
    table = tomllib.loads(resource("codes/private_use.toml").read_text("utf-8"))
    return {int(place, 16): chr(int(character, 16)) for place, character in table.items()}


def _is_private(character: str) -> bool:
    return "\ue000" <= character <= "\uf8ff" or character >= "\U000f0000"


def restore(text: str) -> CardText:
    """Take the padding off and replace private-use characters by their published successors."""
    text = text.strip(_PADDING)
    restored = text.translate(_private_use_map())
    return CardText(restored, restored != text, any(map(_is_private, restored)), _REPLACEMENT in restored)


def from_utf16(data: bytes) -> CardText:
    """Decode the UTF-16LE of an identity card (GA/T 490). A lone surrogate becomes U+FFFD."""
    return restore(data.decode("utf-16-le", "replace"))


def from_gb18030(data: bytes) -> CardText:
    """Decode the GB 18030 of a social security card; filler bytes 00 and FF at the end are no text."""
    return restore(data.rstrip(b"\0\xff").decode("gb18030", "replace"))
