"""The page of a case of another station: by what right it is asked for, how it stands, and that nothing stays."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from counter_rigs import Counter
from province import FOREIGN, Province, case_elsewhere
from screen_rigs import Frame, until
from wizard_rig import Rig, sample

from kiosk.crypto.passwords import hash_password
from kiosk.domain.numbering import grouped
from kiosk.errors import ErrorCode, HubError
from kiosk.ids import OperatorId
from kiosk.packets.deceased import person_digest
from kiosk.ports.cards import CardFailed, CardPresented, CardRead
from kiosk.ports.store import OperatorRecord
from kiosk.ports.sync import HubReach
from kiosk.store import SqliteStore
from ui.desk import Page
from ui.viewmodels.elsewhere import ElsewhereViewModel
from ui.viewmodels.look_up import LookUpViewModel
from ui.viewmodels.sync_words import NOTHING, Contact, sync_news

SECRET = "测试口令 7"


@pytest.fixture
def province(rig: Rig) -> Province:
    """Let the counter ask a province that shows the case."""
    province = Province(case_elsewhere())
    rig.desk.parts = replace(rig.desk.parts, elsewhere=province)
    return province


@pytest.fixture
def page(rig: Rig, province: Province) -> ElsewhereViewModel:
    """Open the page for a number."""
    assert province.asked == []
    model = ElsewhereViewModel(rig.desk)
    model.show(FOREIGN)
    return model


def journal(rig: Rig) -> list[tuple[str, str, str, dict[str, str]]]:
    """Read kind, actor, subject and detail of the newest lines, newest first."""
    store = rig.services.elsewhere._store
    assert isinstance(store, SqliteStore)
    return [
        (str(line["kind"]), str(line["actor"]), str(line["subject"]), json.loads(str(line["detail"])))
        for line in store.journal.lines(limit=3)
    ]


def supervisors(rig: Rig) -> None:
    """Have a supervisor and a clerk with passwords."""
    for name, role in (("sup", "supervisor"), ("cle", "clerk")):
        record = OperatorRecord(OperatorId(name), "测试庚", role, hash_password(SECRET))
        rig.services.session._store.operators.put(record)


def shown(page: ElsewhereViewModel) -> str:
    """Everything that the page says."""
    names = ("number", "standing", "station", "wayOn", "facts", "people", "results", "message")
    rows = [*page.property("matters").rows(), *page.property("stopped").rows()]
    return " ".join(str(page.property(name)) for name in names) + " ".join(map(str, rows))


def test_a_card_asks_and_the_case_is_shown_as_on_its_own_page(
    rig: Rig, province: Province, page: ElsewhereViewModel
) -> None:
    """The question holds the card's digest; rows as at a case's page; the journal names number and reason, nobody."""
    assert (page.property("open"), page.property("number")) == (False, grouped(FOREIGN))
    card = sample("applicant")
    page.on_card(CardPresented("r"))
    assert page.property("reading")
    page.on_card(CardRead("r", card))
    (question,) = province.asked
    assert (question.case_number, question.operator, question.reason) == (FOREIGN, "training", "card")
    assert question.proof == person_digest(card.document_type, card.document_number)
    assert (page.property("open"), page.property("busy"), page.property("attention")) == (True, False, True)
    assert page.property("standing") == "待补正"
    rows = page.property("matters").rows()
    assert [(row.name, row.department, row.stopped) for row in rows] == [
        ("户口注销", "公安", True),
        ("养老保险账户余额支取", "人社", False),
        ("殡仪服务预约", "民政", False),
    ]
    (stop,) = page.property("stopped").rows()
    assert (stop.title, stop.words) == ("公安请补材料", "户口簿缺首页。请补一张带户号的首页。\n要补：户口簿")
    assert "11 月 25 日" in stop.due
    told = ("测*甲", "370100********9994", "殡仪服务预约单（测试）", "0531 0000 0002", "SL20261116000005", "还没有评价")
    assert [words for words in told if words not in shown(page)] == []
    line = journal(rig)[0]
    assert line == ("looked_up_elsewhere", "training", FOREIGN, {"reason": "card"})
    assert card.document_number not in str(journal(rig))
    assert question.proof not in str(journal(rig))


def test_nothing_of_the_case_stays_when_the_page_is_left(
    rig: Rig, province: Province, page: ElsewhereViewModel
) -> None:
    """Neither on the page nor in the store; a card that is laid afterwards asks nothing."""
    page.on_card(CardRead("r", sample("applicant")))
    assert page.property("open")
    page.leave()
    for secret in ("测*甲", "户口", "0531 0000 0002", "SL2026"):
        assert secret not in shown(page)
    assert not page.property("open")
    page.on_card(CardRead("r", sample("applicant")))
    assert len(province.asked) == 1
    assert rig.services.cases.find(FOREIGN) == []


def test_an_answer_that_comes_too_late_is_shown_to_nobody(
    rig: Rig, province: Province, page: ElsewhereViewModel
) -> None:
    """The page was left, or is about another case by now."""
    province.held = True
    page.on_card(CardRead("r", sample("applicant")))
    assert page.property("busy")
    page.leave()
    page.show(FOREIGN)
    province.tell()
    assert not page.property("open")
    assert not page.property("busy")
    assert rig.failures == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (ErrorCode.LOOK_UP_REFUSED, "逝者的证件不够"),
        (ErrorCode.LOOK_UPS_TOO_MANY, "请过一会儿再查"),
        (ErrorCode.HUB_UNREACHABLE, "或者拨 12345"),
        (ErrorCode.NOT_A_HUB, "或者拨 12345"),
    ],
)
def test_why_a_case_is_not_shown_is_said_with_the_way_on(
    province: Province, page: ElsewhereViewModel, code: ErrorCode, words: str
) -> None:
    """With the support code; the next card may ask again."""
    province.answer = HubError(code)
    page.on_card(CardRead("r", sample("applicant")))
    said = page.property("message")
    assert words in said
    assert code.value in said
    province.answer = case_elsewhere()
    page.on_card(CardRead("r", sample("applicant")))
    assert page.property("open")
    assert page.property("message") == ""


def test_a_card_that_cannot_be_read_asks_nothing(province: Province, page: ElsewhereViewModel) -> None:
    """What is wrong with it is said."""
    page.on_card(CardFailed("r", ErrorCode.CARD_UNREADABLE))
    assert "RDR-03" in page.property("message")
    assert province.asked == []


def test_a_supervisor_stands_for_it_with_their_own_password(
    rig: Rig, province: Province, page: ElsewhereViewModel
) -> None:
    """The question names them, the journal too; who is signed in stays so, and the password is forgotten."""
    supervisors(rig)
    cleared: list[bool] = []
    page.cleared.connect(lambda: cleared.append(True))
    page.vouch(" sup ", SECRET)
    (question,) = province.asked
    assert (question.reason, question.proof, question.operator) == ("supervisor", "sup", "training")
    assert page.property("open")
    assert cleared
    assert journal(rig)[0][2:] == (FOREIGN, {"reason": "supervisor", "supervisor": "sup"})
    assert rig.services.session.operator is None


@pytest.mark.parametrize(("operator", "secret"), [("sup", "falsch"), ("cle", SECRET), ("nobody", SECRET)])
def test_who_is_no_supervisor_is_refused_before_anybody_is_asked(
    rig: Rig, province: Province, page: ElsewhereViewModel, operator: str, secret: str
) -> None:
    """The same words for all; the journal has it, without what was typed."""
    supervisors(rig)
    page.vouch(operator, secret)
    assert province.asked == []
    assert "ACC-03" in page.property("message")
    assert journal(rig)[0][:3] == ("supervisor_refused", "", "terminal")


def test_a_supervisor_who_has_typed_nothing_is_told_what_is_missing(
    province: Province, page: ElsewhereViewModel
) -> None:
    """No refusal, and nobody is asked."""
    page.vouch("", SECRET)
    assert page.property("message") == "请输入工号"
    page.vouch("sup", "")
    assert page.property("message") == "请输入密码"
    assert province.asked == []


def test_that_the_hub_is_away_is_said_before_anybody_looks_for_a_card(rig: Rig, page: ElsewhereViewModel) -> None:
    """And it goes when the hub is back."""
    for reach, is_away in ((HubReach.UNREACHABLE, True), (HubReach.REACHABLE, False)):
        page.show_sync(sync_news(NOTHING, Contact(reach), rig.desk))
        assert page.property("away") is is_away


def look_up(frame: Frame, text: str) -> LookUpViewModel:
    """Look for a text."""
    model = frame.go(Page.LOOK_UP)
    assert isinstance(model, LookUpViewModel)
    model.type(text)
    model.search()
    frame.settle()
    return model


def test_the_look_up_offers_the_province_for_a_whole_number_that_is_not_here(frame: Frame, counter: Counter) -> None:
    """From the number typed in groups to the case; back at the look-up it is forgotten, also by locking."""
    counter.province.answer = case_elsewhere()
    model = look_up(frame, grouped(FOREIGN).lower())
    assert model.property("foreign")
    model.lookElsewhere()
    frame.settle()
    page = frame.shell.property("pageModel")
    assert isinstance(page, ElsewhereViewModel)
    assert frame.shell.property("place") == 1
    assert counter.reader.tell
    counter.reader.tell(CardRead("r", sample("applicant")))
    until(lambda: bool(page.property("open")))
    frame.shell.lock()
    assert not page.property("open")
    assert page.property("number") == ""


@pytest.mark.parametrize("text", ["测试无", FOREIGN[:-1], FOREIGN[:-1] + "*", "370100194001019991"])
def test_what_is_no_whole_number_is_not_asked_for_elsewhere(frame: Frame, text: str) -> None:
    """Nobody looks through a province by names or parts of numbers."""
    model = look_up(frame, text)
    assert model.property("asked")
    assert not model.property("foreign")
