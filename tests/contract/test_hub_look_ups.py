"""全省通办 at every hub: who is shown another terminal's case, what of it, and what stays of the question."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import Any

import msgspec
import pytest
import requests
from department_rigs import changed
from hub_rigs import QUICK, STAFF_KEY, TERMINAL, RunningHub, faulty_link, identity, problem_answer
from hub_talk import ask, case, event, refusal, told
from sqlalchemy import select, update

from kiosk.clock import SystemClock, iso
from kiosk.domain.case import MatterState
from kiosk.errors import ErrorCode, HubError
from kiosk.ids import CaseId, MatterId, uuid7
from kiosk.packets.deceased import person_digest
from kiosk.packets.events import AuthorizationRevoked, CaseCorrected, amendment_payload, rating_given_payload
from kiosk.ports.elsewhere import LookedUp, LookUp
from kiosk.ports.sync import OutboxEntry
from sync.client import HubClient
from sync.feed_bodies import ResultDocument
from sync.hub import enrolment, look_ups, stations
from sync.hub.connectors import DeathRegistered
from sync.hub.database import HubDatabase
from sync.hub.deaths import register_death
from sync.hub.departments import Said, keep_results, say
from sync.hub.problems import Problem
from sync.hub.tables import LOOK_UPS, TERMINALS
from sync.messages import EnrolledStation, OperatorLine

APPLICANT = person_digest("111", "91156019800101999X")
DECEASED = person_digest("111", "370100194001019991")
AGENT = "370100198001019992"
HASH = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def number_of(entry: OutboxEntry) -> str:
    """Give the case number of a case's event."""
    return str(json.loads(entry.payload)["case_number"])


def by_card(entry: OutboxEntry, proof: str = APPLICANT) -> LookUp:
    """Ask with a card."""
    return LookUp(case_number=number_of(entry), operator="0301", reason="card", proof=proof)


def delivered(client: HubClient, change: Callable[[dict[str, Any]], None] = lambda _: None) -> OutboxEntry:
    """Have a case of T-1 at the hub."""
    entry = changed(case(), change)
    assert [result.status for result in told(client, entry)] == ["received"]
    return entry


def with_agent(**more: object) -> Callable[[dict[str, Any]], None]:
    """Let an agent act for the applicant."""

    def change(payload: dict[str, Any]) -> None:
        agent = {"name": "测试代办", "document_number": AGENT, "document_type": "111", "scope": [], "powers": ["file"]}
        payload["agent"] = agent | {"valid_until": None, "source": "card", "signature": []} | more

    return change


def refused(client: HubClient, question: LookUp) -> ErrorCode:
    """Ask in vain; gives why."""
    with pytest.raises(HubError) as caught:
        client.look_up(question)
    return caught.value.code


def kept(database: HubDatabase) -> list[tuple[object, ...]]:
    """Read what was kept: terminal, operator, supervisor, case, whose right, whether answered; oldest first."""
    columns = (LOOK_UPS.c.terminal_id, LOOK_UPS.c.operator, LOOK_UPS.c.supervisor, LOOK_UPS.c.case_id)
    with database.read() as connection:
        rows = connection.execute(
            select(*columns, LOOK_UPS.c.reason, LOOK_UPS.c.answered).order_by(LOOK_UPS.c.look_up_id)
        )
        return [tuple(row) for row in rows]


def says(database: HubDatabase, case_id: str, matter_id: str, said: Said) -> None:
    """Let a department speak."""
    with database.write() as connection:
        say(connection, case_id, matter_id, said, iso(SystemClock().now()))


def test_the_applicants_card_opens_a_case_at_another_terminal(
    client: HubClient, elsewhere: HubClient, database: HubDatabase
) -> None:
    """Every matter with its department, state and day; people masked; the question is kept with whose right it was."""
    entry = delivered(client)
    shown = elsewhere.look_up(by_card(entry))
    assert (shown.case_number, shown.station, shown.state.value) == (number_of(entry), "TRAIN", "taken_in")
    assert [(m.matter_id, m.department, m.state.value, m.due) for m in shown.matters] == [
        ("04", "公安", "taken_in", "2026-11-04"),
        ("12", "公安", "taken_in", "2026-11-12"),
        ("23", "公安", "taken_in", "2026-11-23"),
    ]
    assert (shown.deceased, shown.applicant) == ("测**者 370100********9991", "测**属 911560********999X")
    assert (shown.promise_due, shown.rated, shown.partial, shown.results) == ("2026-12-02", False, False, ())
    assert {matter.reason for matter in shown.matters} == {""}
    assert kept(database) == [("T-2", "0301", "", entry.case_id, "applicant", True)]


