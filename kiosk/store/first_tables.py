"""The tables of the first release, the first step of the schema. Later steps have changed some of them.

Not a blank of it changes: every store holds the same text.
"""

from __future__ import annotations

# The states stand here by value, not by the program's enums: a new state needs a step of its own.
_CASE_STATES = ["taken_in", "accepted", "correction_requested", "in_progress", "finished", "refused", "withdrawn"]
_MATTER_STATES = [*_CASE_STATES, "awaiting_verification", "moved_offline"]
_MATERIAL_STATES = ["supplied", "card", "shared", "promised", "deferred", "missing"]
_JOB_STATES = ["queued", "printing", "held", "done", "cancelled", "failed"]


def _one_of(column: str, values: list[str]) -> str:
    return f"{column} text not null check ({column} in ({', '.join(repr(value) for value in values)}))"


def _keep(table: str, *columns: str) -> str:
    """Write a trigger that refuses to change columns."""
    return (
        f"create trigger {table}_keeps before update of {', '.join(columns)} on {table}"
        f" begin select raise(abort, '{table}: immutable'); end;"
    )


FIRST = f"""
        create table terminal (
            id integer primary key check (id = 1),
            epoch text not null,
            series text not null check (series glob '[A-Z]'),
            cursor text not null default '',
            clock_offset_ms integer
        ) strict;

        create table operators (
            operator_id text primary key,
            name text not null,
            {_one_of("role", ["clerk", "supervisor", "technician", "auditor"])},
            password_hash text not null
        ) strict;

        -- One row per draft or case, kept for ever; the key in it is destroyed with the content.
        create table content_keys (
            case_id text primary key,
            content_key blob check (length(content_key) = 32)
        ) strict;

        create table drafts (
            case_id text primary key references content_keys,
            operator_id text not null,
            step integer not null,
            application blob not null,
            updated_at text not null
        ) strict;
        create index drafts_of_operator on drafts (operator_id, updated_at);

        create table number_counters (
            series text not null,
            day text not null,
            last integer not null check (last between 1 and 9999),
            primary key (series, day)
        ) strict, without rowid;

        -- Long values stand last: to reach a column behind one, SQLite walks through it.
        create table outbox (
            seq integer primary key autoincrement,
            event_id text not null unique,
            kind text not null,
            case_id text not null references cases deferrable initially deferred,
            rev integer not null check (rev >= 1),
            occurred_at text not null,
            clock_offset_ms integer,
            schema integer not null,
            payload_sha256 text not null check (length(payload_sha256) = 64),
            {_one_of("state", ["pending", "in_flight", "delivered", "needs_attention"])},
            attempts integer not null default 0,
            next_attempt_at text,
            received_at text,
            delivered_at text,
            error_code text not null default '',
            error_words text not null default '',
            payload blob not null,
            unique (case_id, rev),
            check ((state = 'delivered') = (delivered_at is not null))
        ) strict;
        create index outbox_state on outbox (state);
        create index outbox_due on outbox (state, next_attempt_at);
        create index outbox_cases on outbox (state, case_id);
        create index outbox_delivered on outbox (delivered_at);
        {_keep("outbox", "seq", "event_id", "kind", "case_id", "rev", "occurred_at", "payload", "payload_sha256")}

        create table cases (
            case_id text primary key references content_keys,
            case_number text not null unique,
            number_reversed text not null,
            seq integer not null unique references outbox,
            service text not null,
            {_one_of("state", _CASE_STATES)},
            words text not null default '',
            rev integer not null check (rev >= 1),
            operator text not null,
            station text not null,
            taken_in_at text not null,
            promise_due text,
            promise_provisional integer not null check (promise_provisional in (0, 1)),
            official_number text,
            accepted_at text,
            catalog_version text not null,
            deceased_name text not null,
            deceased_document text not null,
            applicant_name text not null,
            applicant_document text not null,
            application blob not null
        ) strict;
        create index cases_number_end on cases (number_reversed);
        create index cases_official_number on cases (official_number);
        create index cases_state on cases (state, seq);
        create index cases_promise on cases (promise_due, state);
        create index cases_deceased_name on cases (deceased_name);
        create index cases_deceased_document on cases (deceased_document);
        create index cases_applicant_name on cases (applicant_name);
        create index cases_applicant_document on cases (applicant_document);
        {_keep("cases", "case_id", "case_number", "number_reversed", "seq", "taken_in_at")}
        create trigger cases_stay before delete on cases begin select raise(abort, 'cases: kept'); end;

        create table case_matters (
            case_id text not null references cases,
            position integer not null,
            matter_id text not null,
            name text not null,
            department text not null,
            {_one_of("mode", ["application", "automatic", "booking", "inquiry"])},
            {_one_of("state", _MATTER_STATES)},
            reason text not null,
            due text,
            due_text text not null,
            due_provisional integer not null check (due_provisional in (0, 1)),
            words text not null,
            updated_at text,
            primary key (case_id, matter_id)
        ) strict, without rowid;
        create index case_matters_state on case_matters (state, case_id);

        create table case_materials (
            case_id text not null references cases,
            position integer not null,
            material_id text not null,
            name text not null,
            {_one_of("status", _MATERIAL_STATES)},
            pages integer not null,
            due text,
            primary key (case_id, material_id)
        ) strict, without rowid;

        create table attachments (
            attachment_id text primary key,
            case_id text not null references content_keys,
            material_id text not null,
            media_type text not null,
            size integer not null,
            sha256 text not null check (length(sha256) = 64),
            pages integer not null,
            event_id text references outbox (event_id),
            {_one_of("hub_state", ["unknown", "missing", "held"])},
            hub_offset integer not null default 0
        ) strict;
        create index attachments_case on attachments (case_id);
        create index attachments_event on attachments (event_id, hub_state);
        create index attachments_missing on attachments (size) where hub_state = 'missing';
        {_keep("attachments", "attachment_id", "case_id", "size", "sha256")}

        create table attachment_chunks (
            attachment_id text not null references attachments on delete cascade,
            idx integer not null,
            sealed blob not null check (length(sealed) <= 1048576),
            primary key (attachment_id, idx)
        ) strict;

        create table inbox (
            hub_seq integer not null,
            digest text not null check (length(digest) = 64),
            kind text not null,
            case_id text not null,
            body blob not null,
            received_at text not null,
            applied integer not null check (applied in (0, 1)),
            reason text not null,
            primary key (hub_seq, digest)
        ) strict;

        create table papers (
            paper_id text primary key,
            case_id text not null references cases,
            kind text not null,
            copies integer not null check (copies >= 1),
            last_at text not null,
            unique (case_id, kind)
        ) strict;

        create table print_jobs (
            job_id text primary key,
            paper_id text not null references papers,
            copy integer not null,
            printer text not null,
            {_one_of("state", _JOB_STATES)},
            handle text,
            problem text not null default '',
            attempts integer not null default 0,
            created_at text not null,
            updated_at text not null,
            verification text not null unique,
            unique (paper_id, copy)
        ) strict;
        create index print_jobs_state on print_jobs (state);
        {_keep("print_jobs", "job_id", "paper_id", "copy", "created_at", "verification")}

        create table journal (
            seq integer primary key,
            at text not null,
            kind text not null,
            actor text not null,
            subject text not null,
            detail text not null,
            mac text not null
        ) strict;
        create trigger journal_keeps before update on journal begin select raise(abort, 'journal: immutable'); end;
        create trigger journal_stays before delete on journal begin select raise(abort, 'journal: kept'); end;

        -- The list of the sync centre and its badge are both made from this.
        create view queue as
            select outbox.seq, outbox.event_id, outbox.case_id,
                (select case_number from cases where cases.case_id = outbox.case_id) as case_number,
                outbox.kind, outbox.state,
                outbox.attempts, outbox.next_attempt_at, outbox.occurred_at, outbox.error_code, outbox.error_words,
                coalesce((select sum(size) from attachments where attachments.event_id = outbox.event_id), 0)
                    as bytes_total,
                coalesce((select sum(iif(hub_state = 'held', size, hub_offset)) from attachments
                    where attachments.event_id = outbox.event_id), 0) as bytes_sent
            from outbox
            where outbox.state in ('pending', 'in_flight', 'needs_attention');

        -- Cases that need a person.
        create view attention as
            select case_id from outbox where state = 'needs_attention'
            union select case_id from cases where state = 'correction_requested'
            union select case_id from case_matters where state = 'correction_requested';
        """
