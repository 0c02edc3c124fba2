"""The same person a second time: seen offline, told with the ways on, and never turned away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_rigs import case_file, kiosk
from msgspec.structs import replace

from kiosk.domain.application import Application, decode
from kiosk.ids import CaseId
from kiosk.services.duplicates import Way
from kiosk.wiring.counter import Counter, open_counter


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A training counter without a screen."""
    with open_counter(tmp_path / "d") as opened:
        yield opened


def submit(counter: Counter, folder: Path, **changes: object) -> str:
    """Take in the sample case with parts changed; give its number."""
    return counter.submit_file(case_file(folder, "case.json", **changes))


def application(folder: Path, **changes: object) -> Application:
    """Give the sample case with parts changed."""
    return decode(case_file(folder, "case.json", **changes).read_bytes())


def test_the_earlier_case_comes_with_the_ways_on(counter: Counter, tmp_path: Path) -> None:
    """One that is under way can be joined, corrected, or filed apart from; the case itself is no duplicate."""
    number = submit(counter, tmp_path)
    found = counter.services.intake.earlier(application(tmp_path), CaseId("another"))
    assert [(one.case.case_number, one.ways) for one in found] == [(number, (Way.JOIN, Way.CORRECT, Way.FILE_APART))]
    assert counter.services.intake.earlier(application(tmp_path), found[0].case.case_id) == ()


def test_a_second_case_is_taken_and_keeps_its_reason(counter: Counter, tmp_path: Path) -> None:
    """A machine turns nobody away: both cases are kept, and a reason to file apart travels with the second."""
    first = submit(counter, tmp_path)
    second = submit(counter, tmp_path, file_apart_reason="另一位继承人单独提取公积金")
    assert second != first
    assert decode(counter.store.cases.get(second).application).file_apart_reason == "另一位继承人单独提取公积金"


@pytest.mark.parametrize(
    ("death_at", "same"),
    [("2025-11-18T03:10:00+08:00", True), ("2025-11-17T03:10:00+08:00", False), ("2026-11-18T23:59:00+08:00", True)],
)
def test_deaths_more_than_a_year_apart_are_not_the_same(
    counter: Counter, tmp_path: Path, death_at: str, *, same: bool
) -> None:
    """Within 365 days it is the same death, written down differently; beyond, one of them is a mistake."""
    submit(counter, tmp_path)
    found = counter.services.intake.earlier(application(tmp_path, deceased={"death_at": death_at}), CaseId("x"))
    assert bool(found) is same


def test_a_day_of_death_that_is_not_known_does_not_hide_a_duplicate(counter: Counter, tmp_path: Path) -> None:
    """Unknown is not different."""
    submit(counter, tmp_path)
    case = application(tmp_path)
    case = replace(case, deceased=replace(case.deceased, death_at=None))
    assert counter.services.intake.earlier(case, CaseId("x"))


def test_numbers_are_compared_as_they_are_looked_up(counter: Counter, tmp_path: Path) -> None:
    """Spaces and small letters make nobody another person; somebody without a number is nobody's duplicate."""
    submit(counter, tmp_path, deceased={"document_number": "37010019800101999X", "certificate_number": None})
    again = application(tmp_path, deceased={"document_number": " 37010019800101999x", "certificate_number": None})
    assert counter.services.intake.earlier(again, CaseId("x"))
    nobody = replace(again, deceased=replace(again.deceased, document_type="无", document_number=None))
    assert counter.services.intake.earlier(nobody, CaseId("x")) == ()


def test_the_living_may_come_again_when_the_service_says_so(counter: Counter, tmp_path: Path) -> None:
    """A yearly review is no duplicate of last year's; a second one in the same month is; another service never is."""
    subject = {"name": "测试甲", "document_number": "370100194001019991", "facts": {"receives_allowance": True}}
    case: dict[str, Any] = {
        "service": "old_age_allowance",
        "subject": subject,
        "applicant": {"relation": "01", "phone": "13800000021"},
        "taken_in_at": "2025-10-20T10:00:00+08:00",
    }
    file = tmp_path / "old.json"
    submit(counter, tmp_path)
    for taken_in, told in (("2025-10-20", False), ("2025-11-20", True), ("2026-12-20", False)):
        file.write_text(json.dumps(case | {"taken_in_at": f"{taken_in}T10:00:00+08:00"}), "utf-8")
        assert bool(counter.services.intake.earlier(decode(file.read_bytes()), CaseId("x"))) is told
        counter.submit_file(file)


def test_the_command_takes_it_and_tells_of_the_earlier_one(tmp_path: Path) -> None:
    """`kiosk case submit` takes the second case, counts the first in its answer, and names it in words."""
    first = kiosk("case", "submit", case_file(tmp_path), "--json", "--data", tmp_path / "d").json
    again = kiosk("case", "submit", case_file(tmp_path), "--json", "--data", tmp_path / "d")
    assert (first["earlier_cases"], again.code, again.json["earlier_cases"]) == (0, 0, 1)
    assert first["case_number"] in again.words
