"""Sealing in the background, while the program keeps cases."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from relay_rigs import OPENING
from store_rigs import FRAME, file_of, intake_of, rot

from kiosk.clock import iso
from kiosk.errors import ConfigError, ErrorCode, HubError
from kiosk.packets.events import case_taken_in_payload
from kiosk.packets.sealed import SealedPacket
from kiosk.ports.sync import DeliveryOutcome, OutcomeStatus
from kiosk.wiring.counter import open_counter
from kiosk.wiring.foundation import Foundation, lay_foundation
from kiosk.wiring.hub_keys import FILE_NAME, find_hub_keys, keep_given
from kiosk.wiring.relay import export
from kiosk.wiring.sealing import Sealing, own_packets
from sync.messages import Enrolled, EnrolledStation

GIVEN_OUT = Enrolled(
    server_time="2026-11-18T02:00:00.000Z",
    station=EnrolledStation(terminal_id="T-1"),
    hub_key=base64.b64encode(bytes(32)).decode(),
    packet_key=base64.b64encode(OPENING.public).decode(),
)


@pytest.fixture
def foundation(tmp_path: Path) -> Foundation:
    """A training store, made before anybody else looks at it, as the program does."""
    laid = lay_foundation(tmp_path / "data")
    laid.open_store().close()
    return laid


@pytest.fixture
def sealing(foundation: Foundation) -> Iterator[Sealing]:
    """Seal in the background."""
    background = Sealing(foundation)
    background.start()
    yield background
    background.stop()


def take_in(foundation: Foundation) -> str:
    """Keep a case with an attachment; gives its number."""
    terminal_id = foundation.config.station.terminal_id
    with foundation.store() as store:
        intake = intake_of(file_of(150_000), taken_in_at=iso(foundation.clock.now()))
        taken = store.cases.take_in(intake, FRAME, lambda number: case_taken_in_payload(number, intake, terminal_id))
    return taken.case_number


def packets_check(foundation: Foundation) -> tuple[str, str, str]:
    """Give what the devices page and `kiosk doctor` say of sealed packets."""
    with open_counter(foundation.data_dir) as counter:
        [check] = [check for check in counter.services.health.checks() if check.id == "packets"]
    return check.state.value, check.words, check.advice


def until(met: Callable[[], bool]) -> None:
    """Wait for something that comes soon."""
    deadline = time.monotonic() + 20
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_each_case_is_sealed_right_after_it_was_kept(foundation: Foundation, sealing: Sealing) -> None:
    """Nobody asks for it; the packet is whole, and the hub can open it."""
    keep_given(foundation.data_dir, GIVEN_OUT)
    own = own_packets(foundation)
    for count in (1, 2):
        take_in(foundation)
        sealing.notice_event()
        until(lambda count=count: len(own.event_ids()) == count)  # type: ignore[misc]  # bound now
    for event_id in own.event_ids():
        with own.open(event_id) as file:
            packet = SealedPacket(file)
            packet.verify()
            packet.open(OPENING)
            assert packet.files_bytes == 150_000


def test_before_the_hub_gave_its_key_cases_wait_and_are_sealed_later(
    foundation: Foundation, sealing: Sealing, tmp_path: Path
) -> None:
    """Without a key there are no packets, an export says what is missing; with the first contact all are sealed."""
    take_in(foundation)
    take_in(foundation)
    with pytest.raises(HubError) as refused:
        export(foundation, tmp_path)
    assert refused.value.code is ErrorCode.HUB_KEYS_UNKNOWN
    assert own_packets(foundation).event_ids() == []
    state, words, advice = packets_check(foundation)
    assert (state, "2 条" in words, "公钥" in words, "连上省级平台" in advice) == ("degraded", True, True, True)
    keep_given(foundation.data_dir, GIVEN_OUT)
    sealing.notice_event()
    until(lambda: len(own_packets(foundation).event_ids()) == 2)
    assert packets_check(foundation) == ("ok", "没有未密封的办件", "")


def test_an_export_seals_what_the_background_has_not(foundation: Foundation, tmp_path: Path) -> None:
    """Nothing that was kept before the button was pressed stays behind."""
    keep_given(foundation.data_dir, GIVEN_OUT)
    take_in(foundation)
    exported = export(foundation, tmp_path)
    assert (exported.cases, exported.packets, exported.damaged) == (1, 1, 0)


def test_a_packet_that_rotted_on_the_disk_is_not_carried(foundation: Foundation, tmp_path: Path) -> None:
    """It is counted and told; the others go."""
    keep_given(foundation.data_dir, GIVEN_OUT)
    take_in(foundation)
    take_in(foundation)
    export(foundation, tmp_path)
    packet = next((foundation.data_dir / "packets").iterdir())
    packet.write_bytes(packet.read_bytes()[:-70] + bytes(70))
    exported = export(foundation, tmp_path)
    assert (exported.cases, exported.packets, exported.damaged) == (1, 1, 1)


def test_what_rotted_before_it_was_sealed_stays_alone_behind(foundation: Foundation, tmp_path: Path) -> None:
    """The healthy cases behind it are sealed and go, the delivered ones do not; its number is named, doctor says so."""
    keep_given(foundation.data_dir, GIVEN_OUT)
    done, sick, well = take_in(foundation), take_in(foundation), take_in(foundation)
    rot(foundation.data_dir, foundation.key, sick)
    with foundation.store() as store:
        [first] = [line.event_id for line in store.outbox.queue() if line.case_number == done]
        outcome = DeliveryOutcome(first, OutcomeStatus.RECEIVED)
        store.outbox.record([outcome], iso(foundation.clock.now()), retry_at=lambda _: "")
    exported = export(foundation, tmp_path)
    assert (exported.cases, exported.packets, exported.undelivered) == (1, 1, 1)
    assert (exported.damaged, exported.left) == (1, (sick,))
    state, words, advice = packets_check(foundation)
    assert (state, sick in words, well in words, "其余的件照常" in advice) == ("degraded", True, False, True)


def test_a_disk_that_fails_is_logged_and_holds_nothing_up(
    foundation: Foundation, sealing: Sealing, expect_log: Callable[[str], None]
) -> None:
    """Where the packets should lie stands a file: the case is kept all the same, and the program ends cleanly."""
    expect_log("yizhan.sealing")
    (foundation.data_dir / "packets").write_bytes(b"")
    keep_given(foundation.data_dir, GIVEN_OUT)
    take_in(foundation)
    sealing.notice_event()
    with foundation.store() as store:
        assert store.outbox.counts().pending == 1
    sealing.stop()
    state, words, advice = packets_check(foundation)
    assert (state, "1 条" in words, "packets" in advice) == ("degraded", True, True)


def test_keys_that_are_none_are_refused_with_their_place(foundation: Foundation) -> None:
    """A damaged file is not taken for no file."""
    assert find_hub_keys(foundation.data_dir) is None
    (foundation.data_dir / FILE_NAME).write_text("{}")
    with pytest.raises(ConfigError) as refused:
        find_hub_keys(foundation.data_dir)
    assert FILE_NAME in str(refused.value)
    take_in(foundation)
    state, words, _ = packets_check(foundation)
    assert (state, FILE_NAME in words) == ("degraded", True)
