"""补正通办 at every hub: what is taken for another terminal's case, who hears of it, and how it ends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import requests
from hub_rigs import QUICK, STAFF_KEY, RunningHub, identity
from hub_talk import case, event, told, verdict
from offer_talk import (
    AT,
    FIELD,
    WANTS,
    by_card,
    changed_offer,
    corrected,
    heard,
    number_of,
    offer,
    outcomes,
    questions,
    says,
    upload,
)
from relay_rigs import origin_of, packet_of
from sqlalchemy import select, update
from store_rigs import file_of

from kiosk.clock import SystemClock
from kiosk.crypto.passwords import hash_password
from kiosk.domain.case import MatterState
from kiosk.errors import ErrorCode, HubError
from kiosk.ids import CaseId, MatterId
from kiosk.packets.events import CaseWithdrawn, amendment_payload
from kiosk.ports.sync import OutboxEntry
from sync.client import HubClient
from sync.hub import stations
from sync.hub.database import HubDatabase
from sync.hub.departments import Said
from sync.hub.offers import tell_offers
from sync.hub.tables import OFFERS, TERMINALS
from sync.messages import OperatorLine


def test_an_offer_goes_to_the_cases_own_terminal_once_its_files_are_whole(
    client: HubClient, elsewhere: HubClient, database: HubDatabase, waiting: OutboxEntry
) -> None:
    """With everything that was brought, one time; and only that terminal gets the bytes, once it was told."""
    file = file_of(50_000)
    made = offer(waiting, file)
    (answer,) = told(elsewhere, made)
    assert (verdict(answer), answer.missing) == (("received", ""), (file[0].attachment_id,))
    assert heard(client, database, "correction_offered") == []
    upload(elsewhere, (file[0], file[1][:32_000]))
    assert heard(client, database, "correction_offered") == []
    elsewhere.upload(file[0].attachment_id, 32_000, file[1][32_000:], file[0].size)
    with pytest.raises(HubError):
        client.result(file[0].attachment_id, 0, 10)
    (line,) = heard(client, database, "correction_offered")
    assert heard(client, database, "correction_offered") == [line]
    kind, case_id, body = line
    assert (kind, case_id, body["offer_id"]) == ("correction_offered", waiting.case_id, made.case_id)
    assert (body["terminal_id"], body["operator"], body["matters"]) == ("T-2", "0302", ["04"])
    assert (body["fields"], body["words"]) == ({FIELD: "20261118001"}, "家属送来")
    assert [one["attachment_id"] for one in body["files"]] == [file[0].attachment_id]
    parts = [client.result(file[0].attachment_id, start, 7_000) for start in range(0, 50_000, 7_000)]
    assert b"".join(parts) == file[1]
    with pytest.raises(HubError) as refused:
        elsewhere.result(file[0].attachment_id, 0, 10)
    assert refused.value.code is not ErrorCode.HUB_UNREACHABLE
    assert questions(database) == [("applicant", True)]


def test_an_offer_that_is_put_in_is_settled_and_the_case_goes_on(
    client: HubClient, elsewhere: HubClient, database: HubDatabase, waiting: OutboxEntry
) -> None:
    """The terminal where it was brought hears so once, under the offer's id; the case has the next rev of its own."""
    made = offer(waiting)
    told(elsewhere, made)
    heard(client, database)
    assert verdict(told(client, corrected(waiting, 2, made.case_id))[0]) == ("received", "")
    assert outcomes(database) == ["settled"]
    (ended,) = heard(elsewhere, database, "offer_ended")
    assert heard(elsewhere, database, "offer_ended") == [ended]
    assert (ended[1], ended[2]["outcome"], ended[2]["words"]) == (made.case_id, "settled", "原受理点已并入")
    shown = elsewhere.look_up(by_card(waiting))
    assert (shown.matters[0].state.value, shown.offers) == ("taken_in", "free")


def test_an_offer_lapses_when_the_case_is_corrected_without_it(
    client: HubClient, elsewhere: HubClient, database: HubDatabase, waiting: OutboxEntry
) -> None:
    """Its own terminal was quicker; nothing waits, and nothing more is told there."""
    told(elsewhere, offer(waiting))
    told(client, corrected(waiting, 2))
    assert outcomes(database) == ["lapsed"]
    assert heard(client, database, "correction_offered") == []
    assert [body["outcome"] for _, _, body in heard(elsewhere, database, "offer_ended")] == ["lapsed"]


