"""Sealed packets at the hub: whoever brings them, each event once, whole, and under its own terminal's name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from threading import Thread
from typing import Any, BinaryIO

import msgspec
import pytest
from hub_rigs import HUB_KEY, TERMINAL, RunningHub, running_hub, terminal
from hub_talk import LIMITS, case, event, told
from relay_rigs import carrier, export, origin_of, packet_of, receipts_home
from sqlalchemy import update
from store_rigs import file_of

from kiosk.crypto.sealing import OpeningKey
from kiosk.crypto.signing import SigningKey
from kiosk.errors import HubError
from kiosk.packets.events import rating_given_payload
from kiosk.packets.receipts import PacketReceipt, is_hubs_receipt
from kiosk.ports.sync import HubReach
from kiosk.store.packets import FilePackets
from sync.answers import HubAnswerError
from sync.client import HubClient
from sync.hub.database import open_database
from sync.hub.desk import HubTerms
from sync.hub.tables import KEYS
from sync.messages import Pacing
from sync.relay import carry
from sync.wire import Timeouts

ORIGIN = origin_of(TERMINAL)
SMALL = msgspec.structs.replace(LIMITS, packet_bytes=3 << 19)


@pytest.fixture
def hub(own_database: str) -> Iterator[RunningHub]:
    """Run a hub with small chunks on each kind of database."""
    with running_hub(own_database, terms=HubTerms(limits=SMALL, pacing=Pacing(next_poll_s=1))) as running:
        yield running


@pytest.fixture
def other(hub: RunningHub) -> Iterator[HubClient]:
    """Speak as the terminal T-2, which carries for T-1."""
    with carrier(hub) as speaker:
        yield speaker


def refused(client: HubClient, packet: BinaryIO) -> tuple[int, str]:
    """Hand over what is refused; gives status and code."""
    with pytest.raises(HubAnswerError) as caught:
        client.hand_over(packet)
    return caught.value.status, caught.value.problem_code


def held(hub: RunningHub, case_id: str) -> list[dict[str, Any]]:
    """List a case at the hub: none or one."""
    return [one for one in hub.contents()["cases"] if one["case_id"] == case_id]


def said(receipt: PacketReceipt) -> tuple[str, str]:
    """Give status and code of a receipt that the hub signed."""
    assert is_hubs_receipt(receipt, HUB_KEY.public)
    return receipt.status, receipt.code


def test_a_packet_that_another_terminal_brings_is_its_own_terminals_case(hub: RunningHub, other: HubClient) -> None:
    """Case, attachments and hashes are there under T-1, and the signed receipt names event and payload."""
    files = (file_of(100_000), file_of(0), file_of(3))
    entry = case(*files)
    with packet_of(entry, *files, origin=ORIGIN) as packet:
        receipt = other.hand_over(packet)
    assert said(receipt) == ("received", "")
    assert (receipt.terminal_id, receipt.event_id, receipt.payload_sha256) == (
        TERMINAL,
        entry.event_id,
        entry.payload_sha256,
    )
    [case_here] = held(hub, entry.case_id)
    assert case_here["terminal_id"] == TERMINAL
    assert [one["verified"] for one in case_here["attachments"]] == [True, True, True]


def test_the_same_packet_twice_is_a_duplicate(hub: RunningHub, other: HubClient) -> None:
    """A second stick, or the same one again, changes nothing and gets a receipt as good as the first."""
    file = file_of(10)
    entry = case(file)
    for status in ("received", "duplicate", "duplicate"):
        with packet_of(entry, file, origin=ORIGIN) as packet:
            assert said(other.hand_over(packet)) == (status, "")
    assert len(held(hub, entry.case_id)) == 1


def test_the_network_was_quicker_by_half(client: HubClient, hub: RunningHub, other: HubClient) -> None:
    """What the line began the packet finishes: announced, and half of its bytes there."""
    file = file_of(60_000)
    entry = case(file)
    told(client, entry)
    client.upload(file[0].attachment_id, 0, file[1][:20_000], len(file[1]))
    with packet_of(entry, file, origin=ORIGIN) as packet:
        assert said(other.hand_over(packet)) == ("duplicate", "")
    assert [one["verified"] for one in held(hub, entry.case_id)[0]["attachments"]] == [True]


def test_the_stick_was_quicker_than_the_network(client: HubClient, hub: RunningHub, other: HubClient) -> None:
    """The line then hears that all is there, and sends no byte of it."""
    file = file_of(60_000)
    entry = case(file)
    with packet_of(entry, file, origin=ORIGIN) as packet:
        other.hand_over(packet)
    [result] = told(client, entry)
    assert (result.status, result.missing) == ("duplicate", ())
    assert len(held(hub, entry.case_id)) == 1


def test_both_ways_at_once(hub: RunningHub, tmp_path: Path) -> None:
    """Five cases go by line and by stick in the same moments: each is there once, whole, and closed at its terminal."""
    patient = Timeouts()  # the product's: both wait for one row, and a busy disk's commits may take seconds
    with terminal(tmp_path / "t", hub.url, timeouts=patient) as station, carrier(hub, timeouts=patient) as bearer:
        taken = [station.take_in(file_of(150_000), file_of(2_000)) for _ in range(5)]
        package = export(station, tmp_path / "stick")
        carrying = Thread(target=carry, args=(bearer, package, HUB_KEY.public))
        carrying.start()
        reports = [station.round() for _ in range(2)]
        carrying.join(60)
        receipts_home(station, package)
        while station.store.outbox.counts().delivered < len(taken):
            reports.append(station.round())
            assert len(reports) < 20
        assert {report.reach for report in reports} == {HubReach.REACHABLE}
        assert station.store.outbox.queue() == []
    for one in taken:
        [there] = held(hub, one.case_id)
        assert [file["verified"] for file in there["attachments"]] == [True, True]


def test_a_later_event_waits_for_the_first(other: HubClient) -> None:
    """Out of order the hub says retry, without a receipt that would close anything."""
    first = case()
    number = msgspec.json.decode(first.payload)["case_number"]
    rating = event("rating_given", first.case_id, 2, rating_given_payload(number, 5, "", "2026-11-18T02:05:00.000Z"))
    with packet_of(rating, origin=ORIGIN) as packet:
        assert said(other.hand_over(packet)) == ("retry", "rev_ahead")
    with packet_of(first, origin=ORIGIN) as packet:
        assert said(other.hand_over(packet)) == ("received", "")
    with packet_of(rating, origin=ORIGIN) as packet:
        assert said(other.hand_over(packet)) == ("received", "")


def test_what_is_no_whole_packet_of_ours_is_refused(hub: RunningHub, other: HubClient) -> None:
    """Cut, for another hub, by a key that no terminal has, in another terminal's name: words, and nothing is kept."""
    file = file_of(1_000)
    entry = case(file)
    stranger = replace(ORIGIN, key=SigningKey(bytes(32)))
    with packet_of(entry, file, origin=ORIGIN, cut=900) as packet:
        assert refused(other, packet) == (422, "packet_invalid")
    with packet_of(entry, file, origin=replace(ORIGIN, hub_key=OpeningKey(bytes(32)).public)) as packet:
        assert refused(other, packet) == (422, "packet_foreign")
    with packet_of(entry, file, origin=stranger) as packet:
        assert refused(other, packet) == (422, "packet_signer")
    with packet_of(entry, file, origin=replace(origin_of("T-2"), terminal_id=TERMINAL)) as packet:
        assert refused(other, packet) == (422, "packet_signer")
    assert held(hub, entry.case_id) == []