def test_what_departments_ask_for_and_give_is_shown(
    client: HubClient, elsewhere: HubClient, database: HubDatabase
) -> None:
    """With its day and the names of fields and materials, until the family has brought it; results by name alone."""
    entry = delivered(client)
    wants = Said(
        MatterState.CORRECTION_REQUESTED,
        "请补正",
        due="2026-11-30",
        fields=("deceased.cremation_number",),
        materials=("death_certificate", "never_heard_of"),
    )
    says(database, entry.case_id, "04", wants)
    document = ResultDocument(result_id=uuid7(), name="注销证明", media_type="application/pdf", size=1, sha256="0" * 64)
    says(database, entry.case_id, "12", Said(MatterState.FINISHED, "已办结", due="2026-11-19", results=(document,)))
    with database.write() as connection:
        keep_results(connection, entry.case_id, "12", [(document, b"x")], iso(SystemClock().now()))
    shown = elsewhere.look_up(by_card(entry))
    assert shown.state.value == "correction_requested"
    asked, finished, _ = shown.matters
    assert (asked.words, asked.correction_due, asked.due) == ("请补正", "2026-11-30", "2026-11-04")
    assert asked.wanted_fields == ("deceased.cremation_number",)
    assert asked.wanted_materials == ("death_certificate", "never_heard_of")
    assert shown.names == {"death_certificate": "死亡证明", "deceased.cremation_number": "火化证明编号"}
    assert (finished.state.value, finished.due) == ("finished", "2026-11-19")
    assert [(result.matter_id, result.name) for result in shown.results] == [("12", "注销证明")]
    brought = CaseCorrected(
        case_number=shown.case_number,
        operator="0301",
        corrected_at="2026-11-18T02:00:00.000Z",
        matters=(MatterId("04"),),
        fields={"deceased.cremation_number": "1"},
        materials=(),
        attachments=(),
        words="",
    )
    told(client, event("case_corrected", CaseId(entry.case_id), 2, amendment_payload(brought)))
    told(
        client,
        event("rating_given", CaseId(entry.case_id), 3, rating_given_payload("X", 5, "", iso(SystemClock().now()))),
    )
    after = elsewhere.look_up(by_card(entry))
    assert (after.matters[0].correction_due, after.matters[0].wanted_materials, after.names) == (None, (), {})
    assert after.rated


def test_an_unknown_number_and_a_strangers_card_are_refused_alike(
    hub: RunningHub, client: HubClient, elsewhere: HubClient, database: HubDatabase
) -> None:
    """Byte for byte, so that nobody learns which numbers there are; both questions are kept."""
    entry = delivered(client)
    nobody = msgspec.structs.replace(by_card(entry), case_number="SHS370100T01A2026111899990")
    stranger = by_card(entry, person_digest("111", AGENT))
    answers = []
    for question in (nobody, stranger):
        assert refused(elsewhere, question) is ErrorCode.LOOK_UP_REFUSED
        answers.append(ask(hub, "POST", "/v1/look-ups", msgspec.json.encode(question)))
    assert [refusal(answer) for answer in answers] == [(404, "case_not_shown")] * 2
    assert answers[0].content == answers[1].content
    unknown, strangers = (None, "card", False), (entry.case_id, "card", False)
    assert [row[3:] for row in kept(database)] == [unknown, unknown, strangers, strangers]


def test_the_deceaseds_card_alone_opens_nothing(client: HubClient, elsewhere: HubClient) -> None:
    """Whoever lived with them may have it."""
    assert refused(elsewhere, by_card(delivered(client), DECEASED)) is ErrorCode.LOOK_UP_REFUSED


def test_a_living_persons_own_card_opens_the_case_about_them(client: HubClient, elsewhere: HubClient) -> None:
    """Where the service is about somebody alive, it is their case, whoever applied."""
    entry = delivered(client, lambda payload: payload.update(service="old_age_allowance"))
    assert elsewhere.look_up(by_card(entry, DECEASED)).service == "old_age_allowance"


def test_an_agent_sees_what_the_authorisation_covers(client: HubClient, elsewhere: HubClient) -> None:
    """Others of the case are left out, and it is said that there are some."""
    entry = delivered(client, with_agent(scope=["12"]))
    shown = elsewhere.look_up(by_card(entry, person_digest("111", AGENT)))
    assert ([matter.matter_id for matter in shown.matters], shown.partial) == (["12"], True)
    whole = delivered(client, with_agent(valid_until="2099-01-01"))
    assert not elsewhere.look_up(by_card(whole, person_digest("111", AGENT))).partial


