"""权限钥匙: which fields and files of a case a department gets, derived from what the catalogue says a matter needs.

Nothing is listed here by hand: a field that no row of the catalogue names for a matter has no way out. A case is judged
by the catalogue that it was taken in under, with the hub's pack of overlays that its version names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from kiosk.domain.catalog import MatterRow, ServiceCatalog, pack_of, version_with_pack
from kiosk.domain.catalog_reader import parse_catalog
from kiosk.domain.facts import INSURANCES
from kiosk.domain.fill import moment_at
from kiosk.domain.form import time_of
from kiosk.packets.events import CaseCorrected, CaseTakenIn, EventKind
from kiosk.paths import resource
from sync.hub.connectors import HandedFile, HandedMaterial, HandOver
from sync.hub.packs import files_of, newest
from sync.hub.tables import ATTACHMENTS, CASES, EVENTS, HAND_OVERS, MATTERS

_FACTS, _MATTERS, _TIME, _MOMENT = "deceased.facts", "matters", "deceased.death_time", "deceased.death_at"
_INSURANCE, _POWERS = "deceased.insurance", "agent.powers"


def service_of(connection: Connection, name: str, catalog_version: str | None = None) -> ServiceCatalog | None:
    """Read a service's catalogue as a case's version names it; None when there is no such service.

    Without a version, and for a pack that this hub never made, the pack in force lies over what is shipped.
    """
    pack = newest(connection) if catalog_version is None else pack_of(catalog_version)
    files = files_of(connection, pack)
    if files is None and pack:
        pack = newest(connection)
        files = files_of(connection, pack)
    return _read_service(name, pack, (files or {}).get(f"catalog/{name}.toml"))


@lru_cache(maxsize=32)
def _read_service(name: str, pack: int, overlay: str | None) -> ServiceCatalog | None:
    shipped = {path.name: path for path in resource("catalog").iterdir() if (path / "service.toml").exists()}
    if name not in shipped:
        return None
    files = sorted(shipped[name].glob("*.toml"), key=lambda path: (path.name != "service.toml", path.name))
    texts = {path.name: path.read_text("utf-8") for path in files}
    service = parse_catalog(texts | ({} if overlay is None else {f"hub-packs/{name}.toml": overlay}))
    return replace(service, version=version_with_pack(service.version, pack))


def needed_paths(service: ServiceCatalog, matter: MatterRow) -> frozenset[str]:
    """Give the paths of the fields that a matter needs."""
    return frozenset(box.path for field_id in service.fields_of(matter) for box in service.fields[field_id].inputs)


def allowed_fields(service: ServiceCatalog, matter: MatterRow, values: Mapping[str, Any]) -> dict[str, Any]:
    """Take from a case's values (path → value) what a matter needs.

    Of the facts only those that the matter's own rule asks for, of the matters only itself, and the hour of death only
    where the catalogue names it.
    """
    paths = needed_paths(service, matter)
    fields = {path: values[path] for path in sorted(paths & values.keys()) if values[path] not in (None, "", (), [])}
    if _MOMENT in fields:
        time = time_of(fields[_MOMENT])
        fields[_MOMENT] = str(fields[_MOMENT])[:10]
        if time and _TIME in paths:
            fields[_TIME] = time
    if _FACTS in fields:
        asked = {condition.fact for row in matter.when for condition in row.conditions}
        fields[_FACTS] = {fact: value for fact, value in fields[_FACTS].items() if fact in asked}
    if _MATTERS in paths:
        fields[_MATTERS] = [matter.matter_id]
    return fields


def hand_over_of(connection: Connection, case_id: str, matter_id: str, rev: int) -> HandOver:
    """Write what a department is handed, as the case stood at a rev."""
    row = connection.execute(
        select(
            HAND_OVERS.c.kind,
            CASES.c.case_number,
            CASES.c.official_number,
            CASES.c.service,
            CASES.c.taken_in_at,
            MATTERS.c.name,
            MATTERS.c.department,
            MATTERS.c.due,
        )
        .join(CASES, CASES.c.case_id == HAND_OVERS.c.case_id)
        .join(MATTERS, (MATTERS.c.case_id == HAND_OVERS.c.case_id) & (MATTERS.c.matter_id == HAND_OVERS.c.matter_id))
        .where(HAND_OVERS.c.case_id == case_id, HAND_OVERS.c.matter_id == matter_id, HAND_OVERS.c.rev == rev)
    ).one()
    case = read_case(connection, case_id, rev)
    service = service_of(connection, row.service, case.first.catalog_version)
    matter = service.matters.get(matter_id) if service else None  # type: ignore[call-overload] # ids are plain text here
    wanted = set(service.materials_of(matter)) if service and matter else set()
    return HandOver(
        case_id=case_id,
        matter_id=matter_id,
        rev=rev,
        kind=row.kind,
        case_number=row.case_number,
        official_number=row.official_number,
        service=row.service,
        catalog_version=service.version if service else "",
        matter=row.name,
        department=row.department,
        taken_in_at=row.taken_in_at,
        due=row.due,
        fields=allowed_fields(service, matter, case.values) if service and matter else {},
        materials=tuple(m for m in case.materials if m.material_id in wanted),
        attachments=tuple(f for f in case.files if f.material_id in wanted),
    )


def _put_right(values: dict[str, Any], fields: Mapping[str, str]) -> None:
    """Put what a correction says in the place of what stood there, in the form of what was taken in."""
    for path in sorted(fields):  # the day of death before its hour
        if path == _TIME:
            values[_MOMENT] = moment_at(values.get(_MOMENT), fields[path])
        elif path in {_INSURANCE, _POWERS}:
            values[path] = [code for code in fields[path].split("、") if code]
        else:
            values[path] = fields[path]
        if path == _INSURANCE:  # it takes the place of single answers, too
            values[_FACTS] = {fact: value for fact, value in values[_FACTS].items() if fact not in INSURANCES}


class CaseAsItStands(msgspec.Struct, frozen=True):
    """A case's values by path, its materials and its files, with what corrections brought; and its first event."""

    values: dict[str, Any]
    materials: tuple[HandedMaterial, ...]
    files: tuple[HandedFile, ...]
    first: CaseTakenIn

    def __repr__(self) -> str:
        return "CaseAsItStands(…)"


