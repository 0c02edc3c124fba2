"""A hub that answers in our form but wrongly: nothing is lost, nothing counts as delivered, nothing loops."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from hub_rigs import FaultyLink, RunningHub, Terminal, problem_answer, raw_answer
from store_rigs import file_of

from kiosk.clock import iso, parse
from kiosk.domain.case import Delivery, MatterState
from kiosk.errors import ErrorCode, HubError
from kiosk.ids import uuid7
from kiosk.packets.deceased import person_digest, shared_digest
from kiosk.ports.sync import HubReach
from sync.hub.database import open_database
from sync.hub.stations import tell_terminal


def in_results(link: FaultyLink, change: Any) -> None:  # noqa: ANN401 - a function over JSON
    """Change the list of results of each batch."""

    def lie(method: str, _path: str, message: dict[str, Any]) -> None:
        if method == "POST":
            message["results"] = change(message["results"])

    link.lie = lie


def posts(link: FaultyLink) -> int:
    """Count the batches sent."""
    return sum(method == "POST" for method, _ in link.seen)


@pytest.mark.parametrize(
    "change",
    [
        lambda _results: [],
        lambda results: [r | {"status": "accepted"} for r in results],
        lambda results: [r | {"status": ""} for r in results],
        lambda results: [r | {"missing": [uuid7()]} for r in results],
        lambda results: [*results, *(r | {"status": "rejected"} for r in results)],
        lambda results: [r | {"event_id": uuid7()} for r in results],
    ],
    ids=["none named", "unknown status", "empty status", "misses what is not ours", "two answers", "others named"],
)
def test_an_answer_that_makes_no_sense_is_no_success(counter: Terminal, link: FaultyLink, change: Any) -> None:  # noqa: ANN401
    """The entry stays pending and is not asked again at once; once the hub speaks sense it is delivered."""
    counter.take_in()
    in_results(link, change)
    assert counter.round().delivered == 0
    assert posts(link) == 1
    assert [state for state, _ in counter.states()] == [Delivery.PENDING]
    in_results(link, lambda results: results)
    counter.clock.move(minutes=6)
    assert counter.round().delivered == 1


def test_results_in_another_order_with_strangers_among_them(counter: Terminal, link: FaultyLink) -> None:
    """Results are matched by id; unknown ones are nobody's."""
    for _ in range(3):
        counter.take_in()
    stranger = {"event_id": uuid7(), "status": "rejected", "code": "x"}
    in_results(link, lambda results: [stranger, *reversed(results)])
    assert counter.round().delivered == 3


