from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.domain.assessment import Mode
from kiosk.domain.catalog_check import catalog_faults
from kiosk.domain.catalog_reader import parse_catalog
from kiosk.domain.codes import CodeTables
from kiosk.errors import CatalogError, ErrorCode
from kiosk.ids import MatterId
from kiosk.paths import resource
from kiosk.services.reference import load_codes, load_service, overlays_in, read_service

CODES: CodeTables = load_codes()
SHIPPED = {path.name: path.read_text("utf-8") for path in sorted(resource("catalog/after_death").glob("*.toml"))}


def with_overlay(text: str) -> list[str]:
    """Check the shipped catalogue under an overlay."""
    order = {"service.toml": SHIPPED["service.toml"]} | SHIPPED
    return catalog_faults(parse_catalog({**order, "overlay.toml": text}))


def test_the_shipped_catalogue_is_whole() -> None:
    """12 departments, 37 matters and the extensions, 24 fields, 7 materials and the conditional ones, no fault."""
    service = read_service("after_death")
    assert catalog_faults(service) == []
    matters = [matter for matter in service.matters.values() if not matter.extension]
    assert [str(matter.matter_id) for matter in matters] == [f"{number:02d}" for number in range(1, 38)]
    assert {matter.department for matter in matters} == set(service.departments)
    assert len(service.departments) == 12
    assert list(service.fields) == [f"F{number:02d}" for number in range(1, 25)]
    seven = (
        "deceased_id applicant_id household_register death_certificate cremation_certificate social_card bank_account"
    )
    more = (
        "relation_proof authorization_letter commitment_letter inheritance_proof eco_burial_proof work_injury_decision"
    )
    assert [key for key, row in service.materials.items() if not row.conditional] == seven.split()
    assert [key for key, row in service.materials.items() if row.conditional] == more.split()


@pytest.mark.parametrize(
    ("named", "fault"),
    [
        ('{ when = [{ circumstance = "declared" }], name = "甲", form = "甲", issuer = "甲" }', "missing_words"),
        ('{ name = "甲", form = "甲", issuer = "甲", missing_words = "甲" }', "没有 when"),
        (
            '{ when = [{ circumstance_ = "x" }], name = "甲", form = "甲", issuer = "甲", missing_words = "甲" }',
            "circumstance_",
        ),
        ('{ when = [], name = "甲", form = "甲", issuer = "甲", missing_words = "甲", colour = 1 }', "colour"),
    ],
)
def test_a_name_for_other_circumstances_is_checked(named: str, fault: str) -> None:
    """It has its rule and all its words, and nothing else."""
    faults = with_overlay(f'[[material]]\nid = "death_certificate"\nnamed = [{named}]\n')
    assert [one for one in faults if "[[material]] death_certificate" in one and fault in one]


def test_extensions_are_shipped_and_off() -> None:
    """What is no part of the 37 is there to be switched on, and is not."""
    extensions = [matter for matter in load_service("after_death").matters.values() if matter.extension]
    assert [str(matter.matter_id) for matter in extensions] == [f"E{number}" for number in range(1, 10)]
    assert not any(matter.enabled for matter in extensions)


def test_every_row_says_what_it_rests_on() -> None:
    """Each matter has a basis, each limit one, the weak rows are marked, each sentence to people is there."""
    for matter in load_service("after_death").matters.values():
        assert matter.basis
        assert matter.result
        assert matter.follow_up
        assert all(row.reason for row in matter.when)
        assert matter.otherwise
    weak = {str(m.matter_id) for m in load_service("after_death").matters.values() if m.weak and not m.extension}
    assert weak == {"02", "07", "11", "27", "32", "34", "35", "37"}


@pytest.mark.parametrize("service", ["after_death", "disability_support", "old_age_allowance"])
def test_each_basis_is_named_as_a_family_would_cite_it(service: str) -> None:
    """A law by its name, a notice by its number, or that it is local or usual; what it was copied from is no basis."""
    for matter in load_service(service).matters.values():
        assert re.search(r"《.+》|〔\d{4}〕\d+号|本地|各地", matter.basis), matter.basis
        assert not re.search(r"清单|方案|[A-Z]\d|\d{6}|\.toml", matter.basis), matter.basis


def test_modes_are_those_of_the_published_format() -> None:
    """06 is automatic; 09, 20, 21, 23, 31 are applications, with an employer or an automatic part."""
    matters = load_service("after_death").matters
    assert matters[MatterId("06")].mode is Mode.AUTOMATIC
    assert matters[MatterId("08")].mode is Mode.BOOKING
    assert {str(key) for key, row in matters.items() if row.via == "employer"} == {"20", "21"}
    assert {str(key): row.automatic_part for key, row in matters.items() if row.automatic_part} == {
        "23": "停发",
        "31": "停发",
    }
    assert all(matters[MatterId(key)].mode is Mode.APPLICATION for key in ("09", "20", "21", "23", "31"))


