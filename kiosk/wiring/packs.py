"""The hub's packs of overlays at a terminal: verified, tried, kept, and in force for what begins from then on."""

from __future__ import annotations

import base64
import logging
from pathlib import Path

import msgspec

from kiosk.clock import Clock, iso
from kiosk.config import Config
from kiosk.crypto.signing import is_signed_by
from kiosk.errors import CatalogError, ErrorCode, HubError, KioskError
from kiosk.ports.sync import PackStanding
from kiosk.services.reference import HubPack, overlay_paths, pack_path
from kiosk.services.rules import Rules, load_rules
from kiosk.store.files import durable_directory, replace_durably, storage_errors
from kiosk.wiring.rule_book import RuleBook
from sync.messages import Pack
from sync.signatures import pack_proof

_LOG = logging.getLogger("yizhan.packs")


class HubPacks:
    """Keeps the hub's packs in a data folder and opens the rule book at the newest.

    Used by the thread that speaks with the hub. On success a pack is on the disk before it is in force; one that is not
    the hub's or not fit is refused until the next start, with its code in `standing`; when it cannot be written it is
    neither kept nor refused, and the next round asks again.
    """

    def __init__(self, data_dir: Path, config: Config, book: RuleBook, clock: Clock) -> None:
        """Begin with the pack in force.

        Raises:
            CatalogError: the rules are not right.
            StoreError: a file cannot be read.
        """
        self._data_dir = data_dir
        self._config = config
        self._book = book
        self._clock = clock
        self._standing = PackStanding(book.of().pack)

    @property
    def standing(self) -> PackStanding:
        """The pack in force, and a newer one that was refused."""
        return self._standing

    def offer(self, pack: Pack) -> None:
        """Put a newer pack in force, or refuse it.

        Raises:
            StoreError: it cannot be written.
        """
        if pack.version <= max(self._standing.version, self._standing.refused):
            return
        kept = HubPack(pack.version, pack.files, pack.signature, iso(self._clock.now()))
        try:
            self._verify(pack)
            rules = fit_rules(kept, self._config, self._data_dir)
        except KioskError as error:
            _LOG.warning("pack %s is refused: %s", pack.version, error)
            self._standing = PackStanding(self._standing.version, pack.version, error.code.value)
            return
        path = pack_path(self._data_dir, pack.version)
        with storage_errors():
            path.parent.mkdir(exist_ok=True)
            durable_directory(self._data_dir)
            replace_durably(path, msgspec.json.encode(kept))
        self._book.adopt(rules)
        self._standing = PackStanding(pack.version)

    def _verify(self, pack: Pack) -> None:
        proof = pack_proof(pack.version, pack.files)
        if not is_signed_by(base64.b64decode(self._config.hub.key), proof, base64.b64decode(pack.signature)):
            raise HubError(ErrorCode.NOT_A_HUB)


def fit_rules(pack: HubPack, config: Config, data_dir: Path | None = None) -> Rules:
    """Read all rules with a pack, beneath the overlays of a data folder if there is one.

    Raises:
        CatalogError: they are not right together, or a file has a name that nothing reads.
        StoreError: a file cannot be read.
    """
    unknown = pack.files.keys() - overlay_paths()
    if unknown:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=min(unknown))
    rules = load_rules(data_dir, config, pack)
    for service in rules.services:
        rules.services[service]
    return rules