def test_a_refused_item_goes_to_the_shelf_with_the_hubs_words(counter: Terminal, link: FaultyLink) -> None:
    """Rejected and conflict need a person; the others are delivered."""
    for _ in range(3):
        counter.take_in()
    says = [("rejected", "no_such_matter"), ("conflict", "rev_taken")]

    def change(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for result, (status, code) in zip(results, says, strict=False):
            result |= {"status": status, "code": code, "words": "请更正"}
        return results

    in_results(link, change)
    report = counter.round()
    assert (report.delivered, report.needs_attention) == (1, 2)
    assert [(line.state, line.error_code, line.error_words) for line in counter.store.outbox.queue()] == [
        (Delivery.NEEDS_ATTENTION, "no_such_matter", "请更正"),
        (Delivery.NEEDS_ATTENTION, "rev_taken", "请更正"),
    ]


@pytest.mark.parametrize(
    "refusal",
    [
        *(problem_answer(status) for status in (400, 413, 415, 422, 460)),
        raw_answer("403 Forbidden", b"<html>", vouch=False, kind="text/html"),
        raw_answer("502 Bad Gateway", b"<html>", vouch=False, kind="text/html"),
    ],
)
def test_a_line_that_minds_packed_content_gets_it_plain(counter: Terminal, link: FaultyLink, refusal: bytes) -> None:
    """What is refused packed is sent as it is, at once; from then on nothing is packed, and nobody is called."""
    link.poison, link.poison_answer = b"Content-Encoding: gzip", refusal
    for sent in (2, 1):
        counter.take_in()
        before = posts(link)
        report = counter.round()
        assert (report.code, report.delivered, posts(link) - before) == ("", 1, sent)


def test_a_gateway_that_loses_the_codings_name_does_no_harm(counter: Terminal, link: FaultyLink) -> None:
    """The hub takes the content for a batch of no form; no case is shelved for it."""
    link.strips = b"Content-Encoding"
    counter.take_in()
    assert counter.round().delivered == 1


def test_a_refusal_that_has_nothing_to_do_with_packing_changes_nothing_of_it(
    counter: Terminal, link: FaultyLink
) -> None:
    """Who is refused plain as well, or has to wait, goes on packing."""
    cases = [counter.take_in() for _ in range(2)]
    for refusal in (problem_answer(401), problem_answer(503)):
        link.poison, link.poison_answer = b"POST /v1/batches", refusal
        counter.round()
    link.poison, link.poison_answer = b"Content-Encoding: gzip", problem_answer(503)
    assert counter.round().delivered == 0
    link.poison = b""
    assert counter.round().delivered == len(cases)


def test_an_items_own_retry_after_is_kept(counter: Terminal, link: FaultyLink) -> None:
    """The hub's wish for one item, jittered upward only."""
    counter.take_in()
    in_results(link, lambda results: [r | {"status": "retry", "retry_after_s": 40} for r in results])
    counter.round()
    line = counter.store.outbox.queue()[0]
    assert line.next_attempt_at == iso(counter.clock.now() + timedelta(seconds=60))


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refused_batch_is_halved_until_the_item_stands_alone(
    counter: Terminal, hub: RunningHub, link: FaultyLink, status: int
) -> None:
    """One poisonous item goes to the shelf, all others are delivered."""
    cases = [counter.take_in() for _ in range(9)]
    poison = counter.store.outbox.due("9999", max_items=50, max_bytes=1 << 20)[4].event_id
    link.poison = f'"event_id":"{poison}"'.encode()  # the next item names it too, as what came before
    link.poison_answer = problem_answer(status, "poison")
    report = counter.round()
    assert (report.code, report.delivered, report.needs_attention) == ("", 8, 1)
    assert counter.states() == [(Delivery.NEEDS_ATTENTION, "poison")]
    assert hub.contents()["counts"]["cases"] == len(cases) - 1


@pytest.mark.parametrize(
    ("status", "code", "reach"),
    [
        (401, ErrorCode.HUB_REFUSED, HubReach.REFUSED),
        (403, ErrorCode.HUB_REFUSED, HubReach.REFUSED),
        (404, ErrorCode.HUB_REFUSED, HubReach.REFUSED),
        (426, ErrorCode.HUB_VERSION, HubReach.REFUSED),
        (429, ErrorCode.HUB_BUSY, HubReach.REACHABLE),
        (500, ErrorCode.HUB_BUSY, HubReach.REACHABLE),
        (503, ErrorCode.HUB_BUSY, HubReach.REACHABLE),
        (460, ErrorCode.NOT_A_HUB, HubReach.NOT_A_HUB),
    ],
)
def test_a_systemic_refusal_blames_no_case(
    counter: Terminal, link: FaultyLink, status: int, code: ErrorCode, reach: HubReach
) -> None:
    """The round ends, the cases stay pending and due, the report says why; the feed is read all the same."""
    counter.take_in()
    counter.take_in()
    link.instead = lambda method, _path: problem_answer(status, Retry_After="9") if method == "POST" else None
    report = counter.round()
    assert (report.code, report.reach) == (code.value, reach)
    assert report.retry_after_s == 9
    assert posts(link) == (2 if status == 460 else 1)  # a gateway may have unpacked it: it is also tried plain
    assert [state for state, _ in counter.states()] == [Delivery.PENDING] * 2
    assert "/v1/changes" in {path.split("?")[0] for _, path in link.seen}
    link.instead = lambda _method, _path: None
    assert counter.round().delivered == 2


def test_an_attachment_that_the_hub_forgot_is_announced_again(
    counter: Terminal, hub: RunningHub, link: FaultyLink
) -> None:
    """404: the manifest first, then the bytes."""
    counter.take_in(file_of(2000))
    forgotten = [True]
    link.instead = lambda method, _path: (
        problem_answer(404) if method == "PATCH" and forgotten and forgotten.pop() else None
    )
    assert counter.round().delivered == 1
    assert [method for method, _ in link.seen if method in {"POST", "PATCH"}] == [
        "POST",
        "PATCH",
        "POST",
        "PATCH",
        "POST",
    ]
    assert hub.contents()["counts"]["verified_attachments"] == 1


def test_an_attachment_that_never_fits_goes_to_the_shelf(counter: Terminal, link: FaultyLink) -> None:
    """Three wholes with a wrong hash are enough."""
    counter.take_in(file_of(2000))
    link.instead = lambda method, _path: problem_answer(422, "attachment_hash") if method == "PATCH" else None
    report = counter.round()
    assert report.needs_attention == 1
    assert counter.states() == [(Delivery.NEEDS_ATTENTION, "attachment_hash")]
    assert sum(method == "PATCH" for method, _ in link.seen) == 3


def test_a_hub_that_takes_only_small_chunks_gets_small_ones(
    counter: Terminal, hub: RunningHub, link: FaultyLink
) -> None:
    """413 on a chunk halves it, down to 16 KiB."""
    counter.take_in(file_of(100_000))
    link.too_large = 20_000
    report = counter.round()
    assert (report.code, report.delivered) == ("", 1)
    assert hub.contents()["counts"]["verified_attachments"] == 1


def test_an_upload_that_never_advances_ends_the_round(counter: Terminal, link: FaultyLink) -> None:
    """A hub that says the same offset for ever is left alone until later."""
    counter.take_in(file_of(2000))
    stuck = raw_answer("204 No Content", Upload_Offset="0", Upload_Complete="?0")
    link.instead = lambda method, _path: stuck if method == "PATCH" else None
    assert counter.round().code == ErrorCode.HUB_BUSY.value
    assert sum(method == "PATCH" for method, _ in link.seen) == 3


def test_a_hub_that_always_misses_a_whole_file_is_not_asked_for_ever(counter: Terminal, link: FaultyLink) -> None:
    """Uploaded, acknowledged as whole, missed again: the round ends, nothing counts as delivered."""
    file = file_of(2000)
    counter.take_in(file)
    in_results(link, lambda results: [r | {"missing": [file[0].attachment_id]} for r in results])
    report = counter.round()
    assert (report.code, report.delivered) == (ErrorCode.HUB_BUSY.value, 0)
    assert len(link.seen) < 40


def in_changes(link: FaultyLink, change: Any) -> None:  # noqa: ANN401 - a function over JSON
    """Change each page of the feed."""

    def lie(_method: str, path: str, message: dict[str, Any]) -> None:
        if path.startswith("/v1/changes"):
            change(message)

    link.lie = lie


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.update(has_more=True, next_cursor=""),
        lambda page: page.update(next_cursor=""),
        lambda page: page.update(changes=page["changes"] * 2),
        lambda page: page.update(has_more=True),
    ],
    ids=["same cursor", "no cursor", "same numbers", "always more"],
)
def test_a_feed_that_does_not_advance_is_stopped(counter: Terminal, link: FaultyLink, change: Any) -> None:  # noqa: ANN401
    """A loop is said, not followed; what was sent stays sent."""
    counter.take_in()
    in_changes(link, change)
    report = counter.round()
    assert report.code == ErrorCode.HUB_CURSOR_STUCK.value
    assert report.delivered == 1
    assert len(link.seen) < 10


