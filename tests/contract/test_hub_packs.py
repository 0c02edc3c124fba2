"""Packs of overlays: from the hub's staff to the rules of a running counter's next case, and what is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import cast

import msgspec
import pypdfium2
import pytest
from command_rigs import case_file, kiosk
from hub_rigs import RunningHub, Terminal, enrol, running_hub, terminal
from pack_rigs import settings, signed
from store_rigs import KEY

from devices.printers.mock import MockPrinter
from kiosk.clock import Clock, SystemClock
from kiosk.crypto.signing import SigningKey
from kiosk.domain.application import decode, encode
from kiosk.domain.paper import PaperKind
from kiosk.ids import MatterId, OperatorId
from kiosk.ports.pages import CleanFile, PageCleaner
from kiosk.ports.printers import PaperSize
from kiosk.ports.sync import HubReach, SyncReport
from kiosk.services.amendments import Correction
from kiosk.services.bundle import Services
from kiosk.services.health import Check, CheckState
from kiosk.services.reference import PACK_FOLDER, pack_path
from kiosk.services.rules import Rules
from kiosk.wiring.counter import make_services
from kiosk.wiring.delivery import Delivery
from kiosk.wiring.devices import Devices
from kiosk.wiring.foundation import Foundation
from kiosk.wiring.packs import HubPacks
from kiosk.wiring.rule_book import RuleBook
from sync.exchange import Exchange
from sync.hub.database import open_database
from sync.hub.packs import keep_pack
from sync.hub.permissions import service_of
from sync.messages import Pack

NOW = "2026-11-22T02:00:00.000Z"
NOW_HERE = "2026-11-18T02:00:00.000Z"
YEAR = """
[[year]]
year = 2027
notice = "测试"
holidays = [
  { name = "元旦", from = 2027-01-01, to = 2027-01-03 },
  { name = "春节", from = 2027-02-05, to = 2027-02-12 },
  { name = "清明节", from = 2027-04-03, to = 2027-04-05 },
  { name = "劳动节", from = 2027-05-01, to = 2027-05-05 },
  { name = "端午节", from = 2027-06-09, to = 2027-06-09 },
  { name = "中秋节", from = 2027-09-15, to = 2027-09-15 },
  { name = "国庆节", from = 2027-10-01, to = 2027-10-07 },
]
"""
PROMISE = "promise_working_days = 3\n"
NEW_WORDS = """
promise_working_days = 3
[[matter]]
id = "04"
name = "户口注销（新）"
[[field]]
id = "F19"
label = "新的说法"
inputs = [{ path = "applicant.phone", label = "新的说法", kind = "phone" }]
[[material]]
id = "death_certificate"
form = "新的要求"
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    """Run a hub."""
    with running_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def counter(hub: RunningHub, tmp_path: Path) -> Iterator[Terminal]:
    """Open a terminal that keeps packs."""
    with terminal(tmp_path / "terminal", hub.url) as counter:
        yield counter


def shelf(folder: Path, tmp_path: Path, clock: Clock | None = None) -> tuple[HubPacks, RuleBook]:
    """Open a terminal's rule book and the shelf beside it, as its program does at its start."""
    book = RuleBook(folder, settings(tmp_path))
    return HubPacks(folder, settings(tmp_path), book, clock or SystemClock()), book


def at_rounds(counter: Terminal, tmp_path: Path) -> RuleBook:
    """Give the terminal's rounds a shelf."""
    packs, book = shelf(counter.folder, tmp_path, counter.clock)
    counter.exchange = Exchange(counter.client, counter.clock, packs=packs)
    return book


def given(hub: RunningHub, files: dict[str, str]) -> int:
    """Have the hub's staff give out a pack."""
    with closing(open_database(hub.database_url)) as database:
        return keep_pack(database, files, NOW)


def promise(rules: Rules) -> int:
    """Give what the catalogue promises, in working days."""
    return rules.services["after_death"].promise_working_days


def told(counter: Terminal) -> list[tuple[str, str]]:
    """List what the journal says of the rules."""
    lines = reversed(counter.store.journal.lines())
    return [(str(line["kind"]), str(line["subject"])) for line in lines if str(line["kind"]).startswith("rules_")]