def test_each_department_is_given_the_proof_of_death() -> None:
    """All matters rest on it but those that give it out."""
    matters = load_service("after_death").matters.values()
    assert {str(row.matter_id) for row in matters if "F09" not in row.fields} == {"01", "03"}


def test_the_social_security_card_outlives_every_payment() -> None:
    """It is often the account that the money goes to, so it is cancelled after all that is paid out."""
    matters = load_service("after_death").matters
    paid = {key for key, row in matters.items() if "F23" in row.fields and not row.extension}
    assert set(matters[MatterId("27")].after) == paid


def test_choices_and_code_tables_agree() -> None:
    """The values that rules speak of are the codes that screens offer."""
    facts = load_service("after_death").facts
    assert set(facts["circumstance"].values) == set(CODES.small["circumstances"])
    assert set(facts["disposition"].values) == set(CODES.small["dispositions"])
    assert set(facts["document_type"].values) == set(CODES.small["document_types"])
    assert set(facts["relation_group"].values) == {*CODES.relation_groups, "other"}


GOOD = """
[[matter]]
id = "L1"
name = "测试事项"
department = "民政"
mode = "application"
when = [{ cremated = true, reason = "测试" }]
otherwise = "测试"
due_words = "测试"
result = "测试"
basis = "测试"
"""


def test_an_overlay_adds_changes_and_switches_off() -> None:
    """A station's file changes single keys of a row, adds rows and switches rows off; ours stay untouched."""
    text = GOOD + '[[matter]]\nid = "12"\nenabled = false\n[[matter]]\nid = "19"\nshort_name = "抚恤"\n'
    assert with_overlay(text) == []
    service = parse_catalog({"service.toml": SHIPPED["service.toml"], **SHIPPED, "overlay.toml": text})
    assert service.matters[MatterId("L1")].department == "民政"
    assert not service.matters[MatterId("12")].enabled
    assert service.matters[MatterId("19")].short == "抚恤"
    assert service.matters[MatterId("19")].department == "人社"


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        (GOOD.replace("民政", "无此部门"), "L1", "无此部门"),
        (GOOD.replace("cremated", "cremmated"), "L1", "cremmated"),
        (GOOD + 'fields = ["F99"]', "L1", "F99"),
        (GOOD + 'materials = ["passport"]', "L1", "passport"),
        (GOOD + 'after = ["99"]', "L1", "99"),
        (GOOD + 'basis_ref = ["S999"]', "L1", "S999"),
        (GOOD + 'alternative_to = ["19"]', "L1", "没有写回来"),
        (GOOD + 'alternative_to = ["L1"]', "L1", "写了自己"),
        (GOOD + 'fields = ["F09", "F09"]', "L1", "重复"),
        (GOOD + 'via = "neighbour"', "L1", "employer"),
        (GOOD + 'legal = { count = 99999, unit = "month", basis = "测试" }', "L1", "3660"),
        (GOOD.replace('basis = "测试"', 'basis = " "'), "L1", "basis"),
        (GOOD.replace('reason = "测试"', 'reason = "{ages} 岁"'), "L1", "大括号"),
        ('[[matter]]\nid = "1"\nenabled = false\n', "[[matter]] 1", "核对编号"),
        ("[[matter]]\nid = 12\nenabled = false\n", "matter", "加引号"),
        (GOOD + "fileds = []", "L1", "fileds"),
        (GOOD.replace('mode = "application"', 'mode = "apply"'), "L1", "mode"),
        (GOOD.replace('due_words = "测试"', ""), "L1", "时限"),
        (GOOD + 'promised = { count = 5, unit = "working_day", basis = "" }', "L1", "basis"),
        (GOOD + 'promised = { count = 5, unit = "week", basis = "测试" }', "L1", "unit"),
        (GOOD + 'legal = { count = 5, unit = "month" }', "L1", "basis"),
        (GOOD.replace(', reason = "测试"', ""), "L1", "reason"),
        (GOOD.replace("{ cremated = true,", "{ cremated = 1,"), "L1", "cremated"),
        (GOOD.replace("{ cremated = true,", '{ disposition = "space",'), "L1", "space"),
        (GOOD.replace("{ cremated = true,", '{ cremated = true, disposition = "burial",'), "L1", "不可能"),
        (GOOD.replace("{ cremated = true,", "{ age = { min = 90, max = 80 },"), "L1", "不可能"),
        (GOOD.replace("{ cremated = true,", "{ age = { max = -1 },"), "L1", "不可能"),
        (GOOD.replace("{ cremated = true,", "{ destitute = true, minimum_living = true,"), "L1", "不可能"),
        (GOOD.replace("{ cremated = true,", "{ old_age_allowance = true, age = { max = 40 },"), "L1", "不可能"),
        (GOOD + GOOD, "L1", "重复"),
        ('[[matter]]\nname = "没有编号"\n', "matter", "id"),
        ('[[matter]]\nid = "03"\nafter = ["05"]\n', "after", "转了一圈"),
        ('[[matter]]\nid = "12"\nmaterials = ["deceased_id"]\n', "12", "不要材料"),
        ('[[fact]]\nid = "made_up"\nlabel = "测试"\ngiven = true\n', "made_up", "given"),
        ('[[fact]]\nid = "made_up"\nlabel = "测试"\nkind = "choice"\n', "made_up", "values"),
        ('[[material]]\nid = "relation_proof"\nwhen = []\n', "relation_proof", "when"),
        ('[[field]]\nid = "F19"\ninputs = [{ path = "applicant.phone", label = "手机" }]\n', "F19", "kind"),
        ("unknown_key = 1\n", "overlay.toml", "unknown_key"),
        (GOOD.replace('otherwise = "测试"', ""), "overlay.toml: [[matter]] L1", "otherwise"),
        (GOOD.replace('reason = "测试"', "reason = 5"), "overlay.toml: [[matter]] L1", "reason"),
        (GOOD.replace("{ cremated = true,", "{ age = { min = true },"), "overlay.toml: [[matter]] L1", "age"),
        ('[matter]\nid = "03"\n', "overlay.toml", "两层方括号"),
        ("matter = [3]\n", "overlay.toml", "不是表"),
        (
            '[[field]]\nid = "F19"\ninputs = [{ path = "applicant.fone", label = "手机", kind = "phone" }]\n',
            "overlay.toml: [[field]] F19",
            "applicant.fone",
        ),
        (
            '[[field]]\nid = "F22"\ninputs = [{ path = "payee.bank", label = "测试", kind = "bank", choices = "x" }]\n',
            "overlay.toml: [[field]] F22",
            "choices",
        ),
    ],
)
def test_each_fault_is_explained_with_its_place(text: str, place: str, why: str) -> None:
    """A civil servant who mistypes is told which row and which key."""
    faults = with_overlay(text)
    assert any(place in fault and why in fault for fault in faults), faults


