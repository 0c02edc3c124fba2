"""Sentences for people, from `resources/messages/{zh,en}.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from kiosk.errors import Fact, KioskError
from kiosk.paths import resource

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Description:
    """A failure in words: the support code, what happened, what to do now."""

    code: str
    what: str
    do: str


@cache
def _sections(language: str) -> dict[str, str]:
    """Give the words of each table by the first two parts of its name, not yet read.

    Reading all of a file takes longer than the first page may; a line that begins a table begins nothing else there.
    """
    sections: dict[str, str] = {}
    for part in re.split(r"(?m)^(?=\[)", resource(f"messages/{language}.toml").read_text("utf-8"))[1:]:
        name = ".".join(part[1 : part.index("]")].replace('"', "").split(".")[:2])
        sections[name] = sections.get(name, "") + part
    return sections


@cache
def _table(name: str, language: str) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(_sections(language)[name])
    for part in name.split("."):
        table = table[part]
    return table


def text(key: str, language: str = "zh", **facts: Fact) -> str:
    """Give the sentence of a dotted key such as `receipt.not_acceptance`, with its `{facts}` filled in.

    Raises:
        KeyError: no such sentence (a bug).
    """
    first, second, *rest = key.split(".")
    name = f"{first}.{second}"
    node: Any = _table(name, language) if name in _sections(language) else _table(first, language)[second]
    for part in rest:
        node = node[part]
    return str(node).format(**facts) if facts else str(node)


def describe(error: KioskError, language: str = "zh") -> Description:
    """Put a known failure into words."""
    entry = _table(f"errors.{error.code.value}", language)
    facts = _Tolerant(error.facts)
    return Description(error.code.value, entry["what"].format_map(facts), entry["do"].format_map(facts))


class _Tolerant(dict[str, Fact]):
    """Facts for a sentence; one that the raiser did not give shows as an ellipsis instead of failing the error page."""

    def __missing__(self, key: str) -> str:
        return "…"
