"""What the papers say, and when they may not be issued."""

from __future__ import annotations

import json
from dataclasses import replace

import dossier_cases as cases
import msgspec
import paper_cases
import pytest
from dossier_cases import paper

from kiosk.domain.application import MaterialChoice, PayeeEntry
from kiosk.domain.case import CaseState, MaterialStatus, MatterState
from kiosk.domain.contents.dossier import Dossier, IssuedPaper, paper_number
from kiosk.domain.masks import mask_address
from kiosk.domain.paper import PaperKind, words_of
from kiosk.domain.sections import Closing, Facts, Framed, Heading, Paragraph, Persons, SectionedPaper, Table
from kiosk.errors import ErrorCode, PaperError
from kiosk.ids import MaterialId
from kiosk.messages import text

BASE = cases.dossier_of()


def table(written: SectionedPaper, place: int = 0) -> Table:
    """Give a table of a paper."""
    return [section for section in written.sections if isinstance(section, Table)][place]


def facts(written: SectionedPaper) -> dict[str, str]:
    """Give all labelled values of a paper."""
    found: dict[str, str] = {}
    for section in written.sections:
        if isinstance(section, Facts | Persons):
            found |= dict(section.facts)
    return found


def framed(written: SectionedPaper) -> str:
    """Give the words of the one framed box."""
    [box] = [section for section in written.sections if isinstance(section, Framed)]
    return box.words


def words(written: SectionedPaper) -> str:
    """Give all paragraphs and notes of a paper."""
    plain = [section.words for section in written.sections if isinstance(section, Paragraph | Heading)]
    return "".join([*plain, *(note for part in written.sections if isinstance(part, Closing) for note in part.notes)])


@pytest.mark.parametrize(
    ("kind", "dossier"),
    [
        (PaperKind.MATERIAL_LIST, cases.with_case(BASE, materials=())),
        (PaperKind.CORRECTION_NOTICE, BASE),
        (PaperKind.CORRECTION_NOTICE, cases.ended(BASE)),
        (PaperKind.AUTHORIZATION_LETTER, BASE),
        (PaperKind.COMMITMENT_LETTER, cases.with_case(BASE, materials=BASE.case.materials[:2])),
        (PaperKind.DEFERRAL_PROMISE, cases.with_case(BASE, materials=BASE.case.materials[:2])),
        (PaperKind.REFUSAL_NOTICE, BASE),
        (PaperKind.REFUSAL_NOTICE, cases.ended(BASE)),
        (PaperKind.REFUSAL_NOTICE, cases.with_case(BASE, state=CaseState.REFUSED)),
        (PaperKind.RESULT_LIST, BASE),
        (PaperKind.DELIVERY_RECEIPT, replace(BASE, issued=())),
    ],
)
def test_a_paper_without_ground_is_not_issued(kind: PaperKind, dossier: Dossier) -> None:
    """What nobody decided, asked for or promised is not put on paper; a refusal without a reason is none."""
    with pytest.raises(PaperError) as caught:
        paper(kind, dossier)
    assert caught.value.code is ErrorCode.PAPER_NOT_ISSUABLE


def test_every_copy_has_a_number_of_its_own() -> None:
    """Case, paper and copy make the number."""
    second = replace(BASE, issue=replace(BASE.issue, copy_no=2))
    number = facts(paper(PaperKind.MATERIAL_LIST, second))[text("papers.number")]
    assert number == "SHS370102W03A202611180012H-QD-2"
    assert len({paper_number("X", kind, 1) for kind in PaperKind}) == len(PaperKind)


def test_every_paper_has_a_name_for_the_delivery_receipt() -> None:
    """A paper that is handed over is named in full."""
    assert all(text(f"papers.names.{kind.value}") for kind in PaperKind)
    assert all(text(f"papers.matter_states.{state.value}") for state in MatterState)


def test_the_material_list_says_what_serves_which_matter() -> None:
    """Form, how it came, and the matters by the numbers that are explained below."""
    written = paper(PaperKind.MATERIAL_LIST, BASE)
    rows = {row[0]: row for row in table(written).rows}
    assert rows["火化证明"][2:] == ("容缺", "请于 12 月 2 日前补交", "6")
    assert rows["死亡证明"][2:4] == ("电子证照", "部门共享，不用提交")
    assert rows["死亡证明"][4] == "1–7"
    assert facts(written)["6."] == "企业职工丧葬补助金、抚恤金申领（遗属待遇），人社"
    assert {table(written).rows[place][0] for place in table(written).emphasised} == {
        "户口簿",
        "火化证明",
        "收款银行卡",
    }


