"""A hub that is busy when a machine is to become a terminal."""

from __future__ import annotations

import pytest

from kiosk.errors import ErrorCode
from kiosk.wiring import enrolment
from sync.answers import HubAnswerError
from sync.messages import Enrolled, EnrolledStation
from sync.policy import Behaviour

KEY = "A" * 43 + "="
ENROLLED = Enrolled(
    server_time="2026-11-18T06:06:00.000Z",
    station=EnrolledStation(terminal_id="T-1"),
    hub_key=KEY,
    packet_key=KEY,
)


@pytest.mark.parametrize(("behaviour", "asked"), [(Behaviour.WAIT, 3), (Behaviour.PAUSE, 1)])
def test_only_a_busy_hub_is_asked_again(monkeypatch: pytest.MonkeyPatch, behaviour: Behaviour, asked: int) -> None:
    """Twice more, and its last word stands; a refusal is no reason to ask again."""
    monkeypatch.setattr(enrolment, "_PAUSES_S", (0.0, 0.0))
    answers: list[int] = []

    def ask() -> Enrolled:
        answers.append(503)
        raise HubAnswerError(behaviour, 503, None, None)

    with pytest.raises(HubAnswerError) as raised:
        enrolment._patiently(ask)
    assert len(answers) == asked
    assert (raised.value.code is ErrorCode.HUB_BUSY) is (asked == 3)


def test_what_it_says_at_last_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Busy once, then it answers."""
    monkeypatch.setattr(enrolment, "_PAUSES_S", (0.0,))
    busy = [HubAnswerError(Behaviour.WAIT, 503, None, None)]

    def ask() -> Enrolled:
        if busy:
            raise busy.pop()
        return ENROLLED

    assert enrolment._patiently(ask) is ENROLLED
