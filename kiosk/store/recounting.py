"""Dates of a case when its acceptance arrives."""

from __future__ import annotations

from kiosk.domain.due import is_expected
from kiosk.domain.recount import Recount
from kiosk.ids import CaseId, MatterId
from kiosk.store.database import Database


def recount_dates(database: Database, case_id: CaseId, accepted_at: str, recount: Recount) -> None:
    """Replace a case's expected dates, within a transaction; a department's own day stays, as does what has ended."""
    application = database.value("select application from cases where case_id = ? and state <> 'finished'", (case_id,))
    counted = None if application is None else recount(application, accepted_at)
    if counted is None:
        return
    database.run(
        "update cases set promise_due = ?, promise_provisional = ? where case_id = ?",
        (counted.promise.due, int(counted.promise.provisional), case_id),
    )
    rows = database.rows(
        "select matter_id, due_text from case_matters where case_id = ?"
        " and state not in ('finished', 'refused', 'withdrawn', 'moved_offline')",
        (case_id,),
    )
    for row in rows:
        fresh = counted.matters.get(MatterId(row["matter_id"]))
        if fresh is not None and is_expected(row["due_text"]):
            database.run(
                "update case_matters set due = ?, due_text = ?, due_provisional = ?"
                " where case_id = ? and matter_id = ?",
                (fresh.due, fresh.words, int(fresh.provisional), case_id, row["matter_id"]),
            )