def test_an_offer_lapses_when_the_case_is_taken_back(
    client: HubClient, elsewhere: HubClient, database: HubDatabase, waiting: OutboxEntry
) -> None:
    """Or when the department goes on by itself."""
    told(elsewhere, offer(waiting))
    body = CaseWithdrawn(
        case_number=number_of(waiting), operator="0301", withdrawn_at=AT, matters=(MatterId("04"),), reason="另有安排"
    )
    told(client, event("case_withdrawn", CaseId(waiting.case_id), 2, amendment_payload(body)))
    assert outcomes(database) == ["lapsed"]
    other = case()
    told(client, other)
    says(database, other, WANTS)
    says(database, other, WANTS, "12")
    told(elsewhere, offer(other))
    says(database, other, Said(MatterState.ACCEPTED, "已受理"), "12")
    assert outcomes(database) == ["lapsed", ""]
    says(database, other, Said(MatterState.ACCEPTED, "已受理"))
    assert outcomes(database) == ["lapsed", "lapsed"]
    assert len(heard(elsewhere, database, "offer_ended")) == 2


def test_an_offer_that_was_put_in_after_it_had_lapsed_counts_as_put_in(
    client: HubClient, elsewhere: HubClient, database: HubDatabase, waiting: OutboxEntry
) -> None:
    """The own terminal had no line at that moment; the last word is what happened."""
    made = offer(waiting)
    told(elsewhere, made)
    says(database, waiting, Said(MatterState.ACCEPTED, "已受理"))
    heard(elsewhere, database)
    told(client, corrected(waiting, 2, made.case_id))
    assert [body["outcome"] for _, _, body in heard(elsewhere, database, "offer_ended")] == ["lapsed", "settled"]
    told(client, corrected(waiting, 3, made.case_id))
    assert len(heard(elsewhere, database, "offer_ended")) == 2


def test_an_offer_that_comes_twice_is_a_duplicate(
    client: HubClient, elsewhere: HubClient, database: HubDatabase, waiting: OutboxEntry
) -> None:
    """The answer got lost: nothing is asked or kept a second time, and what is missing is said again."""
    file = file_of()
    made = offer(waiting, file)
    told(elsewhere, made)
    (again,) = told(elsewhere, made)
    assert (again.status, again.missing) == ("duplicate", (file[0].attachment_id,))
    upload(elsewhere, file)
    assert told(elsewhere, made)[0].missing == ()
    assert (outcomes(database), len(questions(database))) == ([""], 1)
    assert len(heard(client, database, "correction_offered")) == 1
    assert told(client, corrected(waiting, 2))[0].status == "received"


def test_a_second_offer_waits_for_the_end_of_the_first(
    client: HubClient, elsewhere: HubClient, database: HubDatabase, waiting: OutboxEntry
) -> None:
    """It is refused with a reason, and the page of the case says it beforehand."""
    assert elsewhere.look_up(by_card(waiting)).offers == "free"
    told(elsewhere, offer(waiting))
    assert elsewhere.look_up(by_card(waiting)).offers == "open"
    second = offer(waiting)
    assert verdict(told(elsewhere, second)[0]) == ("rejected", "offer_open")
    told(client, corrected(waiting, 2))
    says(database, waiting, WANTS)
    assert verdict(told(elsewhere, second)[0]) == ("received", "")
    assert outcomes(database) == ["lapsed", ""]


def test_an_offer_is_counted_with_its_terminals_events(elsewhere: HubClient, waiting: OutboxEntry) -> None:
    """A comparison finds it, and hello counts its files."""
    file = file_of()
    told(elsewhere, made := offer(waiting, file))
    upload(elsewhere, file)
    seen = elsewhere.hello().seen
    assert (seen.last_seq, seen.files) == (made.seq, 1)


