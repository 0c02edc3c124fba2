"""The guide: what people ask for, in their words, and what they are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.domain.catalog_check import catalog_faults
from kiosk.domain.catalog_reader import parse_catalog
from kiosk.domain.guide import Guide
from kiosk.paths import resource
from kiosk.services.reference import load_service, service_names

GUIDE = Guide(load_service("after_death"))


def found(words: str) -> list[str]:
    """Give the matters that are found, the likeliest first."""
    return [str(entry.matter_id) for entry in GUIDE.search(words)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("火化证", ["09"]),
        ("丧葬费", ["19", "21", "24", "25", "26"]),
        ("抚恤金", ["19", "21", "22", "26", "31"]),
        ("销户", ["04", "30", "36", "37"]),
        ("户口注销", ["04"]),
        ("公积金怎么取", ["30"]),
        ("驾照", ["06"]),
        ("新农保", ["23"]),
        ("hukouzhuxiao", ["04"]),
        ("huohua", ["09"]),
        ("gjj", ["30"]),
        ("GJJ", ["30"]),
        ("ybkldq", ["29"]),
        ("  高龄补贴 ", ["12"]),
        ("社保卡", ["27"]),
        ("电子社保卡", ["34"]),
        ("存折", ["36"]),
        ("人走了社保怎么办", ["17", "18", "27"]),
        ("老人去世户口怎么办", ["04", "05"]),
    ],
)
def test_everyday_words_and_pinyin_lead_to_the_matter(words: str, first: list[str]) -> None:
    """The likeliest come first, in the order that the catalogue gives an everyday name."""
    assert found(words)[: len(first)] == first


@pytest.mark.parametrize("words", ["", "  ", "，。", "qqqq", "飞机票改签", "x" * 500])
def test_what_is_not_in_the_catalogue_finds_nothing(words: str) -> None:
    """No answer is better than a wrong one."""
    assert found(words) == []


def test_several_words_narrow_the_search() -> None:
    """All of them must fit."""
    assert set(found("丧葬费 农村")) < set(found("丧葬费"))
    assert "24" in found("丧葬费 农村")


@pytest.mark.parametrize("name", service_names())
def test_every_matter_is_found_by_its_own_name_and_says_all(name: str) -> None:
    """Department, phone, time, basis and who stand in each answer, and no placeholder."""
    service = load_service(name)
    guide = Guide(service)
    for row in service.matters.values():
        if not row.enabled:
            continue
        entry = guide.search(row.name)[0]
        assert entry.matter_id == row.matter_id
        assert all((entry.department, entry.phone, entry.how_long, entry.basis, entry.who, entry.follow_up))
        assert bool(entry.bring or entry.perhaps) == (entry.mode != "免申即办")
        assert "{" not in json.dumps([entry.who, entry.how_long], ensure_ascii=False)


def test_matters_that_are_switched_off_are_not_offered() -> None:
    """The extension list stays out of the guide."""
    assert not any(key.startswith("E") for key in found("不动产"))


def test_a_station_adds_its_own_word() -> None:
    """An overlay teaches the guide; one that leads nowhere is a fault with its place."""
    texts = {path.name: path.read_text("utf-8") for path in sorted(resource("catalog/after_death").glob("*.toml"))}
    texts = {"service.toml": texts["service.toml"], **texts}
    service = parse_catalog({**texts, "local.toml": '[[everyday]]\nword = "白事钱"\nmatters = ["19"]\n'})
    assert catalog_faults(service) == []
    assert Guide(service).search("白事钱")[0].matter_id == "19"
    wrong = parse_catalog({**texts, "local.toml": '[[everyday]]\nword = "白事钱"\nmatters = ["99"]\n'})
    assert [fault for fault in catalog_faults(wrong) if "白事钱" in fault and "99" in fault]


def test_the_command_answers_offline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """JSON for machines, five lines a matter for people, words also for nothing."""
    assert main(["guide", "火化证", "--json", "--data", str(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)["answers"][0]
    assert (answer["matter_id"], answer["department"], answer["phone"]) == ("09", "民政", "12345")
    assert main(["guide", "医保余额", "--data", str(tmp_path)]) == 0
    assert "12393" in capsys.readouterr().out
    assert main(["guide", "飞机票改签", "--data", str(tmp_path)]) == 0
    assert "没有找到" in capsys.readouterr().out
