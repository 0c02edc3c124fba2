from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.__main__ import main
from kiosk.commands.matters import as_json
from kiosk.domain.application import decode
from kiosk.domain.assess import assess
from kiosk.domain.assessment import Assessment
from kiosk.services.reference import load_calendar, load_codes, load_service

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "scenarios.json").read_text("utf-8"))
SERVICE, CALENDAR, CODES = load_service("after_death"), load_calendar(), load_codes()
NOW = datetime(2026, 11, 20, 2, 15, tzinfo=UTC)
ALL = {f"{number:02d}" for number in range(1, 38)}


def judge(facts: dict[str, Any]) -> Assessment:
    """Judge facts in the published form."""
    return assess(SERVICE, decode(json.dumps(facts)), NOW, CALENDAR, CODES)


def states(facts: dict[str, Any]) -> dict[str, str]:
    """Give the state of each matter."""
    return {str(answer.matter_id): answer.state.value for answer in judge(facts).matters}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["id"]))
def test_published_scenarios_hold(vector: dict[str, Any]) -> None:
    """Each listed matter has the listed state, and all 37 are in the answer."""
    found = states(vector["facts"])
    assert set(found) == ALL
    expected = {matter: state for state in ("applies", "pending", "not") for matter in vector[state]}
    assert {matter: found[matter] for matter in expected} == expected


def test_matters_command_prints_the_published_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`kiosk matters FACTS.json --json` answers with 37 matters and the open questions."""
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(VECTORS[0]["facts"]), "utf-8")
    assert main(["matters", str(facts), "--json", "--data", str(tmp_path / "data")]) == 0
    answer = json.loads(capsys.readouterr().out)
    row = next(matter for matter in answer["matters"] if matter["id"] == "04")
    assert len(answer["matters"]) == 37
    assert (row["name"], row["department"], row["state"]) == ("户口注销（含居民身份证缴销）", "公安", "applies")
    assert (row["due"], row["due_provisional"], row["due_text"]) == ("2026-11-24", False, "11 月 24 日前（预计）")
    assert answer == as_json(judge(VECTORS[0]["facts"]))


def test_the_order_of_matters_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of those that may apply: proof of death, then the funeral home, the cremation, and what is paid for it."""
    facts = tmp_path / "facts.json"
    deceased = {"circumstance": "hospital", "certificate_in_hand": False, "disposition": "cremation"}
    facts.write_text(json.dumps({"deceased": deceased}), "utf-8")
    assert main(["matters", str(facts), "--json", "--data", str(tmp_path / "data")]) == 0
    after = {matter["id"]: matter["after"] for matter in json.loads(capsys.readouterr().out)["matters"]}
    assert [after[key] for key in ("01", "04", "05", "09", "10", "24")] == [[], ["01"], ["04"], ["08"], ["09"], ["09"]]


def test_a_matter_names_what_comes_before_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One or two by name, more by their number; only what is listed, and nothing for a matter that does not apply."""
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(VECTORS[0]["facts"]), "utf-8")
    assert main(["matters", str(facts), "--json", "--data", str(tmp_path / "data")]) == 0
    rows = {matter["id"]: matter for matter in json.loads(capsys.readouterr().out)["matters"]}
    told = {key: rows[key]["note"] for key in ("04", "05", "09", "24", "27")}
    assert told == {
        "04": "",
        "05": "排在户口注销之后",
        "09": "排在殡仪服务预约之后",
        "24": "",
        "27": "排在惠民殡葬减免等 4 项之后",
    }
    assert rows["27"]["after"] == ["10", "18", "19", "29"]


def test_a_matter_that_takes_longer_than_the_promise_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the published form and in words, and of no other matter."""
    facts = tmp_path / "facts.json"
    pension = {"insurance": ["enterprise_pension"], "facts": {"work_death": False}}
    facts.write_text(json.dumps({"taken_in_at": "2026-11-20T10:15:00+08:00", "deceased": pension}), "utf-8")
    assert main(["matters", str(facts), "--json", "--data", str(tmp_path / "data")]) == 0
    notes = {matter["id"]: matter["note"] for matter in json.loads(capsys.readouterr().out)["matters"]}
    assert notes["19"].startswith("这一项要 15 个工作日，比整件承诺的时间长")
    assert notes["17"] == ""
    assert main(["matters", str(facts), "--data", str(tmp_path / "data")]) == 0
    assert notes["19"] in next(line for line in capsys.readouterr().out.splitlines() if line.startswith("19"))


def test_matters_command_counts_by_the_station_s_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its promise and its cut-off are those that the counter tells families."""
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({**VECTORS[0]["facts"], "taken_in_at": "2026-11-20T16:30:00+08:00"}), "utf-8")
    (tmp_path / "config.toml").write_text('[intake]\npromise_working_days = 3\ncut_off = "16:00"\n', "utf-8")
    assert main(["matters", str(facts), "--json", "--data", str(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    row = next(matter for matter in answer["matters"] if matter["id"] == "04")
    assert (answer["promise_due"], row["due"]) == ("2026-11-26", "2026-11-25")


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("{", "CAS-01", ""),
        ("[]", "CAS-02", ""),
        ('{"deceased": {"circumstance": "space"}}', "CAS-02", "$.deceased.circumstance"),
        ('{"deceased": {"facts": {"married": "yes"}}}', "CAS-02", "$.deceased.facts"),
        ('{"deceased": {"facts": {"marred": true}}}', "CAT-02", "marred"),
        ('{"deceased": {"death_at": "yesterday"}}', "CAS-02", "deceased.death_at"),
        ('{"taken_in_at": "9999-12-31"}', "CAS-02", "taken_in_at"),
        ('{"service": "nothing"}', "CAT-04", "nothing"),
        ("[]", "CAS-02", "：$"),
        ('{"deceased":' * 9000, "CAS-01", ""),
    ],
)
def test_bad_facts_get_a_sentence_with_a_code(
    text: str, code: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read is refused with its place; nothing is guessed."""
    facts = tmp_path / "facts.json"
    facts.write_text(text, "utf-8")
    assert main(["matters", str(facts), "--json", "--data", str(tmp_path / "data")]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == code
    assert place in error["what"] + error["do"]


@pytest.mark.parametrize("command", [["matters"], ["case", "submit"]])
def test_a_file_that_is_not_there_is_said_to_be_unreadable(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody looks for a mistake in what the file says."""
    missing = str(tmp_path / "facts.json")
    assert main([*command, missing, "--json", "--data", str(tmp_path / "data")]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "CAS-04"


def test_matters_command_reads_well_without_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In words, one line each."""
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps(VECTORS[0]["facts"]), "utf-8")
    assert main(["matters", str(facts), "--data", str(tmp_path / "data")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 37
    assert any("户口注销" in line and "11 月 24 日前（预计）" in line for line in lines)
