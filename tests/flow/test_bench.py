"""The benchmark measures every subject; how fast the machine is, no test says."""

from __future__ import annotations

import json

import pytest

from kiosk.__main__ import main


def test_one_round_of_every_subject(capsys: pytest.CaptureFixture[str]) -> None:
    """Each comparison has a ratio, what was compared, and an aim; the machine is described."""
    assert main(["bench", "--rounds", "1", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    names = [comparison["name"] for comparison in answer["comparisons"]]
    assert names == ["start", "intake", "intake of a draft", "receipt a4", "receipt roll_80"]
    assert all(comparison["ratio"] > 0 and comparison["rounds"] == 1 for comparison in answer["comparisons"])
    assert all(comparison["counter"] and comparison["bare"] for comparison in answer["comparisons"])
    assert answer["machine"]["cores"] >= 1
