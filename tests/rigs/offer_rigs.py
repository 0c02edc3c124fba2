"""Offers as a counter's screen shows them, and what stands for their service."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from province import FOREIGN
from store_rigs import SetClock
from wizard_rig import Rig

from kiosk.ids import CaseId
from kiosk.ports.elsewhere import LookedUp
from kiosk.ports.offers import BroughtOffer, MadeOffer, OfferState
from kiosk.ports.sync import Change
from kiosk.services.amendments import CorrectionForm
from kiosk.services.offers import OfferService
from kiosk.services.rules import shipped_rules
from kiosk.store import SqliteStore

SAID_AT = "2026-11-18T06:06:00.000Z"


@dataclass
class Offers:
    """What was taken here for cases of others, and elsewhere for ours; forms are the service's own."""

    taken: list[MadeOffer] = field(default_factory=list)
    waiting: list[BroughtOffer] = field(default_factory=list)

    def put_in(self) -> int:
        """Put in none."""
        return 0

    def made(self) -> Sequence[MadeOffer]:
        """List what was taken here."""
        return list(self.taken)

    def brought(self, _case_number: str) -> Sequence[BroughtOffer]:
        """List what waits for a case."""
        return list(self.waiting)

    def form(self, shown: LookedUp) -> CorrectionForm:
        """Give what can be entered."""
        nothing = cast("Any", None)
        return OfferService(nothing, shipped_rules, nothing, SetClock(), lambda: None).form(shown)


def offer_made(state: OfferState, words: str = "") -> MadeOffer:
    """Make a correction for that case as its list shows it."""
    return MadeOffer(CaseId("0193b1f0"), FOREIGN, "2026-11-17T08:00:00.000Z", state, words)


def offer_brought(aside: str) -> BroughtOffer:
    """Make a correction that another station took for a case of ours."""
    return BroughtOffer(
        offer_id="0193b1f0",
        case_number=FOREIGN,
        station="测试市第二便民服务中心居民身后一件事综合窗口",
        terminal_id="370103-W01",
        operator="0302",
        at="2026-11-17T08:00:00.000Z",
        matters=(),
        fields={"deceased.cremation_number": "20261118001"},
        words="家属送来",
        here=True,
        aside=aside,
    )


def store_of(rig: Rig) -> SqliteStore:
    """Give the store that the services work on."""
    store = rig.services.offers._store
    assert isinstance(store, SqliteStore)
    return store


def hub_tells(rig: Rig, kind: str, case_id: str, body: dict[str, Any]) -> int:
    """Let a line of the feed come; gives whether it was applied."""
    store = store_of(rig)
    seq = len(store.journal.lines(limit=500))
    return store.outbox.apply([Change(seq, kind, case_id, json.dumps(body).encode())], str(seq), SAID_AT)
