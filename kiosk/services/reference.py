"""Reads what the rules run on: code tables, the calendar and the catalogue, shipped ones with a station's overlays.

Overlays lie in the data folder: `codes/<table>.toml`, `calendar.toml`, `catalog/<service>.toml`; those of the hub, with
the same paths, in its packs `hub-packs/<version>.json`. The hub's lie beneath the station's. A pack stays when a newer
one comes, because cases and drafts go on with the one that they began with.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path

import msgspec
from msgspec import Struct

from kiosk.domain.calendar import WorkCalendar, parse_calendar
from kiosk.domain.catalog import ServiceCatalog, version_with_pack
from kiosk.domain.catalog_check import reference_faults
from kiosk.domain.catalog_reader import parse_catalog
from kiosk.domain.codes import TABLE_FILES, CodeTables, parse_codes
from kiosk.errors import CatalogError, ErrorCode, StoreError
from kiosk.paths import resource

_LOG = logging.getLogger("yizhan.packs")

CALENDAR_FILE = "calendar.toml"
PACK_FOLDER = "hub-packs"


class HubPack(Struct, frozen=True):
    """What the hub gave all terminals: path → TOML, the hub's signature over it, and since when it holds here."""

    version: int
    files: dict[str, str]
    signature: str = ""
    since: str = ""


def pack_path(data: Path, version: int) -> Path:
    """Name the file of a pack."""
    return data / PACK_FOLDER / f"{version}.json"


def read_pack(data: Path, version: int) -> HubPack:
    """Read one of the hub's packs.

    Raises:
        CatalogError: CATALOG_INVALID, it is damaged or another one.
        StoreError: it is not there or cannot be read.
    """
    path = pack_path(data, version)
    try:
        pack = msgspec.json.decode(read_text(path), type=HubPack)
    except msgspec.DecodeError as exc:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=f"{PACK_FOLDER}/{path.name}") from exc
    if pack.version != version:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=f"{PACK_FOLDER}/{path.name}")
    return pack


def newest_pack(data: Path) -> HubPack | None:
    """Read the newest of the hub's packs that is whole; None when there is none.

    Raises:
        StoreError: one cannot be read.
    """
    names = (path.stem for path in (data / PACK_FOLDER).glob("*.json"))
    for version in sorted((int(name) for name in names if name.isascii() and name.isdigit()), reverse=True):
        try:
            return read_pack(data, version)
        except CatalogError as error:
            _LOG.warning("pack %s is damaged: %s", version, error.code.value)
    return None


@dataclass(frozen=True)
class Overlays:
    """What lies over the shipped files: a pack of the hub, and above it the files of the station's own folder."""

    folder: Path | None = None
    pack: HubPack | None = None

    def of(self, path: str) -> dict[str, str]:
        """Give the overlays of one path by name, the hub's first.

        Raises:
            CatalogError: CATALOG_INVALID, one is in another encoding.
            StoreError: one cannot be read.
        """
        texts = {}
        if self.pack is not None and path in self.pack.files:
            texts[f"{PACK_FOLDER}/{path}"] = self.pack.files[path]
        if self.folder is not None and (own := self.folder / path).exists():
            texts[path] = read_text(own)
        return texts


def overlays_in(data: Path) -> Overlays:
    """Give the overlays in force in a data folder.

    Raises:
        StoreError: a pack cannot be read.
    """
    return Overlays(data, newest_pack(data))


SHIPPED = Overlays()
"""Nothing lies over what is shipped."""


def load_codes(overlays: Overlays = SHIPPED) -> CodeTables:
    """Read the code tables.

    Raises:
        CatalogError: CATALOG_INVALID with the place.
        StoreError: a file cannot be read.
    """
    texts = {name: [read_text(resource(f"codes/{name}.toml"))] for name in TABLE_FILES}
    for name in TABLE_FILES:
        texts[name] += overlays.of(f"codes/{name}.toml").values()
    return parse_codes(texts)


def load_calendar(overlays: Overlays = SHIPPED, cut_off: time = time(17)) -> WorkCalendar:
    """Read the working-day calendar with the years imported at this station.

    Raises:
        CatalogError: CALENDAR_INVALID with the place.
        StoreError: a file cannot be read.
    """
    return parse_calendar([read_text(resource("calendar/cn.toml")), *overlays.of(CALENDAR_FILE).values()], cut_off)


def read_text(path: Path) -> str:
    """Read a file as UTF-8.

    Raises:
        CatalogError: CATALOG_INVALID, it is in another encoding.
        StoreError: STORE_IO, the file cannot be read.
    """
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=f"{path.name}: 不是 UTF-8，请另存为 UTF-8") from exc
    except OSError as exc:
        raise StoreError(ErrorCode.STORE_IO) from exc


def service_names() -> list[str]:
    """List the services that are shipped."""
    return sorted(path.name for path in resource("catalog").iterdir() if (path / "service.toml").exists())


def load_service(name: str, overlays: Overlays = SHIPPED) -> ServiceCatalog:
    """Read a service's catalogue with its overlays, ready to judge by.

    Raises:
        CatalogError: SERVICE_UNKNOWN, or CATALOG_INVALID with the place of the first fault.
        StoreError: a file cannot be read.
    """
    service = read_service(name, overlays)
    faults = (*service.faults, *reference_faults(service))
    if faults:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=faults[0])
    return service


def read_service(name: str, overlays: Overlays = SHIPPED, trial: Path | None = None) -> ServiceCatalog:
    """Read a service's catalogue with its overlays as it is; what is wrong with it stands in its `faults`.

    `trial` is an overlay that is not installed yet, read instead of those that are. The version names the hub's pack.

    Raises:
        CatalogError: SERVICE_UNKNOWN, or CATALOG_INVALID when it cannot be read at all.
        StoreError: a file cannot be read.
    """
    if name not in service_names():
        raise CatalogError(ErrorCode.SERVICE_UNKNOWN, service=name)
    folder = resource(f"catalog/{name}")
    order = sorted(folder.glob("*.toml"), key=lambda path: (path.name != "service.toml", path.name))
    texts = {path.name: read_text(path) for path in order}
    if trial is not None:
        # It lies over the shipped files even when it bears the name of one.
        texts[trial.name if trial.name not in texts else str(trial.absolute())] = read_text(trial)
    else:
        texts |= overlays.of(f"catalog/{name}.toml")
    service = parse_catalog(texts)
    if service.service != name:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=f"{service.files['head', 'service']}: service 应是 {name}")
    pack = overlays.pack.version if overlays.pack is not None else 0
    return replace(service, version=version_with_pack(service.version, pack))


def overlay_paths() -> set[str]:
    """List what an overlay may be called."""
    services = {f"catalog/{name}.toml" for name in service_names()}
    return {CALENDAR_FILE} | services | {f"codes/{name}.toml" for name in TABLE_FILES}


_READY = msgspec.json.Decoder(tuple[HubPack])  # decision 28
