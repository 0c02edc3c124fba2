from __future__ import annotations

from pathlib import Path

import pytest

from devices.cards.mock import MockCardReader
from devices.cards.pcsc import PcscCardReader
from devices.cards.registry import KINDS, open_card_reader
from devices.cards.samples import sample_cards
from devices.cards.samv_reader import SamvCardReader
from kiosk.config import DeviceConfig
from kiosk.errors import ConfigError, DeviceError, ErrorCode


def test_every_sample_card() -> None:
    """Every card must show what it is there for, with made-up people and sound numbers unless it shows a wrong one."""
    warnings, failures = {}, {}
    for card in sample_cards().values():
        assert card.words
        try:
            readout = card.read()
        except DeviceError as exc:
            failures[card.card_id] = exc.code
        else:
            warnings[card.card_id] = readout.warnings
            assert readout.name.startswith("测试")
            assert readout.document_number[14:17] == "999" or readout.layout == "I"
    assert {card: words for card, words in warnings.items() if words} == {
        "private-use": ("pua:name",),
        "bad-check": ("check:id_no",),
    }
    assert failures == {
        "unreadable": ErrorCode.CARD_UNREADABLE,
        "pulled-early": ErrorCode.CARD_REMOVED_EARLY,
        "foreign": ErrorCode.CARD_UNKNOWN,
        "social-card-3": ErrorCode.CARD_NEEDS_TERMINAL_AUTH,
    }
    assert len(warnings) >= 8


def test_cards_of_the_worked_example() -> None:
    """The numbers that the documents and scripts name must be on the cards."""
    cards = sample_cards()
    assert cards["elder"].read().document_number == "370100194001019991"
    assert cards["hongkong"].read().document_number == "810000199001019996"
    assert cards["foreigner"].read().document_number == "91156019800101999X"


@pytest.mark.parametrize(
    ("kind", "address", "made"),
    [
        ("mock", "", MockCardReader),
        ("pcsc", "", PcscCardReader),
        ("samv-serial", "/dev/ttyUSB0", SamvCardReader),
        ("samv-tcp", "192.0.2.1:50000", SamvCardReader),
        ("samv-tcp", "[2001:db8::1]:50000", SamvCardReader),
    ],
)
def test_reader_by_its_kind(kind: str, address: str, made: type, tmp_path: Path) -> None:
    """Each kind must make its reader, named for people, without touching a device."""
    assert kind in KINDS
    reader = open_card_reader(DeviceConfig(kind=kind, address=address), tmp_path)
    assert isinstance(reader, made)
    assert reader.name.endswith("读卡器")
    assert open_card_reader(DeviceConfig(kind=kind, address=address, name="一号"), tmp_path).name == "一号"


@pytest.mark.parametrize(
    ("kind", "address"),
    [("", ""), ("usb", ""), ("samv-serial", ""), ("samv-tcp", "host"), ("samv-tcp", ":1"), ("samv-tcp", "host:99999")],
)
def test_reader_that_is_set_wrongly(kind: str, address: str, tmp_path: Path) -> None:
    """A setting that cannot work must be refused with its place."""
    with pytest.raises(ConfigError) as failure:
        open_card_reader(DeviceConfig(kind=kind, address=address), tmp_path)
    assert failure.value.code is ErrorCode.CONFIG_INVALID
