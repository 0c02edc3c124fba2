"""What the hub does of itself while a case goes on: the clerk in training, days that pass, notices to the family."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from department_rigs import PHONE, Telephones, accept, changed, full, lines, states
from hub_talk import case, told
from sqlalchemy import select
from store_rigs import SetClock

from kiosk.clock import SystemClock, local
from sync.client import HubClient
from sync.hub.clerk import ClerkScript, TrainingClerk
from sync.hub.database import HubDatabase
from sync.hub.deadlines import note_overdue
from sync.hub.notices import GatewayError, TrainingGateway, send_notices
from sync.hub.tables import CASES, NOTICES


def test_of_two_matters_that_are_granted_once_the_first_ends_the_other(
    client: HubClient, database: HubDatabase
) -> None:
    """Both wait for verification: one is taken up, the other ends with why, and never moves again."""

    def two(payload: dict[str, Any]) -> None:
        matter = payload["matters"][1] | {"state": "awaiting_verification", "department": "人社", "due": None}
        names = {"19": "丧葬补助金", "25": "失业期间丧葬补助金", "17": "养老金"}
        payload["matters"] = [matter | {"matter_id": key, "name": name} for key, name in names.items()]

    entry = changed(case(), two)
    told(client, entry)
    clerk = TrainingClerk(database, SystemClock(), ClerkScript(accept_s=0, step_s=0))
    while clerk.work():
        pass
    assert states(database, entry) == {"19": "finished", "25": "refused", "17": "finished"}
    ends = [body for kind, body in lines(client, entry) if kind == "matter_state" and body["matter_id"] == "25"]
    assert [body["state"] for body in ends] == ["refused"]
    assert "企业职工丧葬补助金" in ends[0]["words"]
    assert lines(client, entry)[-1][1]["state"] == "finished"


@pytest.mark.parametrize(
    ("dues", "asked_by"), [(["2099-01-05", "2099-02-01"], "2099-02-01"), (["2000-01-03", None], None)]
)
def test_nothing_is_asked_for_before_the_day_it_was_promised_for(
    client: HubClient, database: HubDatabase, dues: list[str | None], asked_by: str | None
) -> None:
    """What follows later has its day; a promise that has passed, or none, gets the clerk's own ten days."""

    def deferred(payload: dict[str, Any]) -> None:
        payload["matters"][0] |= {"mode": "application"}
        payload["materials"] = [
            {"material_id": key, "name": key, "status": "deferred" if due else "missing", "due": due}
            for key, due in zip(("cremation_certificate", "bank_account"), dues, strict=True)
        ]

    entry = changed(case(), deferred)
    told(client, entry)
    clerk = TrainingClerk(database, SystemClock(), ClerkScript(accept_s=0, step_s=0, asks=True))
    while clerk.work():
        pass
    asked = [body["due"] for kind, body in lines(client, entry) if body.get("state") == "correction_requested"]
    ten_days = (local(SystemClock().now()).date() + timedelta(days=10)).isoformat()
    assert set(asked) == {asked_by or ten_days}


def test_an_overdue_matter_is_noted_once_and_told(client: HubClient, database: HubDatabase) -> None:
    """The day after its day: the terminal hears it in words, the row keeps when; a second look changes nothing."""
    entry = full(case())
    told(client, entry)
    accept(database, "公安", "人社")
    clock = SetClock()
    clock.moment = SystemClock().now().replace(year=2026, month=11, day=20, hour=2)
    note_overdue(database, clock)
    told_before = [body for kind, body in lines(client, entry) if kind == "matter_state"]
    clock.moment = clock.moment.replace(day=21)
    assert note_overdue(database, clock) >= 1
    assert note_overdue(database, clock) == 0
    told_after = [body for kind, body in lines(client, entry) if kind == "matter_state"]
    assert len(told_after) == len(told_before) + 1
    assert (told_after[-1]["matter_id"], told_after[-1]["state"]) == ("04", "taken_in")
    assert "2026-11-20" in told_after[-1]["words"]


@pytest.mark.parametrize("consents", [True, False])
def test_notices_go_to_consented_numbers_only(client: HubClient, database: HubDatabase, consents: bool) -> None:
    """Accepted and finished, each once, without anybody's name; none at all where nobody agreed."""
    entry = full(case(), consents=consents)
    told(client, entry)
    clerk = TrainingClerk(database, SystemClock(), ClerkScript(accept_s=0, step_s=0))
    while clerk.work():
        pass
    gateway, clock = Telephones(), SetClock()
    gateway.fails = 1
    clock.moment = SystemClock().now()
    for _ in range(10):
        clock.move(seconds=10)
        send_notices(database, gateway, clock)
    with database.read() as connection:
        number = connection.execute(select(CASES.c.case_number).where(CASES.c.case_id == entry.case_id)).scalar_one()
        kinds = connection.execute(select(NOTICES.c.kind).where(NOTICES.c.case_id == entry.case_id)).scalars().all()
    sent = [(phone, text) for _, phone, text in gateway.sent if number in text]
    assert sorted(kinds) == (["accepted", "finished"] if consents else [])
    assert [phone for phone, _ in sent] == [PHONE] * len(kinds)
    assert len({notice_id for notice_id, _, _ in gateway.sent}) == len(gateway.sent)
    assert not any("测试" in text for _, text in sent)


def test_the_training_gateway_writes_covered_numbers(tmp_path: Path) -> None:
    """What lies in its file is no telephone number."""
    path = tmp_path / "notices.jsonl"
    TrainingGateway(path).send("id", PHONE, "测试")
    assert PHONE not in path.read_text("utf-8")
    with pytest.raises(GatewayError):
        TrainingGateway(tmp_path / "none" / "x").send("id", PHONE, "测试")
