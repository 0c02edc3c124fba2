"""A counter without a screen, for the commands."""

from __future__ import annotations

import base64
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from devices.frames.cleaner import ChildPageCleaner
from kiosk import __version__
from kiosk.clock import parse
from kiosk.domain.application import Application, decode
from kiosk.domain.case import Case
from kiosk.domain.paper_seal import PaperSeals
from kiosk.errors import ErrorCode, HubError, InputError
from kiosk.ids import OperatorId
from kiosk.messages import text
from kiosk.paths import own_command
from kiosk.ports.cards import ReaderStatus
from kiosk.ports.pages import MAX_FILE_MB, CleanFile, PageCleaner
from kiosk.ports.store import Store
from kiosk.ports.sync import HubReach, Outbox, SyncReport
from kiosk.services.amendments import AmendmentService
from kiosk.services.authorizations import AuthorizationService
from kiosk.services.bundle import Services
from kiosk.services.cases import CaseService
from kiosk.services.contact import clock_words, contact_words
from kiosk.services.day_end import DayEndService
from kiosk.services.elsewhere import ElsewhereService
from kiosk.services.guide import GuideService
from kiosk.services.health import HealthService, HealthSources
from kiosk.services.intake import IntakeService
from kiosk.services.offers import OfferService
from kiosk.services.pages import PageService
from kiosk.services.papers import PaperService
from kiosk.services.queue import QueueService
from kiosk.services.ratings import RatingService
from kiosk.services.reporting import ReportingService
from kiosk.services.results import ResultService
from kiosk.services.session import SessionService
from kiosk.services.sheets import SheetService
from kiosk.services.statistics import StatisticsService
from kiosk.store.store import SqliteStore
from kiosk.wiring.devices import Devices, make_devices
from kiosk.wiring.foundation import TRAINING_OPERATOR, Foundation, lay_foundation
from kiosk.wiring.hub_child import hub_address
from kiosk.wiring.hub_keys import find_certificate, find_hub_keys, keep_given
from kiosk.wiring.instance import only_instance
from kiosk.wiring.packs import HubPacks
from kiosk.wiring.sealing import own_packets
from kiosk.wiring.terminals import known_terminals
from sync.answers import offset_ms
from sync.client import HubClient, Identity
from sync.policy import reach_of
from sync.worker import SyncWorker

EXPORTS = "export"
"""Where files for spreadsheets go, within the data folder."""
_READER_START_LIMIT_S = 2.0


def make_services(
    foundation: Foundation,
    store: Store,
    devices: Devices,
    cleaner: PageCleaner,
    contact: Callable[[], SyncReport],
    taken_in: Callable[[], None],
) -> Services:
    """Make the services over a store, on the thread that owns it.

    Raises:
        CatalogError: the rules in force are not right; that stops the start, not the first case.
    """
    clock, config, rules = foundation.clock, foundation.config, foundation.rules.of
    rules()
    session = SessionService(store, clock)
    amendments = AmendmentService(store, rules, clock, taken_in)
    return Services(
        session=session,
        intake=IntakeService(store, rules, foundation.terminal, clock, taken_in),
        pages=PageService(store, cleaner),
        cases=CaseService(store, clock),
        elsewhere=ElsewhereService(store, session, clock),
        amendments=amendments,
        offers=OfferService(store, rules, amendments, clock, taken_in),
        authorizations=AuthorizationService(store, clock, taken_in),
        papers=PaperService(
            store,
            devices.printer,
            foundation.station_facts,
            clock,
            PaperSeals(
                config.station.terminal_id,
                foundation.signing_key,
                lambda: known_terminals(foundation.data_dir),
            ),
            training=config.training,
            rules=rules,
        ),
        results=ResultService(store, devices.printer, cleaner, clock),
        ratings=RatingService(store, clock),
        queue=QueueService(store, clock),
        health=HealthService(
            store,
            clock,
            HealthSources(
                data_dir=foundation.data_dir,
                readers=devices.readers,
                printer=devices.printer,
                rules=rules,
                hub=contact,
                packets=own_packets(foundation),
                hub_keys=partial(find_hub_keys, foundation.data_dir),
            ),
        ),
        day_end=DayEndService(store.day_ends, store.operators, foundation.terminal, foundation.signing_key.sign),
        guide=GuideService(rules, clock),
        statistics=StatisticsService(store.statistics, clock),
        reporting=ReportingService(foundation.data_dir / EXPORTS),
        sheets=SheetService(store, devices.printer, foundation.station_facts, clock, training=config.training),
    )


