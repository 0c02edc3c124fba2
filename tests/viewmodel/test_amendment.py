"""Changing the open case, over a real store and real pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from asked_case import ACTOR, ask, page_of, take_in
from command_rigs import case_file
from wizard_rig import Rig

from kiosk.domain.application import decode
from kiosk.domain.case import Case, CaseState, MatterState
from kiosk.ports.sync import Change


@pytest.fixture
def case(rig: Rig, tmp_path: Path) -> Case:
    """Take in a case."""
    return take_in(rig, tmp_path)


def test_a_correction_is_entered_photographed_and_queued(rig: Rig, case: Case) -> None:
    """The sheet lists what the department named; sent, the case is with the department again and waits to go."""
    matter = case.matters[0].matter_id
    ask(rig, case.case_id, matter, due="2026-12-01", materials=["household_register"])
    page = page_of(rig, case)
    [stopped] = page.property("stopped").rows()
    assert (stopped.words, stopped.due) == ("户口簿缺首页\n要补：户口簿", "请在 12 月 1 日前补齐")
    assert page.property("papers").rows()[0].kind == "correction_notice"
    sheet = page.amendment
    sheet.open("correct")
    assert [row.name for row in sheet.property("materials").rows()] == ["户口簿"]
    sheet.send()
    assert "户口簿" in sheet.notice
    sheet.capture("household_register")
    sheet.capture("household_register")
    sheet.undo("household_register")
    assert [(row.words, row.pages) for row in sheet.property("materials").rows()] == [("已拍 1 页", 1)]
    sheet.send()
    assert sheet.asking == ""
    corrected = rig.services.cases.look_again(case.case_number)
    assert (corrected.rev, corrected.state) == (2, CaseState.TAKEN_IN)
    assert not page.property("attention")
    assert [line.kind for line in rig.services.queue.lines()] == ["case_taken_in", "case_corrected"]


def test_what_several_matters_want_alike_is_said_once(rig: Rig, case: Case) -> None:
    """The sheet names the matters in one line, then what they want."""
    for matter in case.matters[:2]:
        ask(rig, case.case_id, matter.matter_id, due="2026-12-01", materials=["household_register"])
    page = page_of(rig, case)
    page.amendment.open("correct")
    asking = [matter for matter in rig.services.cases.look_again(case.case_number).matters if matter.wanted_materials]
    assert len(asking) == 2
    names = "、".join(matter.name for matter in asking)
    assert page.amendment.words.splitlines() == [f"{names}：{asking[0].words}", "请在 12 月 1 日前补齐"]


def test_the_page_tells_what_each_department_said(rig: Rig, case: Case) -> None:
    """Two ask, one of them naming only a field; a third refused two matters in the same words; nothing is left out."""
    first, second, third, fourth = case.matters[:4]
    ask(rig, case.case_id, first.matter_id, due="2026-12-01", materials=["household_register"])
    ask(rig, case.case_id, second.matter_id, words="", due="2026-12-02", fields=["payee.account"])
    for matter in (third, fourth):
        ask(rig, case.case_id, matter.matter_id, state="refused", words="材料不真实")
    page = page_of(rig, case)
    rows = page.property("stopped").rows()
    assert [(row.words, row.due) for row in rows[:2]] == [
        ("户口簿缺首页\n要补：户口簿", "请在 12 月 1 日前补齐"),
        ("要补：收款账号", "请在 12 月 2 日前补齐"),
    ]
    refused = rows[2:]
    assert {row.words for row in refused} == {"材料不真实"}
    assert all(any(matter.name in row.matters for row in refused) for matter in (third, fourth))
    assert page.property("othersWords") == f"还有 {len(case.matters) - 4} 项不受影响，照常办理。"
    assert page.property("papers").rows()[0].kind == "refusal_notice"


def test_a_refused_matter_bears_the_day_of_refusal_and_nothing_goes_on_that_has_ended(rig: Rig, case: Case) -> None:
    """The time limit of a matter that was refused is over; where all others have ended, none go on."""
    refused, *others = case.matters
    ask(rig, case.case_id, refused.matter_id, state="refused", words="新户主没有到场")
    for matter in others:
        ask(rig, case.case_id, matter.matter_id, state="finished", words="已办结")
    page = page_of(rig, case)
    first, *rest = page.property("matters").rows()
    assert first.standing == "不予受理"
    assert {row.date for row in rest} == {first.date}
    assert page.property("othersWords") == ""
    assert [row.kind for row in page.property("papers").rows()[:2]] == ["refusal_notice", "result_list"]


def test_closing_the_sheet_forgets_what_was_entered(rig: Rig, case: Case) -> None:
    """Nothing of a correction that was not sent stays."""
    page = page_of(rig, case)
    page.amendment.open("correct")
    page.amendment.entry.edit("applicant.phone", "13900000001")
    page.amendment.write("手机换了")
    page.amendment.open("")
    page.amendment.open("correct")
    assert page.amendment.remark == ""
    assert page.amendment.entry.values()["applicant.phone"] == "13800000021"


def test_each_kind_of_field_is_put_right_with_its_own_editor(rig: Rig, case: Case) -> None:
    """What a department named and nothing else is asked: answers are chosen, days picked, numbers written."""
    put_right = {
        "applicant.relation": ("30", "女儿"),
        "deceased.insurance": ("resident_medical", "企业职工养老保险、职工医保、居民医保"),
        "payee.bank": ("中国银行", "中国银行"),
        "deceased.birth": ("19400102", "1940 年 1 月 2 日"),
        "deceased.death_at": ("2026-11-17", "2026 年 11 月 17 日"),
        "deceased.cremated_on": ("2026-11-18", "2026 年 11 月 18 日"),
    }
    ask(rig, case.case_id, case.matters[0].matter_id, fields=[*put_right, "payee.account"])
    page = page_of(rig, case)
    sheet = page.amendment
    sheet.open("correct")
    entry = sheet.entry
    assert {row.path for row in entry.field_rows()} == {*put_right, "payee.account"}
    for path, (answer, _) in put_right.items():
        entry.openChoices(path)
        assert bool(entry.choosing) is not bool(entry.picking)
        (entry.calendar if entry.picking else entry).choose(answer)
        entry.closeChoices()
    entry.edit("payee.account", "6222020000000005561")
    rows = {row.path: row for row in entry.field_rows()}
    assert {path: rows[path].value for path in put_right} == {path: shown for path, (_, shown) in put_right.items()}
    sheet.send()
    assert sheet.notice == ""
    kept = decode(rig.services.cases.look_again(case.case_number).application)
    assert (kept.applicant.relation, kept.payee and kept.payee.bank) == ("30", "中国银行")
    assert kept.deceased.insurance == ("enterprise_pension", "employee_medical", "resident_medical")
    assert (kept.deceased.birth, kept.deceased.cremated_on) == ("1940-01-02", "2026-11-18")
    assert kept.deceased.death_at == "2026-11-17T03:10:00+08:00"
    assert kept.payee is not None
    assert kept.payee.account == "6222020000000005561"


def test_a_value_of_the_counter_s_own_accord_is_judged_before_it_is_kept(rig: Rig, case: Case) -> None:
    """A telephone number that is none is refused in words; a right one is kept."""
    page = page_of(rig, case)
    sheet = page.amendment
    sheet.open("correct")
    sheet.entry.edit("applicant.phone", "123")
    sheet.send()
    assert "手机号码" in sheet.notice
    sheet.entry.edit("applicant.phone", "13900000001")
    sheet.send()
    kept = decode(rig.services.cases.look_again(case.case_number).application)
    assert kept.applicant.phone == "13900000001"


def test_a_case_is_taken_back_with_a_reason_and_goes_on_with_another(rig: Rig, case: Case) -> None:
    """Without a reason there is no button; the words of the reason stay with the matters."""
    page = page_of(rig, case)
    sheet = page.amendment
    assert (sheet.mayWithdraw, sheet.mayReopen) == (True, False)
    sheet.open("withdraw")
    assert not sheet.reasonGiven
    sheet.chooseReason("other_plans")
    sheet.send()
    withdrawn = rig.services.cases.look_again(case.case_number)
    assert {matter.state for matter in withdrawn.matters} == {MatterState.WITHDRAWN}
    assert {matter.words for matter in withdrawn.matters} == {"家属另有安排"}
    assert (sheet.mayWithdraw, sheet.mayReopen) == (False, True)
    sheet.open("reopen")
    sheet.chooseReason("goes_on")
    sheet.send()
    assert rig.services.cases.look_again(case.case_number).state is CaseState.TAKEN_IN


def test_a_low_rating_is_shown_with_its_day_and_then_its_answer(rig: Rig, case: Case) -> None:
    """Until the hub has answered the panel says so; a day that is over is said to be."""
    rig.services.ratings.rate(case.case_number, 1, "等得太久", ACTOR)
    page = page_of(rig, case)
    assert page.property("rating") == ["非常不满意：等得太久", "等省级平台定整改日期", "slate"]
    for seq, body, words in (
        (1, {"due": "2026-12-09", "at": "2026-11-18T02:00:00.000Z"}, "请在 12 月 9 日前整改并答复"),
        (2, {"due": "2026-11-10", "at": "2026-11-18T02:00:00.000Z"}, "整改已超过 11 月 10 日"),
        (3, {"due": "2026-12-09", "at": "2026-11-17T02:00:00.000Z", "answer": "已改进"}, "10:00）：已改进"),
    ):
        with rig.foundation.store() as store:
            change = Change(seq, "rating_handled", case.case_id, json.dumps(body).encode())
            assert store.outbox.apply([change], str(seq), "2026-11-18T02:00:01.000Z") == 1
        page.refresh()
        assert words in page.property("rating")[1]


def test_an_authorisation_is_revoked_on_the_page_of_the_case(rig: Rig, tmp_path: Path) -> None:
    """With a reason; the event waits behind the case, the words change, and nothing is left to revoke."""
    agent = {"name": "测试丙", "document_number": "370100198002029962", "valid_until": "2027-03-31"}
    file = case_file(tmp_path / "in", attachments=[], agent=agent)
    number = rig.services.intake.submit(decode(file.read_bytes()), {}, ACTOR).case_number
    page = page_of(rig, rig.services.cases.look_again(number))
    sheet = page.amendment
    assert sheet.authorization == "代办人 测*丙，委托有效"
    sheet.open("revoke")
    assert "之前已经办的仍然有效" in sheet.words
    sheet.chooseReason("another_agent")
    sheet.send()
    assert (sheet.asking, sheet.mayRevoke) == ("", False)
    assert sheet.authorization == "代办人 测*丙，委托已经撤回"
    assert [line.kind for line in rig.services.queue.lines()] == ["case_taken_in", "authorization_revoked"]


@pytest.mark.parametrize(("path", "label"), [("applicant.phone", "手机号码"), ("agent.phone", "代办人手机号码")])
def test_a_value_that_does_not_fit_is_told_with_the_name_of_its_field(
    rig: Rig, tmp_path: Path, path: str, label: str
) -> None:
    """Two telephone numbers stand in the sheet, and one sentence says what is wrong with either."""
    agent = {"name": "测试丙", "document_number": "370100198002029962", "valid_until": "2027-03-31"}
    file = case_file(tmp_path / "in", attachments=[], agent=agent)
    number = rig.services.intake.submit(decode(file.read_bytes()), {}, ACTOR).case_number
    page = page_of(rig, rig.services.cases.look_again(number))
    sheet = page.amendment
    sheet.open("correct")
    sheet.entry.edit(path, "1380000")
    sheet.send()
    assert f"“{label}”，手机号码应是 11 位" in sheet.notice


def test_a_case_without_an_agent_offers_nothing_to_revoke(rig: Rig, case: Case) -> None:
    """Neither the words nor the button are there."""
    page = page_of(rig, case)
    assert (page.amendment.authorization, page.amendment.mayRevoke) == ("", False)


def test_what_was_taken_back_counts_neither_as_finished_nor_as_going_on(rig: Rig, case: Case) -> None:
    """The badges of the head say what departments still do, what they have brought to an end, and what went back."""
    rig.services.amendments.withdraw(case.case_number, "家属另有安排", ACTOR)
    page = page_of(rig, case)
    assert (page.property("finishedWords"), page.property("goingWords"), page.property("stoppedWords")) == ("", "", "")
    assert page.property("withdrawnWords") == f"{len(case.matters)} 项已撤回"
    assert {row.standing for row in page.property("matters").rows()} == {"已撤回"}
    assert page.property("papers").rows()[0].kind == "result_list"
