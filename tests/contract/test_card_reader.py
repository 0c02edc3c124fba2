"""What every card reader promises, whatever it is: the mock is trusted because it passes what the real ones pass."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from card_rigs import CardRig, EventLog, MockRig, PcscRig, serial_rig, served, started, tcp_rig
from pcsc_service import pcsc_service

from kiosk.errors import ErrorCode
from kiosk.ports.cards import (
    CardEvent,
    CardFailed,
    CardPresented,
    CardRead,
    CardRemoved,
    ReaderChanged,
    ReaderStatus,
)

_BAD = {ReaderStatus.ABSENT, ReaderStatus.SERVICE_DOWN, ReaderStatus.FAULT}
_QUIET_S = 0.5
"""Longer than any reader here takes to see a card."""


@pytest.fixture(params=["mock", "serial", "tcp", pytest.param("pcsc", marks=pytest.mark.device)])
def rig(request: pytest.FixtureRequest, tmp_path: Path, expect_log: Callable[[str], None]) -> Iterator[CardRig]:
    """Each kind of reader in turn."""
    expect_log("devices.cards.monitored_reader")
    if request.param == "pcsc":
        with pcsc_service() as service, served(PcscRig(service)) as rig:
            yield rig
        return
    make: dict[str, Callable[[], CardRig]] = {
        "mock": lambda: MockRig(tmp_path),
        "serial": lambda: serial_rig(tmp_path),
        "tcp": tcp_rig,
    }
    with served(make[request.param]()) as rig:
        yield rig


@pytest.fixture
def log(rig: CardRig) -> EventLog:
    """Events of the started reader, which is ready."""
    return started(rig)


def _cards(log: EventLog) -> list[type[CardEvent]]:
    return [type(event) for event in log.all() if not isinstance(event, ReaderChanged)]


def test_good_card_laid_and_lifted(rig: CardRig, log: EventLog) -> None:
    """A laid card must give one reading between its coming and its going."""
    rig.lay()
    readout = log.wait(CardRead).readout
    rig.lift()
    log.wait(CardRemoved)
    assert _cards(log) == [CardPresented, CardRead, CardRemoved]
    assert (readout.name, readout.document_number) == ("测试甲", "370100194001019991")
    assert (readout.document_type, readout.sex, readout.nation, readout.birth) == ("111", "1", "01", "1940-01-01")
    assert readout.warnings == ()


def test_reading_shows_nothing_personal_in_its_repr(rig: CardRig, log: EventLog) -> None:
    """An event that lands in a log must not carry the person with it."""
    rig.lay()
    shown = repr(log.wait(CardRead))
    assert "测试" not in shown
    assert "1940" not in shown


def test_card_left_lying(rig: CardRig, log: EventLog) -> None:
    """A card that is left lying must not be read again."""
    rig.lay()
    log.wait(CardRead)
    time.sleep(_QUIET_S)
    assert _cards(log) == [CardPresented, CardRead]
    assert rig.reader.status() is ReaderStatus.READY


def test_unreadable_card(rig: CardRig, log: EventLog) -> None:
    """A card that cannot be read must give one failure with its code, and its going."""
    rig.lay_bad()
    code = log.wait(CardFailed).code
    rig.lift()
    log.wait(CardRemoved)
    assert _cards(log) == [CardPresented, CardFailed, CardRemoved]
    assert code in {ErrorCode.CARD_UNREADABLE, ErrorCode.CARD_NEEDS_TERMINAL_AUTH}


def test_good_card_after_a_bad_one(rig: CardRig, log: EventLog) -> None:
    """A failure must not keep the next card from being read."""
    rig.lay_bad()
    log.wait(CardFailed)
    rig.lift()
    log.wait(CardRemoved)
    rig.lay()
    assert log.wait(CardRead).readout.name == "测试甲"


def test_card_that_lay_there_before_the_start(rig: CardRig) -> None:
    """A card that was laid before the program started must be read."""
    rig.lay()
    log = EventLog()
    rig.reader.start(log)
    assert log.wait(CardRead).readout.name == "测试甲"


def test_reader_missing_at_start_comes_later(rig: CardRig) -> None:
    """A missing reader must not hold up or break the start, and must work as soon as it is there."""
    rig.unplug()
    log = EventLog()
    began = time.monotonic()
    rig.reader.start(log)
    assert time.monotonic() - began < 0.2
    changed = log.wait(ReaderChanged)
    assert changed.status in _BAD
    assert changed.code in {ErrorCode.READER_ABSENT, ErrorCode.READER_SERVICE_DOWN}
    rig.plug_in()
    log.wait_for(_is_ready, ReaderChanged, limit_s=5)
    rig.lay()
    assert log.wait(CardRead).readout.name == "测试甲"


def test_reader_unplugged_while_a_card_lies_there(rig: CardRig, log: EventLog) -> None:
    """The card must be gone with the reader, and both must work again within 5 s after it is back."""
    rig.lay()
    log.wait(CardRead)
    rig.unplug()
    log.wait(CardRemoved)
    log.wait_for(lambda event: isinstance(event, ReaderChanged) and event.status in _BAD, ReaderChanged)
    assert rig.reader.status() in _BAD
    rig.plug_in()
    log.wait_for(_is_ready, ReaderChanged, count=2, limit_s=5)
    rig.lift()
    rig.lay()
    log.wait(CardRead, count=2)


def test_stopped_reader(rig: CardRig, log: EventLog) -> None:
    """After `stop` has returned no event may come, and a second `stop` must do nothing."""
    rig.reader.stop()
    before = log.all()
    rig.lay()
    time.sleep(_QUIET_S)
    rig.reader.stop()
    assert log.all() == before


def test_reader_started_again(rig: CardRig, log: EventLog) -> None:
    """A stopped reader must begin anew when it is started again, with the new listener alone."""
    rig.reader.stop()
    for _ in range(2):
        again = EventLog()
        rig.reader.start(again)
        rig.lay()
        again.wait(CardRead)
        rig.lift()
        again.wait(CardRemoved)
        rig.reader.stop()
    assert not _cards(log)


def test_listener_that_stops_the_reader(rig: CardRig) -> None:
    """A listener may stop the reader from within an event; that event must be the last."""
    log = EventLog()

    def listen(event: CardEvent) -> None:
        log(event)
        if isinstance(event, CardPresented):
            rig.reader.stop()

    rig.reader.start(listen)
    rig.lay()
    log.wait(CardPresented)
    time.sleep(_QUIET_S)
    assert isinstance(log.all()[-1], CardPresented)


def test_listener_that_raises(rig: CardRig) -> None:
    """A bug in a listener must not end the watch for the day."""
    log = EventLog()
    broken = iter([True])

    def listen(event: CardEvent) -> None:
        log(event)
        if isinstance(event, CardRead) and next(broken, False):
            raise ZeroDivisionError

    rig.reader.start(listen)
    rig.lay()
    log.wait(CardRead)
    log.wait_for(lambda event: isinstance(event, ReaderChanged) and event.status is ReaderStatus.FAULT, ReaderChanged)
    log.wait_for(_is_ready, ReaderChanged, count=2)
    rig.lift()
    log.wait(CardRemoved)
    rig.lay()
    log.wait(CardRead, count=2)


def _is_ready(event: CardEvent) -> bool:
    return isinstance(event, ReaderChanged) and event.status is ReaderStatus.READY
