"""Cases by stick: out of a terminal without a network, through another one to the hub, and the receipts home."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from command_rigs import case_file, hub_process, kiosk
from hub_rigs import HUB_KEY, Fault, RunningHub, faulty_link, running_hub, terminal
from relay_rigs import carrier, export, own_packets, receipts_home, relay_of, sealer_of
from store_rigs import file_of

from kiosk.crypto.signing import SigningKey
from kiosk.errors import ErrorCode, StoreError
from kiosk.packets.receipts import read_receipt, signed_receipt
from kiosk.ports.relay import Closed
from kiosk.store.packets import FilePackets
from sync.relay import carry


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """Run a hub on SQLite."""
    with running_hub(tmp_path / "hub") as running:
        yield running


def test_cases_go_out_by_stick_and_the_receipts_close_them(hub: RunningHub, tmp_path: Path) -> None:
    """Three cases are delivered at a terminal that never met the hub; what came home is off the stick."""
    with terminal(tmp_path / "t", hub.url) as station, carrier(hub) as bearer:
        for _ in range(3):
            station.take_in(file_of(90_000))
        package = export(station, tmp_path / "stick")
        carried = carry(bearer, package, HUB_KEY.public)
        assert (carried.cases, carried.packets, carried.waiting, carried.code) == (3, 3, 0, "")
        assert receipts_home(station, package) == Closed(cases=3)
        counts = station.store.outbox.counts()
        assert (counts.delivered, counts.pending) == (3, 0)
        assert counts.last_acknowledged_at is not None
        assert package.event_ids() == package.receipts() == []
    assert hub.contents()["counts"]["complete_cases"] == 3


def test_the_packets_alone_bring_every_case_when_the_database_is_gone(hub: RunningHub, tmp_path: Path) -> None:
    """Database and data key destroyed: what lies beside them is enough, and is needed no longer afterwards."""
    with terminal(tmp_path / "t", hub.url) as station:
        taken = [station.take_in(file_of(70_000)) for _ in range(4)]
        export(station, tmp_path / "unused")
    for path in (tmp_path / "t").iterdir():
        if path.is_file():
            path.unlink()
    own = FilePackets(tmp_path / "t" / "packets")
    with carrier(hub) as bearer:
        assert carry(bearer, own, HUB_KEY.public).cases == 4
    assert {case["case_id"] for case in hub.contents()["cases"]} == {one.case_id for one in taken}
    assert hub.contents()["counts"]["verified_attachments"] == 4
    with terminal(tmp_path / "t", hub.url) as empty:
        assert receipts_home(empty, own) == Closed(cases=4)
        assert own.event_ids() == []
        assert empty.round().code == ""


def test_the_commands_save_the_cases_of_a_damaged_database(tmp_path: Path) -> None:
    """The store refuses to open, the export says so and writes every packet, another terminal hands them over."""
    here, there, stick = tmp_path / "a", tmp_path / "b", tmp_path / "stick"
    stick.mkdir()
    there.mkdir()
    (there / "config.toml").write_text('[station]\nterminal_id = "T-2"\nterminal_code = "T02"\n')
    with hub_process(tmp_path / "hub", "--accept-after", "999") as url:
        kiosk("sync", "once", "--data", here, "--hub", url)
        kiosk("case", "submit", case_file(tmp_path), "--data", here)
        assert kiosk("relay", "export", stick, "--data", here).json["cases"] == 1
        shutil.rmtree(stick / "yizhan-relay")
        with (here / "kiosk.db").open("r+b") as database:
            database.truncate(5)
        saved = kiosk("relay", "export", stick, "--data", here)
        assert (saved.code, saved.json["cases"]) == (0, 1)
        assert ErrorCode.STORE_DAMAGED.value in saved.words
        brought = kiosk("relay", "import", stick, "--data", there, "--hub", url)
        assert (brought.code, brought.json["carried"]["cases"]) == (0, 1)
        again = kiosk("relay", "import", stick, "--data", there, "--hub", url)
        assert (again.code, again.json["carried"]["packets"]) == (0, 0)
        assert kiosk("relay", "import", tmp_path / "hub", "--data", there).error == ErrorCode.RELAY_NOTHING.value
        assert kiosk("relay", "export", tmp_path / "none", "--data", there).error == ErrorCode.RELAY_FOLDER.value
    assert kiosk("hub", "show", "--json", "--data", tmp_path / "hub").json["counts"]["complete_cases"] == 1


def test_a_line_that_breaks_while_carrying_loses_nothing(hub: RunningHub, tmp_path: Path) -> None:
    """What was handed over has its receipt, the rest waits, and the next try brings it; a lost answer costs nothing."""
    with terminal(tmp_path / "t", hub.url) as station, faulty_link(hub.port) as link:
        for _ in range(4):
            station.take_in(file_of(1_000))
        package = export(station, tmp_path / "stick")
        sent: list[str] = []

        def plan(_method: str, path: str, _size: int) -> Fault | None:
            sent.append(path)
            return Fault.LOSE_ANSWER if sent.count("/v1/packets") == 3 and path == "/v1/packets" else None

        link.plan = plan
        with carrier(RunningHub(hub.database_url, link.port)) as bearer:
            first = carry(bearer, package, HUB_KEY.public)
            assert (first.packets, first.waiting, first.code) == (2, 2, ErrorCode.HUB_UNREACHABLE.value)
            second = carry(bearer, package, HUB_KEY.public)
        assert (second.packets, second.waiting, second.code) == (2, 0, "")
        assert receipts_home(station, package) == Closed(cases=4)
    assert hub.contents()["counts"]["complete_cases"] == 4


def test_receipts_that_the_hub_did_not_give_close_nothing(hub: RunningHub, tmp_path: Path) -> None:
    """Forged, changed, for another payload, of another event, rubbish: told, and the case stays on its way."""
    with terminal(tmp_path / "t", hub.url) as station, carrier(hub) as bearer:
        taken = station.take_in()
        package = export(station, tmp_path / "stick")
        carry(bearer, package, HUB_KEY.public)
        [event_id] = package.receipts()
        true = read_receipt(package.read_receipt(event_id))
        other = msgspec.structs.replace(true, payload_sha256="1" * 64)
        for wrong in (
            msgspec.json.encode(signed_receipt(true, SigningKey(bytes(32)))),
            msgspec.json.encode(msgspec.structs.replace(true, status="duplicate")),
            msgspec.json.encode(signed_receipt(other, HUB_KEY)),
            msgspec.json.encode(signed_receipt(msgspec.structs.replace(true, status="retry"), HUB_KEY)),
            b"\xff rubbish",
        ):
            package.keep_receipt(event_id, wrong)
            assert receipts_home(station, package) == Closed(unproven=1)
        assert station.store.cases.get(taken.case_number).delivery.value == "pending"
        package.keep_receipt(event_id, msgspec.json.encode(true))
        assert receipts_home(station, package) == Closed(cases=1)


def test_what_the_hub_refuses_by_stick_stands_on_the_shelf_at_home(hub: RunningHub, tmp_path: Path) -> None:
    """A number that another case has is refused in words, and the words come home."""
    with terminal(tmp_path / "t", hub.url) as station:
        station.take_in()
        station.round()
    with terminal(tmp_path / "u", hub.url) as twin, carrier(hub) as bearer:
        twin.take_in()  # the same series and day: the same number
        package = export(twin, tmp_path / "stick")
        carried = carry(bearer, package, HUB_KEY.public)
        assert (carried.refused, carried.words) == (1, ("这个办件编号已经用于另一件",))
        assert receipts_home(twin, package) == Closed(refused=1)
        assert twin.states() == [("needs_attention", "case_number_taken")]


def test_other_stations_receipts_on_the_same_stick_are_left_alone(hub: RunningHub, tmp_path: Path) -> None:
    """One stick may go round: each takes what is its own."""
    with terminal(tmp_path / "t", hub.url) as station, carrier(hub) as bearer:
        station.take_in()
        package = export(station, tmp_path / "stick")
        carry(bearer, package, HUB_KEY.public)
        other = replace(relay_of(station), terminal_id="T-9")
        assert other.take_receipts(package, HUB_KEY.public) == Closed()
        assert len(package.receipts()) == 1


def test_a_packet_is_durable_and_what_was_cut_off_is_swept(tmp_path: Path) -> None:
    """A write that fails leaves nothing that looks like a packet; the sweep removes what a dead program left."""
    with terminal(tmp_path / "t", "http://127.0.0.1:9") as station:
        station.take_in(file_of(200_000))
        sealer = sealer_of(station)
        own = own_packets(station)
        (station.folder / "packets").mkdir()
        left = station.folder / "packets" / "01a200f2-8d94-7329-9d37-1715ad682ce9.0a0b.part"
        left.write_bytes(b"half")
        assert own.event_ids() == []
        own.sweep()
        assert not left.exists()
        assert sealer.seal_some() == 1
        [event_id] = own.event_ids()

        def fail(_out: object) -> None:
            raise StoreError(ErrorCode.STORE_DAMAGED)

        with pytest.raises(StoreError):
            own.add(event_id, fail)
        assert [path.suffix for path in (station.folder / "packets").iterdir()] == [".packet"]
        assert sealer.seal_some() == 0


def test_packets_stay_a_month_after_the_hub_has_the_case(hub: RunningHub, tmp_path: Path) -> None:
    """A hub that was restored from last week's backup can still be filled from them; then they go."""
    with terminal(tmp_path / "t", hub.url) as station:
        station.take_in()
        assert sealer_of(station).seal_some() == 1
        station.round()
        assert station.store.outbox.counts().delivered == 1
        assert sealer_of(station).prune() == 0
        station.clock.move(days=31)
        assert sealer_of(station).prune() == 1
        assert own_packets(station).event_ids() == []
        assert sealer_of(station).seal_some() == 0, "what is long delivered gets no new packet"


def test_files_that_only_look_like_ours_are_not_read(tmp_path: Path) -> None:
    """Links out of the stick and pipes on it are no packets."""
    stick = tmp_path / "stick"
    stick.mkdir()
    name = "01a200f2-8d94-7329-9d37-1715ad682ce9"
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (stick / f"{name}.receipt").symlink_to(secret)
    (stick / "..packet").write_bytes(b"")
    package = FilePackets(stick, stick=True)
    assert package.event_ids() == []
    with pytest.raises(StoreError) as refused:
        package.read_receipt(package.receipts()[0])
    assert refused.value.code is ErrorCode.RELAY_FOLDER
