"""Counted as it happens: the tables of figures and the triggers that keep them, one step of the schema.

Counting 200,000 cases and their matters anew takes seconds, so each change moves its day's counters within its own
transaction: the figures can never differ from the cases. A day is the day of taking in, in China; what becomes of a
case later is counted for that day.
"""

from __future__ import annotations

_ENDED = "('finished', 'refused', 'withdrawn', 'moved_offline')"


def _day(column: str) -> str:
    return f"date({column}, '+8 hours')"


def _of_case(column: str) -> str:
    # Joining the case in instead (insert … select, update … from) makes SQLite build a table for each row that moves.
    return f"(select {column} from cases where case_id = new.case_id)"


def _seconds(ended_at: str) -> str:
    return f"coalesce(unixepoch({ended_at}) - unixepoch({_of_case('taken_in_at')}), 0)"


def _finished(row: str, value: str) -> str:
    """Give a value for a row that is finished, else 0."""
    return f"iif({row}.state = 'finished', {value}, 0)"


def _change(value: str) -> str:
    """Give what a finished matter's value has become minus what it was; `@` stands for the row."""
    return f"{_finished('new', value.replace('@', 'new'))} - {_finished('old', value.replace('@', 'old'))}"


_MATTER_ON_TIME = f"@.due is not null and {_day('@.updated_at')} <= substr(@.due, 1, 10)"


def _move_case(sign: str) -> str:
    """Count a case as finished, or take that back."""
    ended_at, promise_due = _of_case("ended_at"), _of_case("promise_due")
    return f"""update case_figures as f set
            finished = f.finished {sign} 1,
            promised = f.promised {sign} ({promise_due} is not null),
            on_time = f.on_time {sign} coalesce({_day(ended_at)} <= substr({promise_due}, 1, 10), 0),
            duration_s = f.duration_s {sign} {_seconds(ended_at)}
            where f.day = {_day("new.taken_in_at")} and f.service = new.service and f.channel = new.channel"""


_LEVEL = "coalesce(json_extract(cast(new.payload as text), '$.level'), 0)"
_RATINGS = ", ".join(
    f"{column} = {column} + ({_LEVEL} = {level})"
    for level, column in enumerate(("rated_not", "rated_1", "rated_2", "rated_3", "rated_4", "rated_5"))
)

FIGURES = f"""
    alter table cases add column channel text not null default 'counter';
    alter table cases add column ended_at text;

    create table not_filed_matters (
        case_id text not null references cases,
        matter_id text not null,
        name text not null,
        department text not null,
        mode text not null,
        reason text not null,
        day text not null,
        primary key (case_id, matter_id)
    ) strict, without rowid;
    create index not_filed_matters_day on not_filed_matters (day);

    create table case_figures (
        day text not null,
        service text not null,
        channel text not null,
        taken_in integer not null default 0,
        finished integer not null default 0,
        promised integer not null default 0,
        on_time integer not null default 0,
        duration_s integer not null default 0,
        rated_1 integer not null default 0,
        rated_2 integer not null default 0,
        rated_3 integer not null default 0,
        rated_4 integer not null default 0,
        rated_5 integer not null default 0,
        rated_not integer not null default 0,
        primary key (day, service, channel)
    ) strict, without rowid;

    create table matter_figures (
        day text not null,
        service text not null,
        matter_id text not null,
        name text not null,
        department text not null,
        mode text not null,
        filed integer not null default 0,
        not_filed integer not null default 0,
        finished integer not null default 0,
        limited integer not null default 0,
        on_time integer not null default 0,
        duration_s integer not null default 0,
        corrections integer not null default 0,
        refused integer not null default 0,
        primary key (day, service, matter_id)
    ) strict, without rowid;

    -- Many bear the beginning of a name: the newest of them are found without reading the others.
    drop index cases_deceased_name;
    drop index cases_applicant_name;
    create index cases_deceased_name on cases (deceased_name, seq);
    create index cases_applicant_name on cases (applicant_name, seq);

    create index case_matters_open on case_matters (due, case_id) where due is not null and state not in {_ENDED};

    create trigger cases_counted after insert on cases begin
        insert into case_figures (day, service, channel, taken_in)
            values ({_day("new.taken_in_at")}, new.service, new.channel, 1)
            on conflict do update set taken_in = taken_in + 1;
    end;

    create trigger cases_finished after update of state on cases
        when old.state <> 'finished' and new.state = 'finished' begin
        update cases set ended_at = (select max(updated_at) from case_matters m where m.case_id = new.case_id)
            where case_id = new.case_id;
        {_move_case("+")};
    end;

    create trigger cases_reopened after update of state on cases
        when old.state = 'finished' and new.state <> 'finished' begin
        {_move_case("-")};
        update cases set ended_at = null where case_id = new.case_id;
    end;

    create trigger case_matters_counted after insert on case_matters begin
        insert into matter_figures (day, service, matter_id, name, department, mode, filed)
            values ({_day(_of_case("taken_in_at"))}, {_of_case("service")}, new.matter_id, new.name, new.department,
                new.mode, 1)
            on conflict do update set filed = filed + 1;
    end;

    create trigger case_matters_moved after update of state on case_matters when old.state <> new.state begin
        update matter_figures as f set
            finished = f.finished + {_change("1")},
            limited = f.limited + {_change("@.due is not null")},
            on_time = f.on_time + {_change(_MATTER_ON_TIME)},
            duration_s = f.duration_s + {_change(_seconds("@.updated_at"))},
            corrections = f.corrections + (new.state = 'correction_requested'),
            refused = f.refused + (new.state = 'refused') - (old.state = 'refused')
            where f.day = {_day(_of_case("taken_in_at"))} and f.service = {_of_case("service")}
                and f.matter_id = new.matter_id;
    end;

    create trigger not_filed_counted after insert on not_filed_matters begin
        insert into matter_figures (day, service, matter_id, name, department, mode, not_filed)
            values (new.day, {_of_case("service")}, new.matter_id, new.name, new.department, new.mode, 1)
            on conflict do update set not_filed = not_filed + 1;
    end;

    create trigger ratings_counted after insert on outbox when new.kind = 'rating_given' begin
        update case_figures set {_RATINGS}
            where day = {_day(_of_case("taken_in_at"))} and service = {_of_case("service")}
                and channel = {_of_case("channel")};
    end;

    -- What a store of the first release already holds.
    update cases set channel = coalesce(json_extract(cast(application as text), '$.channel'), 'counter');
    insert into case_figures (day, service, channel, taken_in, finished, promised)
        select {_day("taken_in_at")}, service, channel, count(*), sum(state = 'finished'),
            sum(state = 'finished' and promise_due is not null)
        from cases group by 1, 2, 3;
    insert into matter_figures (day, service, matter_id, name, department, mode, filed, finished, refused)
        select {_day("c.taken_in_at")}, c.service, m.matter_id, max(m.name), max(m.department), max(m.mode), count(*),
            sum(m.state = 'finished'), sum(m.state = 'refused')
        from cases c join case_matters m using (case_id) group by 1, 2, 3;
    """