def open_cleaner(stack: ExitStack) -> PageCleaner:
    """Give what reads files, in a process that ends with `stack`; none runs before the first file."""
    cleaner = ChildPageCleaner(own_command("page_child"))
    stack.callback(cleaner.close)
    return cleaner


def make_client(foundation: Foundation, url: str, link_up: Callable[[], bool] = lambda: True) -> HubClient:
    """Make the hub's client; outside training it believes the one hub that enrolled this terminal.

    Raises:
        HubError: NOT_ENROLLED, HUB_ADDRESS_UNSAFE.
        ConfigError: CONFIG_INVALID, the file of authorities is none.
    """
    config = foundation.config
    if not (config.training or config.hub.key):
        raise HubError(ErrorCode.NOT_ENROLLED)
    hub_key = base64.b64decode(config.hub.key) if config.hub.key else None
    certificate = find_certificate(foundation.data_dir) if hub_key else ""  # training hubs come and go
    identity = Identity(config.station.terminal_id, foundation.signing_key, hub_key, certificate)
    ca = foundation.data_dir / config.hub.ca if config.hub.ca else None
    keep = partial(keep_given, foundation.data_dir)
    return HubClient(url, identity, __version__, foundation.clock, ca=ca, link_up=link_up, keep=keep)


def packs_of(foundation: Foundation) -> HubPacks | None:
    """Give where the hub's packs are kept; a training terminal runs by what it was shipped with.

    Raises:
        CatalogError: the rules in force are not right.
        StoreError: one of their files cannot be read.
    """
    if foundation.config.training:
        return None
    return HubPacks(foundation.data_dir, foundation.config, foundation.rules, foundation.clock)


