"""差评 in the figures: each with its day and its answer, the open ones first."""

from __future__ import annotations

import json
from pathlib import Path

from command_rigs import case_file

from kiosk.ids import OperatorId
from kiosk.ports.sync import Change
from kiosk.services.ratings import Level
from kiosk.wiring.counter import open_counter

ACTOR = OperatorId("training")


def test_low_ratings_stand_in_the_figures_until_and_after_they_are_answered(tmp_path: Path) -> None:
    """A good one is not among them; an answered one comes last; those of another period are left out."""
    with open_counter(tmp_path / "d") as counter:
        numbers = [counter.submit_file(case_file(tmp_path, attachments=[])) for _ in range(3)]
        levels: tuple[Level, ...] = (1, 2, 5)
        for number, level in zip(numbers, levels, strict=True):
            counter.services.ratings.rate(number, level, "等得太久" if level < 3 else "", ACTOR)
        case_id = counter.store.cases.get(numbers[0]).case_id
        body = {"due": "2026-12-09", "at": "2026-11-20T02:00:00.000Z", "answer": "已改进"}
        change = Change(1, "rating_handled", case_id, json.dumps(body).encode())
        assert counter.store.outbox.apply([change], "1", "2026-11-20T02:00:00.000Z") == 1
        statistics = counter.services.statistics
        found = statistics.report(statistics.period()).low_ratings
        assert [(line.case_number, line.level, line.due, line.answer) for line in found] == [
            (numbers[1], 2, None, ""),
            (numbers[0], 1, "2026-12-09", "已改进"),
        ]
        assert statistics.report(statistics.period("2020-01-01", "2020-12-31")).low_ratings == ()
