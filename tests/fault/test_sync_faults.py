"""Rounds between a real store and a real hub over links that fail in every way."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hub_rigs import Fault, FaultyLink, RunningHub, Terminal, running_hub, terminal
from store_rigs import file_of
from waiting import wait_for

from kiosk.errors import HubError
from kiosk.ports.sync import OutboxEntry
from sync.hub_calls import Content

SENDING = ("POST", "PATCH")


def drained(counter: Terminal, rounds: int = 40) -> int:
    """Do rounds until all is delivered; gives how many it took."""
    for done in range(1, rounds + 1):
        try:
            counter.round()
        except HubError:
            continue
        finally:
            counter.clock.move(minutes=6)
        if not counter.store.outbox.queue():
            return done
    raise AssertionError(counter.states())


def assert_whole(hub: RunningHub, cases: int, files: int) -> None:
    """Check that the hub has so many cases and files, each once and whole."""
    counts = hub.contents()["counts"]
    assert counts["cases"] == counts["complete_cases"] == counts["events"] == cases
    assert counts["attachments"] == counts["verified_attachments"] == files


def test_a_case_with_files_is_delivered_in_one_round(counter: Terminal, hub: RunningHub) -> None:
    """Announced, uploaded and acknowledged without waiting for a second round."""
    taken = counter.take_in(file_of(3_000), file_of(700_000), file_of(0))
    report = counter.round()
    assert (report.code, report.delivered, report.uploaded_bytes) == ("", 1, 703_000)
    assert counter.store.outbox.queue() == []
    assert_whole(hub, 1, 3)
    assert hub.contents()["cases"][0]["case_number"] == taken.case_number


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("where", ["POST", "PATCH"])
def test_a_request_that_meets_a_fault_is_delivered_once(
    counter: Terminal, hub: RunningHub, link: FaultyLink, fault: Fault, where: str
) -> None:
    """Whatever happens to one request, the next rounds deliver and the hub has it once."""
    pending = [fault]
    link.plan = lambda method, _path, _size: pending.pop() if method == where and pending else None
    counter.take_in(file_of(50_000))
    drained(counter)
    assert not pending
    assert_whole(hub, 1, 1)


@pytest.mark.parametrize("fault", list(Fault))
def test_a_third_of_all_requests_meets_a_fault(
    counter: Terminal, hub: RunningHub, link: FaultyLink, fault: Fault
) -> None:
    """A link that keeps failing only delays."""
    dice = random.Random(fault.name)  # noqa: S311 - a repeatable plan
    link.plan = lambda _method, _path, _size: fault if dice.random() < 1 / 3 else None
    for _ in range(4):
        counter.take_in(file_of(40_000))
    drained(counter)
    assert_whole(hub, 4, 4)


def test_a_link_that_dies_after_100_kb_still_carries_a_megabyte(
    counter: Terminal, hub: RunningHub, link: FaultyLink
) -> None:
    """Chunks shrink until they fit; what was confirmed is not sent again."""
    link.plan = lambda _method, _path, size: Fault.CUT_REQUEST if size > 100_000 else None
    counter.take_in(file_of(1_000_000))
    drained(counter)
    assert_whole(hub, 1, 1)


def test_a_cut_sends_at_most_one_chunk_again(counter: Terminal, hub: RunningHub, link: FaultyLink) -> None:
    """After a lost answer the upload goes on at the hub's own offset."""
    size = 3_000_000
    lost = [Fault.LOSE_ANSWER]
    link.plan = lambda method, _path, length: lost.pop() if method == "PATCH" and length > 500_000 and lost else None
    counter.take_in(file_of(size))
    drained(counter)
    assert_whole(hub, 1, 1)
    assert link.sent_up < size + (1 << 20) + 20_000
    assert "HEAD" in [method for method, _ in link.seen]


def test_many_cases_go_in_batches(
    counter: Terminal, hub: RunningHub, link: FaultyLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches as large as the hub takes, all in one round; while the hub works on one, the next is written."""
    written: list[int] = []
    asked: list[int] = []
    write = counter.client.batch

    def batch(epoch: str, entries: Sequence[OutboxEntry]) -> Content:
        written.append(len(entries))
        return write(epoch, entries)

    def plan(_method: str, path: str, _size: int) -> None:
        if path == "/v1/batches":
            asked.append(len(written))
            wait_for(lambda: len(written) > len(asked), "the next batch is written", 4)

    monkeypatch.setattr(counter.client, "batch", batch)
    link.plan = plan
    numbers = [counter.take_in().case_number for _ in range(420)]
    assert counter.round().delivered == 420
    assert [count for count in written if count] == [400, 20]
    assert sum(method == "POST" for method, _ in link.seen) == 2
    assert [case["case_number"] for case in hub.contents()["cases"]] != []
    assert {case["case_number"] for case in hub.contents()["cases"]} == set(numbers)


def test_a_new_case_does_not_wait_for_an_old_file(counter: Terminal, hub: RunningHub, link: FaultyLink) -> None:
    """What is taken in during a long upload is announced before the next chunk."""
    counter.take_in(file_of(5_000_000))

    def step() -> None:
        if [method for method, _ in link.seen[-2:]] == ["PATCH", "PATCH"]:
            counter.on_step = lambda: None
            counter.take_in()

    counter.on_step = step
    counter.round()
    methods = [method for method, _ in link.seen if method in SENDING]
    assert methods[:4] == ["POST", "PATCH", "PATCH", "POST"]
    assert methods.count("PATCH") > 4
    assert_whole(hub, 2, 1)


def test_a_hub_that_is_restarted_midway_goes_on_where_it_was(tmp_path: Path) -> None:
    """Offsets and cases outlive the hub's process; the terminal notices nothing but a pause."""
    with running_hub(tmp_path / "hub") as first, terminal(tmp_path / "terminal", first.url) as counter:
        counter.take_in(file_of(900_000))
        port = first.port
        counter.exchange.probe(counter.store.outbox)
        entries = counter.store.outbox.due("9999", max_items=1, max_bytes=1)
        counter.client.announce(counter.client.batch(counter.store.outbox.state().epoch, entries))
        upload = entries[0].attachments[0]
        chunk = counter.store.outbox.read_chunk(upload.attachment_id, 0, 300_000)
        counter.client.upload(upload.attachment_id, 0, chunk, upload.size)
        counter.client.close()
    with running_hub(tmp_path / "hub", port=port) as second, terminal(tmp_path / "terminal", second.url) as counter:
        drained(counter)
        assert_whole(second, 1, 1)
