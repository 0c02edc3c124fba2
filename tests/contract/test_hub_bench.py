"""`kiosk bench sync` measures what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.commands.bench import _application
from kiosk.commands.bench_sync import measure_drain
from kiosk.commands.bench_wire import measure_wire


@pytest.mark.timeout(120)
def test_batches_are_quicker_than_single_cases(tmp_path: Path) -> None:
    """Each kind of work is done in full, and a batch is worth its name even on a busy machine."""
    report = measure_drain(tmp_path, None, _application(), rounds=1, cases=200).report()
    assert report["of_single"] > 2
    assert 0 < report["of_bare"] < 10
    assert report["case_bytes"] > 2 * report["small_bytes"] > 2_000
    assert min(report["drained_per_s"], report["small_per_s"]) > 0


@pytest.mark.timeout(120)
def test_the_line_carries_little_more_than_the_packed_payloads(tmp_path: Path) -> None:
    """With all heads, ids, hashes and answers at most 1.3 times; the payloads alone are many times that."""
    signed, unsigned = (carried.report() for carried in measure_wire(tmp_path, _application(), 100))
    assert signed["wire_of_packed"] <= 1.3
    assert signed["met"]
    for report in (signed, unsigned):
        assert report["packed_payload_bytes"] < report["up_bytes"] < report["payload_bytes"] / 5