def test_a_packet_of_a_case_that_another_terminal_took_in_is_refused(other: HubClient) -> None:
    """The signature is right, but the case says T-1: the receipt refuses it in words."""
    with packet_of(case(), origin=origin_of("T-2")) as packet:
        receipt = other.hand_over(packet)
    assert said(receipt) == ("rejected", "case_of_another")
    assert receipt.words


def test_files_that_are_not_those_of_the_manifest_are_refused(hub: RunningHub, other: HubClient) -> None:
    """A packet whose bytes have another hash than announced: refused by its receipt, the case stays incomplete."""
    file, data = file_of(1_000)
    entry = case((file, data))
    with packet_of(entry, (file, bytes(1_000)), origin=ORIGIN) as packet:
        assert said(other.hand_over(packet)) == ("rejected", "attachment_hash")
    assert [one["verified"] for one in held(hub, entry.case_id)[0]["attachments"]] == [False]


def test_a_packet_beyond_the_limit_is_not_read(other: HubClient) -> None:
    """A gigabyte on a stick does not fill the hub's disk."""
    with TemporaryFile() as packet:
        packet.truncate(2 << 20)
        with pytest.raises(HubError):  # refused, or cut off while it still sends
            other.hand_over(packet)


def test_a_packet_beyond_the_limit_holds_up_no_other(other: HubClient, tmp_path: Path) -> None:
    """Who carries knows the limit and says so, and the next packet goes through."""
    package = FilePackets(tmp_path, stick=True)
    files = [file_of(1 << 20) for _ in range(2)]
    large, small = case(*files), case()
    for entry, with_files in ((large, files), (small, [])):
        with packet_of(entry, *with_files, origin=ORIGIN) as packet:
            package.add(entry.event_id, lambda out, packet=packet: shutil.copyfileobj(packet, out))  # type: ignore[misc]  # bound now
    carried = carry(other, package, HUB_KEY.public)
    assert (carried.packets, carried.refused, carried.code) == (1, 1, "")
    assert carried.words == ("一次发来的内容太大",)


def test_a_key_that_was_replaced_speaks_for_what_was_before(hub: RunningHub, other: HubClient) -> None:
    """A machine that lost its key store loses no case; what the lost key signs afterwards is not believed."""
    with carrier(hub, "T-3"), closing(open_database(hub.database_url)) as database, database.write() as connection:
        connection.execute(
            update(KEYS).where(KEYS.c.terminal_id == "T-3").values(revoked_at="2026-11-18T03:00:00.000Z")
        )
    before = case(terminal="T-3")
    ahead = replace(case(terminal="T-3"), occurred_at="2026-11-18T03:30:00.000Z", clock_offset_ms=-3_600_000)
    after = replace(case(terminal="T-3"), occurred_at="2026-11-18T03:00:01.000Z")
    with packet_of(before, origin=origin_of("T-3")) as packet:
        assert said(other.hand_over(packet)) == ("received", "")
    with packet_of(ahead, origin=origin_of("T-3")) as packet:
        assert said(other.hand_over(packet)) == ("received", ""), "its clock was an hour ahead, and it said so"
    with packet_of(after, origin=origin_of("T-3")) as packet:
        assert refused(other, packet) == (422, "packet_signer")
