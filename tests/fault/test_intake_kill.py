"""Small editions of the campaigns that `dev.py proof intake-kill` runs in full, by the same code."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import intake_kill
import network_cut
import pytest
from command_rigs import kiosk
from intake_look import submitted_case

SIZE = intake_kill.Size(loop_kills=4, command_kills=1, delivery_kills=1, points=7, first_points=2)

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@pytest.fixture
def killer(tmp_path: Path) -> Iterator[intake_kill.Killer]:
    """One who kills at moments that `YIZHAN_SEED` repeats."""
    seed = os.environ.get("YIZHAN_SEED") or str(random.SystemRandom().randrange(2**32))
    print(f"YIZHAN_SEED={seed}")  # noqa: T201  pytest shows it when a test fails
    case = submitted_case(tmp_path / "in")
    with intake_kill.children() as forked:
        yield intake_kill.Killer(forked, tmp_path, case, random.Random(seed), lambda _words: None)  # noqa: S311  no secret


@needs_strace
def test_killed_while_taking_in_and_delivering(killer: intake_kill.Killer) -> None:
    """Wherever the programs die, every number that was shown is in the store and reaches the hub once."""
    figures = killer.many_intakes(SIZE)
    assert figures["numbers_lost"] == 0
    assert figures["numbers_shown"] > 0
    assert figures["intake_points"] > 0


@needs_strace
def test_killed_in_the_very_first_intake(killer: intake_kill.Killer) -> None:
    """Wherever the start that makes key and store ends, the next start works and nothing shown is lost."""
    figures = killer.first_intakes(SIZE.first_points)
    assert figures["first_intake_points"] > 0


def test_first_start_that_ended_before_its_key_was_in_place(tmp_path: Path) -> None:
    """The unfinished key file that it leaves does not make the folder somebody else's."""
    data = tmp_path / "counter"
    data.mkdir()
    (data / "training-keys.json.k3y").write_bytes(b"")
    submitted = kiosk("case", "submit", submitted_case(tmp_path / "in").file, "--json", "--data", data)
    assert submitted.code == 0


def test_network_cut_before_a_case_is_taken_in(tmp_path: Path) -> None:
    """The case is taken in, printed and waits; the network comes back, and within ten seconds the hub has it once."""
    figures = network_cut.prove(tmp_path, submitted_case(tmp_path / "in"))
    assert figures["cut_cases_at_the_hub"] == 1
