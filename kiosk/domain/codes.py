"""Code tables: divisions, relations, nations, document types, banks and the small ones."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kiosk.errors import CatalogError, ErrorCode
from kiosk.messages import text as sentence
from kiosk.toml_faults import toml_fault

TABLE_FILES = ("common", "relations", "nations", "divisions", "banks")
"""Names of the files under `resources/codes/`, without their ending."""

SELF = "01"
"""The relation code of a person who applies for themselves (本人)."""

_SMALL = ("sexes", "document_types", "death_certificate_documents", "circumstances", "circumstance_words")
_SMALL_MORE = ("dispositions", "insurances", "channels", "delivery_ways", "agent_powers")

CHOICES = (*_SMALL, *_SMALL_MORE, "relations", "relations_or_self", "nations", "banks")
"""Tables whose codes a field of a form may offer."""


_TABLES = {
    "common": (*_SMALL, *_SMALL_MORE),
    "relations": ("buttons", "groups", "names"),
    "nations": ("names",),
    "divisions": ("provinces", "current", "abolished"),
    "banks": ("bank",),
}
"""What each file holds, beside its `version` and `source`."""


@dataclass(frozen=True)
class Bank:
    """开户银行, with the card number prefixes (BIN, ISO/IEC 7812-1) that are surely its own."""

    name: str
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Divisions:
    """行政区划 (GB/T 2260), current and abolished."""

    provinces: Mapping[str, str]
    current: Mapping[str, str]
    abolished: Mapping[str, tuple[str, int]]

    def known(self, code: str) -> bool:
        """Say whether a six-digit code is in the table; a province of which it lists no city knows all its codes."""
        if code[:2] not in self.provinces:
            return False
        if not any(key.startswith(code[:2]) and key.endswith("00") for key in self.current):
            return True
        return code in self.current or code in self.abolished or code == code[:2] + "0000"

    def name(self, code: str) -> str:
        """Give the full name (`山东省济南市历下区`), as much of it as the table knows, or an empty text."""
        province = self.provinces.get(code[:2], "")
        parts = [province] if province else []
        for part in dict.fromkeys((code[:4] + "00", code)):
            entry = self.current.get(part) or self.abolished.get(part, ("", 0))[0]
            if entry and entry != "市辖区":
                parts.append(entry)
        return "".join(parts)

    def abolished_in(self, code: str) -> int | None:
        """Give the year a code went out of use, None for a current or unknown one."""
        return None if code in self.current or code not in self.abolished else self.abolished[code][1]


@dataclass(frozen=True)
class CodeTables:
    """All of them."""

    small: Mapping[str, Mapping[str, str]]
    relations: Mapping[str, str]
    relation_buttons: Mapping[str, str]
    relation_groups: Mapping[str, tuple[str, ...]]
    nations: Mapping[str, str]
    divisions: Divisions
    banks: tuple[Bank, ...]

    def label(self, table: str, code: str) -> str:
        """Give the words of a code of a small table, `relations` or `nations`; the code itself if it has none.

        A relation is called as on the button that it was chosen by: the standard's 女 alone would say a sex.
        """
        relations = {**self.relations, **self.relation_buttons}
        named = {"relations": relations, "relations_or_self": relations, "nations": self.nations}
        source = named.get(table) or self.small[table]
        return source.get(code, code)

    def choices(self, table: str) -> tuple[tuple[str, str], ...]:
        """List (code, words) as offered on screen, in order; `relations_or_self` begins with 本人."""
        if table == "relations_or_self":
            return ((SELF, self.relations[SELF]), *self.choices("relations"))
        if table == "relations":
            return tuple(self.relation_buttons.items())
        if table == "banks":
            return tuple((bank.name, bank.name) for bank in self.banks)
        if table == "nations":
            return tuple(self.nations.items())
        return tuple(self.small[table].items())

    def relation_group(self, code: str | None) -> str | None:
        """Give the group of a relation code (`spouse`, `child` …), `other` outside the groups, None for none."""
        if not code:
            return None
        return next((group for group, codes in self.relation_groups.items() if code in codes), "other")

    def bank_of(self, account: str) -> str | None:
        """Recognise the bank from a card number's first digits, if exactly one bank claims them."""
        found = {bank.name for bank in self.banks for prefix in bank.prefixes if account.startswith(prefix)}
        return found.pop() if len(found) == 1 and len(account) >= 16 else None


