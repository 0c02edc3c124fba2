"""Attachments at the hub: whole or not at all, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest
from hub_rigs import QUICK, RunningHub, identity, running_hub
from hub_talk import LIMITS, ask, case, refusal, told, verdict
from store_rigs import SetClock, file_of

from kiosk.ids import uuid7
from sync.answers import HubAnswerError
from sync.client import HubClient
from sync.digest import content_digest
from sync.hub.desk import HubTerms
from sync.hub.storage import FolderObjects, ObjectStore
from sync.messages import Pacing
from sync.policy import Behaviour


@pytest.fixture(scope="module", params=[False, True], ids=["inside", "folder"])
def objects(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ObjectStore | None:
    """Keep the bytes in the database, or in a folder."""
    return FolderObjects(tmp_path_factory.mktemp("objects")) if request.param else None


@pytest.fixture(scope="module")
def hub(hub_database: str, objects: ObjectStore | None) -> Iterator[RunningHub]:
    """Run one hub with small limits per database and store for the module; every test makes cases of its own."""
    terms = HubTerms(limits=LIMITS, pacing=Pacing(next_poll_s=1))
    with running_hub(hub_database, terms=terms, objects=objects) as running:
        yield running


@pytest.fixture
def client(hub: RunningHub) -> Iterator[HubClient]:
    """Speak as the terminal T-1."""
    speaker = HubClient(hub.url, identity(), "0.1.0", SetClock(), timeouts=QUICK)
    yield speaker
    speaker.close()


def test_the_announced_files_are_those_of_the_payload(client: HubClient) -> None:
    """A file without a material, or a material without its file, is refused."""
    entry = case(file_of(10))
    assert verdict(told(client, replace(entry, attachments=()))[0]) == ("rejected", "manifest_differs")


def test_a_file_that_is_too_large_is_refused_before_its_bytes(client: HubClient) -> None:
    """Five declared gigabytes are not waited for."""
    file = file_of(10)
    big = msgspec.structs.replace(file[0], size=5 << 30)
    assert verdict(told(client, case((big, b"")))[0]) == ("rejected", "attachment_too_large")


def test_an_attachment_arrives_in_chunks_and_is_verified(client: HubClient, hub: RunningHub) -> None:
    """Missing until its last byte, then complete with the announced hash."""
    file, data = file_of(70_000)
    entry = case((file, data))
    assert told(client, entry)[0].missing == (file.attachment_id,)
    state = client.upload_state(file.attachment_id, file.size)
    while not state.complete:
        chunk = data[state.offset : state.offset + (32 << 10)]
        state = client.upload(file.attachment_id, state.offset, chunk, file.size)
    result = told(client, entry)[0]
    assert (result.status, result.missing) == ("duplicate", ())
    held = next(one for one in hub.contents()["cases"] if one["case_id"] == entry.case_id)
    assert [one["verified"] for one in held["attachments"]] == [True]
    assert held["complete_at"]


def test_a_chunk_at_another_offset_changes_nothing(client: HubClient, hub: RunningHub) -> None:
    """Ahead, behind, overlapping, or after the end: 409 and where it stands."""
    file, data = file_of(1000)
    told(client, case((file, data)))
    client.upload(file.attachment_id, 0, data[:400], file.size)
    path = f"/v1/attachments/{file.attachment_id}"
    for offset in ("0", "399", "401", "999"):
        answer = ask(hub, "PATCH", path, data[:10], Upload_Offset=offset)
        assert refusal(answer) == (409, "offset_differs")
        assert answer.headers["Upload-Offset"] == "400"
    assert client.upload(file.attachment_id, 400, data[400:], file.size).complete
    answer = ask(hub, "PATCH", path, data[:10], Upload_Offset="1000")
    assert (answer.status_code, answer.headers["Upload-Complete"]) == (409, "?1")


def test_chunks_of_the_wrong_form_are_refused(client: HubClient, hub: RunningHub) -> None:
    """No bytes, no offset, beyond the end, larger than a chunk may be, not what was sent."""
    file, data = file_of(1000)
    told(client, case((file, data)))
    path = f"/v1/attachments/{file.attachment_id}"
    assert refusal(ask(hub, "PATCH", path, b"", Upload_Offset="0")) == (400, "chunk_invalid")
    for offset in ("", "-1", "x", "1e3", "９", "1" * 40):
        sent = offset.encode().decode("latin-1")
        assert refusal(ask(hub, "PATCH", path, b"x", Upload_Offset=sent)) == (400, "chunk_invalid")
    assert refusal(ask(hub, "PATCH", path, data + b"x", Upload_Offset="0")) == (413, "beyond_size")
    assert refusal(ask(hub, "PATCH", path, bytes(40_000), Upload_Offset="0")) == (413, "too_large")
    wrong = {"Upload_Offset": "0", "Content_Digest": content_digest(b"other")}
    assert refusal(ask(hub, "PATCH", path, data, **wrong)) == (460, "digest_differs")
    assert client.upload_state(file.attachment_id, file.size).offset == 0


def test_a_whole_with_the_wrong_hash_starts_over(client: HubClient) -> None:
    """422, and the offset is 0 again; the right bytes are then taken."""
    file, data = file_of(1000)
    entry = case((file, data))
    told(client, entry)
    client.upload(file.attachment_id, 0, data[:999], file.size)
    with pytest.raises(HubAnswerError) as caught:
        client.upload(file.attachment_id, 999, bytes([data[999] ^ 1]), file.size)
    assert caught.value.behaviour is Behaviour.START_OVER
    assert client.upload_state(file.attachment_id, file.size).offset == 0
    assert client.upload(file.attachment_id, 0, data, file.size).complete


def test_nobody_elses_attachment_id_can_be_announced(client: HubClient) -> None:
    """An attachment id stands for one file of one case."""
    file = file_of(10)
    told(client, case(file))
    assert verdict(told(client, case(file))[0]) == ("rejected", "attachment_id_reused")


@pytest.mark.parametrize(
    "attachment_id",
    ["x", "..%2f..%2fetc%2fpasswd", "%00", "'; drop table cases; --", uuid7(), "a" * 3000],
    ids=["short", "path", "nul", "sql", "unknown", "long"],
)
def test_unknown_and_odd_attachment_ids_are_unknown(hub: RunningHub, attachment_id: str) -> None:
    """404, whatever the name."""
    path = f"/v1/attachments/{attachment_id}"
    assert ask(hub, "HEAD", path).status_code == 404
    assert ask(hub, "PATCH", path, b"x", Upload_Offset="0").status_code == 404


def test_a_file_whose_chunk_was_lost_outside_the_database_starts_over(
    client: HubClient, hub: RunningHub, objects: ObjectStore | None
) -> None:
    """What a store has lost is never verified: 422, from offset 0, and then it arrives."""
    if objects is None:
        pytest.skip("the database keeps rows and bytes together")
    file, data = file_of(1000)
    told(client, case((file, data)))
    client.upload(file.attachment_id, 0, data[:600], file.size)
    objects.delete(file.attachment_id)
    with pytest.raises(HubAnswerError) as caught:
        client.upload(file.attachment_id, 600, data[600:], file.size)
    assert caught.value.behaviour is Behaviour.START_OVER
    assert client.upload(file.attachment_id, 0, data, file.size).complete
    assert objects.get(file.attachment_id, 0) == data
    assert hub.contents()["counts"]["verified_attachments"] > 0
