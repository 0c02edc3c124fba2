"""What every hub must do, shown on the reference hub over real HTTP."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from department_rigs import changed
from hub_rigs import QUICK, RunningHub, identity, running_hub
from hub_talk import EPOCH, LIMITS, ask, batch_of, case, event, number, refusal, told, verdict
from store_rigs import NOW, SetClock, file_of

from kiosk.clock import SystemClock
from kiosk.ids import CaseId, EventId, uuid7
from kiosk.packets.events import paper_issued_payload, rating_given_payload
from sync.answers import HubAnswerError
from sync.client import HubClient
from sync.digest import content_digest
from sync.hub.database import HubDatabaseError, open_database
from sync.hub.desk import HubTerms
from sync.messages import BatchAnswer, Pacing
from sync.policy import Behaviour


@pytest.fixture(scope="module")
def hub(hub_database: str) -> Iterator[RunningHub]:
    """Run one hub with small limits per database for the module; every test makes cases of its own."""
    terms = HubTerms(limits=LIMITS, pacing=Pacing(next_poll_s=1))
    with running_hub(hub_database, terms=terms) as running:
        yield running


@pytest.fixture
def client(hub: RunningHub) -> Iterator[HubClient]:
    """Speak as the terminal T-1."""
    speaker = HubClient(hub.url, identity(), "0.1.0", SetClock(), timeouts=QUICK)
    yield speaker
    speaker.close()


def test_hello_says_what_holds(client: HubClient) -> None:
    """Versions, schemas, limits and what was seen of this terminal's epoch."""
    hello = client.hello()
    assert (hello.protocol.min, hello.protocol.max) == (1, 1)
    assert hello.schemas["case_taken_in"] == (1,)
    assert hello.limits == LIMITS
    entry = case()
    told(client, entry)
    assert (client.hello().seen.epoch, client.hello().seen.last_seq) == (EPOCH, entry.seq)


def test_a_case_is_received_and_told_again_is_a_duplicate(client: HubClient, hub: RunningHub) -> None:
    """The same effect as once, however often."""
    entry = case()
    assert verdict(told(client, entry)[0]) == ("received", "")
    assert {verdict(told(client, entry)[0]) for _ in range(3)} == {("duplicate", "")}
    assert [verdict(result) for result in told(client, entry, entry)] == [("duplicate", "")] * 2
    held = [one for one in hub.contents()["cases"] if one["case_id"] == entry.case_id]
    assert [len(one["events"]) for one in held] == [1]


def test_one_event_twice_in_one_batch_is_received_once(client: HubClient) -> None:
    """The second is a duplicate of the first."""
    entry = case()
    assert [result.status for result in told(client, entry, entry)] == ["received", "duplicate"]


def test_an_id_with_another_payload_is_refused(client: HubClient) -> None:
    """An event id stands for one payload for ever."""
    entry = case()
    told(client, entry)
    other = replace(case(), event_id=entry.event_id, case_id=entry.case_id)
    assert verdict(told(client, other)[0]) == ("rejected", "id_reused")


def test_one_bad_item_spoils_only_itself(client: HubClient) -> None:
    """Each item is isolated, bad ones in words."""
    good, late = case(), case()
    unknown = replace(case(), schema=99)
    strange = replace(case(), kind="case_eaten")
    wrong_hash = replace(case(), payload_sha256="0" * 64)
    results = told(client, good, unknown, strange, wrong_hash, late)
    assert [verdict(result) for result in results] == [
        ("received", ""),
        ("rejected", "schema_unknown"),
        ("rejected", "schema_unknown"),
        ("rejected", "payload_hash"),
        ("received", ""),
    ]
    assert all(result.words for result in results[1:4])


@pytest.mark.parametrize(
    "payload",
    [b"{}", b"[]", b'{"case_number":1}', b'{"a":' * 400 + b"1" + b"}" * 400],
    ids=["empty", "list", "wrong type", "deep"],
)
def test_a_payload_of_the_wrong_form_is_refused(client: HubClient, payload: bytes) -> None:
    """Nothing of it is stored."""
    entry = event("case_taken_in", CaseId(uuid7()), 1, payload)
    assert verdict(told(client, entry)[0]) == ("rejected", "payload_invalid")


@pytest.mark.parametrize(
    "changes",
    [
        {"taken_in_at": "never"},
        {"taken_in_at": "2026-02-30T02:00:00.000Z"},
        {"taken_in_at": "2026-11-18T10:00:00+08:00"},
        {"promise_due": "soon"},
        {"promise_due": "2026-13-01"},
        {"matters": []},
        {"matter": {"state": "finished"}},
        {"matter": {"state": "withdrawn"}},
        {"matter": {"due": "tomorrow"}},
    ],
    ids=str,
)
def test_a_case_says_only_what_a_counter_may_say(client: HubClient, changes: dict[str, Any]) -> None:
    """Moments and days are in the calendar, there is a matter, and each stands at its beginning."""

    def change(payload: dict[str, Any]) -> None:
        payload["matters"][0] |= changes.get("matter", {})
        payload |= {name: value for name, value in changes.items() if name != "matter"}

    good, bad = case(), changed(case(), change)
    results = told(client, bad, good)
    assert [verdict(result) for result in results] == [("rejected", "payload_invalid"), ("received", "")]


