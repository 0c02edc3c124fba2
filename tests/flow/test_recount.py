"""Dates of a case that was taken in for real, when its acceptance arrives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from wizard_rig import Rig, fill_confirm, open_rig, walk_to

from kiosk.domain.case import Case
from kiosk.ports.sync import Change


@pytest.fixture
def rig(tmp_path: Path, qapp: QGuiApplication) -> Iterator[Rig]:
    """A counter on a fresh folder, on Wednesday 18 November 2026."""
    assert qapp is not None
    with open_rig(tmp_path) as opened:
        yield opened


def _take_in(rig: Rig) -> Case:
    wizard = rig.wizard()
    walk_to(wizard, 4)
    fill_confirm(wizard)
    wizard.goOn()
    return rig.services.cases.look_again(rig.went[-1][1])


def _told(rig: Rig, case: Case, *said: tuple[str, str]) -> Case:
    """Let the hub say something about a case, as the sync worker hears it with a store of its own."""
    with rig.foundation.store() as store:
        seq = store.outbox.state().cursor or 0
        changes = [Change(int(seq) + n, kind, case.case_id, body.encode()) for n, (kind, body) in enumerate(said, 1)]
        assert store.outbox.apply(changes, str(int(seq) + len(said)), "2026-11-20T00:00:00.000Z") == len(said)
    return rig.services.cases.look_again(case.case_number)


def _accepted(at: str) -> tuple[str, str]:
    return "case_accepted", f'{{"official_number":"37010020261120000001","at":"{at}"}}'


def _dates(case: Case) -> dict[str, tuple[str | None, str]]:
    return {matter.matter_id: (matter.due, matter.due_text) for matter in case.matters}


def test_expected_dates_are_recounted_when_the_acceptance_arrives(rig: Rig) -> None:
    """Two working days from Friday's acceptance are Tuesday's; what counts from the death or has no day stays."""
    case = _take_in(rig)
    before = _dates(case)
    assert before["04"] == ("2026-11-20", "11 月 20 日前（预计）")
    assert case.promise_due == "2026-11-27"
    after = _dates(accepted := _told(rig, case, _accepted("2026-11-20T02:00:00Z")))
    assert after["04"] == ("2026-11-24", "11 月 24 日前")
    assert accepted.promise_due == "2026-12-01"
    assert {matter_id: after[matter_id] for matter_id in ("17", "09", "36")} == {
        matter_id: before[matter_id] for matter_id in ("17", "09", "36")
    }


def test_a_day_of_the_departments_own_and_a_second_acceptance_change_nothing(rig: Rig) -> None:
    """The department knows better; the first acceptance counts."""
    moved = '{"matter_id":"04","state":"accepted","at":"2026-11-19T02:00:00Z","due":"2026-12-30"}'
    case = _told(rig, _take_in(rig), ("matter_state", moved), _accepted("2026-11-20T02:00:00Z"))
    assert _dates(case)["04"][0] == "2026-12-30"
    again = _told(rig, case, _accepted("2026-11-26T02:00:00Z"))
    assert (_dates(again), again.promise_due) == (_dates(case), "2026-12-01")


def test_a_date_beyond_the_announced_holidays_stays_provisional(rig: Rig) -> None:
    """Accepted on 30 December, the promise falls into a year whose holidays nobody has announced."""
    case = _told(rig, _take_in(rig), _accepted("2026-12-30T02:00:00Z"))
    assert _dates(case)["04"] == ("2027-01-04", "2027 年 1 月 4 日前（暂定）")
    assert case.promise_provisional
    assert all(matter.due_provisional for matter in case.matters if matter.matter_id == "04")


def test_an_acceptance_without_a_readable_time_leaves_the_dates(rig: Rig) -> None:
    """The case is accepted; nothing is counted from what is no time."""
    case = _take_in(rig)
    after = _told(rig, case, _accepted("yesterday"))
    assert (after.official_number, _dates(after)) == ("37010020261120000001", _dates(case))
