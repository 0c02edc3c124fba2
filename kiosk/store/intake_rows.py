"""What a case writes when it is taken in, within the transaction: its number, its lines, its files."""

from __future__ import annotations

from dataclasses import asdict

from kiosk.clock import local, parse
from kiosk.domain.numbering import COUNTER_MAX, CaseNumber
from kiosk.errors import ErrorCode, InputError, StoreError
from kiosk.ports.store import Intake, NumberFrame
from kiosk.store.database import Database


def next_number(database: Database, taken_in_at: str, frame: NumberFrame) -> str:
    """Use up the day's next case number.

    Raises:
        StoreError: NUMBERS_EXHAUSTED.
    """
    day = local(parse(taken_in_at)).date()
    series = database.value("select series from terminal where id = 1")
    key = (series, day.isoformat())
    last = database.value("select last from number_counters where series = ? and day = ?", key) or 0
    if last >= COUNTER_MAX:
        raise StoreError(ErrorCode.NUMBERS_EXHAUSTED)
    database.run(
        "insert into number_counters (series, day, last) values (?, ?, 1)"
        " on conflict (series, day) do update set last = last + 1",
        key,
    )
    return str(CaseNumber(frame.division, frame.terminal_code, series, day, last + 1))


def write_lines(database: Database, intake: Intake) -> None:
    """Write the matters that are filed and that are not, and the materials."""
    database.insert_all(
        "case_matters",
        [
            {
                "case_id": intake.case_id,
                "position": position,
                "matter_id": matter.matter_id,
                "name": matter.name,
                "department": matter.department,
                "mode": matter.mode,
                "state": matter.state.value,
                "reason": matter.reason,
                "due": matter.due,
                "due_text": matter.due_text,
                "due_provisional": int(matter.due_provisional),
                "words": matter.words,
                "updated_at": matter.updated_at,
            }
            for position, matter in enumerate(intake.matters)
        ],
    )
    database.insert_all(
        "case_materials",
        [
            {
                "case_id": intake.case_id,
                "position": position,
                "material_id": material.material_id,
                "name": material.name,
                "status": material.status.value,
                "pages": material.pages,
                "due": material.due,
            }
            for position, material in enumerate(intake.materials)
        ],
    )
    day = local(parse(intake.taken_in_at)).date().isoformat()
    database.insert_all(
        "not_filed_matters", [asdict(line) | {"case_id": intake.case_id, "day": day} for line in intake.not_filed]
    )


def claim_attachments(database: Database, intake: Intake) -> None:
    """Tie the draft's files that the intake names to its event, and drop the others.

    Raises:
        InputError: ATTACHMENT_UNREADABLE, a file named in the intake is not in the store.
    """
    for attachment in intake.attachments:
        changed = database.run(
            "update attachments set event_id = ?, material_id = ?, media_type = ?, pages = ?"
            " where attachment_id = ? and case_id = ? and event_id is null and sha256 = ?",
            (
                intake.event_id,
                attachment.material_id,
                attachment.media_type,
                attachment.pages,
                attachment.attachment_id,
                intake.case_id,
                attachment.sha256,
            ),
        )
        if changed != 1:
            raise InputError(ErrorCode.ATTACHMENT_UNREADABLE)
    database.run("delete from attachments where case_id = ? and event_id is null", (intake.case_id,))
