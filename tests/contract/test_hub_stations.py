"""What a hub says to stations, keys that follow keys, and disks that were copied."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hub_rigs import HUB_KEY, QUICK, RunningHub, Terminal, running_hub, terminal
from hub_talk import EPOCH, case
from store_rigs import file_of, intake_of

from kiosk.clock import SystemClock, iso
from kiosk.crypto.passwords import hash_password, verify_password
from kiosk.crypto.signing import SigningKey
from kiosk.errors import InputError
from kiosk.ids import EventId, OperatorId, uuid7
from kiosk.packets.events import case_taken_in_payload
from kiosk.ports.store import NumberFrame, OperatorRecord
from sync.answers import HubAnswerError
from sync.client import HubClient, Identity
from sync.hub import enrolment, stations
from sync.hub.database import HubDatabase, open_database
from sync.hub.problems import Problem
from sync.hub.show import hub_contents
from sync.hub.tables import TERMINALS
from sync.messages import EnrolledStation, NewKey, OperatorLine

SECRET = "测试口令 1"


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """Run a hub."""
    with running_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def counter(hub: RunningHub, tmp_path: Path) -> Iterator[Terminal]:
    """Open a terminal that has met the hub, at a station."""
    with terminal(tmp_path / "terminal", hub.url) as counter:
        counter.round()
        with closing(open_database(hub.database_url)) as database, database.write() as connection:
            connection.execute(TERMINALS.update().values(station="SHS01"))
        yield counter


@pytest.fixture
def database(hub: RunningHub) -> Iterator[HubDatabase]:
    """Open the hub's database beside it."""
    with closing(open_database(hub.database_url)) as database:
        yield database


def operator(operator_id: str, name: str = "测试己", role: str = "clerk") -> OperatorLine:
    """Make an operator."""
    return OperatorLine(operator_id=operator_id, name=name, role=role, password_hash=hash_password(SECRET))  # type: ignore[arg-type]  # one of the roles


def client_of(hub: RunningHub, terminal_id: str, key: SigningKey) -> HubClient:
    """Make an enrolled terminal's client."""
    who = Identity(terminal_id, key, HUB_KEY.public)
    return HubClient(hub.url, who, "0.1.0", SystemClock(), timeouts=QUICK)


def enrolled(hub: RunningHub, database: HubDatabase, terminal_id: str, code: str, key: SigningKey) -> HubClient:
    """Enrol a key for a terminal."""
    station = EnrolledStation(terminal_id=terminal_id, id="SHS01", division="370100", terminal_code=code)
    client = client_of(hub, terminal_id, key)
    client.enrol(enrolment.issue_code(database, station, SystemClock().now()), "test")
    return client


def test_operators_come_to_the_terminals_of_their_station(counter: Terminal, database: HubDatabase) -> None:
    """With name, role and password; who is changed is changed, who is removed cannot sign in, others are left alone."""
    own = OperatorRecord(OperatorId("own"), "测试庚", "technician", hash_password("own"))
    counter.store.operators.put(own)
    stations.keep_operator(database, "SHS01", operator("w03"))
    stations.keep_operator(database, "SHS01", operator("w04"))
    stations.keep_operator(database, "SHS02", operator("elsewhere"))
    counter.round()
    known = {record.operator_id: record for record in counter.store.operators.all()}
    assert set(known) == {"own", "w03", "w04"}
    assert (known[OperatorId("w03")].name, known[OperatorId("w03")].role) == ("测试己", "clerk")
    assert verify_password(known[OperatorId("w03")].password_hash, SECRET)
    stations.keep_operator(database, "SHS01", operator("w03", "测试辛", "supervisor"))
    stations.remove_operator(database, "SHS01", "w04")
    counter.round()
    known = {record.operator_id: record for record in counter.store.operators.all()}
    assert (known[OperatorId("w03")].name, known[OperatorId("w03")].role) == ("测试辛", "supervisor")
    assert not verify_password(known[OperatorId("w04")].password_hash, SECRET)
    assert known[OperatorId("own")] == own
    with pytest.raises(InputError):
        stations.remove_operator(database, "SHS01", "w04")


def test_what_holds_is_read_once_and_again_when_it_changes(counter: Terminal, database: HubDatabase) -> None:
    """A station of which nothing is said asks nothing; a version that is known is not read again."""
    assert counter.client.hello().station == counter.store.outbox.state().station_version == ""
    stations.keep_operator(database, "SHS01", operator("w03"))
    counter.round()
    version = counter.store.outbox.state().station_version
    assert counter.client.hello().station == version != ""
    counter.store.operators.put(OperatorRecord(OperatorId("w03"), "改过", "clerk", ""))
    counter.round()
    assert counter.store.operators.all()[0].name == "改过"


def test_words_of_the_staff_reach_the_counter_and_go_again(counter: Terminal, database: HubDatabase) -> None:
    """They stand until they are taken back; a terminal that is not known is said."""
    now = iso(SystemClock().now())
    stations.tell_terminal(database, "T-1", "今晚升级", now)
    counter.round()
    assert [(notice.words, notice.since) for notice in counter.store.outbox.notices()] == [("今晚升级", now)]
    stations.tell_terminal(database, "T-1", "", now)
    counter.round()
    assert counter.store.outbox.notices() == ()
    with pytest.raises(InputError):
        stations.tell_terminal(database, "T-nobody", "x", now)


