"""Papers issued, and print jobs."""

from __future__ import annotations

import secrets

from kiosk.errors import ErrorCode, StoreError
from kiosk.ids import JobId, uuid7
from kiosk.journal import JournalKind
from kiosk.ports.paper_store import PrintedPaper, PrintJob
from kiosk.ports.printers import PrintJobState
from kiosk.ports.store import JournalLine
from kiosk.store.case_rows import compact
from kiosk.store.database import Database, Row
from kiosk.store.journal import SqliteJournal

_CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without characters that are mistaken for each other on paper."""
_CODE_LENGTH = 10

_JOBS = (
    "select job_id, case_number, papers.kind, copy, printer, print_jobs.state, handle, problem, attempts, created_at,"
    " verification, actor, large_print from print_jobs join papers using (paper_id) join cases using (case_id)"
)


class SqlitePapers:
    """Papers and print jobs in the database."""

    def __init__(self, database: Database, journal: SqliteJournal) -> None:
        """Keep them in this database."""
        self._database = database
        self._journal = journal

    def issue(
        self,
        case_number: str,
        kind: str,
        printer: str,
        job_id: JobId,
        actor: str,
        now: str,
        *,
        large_print: bool = False,
    ) -> PrintJob:
        """Count a copy, make its verification code, queue a print job, write the journal line.

        The same `job_id` again gives the job there is.

        Raises:
            StoreError: CASE_NOT_FOUND.
        """
        number = compact(case_number)
        with self._database.write():
            if self._database.value("select 1 from print_jobs where job_id = ?", (job_id,)) is None:
                self._count(number, kind, printer, job_id, now, actor=actor, large_print=large_print)
                job = self._job(job_id)
                facts = (("kind", kind), ("copy", job.copy), ("code", job.verification))
                self._journal.append_within(JournalLine(JournalKind.PAPER_ISSUED, actor, number, facts), now)
            return self._job(job_id)

    def update_job(
        self,
        job_id: JobId,
        state: PrintJobState,
        now: str,
        *,
        handle: str | None = None,
        problem: str = "",
        attempted: bool = False,
    ) -> None:
        """Keep what became of a print job; a handle once given stays."""
        with self._database.write():
            self._database.run(
                "update print_jobs set state = ?, updated_at = ?, handle = coalesce(?, handle), problem = ?,"
                " attempts = attempts + ? where job_id = ?",
                (state, now, handle, problem, int(attempted), job_id),
            )

    def jobs(self, case_number: str | None = None, *, open_only: bool = False) -> list[PrintJob]:
        """List print jobs, oldest first."""
        conditions = ["print_jobs.state in ('queued', 'printing', 'held')"] if open_only else []
        parameters = [] if case_number is None else [compact(case_number)]
        conditions += ["case_number = ?"] if parameters else []
        where = f" where {' and '.join(conditions)}" if conditions else ""
        rows = self._database.rows(f"{_JOBS}{where} order by print_jobs.rowid", parameters)
        return [_job(row) for row in rows]

    def printed(self, case_number: str) -> list[PrintedPaper]:
        """Count the papers issued of a case."""
        rows = self._database.rows(
            "select paper_id, papers.kind, copies, last_at from papers join cases using (case_id)"
            " where case_number = ? order by papers.rowid",
            (compact(case_number),),
        )
        return [PrintedPaper(**row) for row in rows]

    def _job(self, job_id: JobId) -> PrintJob:
        return _job(self._database.rows(f"{_JOBS} where job_id = ?", (job_id,))[0])

    def _count(
        self, number: str, kind: str, printer: str, job_id: JobId, now: str, *, actor: str, large_print: bool
    ) -> None:
        case_id = self._database.value("select case_id from cases where case_number = ?", (number,))
        if case_id is None:
            raise StoreError(ErrorCode.CASE_NOT_FOUND)
        self._database.run(
            "insert into papers (paper_id, case_id, kind, copies, last_at) values (?, ?, ?, 1, ?)"
            " on conflict (case_id, kind) do update set copies = copies + 1, last_at = excluded.last_at",
            (uuid7(), case_id, kind, now),
        )
        paper = self._database.rows(
            "select paper_id, copies from papers where case_id = ? and kind = ?", (case_id, kind)
        )[0]
        self._database.insert(
            "print_jobs",
            {
                "job_id": job_id,
                "paper_id": paper["paper_id"],
                "copy": paper["copies"],
                "printer": printer,
                "state": PrintJobState.QUEUED,
                "created_at": now,
                "updated_at": now,
                "actor": actor,
                "large_print": int(large_print),
                "verification": "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH)),
            },
        )


def _job(row: Row) -> PrintJob:
    state, large_print = PrintJobState(row["state"]), bool(row["large_print"])
    return PrintJob(**{**row, "state": state, "large_print": large_print})
