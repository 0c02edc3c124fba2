"""Who may speak with the hub: enrolment, signatures, replays, clocks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest
from hub_rigs import HUB_KEY, QUICK, TERMINAL, RunningHub, identity, running_hub
from hub_talk import ask_as_is, case, refusal, signature, told, verdict
from store_rigs import SetClock

from kiosk.clock import SystemClock
from kiosk.crypto.signing import SigningKey
from kiosk.domain.numbering import CaseNumber
from kiosk.errors import ErrorCode, HubError, InputError
from sync.answers import HubAnswerError
from sync.client import HubClient, Identity
from sync.digest import HEADER, content_digest
from sync.hub import enrolment
from sync.hub.database import open_database
from sync.hub.desk import HubTerms
from sync.messages import TERMINAL_HEADER, EnrolledStation

BARE = {TERMINAL_HEADER: TERMINAL, HEADER: content_digest(b"")}
KNOWN = replace(identity(), hub_key=HUB_KEY.public)


@pytest.fixture(scope="module")
def hub(hub_database: str) -> Iterator[RunningHub]:
    """Run a hub for training, on each kind of database."""
    with running_hub(hub_database) as running:
        yield running


@pytest.fixture(scope="module")
def strict(hub_database: str) -> Iterator[RunningHub]:
    """Run a hub that wants codes, on the same database."""
    with running_hub(hub_database, terms=HubTerms(open_enrolment=False)) as running:
        yield running


def client_of(hub: RunningHub, who: Identity) -> HubClient:
    """Make a client."""
    return HubClient(hub.url, who, "0.1.0", SystemClock(), timeouts=QUICK)


def frame_of(terminal_id: str) -> str:
    """Give a terminal's code in its case numbers."""
    return hashlib.sha256(terminal_id.encode()).hexdigest()[:3].upper()


def code_for(hub: RunningHub, terminal_id: str, age: timedelta = timedelta()) -> str:
    """Have the hub's staff make a code."""
    station = EnrolledStation(
        terminal_id=terminal_id, title="测试殡仪馆", division="370100", terminal_code=frame_of(terminal_id)
    )
    with closing(open_database(hub.database_url)) as database:
        return enrolment.issue_code(database, station, SystemClock().now() - age)


def stranger(terminal_id: str, seed: int) -> Identity:
    """Give a terminal a key that the hub has not seen."""
    return Identity(terminal_id, SigningKey(bytes([seed]) * 32), HUB_KEY.public)


def test_a_terminal_uses_no_numbers_but_its_own(strict: RunningHub) -> None:
    """Another's frame, a wrong character, no number at all: refused; its own goes in, also under its next code."""
    first, second = (replace(identity(name), hub_key=HUB_KEY.public) for name in ("T-own", "T-robber"))
    clients = [client_of(strict, who) for who in (first, second)]
    for who, client in zip((first, second), clients, strict=True):
        client.enrol(code_for(strict, who.terminal_id), "test")
    own = CaseNumber("370100", frame_of("T-own"), "A", date(2026, 11, 18), 1)
    wrong = str(own)[:-1] + ("0" if str(own)[-1] != "0" else "1")
    for stolen in (str(own), wrong, str(own).lower(), "BENCH1"):
        entry = case(case_number=stolen, terminal="T-robber")
        assert [verdict(one) for one in told(clients[1], entry)] == [("rejected", "case_number_foreign")]
    assert [one.status for one in told(clients[0], case(case_number=str(own), terminal="T-own"))] == ["received"]
    machine = client_of(strict, stranger("T-own", 77))
    machine.enrol(code_for(strict, "T-own"), "test")
    after = str(replace(own, series="B"))
    assert [one.status for one in told(machine, case(case_number=after, terminal="T-own"))] == ["received"]
    for client in (*clients, machine):
        client.close()


def test_an_unsigned_request_is_refused(hub: RunningHub) -> None:
    """401, and nothing is read."""
    assert refusal(ask_as_is(hub, "GET", "/v1/hello", b"", BARE)) == (401, "signature_invalid")


def test_a_signature_of_another_path_is_refused(hub: RunningHub) -> None:
    """A signature is for one request only."""
    signed = BARE | signature("GET", "/v1/changes", BARE)
    assert refusal(ask_as_is(hub, "GET", "/v1/hello", b"", signed)) == (401, "signature_invalid")


def test_the_same_request_a_second_time_is_a_replay(hub: RunningHub) -> None:
    """What somebody recorded on the line opens nothing."""
    signed = BARE | signature("GET", "/v1/changes?cursor=", BARE)
    assert ask_as_is(hub, "GET", "/v1/changes?cursor=", b"", signed).status_code == 200
    assert refusal(ask_as_is(hub, "GET", "/v1/changes?cursor=", b"", signed)) == (401, "replayed")


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_future_signature_is_told_the_time(hub: RunningHub, minutes: int) -> None:
    """401 with the hub's time, so that the terminal can ask again rightly."""
    then = SystemClock().now() + timedelta(minutes=minutes)
    answer = ask_as_is(hub, "GET", "/v1/hello", b"", BARE | signature("GET", "/v1/hello", BARE, then))
    assert refusal(answer) == (401, "clock_skew")
    assert answer.json()["server_time"].startswith(SystemClock().now().strftime("%Y-%m-%dT%H:"))


