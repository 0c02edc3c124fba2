"""`kiosk bench sync` measures what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.commands.bench_sync import measure_drain


@pytest.mark.timeout(120)
def test_batches_are_quicker_than_single_cases(tmp_path: Path) -> None:
    """All three kinds of work are done in full, and a batch is worth its name even on a busy machine."""
    report = measure_drain(tmp_path, None, rounds=1, cases=100).report()
    assert report["of_single"] > 2
    assert 0 < report["of_bare"] < 10
    assert report["case_bytes"] > 2_000
