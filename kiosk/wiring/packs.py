"""The hub's pack of overlays at a terminal: verified, tried, kept, in force from the program's next start on."""

from __future__ import annotations

import base64
import logging
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import msgspec

from kiosk.config import Config
from kiosk.crypto.signing import is_signed_by
from kiosk.errors import CatalogError, ErrorCode, KioskError
from kiosk.services.reference import CALENDAR_FILE, PACK_FILE, HubPack, overlay_paths, read_pack
from kiosk.services.rules import load_rules
from kiosk.store.files import replace_durably, storage_errors
from sync.messages import Pack
from sync.signatures import pack_proof

_LOG = logging.getLogger("yizhan.packs")
_OVERLAYS = (CALENDAR_FILE, "catalog", "codes")


class HubPacks:
    """Keeps the hub's pack in a data folder; used by the thread that speaks with the hub.

    What runs keeps the rules that it began with, and so does every case what it was taken in under.
    """

    def __init__(self, data_dir: Path, config: Config) -> None:
        """Look what is kept; a damaged pack counts as none, so that the hub's is fetched again."""
        self._data_dir = data_dir
        self._config = config
        try:
            kept = read_pack(data_dir)
        except CatalogError:
            kept = None
        self._version = kept.version if kept else 0

    @property
    def version(self) -> int:
        """The highest version that was kept or refused; 0 for none."""
        return self._version

    def offer(self, pack: Pack) -> None:
        """Keep a pack for the next start, or refuse it until this one ends.

        Raises:
            StoreError: it cannot be written.
        """
        if pack.version <= self._version:
            return
        self._version = pack.version
        proof = pack_proof(pack.version, pack.files)
        if not is_signed_by(base64.b64decode(self._config.hub.key), proof, base64.b64decode(pack.signature)):
            _LOG.warning("pack %s is not the hub's", pack.version)
            return
        try:
            try_pack(pack.files, self._config, self._data_dir)
        except KioskError as error:
            _LOG.warning("pack %s is not fit: %s", pack.version, error.code.value)
            return
        kept = HubPack(pack.version, pack.files, pack.signature)
        with storage_errors():
            replace_durably(self._data_dir / PACK_FILE, msgspec.json.encode(kept))


def try_pack(files: Mapping[str, str], config: Config, data_dir: Path | None = None) -> None:
    """Load all rules with a pack's files, beneath the overlays of a data folder if there is one.

    Raises:
        CatalogError: they are not right together, or one has a name that nothing reads.
        StoreError: a file cannot be read or written.
    """
    unknown = files.keys() - overlay_paths()
    if unknown:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=min(unknown))
    with tempfile.TemporaryDirectory(prefix="yizhan-pack-") as place, storage_errors():
        trial = Path(place)
        for own in [data_dir / name for name in _OVERLAYS] if data_dir is not None else ():
            if own.is_dir():
                shutil.copytree(own, trial / own.name)
            elif own.exists():
                shutil.copy(own, trial / own.name)
        (trial / PACK_FILE).write_bytes(msgspec.json.encode(HubPack(0, dict(files), "")))
        rules = load_rules(trial, config)
        for service in rules.services:
            rules.services[service]
