"""补正通办 from outside: two terminals and a hub as programs of their own, and a correction brought at the second."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from command_rigs import case_file, hub_process, kiosk
from sqlalchemy import func, select
from waiting import wait_for

from kiosk.errors import ErrorCode, InputError
from kiosk.ids import AttachmentId, MaterialId, OperatorId
from kiosk.packets.events import CaseCorrected
from kiosk.ports.cards import CardReadout
from kiosk.ports.elsewhere import LookedUp, LookUp
from kiosk.ports.offers import OfferState
from kiosk.ports.pages import CleanFile
from kiosk.services.amendments import Correction
from kiosk.wiring.counter import make_client, open_counter
from kiosk.wiring.foundation import lay_foundation
from sync.hub.database import HubDatabase, default_url, open_database
from sync.hub.tables import ATTACHMENTS, CHUNKS, EVENTS, OFFERS

APPLICANT = "370100197401019994"
FIELD = "deceased.cremation_number"
MATERIAL = MaterialId("household_register")
ACTOR = OperatorId("training")
LIMIT_S = 60.0


def station(folder: Path, letter: str) -> Path:
    """Make the data folder of a station's terminal."""
    folder.mkdir()
    settings = f'[station]\nid = "{letter}"\nterminal_id = "370100-{letter}-W01"\nterminal_code = "{letter}01"\n'
    (folder / "config.toml").write_text(settings, "utf-8")
    return folder


def sync(data: Path, hub: str) -> dict[str, Any]:
    """Do a round."""
    return kiosk("sync", "once", "--json", "--data", data, "--hub", hub).json


def killed_when(data: Path, hub: str, met: Callable[[], bool]) -> None:
    """Begin a round and cut the power once a condition is met, or let it end."""
    command = [sys.executable, "-m", "kiosk", "sync", "once", "--data", str(data), "--hub", hub]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        until = time.monotonic() + LIMIT_S
        while child.poll() is None and not met():
            assert time.monotonic() < until
            time.sleep(0.002)
        child.kill()


def opened(data: Path, hub: str, number: str) -> tuple[LookUp, LookedUp]:
    """Lay the applicant's card on the reader of a terminal, and see the case there."""
    with open_counter(data, hub_url=hub) as counter:
        card = CardReadout(kind="id_card", layout="CN", document_type="111", name="测试乙", document_number=APPLICANT)
        right = counter.services.elsewhere.by_card(number, card, ACTOR)
    with closing(make_client(lay_foundation(data), hub)) as client:
        return right, client.look_up(right)


def bring(data: Path, right: LookUp, shown: LookedUp, pages: bytes) -> None:
    """Enter what is asked for, add pages, send."""
    with open_counter(data) as counter:
        form = counter.services.offers.form(shown)
        assert [field.path for field in form.fields] == [FIELD]
        assert [(material.material_id, material.name) for material in form.materials] == [(MATERIAL, "户口簿")]
        file = CleanFile("image/jpeg", 2, pages)
        with pytest.raises(InputError) as short:
            counter.services.offers.make(right, shown, Correction({FIELD: "20261118001"}))
        assert short.value.code is ErrorCode.CORRECTION_INCOMPLETE
        with pytest.raises(InputError) as wrong:
            counter.services.offers.make(right, shown, Correction({FIELD: "\u26a0" * 200}, [(MATERIAL, file)]))
        assert wrong.value.code is ErrorCode.INPUT_INVALID
        counter.services.offers.make(right, shown, Correction({FIELD: "20261118001"}, [(MATERIAL, file)], "家属送来"))


def states(data: Path) -> list[OfferState]:
    """Give how the offers of a terminal stand, newest first."""
    with open_counter(data) as counter:
        return [offer.state for offer in counter.services.offers.made()]


def after(delay_s: float) -> Callable[[], bool]:
    """Tell when so much time has passed from now."""
    end = time.monotonic() + delay_s
    return lambda: time.monotonic() > end


