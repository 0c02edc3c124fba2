"""Which words the receipt of materials says, before any of them is drawn."""

from __future__ import annotations

import msgspec
import paper_cases
import pytest

from kiosk.domain.acceptance import acceptance_of
from kiosk.domain.case import CaseMaterial, MaterialStatus, MatterState
from kiosk.domain.numbering import grouped
from kiosk.domain.paper import Issue, PaperKind, StationFacts
from kiosk.errors import ErrorCode, PaperError


def _materials(*statuses: tuple[str, MaterialStatus, str | None]) -> tuple[CaseMaterial, ...]:
    return tuple(paper_cases.material(name, name, status, 0, due) for name, status, due in statuses)


def _remember(*statuses: tuple[str, MaterialStatus, str | None]) -> str:
    application = paper_cases.application_of()
    case = paper_cases.case_of(application, materials=_materials(*statuses))
    return paper_cases.receipt(case, application).remember


def test_the_number_is_set_in_groups() -> None:
    """The number reads as people say it over the telephone."""
    assert grouped("SHS370102W03A202611180012H") == "SHS 370102 W03 A 20261118 0012 H"


def test_a_number_of_another_form_stays_as_it_is() -> None:
    """A number that we did not make is not rearranged."""
    assert grouped("ABC-1") == "ABC-1"


def test_the_paper_says_that_it_is_no_acceptance() -> None:
    """收件 is not 受理: the paper says so, and which paper will be."""
    paper = paper_cases.standard()
    assert paper.kind is PaperKind.RECEIPT_OF_MATERIALS
    assert "还没有受理" in paper.not_acceptance
    assert "受理通知书" in paper.not_acceptance


def test_dates_are_estimates_and_bare() -> None:
    """A due date carries its state apart, so that it is said once for all and never lost."""
    dated, booked = paper_cases.standard().matters[:2]
    assert (dated.due, dated.due_state) == ("11 月 20 日前", "预计")
    assert (booked.due, booked.due_state) == ("今天联系", "")


def test_a_date_beyond_the_calendar_is_provisional() -> None:
    """暂定 is said where the holidays are not announced."""
    first = paper_cases.longest_and_rare().matters[0]
    assert (first.due, first.due_state) == ("2027 年 1 月 5 日前", "暂定")


def test_the_promise_does_not_hide_a_later_date() -> None:
    """When a matter takes longer than the promise, the paper says which date counts."""
    assert "以表中为准" in paper_cases.standard().promise


def test_the_one_thing_is_the_nearest_material_to_bring() -> None:
    """One thing stands in the box; others are only counted."""
    words = _remember(
        ("火化证明", MaterialStatus.DEFERRED, "2026-12-02"),
        ("户口簿", MaterialStatus.DEFERRED, "2026-12-05"),
        ("收款银行卡", MaterialStatus.MISSING, None),
    )
    assert words.startswith("12 月 2 日前，把火化证明送到本窗口。")
    assert "另有 2 样" in words
    assert "户口簿" not in words


def test_many_materials_of_one_day_are_counted() -> None:
    """Four names are too many to remember."""
    words = _remember(*((f"材料{index}", MaterialStatus.DEFERRED, "2026-12-02") for index in "甲乙丙丁"))
    assert words == "12 月 2 日前，把材料甲、材料乙、材料丙等 4 样材料送到本窗口。"


def test_a_material_without_a_day_is_asked_for_soon() -> None:
    """No day is invented."""
    assert _remember(("户口簿", MaterialStatus.MISSING, None)) == "请尽快把户口簿送到本窗口。"


def test_with_nothing_to_bring_the_booking_comes_first() -> None:
    """A family with nothing to bring waits for the funeral parlour's call."""
    assert "殡仪馆的电话" in _remember(("户口簿", MaterialStatus.SHARED, None))


def test_with_nothing_to_do_the_paper_is_to_be_kept() -> None:
    """There is always one thing."""
    application = paper_cases.application_of()
    case = paper_cases.case_of(application, matters=paper_cases.case_of(application).matters[:1], materials=())
    assert "请留好本凭证" in paper_cases.receipt(case, application).remember


def test_what_is_still_to_come_is_not_called_received() -> None:
    """The title of the second part is true."""
    application = paper_cases.application_of()
    complete = paper_cases.case_of(application, materials=_materials(("户口簿", MaterialStatus.SHARED, None)))
    assert paper_cases.receipt(complete, application).materials_title == "收到的材料"
    assert paper_cases.standard().materials_title == "收到的和还要补的材料"
    assert paper_cases.standard().materials_count == "共 7 样，1 样要补"


@pytest.mark.parametrize(
    ("code", "words"),
    [("30", "逝者的女儿"), ("38", "逝者的儿媳"), ("12", "逝者的妻子"), ("43", "逝者的孙辈"), ("01", ""), (None, "")],
)
def test_a_relation_is_said_from_the_applicant(code: str | None, words: str) -> None:
    """The codes of GB/T 4761 become plain words; one that says nothing stays unsaid."""
    application = paper_cases.application_of()
    application = msgspec.structs.replace(
        application, applicant=msgspec.structs.replace(application.applicant, relation=code)
    )
    assert paper_cases.receipt(paper_cases.case_of(application), application).people[1].remark == words