def test_the_correction_notice_tells_all_of_it_with_the_departments_own_day() -> None:
    """What is missing and by when is the department's word; the nearest day stands in the box."""
    written = paper(PaperKind.CORRECTION_NOTICE, cases.answered(BASE))
    [row] = table(written).rows
    assert row[1:] == ("人社", "请补交视同缴费年限认定表，并写明缴费单位", "12 月 8 日")
    assert [row[0] for row in table(written, 1).rows] == ["户口簿", "火化证明", "收款银行卡"]
    assert framed(written) == "12 月 2 日前，把要补的材料一次送到本窗口。"
    assert "第三十二条" in words(written)


@pytest.mark.parametrize("said", ["请补正", ""])
def test_a_correction_names_each_thing_that_the_department_named(said: str) -> None:
    """Its words may leave out what it named for the terminal alone; the family takes the whole of it home."""
    dossier = cases.answered(BASE)
    named = {"wanted_materials": ("social_card",), "wanted_fields": ("payee.account",)}
    matters = tuple(
        msgspec.structs.replace(m, words=said, **named) if m.state is MatterState.CORRECTION_REQUESTED else m
        for m in dossier.case.matters
    )
    [row] = table(paper(PaperKind.CORRECTION_NOTICE, cases.with_case(dossier, matters=matters))).rows
    assert row[2] == "；".join(filter(None, (said, "要补的有：社保卡（逝者）、收款账号")))


def test_all_that_can_be_named_stays_within_a_page() -> None:
    """The words of a department are cut where they would push a name off the page."""
    dossier = cases.answered(BASE)
    fields = tuple(field.path for field in dossier.assessment.fields)
    named = {"wanted_materials": tuple(dossier.service.materials), "wanted_fields": fields}
    matters = tuple(
        msgspec.structs.replace(m, words="请补正并说明情况，" * 40, **named)
        if m.state is MatterState.CORRECTION_REQUESTED
        else m
        for m in dossier.case.matters
    )
    [row] = table(paper(PaperKind.CORRECTION_NOTICE, cases.with_case(dossier, matters=matters))).rows
    assert row[2].endswith(dossier.assessment.fields[-1].label)
    assert row[2].startswith("请补正并说明情况")
    assert len(row[2]) <= 340


def test_a_correction_without_a_day_gets_none() -> None:
    """The limit of the matter itself is not passed off as that of the correction."""
    dossier = cases.answered(BASE)
    matters = tuple(msgspec.structs.replace(m, correction_due=None) for m in dossier.case.matters)
    written = paper(PaperKind.CORRECTION_NOTICE, cases.with_case(dossier, matters=matters, materials=()))
    assert table(written).rows[0][3] == text("papers.correction.ask_department")
    assert framed(written) == text("papers.correction.remember")


def test_the_whole_case_may_be_asked_to_correct() -> None:
    """Words about the case as a whole stand by themselves."""
    dossier = cases.with_case(BASE, state=CaseState.CORRECTION_REQUESTED, words="请重拍户口簿", materials=())
    written = paper(PaperKind.CORRECTION_NOTICE, dossier)
    assert "请重拍户口簿" in words(written)
    assert not [section for section in written.sections if isinstance(section, Table)]


def test_the_authorization_names_scope_powers_and_period() -> None:
    """An agent may do what stands there, until the day that stands there; principal and agent sign by hand."""
    written = paper(PaperKind.AUTHORIZATION_LETTER, cases.dossier_of(agent=True))
    assert len(table(written).rows) == 8
    told = facts(written)
    assert told[text("papers.authorization.power")].endswith("；不含代收款项。")
    assert told[text("papers.authorization.period")] == "从 2026 年 11 月 18 日起，到 2027 年 3 月 31 日止。"
    [closing] = [section for section in written.sections if isinstance(section, Closing)]
    assert not [one for one in closing.signatures if one.strokes]
    assert closing.seal == ""


def test_an_agent_may_be_given_everything() -> None:
    """No scope means all matters; the power to receive money is said, an unknown end is left to the pen."""
    application = cases.application_of(agent=True)
    assert application.agent is not None
    agent = msgspec.structs.replace(application.agent, scope=(), powers=("file", "receive_money"), valid_until=None)
    dossier = cases.judged(msgspec.structs.replace(application, agent=agent))
    written = paper(PaperKind.AUTHORIZATION_LETTER, dossier)
    assert len(table(written).rows) == len(dossier.case.matters)
    assert "代收款项" in facts(written)[text("papers.authorization.power")]
    assert facts(written)[text("papers.authorization.period")].endswith(text("papers.authorization.until_blank"))


def test_a_letter_that_is_still_wanted_is_printed_with_open_places() -> None:
    """When a child's spouse applies, the letter of a near relative can be printed at once and filled in by hand."""
    application = cases.application_of()
    in_law = msgspec.structs.replace(application.applicant, relation="38")
    application = msgspec.structs.replace(application, applicant=in_law)
    written = paper(PaperKind.AUTHORIZATION_LETTER, cases.judged(application))
    assert facts(written)[text("papers.authorization.agent_name")] == text("papers.blank")
    assert "代为提交" in facts(written)[text("papers.authorization.power")]


