"""Databases that went back in time: a hub's, a terminal's, and how both are made whole again."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hub_rigs import RunningHub, Terminal, running_hub, terminal
from sqlalchemy import delete, select
from store_rigs import file_of

from kiosk.clock import parse
from kiosk.ports.sync import SyncReport
from kiosk.store.watermark import FILE_NAME
from sync.hub.database import open_database
from sync.hub.tables import ATTACHMENTS, CASES, CHANGES, CHUNKS, CLERK_STEPS, DUPLICATES, EVENTS, MATTERS


def numbers(hub: RunningHub) -> set[str]:
    """Give the case numbers that the hub holds whole."""
    return {case["case_number"] for case in hub.contents()["cases"] if case["complete_at"]}


def lose(hub: RunningHub, case_number: str) -> None:
    """Take a case out of the hub's database, as if it had never come."""
    with closing(open_database(hub.database_url)) as database, database.write() as connection:
        case_id = connection.execute(select(CASES.c.case_id).where(CASES.c.case_number == case_number)).scalar_one()
        files = select(ATTACHMENTS.c.attachment_id).where(ATTACHMENTS.c.case_id == case_id)
        connection.execute(delete(CHUNKS).where(CHUNKS.c.attachment_id.in_(files)))
        pair = (DUPLICATES.c.case_id == case_id) | (DUPLICATES.c.other_case_id == case_id)
        connection.execute(delete(DUPLICATES).where(pair))
        for table in (ATTACHMENTS, CHANGES, CLERK_STEPS, MATTERS, EVENTS, CASES):
            connection.execute(delete(table).where(table.c.case_id == case_id))


def a_day_later(counter: Terminal) -> SyncReport:
    """Do a round on the next day."""
    counter.clock.move(days=1)
    return counter.round()


def test_a_hub_restored_from_a_backup_gets_again_what_it_lost(tmp_path: Path) -> None:
    """Its hello says that it saw less than was delivered: the rest is sent once more, files too."""
    folder = tmp_path / "hub"
    with running_hub(folder) as hub, terminal(tmp_path / "terminal", hub.url) as counter:
        port = hub.port
        kept = counter.take_in(file_of(5_000))
        counter.round()
        hub_after_one = tmp_path / "backup"
        shutil.copytree(folder, hub_after_one)
        lost = counter.take_in(file_of(70_000), file_of(0))
        counter.round()
        assert counter.store.outbox.counts().delivered == 2
    shutil.rmtree(folder)
    shutil.copytree(hub_after_one, folder)
    with running_hub(folder, port=port) as hub, terminal(tmp_path / "terminal", hub.url) as counter:
        assert numbers(hub) == {kept.case_number}
        counter.round()
        assert numbers(hub) == {kept.case_number, lost.case_number}
        assert counter.store.outbox.counts().delivered == 2


def test_a_hub_set_up_anew_gets_everything_again(tmp_path: Path) -> None:
    """It has never heard of the terminal: all is compared, and all is sent."""
    with running_hub(tmp_path / "hub") as hub, terminal(tmp_path / "terminal", hub.url) as counter:
        taken = {counter.take_in(file_of(2_000)).case_number for _ in range(3)}
        counter.round()
    with running_hub(tmp_path / "new_hub") as hub, terminal(tmp_path / "terminal", hub.url) as counter:
        counter.round()
        assert numbers(hub) == taken


def test_a_hub_restored_from_a_backup_is_heard_to_the_end(tmp_path: Path) -> None:
    """It gives the numbers of lost lines to other ones; a cursor from before does not step over them."""
    folder, backup = tmp_path / "hub", tmp_path / "backup"
    with running_hub(folder) as hub, terminal(tmp_path / "terminal", hub.url) as counter:
        port = hub.port
        counter.take_in()
        counter.round()
        shutil.copytree(folder, backup)
        lost = counter.take_in()
        counter.round()
    shutil.rmtree(folder)
    shutil.copytree(backup, folder)
    with running_hub(folder, port=port) as hub, terminal(tmp_path / "terminal", hub.url) as counter:
        before = len(counter.store._database.rows("select 1 from inbox"))
        counter.round()
        heard = counter.store._database.rows("select case_id from inbox order by rowid")[before:]
        assert [row["case_id"] for row in heard] == [lost.case_id]


def test_the_daily_comparison_finds_one_case_among_many(
    counter: Terminal, hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hole in the middle is found by halving and is filled; nothing else is sent again."""
    monkeypatch.setattr("sync.reconcile.RECONCILE_NAMED", 4)
    taken = [counter.take_in() for _ in range(50)]
    counter.round()
    lose(hub, taken[20].case_number)
    assert counter.round().announced == 0, "once a day is enough"
    assert a_day_later(counter).announced == 1
    assert len(numbers(hub)) == 50
    assert a_day_later(counter).announced == 0


def test_a_restored_terminal_learns_what_only_the_hub_has(tmp_path: Path, hub: RunningHub) -> None:
    """An older copy of the database lost a case: the hub still has it, and the counter is told how many there are."""
    here = tmp_path / "terminal"
    with terminal(here, hub.url) as counter:
        first = counter.take_in()
        counter.round()
    shutil.copytree(here, tmp_path / "copy")
    with terminal(here, hub.url) as counter:
        second = counter.take_in()
        counter.round()
    mark = (here / FILE_NAME).read_bytes()
    shutil.rmtree(here)
    shutil.copytree(tmp_path / "copy", here)
    (here / FILE_NAME).write_bytes(mark)
    with terminal(here, hub.url) as counter:
        counter.round()
        assert counter.store.outbox.counts().hub_only == 1
        third = counter.take_in()
        counter.round()
        assert numbers(hub) == {first.case_number, second.case_number, third.case_number}
        assert a_day_later(counter).code == ""
        assert counter.store.outbox.counts().hub_only == 1


def test_the_last_delivery_is_told_by_the_hubs_time(counter: Terminal) -> None:
    """A clock that stood a minute ahead for one case does not outlast the next."""
    times = []
    for minutes in (1, -1):
        counter.clock.move(minutes=minutes)
        counter.take_in()
        counter.round()
        times.append(counter.store.outbox.counts().last_acknowledged_at)
    first, second = (parse(at or "") for at in times)
    assert first < second < first + timedelta(seconds=30)


def test_a_wait_or_a_shelved_case_does_not_spoil_the_comparison(counter: Terminal, hub: RunningHub) -> None:
    """Only what the hub said it received is compared."""
    counter.take_in()
    counter.round()
    counter.take_in()
    counter.clock.move(days=2)
    assert counter.round().code == ""
    assert len(numbers(hub)) == 2
