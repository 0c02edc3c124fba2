"""Large files on a line of 1 Mbit/s, 300 ms there and back and 1 % loss, against a bare upload of the same bytes.

A bare upload (one request, to somebody who throws it away) and a terminal's delivery of cases of 3 MB take turns on the
same line. Then the line is cut every few seconds, to see what is sent again. Width and loss are the kernel's, lateness
and cuts come from a proxy. Needs root, `ip`, `tc` and `nft`.
"""

from __future__ import annotations

import json
import os
import re
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import requests

sys.path.insert(0, str(Path(__file__).parents[1] / "rigs"))

from bad_line import Quality, bad_line
from hub_rigs import Terminal, identity, listening, raw_answer, running_hub, terminal
from narrow_space import HERE, narrow_space, run_within
from store_rigs import file_of

from kiosk.clock import SystemClock
from kiosk.errors import HubError
from sync.answers import UploadState
from sync.client import HubClient
from sync.exchange import Exchange

KBIT, LOSS_PERCENT, ROUND_TRIP_MS, CUT_EVERY_S = 1_000, 1, 300, 20
CASES, CASE_BYTES, TURNS = 20, 3_000_000, 4
_AIM = 0.85
_LIMIT_S = 3_600


def prove(folder: Path, _chance: Random, say: Callable[[str], None]) -> dict[str, Any]:
    """Upload both ways in turns, then under cuts; a missed aim is written down, it may be the machine's."""
    return _uploaded(folder, say, CASES)


def try_out(folder: Path, _chance: Random, say: Callable[[str], None]) -> dict[str, Any]:
    """Do the same with few cases."""
    return _uploaded(folder, say, 2)


def _uploaded(folder: Path, say: Callable[[str], None], cases: int) -> dict[str, Any]:
    with (
        running_hub(folder / "hub") as hub,
        listening(_throw_away) as bare_port,
        narrow_space(KBIT, LOSS_PERCENT),
        bad_line(("127.0.0.1", hub.port), Quality(), host=HERE) as relay,
        bad_line(("127.0.0.1", bare_port), Quality(), host=HERE) as bare,
    ):
        numbers = map(str, (relay.port, bare.port, cases))
        figures: dict[str, Any] = json.loads(run_within(__file__, str(folder / "terminal"), *numbers, limit_s=_LIMIT_S))
        counts = hub.contents()["counts"]
    assert counts["complete_cases"] == counts["verified_attachments"] == cases + 1
    missed = [] if figures["of_bare"] >= _AIM else ["of_bare"]
    missed += [] if figures["sent_again_at_most_chunks"] <= figures["cuts"] else ["sent_again"]
    say(f"{figures['of_bare']} of a bare upload; {figures['sent_again_bytes']} bytes again at {figures['cuts']} cuts")
    line = {"kbit_per_s": KBIT, "loss_percent": LOSS_PERCENT, "round_trip_ms": ROUND_TRIP_MS}
    return {**line, "cases": cases, "case_bytes": CASE_BYTES, **figures, "missed": missed}


@dataclass(frozen=True)
class Sent:
    """A chunk that was sent, whether or not it arrived."""

    attachment_id: str
    offset: int
    size: int
    took_s: float


class Noted(HubClient):
    """A client with the limits of the product, which notes each chunk."""

    def __init__(self, url: str) -> None:
        """Prepare for a hub."""
        super().__init__(url, identity(), "0.1.0", SystemClock())
        self.sent: list[Sent] = []

    def upload(self, attachment_id: str, offset: int, chunk: bytes, size: int) -> UploadState:
        """Upload and note it."""
        began = time.monotonic()
        try:
            return super().upload(attachment_id, offset, chunk, size)
        finally:
            self.sent.append(Sent(attachment_id, offset, len(chunk), time.monotonic() - began))


def deliver(folder: Path, hub_port: int, bare_port: int, cases: int) -> dict[str, Any]:
    """Be the terminal, within the namespace."""
    quality = Quality(latency_s=ROUND_TRIP_MS / 2_000)
    with (
        bad_line((HERE, hub_port), quality) as line,
        bad_line((HERE, bare_port), quality) as bare,
        terminal(folder, line.url) as counter,
    ):
        client = Noted(line.url)
        counter.exchange = Exchange(client, counter.clock)
        turns, of_bare = min(TURNS, cases), []
        shares = [cases // turns + (turn < cases % turns) for turn in range(turns)]
        bare_s = own_s = 0.0
        for share in shares:
            took_s = _bare_upload(bare.url, os.urandom(share * CASE_BYTES))
            for _ in range(share):
                counter.take_in(file_of(CASE_BYTES))
            needed_s = _delivered(counter)
            of_bare.append(took_s / needed_s)
            bare_s, own_s = bare_s + took_s, own_s + needed_s
        undisturbed = len(client.sent)
        quality.cut_every_s = CUT_EVERY_S
        before = line.cuts
        counter.take_in(file_of(CASE_BYTES))
        cut_s = _delivered(counter)
        cuts = line.cuts - before
        client.close()
    steady, disturbed = client.sent[:undisturbed], client.sent[undisturbed:]
    largest = max(chunk.size for chunk in disturbed)
    again = sum(chunk.size for chunk in disturbed) - CASE_BYTES
    return {
        "of_bare": round(bare_s / own_s, 3),
        "of_bare_turn_by_turn": [round(ratio, 3) for ratio in of_bare],
        "of_bare_median": round(median(of_bare), 3),
        "bare_s": round(bare_s, 1),
        "own_s": round(own_s, 1),
        "own_bytes_per_s": round(cases * CASE_BYTES / own_s),
        "chunk_sizes": dict(sorted(Counter(chunk.size for chunk in steady).items())),
        "longest_chunk_s": round(max(chunk.took_s for chunk in steady), 1),
        "sent_again_without_cuts_bytes": sum(chunk.size for chunk in steady) - cases * CASE_BYTES,
        "cuts": cuts,
        "under_cuts_s": round(cut_s, 1),
        "sent_again_bytes": again,
        "sent_again_at_most_chunks": -(-again // largest),
        "largest_chunk_under_cuts": largest,
    }


def _bare_upload(url: str, content: bytes) -> float:
    """Send it all in one request; gives the seconds until the answer."""
    began = time.monotonic()
    answer = requests.put(url, data=content, timeout=_LIMIT_S)
    assert answer.status_code == 204
    return time.monotonic() - began


def _delivered(counter: Terminal) -> float:
    """Do rounds until all is delivered; gives the seconds."""
    began = time.monotonic()
    while counter.store.outbox.queue():
        try:
            counter.round()
        except HubError:
            time.sleep(1)
    return time.monotonic() - began


def _throw_away(client: socket.socket) -> None:
    """Read a request without keeping anything of it, answer, and so on."""
    with client.makefile("rb") as reader:
        while head := reader.readline():
            while (line := reader.readline()) not in {b"\r\n", b""}:
                head += line
            found = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
            left = int(found[1]) if found else 0
            while left and (step := reader.read1(min(left, 1 << 16))):
                left -= len(step)
            client.sendall(raw_answer("204 No Content"))


if __name__ == "__main__":
    place, *numbers = sys.argv[1:]
    sys.stdout.write(json.dumps(deliver(Path(place), *map(int, numbers))))
