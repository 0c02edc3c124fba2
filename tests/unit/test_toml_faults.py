"""Faults of files that people write: told by file, line and column, in one language."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.domain.calendar import parse_calendar
from kiosk.domain.catalog_reader import parse_catalog
from kiosk.domain.codes import TABLE_FILES, parse_codes
from kiosk.errors import CatalogError
from kiosk.messages import describe


def _calendar(text: str) -> None:
    parse_calendar([text])


def _catalog(text: str) -> None:
    parse_catalog({"overlay.toml": text})


def _codes(text: str) -> None:
    parse_codes({name: [text] for name in TABLE_FILES})


def said(read: Callable[[str], None], text: str) -> str:
    """Give the sentence in which a text is refused."""
    with pytest.raises(CatalogError) as refused:
        read(text)
    return describe(refused.value).what


@pytest.mark.parametrize("read", [_calendar, _catalog, _codes])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a = 1\nb = ]\n", "第 2 行第 5 列写法不对"),
        ("a = [", "文件没有写完"),
        ("a = " + "[" * 9000, "文件没有写完"),
        ("a = 1\na = 2\n", "第 2 行第 6 列写法不对"),
    ],
)
def test_a_text_that_is_no_toml_is_told_by_line_and_column(read: Callable[[str], None], text: str, words: str) -> None:
    """None of the parser's English stands in the sentence."""
    what = said(read, text)
    assert words in what
    for english in ("line", "column", "Invalid", "document", "overwrite", "Unclosed"):
        assert english not in what


@pytest.mark.parametrize("text", ['[[year]]\nyear = "x"\n', "year = 3\n", "estimate = 3\n", "[[year]]\n"])
def test_a_calendar_of_another_form_is_told_without_english(text: str) -> None:
    """The tables that it may hold are named."""
    assert "[[year]] 或 [estimate] 的写法不对" in said(_calendar, text)


@pytest.mark.parametrize("holidays", ["3", "[3]", '["x"]'])
def test_holidays_that_are_no_tables_are_told_by_their_year(holidays: str) -> None:
    """Whatever stands there instead."""
    assert "2027: holidays" in said(_calendar, f"[[year]]\nyear = 2027\nholidays = {holidays}\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("groups = 3\n", "codes/relations.toml: 有的键或值的写法不对"),
        ("[names]\n10 = 3\n", "codes/relations.toml: [names] 10 应是文字"),
    ],
)
def test_a_table_of_another_form_is_told_by_its_file(text: str, words: str) -> None:
    """Our own words where we have them, else that something is of another kind."""
    assert words in said(_codes, text)
