"""An ID card reader in trouble: each fault has its code, and the next card is read as if nothing had been."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from card_rigs import QUICK, EventLog, SamvRig, serial_rig, served, started, tcp_rig
from samv_simulator import OTHER_PERSON, PERSON, PtyPort, SimulatedSamv

from devices.cards.samv_frame import Command, Status
from devices.cards.samv_reader import SamvCardReader
from devices.cards.samv_transports import SerialTransport
from kiosk.errors import ErrorCode
from kiosk.ports.cards import CardFailed, CardPresented, CardRead, CardRemoved, ReaderChanged, ReaderStatus


@pytest.fixture(params=["serial", "tcp"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SamvRig]:
    """A reader on each wire."""
    with served(serial_rig(tmp_path) if request.param == "serial" else tcp_rig()) as rig:
        yield rig


@pytest.fixture
def log(rig: SamvRig) -> EventLog:
    """Events of the started reader, which is ready."""
    return started(rig)


@pytest.mark.parametrize("command", [Command.SELECT, Command.READ_BASE], ids=["at select", "at read"])
def test_card_pulled_mid_read(rig: SamvRig, log: EventLog, command: bytes) -> None:
    """A card that is taken away too soon must say so, and be read when it is laid again."""
    rig.module.pulled_at = command
    rig.module.lay()
    assert log.wait(CardFailed).code is ErrorCode.CARD_REMOVED_EARLY
    log.wait(CardRemoved)
    rig.module.pulled_at = None
    rig.module.lay()
    log.wait(CardRead)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.CARD_REFUSED_SAM, ErrorCode.CARD_REFUSED_READER),
        (Status.SAM_REFUSED_CARD, ErrorCode.CARD_REFUSED_READER),
        (Status.UNKNOWN_CARD_TYPE, ErrorCode.CARD_UNKNOWN),
        (Status.READ_FAILED, ErrorCode.CARD_UNREADABLE),
        (Status.INFORMATION_CHECK_FAILED, ErrorCode.CARD_GARBLED),
    ],
)
def test_module_refuses_the_card(rig: SamvRig, log: EventLog, status: int, code: ErrorCode) -> None:
    """Each refusal must have its code, once, until the card is lifted."""
    rig.module.refuses = status
    rig.module.lay()
    assert log.wait(CardFailed).code is code
    _let_it_look_again(rig)
    assert [type(event) for event in log.all()[1:]] == [CardPresented, CardFailed]
    rig.module.lift()
    log.wait(CardRemoved)


def test_garbled_reading(rig: SamvRig, log: EventLog) -> None:
    """A reading with a wrong sum must never become a person."""
    rig.module.flipped = Command.READ_BASE
    rig.module.lay()
    assert log.wait(CardFailed).code is ErrorCode.CARD_GARBLED
    assert not any(isinstance(event, CardRead) for event in log.all())


def test_garbled_search(rig: SamvRig, log: EventLog) -> None:
    """One garbled answer while nothing lies there must not be shown to anybody."""
    rig.module.flipped = Command.FIND
    _let_it_look_again(rig)
    rig.module.lay()
    log.wait(CardRead)
    assert len(log.all()) == 3


def test_rubbish_before_every_frame(rig: SamvRig, log: EventLog) -> None:
    """A vendor's prefix and half a preamble must be skipped."""
    rig.module.noise = bytes.fromhex("AA0512A010AAAAAA")
    rig.module.lay()
    assert log.wait(CardRead).readout.name == "测试甲"


def test_mute_reader(rig: SamvRig, log: EventLog, expect_log: Callable[[str], None]) -> None:
    """A reader that no longer answers must be a fault with its code, and come back by itself."""
    expect_log("devices.cards.monitored_reader")
    rig.module.mute = True
    assert log.wait_status(ReaderStatus.FAULT).code is ErrorCode.READER_SILENT
    rig.module.mute = False
    log.wait_status(ReaderStatus.READY, count=2, limit_s=5)
    rig.module.lay()
    log.wait(CardRead)


def test_reader_falls_silent_mid_read(rig: SamvRig, log: EventLog, expect_log: Callable[[str], None]) -> None:
    """A reading that gets no answer must fail within its limit instead of waiting."""
    expect_log("devices.cards.monitored_reader")
    rig.module.mute_at = Command.READ_BASE
    rig.module.lay()
    assert log.wait(CardFailed, limit_s=3).code is ErrorCode.READER_SILENT
    rig.module.mute_at = None
    log.wait(CardRead)


