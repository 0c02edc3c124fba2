from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from hypothesis import given
from hypothesis import strategies as st

from kiosk.ports.sync import HubReach, SyncReport
from sync import policy
from sync.policy import Behaviour, Endpoint

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
chances = st.floats(0, 1, exclude_max=True)


@given(attempts=st.integers(-5, 10_000), chance=chances)
def test_a_backoff_stays_within_its_growing_bound(attempts: int, chance: float) -> None:
    """From nothing to the smaller of 300 s and 2 s doubled each time."""
    bound = min(300.0, 2.0 * 2.0 ** min(max(attempts, 0), 30))
    assert 0 <= policy.backoff(attempts, chance) < bound


@given(attempts=st.integers(0, 100), chance=chances)
def test_a_backoff_never_shrinks_with_more_attempts(attempts: int, chance: float) -> None:
    """The same draw waits at least as long after one more attempt."""
    assert policy.backoff(attempts + 1, chance) >= policy.backoff(attempts, chance)


@given(st.text(max_size=60))
def test_any_retry_after_is_nothing_or_within_an_hour(value: str) -> None:
    """No header breaks the reader or sends the terminal to sleep for days."""
    seconds = policy.parse_retry_after(value, NOW)
    assert seconds is None or 1 <= seconds <= 3600


@given(st.integers(0, 10**30))
def test_a_number_of_seconds_is_clamped(value: int) -> None:
    """From 1 s to 1 h."""
    assert policy.parse_retry_after(str(value), NOW) == min(max(value, 1), 3600)


@given(st.integers(-10_000_000, 10_000_000))
def test_a_date_is_counted_from_now_and_clamped(ahead: int) -> None:
    """The HTTP date form."""
    header = format_datetime(NOW + timedelta(seconds=ahead), usegmt=True)
    assert policy.parse_retry_after(header, NOW) == min(max(ahead, 1), 3600)


def test_no_header_is_no_wish() -> None:
    """Absent and empty say nothing."""
    assert policy.parse_retry_after(None, NOW) is None
    assert policy.parse_retry_after("", NOW) is None


@given(wish=st.floats(allow_nan=False, min_value=-1e9, max_value=1e9), chance=chances)
def test_a_hubs_wish_is_jittered_upward_only(wish: float, chance: float) -> None:
    """Never sooner than asked, at most twice as late."""
    clamped = policy.clamp_retry_after(wish)
    assert clamped <= policy.after(wish, chance) <= 2 * clamped


@given(configured=st.floats(0, 1e6), chance=chances)
def test_probes_stay_between_training_and_a_minute(configured: float, chance: float) -> None:
    """2 s to 60 s, give or take a fifth."""
    assert 1.6 <= policy.probe_interval(configured, chance) <= 72


@given(terminal=st.text(min_size=1, max_size=40), spread=st.floats(-10, 1e6))
def test_a_slot_is_stable_and_within_the_spread(terminal: str, spread: float) -> None:
    """The same terminal comes at the same place."""
    slot = policy.slot(terminal, spread)
    assert slot == policy.slot(terminal, spread)
    assert 0 <= slot <= min(max(spread, 0), 3600)


def test_slots_of_many_terminals_are_even() -> None:
    """No tenth of the spread holds more than 13 of 100 of a thousand terminals, none fewer than 7."""
    tenths = [int(policy.slot(f"370100-W{number:03d}-T1", 10)) for number in range(1000)]
    assert all(70 <= tenths.count(tenth) <= 130 for tenth in range(10))


@given(size=st.integers(1, 1 << 21), took_s=st.floats(0, 60), hub_max=st.integers(1, 1 << 21))
def test_chunks_stay_between_16_kib_and_a_mebibyte(size: int, took_s: float, hub_max: int) -> None:
    """Halved on failure, doubled on a quick success, never more than the hub takes."""
    assert policy.shrink_chunk(size) >= policy.CHUNK_MIN
    assert policy.shrink_chunk(size) <= max(size, policy.CHUNK_MIN)
    grown = policy.next_chunk(size, took_s, hub_max)
    assert 1 <= grown <= min(1 << 20, hub_max)


@given(
    rate=st.floats(8_000, 1e9),
    round_trip_s=st.floats(0, 2),
    start=st.integers(policy.CHUNK_MIN, policy.CHUNK_MAX),
)
def test_chunks_settle_at_what_a_line_carries_in_some_seconds(rate: float, round_trip_s: float, start: int) -> None:
    """On a line of 64 kbit/s or better no chunk takes longer than a new case may wait, and none is needlessly small.

    So waiting for answers takes no more of the time than the round trip of four seconds, up to the largest chunk.
    """
    size = start
    for _ in range(10):
        size = policy.next_chunk(size, size / rate + round_trip_s, 1 << 20)
    took_s = size / rate + round_trip_s
    assert took_s <= policy.SLOW_S
    assert took_s >= policy.QUICK_S or size == policy.CHUNK_MAX


@given(st.lists(st.integers(), min_size=2))
def test_halves_lose_nothing_and_both_hold_something(items: list[int]) -> None:
    """Halving ends, because both halves are smaller."""
    first, second = policy.halves(items)
    assert [*first, *second] == items
    assert first
    assert second


@given(endpoint=st.sampled_from(list(Endpoint)), status=st.integers(-10, 1000))
def test_every_status_has_a_meaning(endpoint: Endpoint, status: int) -> None:
    """Only 200 and, for attachments, 204 are read; what the protocol does not have is a link fault."""
    meaning = policy.behaviour(endpoint, status)
    read = {200} | ({204} if endpoint is Endpoint.ATTACHMENT else set())
    assert (meaning is Behaviour.READ) == (status in read)
    if not 200 <= status < 600 or 300 <= status < 400:
        assert meaning is Behaviour.LINK_FAULT


def test_the_same_status_differs_by_endpoint() -> None:
    """SYNC rule 10, row by row."""
    assert policy.behaviour(Endpoint.BATCHES, 413) is Behaviour.HALVE
    assert policy.behaviour(Endpoint.HELLO, 413) is Behaviour.PAUSE
    assert policy.behaviour(Endpoint.ATTACHMENT, 404) is Behaviour.ANNOUNCE
    assert policy.behaviour(Endpoint.CHANGES, 404) is Behaviour.PAUSE
    assert policy.behaviour(Endpoint.CHANGES, 410) is Behaviour.SNAPSHOT
    assert policy.behaviour(Endpoint.ATTACHMENT, 460) is Behaviour.ASK_OFFSET
    assert policy.behaviour(Endpoint.BATCHES, 460) is Behaviour.LINK_FAULT


def test_versions_are_compared_by_number() -> None:
    """1.10 is after 1.9; no least version, or one that cannot be read, asks for nothing."""
    assert policy.older("1.9.3", "1.10.0")
    assert not policy.older("1.10", "1.9.9")
    assert not policy.older("0.1.0", "0.1.0")
    assert not policy.older("0.1.0", "")
    assert not policy.older("0.1.0", "soon")


def test_two_rounds_are_told_as_one() -> None:
    """What either did is added up; how the hub was reached, and what went wrong, is the later one's."""
    first = SyncReport(HubReach.REACHABLE, announced=2, delivered=1, uploaded_bytes=10, changes=3, results=1)
    later = SyncReport(HubReach.UNREACHABLE, announced=1, delivered=1, code="SYN-01", retry_after_s=2.0)
    assert first.followed_by(later) == SyncReport(
        HubReach.UNREACHABLE,
        announced=3,
        delivered=2,
        uploaded_bytes=10,
        changes=3,
        results=1,
        code="SYN-01",
        retry_after_s=2.0,
    )
