"""Where the cases stand on their way to the hub, in words; the same for the head, the work list and the sync centre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.ports.sync import HubReach, SyncCounts
from ui.viewmodels.staff_words import moment_words
from ui.viewmodels.words import Say

NOTHING = SyncCounts(0, 0, 0, 0, None, None)

_REACH = {
    HubReach.UNKNOWN: ("network_unknown", "slate"),
    HubReach.REACHABLE: ("network_ok", "green"),
    HubReach.UNREACHABLE: ("network_down", "amber"),
    HubReach.REFUSED: ("network_refused", "amber"),
    HubReach.NOT_A_HUB: ("network_not_hub", "amber"),
    HubReach.RESTING: ("network_unknown", "slate"),
}


@dataclass(frozen=True)
class SyncNews:
    """One state of the queue in words. `tone` is that of the network badge: `slate`, `green` or `amber`."""

    head: str
    headline: str
    words: str
    network: str
    tone: str
    needs_person: bool
    reach: HubReach = HubReach.UNKNOWN


def sync_news(counts: SyncCounts, reach: HubReach, now: datetime, say: Say) -> SyncNews:
    """Put the counts and the last contact into words."""
    waiting = counts.pending + counts.in_flight
    kind = "attention" if counts.needs_attention else "pending" if waiting else "all" if counts.delivered else "none"
    count = counts.needs_attention or waiting
    last = counts.last_acknowledged_at
    past = say("screen.sync.last", when=moment_words(last, now, say)) if last else say("screen.sync.never")
    reachable = reach in {HubReach.REACHABLE, HubReach.UNKNOWN}
    if counts.needs_attention:
        rest = "attention"
    elif not waiting:
        rest = "done"
    else:
        rest = "going" if reachable else "offline"
    network, tone = _REACH[reach]
    return SyncNews(
        head=say(f"screen.sync.header_{kind}", count=count),
        headline=say(f"screen.sync.title_{kind}", count=count),
        words=past if rest == "done" and not last else past + say(f"screen.sync.{rest}"),
        network=say(f"screen.sync.{network}"),
        tone=tone,
        needs_person=bool(counts.needs_attention),
        reach=reach,
    )
