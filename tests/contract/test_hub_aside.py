"""One case that cannot be worked on stops no other, on both databases; it is said where the hub's staff look."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
from department_rigs import DEPARTMENT_KEY, accept, department, full, make_due, states
from hub_rigs import HUB_KEY, STAFF_KEY, RunningHub
from hub_talk import ask, case, told
from msgspec.structs import replace
from sqlalchemy import exc, select, update
from store_rigs import SetClock

from kiosk.clock import SystemClock, iso
from kiosk.domain.case import MatterState
from kiosk.ids import uuid7
from kiosk.ports.sync import OutboxEntry
from sync.client import HubClient
from sync.hub.aside import Work, set_aside, try_again, try_rested
from sync.hub.chores import Chores, at_work
from sync.hub.clerk import ClerkScript, TrainingClerk
from sync.hub.connectors import HandOver, UnreadLine, read_news
from sync.hub.database import HubDatabase
from sync.hub.loops import Loops
from sync.hub.tables import CASES, DEPARTMENT_FEEDS, EVENTS, HAND_OVERS, SET_ASIDE
from sync.hub.training_department import TrainingDepartment
from sync.signatures import Message


def unreadable(database: HubDatabase, entry: OutboxEntry) -> bytes:
    """Make what the hub holds of a case unreadable; gives what it was."""
    mine = EVENTS.c.event_id == entry.event_id
    with database.write() as connection:
        payload: bytes = connection.execute(select(EVENTS.c.payload).where(mine)).scalar_one()
        connection.execute(update(EVENTS).where(mine).values(payload=b"{}"))
    return payload


def aside(database: HubDatabase) -> list[tuple[str, str, str]]:
    """List what is set aside: work, case, reason."""
    with database.read() as connection:
        rows = connection.execute(select(SET_ASIDE.c.work, SET_ASIDE.c.case_id, SET_ASIDE.c.reason)).all()
    return [(row.work, row.case_id, row.reason) for row in rows]


def staff(hub: RunningHub, place: str) -> requests.Response:
    """Open a page as the hub's staff."""
    return requests.get(f"{hub.url}/staff{place}", cookies={"yizhan-staff": STAFF_KEY}, timeout=10)


def state(database: HubDatabase, entry: OutboxEntry) -> str:
    """Give a case's state."""
    with database.read() as connection:
        found: str = connection.execute(select(CASES.c.state).where(CASES.c.case_id == entry.case_id)).scalar_one()
    return found


def test_a_case_that_cannot_be_accepted_is_set_aside_and_tried_when_the_hub_starts_again(
    hub: RunningHub, client: HubClient, database: HubDatabase, expect_log: Callable[[str], None]
) -> None:
    """The other is accepted; health, figures and the staff's list say it without a person's data."""
    expect_log("yizhan.hub.aside")
    bad, good = case(), case()
    told(client, bad, good)
    payload = unreadable(database, bad)
    clerk = TrainingClerk(database, SystemClock(), ClerkScript(accept_s=0, step_s=0))
    while clerk.work():
        pass
    assert (state(database, bad), state(database, good)) == ("taken_in", "finished")
    assert aside(database) == [("acceptance", bad.case_id, "ValidationError")]
    assert ask(hub, "GET", "/health").json() == {"status": "degraded", "failing": [], "set_aside": {"acceptance": 1}}
    assert 'yizhan_hub_set_aside{work="acceptance"} 1' in ask(hub, "GET", "/metrics").text
    departments, page = (staff(hub, f"/{place}") for place in ("departments", f"cases/{bad.case_id}"))
    assert (departments.status_code, page.status_code) == (200, 200)
    assert f"/staff/cases/{bad.case_id}" in departments.text
    assert "ValidationError" in departments.text
    with database.write() as connection:
        connection.execute(update(EVENTS).where(EVENTS.c.event_id == bad.event_id).values(payload=payload))
    assert clerk.work() == 0
    try_again(database)
    while clerk.work():
        pass
    assert (state(database, bad), aside(database)) == ("finished", [])
    assert ask(hub, "GET", "/health").json() == {"status": "ok"}


def test_a_case_that_cannot_be_handed_over_keeps_no_other_back(
    client: HubClient, database: HubDatabase, expect_log: Callable[[str], None]
) -> None:
    """The department gets the other one; the row says why this one waits."""
    expect_log("yizhan.hub.aside")
    bad, good = full(case()), full(case())
    told(client, bad, good)
    with department(database) as (there, line):
        accept(database, "公安")
        unreadable(database, bad)
        while line.work():
            pass
        assert {one.case_id for one in there.matters.values()} == {good.case_id}
    assert states(database, good)["04"] == "finished"
    assert aside(database) == [("hand_over", bad.case_id, "ValidationError")]
    with database.read() as connection:
        waits = select(HAND_OVERS.c.trouble).where(HAND_OVERS.c.case_id == bad.case_id, HAND_OVERS.c.matter_id == "04")
        assert connection.execute(waits).scalar_one() == "set_aside"


