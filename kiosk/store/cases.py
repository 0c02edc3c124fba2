"""Cases that were taken in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from kiosk.clock import Clock, iso
from kiosk.domain.case import (
    Case,
    CaseMaterial,
    CaseMatter,
    CaseState,
    Delivery,
    MaterialStatus,
    MatterState,
    Rating,
    Refusal,
)
from kiosk.errors import ErrorCode, StoreError
from kiosk.ids import AttachmentId, CaseId, EventId, uuid7
from kiosk.journal import JournalKind
from kiosk.packets.events import EventKind
from kiosk.ports.store import CaseSummary, EarlierCase, Intake, JournalLine, NumberFrame, TakenIn
from kiosk.ports.sync import KnownCase
from kiosk.store.attachments import AttachmentRows
from kiosk.store.case_rows import compact, lookup_form, queue_event
from kiosk.store.database import Database, Row, Value
from kiosk.store.intake_rows import claim_attachments, next_number, write_lines
from kiosk.store.journal import SqliteJournal
from kiosk.store.known_cases import known_of
from kiosk.store.refused import refused_of
from kiosk.store.watermark import Watermark

_LAST_CHARACTER = "\U0010ffff"
_SHORTEST_END = 4
"""Characters of a number's end that are worth looking for: fewer fit too many cases."""

_DELIVERY = """coalesce((select state from outbox q where q.case_id = c.case_id
        and q.state not in ('delivered', 'superseded')
        and q.kind in ('case_taken_in', 'case_corrected', 'case_withdrawn', 'case_reopened')
        order by q.rev limit 1), 'delivered')"""
"""A case is delivered when all that was said of it is: papers and ratings count for themselves."""

_SUMMARY = f"""
    select c.case_id, c.case_number, c.state, {_DELIVERY} as delivery, c.taken_in_at, c.promise_due, c.deceased_name,
        c.applicant_name,
        (select count(*) from case_matters m where m.case_id = c.case_id) as matters_total,
        (select count(*) from case_matters m where m.case_id = c.case_id and m.state = 'finished') as matters_finished,
        coalesce((select name from case_matters m where m.case_id = c.case_id
            and m.state not in ('finished', 'refused', 'withdrawn', 'moved_offline')
            order by m.due is null, m.due, m.position limit 1), '') as next_matter,
        coalesce(
            (select coalesce(nullif(error_words, ''), nullif(error_code, ''), 'needs_attention') from outbox q
                where q.case_id = c.case_id and q.state = 'needs_attention' order by q.seq limit 1),
            (select coalesce(nullif(m.words, ''), m.name) from case_matters m
                where m.case_id = c.case_id and m.state = 'correction_requested' order by m.position limit 1),
            iif(c.state = 'correction_requested', coalesce(nullif(c.words, ''), c.state), null),
            '') as attention,
        (select min(m.correction_due) from case_matters m
            where m.case_id = c.case_id and m.state = 'correction_requested') as correction_due
    from cases c
"""


_DEATHS = "select case_id, json_extract(cast(application as text), '$.deceased.death_at') as at from cases"


