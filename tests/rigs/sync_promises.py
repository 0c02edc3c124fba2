"""What sync promises, checked on a terminal's store and a hub's database."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sync_world import World

from sync.hub.show import hub_contents
from sync.hub.tables import CHANGES


def holds(world: World) -> None:
    """Check what holds at every moment."""
    queued = {row["case_id"] for row in world.rows("select case_id from outbox where rev = 1 and superseded_by = 0")}
    cases = {row["case_id"] for row in world.rows("select case_id from cases")}
    assert queued == cases, "a case without its event, or an event without its case"
    here = {row["event_id"] for row in world.rows("select event_id from outbox")}
    lost = {event_id for event_id, seen in world.shown.items() if not seen.gone} - here
    assert not lost, "what was shown is not in the store"
    orphans = "select 1 from outbox where superseded_by > 0 and superseded_by not in (select seq from outbox)"
    assert not world.rows(orphans), "superseded by nothing"
    if not world.hub_lost_something:
        green_is_true(world)


def keeps_its_promises(world: World) -> None:
    """Check what holds once all is healed."""
    holds(world)
    green_is_true(world)
    contents = hub_contents(world.hub.database)
    at_hub = {event["event_id"]: case for case in contents["cases"] for event in case["events"]}
    events = [event["event_id"] for case in contents["cases"] for event in case["events"]]
    assert len(events) == len(set(events)), "the hub has an event twice"
    numbers = [case["case_number"] for case in contents["cases"]]
    assert len(numbers) == len(set(numbers)), "the hub has a number twice"
    queue = {line.event_id: line for line in world.store.outbox.queue(limit=10_000)}
    told = {line.case_number for line in queue.values() if line.error_words}
    kept_here = {row["event_id"] for row in world.rows(_KEPT_HERE)}
    unheard = {row["event_id"] for row in world.rows("select event_id from outbox where received_at is null")}
    if world.was_restored:  # then a superseded event may have reached a hub that has another place for what followed
        unheard -= kept_here
    assert unheard.isdisjoint(at_hub), "it counts as not sent, and the hub has it"
    for event_id, seen in world.shown.items():
        if event_id in kept_here:
            continue
        if event_id in queue:
            assert world.was_restored or event_id not in world.put_right, "it was put right and does not arrive"
            assert seen.case_number in told, "it waits and nobody is told why"
        elif not seen.gone:
            assert event_id in at_hub, "what counts as delivered is not at the hub"
            whole = {a["attachment_id"] for a in at_hub[event_id]["attachments"] if a["verified"]}
            assert whole.issuperset(seen.files), "a file is not whole at the hub"
    if not world.hub_was_restored:
        sizes = {
            f"/v1/attachments/{a['attachment_id']}": a["size"] for c in contents["cases"] for a in c["attachments"]
        }
        again = {path for path, size in world.road.taken.items() if size > sizes[path]}
        assert not again, "bytes of a file were taken twice"
    _counts_are_true(world, set(at_hub))
    _feed_has_arrived(world)
    world.store.journal.verify()


_KEPT_HERE = "select event_id from outbox where state in ('superseded', 'withdrawn')"
"""What people see as put right by another event, or as taken back before it arrived."""


def green_is_true(world: World) -> None:
    """Check that the hub has whole what the counter calls delivered."""
    contents = hub_contents(world.hub.database)
    held = {(event["event_id"], event["payload_sha256"]) for case in contents["cases"] for event in case["events"]}
    green = world.rows("select event_id, payload_sha256 from outbox where state = 'delivered'")
    assert {(row["event_id"], row["payload_sha256"]) for row in green} <= held, "green, and not at the hub"
    whole = {file["attachment_id"] for case in contents["cases"] for file in case["attachments"] if file["verified"]}
    files = world.rows("select attachment_id from attachments join outbox using (event_id) where state = 'delivered'")
    assert {file["attachment_id"] for file in files} <= whole, "green, and a file is not whole at the hub"


def _counts_are_true(world: World, at_hub: set[str]) -> None:
    counts = world.store.outbox.counts()
    here = {row["event_id"]: row for row in world.rows("select event_id, case_id, state from outbox")}
    states: dict[str, set[str]] = {}
    for row in here.values():
        states.setdefault(row["case_id"], set()).add(row["state"])
    assert counts.delivered == sum(found <= {"delivered", "superseded"} for found in states.values())
    assert counts.withdrawn == sum("withdrawn" in found for found in states.values())
    undelivered = counts.pending + counts.in_flight + counts.needs_attention
    assert counts.delivered + counts.withdrawn + undelivered == len(states)
    assert counts.hub_only == len(at_hub - set(here)), "the counter is not told what only the hub has"


def _feed_has_arrived(world: World) -> None:
    with world.hub.database.read() as connection:
        said = {
            (row.seq, hashlib.sha256(f"{row.kind}\0{row.case_id}\0{row.body}".encode()).hexdigest())
            for row in connection.execute(select(CHANGES))
        }
    heard = {(row["hub_seq"], row["digest"]) for row in world.rows("select hub_seq, digest from inbox")}
    assert said <= heard, "something that the hub said never arrived"