@pytest.mark.parametrize("gone", [False, True], ids=["another document", "no document"])
def test_a_result_that_is_not_what_was_named_stops_nothing_that_follows(
    client: HubClient, database: HubDatabase, expect_log: Callable[[str], None], *, gone: bool
) -> None:
    """What the department said of the matter counts, without the document; the next case's news arrive whole."""
    expect_log("yizhan.hub.aside")

    def script(there: TrainingDepartment, matter: HandOver) -> None:
        paper = there.add_result("测试证明.txt", "测试".encode())
        if matter.case_id == bad.case_id:
            paper = replace(paper, result_id=uuid7()) if gone else replace(paper, sha256="0" * 64)
        there.say(matter, MatterState.FINISHED, "办结", results=(paper,))

    bad, good = full(case()), full(case())
    told(client, bad)
    with department(database, script) as (_, line):
        accept(database, "公安")
        while line.work():
            pass
        told(client, good)
        accept(database, "公安")
        make_due(database, good)
        while line.work():
            pass
    assert states(database, bad)["04"] == states(database, good)["04"] == "finished"
    assert aside(database) == [("results", bad.case_id, "status_404" if gone else "result_differs")]


def test_what_is_set_aside_is_tried_again_after_a_rest(
    client: HubClient, database: HubDatabase, expect_log: Callable[[str], None]
) -> None:
    """A quarter of an hour later, without a person; what fails again rests again, what is for people stays."""
    expect_log("yizhan.hub.aside")
    clock, bad = SetClock(), case()
    clock.moment = SystemClock().now() + timedelta(minutes=1)  # later than the case comes
    told(client, bad)
    payload = unreadable(database, bad)
    clerk = TrainingClerk(database, clock, ClerkScript(accept_s=0, step_s=0))
    while clerk.work():
        pass
    with database.write() as connection:
        set_aside(connection, Work.NEWS, "公安 7", "says_nothing", iso(clock.now()))
    clock.move(minutes=14)
    try_rested(database, clock)
    assert len(aside(database)) == 2
    clock.move(minutes=2)
    try_rested(database, clock)
    assert aside(database) == [("news", "公安 7", "says_nothing")]
    clerk.work()
    assert {work for work, _, _ in aside(database)} == {"news", "acceptance"}
    with database.write() as connection:
        connection.execute(update(EVENTS).where(EVENTS.c.event_id == bad.event_id).values(payload=payload))
    clock.move(minutes=16)
    try_rested(database, clock)
    while clerk.work():
        pass
    assert state(database, bad) == "finished"
    try_again(database)
    assert aside(database) == [("news", "公安 7", "says_nothing")]


def test_staff_take_up_what_was_set_aside(
    hub: RunningHub, client: HubClient, database: HubDatabase, expect_log: Callable[[str], None]
) -> None:
    """A click tries a case again at once; another says that a line of news was seen to. Only from our own page."""
    expect_log("yizhan.hub.aside")
    bad = case()
    told(client, bad)
    with database.write() as connection:
        for work, name in ((Work.ACCEPTANCE, bad.case_id), (Work.NEWS, "公安 7")):
            set_aside(connection, work, name, "KeyError", "2026-11-18T02:00:00.000Z")
    clerk = TrainingClerk(database, SystemClock(), ClerkScript(accept_s=0, step_s=0))
    assert clerk.work() == 0
    page = staff(hub, "/departments").text
    assert (page.count("再试一次"), page.count("已处理")) == (1, 1)

    def click(work: str, name: str, origin: str = hub.url) -> int:
        form, cookies = {"work": work, "case_id": name}, {"yizhan-staff": STAFF_KEY}
        address, headers = f"{hub.url}/staff/departments", {"Origin": origin}
        sent = requests.post(address, form, cookies=cookies, headers=headers, timeout=10, allow_redirects=False)
        return sent.status_code

    assert click("acceptance", bad.case_id, "http://evil.example") == 403
    assert len(aside(database)) == 2
    assert [click("acceptance", bad.case_id) for _ in range(2)] == [303, 303]
    while clerk.work():
        pass
    assert state(database, bad) == "finished"
    assert click("news", "公安 7") == 303
    assert ask(hub, "GET", "/health").json() == {"status": "ok"}


SPOILT: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "an unknown state": (lambda line: line["statement"].update(state="测试某人"), "ValidationError $.statement.state"),
    "no case": (lambda line: line["statement"].pop("case_id"), "ValidationError $.statement"),
    "no number": (lambda line: line.update(seq="测试某人"), "ValidationError $.seq"),
    "no number at all": (lambda line: line.pop("seq"), "ValidationError $"),
    "an old number": (lambda line: line.update(seq=1), "number_not_behind"),
    "neither a statement nor a death": (lambda line: line.pop("statement"), "says_nothing"),
}


