"""A paper's code scanned into the look-up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from counter_rigs import SEALS
from counter_values import number_of
from screen_rigs import Frame

from kiosk.crypto.signing import SigningKey
from kiosk.domain.paper import Issue, PaperKind
from kiosk.domain.paper_seal import PaperSeals
from ui.desk import Page
from ui.viewmodels.look_up import LookUpViewModel

ELSEWHERE = PaperSeals("370103-TEST-W01", SigningKey(bytes(32)))
ISSUE = Issue("测试己", 2, datetime(2026, 11, 18, 6, 19, tzinfo=UTC), "7Q4MK2X9AB", training=False)


def code(number: str, seals: PaperSeals = SEALS) -> str:
    """Write the code of a receipt."""
    return seals.seal(number, PaperKind.RECEIPT_OF_MATERIALS, ISSUE, ("测试",))


def scanned(frame: Frame, text: str) -> LookUpViewModel:
    """Type a code as a scanner does, to the end."""
    model = frame.go(Page.LOOK_UP)
    assert isinstance(model, LookUpViewModel)
    model.type(text)
    model.search()
    frame.settle()
    return model


def test_a_genuine_paper_is_said_so_and_its_case_found(frame: Frame) -> None:
    """The verdict names the copy, the field the number, and the case is listed."""
    model = scanned(frame, code(number_of(874)))
    assert (model.property("verdict"), model.property("verdictTone")) == ("真：这张单子是真的", "green")
    for said in ("收件凭证", "第 2 份", "2026-11-18", "370100-TEST-W03", "7Q4MK2X9AB"):
        assert said in model.property("verdictWords")
    assert "".join(str(model.property("text")).split()) == number_of(874)
    assert [row.number for row in model.property("cases").rows()] == [number_of(874)]


@pytest.mark.parametrize(
    ("text", "verdict", "tone"),
    [
        (code(number_of(874)).replace(".2.", ".1."), "假：这张单子是假的，或被改过", "amber"),
        (code(number_of(5), ELSEWHERE), "无法核对：不认识开出它的终端", "neutral"),
        (code(number_of(874))[:-9], "无法核对：码没有读全", "neutral"),
    ],
    ids=["altered", "unknown terminal", "half"],
)
def test_a_paper_that_is_not_known_to_be_genuine(frame: Frame, text: str, verdict: str, tone: str) -> None:
    """It is never green, and what to do is said."""
    model = scanned(frame, text)
    assert (model.property("verdict"), model.property("verdictTone")) == (verdict, tone)
    assert "请" in model.property("verdictWords")


def test_a_paper_of_another_counter_is_no_failed_look_up(frame: Frame) -> None:
    """That its case is not here is no answer of its own; the province may be asked, but not for a forged one."""
    model = scanned(frame, code(number_of(5), ELSEWHERE))
    assert not model.property("asked")
    assert model.property("foreign")
    assert not scanned(frame, code(number_of(5)).replace(".2.", ".1.")).property("foreign")


def test_the_verdict_goes_with_the_next_question(frame: Frame) -> None:
    """A name looked for after it, or leaving the page, takes it away."""
    model = scanned(frame, code(number_of(874)))
    model.type("测试壬")
    model.search()
    frame.settle()
    assert model.property("verdict") == ""
    model = scanned(frame, code(number_of(874)))
    frame.go(Page.WORK_LIST)
    assert model.property("verdict") == ""