def test_a_pack_is_in_force_without_a_new_start(hub: RunningHub, counter: Terminal, tmp_path: Path) -> None:
    """Calendar and catalogue come as one, the rules before stay as they were, and the station's overlay lies above."""
    book = at_rounds(counter, tmp_path)
    before = book.of()
    counter.round()
    assert (book.of(), told(counter)) == (before, [])
    given(hub, {"calendar.toml": YEAR, "catalog/after_death.toml": PROMISE})
    counter.round()
    after = book.of()
    assert (after.pack, after.catalog_version, after.since) == (1, f"{before.catalog_version}+1", NOW_HERE)
    assert (promise(before), promise(after)) == (7, 3)
    assert (before.calendar_until.year, after.calendar_until.year) == (2026, 2027)
    assert book.of(0) is before
    assert told(counter) == [("rules_changed", "1")]
    own = counter.folder / "catalog" / "after_death.toml"
    own.parent.mkdir()
    own.write_text("promise_working_days = 2\n", "utf-8")
    assert promise(RuleBook(counter.folder, settings(tmp_path)).of()) == 2


def test_a_newer_pack_takes_the_place_of_the_older(hub: RunningHub, counter: Terminal, tmp_path: Path) -> None:
    """What the newer does not name is gone, the older can still be asked for, and nothing is fetched twice."""
    at_rounds(counter, tmp_path)
    given(hub, {"catalog/after_death.toml": PROMISE})
    counter.round()
    given(hub, {"calendar.toml": YEAR})
    book = at_rounds(counter, tmp_path)
    assert book.of().pack == 1
    counter.round()
    assert [promise(book.of(pack)) for pack in (None, 0, 1, 2)] == [7, 7, 3, 7]
    again = RuleBook(counter.folder, settings(tmp_path))
    assert [promise(again.of(pack)) for pack in (None, 0, 1, 2)] == [7, 7, 3, 7]
    kept = pack_path(counter.folder, 2).stat().st_mtime_ns
    counter.round()
    assert pack_path(counter.folder, 2).stat().st_mtime_ns == kept
    assert told(counter) == [("rules_changed", "1"), ("rules_changed", "2")]


def test_a_pack_that_is_not_kept_here_any_more(tmp_path: Path) -> None:
    """A case that names it is judged by the rules in force."""
    packs, book = shelf(tmp_path, tmp_path)
    packs.offer(signed(2, {"catalog/after_death.toml": PROMISE}))
    assert book.of(1) is book.of()


def test_what_a_program_did_not_note_before_it_ended_is_noted_by_the_next(
    hub: RunningHub, counter: Terminal, tmp_path: Path
) -> None:
    """The pack was on the disk and in force, the journal's line was not written: it is, at the next round."""
    given(hub, {"catalog/after_death.toml": PROMISE})
    packs, _ = shelf(counter.folder, tmp_path)
    packs.offer(counter.client.pack())
    assert told(counter) == []
    assert at_rounds(counter, tmp_path).of().pack == 1
    counter.round()
    counter.round()
    assert told(counter) == [("rules_changed", "1")]


