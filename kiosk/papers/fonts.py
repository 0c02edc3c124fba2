"""Faces of the papers: the shipped Chinese fonts, what stands in for rare characters, and how wide text is.

Every character is looked up before anything is drawn. A font that maps one to an empty outline does not have it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics, ttfonts

from kiosk.errors import ConfigError, ErrorCode, PaperError
from kiosk.paths import resource

_SPACES = frozenset("\u0020\u00a0\u3000")
_NEVER_DRAWN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Unicode categories refused whatever a font says: controls, private use, surrogates, separators."""
_BFCHARS_PER_BLOCK = 100
"""Entries of one `beginbfchar` block, Adobe Technical Note 5014 §1.4.1."""

_SYSTEM_FALLBACKS = (
    Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
    Path("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf"),
    Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf"),
    Path("C:/Windows/Fonts/simsunb.ttf"),
    Path("C:/Windows/Fonts/SimsunExtG.ttf"),
)
"""TrueType fonts with the planes that the shipped ones lack, taken when installed, in this order."""


class Face(StrEnum):
    """What a piece of text is set in."""

    REGULAR = "NotoSansSC_400Regular"
    SEMIBOLD = "NotoSansSC_600SemiBold"
    SERIF = "NotoSerifSC-Bold-GB2312"
    """For titles of our own wording only; characters beyond GB 2312 come from the semibold."""


class Fonts:
    """The shipped fonts and a chain of stand-ins, loaded once.

    Not for several threads at a time: reportlab reads outlines through one position in the font's bytes.
    """

    def __init__(self, fallbacks: Iterable[Path]) -> None:
        """Load the shipped fonts; `fallbacks` are opened when a character first needs them."""
        shipped = {face: _Font(face.value, resource(f"fonts/{face.value}.ttf")) for face in Face}
        self._chain = {
            Face.REGULAR: [shipped[Face.REGULAR]],
            Face.SEMIBOLD: [shipped[Face.SEMIBOLD]],
            Face.SERIF: [shipped[Face.SERIF], shipped[Face.SEMIBOLD]],
        }
        self._waiting = list(fallbacks)
        self._spare: list[_Font] = []
        self._known: dict[Face, dict[str, tuple[str, float]]] = {face: {} for face in Face}

    def require(self, text: str) -> None:
        """Make sure that every character can be drawn.

        Raises:
            PaperError: some cannot; the facts name their code points only.
        """
        known = self._known[Face.REGULAR]
        missing = sorted(
            {
                character
                for character in set(text)
                if character not in known and self._find(Face.REGULAR, character) is None
            }
        )
        if missing:
            raise PaperError(
                ErrorCode.CHARACTER_NOT_IN_FONTS,
                characters=" ".join(f"U+{ord(character):04X}" for character in missing),
            )

    def width(self, text: str, face: Face, size: float) -> float:
        """Measure text in points."""
        known = self._known[face]
        try:
            return sum(known[character][1] for character in text) * size
        except KeyError:
            self._learn(text, face)
            return sum(known[character][1] for character in text) * size

    def runs(self, text: str, face: Face) -> list[tuple[str, str]]:
        """Cut text into (font name, piece) by the first font of the chain that has each character."""
        known = self._known[face]
        runs: list[tuple[str, str]] = []
        for character in text:
            if character not in known:
                self._learn(character, face)
            name = known[character][0]
            if runs and runs[-1][0] == name:
                runs[-1] = (name, runs[-1][1] + character)
            else:
                runs.append((name, character))
        return runs

    def _learn(self, text: str, face: Face) -> None:
        for character in text:
            if character not in self._known[face] and self._find(face, character) is None:
                raise PaperError(ErrorCode.CHARACTER_NOT_IN_FONTS, characters=f"U+{ord(character):04X}")

    def _find(self, face: Face, character: str) -> _Font | None:
        for font in self._candidates(face):
            if font.has(character):
                self._known[face][character] = (font.name, font.advance(character))
                return font
        return None

    def _candidates(self, face: Face) -> Iterable[_Font]:
        yield from self._chain[face]
        yield from self._spare
        while self._waiting:
            path = self._waiting.pop(0)
            font = _Font(f"Spare{len(self._spare)}-{path.stem}", path)
            self._spare.append(font)
            yield font


class _Font:
    """One TrueType file, registered with reportlab."""

    def __init__(self, name: str, path: Path) -> None:
        try:
            self._font = ttfonts.TTFont(name, str(path))
        except (ttfonts.TTFError, OSError) as exc:
            raise ConfigError(ErrorCode.CONFIG_INVALID, place=f"fonts: {path.name}") from exc
        pdfmetrics.registerFont(self._font)
        self.name = name

    def has(self, character: str) -> bool:
        """Tell whether the font draws this character (some map it to an empty outline)."""
        face = self._font.face
        glyph = face.charToGlyph.get(ord(character), 0)
        if not glyph:
            return False
        if character in _SPACES:
            return True
        drawn = face.glyphPos[glyph + 1] != face.glyphPos[glyph]
        return drawn and unicodedata.category(character) not in _NEVER_DRAWN

    def advance(self, character: str) -> float:
        """Give the advance width in ems."""
        face = self._font.face
        return float(face.charWidths.get(ord(character), face.defaultWidth)) / 1000


@cache
def load_fonts(configured: tuple[Path, ...] = ()) -> Fonts:
    """Load the fonts once per process; `configured` stand-ins come before those of the system.

    Raises:
        ConfigError: a configured font is missing or has no TrueType outlines.
    """
    for path in configured:
        if not path.is_file():
            raise ConfigError(ErrorCode.CONFIG_INVALID, place=f"fonts: {path.name}")
    return Fonts([*configured, *(path for path in _SYSTEM_FALLBACKS if path.is_file())])


def _to_unicode(fontname: str, subset: list[int]) -> str:
    """Write the ToUnicode map of a subset (PDF 32000-1:2008 §9.10.3), UTF-16 beyond U+FFFF included."""
    entries = [f"<{code:02X}> <{chr(value).encode('utf-16-be').hex().upper()}>" for code, value in enumerate(subset)]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        f"/CIDSystemInfo << /Registry ({fontname}) /Ordering ({fontname}) /Supplement 0 >> def",
        f"/CMapName /{fontname} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        f"<00> <{len(subset) - 1:02X}>",
        "endcodespacerange",
    ]
    for start in range(0, len(entries), _BFCHARS_PER_BLOCK):
        block = entries[start : start + _BFCHARS_PER_BLOCK]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


# WORKAROUND(reportlab 5.1): its own map writes a code point beyond U+FFFF as five hexadecimal digits, so that text
# taken out of the PDF is another character. Remove when makeToUnicodeCMap writes UTF-16.
vars(ttfonts)["makeToUnicodeCMap"] = _to_unicode