def test_an_agent_whose_authorisation_has_ended_is_nobody(client: HubClient, elsewhere: HubClient) -> None:
    """Whether its day has passed or the applicant took it back."""
    past = delivered(client, with_agent(valid_until="2026-01-01"))
    taken_back = delivered(client, with_agent())
    revoked = AuthorizationRevoked(
        case_number="X", operator="0301", revoked_at="2026-11-18T02:00:00.000Z", matters=(), reason="另找人办"
    )
    told(client, event("authorization_revoked", CaseId(taken_back.case_id), 2, amendment_payload(revoked)))
    for entry in (past, taken_back):
        assert refused(elsewhere, by_card(entry, person_digest("111", AGENT))) is ErrorCode.LOOK_UP_REFUSED


def test_who_was_corrected_is_asked_for_under_the_new_number(client: HubClient, elsewhere: HubClient) -> None:
    """A wrong digit at the counter does not lock the applicant out for good, nor let in whose number it was."""
    entry = delivered(client)
    right = CaseCorrected(
        case_number=number_of(entry),
        operator="0301",
        corrected_at="2026-11-18T02:00:00.000Z",
        matters=(),
        fields={"applicant.document_number": AGENT},
        materials=(),
        attachments=(),
        words="",
    )
    told(client, event("case_corrected", CaseId(entry.case_id), 2, amendment_payload(right)))
    assert elsewhere.look_up(by_card(entry, person_digest("111", AGENT))).case_number == number_of(entry)
    assert refused(elsewhere, by_card(entry)) is ErrorCode.LOOK_UP_REFUSED


def test_a_case_without_an_applicant_is_opened_by_no_card(elsewhere: HubClient, database: HubDatabase) -> None:
    """Where the hub itself began the case: nobody's number is not a number that opens."""
    death = DeathRegistered(
        name="测试逝者",
        document_type="111",
        document_number="370100194001019991",
        sex="1",
        birth="1940-01-01",
        death_at="2026-11-10",
        certificate_number="1",
        facts={"has_household": True, "has_id_card": True, "has_hukou": True},
    )
    with database.write() as connection:
        number = register_death(connection, death, iso(SystemClock().now()))
    assert number
    question = LookUp(case_number=number, operator="0301", reason="card", proof=person_digest("111", ""))
    assert refused(elsewhere, question) is ErrorCode.LOOK_UP_REFUSED


@pytest.mark.parametrize(("operator", "is_shown"), [("w01", True), ("w02", False), ("w03", False), ("nobody", False)])
def test_only_a_supervisor_of_the_asking_station_opens_a_case(
    client: HubClient, elsewhere: HubClient, database: HubDatabase, operator: str, *, is_shown: bool
) -> None:
    """Neither its clerk nor another station's supervisor; who was said to stand for it is kept in either case."""
    entry = delivered(client)
    with database.write() as connection:
        for terminal_id, station in (("T-1", "A"), ("T-2", "B")):
            connection.execute(update(TERMINALS).where(TERMINALS.c.terminal_id == terminal_id).values(station=station))
    for station, name, role in (("B", "w01", "supervisor"), ("B", "w02", "clerk"), ("A", "w03", "supervisor")):
        line = {"operator_id": name, "name": "测试己", "role": role, "password_hash": HASH}
        stations.keep_operator(database, station, msgspec.convert(line, OperatorLine))
    question = LookUp(case_number=number_of(entry), operator="0301", reason="supervisor", proof=operator)
    if is_shown:
        assert len(elsewhere.look_up(question).matters) == 3
    else:
        assert refused(elsewhere, question) is ErrorCode.LOOK_UP_REFUSED
    assert kept(database) == [("T-2", "0301", operator, entry.case_id, "supervisor", is_shown)]


def test_a_station_is_named_as_its_code_says(elsewhere: HubClient, database: HubDatabase, hub: RunningHub) -> None:
    """The counter can tell the family where to call."""
    station = EnrolledStation(
        terminal_id="T-3", id="SHS03", title="测试镇中心", phone="0531-00000000", division="370100", terminal_code="T01"
    )
    code = enrolment.issue_code(database, station, SystemClock().now())
    with closing(HubClient(hub.url, identity("T-3"), "0.1.0", SystemClock(), timeouts=QUICK)) as third:
        third.enrol(code, "test")
        entry = changed(case(terminal="T-3"), lambda _: None)
        batch = msgspec.json.decode(third.batch("0" * 32, [entry]).plain)
        assert batch["terminal_id"] == "T-3"
        assert [result.status for result in told(third, entry)] == ["received"]
    shown = elsewhere.look_up(by_card(entry))
    assert (shown.station, shown.phone) == ("测试镇中心", "0531-00000000")


