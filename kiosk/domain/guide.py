"""办事指南: finds matters of the catalogue by words, pinyin and everyday names, and says what they take."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from kiosk.domain.assessment import Limit
from kiosk.domain.catalog import MatterRow, ServiceCatalog
from kiosk.domain.due import limit_words
from kiosk.ids import MatterId
from kiosk.messages import text

HOTLINE = "12345"
"""The government's general hotline, where a department has named no number of its own."""

_EXACT, _NAMED, _PART, _MENTIONED, _LIKE = 100, 80, 60, 30, 10


@dataclass(frozen=True)
class GuideEntry:
    """What one matter takes, for somebody who asks before there is a case.

    Attributes:
        mode_key: the value of the `Mode` that `mode` says in words.
        who: when it applies, as the rules' reasons say.
        bring: materials that are always wanted; `perhaps` those that depend on the situation.
        how_long: limits in words; the words of the row when none can be counted.
        sources: titles of where the basis can be read, each with its trust.
    """

    matter_id: MatterId
    name: str
    department: str
    phone: str
    mode: str
    mode_key: str
    who: tuple[str, ...]
    bring: tuple[str, ...]
    perhaps: tuple[str, ...]
    how_long: str
    result: str
    follow_up: str
    basis: str
    sources: tuple[str, ...]
    weak: bool


class Guide:
    """Searches one service's catalogue. Immutable once made; any thread may use it."""

    def __init__(self, service: ServiceCatalog) -> None:
        """Prepare a service's enabled matters."""
        self._service = service
        self._matters = [row for row in service.matters.values() if row.enabled]
        self._named: dict[MatterId, list[str]] = {row.matter_id: [] for row in self._matters}
        for word, matter_ids in service.everyday.items():
            for matter_id in matter_ids:
                if matter_id in self._named:
                    self._named[matter_id].append(word)

    def search(self, words: str, *, limit: int = 10) -> list[GuideEntry]:
        """Find matters, the likeliest first; nothing for nothing. Several words narrow the search.

        Pinyin may be whole or initials (`sangzangfei`, `szf`).
        """
        asked = [_plain(word) for word in words.split()]
        asked = [word for word in asked if word]
        if not asked:
            return []
        scored = []
        for place, row in enumerate(self._matters):
            scores = [self._score(row, word) for word in asked]
            if min(scores):
                scored.append((-sum(scores), self._named_at(row, asked[0]), place, row))
        return [self.entry(row) for *_, row in sorted(scored, key=lambda found: found[:3])[:limit]]

    def entry(self, row: MatterRow) -> GuideEntry:
        """Say what a matter takes."""
        service = self._service
        department = service.departments[row.department]
        materials = [service.materials[key] for key in service.materials_of(row)]
        return GuideEntry(
            matter_id=row.matter_id,
            name=row.name,
            department=department.name,
            phone=department.phone or HOTLINE,
            mode=text(f"receipt.modes.{row.mode.value}"),
            mode_key=row.mode.value,
            who=tuple(dict.fromkeys(rule.reason.replace("{age}", "…") for rule in row.when)),
            bring=tuple(f"{item.name}（{item.form}）" for item in materials if not item.conditional),
            perhaps=tuple(f"{item.name}（{item.form}）" for item in materials if item.conditional),
            how_long=_how_long(row),
            result=row.result,
            follow_up=row.follow_up,
            basis=row.basis,
            sources=tuple(
                f"{source.title}（{source.trust}）" for source in map(service.sources.get, row.basis_ref) if source
            ),
            weak=row.weak,
        )

    def _score(self, row: MatterRow, word: str) -> int:
        if word.isascii() and word.isalpha():
            return self._pinyin_score(row, word)
        named = self._named[row.matter_id]
        short, name = _plain(row.short), _plain(row.name)
        if word in (*named, short, name):
            return _EXACT
        if any(word in other or other in word for other in named):
            return _NAMED
        if word in name or word in short or short in word:
            return _PART
        materials = (self._service.materials[key].name for key in self._service.materials_of(row))
        if any(word in words for words in (row.result, row.follow_up, row.basis, row.department, *materials)):
            return _MENTIONED
        return _LIKE if len(word) > 2 and _alike(word, (row.name, *named)) else 0

    def _pinyin_score(self, row: MatterRow, letters: str) -> int:
        best = 0
        for whole, initials in self._pinyin[row.matter_id]:
            if letters in ("".join(whole), initials):
                return _EXACT
            if len(letters) > 1 and "".join(whole).startswith(letters):
                best = _NAMED
            starts = ("".join(whole[at:]) for at in range(len(whole)))
            if len(letters) > 1 and any(start.startswith(letters) for start in starts):
                best = max(best, _PART)
            elif len(letters) > 1 and letters in initials:
                best = max(best, _MENTIONED)
        return best

    def _named_at(self, row: MatterRow, word: str) -> int:
        matters = self._service.everyday.get(word, ())
        return matters.index(row.matter_id) if row.matter_id in matters else len(matters)

    @cached_property
    def _pinyin(self) -> dict[MatterId, list[tuple[list[str], str]]]:
        from pypinyin import lazy_pinyin  # noqa: PLC0415  its dictionaries cost a third of a second; few ask in letters

        def syllables(words: str) -> tuple[list[str], str]:
            found = lazy_pinyin("".join(mark for mark in words if mark.isalnum()), errors="ignore")
            return found, "".join(syllable[0] for syllable in found)

        return {
            row.matter_id: [syllables(words) for words in (row.short, row.name, *self._named[row.matter_id])]
            for row in self._matters
        }


def _plain(words: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKC", words).lower() if mark.isalnum())


def _alike(word: str, names: Iterable[str]) -> bool:
    """Say whether at least half of the word's pairs of characters stand in one of the names."""
    pairs = [word[at : at + 2] for at in range(len(word) - 1)]
    return any(2 * sum(pair in name for pair in pairs) >= len(pairs) for name in names)


def _how_long(row: MatterRow) -> str:
    if row.due_words:
        return row.due_words
    limits: list[tuple[str, Limit]] = []
    if row.promised:
        limits.append(("guide.promised", row.promised))
    if row.legal:
        limits.append(("guide.legal", row.legal))
    said = [text(key, limit=limit_words(limit), basis=limit.basis) for key, limit in limits]
    return "；".join(said) or text("assess.due.told_later")
