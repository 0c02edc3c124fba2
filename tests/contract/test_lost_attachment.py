"""A file that is lost for good at the counter: a new picture takes its place, and the case goes on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hub_rigs import HUB_KEY, RunningHub, Terminal, terminal
from hub_talk import case, event, told
from relay_rigs import carrier, export, receipts_home
from store_rigs import file_of

from kiosk.clock import SystemClock
from kiosk.domain.case import Attachment, Delivery
from kiosk.ids import AttachmentId, CaseId, MaterialId, OperatorId
from kiosk.packets.events import CaseCorrected, amendment_payload
from kiosk.ports.pages import CleanFile
from kiosk.ports.store import TakenIn
from kiosk.ports.sync import ATTACHMENT_DAMAGED, AttachmentManifest, OutboxEntry
from kiosk.services.amendments import AmendmentService, Correction
from kiosk.services.rules import shipped_rules
from sync.client import HubClient
from sync.hub.database import open_database
from sync.hub.tables import CHUNKS, TERMINALS
from sync.relay import carry

ACTOR = OperatorId("0301")
LOST, OTHER = MaterialId("death_certificate"), MaterialId("household_register")
NEW = CleanFile("image/jpeg", 1, b"taken again")
_File = tuple[Attachment, bytes]


@pytest.fixture
def counter(tmp_path: Path, hub: RunningHub) -> Iterator[Terminal]:
    """Put a terminal before the hub."""
    with terminal(tmp_path / "terminal", hub.url) as station:
        yield station


def damage(counter: Terminal, file: Attachment) -> None:
    """Overwrite what the terminal keeps of a file."""
    with counter.store._database.write():
        counter.store._database.run(
            "update attachment_chunks set sealed = zeroblob(length(sealed)) where attachment_id = ?",
            (file.attachment_id,),
        )


def taken_in(counter: Terminal) -> tuple[TakenIn, Attachment]:
    """Take in a case with two files, damage one, and do a round."""
    lost, whole = file_of(20_000, LOST), file_of(30_000, OTHER)
    taken = counter.take_in(lost, whole)
    damage(counter, lost[0])
    counter.round()
    assert counter.states() == [("needs_attention", ATTACHMENT_DAMAGED)]
    return taken, lost[0]


def bring(counter: Terminal, taken: TakenIn, material: MaterialId) -> None:
    """Correct the case with a new picture of a material."""
    service = AmendmentService(counter.store, shipped_rules, counter.clock, lambda: None)
    service.correct(taken.case_number, Correction({}, [(material, NEW)]), ACTOR)


def pages_of(counter: Terminal, taken: TakenIn) -> dict[str, int]:
    """Give how many pages each material has here."""
    return {one.material_id: one.pages for one in counter.store.cases.get(taken.case_number).materials}


def at_hub(hub: RunningHub, case_id: str) -> dict[str, Any]:
    """Give what the hub has of a case."""
    [held] = [one for one in hub.contents()["cases"] if one["case_id"] == case_id]
    return dict(held)


def files_at_hub(hub: RunningHub, case_id: str) -> dict[str, bool]:
    """Give the case's files at the hub, and whether each is there whole."""
    return {file["attachment_id"]: file["verified"] for file in at_hub(hub, case_id)["attachments"]}


def test_a_new_picture_takes_the_place_of_a_lost_file(counter: Terminal, hub: RunningHub) -> None:
    """The correction names what it replaces: the hub waits no longer, the rest arrives, and the case is accepted."""
    taken, lost = taken_in(counter)
    assert counter.store.amendments.lost_files(taken.case_id) == (lost,)
    before = pages_of(counter, taken)
    bring(counter, taken, LOST)
    report = counter.round()
    assert (report.code, report.delivered, report.needs_attention) == ("", 2, 0)
    assert counter.states() == []
    assert counter.store.cases.get(taken.case_number).delivery is Delivery.DELIVERED
    files = files_at_hub(hub, taken.case_id)
    assert (len(files), all(files.values()), lost.attachment_id in files) == (2, True, False)
    while hub.clerk_works(SystemClock()):
        pass
    assert at_hub(hub, taken.case_id)["official_number"]
    assert pages_of(counter, taken) == before