def test_a_pack_that_a_new_program_cannot_read_stops_nothing(
    hub: RunningHub, counter: Terminal, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    """In force: what is shipped, until the hub has a better one; begun under: by the rules in force; both are said."""
    expect_log("yizhan.packs")
    packs, _ = shelf(counter.folder, tmp_path)
    for version in (1, 2):
        packs.offer(signed(version, {"catalog/after_death.toml": PROMISE}))
        path = pack_path(counter.folder, version)
        path.write_bytes(path.read_bytes().replace(b"promise_working_days", b"promise_days_of_old"))
    book = at_rounds(counter, tmp_path)
    assert (book.of().pack, promise(book.of()), promise(book.of(1))) == (0, 7, 7)
    for _ in range(3):
        given(hub, {"catalog/after_death.toml": PROMISE})
    counter.round()
    assert (book.of().pack, promise(book.of()), promise(book.of(0))) == (3, 3, 7)


def test_the_thread_that_delivers_puts_a_pack_in_force(hub: RunningHub, tmp_path: Path) -> None:
    """As in the program outside training: nobody asks, restarts or waits for anything."""
    real = settings(tmp_path / "counter")
    config = msgspec.structs.replace(real, training=False)
    with closing(open_database(hub.database_url)) as database:
        enrol(database, config.station.terminal_id)
    folder, seed = tmp_path / "counter", hashlib.sha256(config.station.terminal_id.encode()).digest()
    foundation = Foundation(folder, config, SystemClock(), KEY, seed, RuleBook(folder, config))
    given(hub, {"catalog/after_death.toml": PROMISE})
    assert foundation.rules.of().pack == 0
    told_of: SimpleQueue[SyncReport] = SimpleQueue()
    delivery = Delivery(foundation, hub.url, lambda: True)
    delivery.watch(told_of.put)
    delivery.start()
    try:
        while foundation.rules.of().pack == 0:
            report = told_of.get(timeout=20)
            assert report.code == ""
    finally:
        delivery.stop()
    assert promise(foundation.rules.of()) == 3


@dataclass
class Desk:
    """A running counter: its services over the terminal's store, its rounds with the hub beside them."""

    counter: Terminal
    services: Services
    foundation: Foundation

    def submit(self, folder: Path) -> str:
        """Take in the constructed case from its file."""
        file = case_file(folder)
        application = decode(file.read_bytes())
        names = {entry.path for entry in application.attachments if entry.path}
        files = {name: CleanFile("image/jpeg", 1, name.encode()) for name in names}
        return self.services.intake.submit(application, files, OperatorId("0301")).case_number

    def printed(self, case_number: str, kind: PaperKind) -> str:
        """Print a paper of a case and read it."""
        pdf = self.services.papers.render(case_number, kind, PaperSize.A4, OperatorId("0301"))
        with closing(pypdfium2.PdfDocument(pdf)) as document:
            return "".join(page.get_textpage().get_text_range() for page in document)

    def catalog(self) -> Check:
        """Give what the health page says of the catalogue."""
        return next(check for check in self.services.health.checks() if check.id == "catalog")


@pytest.fixture
def desk(counter: Terminal, tmp_path: Path) -> Desk:
    """Open the services of a counter whose rounds keep packs."""
    book = at_rounds(counter, tmp_path)
    foundation = Foundation(counter.folder, settings(tmp_path), counter.clock, KEY, bytes(range(32)), book)
    devices = Devices((), MockPrinter("测试打印机", tmp_path / "papers", PaperSize.A4))
    cleaner = cast("PageCleaner", None)  # the files come clean
    services = make_services(
        foundation, counter.store, devices, cleaner, lambda: SyncReport(HubReach.UNKNOWN), lambda: None
    )
    return Desk(counter, services, foundation)


def test_a_case_keeps_the_rules_that_it_was_taken_in_under(hub: RunningHub, desk: Desk, tmp_path: Path) -> None:
    """After a pack: the case before is printed and corrected by its own rules, the next one has the new ones."""
    services, actor = desk.services, OperatorId("0301")
    old = desk.submit(tmp_path / "old")
    form = services.amendments.form(old)
    given(hub, {"catalog/after_death.toml": NEW_WORDS})
    desk.counter.round()
    new = desk.submit(tmp_path / "new")
    cases = [services.cases.look_again(number) for number in (old, new)]
    assert [case.catalog_version for case in cases] == ["2026.11.1", "2026.11.1+1"]
    names = [next(matter.name for matter in case.matters if matter.matter_id == "04") for case in cases]
    assert names == ["户口注销（含居民身份证缴销）", "户口注销（新）"]
    for kind, told_anew in ((PaperKind.MATERIAL_LIST, "新的要求"), (PaperKind.JOINT_FORM, "新的说法")):
        assert told_anew not in desk.printed(old, kind)
        assert told_anew in desk.printed(new, kind)
    assert services.amendments.form(old).fields == form.fields
    assert "新的说法" in {field.label for field in services.amendments.form(new).fields}
    services.amendments.correct(old, Correction({"applicant.phone": "13800000099"}), actor)
    assert decode(services.cases.look_again(old).application).pack == 0
    assert decode(services.cases.look_again(new).application).pack == 1


def test_dates_are_counted_anew_by_the_old_limits_and_the_new_calendar(
    hub: RunningHub, desk: Desk, tmp_path: Path
) -> None:
    """A holiday notice that came after a case says how the days are; what was promised to the family stays."""
    application = case_file(tmp_path).read_bytes()
    words = desk.foundation.rules.of().service_words("after_death")
    kept = encode(msgspec.structs.replace(decode(application), pack=0, service_words=words))
    accepted = "2026-12-28T02:00:00.000Z"
    before = desk.foundation.rules.recount(kept, accepted)
    given(hub, {"calendar.toml": YEAR, "catalog/after_death.toml": PROMISE})
    desk.counter.round()
    after = desk.foundation.rules.recount(kept, accepted)
    assert before is not None
    assert after is not None
    assert before.promise.provisional
    assert not after.promise.provisional
    assert after.promise.due == "2027-01-07"  # seven working days, with 1 to 3 January off


def test_the_health_page_says_which_rules_hold_and_what_was_refused(
    hub: RunningHub, desk: Desk, expect_log: Callable[[str], None]
) -> None:
    """The version and since when; then, with the support code, that a newer one was not taken."""
    assert desk.catalog() == Check("catalog", CheckState.OK, "事项目录", "2026.11.1 版")
    given(hub, {"catalog/after_death.toml": PROMISE})
    desk.counter.round()
    said = desk.catalog()
    assert (said.state, said.words) == (CheckState.OK, "2026.11.1+1 版，含省级第 1 号更新，2026-11-18 10:00 起用")
    expect_log("yizhan.packs")
    given(hub, {"catalog/after_death.toml": "promise_working_days = '七'\n"})
    desk.counter.round()
    desk.counter.round()
    said = desk.catalog()
    assert said.state is CheckState.DEGRADED
    assert said.words.endswith("；第 2 号更新没有采用（CAT-01）")
    assert told(desk.counter) == [("rules_changed", "1"), ("rules_refused", "2")]
    assert desk.foundation.rules.of().pack == 1


def test_the_hub_hands_over_by_the_pack_that_a_case_was_taken_in_under(hub: RunningHub) -> None:
    """A field that a pack gives to a matter goes to its department, from cases under that pack and no others."""
    given(hub, {"catalog/after_death.toml": '[[matter]]\nid = "04"\nfields = ["F06", "F08", "F09", "F25"]\n'})
    with closing(open_database(hub.database_url)) as database, database.read() as connection:
        own = {
            version: service_of(connection, "after_death", version)
            for version in ("2026.11.1", "2026.11.1+1", "2026.11.1+9", None)
        }
    given_to_04 = {version: service.matters[MatterId("04")].fields for version, service in own.items() if service}
    before, after = ("F06", "F08", "F09"), ("F06", "F08", "F09", "F25")
    assert given_to_04 == {"2026.11.1": before, "2026.11.1+1": after, "2026.11.1+9": after, None: after}


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda pack: signed(pack.version, pack.files, SigningKey(bytes(32))),
        lambda pack: msgspec.structs.replace(pack, version=pack.version + 1),
        lambda pack: msgspec.structs.replace(pack, files={"catalog/after_death.toml": "promise_working_days = 9\n"}),
        lambda pack: signed(pack.version, {"catalog/after_death.toml": "promise_working_days = '七'\n"}),
        lambda pack: signed(pack.version, {"calendar.toml": "[[year]"}),
        lambda pack: signed(pack.version, {"../config.toml": "training = true\n"}),
    ],
    ids=["key", "version", "files", "unfit", "broken", "path"],
)
def test_a_pack_that_is_not_the_hubs_or_not_fit_changes_nothing(
    tmp_path: Path, expect_log: Callable[[str], None], spoilt: Callable[[Pack], Pack]
) -> None:
    """The one before stays in force, and the refused one is not asked for again until the next start."""
    expect_log("yizhan.packs")
    packs, book = shelf(tmp_path, tmp_path)
    packs.offer(signed(1, {"catalog/after_death.toml": PROMISE}))
    refused = spoilt(signed(2, {"catalog/after_death.toml": "promise_working_days = 5\n"}))
    packs.offer(refused)
    assert (packs.standing.version, packs.standing.refused) == (1, refused.version)
    assert packs.standing.code in {"SYN-02", "CAT-01", "CAT-03"}
    assert [path.name for path in (tmp_path / PACK_FOLDER).iterdir()] == ["1.json"]
    assert promise(book.of()) == promise(RuleBook(tmp_path, settings(tmp_path)).of()) == 3