class SqliteCases:
    """Cases in the database."""

    def __init__(
        self,
        database: Database,
        attachments: AttachmentRows,
        watermark: Watermark,
        journal: SqliteJournal,
        clock: Clock,
    ) -> None:
        """Keep cases in this database."""
        self._database = database
        self._attachments = attachments
        self._watermark = watermark
        self._journal = journal
        self._clock = clock

    def take_in(self, intake: Intake, frame: NumberFrame, payload_of: Callable[[str], bytes]) -> TakenIn:
        """Take in a case, in one transaction; see the port.

        A case that was taken in already keeps its number: the call may be repeated when it raised. That also covers the
        one failure after the commit, when the mark beside the database could not be written.

        Raises:
            StoreError: NUMBERS_EXHAUSTED, STORE_FULL, STORE_IO, STORE_BUSY.
            InputError: ATTACHMENT_UNREADABLE, a file named in the intake is not in the store.
        """
        with self._database.write():
            row = self._database.row("select case_number, seq from cases where case_id = ?", (intake.case_id,))
            taken = TakenIn(intake.case_id, **row) if row else self._write_case(intake, frame, payload_of)
        if taken.seq > self._watermark.covered:
            self._watermark.cover()
        return taken

    def get(self, case_number: str) -> Case:
        """Give a case; spaces in the number do not matter.

        Raises:
            StoreError: CASE_NOT_FOUND.
        """
        with self._database.read():
            row = self._database.row(
                f"select c.*, {_DELIVERY} as delivery, (select delivered_at from outbox o where o.case_id = c.case_id"
                " and o.rev = 1 and o.superseded_by = 0) as delivered_at from cases c where c.case_number = ?",
                (compact(case_number),),
            )
            if row is None:
                raise StoreError(ErrorCode.CASE_NOT_FOUND)
            return self._case(row)

    def all(self, *, limit: int = 100, offset: int = 0) -> list[CaseSummary]:
        """List cases, those that need a person first, then newest first."""
        with self._database.read():
            urgent = self._database.value("select count(*) from attention")
            first = self._summaries("c.case_id in (select case_id from attention)", {}, limit, offset)
            rest = self._summaries(
                "c.case_id not in (select case_id from attention)", {}, limit - len(first), max(0, offset - urgent)
            )
        return first + rest

    def find(self, text: str, *, limit: int = 50) -> list[CaseSummary]:
        """Find by case number (whole or its end), document number of the deceased or applicant, or name.

        A name is found by its beginning. Newest first.
        """
        name, number = text.strip(), lookup_form(text)
        if not number:
            return []
        conditions = [
            "case_number = :number",
            "official_number = :number",
            "deceased_document = :number",
            "applicant_document = :number",
            "deceased_name >= :name and deceased_name < :name_end",
            "applicant_name >= :name and applicant_name < :name_end",
        ]
        if len(number) >= _SHORTEST_END and number.isascii():
            conditions.append("number_reversed >= :tail and number_reversed < :tail_end")
        # Each way alone gives its newest: thousands may bear the beginning of a name, and joining all of them is slow.
        newest = "select * from (select seq from cases where {} order by seq desc limit :limit)"
        looks = [newest.format(condition) for condition in conditions]
        parameters: dict[str, Value] = {
            "number": number,
            "name": name,
            "name_end": name + _LAST_CHARACTER,
            "tail": number[::-1],
            "tail_end": number[::-1] + _LAST_CHARACTER,
        }
        return self._summaries(f"c.seq in ({' union '.join(looks)})", parameters, limit)

    def of_person(self, service: str, document: str) -> list[EarlierCase]:
        """List a service's cases about the person of a document number, newest first; refused ones do not count."""
        parameters: dict[str, Value] = {"service": service, "document": lookup_form(document)}
        condition = "deceased_document = :document and service = :service and state not in ('refused', 'withdrawn')"
        with self._database.read():
            died = self._database.rows(f"{_DEATHS} where {condition}", parameters)
            cases = self._summaries(condition, parameters, limit=len(died))
        moments = {row["case_id"]: row["at"] for row in died}
        return [EarlierCase(case, moments[case.case_id]) for case in cases]

    def of_person_elsewhere(self, service: str, document_type: str, document_number: str) -> list[KnownCase]:
        """List cases of other terminals about the person of a document, as the hub last told; newest first."""
        return known_of(self._database, service, document_type, lookup_form(document_number))

    def counts(self) -> dict[str, int]:
        """Count cases by state, from the same rows as `all`; every state is there."""
        found = {
            row["state"]: row["n"]
            for row in self._database.rows("select state, count(*) as n from cases group by state")
        }
        return {state.value: found.get(state.value, 0) for state in CaseState if state is not CaseState.DRAFT}

    def read_attachment(self, attachment_id: AttachmentId) -> bytes:
        """Give a file's bytes, of a draft or a case.

        Raises:
            StoreError: CASE_NOT_FOUND, STORE_DAMAGED.
        """
        with self._database.read():
            return self._attachments.read(attachment_id)

    def append_event(
        self, case_id: CaseId, kind: str, payload_of: Callable[[int], bytes], line: JournalLine
    ) -> EventId:
        """Put a further event of a case into the outbox with its journal line.

        Raises:
            StoreError: CASE_NOT_FOUND.
        """
        now = iso(self._clock.now())
        event_id = EventId(uuid7())
        with self._database.write():
            rev = self._database.value("select rev + 1 from cases where case_id = ?", (case_id,))
            if rev is None:
                raise StoreError(ErrorCode.CASE_NOT_FOUND)
            self._database.run("update cases set rev = ? where case_id = ?", (rev, case_id))
            queue_event(self._database, event_id, kind, case_id, rev, now, payload_of(rev))
            self._journal.append_within(line, now)
        return event_id

    def _summaries(
        self, condition: str, parameters: dict[str, Value], limit: int, offset: int = 0
    ) -> list[CaseSummary]:
        rows = self._database.rows(
            f"{_SUMMARY} where c.seq in (select seq from cases c where {condition} order by seq desc"
            " limit :limit offset :offset) order by c.seq desc",
            {**parameters, "limit": limit, "offset": offset},
        )
        return [CaseSummary(**(row | {"delivery": Delivery(row["delivery"])})) for row in rows]

    def _write_case(self, intake: Intake, frame: NumberFrame, payload_of: Callable[[str], bytes]) -> TakenIn:
        number = next_number(self._database, intake.taken_in_at, frame)
        cipher = self._attachments.cipher_of(intake.case_id)
        payload, at = payload_of(number), intake.taken_in_at
        seq = queue_event(self._database, intake.event_id, EventKind.CASE_TAKEN_IN, intake.case_id, 1, at, payload)
        self._database.insert(
            "cases",
            {
                "case_id": intake.case_id,
                "case_number": number,
                "number_reversed": number[::-1],
                "seq": seq,
                "service": intake.service,
                "state": CaseState.TAKEN_IN,
                "rev": 1,
                "operator": intake.operator_id,
                "station": intake.station,
                "taken_in_at": intake.taken_in_at,
                "promise_due": intake.promise_due,
                "promise_provisional": int(intake.promise_provisional),
                "catalog_version": intake.catalog_version,
                "channel": intake.channel,
                "application": intake.application,
                "deceased_name": intake.deceased_name.strip(),
                "deceased_document": lookup_form(intake.deceased_document),
                "applicant_name": intake.applicant_name.strip(),
                "applicant_document": lookup_form(intake.applicant_document),
            },
        )
        write_lines(self._database, intake)
        claim_attachments(self._database, intake)
        for attachment, data in intake.files:
            self._attachments.put(cipher, intake.case_id, attachment, data, intake.event_id)
        self._database.run("delete from drafts where case_id = ?", (intake.case_id,))
        files = len(intake.attachments) + len(intake.files)
        detail = (("seq", seq), ("matters", len(intake.matters)), ("attachments", files))
        line = JournalLine(JournalKind.CASE_TAKEN_IN, intake.operator_id, number, detail)
        self._journal.append_within(line, iso(self._clock.now()))
        return TakenIn(intake.case_id, number, seq)

    def _case(self, row: Row) -> Case:
        case_id = (row["case_id"],)
        return Case(
            **{name: row[name] for name in Case.__struct_fields__ if name in row and name not in _CONVERTED},
            state=CaseState(row["state"]),
            delivery=Delivery(row["delivery"]),
            promise_provisional=bool(row["promise_provisional"]),
            matters=tuple(
                CaseMatter(
                    **_without(
                        line,
                        "case_id",
                        "position",
                        state=MatterState,
                        due_provisional=bool,
                        wanted_fields=_NAMES.decode,
                        wanted_materials=_NAMES.decode,
                    )
                )
                for line in self._lines("case_matters", case_id)
            ),
            materials=tuple(
                CaseMaterial(**_without(line, "case_id", "position", status=MaterialStatus))
                for line in self._lines("case_materials", case_id)
            ),
            attachments=self._attachments.of_case(row["case_id"], taken_in=True),
            rating=self._rating(row["case_id"]),
            refusals=self._refusals(row["case_id"]),
            correctable=refused_of(self._database, row["case_id"]) is not None,
        )

    def _refusals(self, case_id: str) -> tuple[Refusal, ...]:
        rows = self._database.rows(
            "select kind, error_words as words, error_code as code, occurred_at, state = 'superseded' as superseded"
            " from outbox where case_id = ? and (state in ('needs_attention', 'superseded')"
            " or state = 'withdrawn' and error_code <> '') order by seq",
            (case_id,),
        )
        return tuple(Refusal(**row | {"superseded": bool(row["superseded"])}) for row in rows)

    def _rating(self, case_id: str) -> Rating | None:
        row = self._database.row(
            "select level, reason, given_at, due, answer, answered_at from ratings where case_id = ?", (case_id,)
        )
        return None if row is None else Rating(**row)

    def _lines(self, table: str, case_id: Sequence[Value]) -> list[Row]:
        return self._database.rows(f"select * from {table} where case_id = ? order by position", case_id)


_NAMES = msgspec.json.Decoder(tuple[str, ...])
_CONVERTED = {"state", "delivery", "promise_provisional", "matters", "materials", "attachments", "rating"}


def _without(row: Row, *names: str, **conversions: Callable[[Any], object]) -> Row:
    kept = {name: value for name, value in row.items() if name not in names}
    return kept | {name: convert(row[name]) for name, convert in conversions.items()}