def test_a_terminal_that_is_asked_to_begins_anew_once(
    hub: RunningHub, counter: Terminal, database: HubDatabase
) -> None:
    """The feed is read from its beginning and all events are compared; nothing is applied or sent twice."""
    taken = counter.take_in(file_of(5_000))
    counter.round()
    hub.clerk_works(SystemClock())
    counter.round()
    before = counter.store.outbox.state()
    assert before.cursor
    stations.ask_anew(database, "T-1")
    counter.round()
    assert counter.store.outbox.state().cursor == ""
    assert counter.store.outbox.state().reconciled_at is None
    assert counter.round().changes == 0
    after = counter.store.outbox.state()
    assert (after.cursor, after.reconciled_at is not None) == (before.cursor, True)
    assert counter.store.cases.get(taken.case_number).state == "accepted"
    counter.round()
    assert counter.store.outbox.state().cursor == before.cursor


def test_a_new_key_holds_from_its_first_use_and_ends_the_old_one(hub: RunningHub, database: HubDatabase) -> None:
    """Until then the old one holds, so that a lost answer costs nothing; afterwards it opens nothing."""
    first, second = SigningKey(bytes([1]) * 32), SigningKey(bytes([2]) * 32)
    old = enrolled(hub, database, "T-rolls", "R01", first)
    old.renew_key(second)
    old.renew_key(second)
    assert old.hello().protocol.min == 1
    new = client_of(hub, "T-rolls", second)
    assert new.hello().protocol.min == 1
    with pytest.raises(HubAnswerError) as caught:
        old.hello()
    assert caught.value.problem_code == "key_unknown"
    with pytest.raises(HubAnswerError) as caught:
        new.renew_key(first)
    assert caught.value.problem_code == "key_revoked"
    for client in (old, new):
        client.close()


def test_a_key_is_named_by_who_has_it_alone(hub: RunningHub, database: HubDatabase) -> None:
    """Neither a proof for another terminal nor another terminal's key is taken."""
    first, second, third = (SigningKey(bytes([seed]) * 32) for seed in (3, 4, 5))
    one = enrolled(hub, database, "T-one", "N01", first)
    other = enrolled(hub, database, "T-other", "N02", second)
    with pytest.raises(HubAnswerError) as caught:
        one.renew_key(second)
    assert caught.value.problem_code == "key_of_another"
    public = base64.b64encode(third.public).decode()
    stolen = NewKey(public_key=public, proof=base64.b64encode(third.sign(b"another")).decode())
    with pytest.raises(Problem) as refused:
        enrolment.take_new_key(database, "T-one", json.dumps(
            {"public_key": stolen.public_key, "proof": stolen.proof}).encode(), SystemClock().now())  # fmt: skip
    assert (refused.value.status, refused.value.code) == (403, "key_unproven")
    for client in (one, other):
        client.close()


def test_an_old_code_does_not_bring_an_old_key_back(hub: RunningHub, database: HubDatabase) -> None:
    """Who has the machine that was replaced cannot lock out the one that replaced it."""
    now = SystemClock().now()
    station = EnrolledStation(terminal_id="T-was", id="SHS01", division="370100", terminal_code="W01")
    old_code = enrolment.issue_code(database, station, now)
    old = client_of(hub, "T-was", SigningKey(bytes([6]) * 32))
    old.enrol(old_code, "old")
    new = enrolled(hub, database, "T-was", "W01", SigningKey(bytes([7]) * 32))
    with pytest.raises(HubAnswerError) as caught:
        old.enrol(old_code, "old")
    assert caught.value.problem_code == "key_revoked"
    assert new.hello().protocol.min == 1
    for client in (old, new):
        client.close()


def test_a_copied_disk_is_refused_and_both_counters_are_told(
    hub: RunningHub, database: HubDatabase, tmp_path: Path
) -> None:
    """Who acts second after the copy is the younger: nothing of it is taken, the other goes on, also further ahead."""
    with terminal(tmp_path / "terminal", hub.url) as first:
        first.take_in()
        first.round()
    shutil.copytree(tmp_path / "terminal", tmp_path / "copy")
    with terminal(tmp_path / "terminal", hub.url) as first, terminal(tmp_path / "copy", hub.url) as copy:
        first.take_in()
        assert first.round().delivered == 1
        assert first.store.outbox.notices() == ()
        for _ in range(3):  # these are further than the first has come
            copy.take_in()
        copied = copy.round()
        assert (copied.delivered, copied.needs_attention) == (0, 2)
        assert {code for _, code in copy.states()} == {"terminal_cloned"}
        first.take_in()
        assert (first.round().delivered, first.states()) == (1, [])
        copy.store.outbox.retry_now("2027-01-01T00:00:00.000Z")
        assert copy.round().delivered == 0
        assert len(copy.states()) == 3
        told = first.store.outbox.notices()
        assert "复制" in told[0].words
        assert told == copy.store.outbox.notices()
    assert len(hub_contents(database)["cases"]) == 3