def test_what_follows_in_a_case_has_its_moment(client: HubClient) -> None:
    """A rating at no time is refused, whoever signed it."""
    entry = case()
    told(client, entry)
    rating = event("rating_given", entry.case_id, 2, rating_given_payload("n", 5, "", NOW).replace(NOW.encode(), b"t"))
    assert verdict(told(client, rating)[0]) == ("rejected", "payload_invalid")


def test_a_payload_spelled_anew_on_its_way_is_still_the_same(hub: RunningHub, client: HubClient) -> None:
    """The hash is of the canonical form, so a gateway may reorder and escape."""
    entry = case()
    item = json.loads(batch_of(entry))
    answer = ask(hub, "POST", "/v1/batches", json.dumps(item, indent=1).encode())
    assert msgspec.json.decode(answer.content, type=BatchAnswer).results[0].status == "received"
    assert told(client, entry)[0].status == "duplicate"


def test_revisions_follow_each_other(client: HubClient) -> None:
    """Only the next one is taken; a gap waits, a taken place is a conflict with the hub's number."""
    entry = case()
    paper = event("paper_issued", entry.case_id, 2, paper_issued_payload("n", "receipt_of_materials", 1, "v", NOW))
    rating = event("rating_given", entry.case_id, 3, rating_given_payload("n", 5, "", NOW))
    assert verdict(told(client, paper)[0]) == ("retry", "rev_ahead")
    assert [result.status for result in told(client, entry, paper, rating)] == ["received"] * 3
    again = event("rating_given", entry.case_id, 3, rating_given_payload("n", None, "", NOW))
    result = told(client, again)[0]
    assert (verdict(result), result.hub_rev) == (("conflict", "rev_taken"), 3)
    assert verdict(told(client, replace(again, event_id=EventId(uuid7()), rev=5))[0]) == ("retry", "rev_ahead")


def test_a_rating_of_no_case_is_refused(client: HubClient) -> None:
    """The first event of a case is the case."""
    lone = event("rating_given", CaseId(uuid7()), 1, rating_given_payload("n", 5, "", NOW))
    assert verdict(told(client, lone)[0]) == ("rejected", "case_unknown")


def test_a_case_number_stands_for_one_case(client: HubClient) -> None:
    """Another case under the same number is refused."""
    taken = number()
    told(client, case(case_number=taken))
    assert verdict(told(client, case(case_number=taken))[0]) == ("rejected", "case_number_taken")


def test_another_terminals_case_and_files_are_out_of_reach(hub: RunningHub, client: HubClient) -> None:
    """Who did not announce it can neither add to it, nor see it, nor send its bytes."""
    file = file_of(100)
    entry = case(file)
    told(client, entry)
    other = HubClient(hub.url, identity("T-2"), "0.1.0", SetClock(), timeouts=QUICK)
    paper = event("rating_given", entry.case_id, 2, rating_given_payload("n", 5, "", NOW))
    assert verdict(told(other, paper)[0]) == ("rejected", "case_of_another")
    assert verdict(told(other, entry)[0]) == ("rejected", "id_reused")
    with pytest.raises(HubAnswerError) as asked:
        other.upload_state(file[0].attachment_id, 100)
    with pytest.raises(HubAnswerError) as sent:
        other.upload(file[0].attachment_id, 0, file[1], 100)
    assert asked.value.behaviour is sent.value.behaviour is Behaviour.ANNOUNCE
    assert other.changes("").changes == ()
    other.close()


def test_a_batch_in_another_terminals_name_is_refused(hub: RunningHub) -> None:
    """Header and batch name one terminal."""
    answer = ask(hub, "POST", "/v1/batches", batch_of(case()), Yizhan_Terminal="T-2")
    assert refusal(answer) == (403, "terminal_differs")


def test_batches_beyond_the_limits_are_refused_whole(hub: RunningHub) -> None:
    """Too many items, too many bytes, a million items."""
    many = [case() for _ in range(6)]
    assert refusal(ask(hub, "POST", "/v1/batches", batch_of(*many))) == (413, "batch_too_long")
    assert refusal(ask(hub, "POST", "/v1/batches", bytes(200_000))) == (413, "too_large")
    million = b'{"terminal_id":"T-1","epoch":"%s","app":"x","items":[%s0]}' % (EPOCH.encode(), b"0," * 60_000)
    assert refusal(ask(hub, "POST", "/v1/batches", million)) == (422, "batch_invalid")


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b'{"items":[]}', b"[" * 100_000, b"\xff\xfe", b'{"items":[{"event_id":"1"}]}'],
)
def test_what_is_no_batch_is_refused_whole(hub: RunningHub, body: bytes) -> None:
    """422, without saying why in the hub's own words."""
    answer = ask(hub, "POST", "/v1/batches", body)
    assert refusal(answer) == (422, "batch_invalid")
    assert "msgspec" not in answer.text
    assert "Traceback" not in answer.text