def test_both_sides_agree_afterwards(counter: Terminal, hub: RunningHub) -> None:
    """Neither a comparison nor the count of whole files has the terminal send anything again."""
    taken, _ = taken_in(counter)
    bring(counter, taken, LOST)
    counter.round()
    with closing(open_database(hub.database_url)) as database, database.read() as connection:
        whole = connection.execute(TERMINALS.select()).one().files
    assert counter.store.outbox.state().files_held == whole == 3
    counter.clock.move(days=2)
    report = counter.round()
    assert (report.code, report.announced) == ("", 0)


def test_a_picture_of_something_else_replaces_nothing(counter: Terminal, hub: RunningHub) -> None:
    """The hub goes on waiting for the lost file, the counter goes on saying so; the next correction may bring it."""
    taken, lost = taken_in(counter)
    bring(counter, taken, OTHER)
    counter.round()
    assert counter.states() == [("needs_attention", ATTACHMENT_DAMAGED)]
    assert files_at_hub(hub, taken.case_id)[lost.attachment_id] is False
    assert hub.contents()["counts"]["complete_cases"] == 0
    bring(counter, taken, LOST)
    counter.round()
    assert counter.states() == []
    assert hub.contents()["counts"]["complete_cases"] == 1


def test_a_stick_that_still_has_the_lost_file_does_no_harm(counter: Terminal, hub: RunningHub, tmp_path: Path) -> None:
    """What was sealed before the damage comes after the correction: a duplicate, and nothing is asked for again."""
    lost = file_of(20_000, LOST)
    taken = counter.take_in(lost)
    package = export(counter, tmp_path / "stick")
    damage(counter, lost[0])
    counter.round()
    bring(counter, taken, LOST)
    counter.round()
    with carrier(hub) as bearer:
        assert carry(bearer, package, HUB_KEY.public).packets == 1
    receipts_home(counter, package)
    assert counter.states() == []
    assert list(files_at_hub(hub, taken.case_id).values()) == [True]


def replacing(case_id: CaseId, replaces: list[str], *files: _File) -> OutboxEntry:
    """Make a correction that names what it replaces."""
    payload = amendment_payload(
        CaseCorrected(
            case_number="X",
            operator=ACTOR,
            corrected_at="2026-11-18T02:00:00.000Z",
            matters=(),
            fields={},
            materials=(),
            attachments=tuple(attachment for attachment, _ in files),
            words="",
            replaces=tuple(AttachmentId(one) for one in replaces),
        )
    )
    manifest = tuple(
        AttachmentManifest(AttachmentId(a.attachment_id), a.sha256, a.size, a.media_type, a.pages) for a, _ in files
    )
    return event("case_corrected", case_id, 2, payload, manifest)


def test_only_what_never_came_whole_is_given_up(client: HubClient, hub: RunningHub) -> None:
    """A file that is there stays, and so does another case's; half of a lost one is forgotten; an own one is wanted."""
    whole, half, elsewhere, new = file_of(500), file_of(40_000), file_of(600), file_of(700)
    entry, other = case(whole, half), case(elsewhere)
    told(client, entry, other)
    client.upload(whole[0].attachment_id, 0, whole[1], 500)
    client.upload(half[0].attachment_id, 0, half[1][:16_384], 40_000)
    named = [file.attachment_id for file, _ in (whole, half, elsewhere, new)]
    [answer] = told(client, replacing(entry.case_id, [*named, "x"], new))
    assert (answer.status, answer.missing) == ("received", (new[0].attachment_id,))
    assert files_at_hub(hub, entry.case_id) == {whole[0].attachment_id: True, new[0].attachment_id: False}
    assert files_at_hub(hub, other.case_id) == {elsewhere[0].attachment_id: False}
    with closing(open_database(hub.database_url)) as database, database.read() as connection:
        kept = set(connection.execute(CHUNKS.select()).scalars())
    assert kept == {whole[0].attachment_id}
    client.upload(new[0].attachment_id, 0, new[1], 700)
    [again] = told(client, entry)
    assert (again.status, again.missing) == ("duplicate", ())
    assert hub.contents()["counts"]["complete_cases"] == 1


def test_a_correction_that_replaces_nothing_is_written_as_ever() -> None:
    """A hub that knows nothing of it sees no difference."""
    payload = replacing(CaseId("x"), []).payload
    assert "replaces" not in json.loads(payload)