def take_in_at(station: Terminal, code: str, terminal_id: str) -> None:
    """Take in a case with a file under another terminal's numbers."""
    intake = intake_of(file_of(3_000))
    frame = NumberFrame("370100", code)
    station.store.cases.take_in(intake, frame, lambda number: case_taken_in_payload(number, intake, terminal_id))


def test_a_copy_that_becomes_a_terminal_of_its_own_brings_its_cases_once(
    hub: RunningHub, database: HubDatabase, tmp_path: Path
) -> None:
    """As the words say: what was refused is taken in anew there; the older goes on meanwhile, and all stand once."""
    with terminal(tmp_path / "terminal", hub.url) as first:
        first.take_in()
        first.round()
    shutil.copytree(tmp_path / "terminal", tmp_path / "copy")
    with terminal(tmp_path / "terminal", hub.url) as first, terminal(tmp_path / "copy", hub.url) as copy:
        first.take_in(file_of(2_000))
        first.round()
        for _ in range(4):
            copy.take_in(file_of(3_000))
        assert copy.round().delivered == 0
        waiting = copy.states()
        [refused, *_] = copy.store.outbox.queue()
        assert (len(waiting), "空的数据文件夹" in refused.error_words) == (4, True)
        with terminal(tmp_path / "fresh", hub.url, "T-2") as fresh:
            for _ in waiting:
                take_in_at(fresh, "T02", "T-2")
            assert (fresh.round().delivered, fresh.states()) == (4, [])
        for _ in range(6):  # past the places where the copy stands
            first.take_in(file_of(2_000))
        assert (first.round().delivered, first.states()) == (6, [])
    counts = hub_contents(database)["counts"]
    assert counts["cases"] == counts["events"] == counts["complete_cases"] == 12


def test_a_new_code_ends_the_alarm(hub: RunningHub, database: HubDatabase) -> None:
    """The one that is enrolled anew is the terminal; nobody is told of a copy any more."""
    client = enrolled(hub, database, "T-cured", "T01", SigningKey(bytes([8]) * 32))
    one = case(terminal="T-cured")
    client.announce(client.batch(EPOCH, [one]))
    twin = replace(case(terminal="T-cured"), seq=one.seq)
    assert client.announce(client.batch(EPOCH, [twin])).results[0].code == "terminal_cloned"
    assert len(client.station().notices) == 1
    cured = enrolled(hub, database, "T-cured", "T01", SigningKey(bytes([9]) * 32))
    assert cured.station().notices == ()
    for open_client in (client, cured):
        open_client.close()


def test_under_the_alarm_the_older_goes_on_behind_what_was_refused(hub: RunningHub, database: HubDatabase) -> None:
    """It names the newest that is here and needs no person; what the copy has further ahead waits, all of it."""
    client = enrolled(hub, database, "T-older", "T01", SigningKey(bytes([11]) * 32))
    one = case(terminal="T-older")
    client.announce(client.batch(EPOCH, [one]))
    twin = replace(case(terminal="T-older"), seq=one.seq)
    refused, own, after = (case(terminal="T-older") for _ in range(3))
    own = replace(own, seq=one.seq + 2, previous=refused.event_id, follows=one.event_id)
    after = replace(after, seq=one.seq + 3, previous=own.event_id, follows=own.event_id)
    ahead = [replace(case(terminal="T-older"), seq=one.seq + 10 + place) for place in range(3)]
    chain = [
        replace(entry, previous=before.event_id, follows=before.event_id)
        for before, entry in zip([twin, *ahead[:2]], ahead, strict=True)
    ]
    copied = client.announce(client.batch(EPOCH, [twin, *chain])).results
    assert [result.status for result in copied] == ["rejected", "retry", "retry", "retry"]
    assert [result.status for result in client.announce(client.batch(EPOCH, [own, after])).results] == [
        "received",
        "received",
    ]
    bare = replace(case(terminal="T-older"), seq=one.seq + 5, previous=EventId(uuid7()))
    assert client.announce(client.batch(EPOCH, [bare])).results[0].status == "retry"
    client.close()


def test_events_that_come_late_or_alone_are_no_copy(hub: RunningHub, database: HubDatabase) -> None:
    """One whose predecessor waits, was refused or came under an earlier epoch is taken; one with another is not."""
    client = enrolled(hub, database, "T-late", "T01", SigningKey(bytes([10]) * 32))
    first, second, third = (case(terminal="T-late") for _ in range(3))
    follows = replace(third, seq=second.seq + 1, previous=second.event_id)
    assert client.announce(client.batch(EPOCH, [follows])).results[0].status == "received"
    assert (
        client.announce(client.batch(EPOCH, [replace(second, previous=first.event_id)])).results[0].status == "received"
    )
    assert client.announce(client.batch("e" * 32, [replace(first, seq=second.seq)])).results[0].status == "received"
    stranger = replace(case(terminal="T-late"), seq=follows.seq + 1, previous=EventId(uuid7()))
    assert client.announce(client.batch(EPOCH, [stranger])).results[0].code == "terminal_cloned"
    client.close()
