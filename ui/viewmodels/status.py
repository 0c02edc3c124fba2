"""What the head and foot of every page say: the queue, the devices, the time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from kiosk.clock import local
from kiosk.errors import ErrorCode, KioskError
from kiosk.ports.cards import ReaderChanged, ReaderStatus
from kiosk.ports.printers import PrinterReport, PrinterStatus
from kiosk.ports.sync import HubReach, SyncCounts, SyncReport
from kiosk.services.contact import clock_words
from ui.desk import Desk
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.viewmodels.sync_words import NOTHING, Contact, SyncNews, sync_news

if TYPE_CHECKING:
    from kiosk.ports.paper_store import PrintJob
    from kiosk.services.bundle import Services

BEAT_MS = 1_000
PRINTER_EVERY = 5
"""Beats between two looks at a printer that nothing is being printed on."""


@dataclass(frozen=True)
class DeviceWord:
    """A device in the foot of the screen."""

    icon: str
    name: str
    word: str
    ready: bool


@dataclass(frozen=True)
class Beat:
    """What is looked at about once a second."""

    counts: SyncCounts
    jobs: tuple[PrintJob, ...]
    printer: PrinterReport | None
    clock_offset_ms: int | None


@qml_element
class StatusViewModel(QObject):
    """Looks at the queue, the print jobs and the printer about once a second; one look at a time is under way.

    `queueMoved` and `papersMoved` come when a look told something new, `failed` when it could not be had, `roundEnded`
    after each exchange with the hub.
    """

    changed = Signal()
    clockChanged = Signal()
    newsChanged = Signal(object)
    queueMoved = Signal()
    papersMoved = Signal()
    roundEnded = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._counts = NOTHING
        self._contact = Contact()
        self._jobs: tuple[PrintJob, ...] = ()
        self._readers: dict[str, ReaderStatus] = {}
        self._printer: PrinterReport | None = None
        self._beats = 0
        self._beating = False
        self._devices: Rows[DeviceWord] = Rows(DeviceWord, self)
        self._news = sync_news(self._counts, self._contact, desk)
        self._clock = QTimer(self, interval=BEAT_MS)
        self._clock.timeout.connect(self.beat)

    def start(self) -> None:
        """Begin to look."""
        self._write()
        self._clock.start()
        self.beat()

    def stop(self) -> None:
        """Look no more."""
        self._clock.stop()

    def on_reader(self, event: ReaderChanged) -> None:
        """Take a reader's state."""
        self._readers[event.reader_name] = event.status
        self._write()

    def on_sync(self, report: SyncReport) -> None:
        """Take what a round with the hub told."""
        self.roundEnded.emit()
        self._contact = replace(self._contact, reach=report.reach, code=report.code)
        self._write()
        if report.delivered or report.needs_attention or report.changes:
            self.beat()

    @Slot()
    def beat(self) -> None:
        """Look once."""
        self.clockChanged.emit()
        self._beats += 1
        if self._beating:
            return
        self._beating = True
        look = bool(self._jobs) or self._beats % PRINTER_EVERY == 1

        def look_once(services: Services) -> Beat:
            jobs = tuple(services.papers.work())
            services.offers.put_in()
            report = services.papers.printer_report() if look else None
            return Beat(services.queue.counts(), jobs, report, services.queue.clock_offset_ms())

        self._desk.tasks.run(look_once, self._take, self._missed)

    @property
    def news(self) -> SyncNews:
        """The queue in words."""
        return self._news

    @Property(str, notify=changed)
    def syncWords(self) -> str:
        """The queue in the head."""
        return self._news.head

    @Property(bool, notify=changed)
    def syncNeedsPerson(self) -> bool:
        """Whether something stands still that does not pass by itself."""
        return self._news.needs_person

    @Property(str, notify=clockChanged)
    def time(self) -> str:
        """The time."""
        return local(self._desk.clock.now()).strftime("%H:%M")

    @Property(str, notify=changed)
    def allReady(self) -> str:
        """Said in place of the devices where there is no room and all are ready."""
        return self._desk.say("screen.all_ready") if all(row.ready for row in self._devices.rows()) else ""

    @Property(QObject, constant=True)
    def devices(self) -> QObject:
        """The devices in the foot."""
        return self._devices

    def _take(self, beat: Beat) -> None:
        self._beating = False
        queue_moved = beat.counts != self._counts
        papers_moved = beat.jobs != self._jobs
        self._counts, self._jobs = beat.counts, beat.jobs
        self._printer = beat.printer or self._printer
        self._contact = replace(self._contact, clock=clock_words(beat.clock_offset_ms, self._desk.say))
        self._write()
        if queue_moved:
            self.queueMoved.emit()
        if papers_moved:
            self.papersMoved.emit()

    def _missed(self, error: KioskError) -> None:
        self._beating = False
        self.failed.emit(error)

    def _write(self) -> None:
        news = sync_news(self._counts, self._contact, self._desk)
        is_new = news != self._news
        self._news = news
        devices = [*self._reader_words(), self._camera_word(), *self._printer_word(), self._hub_word()]
        self._devices.show([*devices, *self._clock_word()])
        if is_new:
            self.newsChanged.emit(news)
        self.changed.emit()

    def _reader_words(self) -> list[DeviceWord]:
        say = self._desk.say
        words = []
        for reader in self._desk.parts.readers:
            status = self._readers.get(reader.name, ReaderStatus.STARTING)
            good = status in {ReaderStatus.READY, ReaderStatus.READING}
            words.append(DeviceWord("card", say("screen.reader"), say(f"reader_status.{status.value}"), good))
        return words

    def _camera_word(self) -> DeviceWord:
        there = self._desk.parts.frames is not None
        word = self._desk.say("screen.ready" if there else "screen.camera_absent")
        return DeviceWord("camera", self._desk.say("screen.camera"), word, there)

    def _printer_word(self) -> list[DeviceWord]:
        if self._printer is None:
            return []
        good = self._printer.status is PrinterStatus.READY
        low = good and self._printer.paper_low
        key = "paper_low" if low else self._printer.status.value
        word = self._desk.say(f"printer_status.{key}")
        return [DeviceWord("printer", self._desk.say("screen.printer"), word, good and not low)]

    def _hub_word(self) -> DeviceWord:
        report = self._contact.report
        good = report.reach in {HubReach.REACHABLE, HubReach.UNKNOWN}
        exact = report.needs_person or report.code == ErrorCode.HUB_BUSY.value
        word = self._news.network if exact else self._desk.say(f"hub_reach.{report.reach.value}")
        well = good and not report.needs_person
        return DeviceWord("wifi" if well else "wifi-off", self._desk.say("screen.hub"), word, well)

    def _clock_word(self) -> list[DeviceWord]:
        """Say nothing of a clock that is right."""
        word = self._desk.say("screen.clock_off")
        clock = DeviceWord("clock", self._desk.say("health.clock"), word, ready=False)
        return [clock] if self._contact.clock else []
