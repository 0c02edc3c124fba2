"""A department's document on its way to the counter: named, asked for, fetched in pieces, checked; and every lie."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from command_rigs import kiosk
from hub_rigs import (
    QUICK,
    Fault,
    FaultyLink,
    RunningHub,
    Terminal,
    enrol,
    faulty_link,
    identity,
    problem_answer,
    raw_answer,
    terminal,
)
from hub_talk import ask

from kiosk.clock import SystemClock
from kiosk.domain.case import MatterState
from kiosk.errors import ErrorCode, HubError, StoreError
from kiosk.ids import uuid7
from kiosk.ports.results import ResultFile, ResultState
from kiosk.ports.sync import HubReach
from kiosk.store import results as kept_results
from sync.answers import HubAnswerError
from sync.client import HubClient
from sync.feed_bodies import ResultDocument
from sync.hub.database import open_database
from sync.hub.departments import Said, case_of, keep_results, say

NOW = "2026-11-18T03:00:00.000Z"
OPERATOR = "0301"
LARGE = 700_000
PDF = "application/pdf"


@dataclass
class Place:
    """A hub, a link that lies when told, and a counter with one delivered case."""

    hub: RunningHub
    link: FaultyLink
    counter: Terminal
    number: str

    def give(self, *documents: bytes, matter: str = "04") -> list[str]:
        """Let a department finish a matter with documents; gives their ids, known at the counter."""
        named = [
            (
                ResultDocument(
                    result_id=uuid7(),
                    name=f"测试文书{place}.pdf",
                    media_type=PDF,
                    size=len(data),
                    sha256=hashlib.sha256(data).hexdigest(),
                ),
                data,
            )
            for place, data in enumerate(documents, start=1)
        ]
        with closing(open_database(self.hub.database_url)) as database, database.write() as connection:
            case_id = case_of(connection, self.number)
            assert case_id is not None
            keep_results(connection, case_id, matter, named, NOW)
            said = Said(MatterState.IN_PROGRESS, "先给一份", results=tuple(document for document, _ in named))
            say(connection, case_id, matter, said, NOW)
        self.counter.round()
        return [document.result_id for document, _ in named]

    def want(self, result_id: str) -> None:
        """Let a person ask."""
        self.counter.store.results.want(result_id, OPERATOR, NOW)

    def file(self, result_id: str) -> ResultFile:
        """Give how a document stands."""
        return next(one for one in self.counter.store.results.of_case(self.number) if one.result_id == result_id)

    def read(self, result_id: str) -> bytes:
        """Open it."""
        return self.counter.store.results.read(result_id, OPERATOR, NOW)

    def asked(self) -> list[str]:
        """List what was asked of documents, in order."""
        return [path for _, path in self.link.seen if path.startswith("/v1/results/")]

    def journal(self) -> list[tuple[str, str]]:
        """List what the journal says of documents: what, and who."""
        lines = reversed(self.counter.store.journal.lines())
        return [(str(line["kind"]), str(line["actor"])) for line in lines if str(line["kind"]).startswith("result_")]


@pytest.fixture
def place(hub: RunningHub, tmp_path: Path) -> Iterator[Place]:
    """Deliver a case, which is accepted."""
    with (
        faulty_link(hub.port) as link,
        terminal(tmp_path / "terminal", link.url) as counter,
    ):
        number = counter.take_in().case_number
        counter.round()
        with closing(open_database(hub.database_url)) as database, database.write() as connection:
            case_id = case_of(connection, number)
            assert case_id is not None
            say(connection, case_id, "04", Said(MatterState.ACCEPTED, "已受理"), NOW)
        counter.round()
        yield Place(hub, link, counter, number)


def test_a_document_comes_when_a_person_asks_and_stays(place: Place) -> None:
    """Named by the feed, fetched by nobody; asked for, it is whole and right, without a network from then on."""
    data = os.urandom(5_000)
    (result,) = place.give(data)
    place.counter.round()
    assert place.asked() == []
    named = place.file(result)
    assert (named.state, named.name, named.size, named.matter_id) == (ResultState.NAMED, "测试文书1.pdf", 5_000, "04")
    with pytest.raises(StoreError):
        place.read(result)
    place.want(result)
    assert place.counter.round().results == 1
    assert place.file(result).state is ResultState.HERE
    place.link.plan = lambda *_: Fault.LOSE_REQUEST
    assert place.read(result) == data
    assert place.counter.store.results.note_printed(result, OPERATOR, NOW) == 1
    assert place.file(result).copies == 1
    assert place.journal() == [
        ("result_wanted", OPERATOR),
        ("result_fetched", "hub"),
        ("result_opened", OPERATOR),
        ("result_printed", OPERATOR),
    ]
    assert len(place.asked()) == 1


def test_a_document_of_no_bytes_is_one(place: Place) -> None:
    """Nothing is asked for, and it is here."""
    (result,) = place.give(b"")
    place.want(result)
    place.counter.round()
    assert (place.file(result).state, place.read(result), place.asked()) == (ResultState.HERE, b"", [])


def test_a_large_document_comes_in_pieces_and_goes_on_after_a_cut(place: Place) -> None:
    """What was kept is not fetched again, after a lost answer and in another round."""
    data = os.urandom(LARGE)
    (result,) = place.give(data)
    place.want(result)
    lost: list[str] = []

    def lose_the_third(_method: str, path: str, _size: int) -> Fault | None:
        if path.startswith("/v1/results/") and len(place.asked()) == 3:
            lost.append(path)
            return Fault.LOSE_ANSWER
        return None

    place.link.plan = lose_the_third
    report = place.counter.round()
    assert (report.reach, report.results) == (HubReach.UNREACHABLE, 0)
    part = place.file(result)
    assert part.state is ResultState.WANTED
    assert 0 < part.received < LARGE
    place.link.plan = lambda *_: None
    assert place.counter.round().results == 1
    assert place.read(result) == data
    starts = [int(path.partition("offset=")[2].partition("&")[0]) for path in place.asked()]
    assert starts[3] == starts[2]
    assert all(later > earlier for earlier, later in pairwise([*starts[:2], *starts[3:]]))


def test_a_new_case_goes_before_the_next_piece(place: Place) -> None:
    """A long document on a slow line keeps no case waiting."""
    (result,) = place.give(os.urandom(LARGE))
    place.want(result)
    taken: list[str] = []

    def take_in_once() -> None:
        if place.asked() and not taken:
            taken.append(place.counter.take_in().case_number)

    place.counter.on_step = take_in_once
    before = len(place.link.seen)
    place.counter.round()
    order = [path.partition("?")[0].split("/")[2] for _, path in place.link.seen[before:]]
    fetched = [at for at, name in enumerate(order) if name == "results"]
    assert fetched[0] < order.index("batches", fetched[0]) < fetched[1]
    assert place.counter.states() == []
    assert place.file(result).state is ResultState.HERE


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda data: raw_answer("200 OK", bytes(len(data)), kind=PDF), "result_differs"),
        (lambda data: raw_answer("200 OK", data + b"more", kind=PDF), "result_differs"),
        (lambda data: raw_answer("200 OK", data[:-1], kind=PDF), "result_differs"),
        (lambda _data: raw_answer("200 OK", b"", kind=PDF), "result_differs"),
        (lambda _data: problem_answer(404, "result_unknown"), "result_unknown"),
        (lambda _data: problem_answer(400, "part_invalid"), "part_invalid"),
    ],
    ids=["other bytes", "longer", "shorter", "nothing", "404", "400"],
)
def test_a_document_that_is_another_is_not_kept(place: Place, answer: Callable[[bytes], bytes], code: str) -> None:
    """It is refused with its reason, nothing of it stays, cases go on, and a person may ask once more."""
    data = b"%PDF" + os.urandom(5_000)
    (result,) = place.give(data)
    place.want(result)
    place.link.instead = lambda _method, path: answer(data) if path.startswith("/v1/results/") else None
    place.counter.take_in()
    report = place.counter.round()
    assert (report.reach, report.code, report.results, report.delivered) == (HubReach.REACHABLE, "", 1, 1)
    file = place.file(result)
    assert (file.state, file.code, file.received) == (ResultState.REFUSED, code, 0)
    assert place.journal()[-1] == ("result_refused", "hub")
    asked = len(place.asked())
    place.counter.round()
    assert len(place.asked()) == asked
    place.link.instead = lambda _method, _path: None
    place.want(result)
    place.counter.round()
    assert place.read(result) == data


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (raw_answer("200 OK", b"<html>log in</html>", vouch=False, kind="text/html"), ErrorCode.NOT_A_HUB),
        (raw_answer("302 Found", vouch=False, Location="http://portal.test/"), ErrorCode.NOT_A_HUB),
        (raw_answer("200 OK", bytes(9 << 20), kind=PDF), ErrorCode.NOT_A_HUB),
        (problem_answer(503, "busy"), ErrorCode.HUB_BUSY),
    ],
    ids=["HTML", "redirect", "too large", "busy"],
)
def test_what_is_no_answer_of_the_hub_changes_nothing(place: Place, answer: bytes, code: ErrorCode) -> None:
    """The document stays wanted and comes with the next round."""
    data = os.urandom(5_000)
    (result,) = place.give(data)
    place.want(result)
    place.link.instead = lambda _method, path: answer if path.startswith("/v1/results/") else None
    assert place.counter.round().code == code.value
    assert (place.file(result).state, place.file(result).received) == (ResultState.WANTED, 0)
    place.link.instead = lambda _method, _path: None
    place.counter.round()
    assert place.read(result) == data


@pytest.mark.parametrize(
    "change",
    [{"size": (20 << 20) + 1}, {"size": -1}, {"sha256": "no"}, {"result_id": ""}, {"name": ""}, {"name": "长" * 201}],
    ids=lambda change: next(iter(change)),
)
def test_a_document_that_cannot_be_named_so_is_set_aside(place: Place, change: dict[str, Any]) -> None:
    """Nothing of that line is applied, and it can never be asked for."""

    def lie(_method: str, path: str, message: dict[str, Any]) -> None:
        for line in message.get("changes", ()) if path.startswith("/v1/changes") else ():
            for document in line["body"].get("results", ()):
                document.update(change)

    place.link.lie = lie
    place.give(b"anything")
    assert place.counter.store.results.of_case(place.number) == []
    aside = [line["detail"] for line in place.counter.store.journal.lines() if line["kind"] == "change_set_aside"]
    assert len(aside) == 1
    assert "bad_body" in str(aside[0])


def test_an_id_that_is_known_keeps_its_meaning(place: Place) -> None:
    """The same document named again, or another under its id, changes nothing."""
    data = os.urandom(3_000)
    (result,) = place.give(data)
    place.want(result)
    place.counter.round()

    def lie(_method: str, path: str, message: dict[str, Any]) -> None:
        for line in message.get("changes", ()) if path.startswith("/v1/changes") else ():
            for document in line["body"].get("results", ()):
                document["result_id"] = result

    place.link.lie = lie
    place.give(b"another")
    assert [file.result_id for file in place.counter.store.results.of_case(place.number)] == [result]
    assert place.read(result) == data


def test_what_is_kept_has_a_bound(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those opened longest ago make room for the newest, and can be fetched again."""
    monkeypatch.setattr(kept_results, "RESULTS_KEPT_BYTES", 10_000)
    first, second, third = place.give(*(os.urandom(4_000) for _ in range(3)))
    results = place.counter.store.results
    for minute, result in enumerate((first, second)):
        results.want(result, OPERATOR, f"2026-11-18T03:0{minute}:00.000Z")
    place.counter.round()
    results.read(first, OPERATOR, "2026-11-18T04:00:00.000Z")
    place.want(third)
    place.counter.round()
    states = [place.file(result).state for result in (first, second, third)]
    assert states == [ResultState.HERE, ResultState.NAMED, ResultState.HERE]


