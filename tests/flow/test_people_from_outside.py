"""People at the command line: contradictions in words, consents, agents, and an authorisation that is revoked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_rigs import case_file, hub_process, kiosk

AGENT = {
    "name": "测试丙",
    "document_type": "111",
    "document_number": "370100198002029962",
    "phone": "13800000023",
    "scope": [],
    "powers": ["file"],
    "valid_until": "2099-12-31",
}


def bare(folder: Path, **changes: Any) -> Path:  # noqa: ANN401  parts of a case as JSON has them
    """Write a case without files."""
    return case_file(folder, attachments=[], **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"deceased": {"death_at": "1939-12-31"}}, "去世日期早于出生日期"),
        ({"deceased": {"cremation_number": "1", "cremated_on": "2026-11-17"}}, "火化日期早于去世日期"),
        ({"applicant": {"relation": "10"}, "deceased": {"facts": {"married": False}}}, "没有配偶"),
        ({"applicant": {"relation": ["10", "20"]}}, "只能选一种关系"),
        ({"applicant": {"relation": "1020"}}, "只能选一种关系"),
        ({"payee": {"name": "测试丁"}}, "授权委托书"),
        ({"agent": AGENT | {"scope": ["04"]}}, "授权里没有这些事项"),
        ({"agent": AGENT | {"valid_until": "2026-11-01"}}, "授权已经过期"),
        ({"agent": AGENT, "payee": {"name": "测试丙"}}, "代收款项"),
        ({"deceased": {"facts": {"cause_of_death": True}}}, "不认识的情形"),
        ({"consents": {"truth": "2026-11-18T02:00:00.000Z"}}, "发送办理部门"),
        ({"consents": {"truth": "x", "share": "x", "account": "x"}}, "consents"),
    ],
)
def test_a_contradiction_is_refused_with_a_sentence(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    """Each says what does not fit, and of no draft; nothing is taken in, no number of a document is in the words."""
    refused = kiosk("case", "submit", bare(tmp_path, **changes), "--json", "--data", tmp_path / "d")
    assert refused.code == 1
    assert words in refused.json["error"]["what"]
    assert "草稿" not in refused.words
    assert "3701001" not in json.dumps(refused.json)
    assert kiosk("case", "list", "--json", "--data", tmp_path / "d").json == {"cases": []}


def test_facts_that_contradict_each_other_are_told_with_the_matters(tmp_path: Path) -> None:
    """`kiosk matters` still answers for every matter; what does not fit stands beside it, in words."""
    facts = {
        "service": "after_death",
        "deceased": {"document_number": "370100194001019991", "death_at": "1939-12-31", "facts": {"married": False}},
        "applicant": {"relation": "10"},
    }
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(facts), "utf-8")
    told = kiosk("matters", file, "--json")
    assert told.code == 0
    assert len(told.json["matters"]) == 37
    held = {problem["path"] for problem in told.json["problems"] if problem["holds"]}
    assert held == {"deceased.death_at", "applicant.relation"}
    assert "去世日期早于出生日期" in told.words


def test_what_is_rare_is_taken_in_and_said(tmp_path: Path) -> None:
    """A child older than the parent may be a stepchild: the case goes in, and the words are there to be read."""
    odd = bare(tmp_path, applicant={"document_number": "370100193501019993"})
    taken = kiosk("case", "submit", odd, "--json", "--data", tmp_path / "d")
    assert taken.code == 0
    assert [words for words in taken.json["warnings"] if "年长" in words]
    assert "年长" in taken.words


@pytest.mark.parametrize(
    "number", ["12345678901234567", "370100194001019991", "91370000MA3C0FXX0X0001"], ids=["old", "new", "issuer"]
)
def test_every_form_of_the_death_certificate_is_taken_and_shown_nowhere(tmp_path: Path, number: str) -> None:
    """17 digits, the document number, or issuer and serial; no answer and no error bears it whole."""
    file = bare(tmp_path, deceased={"certificate_number": number})
    taken = kiosk("case", "submit", file, "--json", "--data", tmp_path / "d")
    assert taken.code == 0
    shown = kiosk("case", "show", taken.json["case_number"], "--json", "--data", tmp_path / "d")
    assert number not in json.dumps([taken.json, shown.json]) + taken.words + shown.words


def test_a_cause_of_death_is_never_kept(tmp_path: Path) -> None:
    """A file may carry one; nothing of it reaches the store or the hub."""
    secret = "CAUSE4711"
    file = bare(tmp_path, deceased={"cause_of_death": secret}, cause=secret)
    data = tmp_path / "d"
    taken = kiosk("case", "submit", file, "--json", "--data", data)
    assert taken.code == 0
    with hub_process(tmp_path / "h", "--accept-after", "0") as url:
        assert kiosk("sync", "once", "--json", "--data", data, "--hub", url).json["delivered"] == 1
    assert not [path for path in (tmp_path / "h").rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


def test_a_revoked_authorisation_reaches_the_hub_and_stays_revoked(tmp_path: Path) -> None:
    """It is queued behind the case, delivered once, and cannot be revoked again; the case itself goes on."""
    data = tmp_path / "d"
    number = kiosk("case", "submit", bare(tmp_path, agent=AGENT), "--json", "--data", data).json["case_number"]
    shown = kiosk("case", "show", number, "--json", "--data", data).json
    assert (shown["agent"]["authorization"], shown["agent"]["name"]) == ("valid", "测*丙")
    revoked = kiosk("case", "revoke", number, "--reason", "申请人自己来办", "--json", "--data", data)
    assert revoked.json["agent"]["authorization"] == "revoked"
    assert revoked.json["state"] == "taken_in"
    assert kiosk("case", "revoke", number, "--reason", "x", "--json", "--data", data).error == "CAS-14"
    with hub_process(tmp_path / "h", "--accept-after", "0") as url:
        for _ in range(2):
            status = kiosk("sync", "once", "--json", "--data", data, "--hub", url).json
            assert (status["pending"], status["needs_attention"]) == (0, 0)
    held = kiosk("hub", "show", "--json", "--data", tmp_path / "h").json
    assert [event["kind"] for event in held["cases"][0]["events"]].count("authorization_revoked") == 1
    letter = kiosk("paper", number, "--kind", "authorization_letter", "--out", tmp_path / "letter.pdf", "--data", data)
    assert letter.error == "PAP-02"


def test_a_case_without_an_agent_has_nothing_to_revoke(tmp_path: Path) -> None:
    """The refusal says so; without a reason there is none either."""
    data = tmp_path / "d"
    number = kiosk("case", "submit", bare(tmp_path), "--json", "--data", data).json["case_number"]
    assert kiosk("case", "revoke", number, "--reason", "x", "--json", "--data", data).error == "CAS-14"
    assert kiosk("case", "revoke", number, "--reason", " ", "--json", "--data", data).error == "CAS-02"


def test_consents_of_a_file_are_kept_by_purpose(tmp_path: Path) -> None:
    """Named ones as they are; none at all is the submitter's statement that they lie on paper."""
    at = "2026-11-18T02:00:00.000Z"
    given = {"truth": at, "share": at, "account": at}
    data = tmp_path / "d"
    for consents, kept in ((given, set(given)), ({}, {"stated"})):
        file = bare(tmp_path, consents=consents)
        number = kiosk("case", "submit", file, "--json", "--data", data).json["case_number"]
        assert set(kiosk("case", "show", number, "--json", "--data", data).json["consents"]) == kept