def test_a_letter_for_another_account_names_its_holder_and_only_that_power() -> None:
    """The holder is masked; of the powers only the money is there to be ticked."""
    application = msgspec.structs.replace(
        cases.application_of(), payee=PayeeEntry(name="测试丁", bank="测试银行", account="62220000")
    )
    written = paper(PaperKind.AUTHORIZATION_LETTER, cases.judged(application))
    assert facts(written)[text("papers.authorization.agent_name")] == "测*丁"
    assert facts(written)[text("papers.authorization.power")] == text("papers.authorization.powers_payee")


def test_a_letter_signed_on_the_screen_bears_both_signatures() -> None:
    """Principal and agent have signed, each with the day; only a witness would sign by hand."""
    written = paper(PaperKind.AUTHORIZATION_LETTER, cases.signed_letter())
    [closing] = [section for section in written.sections if isinstance(section, Closing)]
    assert [(bool(one.strokes), one.date) for one in closing.signatures[:2]] == [(True, "2026 年 11 月 18 日")] * 2
    assert not closing.signatures[2].strokes


def test_heirs_who_share_a_sum_are_referred_until_they_have_agreed() -> None:
    """The paper names the matters about money and the day; no account, no whole number, no notary's name."""
    dossier = cases.dossier_of(heirs=True)
    written = paper(PaperKind.NOTARY_REFERRAL, dossier)
    assert [row[0] for row in table(written).rows] == [
        "企业职工养老保险个人账户一次性待遇申领",
        "职工医保个人账户一次性支取",
    ]
    assert [section for section in written.sections if isinstance(section, Framed) and "12 月 18 日前" in section.words]
    said = json.dumps(list(words_of(written)), ensure_ascii=False)
    assert paper_cases.ACCOUNT not in said
    assert paper_cases.DECEASED_NUMBER not in said
    brought = tuple(
        msgspec.structs.replace(material, status=MaterialStatus.SUPPLIED)
        if material.material_id == "inheritance_proof"
        else material
        for material in dossier.case.materials
    )
    for other in (cases.dossier_of(), cases.with_case(dossier, materials=brought)):
        with pytest.raises(PaperError):
            paper(PaperKind.NOTARY_REFERRAL, other)


def test_the_form_lists_each_consent_by_its_purpose() -> None:
    """Account and promise have lines of their own, a statement instead of consents says that it is one."""
    given = dict.fromkeys(("truth", "account", "promise:social_card"), cases.TAKEN_IN)
    listed = cases.judged(msgspec.structs.replace(cases.application_of(), consents=given))
    said = json.dumps(list(words_of(paper(PaperKind.JOINT_FORM, listed))), ensure_ascii=False)
    assert "以告知承诺代替：社保卡（逝者）" in said
    assert "使用收款账户" in said
    stated = cases.judged(msgspec.structs.replace(cases.application_of(), consents={"stated": cases.TAKEN_IN}))
    said = json.dumps(list(words_of(paper(PaperKind.JOINT_FORM, stated))), ensure_ascii=False)
    assert "提交人声明" in said


def test_the_commitment_lists_what_is_promised_and_bears_the_signature_given_for_it() -> None:
    """Only materials that a promise replaces; our own letters are no such promise."""
    written = paper(PaperKind.COMMITMENT_LETTER, BASE)
    assert [row[0] for row in table(written).rows] == ["社保卡（逝者）"]
    [closing] = [section for section in written.sections if isinstance(section, Closing)]
    assert closing.signatures[0].strokes == BASE.application.signature
    assert closing.signatures[0].date == "2026 年 11 月 18 日"
    assert "当地规定" in words(written)


def test_the_deferral_promise_has_a_day_for_each_material() -> None:
    """What is merely missing is not deferred."""
    written = paper(PaperKind.DEFERRAL_PROMISE, BASE)
    assert table(written).rows == (("火化证明", "原件", "殡仪馆", "12 月 2 日", "1"),)
    assert framed(written) == "12 月 2 日前，把火化证明送到本窗口。"
    assert MaterialStatus.MISSING in {material.status for material in BASE.case.materials}


def test_a_day_that_is_none_gives_way_to_the_rules_own() -> None:
    """A file may say anything; a paper bears a day that exists."""
    application = cases.application_of()
    choices = {
        **application.material_choices,
        MaterialId("cremation_certificate"): MaterialChoice(status="deferred", due="x"),
    }
    application = msgspec.structs.replace(application, material_choices=choices, consents={"signed": "x"})
    written = paper(PaperKind.DEFERRAL_PROMISE, cases.judged(application))
    assert table(written).rows[0][3] == "12 月 2 日"
    [closing] = [section for section in written.sections if isinstance(section, Closing)]
    assert closing.signatures[0].date == "2026 年 11 月 18 日"


