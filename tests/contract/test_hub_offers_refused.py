"""补正通办 at every hub: offers that are not taken, and that nothing but the question stays of them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from department_rigs import changed
from hub_talk import case, event, told, verdict
from offer_talk import (
    AGENT,
    FIELD,
    WANTS,
    by_card,
    changed_offer,
    corrected,
    heard,
    offer,
    outcomes,
    questions,
    says,
    upload,
)
from sqlalchemy import update
from store_rigs import file_of

from kiosk.ids import CaseId
from kiosk.packets.deceased import person_digest
from kiosk.ports.sync import OutboxEntry
from sync.client import HubClient
from sync.hub import look_ups
from sync.hub.database import HubDatabase
from sync.hub.tables import LOOK_UPS


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"proof": person_digest("111", "370100194001019991")}, "case_not_shown"),
        ({"reason": "supervisor", "proof": "w01"}, "case_not_shown"),
        ({"case_number": "SHS370100T01A2026111899990"}, "case_not_shown"),
        ({"matters": ("04", "12")}, "offer_not_wanted"),
        ({"matters": ("nobody",)}, "offer_not_wanted"),
        ({"fields": {FIELD: "1", "payee.account": "6222000000000000"}}, "offer_not_wanted"),
        ({"fields": {}}, "offer_not_wanted"),
        ({"fields": {FIELD: "1" * 2_001}}, "payload_invalid"),
        ({"case_number": "\0"}, "payload_invalid"),
    ],
)
def test_what_nobody_asked_for_or_who_may_not_is_refused(
    client: HubClient,
    elsewhere: HubClient,
    database: HubDatabase,
    waiting: OutboxEntry,
    more: dict[str, Any],
    code: str,
) -> None:
    """Nothing of it is kept but the question; what comes behind it is taken."""
    wrong = changed_offer(offer(waiting), more)
    (answer, rating) = told(elsewhere, wrong, case(terminal="T-2"))
    assert verdict(answer) == ("rejected", code)
    assert verdict(rating) == ("received", "")
    assert outcomes(database) == []
    assert len(questions(database)) == (code != "payload_invalid")
    assert heard(client, database, "correction_offered") == []


def test_files_that_nobody_asked_for_are_refused(
    elsewhere: HubClient, database: HubDatabase, waiting: OutboxEntry
) -> None:
    """So are others than the payload names, those that are too large, and another offer's."""
    strange, good = file_of(material="marriage"), file_of()
    large = msgspec.structs.replace(good[0], size=elsewhere.hello().limits.attachment_bytes + 1), b""
    assert verdict(told(elsewhere, offer(waiting, strange))[0]) == ("rejected", "offer_not_wanted")
    assert verdict(told(elsewhere, offer(waiting, large))[0]) == ("rejected", "attachment_too_large")
    made = offer(waiting, good)
    assert verdict(told(elsewhere, event(made.kind, made.case_id, 1, made.payload))[0]) == (
        "rejected",
        "manifest_differs",
    )
    assert outcomes(database) == []


def test_another_cases_file_is_not_taken_over(client: HubClient, elsewhere: HubClient, database: HubDatabase) -> None:
    """Whoever names the id of a file that is here gets no part of it."""
    file = file_of()
    entry = case(file)
    told(client, entry)
    upload(client, file)
    other = case()
    told(client, other)
    says(database, other, WANTS)
    assert verdict(told(elsewhere, offer(other, file))[0]) == ("rejected", "attachment_id_reused")


def test_an_id_that_stands_for_something_else_is_refused(
    client: HubClient, elsewhere: HubClient, database: HubDatabase, waiting: OutboxEntry
) -> None:
    """A case's, or that of an earlier offer."""
    made = offer(waiting)
    stolen = event(made.kind, CaseId(waiting.case_id), 1, made.payload)
    assert verdict(told(elsewhere, stolen)[0]) == ("rejected", "id_reused")
    told(elsewhere, made)
    told(client, corrected(waiting, 2))
    says(database, waiting, WANTS)
    again = event(made.kind, made.case_id, 1, made.payload)
    assert verdict(told(elsewhere, again)[0]) == ("rejected", "id_reused")


def test_the_own_terminal_corrects_and_does_not_offer(client: HubClient, waiting: OutboxEntry) -> None:
    """There the family is at the right place already."""
    assert verdict(told(client, offer(waiting))[0]) == ("rejected", "offer_not_wanted")
    assert client.look_up(by_card(waiting)).offers == "none"


def test_an_agent_brings_only_what_the_authorisation_covers(
    client: HubClient, elsewhere: HubClient, database: HubDatabase
) -> None:
    """And nothing of other matters."""
    agent = {"name": "测试代办", "document_number": AGENT, "document_type": "111", "scope": ["12"], "powers": ["file"]}
    entry = changed(
        case(), lambda payload: payload.update(agent=agent | {"valid_until": None, "source": "card", "signature": []})
    )
    told(client, entry)
    for matter_id in ("04", "12"):
        says(database, entry, WANTS, matter_id)
    proof = person_digest("111", AGENT)
    assert verdict(told(elsewhere, offer(entry, proof=proof))[0]) == ("rejected", "offer_not_wanted")
    assert verdict(told(elsewhere, offer(entry, proof=proof, matters=("12",)))[0]) == ("received", "")


def test_a_terminal_that_offers_too_often_waits(
    elsewhere: HubClient, database: HubDatabase, waiting: OutboxEntry
) -> None:
    """Offers count among its questions: what is refused ten times says nothing more, and is kept for later."""
    wrong = person_digest("111", "370100194001019991")
    for _ in range(look_ups.REFUSED_MAX):
        assert verdict(told(elsewhere, offer(waiting, proof=wrong))[0]) == ("rejected", "case_not_shown")
    made = offer(waiting)
    assert verdict(told(elsewhere, made)[0]) == ("retry", "look_ups_too_many")
    assert len(questions(database)) == look_ups.REFUSED_MAX
    with database.write() as connection:
        connection.execute(update(LOOK_UPS).values(at="2026-01-01T00:00:00.000Z"))
    assert verdict(told(elsewhere, made)[0]) == ("received", "")
