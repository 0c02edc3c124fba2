"""An attachment whose bytes rotted in the database holds up nothing but its own case."""

from __future__ import annotations

from pathlib import Path

from hub_rigs import HUB_KEY, RunningHub, Terminal
from relay_rigs import carrier, export, receipts_home, sealer_of
from store_rigs import KEY, file_of, rot

from kiosk.ports.relay import Closed
from kiosk.ports.sync import ATTACHMENT_DAMAGED
from sync.relay import carry


def test_a_damaged_attachment_waits_for_a_person_and_all_else_goes_on(counter: Terminal, hub: RunningHub) -> None:
    """Its case alone stands on the shelf, with words; the others arrive whole and the changes are read."""
    sick = counter.take_in(file_of(20_000))
    counter.take_in(file_of(60_000))
    rot(counter.folder, KEY, sick.case_number)
    report = counter.round()
    assert (report.code, report.delivered, report.needs_attention) == ("", 1, 1)
    assert counter.states() == [("needs_attention", ATTACHMENT_DAMAGED)]
    [line] = counter.store.outbox.queue()
    assert (line.case_number, "损坏" in line.error_words) == (sick.case_number, True)
    counts = hub.contents()["counts"]
    assert (counts["cases"], counts["complete_cases"]) == (2, 1)
    assert counter.store.outbox.state().cursor
    assert counter.round().code == ""


def test_the_packet_that_was_sealed_before_brings_what_rotted_later(
    counter: Terminal, hub: RunningHub, tmp_path: Path
) -> None:
    """Export and import, as the words say, deliver it whole."""
    sick = counter.take_in(file_of(20_000))
    sealer_of(counter).seal_some()
    rot(counter.folder, KEY, sick.case_number)
    counter.round()
    package = export(counter, tmp_path / "stick")
    with carrier(hub) as bearer:
        assert carry(bearer, package, HUB_KEY.public).cases == 1
    assert receipts_home(counter, package) == Closed(cases=1)
    assert counter.states() == []
    assert hub.contents()["counts"]["complete_cases"] == 1