def test_bytes_that_were_changed_in_the_store_are_not_shown(place: Place) -> None:
    """They are sealed in their place under the case's own key."""
    (result,) = place.give(os.urandom(3_000))
    place.want(result)
    place.counter.round()
    database = place.counter.store.outbox._database
    with database.write():
        database.run("update result_parts set sealed = zeroblob(length(sealed))")
    with pytest.raises(StoreError) as caught:
        place.read(result)
    assert caught.value.code is ErrorCode.STORE_DAMAGED


def test_the_hub_gives_parts_to_the_cases_own_terminal_alone(place: Place) -> None:
    """Any part by offset and length, the whole without; nothing to others, and a refusal for what is no number."""
    data = os.urandom(1_000)
    (result,) = place.give(data)
    path = f"/v1/results/{result}"
    parts = {"": data, "?offset=990": data[990:], "?offset=10&length=5": data[10:15], "?offset=1000&length=9": b""}
    for query, part in parts.items():
        assert ask(place.hub, "GET", path + query).content == part
    for query in ("?offset=-1", "?length=x", "?offset=1e3", "?length=1234567890", "?offset=٣"):
        refused = ask(place.hub, "GET", path + query)
        assert (refused.status_code, refused.json()["code"]) == (400, "part_invalid")
    with closing(open_database(place.hub.database_url)) as database:
        enrol(database, "T-2")
    other = HubClient(place.hub.url, identity("T-2"), "0.1.0", SystemClock(), timeouts=QUICK)
    with closing(other), pytest.raises(HubAnswerError) as refused_other:
        other.result(result, 0, 10)
    assert (refused_other.value.status, refused_other.value.problem_code) == (404, "result_unknown")


