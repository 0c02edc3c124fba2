"""Is this counter ready: one list of checks with words, for the start-up page, the devices page and `kiosk doctor`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.clock import Clock, iso, local, parse
from kiosk.errors import ErrorCode, KioskError, StoreError
from kiosk.messages import describe, text
from kiosk.ports.cards import CardReader, ReaderStatus
from kiosk.ports.printers import PrinterStatus, ReceiptPrinter
from kiosk.ports.relay import PacketFolder
from kiosk.ports.store import Store
from kiosk.ports.sync import HubReach, SyncReport
from kiosk.services.contact import clock_words, trouble
from kiosk.services.rules import RulesOf
from kiosk.services.sealing import KEPT, is_lost, unsealed

_NEW_CASES_NEED_MB = 500
_WARN_BELOW_MB = 2000
_READ_MAX = 20
"""Of so many events without a packet it is looked at whether they can be read."""


class CheckState(StrEnum):
    """Traffic light."""

    OK = "ok"
    DEGRADED = "degraded"
    FAULT = "fault"


@dataclass(frozen=True)
class Check:
    """One line: what was looked at, how it stands, in words, and what to do."""

    id: str
    state: CheckState
    title: str
    words: str
    advice: str = ""


@dataclass(frozen=True)
class HealthSources:
    """What is looked at besides the store."""

    data_dir: Path
    readers: Sequence[CardReader]
    printer: ReceiptPrinter
    rules: RulesOf
    hub: Callable[[], SyncReport]
    """Tells how the last contact with the hub ended."""
    packets: PacketFolder
    hub_keys: Callable[[], object | None]
    """Gives what the hub gave out to seal with, None before it did."""


class HealthService:
    """Looks at everything the counter needs."""

    def __init__(self, store: Store, clock: Clock, sources: HealthSources) -> None:
        """Look at these."""
        self._store = store
        self._clock = clock
        self._sources = sources

    def checks(self) -> list[Check]:
        """Look at all of it now; takes as long as the slowest device's time limit."""
        return [
            _looked("database", self._database),
            _looked("journal", self._journal),
            self._disk(),
            _looked("packets", self._packets, CheckState.DEGRADED),
            *(self._reader(reader) for reader in self._sources.readers),
            self._printer(),
            _looked("catalog", self._catalog),
            self._calendar(),
            _looked("clock", self._wrong_clock, CheckState.DEGRADED),
            self._hub(),
            *self._notices(),
        ]

    def _database(self) -> Check:
        facts = self._store.check()
        sound = facts["quick_check"] == facts["cipher_integrity_check"] == "ok"
        state = CheckState.OK if sound else CheckState.FAULT
        words = text(f"health.database_{state.value}", cases=sum(self._store.cases.counts().values()))
        advice = "" if sound else describe(StoreError(ErrorCode.STORE_DAMAGED)).do
        return Check("database", state, text("health.database"), words, advice)

    def _journal(self) -> Check:
        length = self._store.journal.verify()
        return Check("journal", CheckState.OK, text("health.journal"), text("health.journal_ok", length=length))

    def _packets(self) -> Check:
        """Say what has no sealed packet: nothing else would survive this database."""
        source = self._store.packets
        missing = unsealed(source, self._sources.packets, iso(self._clock.now() - KEPT))
        if not missing:
            return Check("packets", CheckState.OK, text("health.packets"), text("health.packets_ok"))
        sealable = self._sources.hub_keys() is not None
        lost = [event_id for event_id in missing[:_READ_MAX] if is_lost(source, event_id)] if sealable else []
        why = "lost" if lost else "failed" if sealable else "early"
        numbers = "、".join(source.case_numbers(lost))
        words = text(f"health.packets_{why}", count=len(lost) or len(missing), numbers=numbers)
        advice = text(f"health.packets_{why}_advice")
        return Check("packets", CheckState.DEGRADED, text("health.packets"), words, advice)

    def _disk(self) -> Check:
        free_mb = shutil.disk_usage(self._sources.data_dir).free // 1_000_000
        writable = os.access(self._sources.data_dir, os.W_OK)
        if not writable or free_mb < _NEW_CASES_NEED_MB:
            state = CheckState.FAULT
        else:
            state = CheckState.DEGRADED if free_mb < _WARN_BELOW_MB else CheckState.OK
        advice = "" if state is CheckState.OK else text("health.disk_advice")
        return Check("disk", state, text("health.disk"), text("health.disk_words", free_gb=free_mb // 1000), advice)

    def _reader(self, reader: CardReader) -> Check:
        status = reader.status()
        good = status in {ReaderStatus.READY, ReaderStatus.READING}
        state = CheckState.OK if good else CheckState.DEGRADED
        advice = "" if good else text("health.reader_advice")
        return Check("reader", state, reader.name, text(f"reader_status.{status.value}"), advice)

    def _printer(self) -> Check:
        report = self._sources.printer.status()
        good = report.status is PrinterStatus.READY
        state = CheckState.OK if good and not report.paper_low else CheckState.DEGRADED
        words = text(
            "printer_status.paper_low" if good and report.paper_low else f"printer_status.{report.status.value}"
        )
        advice = "" if good else text("health.printer_advice")
        return Check("printer", state, self._sources.printer.name, words, advice)

    def _catalog(self) -> Check:
        rules = self._sources.rules()
        words = text("health.catalog_words", version=rules.catalog_version)
        if rules.pack:
            since = local(parse(rules.since)).strftime("%Y-%m-%d %H:%M")
            words += text("health.catalog_pack", pack=rules.pack, since=since)
        refused = self._store.outbox.state().pack
        if not refused.refused:
            return Check("catalog", CheckState.OK, text("health.catalog"), words)
        words += text("health.catalog_refused", pack=refused.refused, code=refused.code)
        return Check("catalog", CheckState.DEGRADED, text("health.catalog"), words, text("health.catalog_advice"))

    def _calendar(self) -> Check:
        until = self._sources.rules().calendar_until
        days_left = (until - local(self._clock.now()).date()).days
        state = CheckState.OK if days_left >= 30 else CheckState.DEGRADED
        advice = "" if state is CheckState.OK else text("health.calendar_advice")
        return Check(
            "calendar", state, text("health.calendar"), text("health.calendar_words", until=until.isoformat()), advice
        )

    def _hub(self) -> Check:
        report = self._sources.hub()
        good = report.reach in {HubReach.REACHABLE, HubReach.UNKNOWN, HubReach.RESTING} and not report.needs_person
        state = CheckState.OK if good else CheckState.DEGRADED
        said = trouble(report)
        words = f"{said.what}（{said.code}）" if said else text(f"hub_reach.{report.reach.value}")
        return Check("hub", state, text("health.hub"), words, said.do if said else "")

    def _wrong_clock(self) -> Check:
        offset_ms = self._store.outbox.state().clock_offset_ms
        words = clock_words(offset_ms, text)
        if words:
            return Check("clock", CheckState.DEGRADED, text("health.clock"), words, text("clock.advice"))
        known = "unknown" if offset_ms is None else "ok"
        return Check("clock", CheckState.OK, text("health.clock"), text(f"health.clock_{known}"))

    def _notices(self) -> list[Check]:
        try:
            notices = self._store.outbox.notices()
        except StoreError:
            return []  # what is wrong stands in the database's line
        return [Check("notice", CheckState.DEGRADED, text("health.notice"), notice.words) for notice in notices]


def _looked(check_id: str, look: Callable[[], Check], failed: CheckState = CheckState.FAULT) -> Check:
    try:
        return look()
    except KioskError as error:
        words = describe(error)
        return Check(check_id, failed, text(f"health.{check_id}"), f"{words.what}（{words.code}）", words.do)