@pytest.mark.parametrize(
    "fault",
    [
        'promised = { count = 5, unit = "working_day", basis = "" }',
        'enabled = "false"',
        "when = [{ age = { min = 79.5 } }]",
    ],
)
def test_a_row_that_cannot_be_read_is_one_fault(fault: str) -> None:
    """What speaks of the row is right: nobody is sent to look at rows that nothing is wrong with."""
    [said] = with_overlay(f'[[matter]]\nid = "04"\n{fault}\n')
    assert said.startswith("overlay.toml: [[matter]] 04: ")


def test_a_rule_over_many_facts_that_can_never_hold_is_found() -> None:
    """Ashes of somebody who was buried: a dozen other conditions, which can all hold, do not hide it."""
    others = (
        "enterprise_pension employee_medical social_card married household_head driving_licence exit_entry_document"
        " veteran_pension veteran_card disabled_card farm_subsidy housing_fund"
    ).replace(" ", " = true, ")
    assert with_overlay(GOOD.replace("{ cremated", f"{{ {others} = true, cremated")) == []
    [said] = with_overlay(GOOD.replace("{ cremated", f'{{ {others} = true, disposition = "burial", cremated'))
    assert "L1" in said
    assert "不可能" in said


@pytest.mark.parametrize(
    "head",
    ['promise_working_days = "七"', "promise_working_days = -1", "promise_working_days = 99999", "common_fields = [1]"],
)
def test_a_head_of_the_wrong_form_is_refused_by_its_key(head: str) -> None:
    """Numbers are numbers that can be meant, lists are lists of ids; file and key are named."""
    with pytest.raises(CatalogError) as caught:
        with_overlay(head)
    assert str(caught.value.facts["place"]).startswith(f"overlay.toml: {head.split(' ', maxsplit=1)[0]} ")


