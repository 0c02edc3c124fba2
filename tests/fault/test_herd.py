"""The herd after an outage, in small: the campaign `herd` runs it with ten thousand and measured costs."""

from __future__ import annotations

from random import Random

import pytest
from herd import Outage, ideal_s

COSTS = {"hello": 0.006, "batches": 0.08, "changes": 0.006, "digests": 0.006, "refusal": 0.003}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("terminals", "workers"), [(1_500, 1), (3_000, 2)])
def test_terminals_come_back_without_overrunning_the_hub(terminals: int, workers: int, seed: int) -> None:
    """All is delivered within twice the ideal, below capacity, with few refusals."""
    herd = Outage(terminals, workers, COSTS, Random(seed)).run()  # noqa: S311 - a repeatable herd
    assert len(herd.done) == terminals
    assert max(herd.done) <= 2 * ideal_s(terminals, workers, COSTS)
    assert herd.peak(workers) < 1
    assert herd.refusals <= 0.3 * herd.batches


def test_without_the_hubs_pacing_the_same_herd_overruns_it() -> None:
    """Full jitter alone is not enough: more work arrives than the hub can do, and most batches are refused."""
    herd = Outage(1_500, 1, COSTS, Random(1), paced=False).run()  # noqa: S311 - a repeatable herd
    assert herd.peak(1) > 1
    assert herd.refusals > herd.batches