class Counter:
    """What a command can do: the store and the services of one thread, and single exchanges with the hub."""

    def __init__(self, foundation: Foundation, store: SqliteStore, hub_url: str, stack: ExitStack) -> None:
        """Work on this store; an empty `hub_url` means none is known; what is started ends with `stack`."""
        self.store = store
        self._stack = stack
        self._foundation = foundation
        self._hub_url = hub_url
        self._contact = SyncReport(HubReach.UNKNOWN)
        self.devices = make_devices(foundation)
        cleaner = open_cleaner(stack)
        self.services = make_services(foundation, store, self.devices, cleaner, lambda: self._contact, lambda: None)

    @property
    def technician(self) -> OperatorId:
        """Who the journal names for what the commands do."""
        return TRAINING_OPERATOR if self._foundation.config.training else OperatorId("technician")

    def submit_file(self, path: Path) -> str:
        """Take in a case from a file (`-` is standard input); give its number once it is durable.

        Raises:
            InputError: ATTACHMENT_UNREADABLE, INPUT_NOT_JSON, INPUT_INVALID with the place, or what taking in raises.
        """
        application = _read_application(path)
        here = Path() if str(path) == "-" else path.parent
        names = {item.path for item in application.attachments if item.path is not None}
        files = {name: self.clean_file(here / name) for name in sorted(names)}
        return self.services.intake.submit(application, files, self.technician).case_number

    def remarks(self, case: Case) -> tuple[str, ...]:
        """Say what a person should look at twice in a case that was taken in; nothing of it held the case."""
        application = decode(case.application)
        rules = self._foundation.rules.of(application.pack)
        problems = rules.assess(application, parse(case.taken_in_at)).problems
        return tuple(dict.fromkeys(problem.words for problem in problems if not problem.holds))

    def clean_file(self, path: Path) -> CleanFile:
        """Read a file and make it anew.

        Raises:
            InputError: as `PageCleaner.clean`.
        """
        return self.services.pages.clean(_read_file(path))

    def watch_readers(self) -> None:
        """Start the readers and wait until each knows how it stands, at most two seconds."""
        clock = self._foundation.clock
        until = clock.monotonic() + _READER_START_LIMIT_S
        for reader in self.devices.readers:
            reader.start(lambda _event: None)
            self._stack.callback(reader.stop)
        while any(reader.status() is ReaderStatus.STARTING for reader in self.devices.readers):
            if clock.monotonic() > until:
                return
            time.sleep(0.05)

    def probe_hub(self) -> SyncReport:
        """Ask the hub for a sign of life, and for its time; the training hub is not started for it."""
        self._contact = SyncReport(HubReach.RESTING if self._foundation.config.training else HubReach.UNREACHABLE)
        if self._hub_url:
            try:
                with closing(make_client(self._foundation, self._hub_url)) as client:
                    offset = offset_ms(client.hello().server_time, self._foundation.clock)
                self._contact = SyncReport(HubReach.REACHABLE)
            except HubError as error:
                self._contact = SyncReport(reach_of(error.code), code=error.code.value)
            else:
                if offset is not None:
                    self.store.outbox.note_clock(offset)
        return self._contact

    def sync_once(self) -> SyncReport:
        """Do one round with the hub; without a configured one, with the training hub of this folder.

        What other stations took for cases of this terminal is put in, before and behind it; then it does another.

        Raises:
            StoreError: STORE_IN_USE, the program itself runs and delivers.
        """
        foundation = self._foundation
        with ExitStack() as stack:
            stack.enter_context(only_instance(foundation.data_dir))
            url = stack.enter_context(hub_address(foundation, self._hub_url))
            client = make_client(foundation, url)
            stack.callback(client.close)
            worker = SyncWorker(
                client, lambda: open_outbox(foundation), foundation.clock, probe_s=1.0, packs=packs_of(foundation)
            )
            self.services.offers.put_in()
            report = worker.run_round().report
            if self.services.offers.put_in():
                report = worker.run_round().report
        self._contact = report
        return report

    def sync_status(self, report: SyncReport) -> dict[str, Any]:
        """Count the queue, and say how the hub stands."""
        counts = self.services.queue.counts()
        return {
            "pending": counts.pending,
            "in_flight": counts.in_flight,
            "delivered": counts.delivered,
            "needs_attention": counts.needs_attention,
            "withdrawn": counts.withdrawn,
            "last_acknowledged_at": counts.last_acknowledged_at,
            "oldest_pending_at": counts.oldest_pending_at,
            "hub": report.reach.value,
            "code": report.code,
            "needs_person": report.needs_person or bool(counts.needs_attention),
            "clock": clock_words(self.services.queue.clock_offset_ms(), text),
            "words": contact_words(report, counts),
        }


@contextmanager
def open_outbox(foundation: Foundation) -> Iterator[Outbox]:
    """Open the outbox for the calling thread, which is the one that delivers."""
    with foundation.store() as store:
        store.outbox.recover()
        yield store.outbox


@contextmanager
def open_counter(data_dir: Path, *, hub_url: str | None = None) -> Iterator[Counter]:
    """Open a counter without a screen on a data folder.

    Raises:
        KioskError: something of it is not right; nothing was changed.
    """
    foundation = lay_foundation(data_dir)
    with ExitStack() as stack:
        store = stack.enter_context(foundation.store())
        yield Counter(foundation, store, hub_url or foundation.config.hub.url, stack)


def _read_application(path: Path) -> Application:
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as exc:
        raise InputError(ErrorCode.ATTACHMENT_UNREADABLE) from exc
    try:
        return decode(data)
    except msgspec.ValidationError as exc:
        place = str(exc).rpartition(" - at ")[2].strip("`").removeprefix("$.")
        words = text("assess.problem.relation_unknown") if place == "applicant.relation" else place
        raise InputError(ErrorCode.INPUT_INVALID, place=words) from exc
    except msgspec.DecodeError as exc:
        raise InputError(ErrorCode.INPUT_NOT_JSON) from exc


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_MB * 1024 * 1024 + 1)  # one byte too many is enough to refuse it
    except OSError as exc:
        raise InputError(ErrorCode.ATTACHMENT_UNREADABLE) from exc
