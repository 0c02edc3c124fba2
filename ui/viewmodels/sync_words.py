"""Where the cases stand on their way to the hub, in words; the same for the head, the work list and the sync centre."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.errors import ErrorCode
from kiosk.ports.sync import HubReach, SyncCounts, SyncReport
from kiosk.services.contact import trouble
from ui.desk import Desk
from ui.viewmodels.staff_words import moment_words

NOTHING = SyncCounts(0, 0, 0, 0, None, None)

_REACH = {
    HubReach.UNKNOWN: ("network_unknown", "slate"),
    HubReach.REACHABLE: ("network_ok", "green"),
    HubReach.UNREACHABLE: ("network_down", "amber"),
    HubReach.REFUSED: ("network_refused", "amber"),
    HubReach.NOT_A_HUB: ("network_not_hub", "amber"),
    HubReach.RESTING: ("network_unknown", "slate"),
}


_LABELS = {
    ErrorCode.HUB_CLOCK.value: "network_clock",
    ErrorCode.HUB_VERSION.value: "network_version",
    ErrorCode.HUB_KEY_REFUSED.value: "network_key",
    ErrorCode.NOT_ENROLLED.value: "network_key",
    ErrorCode.HUB_CERTIFICATE_NAME.value: "network_certificate",
    ErrorCode.HUB_CERTIFICATE_TIME.value: "network_certificate",
    ErrorCode.HUB_CERTIFICATE_UNKNOWN.value: "network_certificate",
}
"""What the badge says more exactly than by how the hub was reached."""
_STORE = "STO-"


@dataclass(frozen=True)
class Contact:
    """How the last contact with the hub ended, by its support code, and what is to be said of this machine's clock."""

    reach: HubReach = HubReach.UNKNOWN
    code: str = ""
    clock: str = ""

    @property
    def report(self) -> SyncReport:
        """The same as a round without counts."""
        return SyncReport(self.reach, code=self.code)


@dataclass(frozen=True)
class SyncNews:
    """One state of the queue in words. `tone` is that of the network badge: `slate`, `green` or `amber`."""

    head: str
    headline: str
    words: str
    network: str
    tone: str
    needs_person: bool
    contact: Contact = Contact()


def sync_news(counts: SyncCounts, contact: Contact, desk: Desk) -> SyncNews:
    """Put the counts and the last contact into words."""
    say = desk.say
    waiting = counts.pending + counts.in_flight
    stopped = contact.report.needs_person
    kind = "attention" if counts.needs_attention else "pending" if waiting else "all" if counts.delivered else "none"
    if stopped and not counts.needs_attention:
        kind = "stopped"
    count = counts.needs_attention or waiting
    last = counts.last_acknowledged_at
    past = say("screen.sync.last", when=moment_words(last, desk.clock.now(), say)) if last else say("screen.sync.never")
    said = trouble(contact.report, desk.parts.screen.language)
    sentences = [past]
    if counts.needs_attention:
        sentences.append(say("screen.sync.attention"))
    if said:
        sentences.append(say("screen.sync.trouble", what=said.what, do=said.do, code=said.code))
    elif waiting and not counts.needs_attention:
        reachable = contact.reach in {HubReach.REACHABLE, HubReach.UNKNOWN}
        sentences.append(say(f"screen.sync.{'going' if reachable else 'offline'}"))
    elif last and not waiting and not counts.needs_attention:
        sentences.append(say("screen.sync.done"))
    if contact.clock:
        sentences.append(say("screen.sync.clock_trouble", words=contact.clock, do=say("clock.advice")))
    network, tone = _network(contact)
    return SyncNews(
        head=say(f"screen.sync.header_{kind}", count=count),
        headline=say(f"screen.sync.title_{kind}", count=count),
        words="".join(sentences),
        network=say(f"screen.sync.{network}"),
        tone=tone,
        needs_person=stopped or bool(counts.needs_attention),
        contact=contact,
    )


def _network(contact: Contact) -> tuple[str, str]:
    """Give the badge's word and tone."""
    if contact.code == ErrorCode.HUB_BUSY.value:
        return "network_busy", "slate"
    if contact.code.startswith(_STORE):
        return "network_store", "amber"
    word, tone = _REACH[contact.reach]
    return _LABELS.get(contact.code, word), tone
