"""What the hub says: its change feed, the cursor, and what the terminal remembers of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

import msgspec
from msgspec import Struct

from kiosk.domain.case import CaseState, MatterState
from kiosk.domain.lifecycle import may_become
from kiosk.domain.receipt import day_words
from kiosk.domain.recount import Recount
from kiosk.ids import CaseId
from kiosk.journal import JournalKind
from kiosk.messages import text
from kiosk.ports.store import JournalLine
from kiosk.ports.sync import Change, HubNotice, KnownCase, PackStanding, StationState, SyncState
from kiosk.store.case_rows import follow_matters, set_case
from kiosk.store.database import Database
from kiosk.store.journal import SqliteJournal
from kiosk.store.known_cases import note_known
from kiosk.store.offers import CorrectionWaits, OfferEnded, note_brought, note_ended
from kiosk.store.recounting import recount_dates
from kiosk.store.refused import let_go
from kiosk.store.results import NamedResult, name_results
from kiosk.store.station import note_pack, note_station

_PUT_BACK_MS = 60_000
"""More than a slow line may feign."""


class _CaseAccepted(Struct, frozen=True):
    official_number: str
    at: str


class _CaseMoved(Struct, frozen=True):
    state: CaseState
    at: str
    words: str = ""


class _MatterMoved(Struct, frozen=True):
    matter_id: str
    state: MatterState
    at: str
    words: str = ""
    due: str | None = None
    fields: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    results: tuple[NamedResult, ...] = ()


class _DayCounted(Struct, frozen=True):
    event_id: str
    cases: int
    events: int
    digest: str
    at: str
    signature: str = ""


class _RatingHandled(Struct, frozen=True):
    due: str
    at: str
    answer: str = ""


def _digest(change: Change) -> str:
    """Tell a repeated change from another one under the same number: a hub that was set up anew counts from one."""
    head = f"{change.kind}\0{change.case_id}\0".encode()
    return hashlib.sha256(head + change.body).hexdigest()


def _due_words(due: str, said_at: str) -> str:
    """Write a day of the department's own as people read it in the year it was said; what is no day stays as it is."""
    try:
        return text("papers.due", day=day_words(date.fromisoformat(due[:10]), int(said_at[:4])))
    except ValueError:
        return due


