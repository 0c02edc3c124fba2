"""Sentences are read table by table."""

from __future__ import annotations

import tomllib

import pytest

from kiosk.messages import LANGUAGES, text
from kiosk.paths import resource


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_reads_as_in_the_whole_file(language: str) -> None:
    """Reading only the table that is asked for gives what reading all of the file gives."""
    pending = [("", tomllib.loads(resource(f"messages/{language}.toml").read_text("utf-8")))]
    sentences: dict[str, str] = {}
    while pending:
        place, table = pending.pop()
        for name, value in table.items():
            if isinstance(value, dict):
                pending.append((f"{place}{name}.", value))
            else:
                sentences[place + name] = str(value)
    assert len(sentences) > 500
    assert {key: text(key, language) for key in sentences} == sentences


def test_a_sentence_that_is_missing_is_a_bug() -> None:
    """An unknown table and an unknown key are told alike."""
    for key in ("nowhere.at_all", "screen.nowhere"):
        with pytest.raises(KeyError):
            text(key)
