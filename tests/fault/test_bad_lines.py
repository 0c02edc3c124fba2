"""Lines that are narrow, late or cut, and machines on the way that answer in the hub's place."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from bad_line import BadLine, Quality, bad_line
from hub_rigs import RunningHub, Terminal, faulty_link, identity, raw_answer, running_hub, terminal
from store_rigs import file_of

from kiosk.clock import SystemClock
from kiosk.errors import ErrorCode, HubError
from sync.answers import UploadState
from sync.client import HubClient
from sync.policy import SLOW_S

KBIT_64 = 8_000.0


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """Run a hub."""
    with running_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def line(hub: RunningHub) -> Iterator[BadLine]:
    """Put a line before it that is good until told otherwise."""
    with bad_line(("127.0.0.1", hub.port), Quality()) as between:
        yield between


class Timed(HubClient):
    """A client with the limits of the product, which notes how long each chunk took."""

    longest_s = 0.0

    def upload(self, attachment_id: str, offset: int, chunk: bytes, size: int) -> UploadState:
        """Upload and look at the clock."""
        began = time.monotonic()
        try:
            return super().upload(attachment_id, offset, chunk, size)
        finally:
            self.longest_s = max(self.longest_s, time.monotonic() - began)


@pytest.fixture
def counter(tmp_path: Path, line: BadLine) -> Iterator[Terminal]:
    """Put a terminal with the product's own limits before the line."""
    with terminal(tmp_path / "terminal", line.url) as station:
        station.client.close()
        station.speak_with(Timed(line.url, identity(), "0.1.0", SystemClock()))
        yield station


def test_a_case_does_not_wait_for_a_file_on_64_kbit_s(counter: Terminal, hub: RunningHub, line: BadLine) -> None:
    """With 300 ms there and back: a case that comes while a file goes up is at the hub before the file is."""
    line.quality = Quality(latency_s=0.15, bytes_per_s=KBIT_64)
    counter.take_in(file_of(100_000))
    there: list[int] = []

    def step() -> None:
        if counter.store.outbox.counts().delivered == 0 and len(counter.store.cases.all()) == 1:
            counter.take_in()
        there.append(counter.store.outbox.counts().delivered)

    counter.on_step = step
    report = counter.round()
    assert (report.code, report.delivered) == ("", 2)
    assert there.count(1) >= 2, "the file came first"
    assert isinstance(counter.client, Timed)
    assert counter.client.longest_s < 2 * SLOW_S
    assert hub.contents()["counts"]["verified_attachments"] == 1


def test_a_line_that_is_cut_every_few_seconds_carries_what_fits(
    counter: Terminal, hub: RunningHub, line: BadLine
) -> None:
    """Chunks shrink to what goes through between two cuts, and what has arrived is not sent again."""
    line.quality = Quality(latency_s=0.02, bytes_per_s=200_000, cut_every_s=0.7)
    counter.take_in(file_of(400_000))
    counter.take_in()
    for _ in range(40):
        _met(counter)
        if not counter.store.outbox.queue():
            break
    assert hub.contents()["counts"]["complete_cases"] == 2
    assert line.cuts > 1
    assert line.carried["up"] < 400_000 + line.cuts * 100_000


def test_a_file_is_never_in_memory_whole(counter: Terminal, hub: RunningHub) -> None:
    """Terminal and hub together hold a few chunks of it at once."""
    counter.take_in(file_of(12 << 20))
    tracemalloc.start()
    try:
        counter.round()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert hub.contents()["counts"]["verified_attachments"] == 1
    assert peak < 10 << 20


@pytest.mark.parametrize("after", [0, 1, 60, 300, 700])
def test_a_proxy_that_truncates_only_delays(counter: Terminal, hub: RunningHub, line: BadLine, after: int) -> None:
    """However little of each answer comes through, nothing counts as delivered before one comes whole."""
    line.quality = Quality(ends_after=after)
    counter.take_in(file_of(2_000))
    for _ in range(3):
        assert _met(counter) in {ErrorCode.HUB_UNREACHABLE.value, ErrorCode.NOT_A_HUB.value}
    assert counter.store.outbox.counts().delivered == 0
    line.quality = Quality()
    assert counter.round().delivered == 1
    assert hub.contents()["counts"]["complete_cases"] == 1


PAGE = b"<html><body>Please log in</body></html>"
STRANGERS = {
    "a portal's page": raw_answer("200 OK", PAGE, kind="text/html", vouch=False),
    "a page that calls itself JSON": raw_answer("200 OK", PAGE, vouch=False),
    "a page with a digest of its own": raw_answer("200 OK", PAGE),
    "somebody else's JSON": raw_answer("200 OK", b'{"status":"received"}'),
    "a redirect to a portal": raw_answer("302 Found", Location="http://192.0.2.1/login"),
    "a proxy's refusal": raw_answer("403 Forbidden", PAGE, kind="text/html", vouch=False),
    "a proxy's fault": raw_answer("502 Bad Gateway", PAGE, kind="text/html", vouch=False),
}
ASKED = {
    "hello": ("GET", "/v1/hello"),
    "batches": ("POST", "/v1/batches"),
    "chunk": ("PATCH", "/v1/attachments"),
    "changes": ("GET", "/v1/changes"),
    "digests": ("GET", "/v1/digests"),
    "reconcile": ("POST", "/v1/reconcile"),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED.keys())
@pytest.mark.parametrize("answer", STRANGERS.values(), ids=STRANGERS.keys())
def test_who_answers_in_the_hubs_place_changes_nothing(
    tmp_path: Path, hub: RunningHub, answer: bytes, asked: tuple[str, str]
) -> None:
    """Whichever request it answers, that request has had no effect here; without it all goes on."""
    with faulty_link(hub.port) as link, terminal(tmp_path / "terminal", link.url) as counter:
        counter.take_in()
        counter.round()
        counter.take_in(file_of(2_000))
        counter.clock.move(days=1)
        before = _known(counter)
        link.instead = lambda method, path: answer if method == asked[0] and path.startswith(asked[1]) else None
        assert _met(counter) in {ErrorCode.NOT_A_HUB.value, ErrorCode.HUB_BUSY.value}
        assert counter.store.outbox.counts().needs_attention == 0
        if asked[1] in {"/v1/hello", "/v1/batches", "/v1/attachments", "/v1/reconcile"}:
            assert counter.store.outbox.counts().delivered == 1
        if asked[1] in {"/v1/hello", "/v1/changes"}:
            assert _known(counter) == before
        link.instead = lambda _method, _path: None
        counter.clock.move(minutes=6)
        counter.round()
        assert counter.store.outbox.queue() == []
        assert hub.contents()["counts"]["complete_cases"] == 2


def _met(counter: Terminal) -> str:
    """Do a round; gives what stopped it."""
    try:
        return counter.round().code
    except HubError as error:
        return error.code.value


def _known(counter: Terminal) -> tuple[str, int]:
    """Give what the terminal has read of the feed."""
    return counter.store.outbox.state().cursor, len(counter.store._database.rows("select 1 from inbox"))
