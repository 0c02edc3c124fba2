"""How long the rules take, and looking things up among 200,000 cases; the figures of `kiosk bench catalog query`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

_LIMIT_S = 1800


def prove(_folder: Path, _chance: Random, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure in a process of its own; a missed aim is written down, it may be the machine's."""
    command = [sys.executable, "-m", "kiosk", "bench", "catalog", "query", "--rounds", "200", "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=_LIMIT_S)
    answer: dict[str, Any] = json.loads(done.stdout)
    for latency in answer["latencies"]:
        say(f"{latency['median_ms']:9.2f} ms, {latency['p99_ms']:.2f} at the 99th percentile: {latency['name']}")
    missed = [latency["name"] for latency in answer["latencies"] if not latency["met"]]
    return {"machine": answer["machine"], "missed": missed, "latencies": answer["latencies"]}