def test_an_older_pack_is_not_taken(tmp_path: Path) -> None:
    """A hub that was restored from a backup, or somebody with an old answer, takes nothing back."""
    packs, book = shelf(tmp_path, tmp_path)
    packs.offer(signed(5, {"catalog/after_death.toml": PROMISE}))
    packs.offer(signed(4, {}))
    assert book.of().pack == RuleBook(tmp_path, settings(tmp_path)).of().pack == 5


def test_a_pack_that_was_damaged_on_the_disk_is_fetched_again(
    tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    """The one before it holds until then."""
    expect_log("yizhan.packs")
    packs, _ = shelf(tmp_path, tmp_path)
    packs.offer(signed(4, {"catalog/after_death.toml": PROMISE}))
    packs.offer(signed(5, {}))
    pack_path(tmp_path, 5).write_bytes(b"{")
    packs, book = shelf(tmp_path, tmp_path)
    assert (packs.standing.version, promise(book.of())) == (4, 3)
    packs.offer(signed(5, {}))
    assert promise(RuleBook(tmp_path, settings(tmp_path)).of()) == 7


def test_the_hubs_staff_cannot_give_out_what_is_not_fit(hub: RunningHub, tmp_path: Path) -> None:
    """A pack is tried before it is kept; a file that nothing reads is named."""
    folder = tmp_path / "pack"
    (folder / "catalog").mkdir(parents=True)
    (folder / "catalog" / "after_death.toml").write_text(PROMISE, "utf-8")
    command = ("hub", "pack", folder, "--data", tmp_path / "hub", "--db", hub.database_url)
    assert kiosk(*command).json == {"version": 1, "files": ["catalog/after_death.toml"]}
    (folder / "catalog" / "wrong.toml").write_text("", "utf-8")
    refused = kiosk(*command)
    assert refused.error == "CAT-01"
    assert "catalog/wrong.toml" in refused.words