def count(hub: HubDatabase, table: Any, *conditions: Any) -> int:  # noqa: ANN401 - any table and conditions on it
    """Count rows at the hub."""
    with hub.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


@pytest.mark.timeout(180)
def test_a_family_far_from_their_station_brings_what_a_department_asked_for(tmp_path: Path) -> None:
    """The power fails at either terminal in the middle: the case is corrected once, with these values and bytes."""
    first, second = station(tmp_path / "a", "A"), station(tmp_path / "b", "B")
    pages = os.urandom(3 << 20)
    with (
        hub_process(tmp_path / "h", "--accept-after", "0", "--step-after", "3600") as url,
        closing(open_database(default_url(tmp_path / "h"))) as hub,
    ):
        number = kiosk("case", "submit", case_file(tmp_path / "in"), "--json", "--data", first).json["case_number"]
        sync(first, url)
        wait_for(lambda: bool(accepted(first, url, number)), "the case is accepted", LIMIT_S)
        matter = kiosk("case", "show", number, "--json", "--data", first).json["matters"][0]["id"]
        asks = ("--words", "请补正", "--due", "2026-11-30", "--field", FIELD, "--material", MATERIAL)
        kiosk("hub", "say", number, matter, "correction_requested", *asks, "--data", tmp_path / "h")

        bring(second, *opened(second, url, number), pages)
        assert states(second) == [OfferState.WAITING]
        killed_when(second, url, lambda: count(hub, OFFERS) == 1)
        killed_when(second, url, lambda: count(hub, CHUNKS) > 4)
        sync(second, url)
        assert states(second) == [OfferState.DELIVERED]
        assert opened(second, url, number)[1].offers == "open"

        wait_for(lambda: count(hub, OFFERS, OFFERS.c.told_at.is_not(None)) == 1, "its own terminal is told", LIMIT_S)
        for delay in (0.6, 0.8, 1.0, 1.2):
            killed_when(first, url, after(delay))
        killed_when(first, url, lambda: count(hub, EVENTS, EVENTS.c.kind == "case_corrected") == 1)
        for _ in range(2):
            sync(first, url)
        with hub.read() as connection:
            corrections = connection.execute(select(EVENTS).where(EVENTS.c.kind == "case_corrected")).all()
            offer = connection.execute(select(OFFERS)).one()
        (correction,) = corrections
        event = msgspec.json.decode(correction.payload, type=CaseCorrected)
        assert (correction.rev, event.offer_id, event.operator) == (2, offer.offer_id, "training@370100-B-W01")
        assert (event.fields, event.matters, event.words) == ({FIELD: "20261118001"}, (matter,), "家属送来")
        assert count(hub, ATTACHMENTS, ATTACHMENTS.c.complete.is_(False)) == 0
        with open_counter(first) as counter:
            case = counter.services.cases.look_again(number)
            (file,) = event.attachments
            assert counter.store.cases.read_attachment(AttachmentId(file.attachment_id)) == pages
            assert {m.matter_id: m.state.value for m in case.matters}[matter] in {"taken_in", "accepted"}
            assert counter.services.offers.brought(number) == []
            lines = counter.store.journal.lines()
            assert [line["actor"] for line in lines if line["kind"] == "case_corrected"] == ["training@370100-B-W01"]
        wait_for(lambda: count(hub, OFFERS, OFFERS.c.outcome_told_at.is_not(None)) == 1, "its end is told", LIMIT_S)
        sync(second, url)
        assert states(second) == [OfferState.SETTLED]
        assert kiosk("sync", "status", "--json", "--data", second).json["pending"] == 0
        assert kiosk("case", "list", "--json", "--data", second).json["cases"] == []


def accepted(data: Path, hub: str, number: str) -> str:
    """Ask whether the case was accepted; gives its official number."""
    sync(data, hub)
    return str(kiosk("case", "show", number, "--json", "--data", data).json.get("official_number") or "")