def test_an_item_without_form_is_refused_by_its_id(hub: RunningHub) -> None:
    """As long as it has an id it can be answered alone."""
    good = case()
    batch = json.loads(batch_of(good))
    bad = {"event_id": uuid7(), "seq": -1}
    batch["items"].insert(0, bad)
    answer = ask(hub, "POST", "/v1/batches", json.dumps(batch).encode())
    results = msgspec.json.decode(answer.content, type=BatchAnswer).results
    assert [(r.event_id, r.status, r.code) for r in results] == [
        (bad["event_id"], "rejected", "item_invalid"),
        (good.event_id, "received", ""),
    ]


def test_a_request_without_a_fitting_digest_is_not_read(hub: RunningHub) -> None:
    """460: it did not arrive as it was sent, so nothing may follow from it."""
    for stated in ("", "sha-256=:AAAA:", content_digest(b"other")):
        assert refusal(ask(hub, "POST", "/v1/batches", batch_of(case()), Content_Digest=stated))[0] == 460


@pytest.mark.parametrize("name", ["", "a b", "../x", "T" * 65, "é"])
def test_a_terminal_without_a_name_is_refused(hub: RunningHub, name: str) -> None:
    """401 for what can be no terminal."""
    assert refusal(ask(hub, "GET", "/v1/hello", Yizhan_Terminal=name)) == (401, "terminal_unknown")


def test_other_pages_and_methods_are_refused_in_our_form(hub: RunningHub) -> None:
    """Also what the framework refuses is a problem document."""
    assert refusal(ask(hub, "GET", "/v1/nothing")) == (404, "no_such_page")
    assert refusal(ask(hub, "DELETE", "/v1/hello")) == (405, "method_unknown")
    assert ask(hub, "GET", "/health").json() == {"status": "ok"}


@pytest.mark.parametrize("cursor", ["x", "-1", "99999999", "1" * 100])
def test_a_cursor_that_was_never_given_asks_for_a_snapshot(hub: RunningHub, cursor: str) -> None:
    """410, and the feed is read from its beginning."""
    assert refusal(ask(hub, "GET", f"/v1/changes?cursor={cursor}")) == (410, "cursor_unknown")


def test_a_complete_case_comes_back_accepted_and_finished(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    """The training clerk's steps arrive in the feed, numbered without gaps, readable in pages from any cursor."""
    client = HubClient(hub.url, identity(f"T-{os.getpid()}"), "0.1.0", SetClock(), timeouts=QUICK)
    entry = case(terminal=f"T-{os.getpid()}")
    official: str | None = None
    assert told(client, entry)[0].hub_case_number is None
    clock = SetClock()
    clock.moment = SystemClock().now()
    for _ in range(8):
        clock.move(seconds=3)
        hub.clerk_works(clock)
    page = client.changes("")
    assert [line.seq for line in page.changes] == list(range(1, len(page.changes) + 1))
    bodies: list[dict[str, Any]] = [msgspec.json.decode(line.body) for line in page.changes]
    assert [line.kind for line in page.changes][:2] == ["case_state", "case_accepted"]
    official = bodies[1]["official_number"]
    assert official.startswith("SL")
    assert bodies[-1]["state"] == "finished"
    finished = {body["matter_id"] for body in bodies if "matter_id" in body and body["state"] == "finished"}
    assert finished == {"04", "12", "23"}
    assert client.changes(page.next_cursor).changes == ()
    assert told(client, entry)[0].hub_case_number == official
    assert client.hello().seen.cursor == page.next_cursor
    monkeypatch.setattr("sync.hub.feed.PAGE", 3)
    first = client.changes("")
    assert (first.changes, first.has_more) == (page.changes[:3], True)
    assert client.changes(first.next_cursor).changes == page.changes[3:6]
    client.close()


def test_the_hub_says_nothing_of_its_inside(hub: RunningHub) -> None:
    """No server name, no version, no stack in any refusal."""
    for answer in (ask(hub, "GET", "/v1/nothing"), ask(hub, "POST", "/v1/batches", b"{")):
        assert "Server" not in answer.headers
        assert not {"litestar", "uvicorn", "sqlalchemy", "sqlite"} & set(answer.text.lower().split())


def test_a_newer_hubs_database_is_left_alone(tmp_path: Path) -> None:
    """An older program refuses it and changes nothing."""
    path = tmp_path / "hub.sqlite3"
    url = f"sqlite:///{path}"
    open_database(url).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update hub_meta set value = '99' where key = 'schema_version'")
    before = path.read_bytes()
    with pytest.raises(HubDatabaseError):
        open_database(url)
    assert path.read_bytes() == before
