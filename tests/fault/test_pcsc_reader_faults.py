"""A real PC/SC service and virtual cards in trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from card_rigs import EventLog, PcscRig, served, started
from pcsc_service import PERSON, SLOT_NAME, PcscService, VirtualCard, pcsc_service
from smartcard import scard

from devices.cards.simulated_social_card import SimulatedSocialCard
from kiosk.errors import ErrorCode
from kiosk.ports.cards import CardFailed, CardPresented, CardRead, CardRemoved, ReaderStatus

pytestmark = pytest.mark.device

_OTHER_PERSON = {**PERSON, "name": "测试乙", "birth": "19680315", "id_no": "370100196803159995"}
_VERIFY = 0x20


class BankCard(SimulatedSocialCard):
    """A card without our application."""

    def answer(self, command: bytes) -> bytes:
        """Know nothing."""
        self.commands.append(command[1])
        return b"\x6a\x82"


class DeafCard(SimulatedSocialCard):
    """A card whose answer to reset is rubbish."""

    @property
    def atr(self) -> bytes:
        """Rubbish."""
        return b"\x00\x00\x00\x00"


@pytest.fixture
def service() -> Iterator[PcscService]:
    """A PC/SC service of the test's own."""
    with pcsc_service() as service:
        yield service


@pytest.fixture
def rig(service: PcscService) -> Iterator[PcscRig]:
    """A reader on it."""
    with served(PcscRig(service)) as rig:
        yield rig


@pytest.fixture
def log(rig: PcscRig) -> EventLog:
    """Events of the started reader, which is ready."""
    return started(rig)


@pytest.mark.parametrize("commands", [1, 12])
def test_card_pulled_mid_read(rig: PcscRig, log: EventLog, commands: int) -> None:
    """A card that is taken away too soon must say so, wherever the reading was, and be read when it is back."""
    rig.lay_card(VirtualCard(SimulatedSocialCard(PERSON), pulled_after=commands))
    assert log.wait(CardFailed).code is ErrorCode.CARD_REMOVED_EARLY
    log.wait(CardRemoved)
    rig.lift()
    rig.lay()
    log.wait(CardRead)


def test_foreign_card(rig: PcscRig, log: EventLog) -> None:
    """A bank card must be named as another card."""
    rig.lay_card(VirtualCard(BankCard(PERSON)))
    assert log.wait(CardFailed).code is ErrorCode.CARD_UNKNOWN


def test_card_that_wants_the_terminal_authenticated(rig: PcscRig, log: EventLog) -> None:
    """A third-generation card must be told apart, and must never be sent a PIN."""
    card = SimulatedSocialCard({**PERSON, "version": "3.00"}, guarded=True)
    rig.lay_card(VirtualCard(card))
    assert log.wait(CardFailed).code is ErrorCode.CARD_NEEDS_TERMINAL_AUTH
    assert _VERIFY not in card.commands


def test_deaf_card(rig: PcscRig, log: EventLog) -> None:
    """A card laid the wrong way round must be named unreadable."""
    rig.lay_card(VirtualCard(DeafCard(PERSON)))
    assert log.wait(CardFailed).code is ErrorCode.CARD_UNREADABLE
    rig.lift()
    log.wait(CardRemoved)


@pytest.mark.parametrize("version", ["1.00", "2.0", "3.00"])
@pytest.mark.parametrize("t0", [True, False], ids=["T=0", "T=1"])
def test_card_of_each_version_and_protocol(rig: PcscRig, log: EventLog, version: str, *, t0: bool) -> None:
    """Records must be taken by tag, so that every version reads alike over both protocols."""
    rig.lay_card(VirtualCard(SimulatedSocialCard({**PERSON, "version": version}, t0=t0)))
    readout = log.wait(CardRead).readout
    assert (readout.kind, readout.layout) == ("social_security_card", version)
    assert (readout.name, readout.sex, readout.birth) == ("测试甲", "1", "1940-01-01")
    assert (readout.card_number, readout.valid_until) == ("T00000001", "2036-05-18")


def test_card_swapped_between_two_looks(rig: PcscRig, log: EventLog) -> None:
    """Another card in the place of the first must be told as gone, come, and read."""
    rig.lay()
    log.wait(CardRead)
    rig.lift()
    rig.lay_card(VirtualCard(SimulatedSocialCard(_OTHER_PERSON)))
    assert log.wait(CardRead, count=2).readout.name == "测试乙"
    kinds = [type(event) for event in log.all()[1:]]
    assert kinds == [CardPresented, CardRead, CardRemoved, CardPresented, CardRead]


def test_slot_held_by_another_program(rig: PcscRig, log: EventLog) -> None:
    """A slot that another program keeps must be named so; that program must be left alone."""
    card = VirtualCard(SimulatedSocialCard(PERSON))
    rig.reader.stop()
    rig.lay_card(card)
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    try:
        handle = _open_exclusively(context)
        rig.reader.start(log)
        assert log.wait(CardFailed).code is ErrorCode.READER_IN_USE
        result, *_ = scard.SCardStatus(handle)
        assert result == scard.SCARD_S_SUCCESS
        scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)
    finally:
        scard.SCardReleaseContext(context)


def test_service_killed_twice(rig: PcscRig, log: EventLog, expect_log: Callable[[str], None]) -> None:
    """However often the service dies, cards must be read as soon as it is back."""
    expect_log("devices.cards.monitored_reader")
    for round_number in range(1, 3):
        rig.unplug()
        log.wait_status(ReaderStatus.SERVICE_DOWN, count=round_number)
        rig.plug_in()
        log.wait_status(ReaderStatus.READY, count=round_number + 1, limit_s=5)
        rig.lay()
        log.wait(CardRead, count=round_number)


def test_service_killed_mid_read(rig: PcscRig, log: EventLog, expect_log: Callable[[str], None]) -> None:
    """A service that dies under a reading must fail that card and nothing else."""
    expect_log("devices.cards.monitored_reader")

    class Assassin(SimulatedSocialCard):
        def answer(self, command: bytes) -> bytes:
            if len(self.commands) == 5:
                rig.unplug_service()
            return super().answer(command)

    rig.lay_card(VirtualCard(Assassin(PERSON)))
    assert log.wait(CardFailed).code in {ErrorCode.READER_SERVICE_DOWN, ErrorCode.CARD_REMOVED_EARLY}
    log.wait(CardRemoved)
    rig.plug_in()
    rig.lift()
    rig.lay()
    log.wait(CardRead)


def _open_exclusively(context: int) -> int:
    while True:
        result, handle, _ = scard.SCardConnect(
            context, SLOT_NAME, scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        )
        if result == scard.SCARD_S_SUCCESS:
            return int(handle)
        assert result in {scard.SCARD_E_NO_SMARTCARD, scard.SCARD_W_REMOVED_CARD}
