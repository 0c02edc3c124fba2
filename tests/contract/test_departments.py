"""Handing matters to departments over real HTTP, what comes back, and what never leaves, on both databases."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import msgspec
import pytest
from department_rigs import (
    ACCOUNT,
    DEPARTMENT_KEY,
    accept,
    changed,
    department,
    full,
    lines,
    make_due,
    states,
)
from hub_rigs import HUB_KEY, QUICK, RunningHub
from hub_talk import ask, case, event, told
from sqlalchemy import select
from store_rigs import SetClock, file_of

from kiosk.clock import Clock, SystemClock
from kiosk.crypto.signing import SigningKey
from kiosk.domain.case import MatterState
from kiosk.packets.canonical import canonical_json
from sync.client import HubClient
from sync.hub.connector_http import HttpConnector, department_document
from sync.hub.connectors import DeathRegistered, HandOver
from sync.hub.database import HubDatabase
from sync.hub.fanout import Line
from sync.hub.permissions import allowed_fields, needed_paths, read_case, service_of
from sync.hub.tables import CASES, HAND_OVERS, MATTERS
from sync.hub.training_department import TrainingDepartment, finish, serving


def test_a_matter_goes_to_its_department_and_comes_back_finished_with_a_document(
    hub: RunningHub, client: HubClient, database: HubDatabase
) -> None:
    """Handed over once with its file, answered, the document fetched and offered to the terminal alone."""
    file = file_of(5_000)
    entry = full(case(file))
    told(client, entry)
    client.upload(file[0].attachment_id, 0, file[1], 5_000)
    with department(database) as (there, line):
        accept(database, "公安")
        while line.work():
            pass
        (handed,) = [matter for matter in there.matters.values() if matter.case_id == entry.case_id]
        assert (handed.matter_id, handed.kind, handed.rev) == ("04", "opened", 1)
        assert handed.official_number is not None
        assert there.files[file[0].attachment_id] == file[1]
        assert states(database, entry)["04"] == "finished"
    moved = [body for kind, body in lines(client, entry) if kind == "matter_state" and body["matter_id"] == "04"]
    assert [body["state"] for body in moved] == ["accepted", "in_progress", "finished"]
    (result,) = moved[-1]["results"]
    assert result["name"] in moved[-1]["words"]
    answer = ask(hub, "GET", f"/v1/results/{result['result_id']}")
    assert (answer.status_code, len(answer.content)) == (200, result["size"])
    other = ask(hub, "GET", "/v1/results/00000000-0000-7000-8000-000000000000")
    assert other.status_code == 404


def test_nothing_leaves_that_the_catalogue_does_not_name_for_the_matter(
    client: HubClient, database: HubDatabase
) -> None:
    """Deregistering a household gets no account, no other matter, no fact it does not ask for, no file of others."""
    other = file_of(300, material="bank_card")
    entry = full(case(file_of(0), other))
    told(client, entry)
    client.upload(other[0].attachment_id, 0, other[1], 300)
    with department(database) as (there, line):
        accept(database, "公安")
        line.hand_over_due()
        handed = next(one for one in there.matters.values() if one.case_id == entry.case_id)
        arrived = b"".join(there.received)
    with database.read() as connection:
        service = service_of(connection, "after_death")
    assert service is not None
    paths = needed_paths(service, next(row for row in service.matters.values() if row.matter_id == "04"))
    assert handed.fields.keys() <= paths
    assert handed.fields["deceased.name"] == "测试逝者"
    assert handed.fields["matters"] == ["04"]
    assert {file.material_id for file in handed.attachments} == {"death_certificate"}
    for secret in (ACCOUNT, "测试银行", "married", "事项12", "truth", other[0].attachment_id):
        assert secret.encode() in entry.payload
        assert secret.encode() not in arrived


@pytest.mark.parametrize("name", ["after_death", "old_age_allowance", "disability_support"])
def test_every_matter_of_every_service_gets_its_own_fields_and_no_more(name: str, database: HubDatabase) -> None:
    """The account goes to those matters alone whose rows name it."""
    with database.read() as connection:
        service = service_of(connection, name)
    assert service is not None
    account = {row.field_id for row in service.fields.values() if any(b.path == "payee.account" for b in row.inputs)}
    for matter in service.matters.values():
        named = bool(account & set(service.fields_of(matter)))
        assert ("payee.account" in needed_paths(service, matter)) is named


def test_a_busy_department_is_asked_again_and_gets_the_matter_once(client: HubClient, database: HubDatabase) -> None:
    """503 twice: the row waits as long as was wished, says why, and is done at the third time."""
    entry = full(case())
    told(client, entry)
    clock = SetClock()
    clock.moment = SystemClock().now()
    with department(database) as (there, _):
        accept(database, "公安")
        url_line = _line_of(database, there, clock)
        there.busy = 2
        with url_line as line:
            assert line.hand_over_due() == 0
            with database.read() as connection:
                row = connection.execute(select(HAND_OVERS).where(HAND_OVERS.c.case_id == entry.case_id)).first()
            assert row is not None
            for _ in range(3):
                clock.move(seconds=3)
                line.hand_over_due()
    assert [key for key in there.matters if key[0] == entry.case_id] == [(entry.case_id, "04", 1)]


@contextmanager
def _line_of(database: HubDatabase, there: TrainingDepartment, clock: Clock) -> Iterator[Line]:
    with serving(there) as url:
        connector = HttpConnector(url, DEPARTMENT_KEY.public, HUB_KEY, SystemClock(), poll_s=0, timeouts=QUICK)
        with closing(connector):
            yield Line(database, clock, "公安", connector, chance=lambda: 0.0)


def test_a_stranger_who_answers_for_the_department_is_not_believed(client: HubClient, database: HubDatabase) -> None:
    """An answer under another key moves nothing, and the matter stays to be handed over."""
    entry = full(case())
    told(client, entry)
    stranger = TrainingDepartment(SigningKey(bytes(32)), HUB_KEY.public)
    with serving(stranger) as url:
        connector = HttpConnector(url, DEPARTMENT_KEY.public, HUB_KEY, SystemClock(), poll_s=0, timeouts=QUICK)
        with closing(connector):
            accept(database, "公安")
            line = Line(database, SystemClock(), "公安", connector, chance=lambda: 0.9)
            assert line.work() == 0
    assert states(database, entry)["04"] == "taken_in"
    with department(database) as (there, line):
        assert there.matters == {}
        make_due(database, entry)
        while line.work():
            pass
    assert states(database, entry)["04"] == "finished"


def test_a_correction_goes_to_the_department_that_asked_for_it(client: HubClient, database: HubDatabase) -> None:
    """It asks, the family answers with a new rev, and the same department alone hears of it."""

    def ask_once(there: TrainingDepartment, matter: HandOver) -> None:
        if matter.kind == "opened":
            there.say(
                matter,
                MatterState.CORRECTION_REQUESTED,
                "死亡证明看不清",
                due="2026-12-01",
                materials=("death_certificate",),
            )
        else:
            finish(there, matter)

    entry = full(case())
    told(client, entry)
    with department(database, ask_once) as (there, line):
        accept(database, "公安")
        while line.work():
            pass
        assert states(database, entry)["04"] == "correction_requested"
        payload = canonical_json(
            {
                "case_number": "X",
                "operator": "0301",
                "corrected_at": "2026-11-18T02:00:00.000Z",
                "matters": ["04"],
                "fields": {"deceased.certificate_number": "测试证明01", "payee.account": "6222000000000001"},
                "materials": [],
                "attachments": [],
                "words": "",
            }
        )
        told(client, event("case_corrected", entry.case_id, 2, payload))
        while line.work():
            pass
        handed = there.matters[(entry.case_id, "04", 2)]
        assert (handed.kind, handed.fields["deceased.certificate_number"]) == ("corrected", "测试证明01")
        assert "payee.account" not in handed.fields
    assert states(database, entry)["04"] == "finished"
    with database.read() as connection:
        rows = connection.execute(select(HAND_OVERS.c.matter_id).where(HAND_OVERS.c.rev == 2)).scalars().all()
    assert rows == ["04"]


@pytest.mark.parametrize(
    ("fields", "moment"),
    [
        ({"deceased.death_time": "0415"}, "2026-11-10T04:15:00+08:00"),
        ({"deceased.death_time": "04:15", "deceased.death_at": "2026-11-09"}, "2026-11-09T04:15:00+08:00"),
        ({"deceased.death_time": ""}, "2026-11-10"),
    ],
)
def test_a_corrected_hour_of_death_is_the_one_that_departments_hear(
    client: HubClient, database: HubDatabase, fields: dict[str, str], moment: str
) -> None:
    """It takes the place of the hour that was taken in, on the day that was, or that was corrected with it."""
    entry = full(case())
    told(client, entry)
    told(client, event("case_corrected", entry.case_id, 2, _correction(fields)))
    with database.read() as connection:
        values = read_case(connection, entry.case_id).values
        service = service_of(connection, "after_death")
    assert values["deceased.death_at"] == moment
    assert service is not None
    naming = next(row for row in service.matters.values() if "deceased.death_time" in needed_paths(service, row))
    handed = allowed_fields(service, naming, values)
    assert (handed["deceased.death_at"], handed.get("deceased.death_time", "")) == (moment[:10], moment[11:16])


def test_corrected_lists_are_lists_and_take_the_place_of_single_answers(
    client: HubClient, database: HubDatabase
) -> None:
    """A department hears of codes in one form, taken in or corrected, and of no answer that is not true any more."""
    entry = changed(full(case()), lambda payload: payload["deceased"]["facts"].update(enterprise_pension=True))
    told(client, entry)
    told(client, event("case_corrected", entry.case_id, 2, _correction({"deceased.insurance": "resident_pension"})))
    with database.read() as connection:
        values = read_case(connection, entry.case_id).values
    assert values["deceased.insurance"] == ["resident_pension"]
    assert values["deceased.facts"] == {"has_household": True, "married": True}


def _correction(fields: dict[str, str]) -> bytes:
    """Write the payload of a correction that nobody asked for."""
    whole = {
        "case_number": "X",
        "operator": "0301",
        "corrected_at": "2026-11-18T02:00:00.000Z",
        "matters": [],
        "fields": fields,
        "materials": [],
        "attachments": [],
        "words": "",
    }
    return canonical_json(whole)


def test_many_workers_hand_each_matter_over_once(client: HubClient, database: HubDatabase) -> None:
    """Four workers drain one table together; the department hears of each matter exactly once."""
    entries = [full(case()) for _ in range(10)]
    for entry in entries:
        told(client, entry)
    with department(database) as (there, _):
        accept(database, "公安")
        waiting = threading.Barrier(4)

        def drain() -> None:
            with _line_of(database, there, SystemClock()) as line:
                waiting.wait(20)
                line.hand_over_due()

        threads = [threading.Thread(target=drain) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        bodies = [body for body in there.received if b'"kind":"opened"' in body]
        ours = {entry.case_id for entry in entries}
        names = [one.case_id for one in (msgspec.json.decode(body, type=HandOver) for body in bodies)]
        assert sorted(name for name in names if name in ours) == sorted(ours)


def test_a_department_moves_only_its_own_matters_and_only_as_the_table_allows(
    client: HubClient, database: HubDatabase
) -> None:
    """Another department's matter, an unknown case and an impossible move are passed over; what follows counts."""

    def overreach(there: TrainingDepartment, matter: HandOver) -> None:
        foreign = msgspec.structs.replace(matter, matter_id="12")
        nobody = msgspec.structs.replace(matter, case_id="00000000-0000-7000-8000-000000000000")
        there.say(foreign, MatterState.REFUSED, "不归我办")
        there.say(nobody, MatterState.FINISHED, "没有这件")
        there.say(matter, MatterState.FINISHED, "办结")
        there.say(matter, MatterState.ACCEPTED, "倒着走")

    entry = full(case())
    told(client, entry)
    with department(database, overreach) as (_, line):
        accept(database, "公安", "人社")
        while line.work():
            pass
    assert states(database, entry) == {"04": "finished", "12": "taken_in", "23": "taken_in"}