def test_an_id_that_nobody_named_cannot_be_asked_for(place: Place) -> None:
    """It is refused at the counter."""
    with pytest.raises(StoreError):
        place.want("00000000-0000-7000-8000-000000000000")
    with pytest.raises(HubError):
        place.counter.client.result("00000000-0000-7000-8000-000000000000", 0, 10)


def test_a_department_gives_a_document_by_command(place: Place, tmp_path: Path) -> None:
    """Its name and kind are the file's; the matter's words name it; a file that is not there is refused by its code."""
    file = tmp_path / "测试户口注销证明.pdf"
    file.write_bytes(b"%PDF-1.7 test")
    command = ("hub", "say", place.number, "04", "in_progress", "--words", "已办好", "--db", place.hub.database_url)
    data = ("--data", tmp_path / "hub")
    missing = kiosk(*command, "--result", tmp_path / "nothing.pdf", *data)
    assert missing.error == "CAS-04"
    assert kiosk(*command, "--result", file, *data).code == 0
    place.counter.round()
    (named,) = place.counter.store.results.of_case(place.number)
    assert (named.name, named.media_type, named.size) == (file.name, PDF, 13)
    (matter,) = [one for one in place.counter.store.cases.get(place.number).matters if one.matter_id == "04"]
    assert file.name in matter.words
    place.want(named.result_id)
    place.counter.round()
    assert place.read(named.result_id) == file.read_bytes()