def parse_codes(texts: Mapping[str, Sequence[str]]) -> CodeTables:
    """Read the code tables from TOML texts by file name; later texts of one file add to and overrule earlier ones.

    Raises:
        CatalogError: CATALOG_INVALID with the place.
    """
    tables = {name: [_toml(name, text) for text in texts[name]] for name in TABLE_FILES}
    relations = tables["relations"]
    with _faults_of("relations"):
        groups = {key: tuple(value) for key, value in _merge(relations, "groups").items()}
        names, buttons = _words(relations, "names"), _words(relations, "buttons")
        nameless = {*buttons, *(code for codes in groups.values() for code in codes)} - set(names)
        if nameless:
            message = f"[names] 里没有 {'、'.join(sorted(nameless))}"
            raise _FaultError(message)
    with _faults_of("common"):
        small = {key: _words(tables["common"], key) for key in (*_SMALL, *_SMALL_MORE)}
    with _faults_of("nations"):
        nations = _words(tables["nations"], "names")
    with _faults_of("divisions"):
        divisions = _divisions(tables["divisions"])
    with _faults_of("banks"):
        banks = _banks(tables["banks"])
    for name, layers in tables.items():
        with _faults_of(name):
            _expect_known(name, layers)
    return CodeTables(
        small=small,
        relations=names,
        relation_buttons=buttons,
        relation_groups=groups,
        nations=nations,
        divisions=divisions,
        banks=banks,
    )


class _FaultError(ValueError):
    """A fault in our own words."""


@contextmanager
def _faults_of(name: str) -> Iterator[None]:
    """Say whose fault it is: one of our own in its words, a value of another kind than it must be in ours."""
    try:
        yield
    except _FaultError as exc:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=f"codes/{name}.toml: {exc}") from exc
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=f"codes/{name}.toml: {sentence('toml.form')}") from exc


def _toml(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=f"codes/{name}.toml: {toml_fault(exc)}") from exc


def _expect_known(name: str, layers: Sequence[dict[str, Any]]) -> None:
    unknown = [key for layer in layers for key in layer if key not in (*_TABLES[name], "version", "source")]
    if unknown:
        message = f"不认识的键 {'、'.join(unknown)}，应是 {'、'.join(_TABLES[name])}"
        raise _FaultError(message)


def _merge(layers: Sequence[dict[str, Any]], key: str) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for layer in layers:
        merged |= layer.get(key, {})
    return merged


def _words(layers: Sequence[dict[str, Any]], key: str) -> dict[str, str]:
    merged = _merge(layers, key)
    for code, words in merged.items():
        if not isinstance(words, str) or not words:
            message = f"[{key}] {code} 应是文字"
            raise _FaultError(message)
    return merged


def _divisions(layers: Sequence[dict[str, Any]]) -> Divisions:
    provinces, current = _words(layers, "provinces"), _words(layers, "current")
    gone = _merge(layers, "abolished")
    for code, entry in gone.items():
        if not (isinstance(entry, list) and [type(part) for part in entry] == [str, int]):
            message = f'[abolished] {code} 应是 ["当时的名称", 停用年份]'
            raise _FaultError(message)
    for table, codes, digits in (("provinces", provinces, 2), ("current", current, 6), ("abolished", gone, 6)):
        odd = [code for code in codes if not (len(code) == digits and code.isascii() and code.isdigit())]
        if odd:
            message = f"[{table}] {'、'.join(odd)} 应是 {digits} 位数字"
            raise _FaultError(message)
    return Divisions(provinces, current, {code: (name, year) for code, (name, year) in gone.items()})


def _banks(layers: Sequence[dict[str, Any]]) -> tuple[Bank, ...]:
    rows: dict[str, Bank] = {}
    for row in (row for layer in layers for row in layer.get("bank", [])):
        name, prefixes = row.get("name"), row.get("prefixes", [])
        if not isinstance(name, str) or not name:
            message = "[[bank]] 没有 name"
            raise _FaultError(message)
        if not isinstance(prefixes, list) or not all(isinstance(one, str) and one.isdigit() for one in prefixes):
            message = f"[[bank]] {name}: prefixes 应是数字文字的列表"
            raise _FaultError(message)
        rows[name] = Bank(name, tuple(prefixes))
    return tuple(rows.values())
