"""Reads what the rules run on: code tables, the calendar and the catalogue, shipped ones with a station's overlays.

Overlays lie in the data folder: `codes/<table>.toml`, `calendar.toml`, `catalog/<service>.toml`; those of the hub, with
the same paths, in its pack `hub-pack.json`. The hub's lie beneath the station's.
"""

from __future__ import annotations

from datetime import time
from pathlib import Path

import msgspec
from msgspec import Struct

from kiosk.domain.calendar import WorkCalendar, parse_calendar
from kiosk.domain.catalog import ServiceCatalog
from kiosk.domain.catalog_check import reference_faults
from kiosk.domain.catalog_reader import parse_catalog
from kiosk.domain.codes import TABLE_FILES, CodeTables, parse_codes
from kiosk.errors import CatalogError, ErrorCode, StoreError
from kiosk.paths import resource

CALENDAR_FILE = "calendar.toml"
PACK_FILE = "hub-pack.json"


def load_codes(data: Path | None = None) -> CodeTables:
    """Read the code tables.

    Raises:
        CatalogError: CATALOG_INVALID with the place.
        StoreError: a file cannot be read.
    """
    texts = {name: [read_text(resource(f"codes/{name}.toml"))] for name in TABLE_FILES}
    if data is not None:
        for name in TABLE_FILES:
            texts[name] += _overlays(data, f"codes/{name}.toml").values()
    return parse_codes(texts)


def load_calendar(data: Path | None = None, cut_off: time = time(17)) -> WorkCalendar:
    """Read the working-day calendar with the years imported at this station.

    Raises:
        CatalogError: CALENDAR_INVALID with the place.
        StoreError: a file cannot be read.
    """
    texts = [read_text(resource("calendar/cn.toml"))]
    if data is not None:
        texts += _overlays(data, CALENDAR_FILE).values()
    return parse_calendar(texts, cut_off)


class HubPack(Struct, frozen=True):
    """What the hub gave all terminals: path → TOML, and the hub's signature over it."""

    version: int
    files: dict[str, str]
    signature: str


def read_pack(data: Path) -> HubPack | None:
    """Read the hub's pack; None when there is none.

    Raises:
        CatalogError: CATALOG_INVALID, it is damaged.
        StoreError: it cannot be read.
    """
    path = data / PACK_FILE
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(read_text(path), type=HubPack)
    except msgspec.DecodeError as exc:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=PACK_FILE) from exc


def _overlays(data: Path, path: str) -> dict[str, str]:
    """Give the overlays of one path by name, the hub's first."""
    pack, own = read_pack(data), data / path
    texts = {f"{PACK_FILE}/{path}": pack.files[path]} if pack is not None and path in pack.files else {}
    return texts | ({path: read_text(own)} if own.exists() else {})


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


def load_service(name: str, data: Path | None = None) -> ServiceCatalog:
    """Read a service's catalogue with the station's overlay, ready to judge by.

    Raises:
        CatalogError: SERVICE_UNKNOWN, or CATALOG_INVALID with the place of the first fault.
        StoreError: a file cannot be read.
    """
    service = read_service(name, data)
    faults = (*service.faults, *reference_faults(service))
    if faults:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=faults[0])
    return service


def read_service(name: str, data: Path | None = None, trial: Path | None = None) -> ServiceCatalog:
    """Read a service's catalogue with the station's overlay as it is; what is wrong with it stands in its `faults`.

    `trial` is an overlay that is not installed yet, read instead of the station's.

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
        texts[trial.name] = read_text(trial)
    elif data is not None:
        texts |= _overlays(data, f"catalog/{name}.toml")
    return parse_catalog(texts)


def overlay_paths() -> set[str]:
    """List what an overlay may be called."""
    services = {f"catalog/{name}.toml" for name in service_names()}
    return {CALENDAR_FILE} | services | {f"codes/{name}.toml" for name in TABLE_FILES}