def test_a_change_that_cannot_be_applied_is_skipped(counter: Terminal, hub: RunningHub, link: FaultyLink) -> None:
    """The next ones are applied, and the cursor moves on."""
    taken = counter.take_in()
    counter.round()
    counter.clock.moment = parse("2030-01-01T00:00Z")
    hub.clerk_works(counter.clock)

    def change(page: dict[str, Any]) -> None:
        if page["changes"]:
            page["changes"][0] |= {"kind": "case_eaten", "body": {"x": [1]}}

    in_changes(link, change)
    report = counter.round()
    assert report.code == ""
    case = counter.store.cases.get(taken.case_number)
    assert case.official_number is None
    assert {matter.state for matter in case.matters} == {MatterState.ACCEPTED}
    assert counter.round().changes == 0


def test_an_unknown_cursor_reads_the_feed_from_its_beginning(counter: Terminal) -> None:
    """A hub that was restored from a backup knows less than we do: 410, and all is read again."""
    counter.take_in()
    counter.round()
    counter.store.outbox.apply([], "77777", "2026-11-18T02:00:00.000Z")
    assert counter.round().code == ""
    assert counter.store.outbox.state().cursor.startswith("1.")


def in_digests(link: FaultyLink, change: Any) -> None:  # noqa: ANN401 - a function over JSON
    """Change each page of the list of the deceased."""

    def lie(_method: str, path: str, message: dict[str, Any]) -> None:
        if path.startswith("/v1/digests"):
            change(message)

    link.lie = lie