def read_case(connection: Connection, case_id: str, rev: int = 2**31 - 1) -> CaseAsItStands:
    """Read a case as it stood at a rev (the newest unless it is given)."""
    kinds = (EventKind.CASE_TAKEN_IN.value, EventKind.CASE_CORRECTED.value)
    first, *later = connection.execute(
        select(EVENTS.c.payload)
        .where(EVENTS.c.case_id == case_id, EVENTS.c.kind.in_(kinds), EVENTS.c.rev <= rev)
        .order_by(EVENTS.c.rev)
    ).scalars()
    taken_in = msgspec.json.decode(first, type=CaseTakenIn)
    corrections = [msgspec.json.decode(payload, type=CaseCorrected) for payload in later]
    values: dict[str, Any] = {"postal_address": taken_in.postal_address}
    for part in ("deceased", "applicant", "agent", "payee"):
        entry = getattr(taken_in, part)
        for name, value in (msgspec.to_builtins(entry) if entry else {}).items():
            values[f"{part}.{name}"] = value
    materials = {material.material_id: material for material in taken_in.materials}
    files = list(taken_in.attachments)
    for correction in corrections:
        _put_right(values, correction.fields)
        materials |= {material.material_id: material for material in correction.materials}
        files += correction.attachments
    whole = set(
        connection.execute(
            select(ATTACHMENTS.c.attachment_id).where(ATTACHMENTS.c.case_id == case_id, ATTACHMENTS.c.complete)
        ).scalars()
    )
    return CaseAsItStands(
        values,
        tuple(
            HandedMaterial(material_id=m.material_id, name=m.name, status=m.status.value) for m in materials.values()
        ),
        tuple(
            HandedFile(
                attachment_id=f.attachment_id,
                material_id=f.material_id,
                media_type=f.media_type,
                size=f.size,
                sha256=f.sha256,
                pages=f.pages,
            )
            for f in files
            if f.attachment_id in whole
        ),
        taken_in,
    )