def test_an_agent_signs_and_is_named() -> None:
    """Who stands at the counter signs; who is represented stays the applicant."""
    application = paper_cases.application_of(agent="测试丙")
    paper = paper_cases.receipt(paper_cases.case_of(application), application)
    assert [person.role for person in paper.people] == ["逝者", "申请人", "代办人"]
    assert paper.signature.label == "代办人签收"


def test_a_terminal_without_staff_names_itself() -> None:
    """Self-service has no operator, and the paper still says who took the case in."""
    application = paper_cases.application_of()
    paper = paper_cases.receipt(paper_cases.case_of(application), application, operator="")
    assert paper.taken_in_by == "自助终端，3 号窗口"


def test_the_mark_names_the_copy() -> None:
    """Who printed it, where, when, which copy."""
    application = paper_cases.application_of()
    mark = paper_cases.receipt(paper_cases.case_of(application), application, copy_no=3).copy.watermark
    assert all(part in mark for part in ("测试己", "3 号窗口", "2026 年 11 月 18 日 14:19", "第 3 份", "7Q4M"))


def test_a_public_address_goes_into_the_code() -> None:
    """With a public address the code opens it, without one it carries the number alone; never a person."""
    application = paper_cases.application_of()
    case = paper_cases.case_of(application)
    assert paper_cases.receipt(case, application).head.qr_text == paper_cases.NUMBER
    station = StationFacts("测试窗口", "1 号窗口", "0531 0000 0000", "12345", "测试路", "https://example.invalid/q/")
    paper = paper_cases.receipt(case, application, station=station)
    assert paper.head.qr_text == "https://example.invalid/q/" + paper_cases.NUMBER
    assert paper.head.qr_caption == "扫码查进度"


def test_contents_do_not_show_in_a_log() -> None:
    """A paper that lands in a log by mistake tells nothing."""
    paper = paper_cases.standard()
    assert "测" not in repr(paper) + repr(paper.people) + repr(paper.signature)


def test_a_notice_of_acceptance_needs_the_official_number() -> None:
    """Nothing may say 受理 before the authority has said it."""
    application = paper_cases.application_of()
    issue = Issue("测试己", 1, paper_cases.PRINTED_AT, "7Q4M", training=True)
    taken_in = msgspec.structs.replace(paper_cases.case_of(application), official_number="37010020261118000042")
    for case in (taken_in, paper_cases.accepted_case(application, official_number=None)):
        with pytest.raises(PaperError) as caught:
            acceptance_of(case, application, paper_cases.STATION, issue, paper_cases.PRINTED_AT)
        assert caught.value.code is ErrorCode.PAPER_NOT_ISSUABLE


@pytest.mark.parametrize("state", [MatterState.CORRECTION_REQUESTED, MatterState.REFUSED, MatterState.WITHDRAWN])
def test_a_notice_of_acceptance_calls_nothing_checked_that_is_not(state: MatterState) -> None:
    """What is to be corrected, was refused or taken back is not said to be on its way; it has a paper of its own."""
    application = paper_cases.application_of()
    issue = Issue("测试己", 1, paper_cases.PRINTED_AT, "7Q4M", training=True)
    case = paper_cases.accepted_case(application)
    last = msgspec.structs.replace(case.matters[-1], state=state)
    case = msgspec.structs.replace(case, matters=(*case.matters[:-1], last))
    paper = acceptance_of(case, application, paper_cases.STATION, issue, paper_cases.PRINTED_AT)
    assert len(paper.matters) == 8
    assert "另有" not in paper.accepted


def test_a_notice_of_acceptance_lists_what_was_accepted() -> None:
    """A matter that is still being checked is counted, not promised."""
    paper = paper_cases.acceptance()
    assert len(paper.matters) == 8
    assert "另有 1 项" in paper.accepted
    assert paper.head.number == "37010020261118000042"
    assert paper.head.qr_text == paper_cases.NUMBER
    assert not [matter for matter in paper.matters if matter.due_state]
    assert any("本通知书" in words for words in paper.ask)


def test_a_matter_under_verification_is_named_and_given_no_date() -> None:
    """What a department must check first is neither promised nor dated, and stands apart from what is settled."""
    application = paper_cases.application_of()
    case = paper_cases.case_of(application)
    waiting = msgspec.structs.replace(case.matters[0], state=MatterState.AWAITING_VERIFICATION)
    case = msgspec.structs.replace(case, matters=(waiting, *case.matters[1:]))
    paper = paper_cases.receipt(case, application)
    assert len(paper.matters) == 8
    assert waiting.name not in {line.name for line in paper.matters}
    assert paper.awaiting == f"另有 1 项要等部门核对，核对后告诉您：{waiting.name}。"
    assert paper_cases.standard().awaiting == ""


def test_a_letter_signed_at_the_counter_is_no_promise() -> None:
    """授权委托书 is signed here and kept with the case."""
    application = paper_cases.application_of(agent="测试丙")
    letter = paper_cases.material("authorization_letter", "授权委托书", MaterialStatus.PROMISED, 0, None)
    line = paper_cases.receipt(paper_cases.case_of(application, materials=(letter,)), application).materials[0]
    assert (line.form, line.source) == ("当场签署", "随本件存档")
