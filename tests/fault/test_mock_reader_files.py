"""The mock reader driven by bare files, as scripts do it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from card_rigs import EventLog

from devices.cards import traffic
from devices.cards.mock import MockCardReader
from kiosk.errors import ErrorCode
from kiosk.ports.cards import CardFailed, CardPresented, CardRead, CardRemoved, ReaderChanged


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    """Events of a mock reader that takes a moment to read."""
    log = EventLog()
    reader = MockCardReader("mock", tmp_path, reading_s=0.1)
    reader.start(log)
    log.wait(ReaderChanged)
    yield log
    reader.stop()


def test_card_laid_by_a_file(log: EventLog, tmp_path: Path) -> None:
    """Writing the file must lay the card, rewriting it exchange the card, deleting it lift the card."""
    (tmp_path / "inserted").write_text("rare-ext-a\n", "utf-8")
    assert log.wait(CardRead).readout.name == "测试䶮"
    (tmp_path / "inserted").write_text("rare-ext-b", "utf-8")
    assert log.wait(CardRead, count=2).readout.name == "测试𠅤"
    (tmp_path / "inserted").unlink()
    log.wait(CardRemoved, count=2)


def test_unknown_card(log: EventLog, tmp_path: Path) -> None:
    """An id that no sample has must be a foreign card, even if it is rubbish."""
    (tmp_path / "inserted").write_bytes(b"\xff\xfe")
    assert log.wait(CardFailed).code is ErrorCode.CARD_UNKNOWN


def test_card_lifted_while_it_is_read(log: EventLog, tmp_path: Path) -> None:
    """A card that is gone before the reading has ended must fail as taken too early."""
    (tmp_path / "inserted").write_text("elder", "utf-8")
    log.wait(CardPresented)
    (tmp_path / "inserted").unlink()
    assert log.wait(CardFailed).code is ErrorCode.CARD_REMOVED_EARLY
    log.wait(CardRemoved)


def test_card_that_takes_itself_away(log: EventLog, tmp_path: Path) -> None:
    """The sample that is pulled early must fail so and be gone."""
    (tmp_path / "inserted").write_text("pulled-early", "utf-8")
    assert log.wait(CardFailed).code is ErrorCode.CARD_REMOVED_EARLY
    log.wait(CardRemoved)
    assert not (tmp_path / "inserted").exists()


def test_raw_traffic_in_a_release(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release build must not log card bytes whatever level is set; a developer's build does so below DEBUG."""
    caplog.set_level(traffic.TRAFFIC, traffic.__name__)
    monkeypatch.setattr(traffic, "_RELEASED", True)
    traffic.trace("C>", b"\x01")
    assert not caplog.records
    monkeypatch.setattr(traffic, "_RELEASED", False)
    traffic.trace("C>", b"\x01")
    assert [record.levelno < logging.DEBUG for record in caplog.records] == [True]
