"""Packs of overlays: from the hub's staff to the rules of a terminal's next start, and what is refused on the way."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from command_rigs import kiosk
from hub_rigs import HUB_KEY, RunningHub, Terminal, running_hub, terminal

from kiosk.config import Config, load_config
from kiosk.crypto.signing import SigningKey
from kiosk.services.reference import PACK_FILE, load_calendar
from kiosk.services.rules import load_rules
from kiosk.wiring.packs import HubPacks
from sync.exchange import Exchange
from sync.hub.database import open_database
from sync.hub.packs import keep_pack
from sync.messages import Pack
from sync.signatures import pack_proof

NOW = "2026-11-22T02:00:00.000Z"
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


def settings(tmp_path: Path) -> Config:
    """Give the settings of a terminal that knows the hub's key."""
    config = load_config(tmp_path)
    key = base64.b64encode(HUB_KEY.public).decode()
    return msgspec.structs.replace(config, hub=msgspec.structs.replace(config.hub, key=key))


def shelf(counter: Terminal, tmp_path: Path) -> HubPacks:
    """Give the terminal's rounds a shelf, as its program does at its start."""
    packs = HubPacks(counter.folder, settings(tmp_path))
    counter.exchange = Exchange(counter.client, counter.clock, packs=packs)
    return packs


def given(hub: RunningHub, files: dict[str, str]) -> int:
    """Have the hub's staff give out a pack."""
    with closing(open_database(hub.database_url)) as database:
        return keep_pack(database, files, NOW)


def signed(version: int, files: dict[str, str], key: SigningKey = HUB_KEY) -> Pack:
    """Sign a pack."""
    signature = base64.b64encode(key.sign(pack_proof(version, files))).decode()
    return Pack(version=version, files=files, signature=signature)


def promise(folder: Path, tmp_path: Path) -> int:
    """Give what a start of the program on this folder promises, in working days."""
    promised = load_rules(folder, settings(tmp_path)).services["after_death"].promise_working_days
    assert promised is not None
    return promised


def test_a_pack_is_in_force_from_the_next_start(hub: RunningHub, counter: Terminal, tmp_path: Path) -> None:
    """Calendar and catalogue come as one; what runs keeps its rules, and the station's own overlay lies above."""
    running = load_rules(counter.folder, settings(tmp_path))
    before = running.services["after_death"].promise_working_days
    packs = shelf(counter, tmp_path)
    counter.round()
    assert packs.version == 0
    given(hub, {"calendar.toml": YEAR, "catalog/after_death.toml": PROMISE})
    counter.round()
    assert packs.version == 1
    assert running.services["after_death"].promise_working_days == before != 3
    assert promise(counter.folder, tmp_path) == 3
    assert load_calendar(counter.folder).last_covered.year == 2027
    own = counter.folder / "catalog" / "after_death.toml"
    own.parent.mkdir()
    own.write_text("promise_working_days = 2\n", "utf-8")
    assert promise(counter.folder, tmp_path) == 2


def test_a_newer_pack_takes_the_place_of_the_older(hub: RunningHub, counter: Terminal, tmp_path: Path) -> None:
    """What the newer does not name is gone; one that is kept is not fetched again."""
    shelf(counter, tmp_path)
    given(hub, {"catalog/after_death.toml": PROMISE})
    counter.round()
    given(hub, {"calendar.toml": YEAR})
    packs = shelf(counter, tmp_path)
    assert packs.version == 1
    counter.round()
    assert packs.version == HubPacks(counter.folder, settings(tmp_path)).version == 2
    assert promise(counter.folder, tmp_path) != 3
    kept = (counter.folder / PACK_FILE).stat().st_mtime_ns
    counter.round()
    assert (counter.folder / PACK_FILE).stat().st_mtime_ns == kept


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
    packs = HubPacks(tmp_path, settings(tmp_path))
    packs.offer(signed(1, {"catalog/after_death.toml": PROMISE}))
    before = (tmp_path / PACK_FILE).read_bytes()
    refused = spoilt(signed(2, {"catalog/after_death.toml": "promise_working_days = 5\n"}))
    packs.offer(refused)
    assert packs.version == refused.version
    assert (tmp_path / PACK_FILE).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [PACK_FILE]
    assert promise(tmp_path, tmp_path) == 3


def test_an_older_pack_is_not_taken(tmp_path: Path) -> None:
    """A hub that was restored from a backup, or somebody with an old answer, takes nothing back."""
    packs = HubPacks(tmp_path, settings(tmp_path))
    packs.offer(signed(5, {"catalog/after_death.toml": PROMISE}))
    packs.offer(signed(4, {}))
    assert HubPacks(tmp_path, settings(tmp_path)).version == 5


def test_a_pack_that_was_damaged_on_the_disk_is_fetched_again(tmp_path: Path) -> None:
    """It counts as none."""
    packs = HubPacks(tmp_path, settings(tmp_path))
    packs.offer(signed(5, {"catalog/after_death.toml": PROMISE}))
    (tmp_path / PACK_FILE).write_bytes(b"{")
    packs = HubPacks(tmp_path, settings(tmp_path))
    assert packs.version == 0
    packs.offer(signed(5, {"catalog/after_death.toml": PROMISE}))
    assert promise(tmp_path, tmp_path) == 3


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
