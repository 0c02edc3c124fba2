"""The rating of each case and what became of a low one; one step of the schema."""

from __future__ import annotations

_LEVEL = "json_extract(cast({row}.payload as text), '$.level')"
_REASON = "coalesce(json_extract(cast({row}.payload as text), '$.reason'), '')"


def _values(row: str) -> str:
    return f"{row}.case_id, {_LEVEL.format(row=row)}, {_REASON.format(row=row)}, {row}.occurred_at"


RATINGS = f"""
    create table ratings (
        case_id text primary key references cases,
        level integer check (level between 1 and 5),
        reason text not null,
        given_at text not null,
        due text,
        answer text not null default '',
        answered_at text
    ) strict;
    create index ratings_open on ratings (due) where due is not null and answered_at is null;

    create trigger ratings_kept after insert on outbox when new.kind = 'rating_given' begin
        insert or ignore into ratings (case_id, level, reason, given_at) values ({_values("new")});
    end;

    insert or ignore into ratings (case_id, level, reason, given_at)
        select {_values("outbox")} from outbox where kind = 'rating_given' order by seq;
"""
