"""How a matter may move, as one table, and what state the case as a whole is in because of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from kiosk.domain.case import CaseState, MatterState
from kiosk.errors import ErrorCode, InputError


class MatterEvent(StrEnum):
    """What happens to a matter. Past tense: the department or the person has done it."""

    VERIFIED = "verified"
    """The roll was checked and the matter applies."""
    ACCEPTED = "accepted"
    STARTED = "started"
    CORRECTION_REQUESTED = "correction_requested"
    CORRECTED = "corrected"
    FINISHED = "finished"
    REFUSED = "refused"
    """Also: the roll was checked and the matter does not apply."""
    WITHDRAWN = "withdrawn"
    MOVED_OFFLINE = "moved_offline"
    """The department goes on with it outside the joint service (转线下)."""
    REOPENED = "reopened"


_S, _E = MatterState, MatterEvent

MOVES: Mapping[MatterState, Mapping[MatterEvent, MatterState]] = {
    _S.AWAITING_VERIFICATION: {
        _E.VERIFIED: _S.TAKEN_IN,
        _E.ACCEPTED: _S.ACCEPTED,
        _E.STARTED: _S.IN_PROGRESS,
        _E.CORRECTION_REQUESTED: _S.CORRECTION_REQUESTED,
        _E.FINISHED: _S.FINISHED,
        _E.REFUSED: _S.REFUSED,
        _E.WITHDRAWN: _S.WITHDRAWN,
        _E.MOVED_OFFLINE: _S.MOVED_OFFLINE,
    },
    _S.TAKEN_IN: {
        _E.ACCEPTED: _S.ACCEPTED,
        _E.STARTED: _S.IN_PROGRESS,
        _E.CORRECTION_REQUESTED: _S.CORRECTION_REQUESTED,
        _E.FINISHED: _S.FINISHED,
        _E.REFUSED: _S.REFUSED,
        _E.WITHDRAWN: _S.WITHDRAWN,
        _E.MOVED_OFFLINE: _S.MOVED_OFFLINE,
    },
    _S.ACCEPTED: {
        _E.STARTED: _S.IN_PROGRESS,
        _E.CORRECTION_REQUESTED: _S.CORRECTION_REQUESTED,
        _E.FINISHED: _S.FINISHED,
        _E.REFUSED: _S.REFUSED,
        _E.WITHDRAWN: _S.WITHDRAWN,
        _E.MOVED_OFFLINE: _S.MOVED_OFFLINE,
    },
    _S.IN_PROGRESS: {
        _E.CORRECTION_REQUESTED: _S.CORRECTION_REQUESTED,
        _E.FINISHED: _S.FINISHED,
        _E.REFUSED: _S.REFUSED,
        _E.WITHDRAWN: _S.WITHDRAWN,
        _E.MOVED_OFFLINE: _S.MOVED_OFFLINE,
    },
    _S.CORRECTION_REQUESTED: {
        _E.CORRECTED: _S.TAKEN_IN,
        _E.ACCEPTED: _S.ACCEPTED,
        _E.STARTED: _S.IN_PROGRESS,
        _E.FINISHED: _S.FINISHED,
        _E.REFUSED: _S.REFUSED,
        _E.WITHDRAWN: _S.WITHDRAWN,
        _E.MOVED_OFFLINE: _S.MOVED_OFFLINE,
    },
    _S.FINISHED: {_E.REOPENED: _S.IN_PROGRESS},
    _S.REFUSED: {_E.REOPENED: _S.IN_PROGRESS},
    # What a department had come to before it heard of the withdrawal stands.
    _S.WITHDRAWN: {
        _E.REOPENED: _S.TAKEN_IN,
        _E.FINISHED: _S.FINISHED,
        _E.REFUSED: _S.REFUSED,
        _E.MOVED_OFFLINE: _S.MOVED_OFFLINE,
    },
    _S.MOVED_OFFLINE: {_E.REOPENED: _S.IN_PROGRESS},
}
"""Every allowed move; what is not here is refused."""

ENDED = frozenset({MatterState.FINISHED, MatterState.REFUSED, MatterState.WITHDRAWN, MatterState.MOVED_OFFLINE})

_BY_THE_COUNTER: Mapping[MatterEvent, frozenset[MatterState]] = {
    _E.CORRECTED: frozenset({_S.CORRECTION_REQUESTED}),
    _E.WITHDRAWN: frozenset(_S) - ENDED,
    _E.REOPENED: frozenset({_S.WITHDRAWN}),
}
"""What a counter may do, and to which matters: what a department has decided only the department takes up again."""


def advance(state: MatterState, event: MatterEvent) -> MatterState:
    """Move a matter.

    Raises:
        InputError: CASE_MOVE_NOT_ALLOWED.
    """
    moved = MOVES[state].get(event)
    if moved is None:
        raise InputError(ErrorCode.CASE_MOVE_NOT_ALLOWED, state=state.value)
    return moved


def counter_may(state: MatterState, event: MatterEvent) -> bool:
    """Say whether the counter itself may let this happen to a matter."""
    return state in _BY_THE_COUNTER.get(event, frozenset())


def may_become(state: MatterState, other: MatterState) -> bool:
    """Say whether one event leads from a state to another, or they are the same: what a hub's report must satisfy."""
    return state is other or other in MOVES[state].values()


def case_state(matters: Iterable[MatterState]) -> CaseState:
    """Derive the whole case's state: what needs the family first, then how far it has come.

    A case has ended when all its matters have; it is finished if at least one was brought to an end, refused if none
    was, withdrawn if all were taken back.
    """
    states = list(matters)
    if states and all(state in ENDED for state in states):
        return _ended(set(states))
    if MatterState.CORRECTION_REQUESTED in states:
        return CaseState.CORRECTION_REQUESTED
    # Something taken back says nothing of how far the rest has come.
    if MatterState.IN_PROGRESS in states or any(s in ENDED and s is not MatterState.WITHDRAWN for s in states):
        return CaseState.IN_PROGRESS
    return CaseState.ACCEPTED if MatterState.ACCEPTED in states else CaseState.TAKEN_IN


def _ended(states: set[MatterState]) -> CaseState:
    if states == {MatterState.WITHDRAWN}:
        return CaseState.WITHDRAWN
    brought = {MatterState.FINISHED, MatterState.MOVED_OFFLINE}
    return CaseState.FINISHED if states & brought else CaseState.REFUSED