def test_a_refusal_before_acceptance_and_one_after_it() -> None:
    """不予受理 and 不予办理 are two things; the rights are told as subject to the local rules."""
    before = paper(PaperKind.REFUSAL_NOTICE, cases.refused(BASE))
    assert before.head.title == "不予受理通知书"
    assert facts(before)[text("papers.refusal.reason")] == "逝者的户籍不在本市，应向户籍所在地申请"
    assert len(table(before).rows) == len(BASE.case.matters)
    after = paper(PaperKind.REFUSAL_NOTICE, cases.answered(BASE))
    assert after.head.title == "不予办理通知书"
    assert [row[2:] for row in table(after).rows] == [("没有查到参保登记，请向参保地的医保经办机构申请", "11 月 24 日")]
    for written in (before, after):
        assert "60 日" in words(written)
        assert "6 个月" in words(written)
        assert "当地规定" in words(written)
    assert text("papers.refusal.others") in words(after)
    assert text("papers.refusal.others") not in words(before)


def test_the_joint_form_has_every_field_of_the_service() -> None:
    """Twenty-four numbered fields, each with a value or why it has none; nobody's birthday or street."""
    told = facts(paper(PaperKind.JOINT_FORM, BASE))
    assert {label[:2] for label in told if label[:2].isdigit()} == {f"{place:02d}" for place in range(1, 25)}
    assert told["05 逝者出生日期"] == "1940 年出生"
    assert told["06 逝者户籍地"] == "测试市测试区****"
    assert told["11 火化日期"] == "火化后由殡仪馆提供"
    assert told["13 参保类型"] == "企业职工养老保险、职工医保"
    assert told["23 收款账号"] == "尾号 5566"
    assert all(told.values())


def test_the_joint_form_keeps_what_was_declined_and_agreed_to() -> None:
    """Nobody can say later that a matter was not offered or a consent not asked for."""
    written = paper(PaperKind.JOINT_FORM, BASE)
    assert table(written, 1).rows == (("住房公积金提取（死亡）及销户", "没有公积金账户"),)
    assert len(table(written, 2).rows) == 3


def test_the_result_list_says_what_is_open_and_as_of_when() -> None:
    """A list of a case that goes on does not pass for the last word."""
    written = paper(PaperKind.RESULT_LIST, cases.answered(BASE))
    assert "截至 2026 年 11 月 25 日 09:30，还有 3 项没有结果" in words(written)
    rows = table(written).rows
    assert rows[0][2:4] == ("已办结", "11 月 24 日")
    assert [row[2] for row in rows[-3:]] == ["要补正", "不予办理", "转部门窗口办"]
    assert framed(written) == text("papers.result_list.remember_correction")


def test_the_result_list_of_an_ended_case() -> None:
    """All have a result, with the paper that each gives."""
    written = paper(PaperKind.RESULT_LIST, cases.ended(BASE))
    assert text("papers.result_list.ended") in words(written)
    assert all(row[2] == "已办结" for row in table(written).rows)
    assert table(written).rows[0][4].startswith("结果文书：户口注销证明")
    assert framed(written) == text("papers.result_list.remember_keep")


def test_the_delivery_receipt_lists_what_was_issued() -> None:
    """Name, number of the last copy, day; not itself; the address only down to the county."""
    own = IssuedPaper(PaperKind.DELIVERY_RECEIPT, 1, cases.TAKEN_IN)
    written = paper(PaperKind.DELIVERY_RECEIPT, replace(BASE, issued=(*BASE.issued, own)))
    assert [row[0] for row in table(written).rows] == ["收件凭证", "受理通知书", "一次性补正告知书"]
    assert table(written).rows[0][1:] == ("SHS370102W03A202611180012H-SJ-2", "第 2 份", "11 月 18 日")
    assert facts(written)[text("papers.delivery.address")] == "测试市测试区****"


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("山东省济南市历下区测试路 9 号", "山东省济南市历下区****"),
        ("测试区测试街 1 号小区", "测试区****"),
        ("测试路 9 号院西区 3 单元", "测试****"),
        ("新界测试道 1 号", "新界****"),
        ("1 Test Road", "1 ****"),
        ("", ""),
    ],
)
def test_an_address_is_shown_down_to_the_county(address: str, masked: str) -> None:
    """No street, no house."""
    assert mask_address(address) == masked


def test_contents_do_not_show_in_a_log() -> None:
    """A paper that lands in a log by mistake tells nothing."""
    assert "测" not in repr(BASE) + repr(paper(PaperKind.JOINT_FORM, BASE))