class Spoilt(TrainingDepartment):
    """A department whose second line is not what it should be."""

    def __init__(self, spoil: Callable[[dict[str, Any]], object]) -> None:
        """Begin with nothing."""
        super().__init__(DEPARTMENT_KEY, HUB_KEY.public)
        self.spoil = spoil

    def answer(self, request: Message, body: bytes) -> tuple[int, str, bytes]:
        """Spoil a page of news."""
        status, kind, content = super().answer(request, body)
        if request.target.startswith("/v1/news"):
            page = json.loads(content)
            for line in page["lines"]:
                if line["seq"] == 2:
                    self.spoil(line)
            content = json.dumps(page, ensure_ascii=False).encode()
        return status, kind, content


def feed_cursor(database: HubDatabase) -> str:
    """Give the hub's place in the department's feed."""
    with database.read() as connection:
        found: str = connection.execute(
            select(DEPARTMENT_FEEDS.c.cursor).where(DEPARTMENT_FEEDS.c.department == "公安")
        ).scalar_one()
    return found


@pytest.mark.parametrize(("spoil", "reason"), SPOILT.values(), ids=SPOILT.keys())
def test_a_line_of_news_that_cannot_be_read_is_set_aside_and_the_others_go_on(
    hub: RunningHub,
    client: HubClient,
    database: HubDatabase,
    expect_log: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[dict[str, Any]], object],
    reason: str,
) -> None:
    """Those before and behind it have their effect; staff read its number and what is wrong, nobody what it says."""
    expect_log("yizhan.hub.aside")
    there = Spoilt(spoil)
    one, other = full(case()), full(case())
    told(client, one, other)
    with department(database, there=there) as (_, line):
        accept(database, "公安")
        while line.work():
            pass
    assert (states(database, one)["04"], states(database, other)["04"]) == ("finished", "finished")
    assert feed_cursor(database) == "6"
    name = "公安 1" if reason == "number_not_behind" else "公安 2"
    assert aside(database) == [("news", name, reason)]
    assert ask(hub, "GET", "/health").json()["set_aside"] == {"news": 1}
    page = staff(hub, "/departments").text
    assert name in page
    assert reason in page
    assert "测试某人" not in page + caplog.text


def test_a_department_that_says_the_same_again_and_again_is_no_loop() -> None:
    """A page that moves nothing is the last one for now, whatever it says of more."""
    line = b'{"seq": 2, "statement": null}'
    page = read_news(b'{"lines": [%s, %s], "next_cursor": "2", "has_more": true}' % (line, line), "2")
    assert [(one.seq, one.reason) for one in page.lines if isinstance(one, UnreadLine)] == [
        (2, "number_not_behind"),
        (2, "number_not_behind"),
    ]
    assert not page.has_more


def test_the_hub_reads_on_only_once_a_bad_line_is_kept_aside(
    client: HubClient, database: HubDatabase, expect_log: Callable[[str], None]
) -> None:
    """While that cannot be written down, the place in the feed stays before the line."""
    expect_log("yizhan.hub.aside")
    told(client, full(case()))
    with department(database, there=Spoilt(SPOILT["no number"][0])) as (_, line):
        accept(database, "公安")
        line.hand_over_due()
        with database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE set_aside RENAME TO away")
        with pytest.raises(exc.DBAPIError):
            line.listen()
        assert feed_cursor(database) == "1"
        with database.write() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO set_aside")
            connection.exec_driver_sql("UPDATE department_feeds SET due_at = '2026-01-01T00:00:00.000Z'")
        while line.work():
            pass
    assert feed_cursor(database) == "3"
    assert aside(database) == [("news", "公安 2", SPOILT["no number"][1])]


def test_a_loop_that_fails_goes_on_and_says_so(expect_log: Callable[[str], None]) -> None:
    """It is not well until a pass went well again; a database that is away is no fault of it."""
    expect_log("yizhan.hub.loops")
    met: list[Exception | None] = [KeyError("x"), exc.OperationalError("", None, ValueError()), None]
    waiting, go = threading.Semaphore(0), threading.Semaphore(0)

    def work() -> None:
        waiting.release()
        assert go.acquire(timeout=20)
        if met and (error := met.pop(0)) is not None:
            raise error

    loops = Loops()
    loops.start("clerk", work, 0.001)
    found = []
    for _ in range(4):
        assert waiting.acquire(timeout=20)
        found.append(loops.states()["clerk"])
        go.release()
    for _ in range(50):
        go.release()
    loops.stop()
    assert found == [True, False, False, True]


def test_the_hubs_loops_are_named_and_well(database: HubDatabase) -> None:
    """The clerk and the watch live while the hub works, and no longer."""
    loops = Loops()
    with at_work(database, SystemClock(), HUB_KEY, Chores(ClerkScript()), loops):
        assert loops.states() == {"clerk": True, "watch": True, "set aside": True}
    assert loops.states() == {}