def test_an_overlay_cannot_make_another_service_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Cases would be kept under a name that no terminal and no hub knows."""
    trial = tmp_path / "trial.toml"
    trial.write_text('service = "other"\n', "utf-8")
    assert main(["catalog", "check", str(trial), "--data", str(tmp_path)]) == 1
    assert "trial.toml: service 应是 after_death" in capsys.readouterr().out


def test_an_overlay_in_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    """What an editor saved as GBK is said to be no UTF-8."""
    overlay = tmp_path / "catalog" / "after_death.toml"
    overlay.parent.mkdir()
    overlay.write_bytes(GOOD.encode("gbk"))
    with pytest.raises(CatalogError) as caught:
        load_service("after_death", overlays_in(tmp_path))
    assert "after_death.toml: 不是 UTF-8" in str(caught.value.facts["place"])


def test_text_that_is_not_toml_is_refused_with_its_line() -> None:
    """A broken file names itself and the line."""
    with pytest.raises(CatalogError) as caught:
        with_overlay('[[matter]\nid = "1"')
    assert "overlay.toml" in str(caught.value.facts["place"])
    assert "第 1 行" in str(caught.value.facts["place"])


def test_a_faulty_overlay_is_not_judged_by(tmp_path: Path) -> None:
    """Judging by a catalogue with dangling names is refused with the place."""
    overlay = tmp_path / "catalog" / "after_death.toml"
    overlay.parent.mkdir()
    overlay.write_text(GOOD + 'materials = ["passport"]', "utf-8")
    with pytest.raises(CatalogError) as caught:
        load_service("after_death", overlays_in(tmp_path))
    assert caught.value.code is ErrorCode.CATALOG_INVALID
    assert "passport" in str(caught.value.facts["place"])


def test_an_unknown_service_is_named() -> None:
    """A service that is not there is refused by its name."""
    with pytest.raises(CatalogError) as caught:
        load_service("nothing")
    assert caught.value.code is ErrorCode.SERVICE_UNKNOWN


def test_check_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`kiosk catalog check` ends with 1 and the faults, and with 0 on the shipped data."""
    assert main(["catalog", "check", "--json", "--data", str(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"]
    assert answer["services"]["after_death"]["matters"] == 37
    overlay = tmp_path / "catalog" / "after_death.toml"
    overlay.parent.mkdir()
    overlay.write_text('[[matter]]\nid = "03"\nafter = ["05"]\n', "utf-8")
    assert main(["catalog", "check", "--data", str(tmp_path)]) == 1
    assert "转了一圈" in capsys.readouterr().out


def test_an_overlay_is_tried_before_it_is_put_in_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`kiosk catalog check FILE` checks that file over ours and installs nothing."""
    trial = tmp_path / "trial.toml"
    trial.write_text(GOOD, "utf-8")
    assert main(["catalog", "check", str(trial), "--json", "--data", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["services"]["after_death"]["matters"] == 38
    trial.write_text(GOOD + 'promised = { count = 5, unit = "working_day", basis = "" }', "utf-8")
    assert main(["catalog", "check", str(trial), "--json", "--data", str(tmp_path)]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["error"]["code"]) == (False, "CAT-01")
    assert "trial.toml" in answer["faults"][0]
    assert main(["catalog", "check", str(trial), "--service", "nothing", "--data", str(tmp_path)]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "CAT-04"


def test_an_overlay_named_like_a_shipped_file_lies_over_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who copies `matters.toml` to change one row has the other rows, and is told of what is wrong with that one."""
    trial = tmp_path / "matters.toml"
    trial.write_text('[[matter]]\nid = "12"\nenabled = false\n', "utf-8")
    assert main(["catalog", "check", str(trial), "--json", "--data", str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["services"]["after_death"]["matters"] == 37


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that was mistyped is no fault of the disk."""
    for command in (["catalog", "check"], ["calendar", "import"]):
        assert main([*command, str(tmp_path / "absent"), "--data", str(tmp_path)]) == 1
        assert json.loads(capsys.readouterr().out)["error"]["code"] == "CAS-18"


def test_an_overlay_under_a_wrong_name_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that nothing reads would seem to be in force."""
    for name in ("catalog/after-death.toml", "catalog/after_death.toml.txt", "codes/bank.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", "utf-8")
    assert main(["catalog", "check", "--json", "--data", str(tmp_path)]) == 1
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert [fault.split(":")[0] for fault in faults] == [
        "catalog/after-death.toml",
        "catalog/after_death.toml.txt",
        "codes/bank.toml",
    ]


def test_a_pack_for_all_terminals_is_checked_as_a_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a terminal could still judge by is no reason to give it out: a circle, a rule that can never hold."""
    overlay = tmp_path / "pack" / "catalog" / "after_death.toml"
    overlay.parent.mkdir(parents=True)
    for text, why in (
        ('[[matter]]\nid = "04"\nafter = ["05"]\n', "04 → 05 → 04"),
        (GOOD.replace("{ cremated = true,", '{ cremated = true, disposition = "burial",'), "不可能"),
    ):
        overlay.write_text(text, "utf-8")
        assert main(["hub", "pack", str(tmp_path / "pack"), "--data", str(tmp_path / "hub")]) == 1
        error = json.loads(capsys.readouterr().out)["error"]
        assert (error["code"], why in error["what"]) == ("CAT-01", True)
