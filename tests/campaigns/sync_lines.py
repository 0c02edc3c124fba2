"""A terminal behind 64 kbit/s, 300 ms there and back, 5 % loss and a cut every few seconds, in a network namespace.

Width and loss are the kernel's (tbf, nftables); lateness and cuts come from a proxy. Needs root, `ip`, `tc` and `nft`.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "rigs"))

from bad_line import Quality, bad_line
from hub_rigs import identity, running_hub, terminal
from store_rigs import file_of

from kiosk.clock import SystemClock
from kiosk.errors import HubError
from sync.client import HubClient
from sync.exchange import Exchange

KBIT, LOSS_PERCENT, ROUND_TRIP_MS, CUT_EVERY_S = 64, 5, 300, 8
LARGE, SMALL, SMALL_CASES = 120_000, 4_000, 5
SPACE, HERE, THERE = "yizhan-lines", "10.231.77.1", "10.231.77.2"
_LIMIT_S = 600


def prove(folder: Path, _chance: Random, say: Callable[[str], None]) -> dict[str, Any]:
    """Deliver a case with a large file, and small ones that come meanwhile."""
    with (
        running_hub(folder / "hub") as hub,
        _narrow_space(),
        bad_line(("127.0.0.1", hub.port), Quality(), host=HERE) as relay,
    ):
        command = ["ip", "netns", "exec", SPACE, sys.executable, __file__, str(folder / "terminal"), str(relay.port)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=_LIMIT_S)
        figures: dict[str, Any] = json.loads(done.stdout)
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


@contextmanager
def _narrow_space() -> Iterator[None]:
    """Make a network namespace behind a line of the kernel's that is narrow and loses packets both ways."""
    drop = f"numgen random mod 100 < {LOSS_PERCENT} drop"
    narrow = f"root tbf rate {KBIT}kbit burst 3000 latency 2s"
    inside = f"ip netns exec {SPACE}"
    _do(f"ip netns add {SPACE}")
    try:
        _do(f"ip link add yizhan0 type veth peer name yizhan1 netns {SPACE}")
        _do(f"ip addr add {HERE}/30 dev yizhan0")
        _do("ip link set yizhan0 up")
        _do(f"ip -n {SPACE} addr add {THERE}/30 dev yizhan1")
        for name in ("yizhan1", "lo"):
            _do(f"ip -n {SPACE} link set {name} up")
        _do(f"tc qdisc add dev yizhan0 {narrow}")
        _do(f"{inside} tc qdisc add dev yizhan1 {narrow}")
        _do(f"{inside} nft add table ip lossy")
        for hook, name in (("input", "iifname"), ("output", "oifname")):
            _do(f"{inside} nft add chain ip lossy {hook} {{ type filter hook {hook} priority 0 ; }}")
            _do(f"{inside} nft add rule ip lossy {hook} {name} yizhan1 {drop}")
        yield
    finally:
        _do(f"ip netns del {SPACE}")  # its half of the line goes with it, and so the other half


def _do(command: str) -> None:
    subprocess.run(command.split(), check=True, timeout=20)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(deliver(Path(sys.argv[1]), int(sys.argv[2]))))
