"""A store with very many cases, for measuring: one real case many times over, with other numbers, names and days."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

from kiosk.clock import SHANGHAI, iso
from kiosk.ids import EventId, uuid7
from kiosk.ports.sync import OutboxEntry
from kiosk.store.database import PAGE_BYTES, Database, Value
from kiosk.store.driver import dbapi2

_BATCH = 5000
_LATELY = 600
"""The newest so many cases are still open, one in fifteen of them waits for a correction; all others have ended."""
_NEXT_SEQ = "select max(seq) + 1 from outbox"
_GIVEN_NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


def multiply(path: Path, key: bytes, case_number: str, count: int, *, days: int = 365, waiting: bool = False) -> None:
    """Make `count` further cases out of one, spread evenly over the days before it; all delivered, or `waiting`.

    No bytes of attachments are copied, and nothing is put into the journal: such a store serves for measuring only.
    """
    with closing(_opened(path, key)) as database:
        _multiply(database, case_number, count, days, waiting=waiting)


def queue_up(path: Path, key: bytes, case_number: str, entries: Sequence[OutboxEntry]) -> None:
    """Let events of cases taken in wait to be delivered, in their order; what else a case has is as in that one."""
    with closing(_opened(path, key)) as database:
        case = database.rows("select * from cases where case_number = ?", (case_number,))[0]
        first = int(database.value(_NEXT_SEQ))
        rows = [_waiting(entry, seq) for seq, entry in enumerate(entries, first)]
        cases = [
            case
            | {"case_id": row["case_id"], "seq": seq}
            | {"case_number": f"BENCH{seq:016}", "number_reversed": f"BENCH{seq:016}"[::-1]}
            for seq, row in enumerate(rows, first)
        ]
        with database.write():
            _insert(database, "content_keys", ({"case_id": one["case_id"], "content_key": bytes(32)} for one in cases))
            _insert(database, "event_payloads", ({"event_id": e.event_id, "payload": e.payload} for e in entries))
            _insert(database, "outbox", rows)
            _insert(database, "cases", cases)
        database.value("pragma wal_checkpoint(truncate)")  # as cases that were taken in one by one leave it


def _opened(path: Path, key: bytes) -> Database:
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    for setting in (f"cipher_page_size = {PAGE_BYTES}", "synchronous = OFF", "cache_size = -400000"):
        connection.execute(f"PRAGMA {setting}")
    return Database(connection)


def _multiply(database: Database, case_number: str, count: int, days: int, *, waiting: bool) -> None:
    case = database.rows("select * from cases where case_number = ?", (case_number,))[0]
    matters = database.rows("select * from case_matters where case_id = ?", (case["case_id"],))
    first = int(database.value(_NEXT_SEQ))
    newest = date.fromisoformat(f"{case_number[13:17]}-{case_number[17:19]}-{case_number[19:21]}")
    for start in range(0, count, _BATCH):
        places = range(start, min(start + _BATCH, count))
        cases = [_copy(case, place, first + place, _day(newest, place, count, days), count) for place in places]
        events = [_event(case, waiting=waiting) for case in cases]
        payloads = ({"event_id": e["event_id"], "payload": _payload(c)} for e, c in zip(events, cases, strict=True))
        with database.write():
            _insert(database, "content_keys", ({"case_id": one["case_id"], "content_key": bytes(32)} for one in cases))
            _insert(database, "event_payloads", payloads)
            _insert(database, "outbox", events)
            _insert(database, "cases", cases)
            _insert(database, "case_matters", _matters(cases, matters, first + count - _LATELY))


def _day(newest: date, place: int, count: int, days: int) -> date:
    return newest - timedelta(days=1 + (count - 1 - place) * days // count)


def _copy(case: dict[str, Value], place: int, seq: int, day: date, count: int) -> dict[str, Value]:
    number = f"SHS370100T99B{day:%Y%m%d}{place % 10_000:04d}{_letters(place)}"
    taken_in = datetime(day.year, day.month, day.day, 9 + place % 8, place % 60, tzinfo=SHANGHAI)
    ended = place < count - _LATELY
    state = "finished" if ended else "correction_requested" if place % 15 == 0 else "in_progress"
    return case | {
        "case_id": uuid7(),
        "case_number": number,
        "number_reversed": number[::-1],
        "seq": seq,
        "state": state,
        "taken_in_at": iso(taken_in),
        "promise_due": (day + timedelta(days=9)).isoformat(),
        "channel": ("counter", "counter", "online", "phone")[place % 4],
        "deceased_name": _name(place, "测试"),
        "deceased_document": f"370100{1925 + place % 40}01{place % 28 + 1:02d}{place % 10_000:04d}",
        "applicant_name": _name(place // 3, "测试家"),
        "applicant_document": f"370100{1955 + place % 40}01{place % 28 + 1:02d}{place // 7 % 10_000:04d}",
    }


def _letters(place: int) -> str:
    return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place // 10_000 % 36]


def _name(place: int, family: str) -> str:
    marks = len(_GIVEN_NAMES)
    return family + "".join(_GIVEN_NAMES[place // marks**digit % marks] for digit in range(3))


def _waiting(entry: OutboxEntry, seq: int) -> dict[str, Value]:
    columns = ("event_id", "kind", "case_id", "rev", "occurred_at", "schema", "payload_sha256")
    return {name: getattr(entry, name) for name in columns} | {"seq": seq, "state": "pending"}


def _payload(case: dict[str, Value]) -> bytes:
    return b'{"case_number":"%s"}' % str(case["case_number"]).encode()


def _event(case: dict[str, Value], *, waiting: bool) -> dict[str, Value]:
    return {
        "seq": case["seq"],
        "event_id": EventId(uuid7()),
        "kind": "case_taken_in",
        "case_id": case["case_id"],
        "rev": 1,
        "occurred_at": case["taken_in_at"],
        "schema": 1,
        "payload_sha256": hashlib.sha256(_payload(case)).hexdigest(),
        "state": "pending" if waiting else "delivered",
        "received_at": None if waiting else case["taken_in_at"],
        "delivered_at": None if waiting else case["taken_in_at"],
    }


def _matters(
    cases: list[dict[str, Value]], matters: list[dict[str, Value]], open_from: int
) -> Iterator[dict[str, Value]]:
    for case in cases:
        is_open = int(str(case["seq"])) >= open_from
        for place, matter in enumerate(matters):
            state = "finished"
            if is_open:
                wanted = case["state"] == "correction_requested" and place == 0
                state = "correction_requested" if wanted else "in_progress" if place % 2 else "finished"
            due = case["promise_due"] if matter["due"] else None
            yield matter | {
                "case_id": case["case_id"],
                "state": state,
                "due": due,
                "updated_at": case["taken_in_at"],
            }


def _insert(database: Database, table: str, rows: Iterator[dict[str, Value]] | list[dict[str, Value]]) -> None:
    rows = iter(rows)
    head = next(rows)
    sql = f"insert into {table} ({', '.join(head)}) values ({', '.join('?' * len(head))})"
    database.tables.conn.execute(sql, list(head.values()))
    database.tables.conn.executemany(sql, (list(row.values()) for row in rows))
