"""How long a tapped answer keeps the GUI thread: judging the case anew and bringing the list at the side up to date."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter, thread_time
from typing import Any

from screen_rigs import application_of
from wizard_rig import fill_circumstance, open_rig, walk_to

FRAME_MS = 1000 / 60
_TAPS = 400


def prove(folder: Path, chance: Random, say: Callable[[str], None]) -> dict[str, Any]:
    """Tap answers of the circumstances' page; a missed frame is written down, it may be the machine's."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application_of()
    wall: list[float] = []
    processor: list[float] = []
    with open_rig(folder) as rig:
        wizard = rig.wizard()
        walk_to(wizard, 1)
        fill_circumstance(wizard)
        tags = [tile.key for tile in wizard.circumstance._tiles["tags"].rows()]
        for _ in range(_TAPS):
            tag = chance.choice(tags)
            began, worked = perf_counter(), thread_time()
            wizard.circumstance.toggleTag(tag)
            wall.append((perf_counter() - began) * 1000)
            processor.append((thread_time() - worked) * 1000)
    figures = {
        "taps": _TAPS,
        "frame_ms": round(FRAME_MS, 1),
        "median_ms": round(median(wall), 2),
        "p99_ms": round(quantiles(wall, n=100)[98], 2),
        "processor_median_ms": round(median(processor), 2),
        "processor_p99_ms": round(quantiles(processor, n=100)[98], 2),
    }
    say(", ".join(f"{name} {value}" for name, value in figures.items()))
    return figures
