"""A terminal behind 64 kbit/s, 300 ms there and back, 5 % loss and a cut every few seconds, in a network namespace.

Width and loss are the kernel's (tbf, nftables); lateness and cuts come from a proxy. Needs root, `ip`, `tc` and `nft`.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "rigs"))

from bad_line import Quality, bad_line
from hub_rigs import identity, running_hub, terminal
from narrow_space import HERE, narrow_space, run_within
from store_rigs import file_of

from kiosk.clock import SystemClock
from kiosk.errors import HubError
from sync.client import HubClient
from sync.exchange import Exchange

KBIT, LOSS_PERCENT, ROUND_TRIP_MS, CUT_EVERY_S = 64, 5, 300, 8
LARGE, SMALL, SMALL_CASES = 120_000, 4_000, 5
_LIMIT_S = 600


def prove(folder: Path, _chance: Random, say: Callable[[str], None]) -> dict[str, Any]:
    """Deliver a case with a large file, and small ones that come meanwhile."""
    with (
        running_hub(folder / "hub") as hub,
        narrow_space(KBIT, LOSS_PERCENT),
        bad_line(("127.0.0.1", hub.port), Quality(), host=HERE) as relay,
    ):
        said = run_within(__file__, str(folder / "terminal"), str(relay.port), limit_s=_LIMIT_S)
        figures: dict[str, Any] = json.loads(said)
        counts = hub.contents()["counts"]
    assert counts["complete_cases"] == counts["events"] == 1 + SMALL_CASES
    assert counts["verified_attachments"] == 1 + SMALL_CASES
    say(f"all delivered in {figures['all_delivered_s']} s, {figures['cuts']} cuts")
    return {"kbit_per_s": KBIT, "loss_percent": LOSS_PERCENT, "round_trip_ms": ROUND_TRIP_MS} | figures


def deliver(folder: Path, port: int) -> dict[str, Any]:
    """Be the terminal, within the namespace."""
    quality = Quality(latency_s=ROUND_TRIP_MS / 2_000, cut_every_s=CUT_EVERY_S)
    with bad_line((HERE, port), quality) as line, terminal(folder, line.url) as counter:
        client = HubClient(line.url, identity(), "0.1.0", SystemClock())
        exchange = Exchange(client, counter.clock, on_progress=lambda _outbox, _tally: step())
        counter.take_in(file_of(LARGE))
        began, small_since, waits = time.monotonic(), 0.0, list[float]()

        def step() -> None:
            """Take in a small case each time the one before is at the hub, while the large file goes up."""
            nonlocal small_since
            delivered = counter.store.outbox.counts().delivered
            if small_since and delivered > len(waits):
                waits.append(time.monotonic() - small_since)
                small_since = 0.0
            if not small_since and len(waits) < SMALL_CASES:
                counter.take_in(file_of(SMALL))
                small_since = time.monotonic()

        counter.exchange = exchange
        while counter.store.outbox.queue():
            try:
                counter.round()
            except HubError:
                time.sleep(1)
        took_s = time.monotonic() - began
        client.close()
    return {
        "all_delivered_s": round(took_s),
        "longest_wait_of_a_small_case_s": round(max(waits)),
        "cuts": line.cuts,
        "sent_bytes": line.carried["up"],
        "file_bytes": LARGE + SMALL_CASES * SMALL,
        "memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(deliver(Path(sys.argv[1]), int(sys.argv[2]))))
