"""Packed requests: read within the hub's limits, and only from those who may ask."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import msgspec
import pytest
from hub_rigs import QUICK, TERMINAL, RunningHub, identity, running_hub
from hub_talk import LIMITS, ask, ask_as_is, batch_of, case, refusal, told
from store_rigs import SetClock

from sync.client import HubClient
from sync.coding import packed
from sync.digest import HEADER, content_digest
from sync.hub.desk import HubTerms
from sync.messages import TERMINAL_HEADER, BatchAnswer


@pytest.fixture(scope="module")
def hub(hub_database: str) -> Iterator[RunningHub]:
    """Run one hub for the module, on each kind of database."""
    with running_hub(hub_database, terms=HubTerms(limits=LIMITS)) as running:
        yield running


def figure(hub: RunningHub, form: str) -> float:
    """Read how many bytes of packed content the hub has counted."""
    wanted = f'yizhan_hub_content_bytes_total{{coding="gzip",form="{form}"}} '
    lines = ask(hub, "GET", "/metrics").text.splitlines()
    return sum(float(line.removeprefix(wanted)) for line in lines if line.startswith(wanted))


def test_a_terminal_that_was_told_so_sends_its_batches_packed(hub: RunningHub) -> None:
    """Before hello as they are, after it packed; both are received, and the hub says what that saved."""
    speaker = HubClient(hub.url, identity(), "0.1.0", SetClock(), timeouts=QUICK)
    before = figure(hub, "sent")
    assert [result.status for result in told(speaker, case(), case())] == ["received"] * 2
    assert figure(hub, "sent") == before
    speaker.hello()
    assert [result.status for result in told(speaker, case(), case())] == ["received"] * 2
    speaker.close()
    assert 0 < (figure(hub, "sent") - before) * 2 < figure(hub, "unpacked")


def test_a_packed_batch_has_the_same_answer(hub: RunningHub) -> None:
    """The same batch as it is and packed."""
    batch = batch_of(case())
    plain = ask(hub, "POST", "/v1/batches", batch)
    coded = ask(hub, "POST", "/v1/batches", packed(batch), Content_Encoding="GZip")
    statuses = [msgspec.json.decode(one.content, type=BatchAnswer).results[0].status for one in (plain, coded)]
    assert statuses == ["received", "duplicate"]


def test_a_bomb_is_not_unpacked_beyond_the_limit(hub: RunningHub) -> None:
    """A gigabyte that travels as one megabyte, and one that travels as a kilobyte, are refused as too large."""
    within = packed(bytes(60 << 20))
    assert len(within) < LIMITS.batch_bytes
    assert refusal(ask(hub, "POST", "/v1/batches", within, Content_Encoding="gzip")) == (413, "too_large")
    beyond = packed(bytes(1 << 30))
    assert refusal(ask(hub, "POST", "/v1/batches", beyond, Content_Encoding="gzip")) == (413, "too_large")


def test_nothing_is_unpacked_for_whoever_comes(hub: RunningHub) -> None:
    """An unsigned packed request is refused for that, whatever it holds."""
    damaged = b"\x1f\x8b"
    sent = {TERMINAL_HEADER: TERMINAL, HEADER: content_digest(damaged), "Content-Encoding": "gzip"}
    assert refusal(ask_as_is(hub, "POST", "/v1/batches", damaged, sent)) == (401, "signature_invalid")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}", (400, "coding_damaged")),
        (packed(b"{}")[:-3], (400, "coding_damaged")),
        (packed(b"{}") * 2, (400, "coding_damaged")),
        (zlib.compress(b"{}"), (400, "coding_damaged")),
        (packed(packed(b"{}")), (422, "batch_invalid")),
        (packed(b"[" * 100_000), (422, "batch_invalid")),
    ],
    ids=["plain", "cut off", "two members", "zlib", "packed twice", "deep"],
)
def test_damaged_coding_is_refused_whole(hub: RunningHub, content: bytes, said: tuple[int, str]) -> None:
    """As any content that is no batch; nothing is kept."""
    events = hub.contents()["counts"]["events"]
    assert refusal(ask(hub, "POST", "/v1/batches", content, Content_Encoding="gzip")) == said
    assert hub.contents()["counts"]["events"] == events


@pytest.mark.parametrize(
    ("method", "path", "coding", "reads"),
    [
        ("POST", "/v1/batches", "br", "gzip"),
        ("POST", "/v1/reconcile", "gzip, gzip", "gzip"),
        ("PATCH", "/v1/attachments/0193b1f0-7c00-7000-8000-000000000001", "gzip", "identity"),
        ("POST", "/v1/packets", "gzip", "identity"),
        ("POST", "/v1/enrol", "gzip", "identity"),
    ],
)
def test_a_coding_that_is_not_read_here_is_named(
    hub: RunningHub, method: str, path: str, coding: str, reads: str
) -> None:
    """415 with those that are (RFC 9110 §12.5.3), where nothing is packed as well."""
    answer = ask(hub, method, path, packed(b"{}"), Content_Encoding=coding, Upload_Offset="0")
    assert refusal(answer) == (415, "coding_unknown")
    assert answer.headers["Accept-Encoding"] == reads
