"""The pages in English: every word that they show has one, and the file that Qt reads says the same as the table."""

from __future__ import annotations

import json
import re
import tomllib

from PySide6.QtCore import QTranslator

from kiosk.paths import resource
from ui.engine import QML_ROOT
from ui.translate import MADE, TABLE

SHOWN = re.compile(r'qsTr\(("(?:[^"\\]|\\.)*")\)')
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
WORDS: dict[str, str] = tomllib.loads(resource(TABLE).read_text("utf-8"))
PAGES = {
    (path.stem, str(json.loads(words)))
    for path in QML_ROOT.rglob("*.qml")
    for words in SHOWN.findall(path.read_text("utf-8"))
    if CHINESE.search(words)
}


def test_every_word_of_a_page_has_english() -> None:
    """Put new ones into the table, then run `python -m ui.translate`."""
    assert {words for _, words in PAGES} - WORDS.keys() == set()


def test_english_is_english_with_the_same_places() -> None:
    """No Chinese character or punctuation, and each %1 where there was one."""
    for chinese, english in WORDS.items():
        assert not CHINESE.search(english), english
        assert sorted(re.findall(r"%\d", chinese)) == sorted(re.findall(r"%\d", english)), english


def test_chinese_stands_in_pages_only_where_it_can_be_put_into_english() -> None:
    """What a page says itself goes through qsTr; comments and what is no sentence may stay."""
    literal = re.compile(r'"(?:[^"\\\n]|\\.)*[\u4e00-\u9fff](?:[^"\\\n]|\\.)*"')
    for path in QML_ROOT.rglob("*.qml"):
        code = SHOWN.sub("", re.sub(r"//.*", "", path.read_text("utf-8")))
        assert not literal.search(code), path.name


def test_the_made_file_says_what_the_table_says() -> None:
    """Page by page, as Qt asks for it."""
    translator = QTranslator()
    assert translator.load(str(resource(MADE)))
    wrong = {page for page in PAGES if translator.translate(*page) != WORDS.get(page[1])}
    assert not wrong