@pytest.mark.parametrize(
    "wrong", [{"taken_in_at": "never"}, {"taken_in_at": "2026-02-30T02:00:00Z"}, {"digest": "x"}, {"station": 1}]
)
def test_a_line_of_the_deceased_that_cannot_be_read_is_passed_over(
    counter: Terminal, link: FaultyLink, expect_log: Callable[[str], None], wrong: dict[str, Any]
) -> None:
    """The others are kept, and the round ends well."""
    expect_log("yizhan.sync")
    digest = shared_digest("0" * 64, person_digest("111", "370100194001019991"))
    line = {"digest": digest, "service": "after_death", "station": "3702", "taken_in_at": "2026-11-18T02:00:00.000Z"}
    lines = [line | {"case_number": "A"}, line | {"case_number": "B"} | wrong, line | {"case_number": "C"}]
    in_digests(link, lambda page: page.update(key="0" * 64, lines=lines, next_after=3))
    assert counter.round().code == ""
    known = counter.store.cases.of_person_elsewhere("after_death", "111", "370100194001019991")
    assert sorted(case.case_number for case in known) == ["A", "C"]
    assert counter.store.outbox.state().digests_after == 3


def test_trouble_with_the_list_of_the_deceased_keeps_nothing_else_from_coming(
    counter: Terminal, hub: RunningHub, link: FaultyLink
) -> None:
    """A page that is none of ours stands in the report; what the hub says to the counter comes all the same."""
    with closing(open_database(hub.database_url)) as database:
        tell_terminal(database, "T-1", "今晚升级", "2026-11-18T02:00:00.000Z")
    in_digests(link, lambda page: page.pop("key"))
    assert counter.round().code == ErrorCode.NOT_A_HUB.value
    assert [notice.words for notice in counter.store.outbox.notices()] == ["今晚升级"]


def test_a_hub_of_another_protocol_pauses(counter: Terminal, link: FaultyLink) -> None:
    """Versions that do not meet: nothing is sent."""
    counter.take_in()

    def lie(_method: str, path: str, message: dict[str, Any]) -> None:
        if path == "/v1/hello":
            message["protocol"] = {"min": 2, "max": 3}

    link.lie = lie
    with pytest.raises(HubError) as caught:
        counter.round()
    assert caught.value.code is ErrorCode.HUB_VERSION
    assert posts(link) == 0


@pytest.mark.parametrize(
    ("server_time", "kept"),
    [
        ("1970-01-01T00:00:00Z", None),
        ("2099-01-01T00:00:00Z", None),
        ("yesterday..", None),
        ("2026-11-18T02:01:00Z", 60_000),
    ],
)
def test_only_a_believable_time_is_kept(
    counter: Terminal, link: FaultyLink, server_time: str, kept: int | None
) -> None:
    """A clock ten years away is no clock."""

    def lie(_method: str, path: str, message: dict[str, Any]) -> None:
        if path == "/v1/hello":
            message["server_time"] = server_time

    link.lie = lie
    counter.round()
    assert counter.store.outbox.state().clock_offset_ms == kept
