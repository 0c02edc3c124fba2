"""All rules that a program needs: those in force, and those that older cases and drafts were begun under."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what a program stands on is made before its first page; the rules are read after it
    from kiosk.config import Config
    from kiosk.domain.recount import Recounted
    from kiosk.services.reference import HubPack
    from kiosk.services.rules import Rules

_LOG = logging.getLogger("yizhan.packs")
_HELD = 4
"""Older rules held in memory; others are read again, which takes some tenths of a second."""


class RuleBook:
    """The rules by the hub's packs. Any thread may use it.

    A newer pack comes into force with one assignment, whatever is under way: a draft and a case name the pack that they
    were begun under and are judged by that one for good; only what begins afterwards names the newer one.
    """

    def __init__(self, data_dir: Path, config: Config) -> None:
        """Prepare; nothing is read before it is asked for."""
        self._data_dir = data_dir
        self._config = config
        self._lock = threading.Lock()
        self._newest: Rules | None = None
        self._older: dict[int, Rules] = {}

    def of(self, pack: int | None = None, /) -> Rules:
        """Give the rules of a pack; those in force for None, and for a pack that is not kept here or fits no longer.

        When the newest pack does not fit the program any more, what is shipped is in force until the hub has another.

        Raises:
            CatalogError: CATALOG_INVALID or CALENDAR_INVALID with the place, of the station's own overlays.
            StoreError: a file cannot be read.
        """
        newest = self._newest or self._open()
        if pack is None or pack == newest.pack:
            return newest
        return self._older.get(pack) or self._look_up(pack, newest)

    def adopt(self, rules: Rules) -> None:
        """Have these in force from now on; those before stay at hand for what was begun under them.

        Raises:
            CatalogError: those before cannot be read.
            StoreError: the same.
        """
        before = self.of()
        with self._lock:
            self._hold(before.pack, before)
            self._newest = rules

    def recount(self, application: bytes, accepted_at: str) -> Recounted | None:
        """Count a kept case's dates from its acceptance: the limits it was begun under, by the calendar in force.

        Raises:
            CatalogError: the rules are not right.
            StoreError: a file cannot be read.
        """
        from kiosk.domain.application import decode

        own = self.of(decode(application).pack)
        return replace(own, calendar=self.of().calendar).recount(application, accepted_at)

    def _open(self) -> Rules:
        from kiosk.services.reference import newest_pack

        with self._lock:
            if self._newest is None:
                pack = newest_pack(self._data_dir)
                self._newest = (self._fit(pack.version) if pack else None) or self._load(None)
            return self._newest

    def _look_up(self, pack: int, newest: Rules) -> Rules:
        from kiosk.services.reference import pack_path

        with self._lock:
            if pack not in self._older:
                if pack and not pack_path(self._data_dir, pack).exists():
                    return newest
                self._hold(pack, (self._fit(pack) or newest) if pack else self._load(None))
            return self._older[pack]

    def _fit(self, pack: int) -> Rules | None:
        """Read the rules with a pack that fitted when it was kept; None when it does not fit this program any more."""
        from kiosk.errors import CatalogError
        from kiosk.services.reference import read_pack

        try:
            return self._load(read_pack(self._data_dir, pack))
        except CatalogError as error:
            _LOG.warning("pack %s fits no longer: %s", pack, error)
            return None

    def _load(self, pack: HubPack | None) -> Rules:
        from kiosk.services.rules import load_rules

        return load_rules(self._data_dir, self._config, pack)

    def _hold(self, pack: int, rules: Rules) -> None:
        self._older[pack] = rules
        while len(self._older) > _HELD:
            del self._older[next(iter(self._older))]