def test_a_registered_death_begins_what_needs_no_application(client: HubClient, database: HubDatabase) -> None:
    """Told twice it begins once; the family's later case follows it, and nothing is handed over twice."""
    number = "370100195001019997"
    facts = {"driving_licence": True, "family_planning_support": False}
    death = DeathRegistered(name="测试亡者", document_number=number, death_at="2026-11-10", facts=facts)
    with department(database, lambda *_: None) as (there, line):
        there.register(death)
        there.register(death)
        while line.work():
            pass
        with database.read() as connection:
            rows = connection.execute(select(CASES).where(CASES.c.case_number.startswith("MS"))).all()
            matters = (
                connection.execute(select(MATTERS.c.matter_id).where(MATTERS.c.case_id == rows[-1].case_id))
                .scalars()
                .all()
            )
        assert (len(rows), matters) == (1, ["06"])
        while line.work():
            pass
        (begun,) = [one for one in there.matters.values() if one.case_id == rows[0].case_id]
        assert begun.fields["deceased.document_number"] == number

        def family(payload: dict[str, Any]) -> None:
            payload["deceased"]["document_number"] = number
            payload["matters"][1] |= {"matter_id": "06", "mode": "automatic"}

        entry = changed(case(), family)
        told(client, entry)
        accept(database, "公安")
        while line.work():
            pass
        assert (entry.case_id, "06", 1) not in there.matters
        assert (entry.case_id, "04", 1) in there.matters
        there.say(begun, MatterState.FINISHED, "驾驶证已注销")
        while line.work():
            pass
    assert states(database, entry)["06"] == "finished"
    again = [body for kind, body in lines(client, entry) if kind == "matter_state" and body["matter_id"] == "06"]
    assert again[-1]["words"] == "驾驶证已注销"


def test_the_departments_document_is_valid_openapi() -> None:
    """A department's engineers can generate their side from it."""
    document = json.loads(department_document())
    assert document["openapi"] == "3.1.0"
    for name in re.findall(r"#/components/schemas/(\w+)", json.dumps(document)):
        assert name in document["components"]["schemas"]
    assert set(document["paths"]) == {
        "/v1/matters/{case_id}/{matter_id}/{rev}",
        "/v1/attachments/{attachment_id}",
        "/v1/news",
        "/v1/results/{result_id}",
    }
