"""Stores with constructed cases in them."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.clock import iso
from kiosk.domain.application import ApplicantEntry, Application, DeceasedEntry, encode
from kiosk.domain.case import Attachment, CaseMaterial, CaseMatter, MaterialStatus, MatterState
from kiosk.ids import CaseId, EventId, MaterialId, MatterId, OperatorId, uuid7
from kiosk.paths import DATABASE_FILE
from kiosk.ports.store import Draft, Intake, NumberFrame, Store, TakenIn
from kiosk.store import SqliteStore, open_store
from kiosk.store.database import open_database

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
FRAME = NumberFrame("370100", "T01")
NOW = "2026-11-18T02:00:00.000Z"
LATER = "2026-11-18T02:10:00.000Z"


class SetClock:
    """A clock that stands where a test puts it: 2026-11-18, ten in the morning in Shanghai."""

    def __init__(self) -> None:
        """Start at NOW."""
        self.moment = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """Give the moment."""
        return self.moment

    def monotonic(self) -> float:
        """Give real seconds."""
        return time.monotonic()

    def move(self, **step: float) -> None:
        """Move on by a timedelta's parts."""
        self.moment += timedelta(**step)


def store_in(folder: Path, key: bytes = KEY, clock: SetClock | None = None) -> SqliteStore:
    """Open a store of the terminal `T-1`."""
    return open_store(folder, key, clock or SetClock(), terminal_id="T-1")


def file_of(size: int = 3000, material: str = "death_certificate") -> tuple[Attachment, bytes]:
    """Make a file of random bytes with its description."""
    data = os.urandom(size)
    return described(data, material), data


def described(data: bytes, material: str = "death_certificate") -> Attachment:
    """Describe bytes as an attachment."""
    return Attachment(
        attachment_id=uuid7(),
        material_id=MaterialId(material),
        media_type="image/jpeg",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def application_of(name: str = "测试逝者") -> bytes:
    """Make a small application."""
    return encode(
        Application(
            deceased=DeceasedEntry(name=name, document_number="370100194001019991"),
            applicant=ApplicantEntry(name="测试家属", document_number="91156019800101999X"),
        )
    )


def intake_of(*files: tuple[Attachment, bytes], **changes: object) -> Intake:
    """Make an intake with three matters and two materials."""
    intake = Intake(
        case_id=CaseId(uuid7()),
        event_id=EventId(uuid7()),
        service="after_death",
        operator_id=OperatorId("training"),
        station="TRAIN",
        taken_in_at=NOW,
        promise_due="2026-12-02",
        promise_provisional=False,
        catalog_version="2026.1",
        application=application_of(),
        deceased_name="测试逝者",
        deceased_document="370100194001019991",
        applicant_name="测试家属",
        applicant_document="91156019800101999X",
        matters=tuple(matter_of(number) for number in ("04", "12", "23")),
        materials=(
            CaseMaterial(material_id=MaterialId("deceased_id"), name="逝者身份证", status=MaterialStatus.CARD),
            CaseMaterial(
                material_id=MaterialId("death_certificate"), name="死亡证明", status=MaterialStatus.SUPPLIED, pages=2
            ),
        ),
        files=files,
    )
    return replace(intake, **changes)  # type: ignore[arg-type]  # names are checked at run time


def matter_of(number: str) -> CaseMatter:
    """Make a matter as told to the family."""
    return CaseMatter(
        matter_id=MatterId(number),
        name=f"事项{number}",
        department="公安",
        mode="application",
        state=MatterState.TAKEN_IN,
        reason="测试",
        due=f"2026-11-{number}",
        due_text="测试",
        due_provisional=True,
    )


def payload_of(case_number: str) -> bytes:
    """Make an event's payload."""
    return b'{"case_number":"%s"}' % case_number.encode()


def take_in(store: Store, *files: tuple[Attachment, bytes], **changes: object) -> TakenIn:
    """Take in a constructed case."""
    return store.cases.take_in(intake_of(*files, **changes), FRAME, payload_of)


def rot(folder: Path, key: bytes, case_number: str) -> None:
    """Overwrite what is kept of the attachments of a case."""
    database = open_database(folder / DATABASE_FILE, key)
    with database.write():
        database.run(
            "update attachment_chunks set sealed = zeroblob(length(sealed)) where attachment_id in"
            " (select attachment_id from attachments join cases using (case_id) where case_number = ?)",
            (case_number,),
        )
    database.close()


def draft_of(case_id: CaseId | None = None, name: str = "测试逝者", operator: str = "training", step: int = 1) -> Draft:
    """Make a draft."""
    return Draft(case_id or CaseId(uuid7()), OperatorId(operator), step, application_of(name), NOW)


def after(seconds: float) -> str:
    """Give the time so many seconds after NOW."""
    return iso(datetime(2026, 11, 18, 2, 0, tzinfo=UTC) + timedelta(seconds=seconds))