def test_a_terminal_that_asks_too_often_waits(client: HubClient, elsewhere: HubClient, database: HubDatabase) -> None:
    """After ten refusals within an hour nothing is shown there, at other terminals it is; later it goes on."""
    entry = delivered(client)
    for _ in range(look_ups.REFUSED_MAX):
        assert refused(elsewhere, by_card(entry, DECEASED)) is ErrorCode.LOOK_UP_REFUSED
    assert refused(elsewhere, by_card(entry)) is ErrorCode.LOOK_UPS_TOO_MANY
    assert len(kept(database)) == look_ups.REFUSED_MAX
    assert client.look_up(by_card(entry)).case_number == number_of(entry)
    now = SystemClock().now()
    body = msgspec.json.encode(by_card(entry))
    with pytest.raises(Problem) as caught:
        look_ups.look_up(database, "T-2", body, now)
    assert 3500 < int(caught.value.headers["Retry-After"]) <= 3600
    later = look_ups.look_up(database, "T-2", body, now + look_ups.WINDOW + timedelta(seconds=1))
    assert later.case_number == number_of(entry)


def test_questions_at_the_same_moment_are_counted_one_by_one(client: HubClient, database: HubDatabase) -> None:
    """Whoever asks from several threads at once gets no further."""
    entry = delivered(client)
    body, now = msgspec.json.encode(by_card(entry, DECEASED)), SystemClock().now()

    def asked(_: int) -> str:
        with pytest.raises(Problem) as caught:
            look_ups.look_up(database, TERMINAL, body, now)
        return caught.value.code

    with ThreadPoolExecutor(4) as pool:
        codes = Counter(pool.map(asked, range(look_ups.REFUSED_MAX + 4)))
    assert codes == {"case_not_shown": look_ups.REFUSED_MAX, "look_ups_too_many": 4}


def test_even_answers_have_an_end(client: HubClient, database: HubDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody empties a province's cases through one counter."""
    entry = delivered(client)
    monkeypatch.setattr(look_ups, "ANSWERED_MAX", 2)
    now, body = SystemClock().now(), msgspec.json.encode(by_card(entry))
    assert all(isinstance(look_ups.look_up(database, TERMINAL, body, now), LookedUp) for _ in range(2))
    with pytest.raises(Problem) as caught:
        look_ups.look_up(database, TERMINAL, body, now)
    assert (caught.value.status, caught.value.code) == (429, "look_ups_too_many")


QUESTION = {"case_number": "X", "operator": "", "reason": "card", "proof": "x"}
WRONG: tuple[dict[str, str], ...] = (
    {},
    QUESTION | {"reason": "curiosity"},
    QUESTION | {"case_number": "\0"},
    QUESTION | {"proof": ""},
)


@pytest.mark.parametrize("body", [b"", *(json.dumps(message).encode() for message in WRONG)])
def test_what_is_no_question_is_refused_and_not_kept(hub: RunningHub, database: HubDatabase, body: bytes) -> None:
    """422; nothing stays."""
    assert refusal(ask(hub, "POST", "/v1/look-ups", body)) == (422, "request_invalid")
    assert kept(database) == []


def test_an_older_hub_says_that_it_has_no_such_page(hub: RunningHub) -> None:
    """The counter can tell that from a refusal."""
    with faulty_link(hub.port) as link:
        link.instead = lambda _method, path: problem_answer(404, "no_such_page") if path == "/v1/look-ups" else None
        with closing(HubClient(link.url, identity("T-2"), "0.1.0", SystemClock(), timeouts=QUICK)) as speaker:
            assert refused(speaker, by_card(case())) is ErrorCode.LOOK_UP_NOT_OFFERED


def test_nothing_personal_is_in_addresses_or_logs_and_staff_see_who_asked(
    client: HubClient, database: HubDatabase, hub: RunningHub, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither number of a case, nor a person's, nor a digest; on the case's page terminal, operator and right."""
    entry = delivered(client)
    caplog.set_level(logging.INFO, "yizhan.hub")
    with faulty_link(hub.port) as link:
        link_client = HubClient(link.url, identity("T-2"), "0.1.0", SystemClock(), timeouts=QUICK)
        with closing(link_client) as speaker:
            speaker.hello()
            speaker.look_up(by_card(entry))
            assert refused(speaker, by_card(entry, DECEASED)) is ErrorCode.LOOK_UP_REFUSED
        asked = [path for _, path in link.seen]
    written = " ".join([*asked, *(f"{r.getMessage()} {r.__dict__.get('fields')}" for r in caplog.records)])
    assert asked.count("/v1/look-ups") == 2
    assert "'operation': 'look-ups'" in written
    for secret in (number_of(entry), entry.case_id, APPLICANT, DECEASED, "测试", "91156019800101999X", "0301"):
        assert secret not in written, secret
    page = requests.get(f"{hub.url}/staff/cases/{entry.case_id}", cookies={"yizhan-staff": STAFF_KEY}, timeout=10).text
    assert all(
        text in page for text in ("异地查询", "T-2", "0301", "申请人刷卡", "已显示", "刷卡（不是本件的人）", "未显示")
    )
    assert APPLICANT not in page
    assert len(kept(database)) == 2
