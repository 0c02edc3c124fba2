"""Documents that departments gave, fetched piece by piece when a person asks for them."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.clock import Clock, iso
from kiosk.errors import HubError
from kiosk.ports.sync import Outbox
from sync import policy
from sync.answers import HubAnswerError
from sync.hub_calls import Hub
from sync.policy import Behaviour

PIECE_START = 64 << 10
"""Eight seconds at 64 kbit/s."""
_DIFFERS = "result_differs"


class Fetching:
    """Fetches from one hub, and remembers how large a piece its line takes. One thread at a time."""

    def __init__(self, hub: Hub, clock: Clock) -> None:
        """Prepare, without asking anything."""
        self._hub = hub
        self._clock = clock
        self._piece = PIECE_START

    def pieces(self, outbox: Outbox, hub_max: int) -> Iterator[bool]:
        """Fetch what is wanted; after each piece tell whether a document has ended with it, whole or refused.

        Raises:
            HubError: the hub does not answer; what came so far is kept.
        """
        while (document := outbox.results.wanted()) is not None:
            length = min(self._piece, hub_max, document.size - document.received)
            began = self._clock.monotonic()
            try:
                piece = self._hub.result(document.result_id, document.received, length) if length else b""
            except HubAnswerError as exc:
                if exc.behaviour is not Behaviour.HALVE:
                    raise
                outbox.results.refuse(document.result_id, exc.problem_code or f"http_{exc.status}", self._now())
                yield True
                continue
            except HubError:
                self._piece = policy.shrink_chunk(length)
                raise
            if len(piece) != length:
                outbox.results.refuse(document.result_id, _DIFFERS, self._now())
                yield True
                continue
            outbox.results.keep_part(document.result_id, piece, self._now())
            self._piece = policy.next_chunk(length, self._clock.monotonic() - began, hub_max)
            yield document.received + length == document.size

    def _now(self) -> str:
        return iso(self._clock.now())
