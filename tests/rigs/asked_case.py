"""A case that was taken in, and a department that asks for a correction of it."""

from __future__ import annotations

import json
from pathlib import Path

from command_rigs import case_file
from wizard_rig import Rig

from kiosk.domain.application import decode
from kiosk.domain.case import Case
from kiosk.ids import CaseId, OperatorId
from kiosk.ports.sync import Change
from ui.viewmodels.case_page import CaseViewModel

ACTOR = OperatorId("training")


def take_in(rig: Rig, folder: Path) -> Case:
    """Take in a case from a file."""
    file = case_file(folder / "in", attachments=[])
    number = rig.services.intake.submit(decode(file.read_bytes()), {}, ACTOR).case_number
    return rig.services.cases.look_again(number)


def ask(rig: Rig, case_id: CaseId, matter_id: str, **wanted: object) -> None:
    """Let a department ask for a correction, as the hub's feed would tell it."""
    body = {
        "matter_id": matter_id,
        "state": "correction_requested",
        "words": "户口簿缺首页",
        "at": "2026-11-18T02:00:00.000Z",
        **wanted,
    }
    change = Change(1, "matter_state", case_id, json.dumps(body).encode())
    with rig.foundation.store() as store:
        assert store.outbox.apply([change], "1", "2026-11-18T02:00:01.000Z") == 1


def page_of(rig: Rig, case: Case) -> CaseViewModel:
    """Open the page of the case."""
    page = CaseViewModel(rig.desk)
    page.show(case.case_number)
    return page