def test_newest_address_is_not_answered(rig: SamvRig, log: EventLog) -> None:
    """A good reading must not be lost because the newest address is not answered."""
    rig.module.mute_at = Command.READ_NEWEST_ADDRESS
    rig.module.lay()
    rig.module.mute_at = Command.READ_NEWEST_ADDRESS
    assert log.wait(CardRead).readout.address == PERSON["address"]
    rig.module.mute_at = None


def test_newest_address(rig: SamvRig, log: EventLog) -> None:
    """An address written onto the card later must stand before the printed one."""
    rig.module.newest_address = "测试省测试市新区新路9号"
    rig.module.lay()
    readout = log.wait(CardRead).readout
    assert readout.address == "测试省测试市新区新路9号"
    assert readout.sam_id == "05.01-20240101-0001234567-2345678901"


@pytest.mark.parametrize("finds_lying_card", [False, True], ids=["usual", "finds lying cards"])
def test_card_swapped_at_once(rig: SamvRig, log: EventLog, *, finds_lying_card: bool) -> None:
    """Another card in the place of the first must be told as gone, come, and read."""
    rig.module.finds_lying_card = finds_lying_card
    rig.module.lay()
    log.wait(CardRead)
    _let_it_look_again(rig)
    rig.module.lay(OTHER_PERSON)
    assert log.wait(CardRead, count=2).readout.name == "测试乙"
    kinds = [type(event) for event in log.all()[1:]]
    assert kinds == [CardPresented, CardRead, CardRemoved, CardPresented, CardRead]


def test_reader_that_finds_lying_cards(rig: SamvRig, log: EventLog) -> None:
    """A reader that finds a read card again and again must still give one reading."""
    rig.module.finds_lying_card = True
    rig.module.lay()
    log.wait(CardRead)
    _let_it_look_again(rig)
    rig.module.lift()
    log.wait(CardRemoved)
    assert [type(event) for event in log.all()[1:]] == [CardPresented, CardRead, CardRemoved]


def test_wire_cut_mid_read(rig: SamvRig, log: EventLog, expect_log: Callable[[str], None]) -> None:
    """A plug pulled while a card is read must fail that card and leave no card behind."""
    expect_log("devices.cards.monitored_reader")
    rig.module.mute_at = Command.READ_BASE
    rig.module.lay()
    log.wait(CardPresented)
    rig.unplug()
    assert log.wait(CardFailed).code in {ErrorCode.READER_ABSENT, ErrorCode.READER_SILENT}
    log.wait(CardRemoved)
    rig.module.mute_at = None
    rig.plug_in()
    log.wait_status(ReaderStatus.READY, count=2, limit_s=5)


def test_port_held_by_another_program(tmp_path: Path, expect_log: Callable[[str], None]) -> None:
    """A port that another program holds must say so, and be used as soon as it is free."""
    expect_log("devices.cards.monitored_reader")
    port = PtyPort(SimulatedSamv(), tmp_path / "tty")
    port.plug_in()
    log = EventLog()
    reader = SamvCardReader("serial", SerialTransport(str(port.path)), QUICK)
    try:
        with port.path.open("rb", buffering=0) as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            reader.start(log)
            changed = log.wait(ReaderChanged)
        assert (changed.status, changed.code) == (ReaderStatus.FAULT, ErrorCode.READER_IN_USE)
        log.wait_status(ReaderStatus.READY, limit_s=5)
    finally:
        reader.stop()
        port.unplug()


def test_stop_while_the_reader_is_mute(rig: SamvRig, log: EventLog) -> None:
    """Ending the program must not wait for a reader's answer."""
    rig.module.mute_at = Command.READ_BASE
    rig.module.lay()
    log.wait(CardPresented)
    began = time.monotonic()
    rig.reader.stop()
    assert time.monotonic() - began < 0.4


def _let_it_look_again(rig: SamvRig, requests: int = 4) -> None:
    """Wait until the reader has asked some more requests."""
    asked = len(rig.module.commands)
    deadline = time.monotonic() + 5
    while len(rig.module.commands) < asked + requests:
        assert time.monotonic() < deadline
        time.sleep(0.01)