def test_a_terminal_with_a_wrong_clock_learns_the_time_and_goes_on(hub: RunningHub) -> None:
    """One refusal, then it signs with the hub's time; its own clock is left alone."""
    client = HubClient(hub.url, KNOWN, "0.1.0", SetClock(), timeouts=QUICK)
    assert client.hello().protocol.min == 1
    assert client.changes("").has_more is False
    client.close()


def test_a_key_speaks_for_its_own_terminal_alone(hub: RunningHub) -> None:
    """Another terminal's name under our signature is refused."""
    named = BARE | {TERMINAL_HEADER: "T-other"}
    signed = named | signature("GET", "/v1/hello", named)
    assert refusal(ask_as_is(hub, "GET", "/v1/hello", b"", signed)) == (403, "terminal_differs")


def test_an_answer_that_another_key_signed_is_no_hubs(hub: RunningHub) -> None:
    """Whoever sits between can answer, but not as the hub that enrolled us."""
    client = client_of(hub, replace(KNOWN, hub_key=SigningKey(bytes(32)).public))
    with pytest.raises(HubError) as caught:
        client.hello()
    assert caught.value.code is ErrorCode.NOT_A_HUB
    client.close()


def test_a_training_hub_enrols_whoever_comes(hub: RunningHub) -> None:
    """A terminal in training knows no hub's key, is enrolled in passing, and its request is answered."""
    client = client_of(hub, replace(stranger("T-new", 1), hub_key=None))
    assert client.hello().protocol.min == 1
    client.close()


def test_a_real_terminal_is_not_enrolled_in_passing(hub: RunningHub) -> None:
    """One that was enrolled and is unknown now pauses and calls a person."""
    client = client_of(hub, stranger("T-lost", 2))
    with pytest.raises(HubAnswerError) as caught:
        client.hello()
    assert (caught.value.code, caught.value.problem_code) == (ErrorCode.HUB_KEY_REFUSED, "key_unknown")
    client.close()


def test_a_code_enrols_one_key_and_says_who_it_is(strict: RunningHub) -> None:
    """The code names the terminal; asked again after a lost answer it says the same; another machine gets nothing."""
    code = code_for(strict, "T-coded")
    first, second = client_of(strict, stranger("unnamed", 3)), client_of(strict, stranger("unnamed", 4))
    answer = first.enrol(code.lower(), "test")
    assert (answer.station.terminal_id, answer.station.title) == ("T-coded", "测试殡仪馆")
    assert first.enrol(code, "test").station == answer.station
    with pytest.raises(HubAnswerError) as caught:
        second.enrol(code, "test")
    assert caught.value.problem_code == "code_refused"
    named = client_of(strict, stranger("T-coded", 3))
    assert named.hello().protocol.min == 1
    for client in (first, second, named):
        client.close()


def test_two_terminals_never_get_the_same_numbers(strict: RunningHub) -> None:
    """Division and terminal code are in every case number: a code that gives them out twice is not made."""
    station = EnrolledStation(terminal_id="T-first", division="370199", terminal_code="T01")
    now = SystemClock().now()
    with closing(open_database(strict.database_url)) as database:
        enrolment.issue_code(database, station, now)
        enrolment.issue_code(database, station, now)
        for other in (
            msgspec.structs.replace(station, terminal_id="T-second"),
            msgspec.structs.replace(station, terminal_code=""),
        ):
            with pytest.raises(InputError):
                enrolment.issue_code(database, other, now)
        enrolment.issue_code(
            database, msgspec.structs.replace(station, terminal_id="T-second", terminal_code="T02"), now
        )


@pytest.mark.parametrize("code", ["", "WRONGWRONG23"])
def test_without_a_right_code_nobody_is_enrolled(strict: RunningHub, code: str) -> None:
    """None, or one that was never made."""
    client = client_of(strict, stranger("T-thief", 5))
    with pytest.raises(HubAnswerError) as caught:
        client.enrol(code, "test")
    assert caught.value.problem_code == ("code_refused" if code else "code_wanted")
    client.close()


def test_a_code_runs_out(strict: RunningHub) -> None:
    """After a week it opens nothing."""
    client = client_of(strict, stranger("T-late", 6))
    with pytest.raises(HubAnswerError) as caught:
        client.enrol(code_for(strict, "T-late", timedelta(days=8)), "test")
    assert caught.value.problem_code == "code_refused"
    client.close()


def test_a_new_code_takes_the_terminal_from_its_old_key(strict: RunningHub) -> None:
    """A machine that was stolen or replaced is locked out when the new one is enrolled."""
    old, new = client_of(strict, stranger("T-moved", 7)), client_of(strict, stranger("T-moved", 8))
    old.enrol(code_for(strict, "T-moved"), "old")
    assert old.hello().protocol.min == 1
    new.enrol(code_for(strict, "T-moved"), "new")
    assert new.hello().protocol.min == 1
    with pytest.raises(HubAnswerError) as caught:
        old.hello()
    assert caught.value.problem_code == "key_unknown"
    old.close()
    new.close()
