from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.case import CaseState, MatterState
from kiosk.domain.lifecycle import ENDED, MOVES, MatterEvent, advance, case_state, counter_may, may_become
from kiosk.errors import InputError

states = st.sampled_from(MatterState)
events = st.sampled_from(MatterEvent)


def test_the_table_names_every_state() -> None:
    """No state is forgotten."""
    assert set(MOVES) == set(MatterState)


@given(states, events)
def test_a_move_is_in_the_table_or_refused(state: MatterState, event: MatterEvent) -> None:
    """There is no third way, and what one event allows, a report may say."""
    if event in MOVES[state]:
        assert advance(state, event) is MOVES[state][event]
        assert may_become(state, MOVES[state][event])
    else:
        with pytest.raises(InputError):
            advance(state, event)


@given(states, st.lists(events, max_size=30))
def test_an_ended_matter_only_moves_by_being_reopened(state: MatterState, happened: list[MatterEvent]) -> None:
    """An end stays an end until it is reopened; only a withdrawal gives way to an end that had come before it."""
    for event in happened:
        try:
            moved = advance(state, event)
        except InputError:
            continue
        overtaken = state is MatterState.WITHDRAWN and moved in ENDED
        assert state not in ENDED or event is MatterEvent.REOPENED or overtaken
        state = moved


@given(states, events)
def test_what_a_counter_may_do_is_in_the_table(state: MatterState, event: MatterEvent) -> None:
    """A counter corrects what was asked for, takes back what is open, and goes on with what was taken back: no more."""
    if counter_may(state, event):
        assert event in MOVES[state]
    by_the_counter = {MatterEvent.CORRECTED, MatterEvent.WITHDRAWN, MatterEvent.REOPENED}
    decided = state in ENDED and state is not MatterState.WITHDRAWN
    assert not counter_may(state, event) or (event in by_the_counter and not decided)


@given(states)
def test_every_state_can_still_end(state: MatterState) -> None:
    """No matter is stuck for ever: from each state some moves lead to finished."""
    reached, waiting = {state}, [state]
    while waiting:
        for moved in MOVES[waiting.pop()].values():
            if moved not in reached:
                reached.add(moved)
                waiting.append(moved)
    assert MatterState.FINISHED in reached


@given(st.lists(states, min_size=1, max_size=40))
def test_the_case_has_ended_exactly_when_its_matters_have(matters: list[MatterState]) -> None:
    """The order of matters does not count, and an end of the case is the end of all."""
    ended = case_state(matters) in (CaseState.FINISHED, CaseState.REFUSED, CaseState.WITHDRAWN)
    assert ended == all(state in ENDED for state in matters)
    assert case_state(matters) is case_state(list(reversed(matters)))


@pytest.mark.parametrize(
    ("matters", "expected"),
    [
        (["taken_in", "awaiting_verification"], CaseState.TAKEN_IN),
        (["taken_in", "accepted"], CaseState.ACCEPTED),
        (["accepted", "withdrawn"], CaseState.ACCEPTED),
        (["accepted", "finished"], CaseState.IN_PROGRESS),
        (["finished", "correction_requested"], CaseState.CORRECTION_REQUESTED),
        (["finished", "refused"], CaseState.FINISHED),
        (["moved_offline", "withdrawn"], CaseState.FINISHED),
        (["refused", "withdrawn"], CaseState.REFUSED),
        (["withdrawn"], CaseState.WITHDRAWN),
        ([], CaseState.TAKEN_IN),
    ],
)
def test_the_case_follows_its_matters(matters: list[str], expected: CaseState) -> None:
    """What needs the family comes first, then how far the case has come."""
    assert case_state([MatterState(matter) for matter in matters]) is expected