class SqliteInbox:
    """The change feed in the database. A change is applied once, however often the hub repeats it."""

    def __init__(self, database: Database, journal: SqliteJournal, terminal: str, recount: Recount) -> None:
        """Apply changes to the cases of this database; `recount` counts their dates anew when they are accepted."""
        self._database = database
        self._journal = journal
        self._terminal = terminal
        self._recount = recount

    def state(self) -> SyncState:
        """Give identity, position and cursor."""
        row = self._database.rows(
            "select epoch, cursor, clock_offset_ms, reconciled_at, digests_after, station_version,"
            " pack, pack_refused, pack_code, rests_until,"
            " coalesce((select max(seq) from outbox), 0) as last_seq,"
            " coalesce((select max(seq) from outbox where state = 'delivered'), 0) as delivered_seq,"
            " (select count(*) from attachments where event_id is not null and hub_state = 'held') as files_held"
            " from terminal where id = 1"
        )[0]
        standing = PackStanding(row.pop("pack"), row.pop("pack_refused"), row.pop("pack_code"))
        return SyncState(terminal_id=self._terminal, pack=standing, **row)

    def note_known(self, key: str, known: Sequence[KnownCase], next_after: int) -> int:
        """Keep who was taken in elsewhere; gives where to read on, 0 when the key is another one."""
        return note_known(self._database, key, known, next_after)

    def note_station(self, state: StationState, now: str) -> None:
        """Make what the hub says of this station hold here, all of it in one transaction."""
        note_station(self._database, self._journal, state, now)

    def note_pack(self, standing: PackStanding, now: str) -> None:
        """Keep which of the hub's packs is in force; the journal says what changed."""
        note_pack(self._database, self._journal, standing, now)

    def notices(self) -> tuple[HubNotice, ...]:
        """Give what the hub says to this counter."""
        return tuple(
            HubNotice(**row) for row in self._database.rows("select words, since from hub_notices order by id")
        )

    def note_clock(self, offset_ms: int) -> None:
        """Keep the hub's time minus ours; once our clock was put back, nothing waits for a time it gave before."""
        with self._database.write():
            before = self._database.value("select clock_offset_ms from terminal where id = 1")
            if before is not None and offset_ms - before > _PUT_BACK_MS:
                self._database.run("update outbox set next_attempt_at = null where state = 'pending'")
            self._database.run("update terminal set clock_offset_ms = ? where id = 1", (offset_ms,))

    def note_rest(self, until: str | None) -> None:
        """Keep until when the hub wishes to be left alone, None for no longer."""
        with self._database.write():
            self._database.run("update terminal set rests_until = ? where id = 1", (until,))

    def apply(self, changes: Sequence[Change], next_cursor: str, now: str) -> int:
        """Buffer, apply and store the cursor in one transaction; gives how many were applied.

        One that cannot be applied is kept with its reason, noted in the journal, and skipped.
        """
        applied = 0
        with self._database.write():
            for change in changes:
                known = (change.seq, _digest(change))
                if self._database.value("select 1 from inbox where hub_seq = ? and digest = ?", known) is not None:
                    continue
                reason = self._apply(change, now)
                applied += not reason
                self._database.insert(
                    "inbox",
                    {
                        "hub_seq": change.seq,
                        "digest": _digest(change),
                        "kind": change.kind,
                        "case_id": change.case_id,
                        "body": change.body,
                        "received_at": now,
                        "applied": int(not reason),
                        "reason": reason,
                    },
                )
                kind = JournalKind.CHANGE_SET_ASIDE if reason else JournalKind.CHANGE_APPLIED
                detail = (("hub_seq", change.seq), ("kind", change.kind), ("reason", reason))
                self._journal.append_within(JournalLine(kind, "hub", change.case_id, detail), now)
            self._database.run("update terminal set cursor = ? where id = 1", (next_cursor,))
        return applied

    def _apply(self, change: Change, now: str) -> str:
        """Apply a change; gives the reason when that cannot be done, and has changed nothing then."""
        case_id = CaseId(change.case_id)
        if change.kind == "offer_ended":  # of a case that is none of this terminal's
            return self._note_ended(change)
        if self._database.value("select 1 from cases where case_id = ?", (case_id,)) is None:
            return "unknown_case"
        # The hub knows a case that was taken back before it was heard to have arrived.
        let_go(self._database, self._journal, case_id, "hub", now)
        try:
            match change.kind:
                case "case_accepted":
                    reason = self._accept(case_id, msgspec.json.decode(change.body, type=_CaseAccepted))
                case "case_state":
                    reason = self._move_case(case_id, msgspec.json.decode(change.body, type=_CaseMoved))
                case "matter_state":
                    reason = self._move_matter(case_id, msgspec.json.decode(change.body, type=_MatterMoved))
                case "day_counted":
                    reason = self._keep_count(msgspec.json.decode(change.body, type=_DayCounted))
                case "rating_handled":
                    reason = self._note_rating(case_id, msgspec.json.decode(change.body, type=_RatingHandled))
                case "correction_offered":
                    brought = msgspec.json.decode(change.body, type=CorrectionWaits)
                    reason = note_brought(self._database, case_id, brought, now)
                case _:
                    reason = "unknown_kind"
        except (msgspec.MsgspecError, UnicodeDecodeError):
            reason = "bad_body"
        return reason

    def _note_ended(self, change: Change) -> str:
        try:
            return note_ended(self._database, change.case_id, msgspec.json.decode(change.body, type=OfferEnded))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return "bad_body"

    def _keep_count(self, counted: _DayCounted) -> str:
        changed = self._database.run(
            "update day_ends set hub_cases = :cases, hub_events = :events, hub_digest = :digest, hub_at = :at,"
            " hub_signature = :signature where event_id = :event_id",
            msgspec.structs.asdict(counted),
        )
        return "" if changed else "unknown_day"

    def _note_rating(self, case_id: CaseId, handled: _RatingHandled) -> str:
        """Keep by when a low rating is put right, and then what was done."""
        changed = self._database.run(
            "update ratings set due = ?, answer = ?, answered_at = iif(? = '', null, ?) where case_id = ?",
            (handled.due, handled.answer, handled.answer, handled.at, case_id),
        )
        return "" if changed else "unknown_rating"

    def _accept(self, case_id: CaseId, accepted: _CaseAccepted) -> str:
        known = self._database.value("select accepted_at from cases where case_id = ?", (case_id,))
        self._database.run(
            "update cases set official_number = ?, accepted_at = coalesce(accepted_at, ?) where case_id = ?",
            (accepted.official_number, accepted.at, case_id),
        )
        if known is None:
            recount_dates(self._database, case_id, accepted.at, self._recount)
        follow_matters(self._database, case_id)
        return ""

    def _move_case(self, case_id: CaseId, moved: _CaseMoved) -> str:
        if moved.state is CaseState.DRAFT:
            return "move_not_allowed"
        set_case(self._database, case_id, moved.state, moved.words)
        return ""

    def _move_matter(self, case_id: CaseId, moved: _MatterMoved) -> str:
        state = self._database.value(
            "select state from case_matters where case_id = ? and matter_id = ?", (case_id, moved.matter_id)
        )
        if state is None:
            return "unknown_matter"
        if not may_become(MatterState(state), moved.state):
            return "move_not_allowed"
        self._database.run(
            "update case_matters set state = ?, words = ?, updated_at = ?, wanted_fields = ?, wanted_materials = ?"
            " where case_id = ? and matter_id = ?",
            (
                moved.state.value,
                moved.words,
                moved.at,
                msgspec.json.encode(moved.fields).decode(),
                msgspec.json.encode(moved.materials).decode(),
                case_id,
                moved.matter_id,
            ),
        )
        self._set_due(case_id, moved)
        name_results(self._database, case_id, moved.matter_id, moved.results)
        follow_matters(self._database, case_id)
        return ""

    def _set_due(self, case_id: CaseId, moved: _MatterMoved) -> None:
        """Keep the department's day: of the correction, or the matter's own, which the words for people follow."""
        key = (case_id, moved.matter_id)
        correction = moved.due if moved.state is MatterState.CORRECTION_REQUESTED else None
        self._database.run(
            "update case_matters set correction_due = ? where case_id = ? and matter_id = ?", (correction, *key)
        )
        if moved.due is None or correction is not None:
            return
        self._database.run(
            "update case_matters set due = ?, due_text = ?, due_provisional = 0 where case_id = ? and matter_id = ?",
            (moved.due, _due_words(moved.due, moved.at), *key),
        )


_READY = msgspec.json.Decoder(
    tuple[_CaseAccepted, _CaseMoved, _MatterMoved, _DayCounted, _RatingHandled]
)  # decision 28