def test_an_offer_by_a_supervisor_of_the_station(
    elsewhere: HubClient, database: HubDatabase, waiting: OutboxEntry
) -> None:
    """Where no card was at hand; the hub's list of staff says who is one."""
    with database.write() as connection:
        connection.execute(update(TERMINALS).where(TERMINALS.c.terminal_id == "T-2").values(station="B"))
    line = OperatorLine(operator_id="w01", name="测试己", role="supervisor", password_hash=hash_password("246810"))
    stations.keep_operator(database, "B", line)
    made = offer(waiting, reason="supervisor", proof="w01")
    assert verdict(told(elsewhere, made)[0]) == ("received", "")
    assert questions(database) == [("supervisor", True)]


def test_an_offer_that_is_carried_on_a_stick(
    client: HubClient, elsewhere: HubClient, database: HubDatabase, waiting: OutboxEntry
) -> None:
    """Whoever brings the packet, it is the offer of the terminal that sealed it; its own line is too late then."""
    file = file_of(60_000)
    made = offer(waiting, file)
    for status in ("received", "duplicate"):
        with packet_of(made, file, origin=origin_of("T-2")) as packet:
            receipt = client.hand_over(packet)
        assert (receipt.status, receipt.terminal_id, receipt.case_id) == (status, "T-2", made.case_id)
    assert told(elsewhere, made)[0].status == "duplicate"
    ((_, _, body),) = heard(client, database, "correction_offered")
    assert body["terminal_id"] == "T-2"
    with packet_of(changed_offer(offer(waiting), {"matters": ["12"]}), origin=origin_of("T-2")) as packet:
        assert client.hand_over(packet).code == "offer_open"


def test_terminals_that_offer_for_each_other_at_once_do_not_hold_each_other_up(
    hub: RunningHub, client: HubClient, elsewhere: HubClient, database: HubDatabase
) -> None:
    """Of two offers for a case one is taken; meanwhile cases are corrected and their terminals told."""
    rounds = 6
    own = [case() for _ in range(rounds)]
    others = [case(terminal="T-2") for _ in range(rounds)]
    told(client, *own)
    told(elsewhere, *others)
    for entry in (*own, *others):
        says(database, entry, WANTS)
    with closing(HubClient(hub.url, identity("T-3"), "0.1.0", SystemClock(), timeouts=QUICK)) as third:
        third.hello()

        def work(speaker: HubClient, wanted: list[OutboxEntry], mine: list[OutboxEntry]) -> list[str]:
            statuses = []
            for entry in wanted:
                made = offer(entry)
                result = told(speaker, made)[0]
                while result.status == "retry":
                    result = told(speaker, made)[0]
                statuses.append(verdict(result)[1] or result.status)
            for entry in mine:
                assert told(speaker, corrected(entry, 2))[0].status == "received"
            return statuses

        def tell() -> list[str]:
            for _ in range(2 * rounds):
                tell_offers(database, SystemClock())
            return []

        with ThreadPoolExecutor(5) as workers:
            jobs = [
                workers.submit(work, client, others, own),
                workers.submit(work, elsewhere, own, []),
                workers.submit(work, third, [*others, *own], []),
                workers.submit(tell),
                workers.submit(tell),
            ]
            statuses = [status for job in jobs for status in job.result(timeout=60)]
    assert set(statuses) <= {"received", "offer_open", "offer_not_wanted"}
    tell_offers(database, SystemClock())
    with database.read() as connection:
        rows = connection.execute(select(OFFERS)).all()
    assert len(rows) == statuses.count("received")
    open_ones = [row.case_id for row in rows if not row.outcome]
    assert sorted(open_ones) == sorted(entry.case_id for entry in others)
    assert all(row.outcome_told_at for row in rows if row.outcome)


def test_the_staff_see_offers_on_the_page_of_the_case(
    hub: RunningHub, client: HubClient, elsewhere: HubClient, waiting: OutboxEntry
) -> None:
    """Which terminal, whether the case's own was told, how it stands; the case's people stay those of its own event."""
    told(elsewhere, made := offer(waiting, file_of()))
    page = f"{hub.url}/staff/cases/{waiting.case_id}"

    def text() -> str:
        return requests.get(page, cookies={"yizhan-staff": STAFF_KEY}, timeout=10).text

    assert ("异地补正" in text(), "等原受理点并入" in text(), "测**者" in text()) == (True, True, True)
    told(client, corrected(waiting, 2, made.case_id))
    assert "已并入" in text()
