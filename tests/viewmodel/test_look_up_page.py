"""The page on which a case is looked up."""

from __future__ import annotations

import pytest
from counter_rigs import Counter
from counter_values import number_of
from screen_rigs import Frame, until

from kiosk.errors import ErrorCode
from kiosk.ports.cards import CardFailed, CardPresented
from ui.desk import Page
from ui.viewmodels.look_up import LookUpViewModel


def look_up(frame: Frame) -> LookUpViewModel:
    """Give the look-up."""
    model = frame.go(Page.LOOK_UP)
    assert isinstance(model, LookUpViewModel)
    return model


def test_a_name_finds_cases_masked(frame: Frame) -> None:
    """Found ones are listed with masked names."""
    model = look_up(frame)
    model.type("测试壬")
    model.search()
    frame.settle()
    assert model.property("resultTitle") == "找到 1 件"
    assert [row.person for row in model.property("cases").rows()] == ["测*壬"]


def test_the_end_of_a_number_finds_the_case_with_spaces_typed(frame: Frame) -> None:
    """Spaces do not matter in numbers."""
    model = look_up(frame)
    model.type("0874 " + number_of(874)[-1])
    model.search()
    frame.settle()
    assert [row.number for row in model.property("cases").rows()] == [number_of(874)]


@pytest.mark.parametrize("text", ["", "甲", "12", "  "])
def test_too_little_to_look_for_is_said(frame: Frame, text: str) -> None:
    """Nothing is searched; the sentence says how much is needed."""
    model = look_up(frame)
    model.type(text)
    model.search()
    assert model.property("message") == "请至少输入 2 个字或 4 位号码"
    assert not model.property("asked")


def test_nothing_found_is_said_kindly(frame: Frame) -> None:
    """An answer is shown, without rows."""
    model = look_up(frame)
    model.type("测试无")
    model.search()
    frame.settle()
    assert model.property("asked")
    assert not model.property("any")
    assert model.property("resultTitle") == "没有找到"


def test_a_card_that_cannot_be_read_is_said_with_its_code(frame: Frame, counter: Counter) -> None:
    """Reading shows while it lasts; then the sentence and the support code."""
    model = look_up(frame)
    assert counter.reader.tell
    counter.reader.tell(CardPresented("r"))
    until(lambda: bool(model.property("reading")))
    counter.reader.tell(CardFailed("r", ErrorCode.CARD_UNREADABLE))
    until(lambda: "RDR-03" in str(model.property("message")))
    assert not model.property("reading")


def test_leaving_the_look_up_forgets_what_was_found(frame: Frame) -> None:
    """The next person finds an empty page."""
    model = look_up(frame)
    model.type("测试壬")
    model.search()
    frame.settle()
    frame.go(Page.WORK_LIST)
    assert model.property("cases").rows() == ()
    assert model.property("text") == ""
