"""The sync centre: what is on its way, why it waits, and one button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from kiosk.domain.case import Delivery
from kiosk.domain.numbering import grouped
from kiosk.ids import EventId
from kiosk.packets.events import EventKind
from kiosk.ports.offers import MadeOffer
from kiosk.ports.sync import ATTACHMENT_DAMAGED, QueueLine, SyncCounts
from ui.desk import Desk, Page
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.case_delivery import NAMED_KINDS, TONES, UNMENDED
from ui.viewmodels.staff_words import moment_words, size_words
from ui.viewmodels.stick import StickViewModel
from ui.viewmodels.sync_words import NOTHING, Contact, SyncNews, sync_news
from ui.viewmodels.worklist import CountLine

if TYPE_CHECKING:
    from kiosk.services.bundle import Services

_MOST_OFFERS = 10
_FINAL = frozenset(
    {"rev_taken", "id_reused", "case_of_another", "case_number_taken", "attachment_id_reused", ATTACHMENT_DAMAGED}
)
"""What asking again does not change; with any other it does, once the hub has been put right."""


@dataclass(frozen=True)
class QueueRow:
    """One entry of the queue."""

    number: str
    grouped: str
    kind: str
    standing: str
    tone: str
    words: str
    detail: str
    code: str
    way: str
    again: bool
    correctable: bool
    withdrawable: bool
    event: str
    last: bool


@dataclass(frozen=True)
class OfferRow:
    """A correction of a case of another station."""

    number: str
    grouped: str
    when: str
    words: str


@dataclass(frozen=True)
class Drain:
    """How far what was on its way has come since nothing was: cases, and bytes of attachments."""

    cases: int = 0
    cases_left: int = 0
    size: int = 0
    size_left: int = 0

    def after(self, counts: SyncCounts) -> Drain:
        """Look again; what came in meanwhile is part of it."""
        left = counts.pending + counts.in_flight
        if not left:
            return Drain()
        return Drain(
            self.cases + max(left - self.cases_left, 0),
            left,
            self.size + max(counts.bytes_left - self.size_left, 0),
            counts.bytes_left,
        )

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1: by bytes where there are any."""
        if self.size:
            return 1 - self.size_left / self.size
        return 1 - self.cases_left / max(self.cases, 1) if self.cases_left else 0.0


@qml_element
class SyncCentreViewModel(QObject):
    """The queue; counts and lines are read together."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._totals: SyncCounts = NOTHING
        self._contact = Contact()
        self._drain = Drain()
        self._stick = StickViewModel(desk, self)
        self._asked = False
        self._foreign: set[str] = set()
        """Numbers of cases of other stations."""
        self._offers: Rows[OfferRow] = Rows(OfferRow, self)
        self._lines: Rows[QueueRow] = Rows(QueueRow, self)
        self._counts: Rows[CountLine] = Rows(CountLine, self)

    def refresh(self) -> None:
        """Read the queue again."""

        def read(services: Services) -> tuple[SyncCounts, list[QueueLine], list[MadeOffer]]:
            return services.queue.counts(), services.queue.lines(), services.offers.made()[:_MOST_OFFERS]

        self._desk.tasks.run(read, self._take)

    @Slot(object)
    def show_sync(self, news: SyncNews) -> None:
        """Take how the hub is reached; what is said of the queue comes from what this page counts."""
        self._contact = news.contact
        self.changed.emit()

    @Slot()
    def round_ended(self) -> None:
        """Note that one may ask again."""
        self._asked = False
        self.changed.emit()

    @Slot()
    def retry(self) -> None:
        """Make everything due and ask for a round now."""
        self._asked = True
        self.changed.emit()

        def make_due(services: Services) -> None:
            services.queue.retry_now()

        self._desk.tasks.run(make_due, lambda _: self._desk.parts.sync_now())

    @Slot(str)
    def sendAgain(self, event: str) -> None:
        """Send once more what the hub had refused."""

        def send_again(services: Services) -> None:
            services.queue.send_again(EventId(event))

        def sent(_: None) -> None:
            self.refresh()
            self._desk.parts.sync_now()

        self._desk.tasks.run(send_again, sent)

    @Slot(str)
    def openCase(self, number: str) -> None:
        """Open the case of an entry; one of another station is asked for."""
        self._desk.go(Page.ELSEWHERE if number in self._foreign else Page.CASE, number)

    @Slot(str, str)
    def openSheet(self, number: str, sheet: str) -> None:
        """Open the case of an entry with a sheet over it: `correct` or `withdraw`; what was offered is put away."""
        if number in self._foreign:
            actor = self._desk.operator_id
            self._desk.tasks.run(lambda services: services.offers.put_away(number, actor), lambda _: self.refresh())
            return
        self._desk.go(Page.CASE, f"{number} {sheet}")

    @Property(str, notify=changed)
    def title(self) -> str:
        """The one sentence at the top."""
        return self._news.headline

    @Property(str, notify=changed)
    def words(self) -> str:
        """The last delivery and what to expect."""
        return self._news.words

    @Property(str, notify=changed)
    def network(self) -> str:
        """The network in words."""
        return self._news.network

    @Property(str, notify=changed)
    def networkTone(self) -> str:
        """`slate`, `green` or `amber`."""
        return self._news.tone

    @Property(bool, notify=changed)
    def asked(self) -> bool:
        """Whether a round was asked for and has not ended."""
        return self._asked

    @Property(bool, notify=changed)
    def waiting(self) -> bool:
        """Whether anything is on its way."""
        return self._lines.rowCount() > 0

    @Property(str, notify=changed)
    def oldest(self) -> str:
        """Since when the oldest entry waits."""
        since = self._totals.oldest_pending_at
        if not since:
            return ""
        return self._desk.say("screen.sync.oldest", when=moment_words(since, self._desk.clock.now(), self._desk.say))

    @Property(str, notify=changed)
    def progress(self) -> str:
        """How far what was on its way has come, once some of it has arrived; empty otherwise."""
        drain, say = self._drain, self._desk.say
        if not drain.share:
            return ""
        words = say("screen.sync.progress", total=drain.cases, done=drain.cases - drain.cases_left)
        if not drain.size:
            return words
        done, total = size_words(drain.size - drain.size_left), size_words(drain.size)
        return words + say("screen.sync.progress_bytes", done=done, total=total)

    @Property(float, notify=changed)
    def share(self) -> float:
        """The same as a part of one."""
        return self._drain.share

    @Property(str, notify=changed)
    def hubOnly(self) -> str:
        """What only the hub has, after this database was restored; empty when nothing."""
        count = self._totals.hub_only
        return self._desk.say("screen.sync.hub_only", count=count) if count else ""

    @Property(StickViewModel, constant=True)
    def stick(self) -> StickViewModel:
        """Carrying by stick."""
        return self._stick

    @Property(QObject, constant=True)
    def lines(self) -> QObject:
        """The queue."""
        return self._lines

    @Property(QObject, constant=True)
    def offers(self) -> QObject:
        """Corrections of cases of other stations that were taken here, the newest few."""
        return self._offers

    @Property(bool, notify=changed)
    def anyOffers(self) -> bool:
        """Whether there are any."""
        return self._offers.rowCount() > 0

    @Property(QObject, constant=True)
    def counts(self) -> QObject:
        """The counts."""
        return self._counts

    @property
    def _news(self) -> SyncNews:
        return sync_news(self._totals, self._contact, self._desk)

    def _take(self, news: tuple[SyncCounts, list[QueueLine], list[MadeOffer]]) -> None:
        self._totals, lines, offers = news
        self._foreign = {offer.case_number for offer in offers} | {line.case_number for line in lines if _offered(line)}
        now = self._desk.clock.now()
        self._offers.show(
            [
                OfferRow(
                    offer.case_number,
                    grouped(offer.case_number),
                    moment_words(offer.made_at, now, self._desk.say),
                    self._desk.say(f"screen.offer.{offer.state.value}", words=offer.words),
                )
                for offer in offers
            ]
        )
        self._drain = self._drain.after(self._totals)
        say = self._desk.say
        self._lines.show([self._row(line, last=place == len(lines) - 1) for place, line in enumerate(lines)])
        self._counts.show(
            [
                CountLine(say(f"screen.sync.{key}"), say("screen.cases", count=getattr(self._totals, key)))
                for key in ("pending", "in_flight", "delivered", "needs_attention", "withdrawn")
                if key != "withdrawn" or self._totals.withdrawn
            ]
        )
        self.changed.emit()

    def _row(self, line: QueueLine, *, last: bool) -> QueueRow:
        say = self._desk.say
        now = self._desk.clock.now()
        details = []
        if line.attempts:
            details.append(say("screen.sync.attempts", count=line.attempts))
        if line.bytes_sent and line.bytes_total:
            details.append(
                say("screen.sync.sent", done=size_words(line.bytes_sent), total=size_words(line.bytes_total))
            )
        if line.next_attempt_at and line.state is Delivery.PENDING and line.attempts:
            details.append(say("screen.sync.next_attempt", time=moment_words(line.next_attempt_at, now, say)))
        return QueueRow(
            number=line.case_number,
            grouped=grouped(line.case_number),
            kind=say(f"screen.sync.kinds.{line.kind if line.kind in NAMED_KINDS else 'other'}"),
            standing=say(f"screen.sync.{line.state.value}"),
            tone=TONES.get(line.state, "neutral"),
            words=line.error_words or say("screen.sync.waiting_words"),
            detail="，".join(details),
            code=line.error_code,
            way=self._way(line),
            again=line.state is Delivery.NEEDS_ATTENTION and line.error_code not in _FINAL,
            correctable=_mends(line),
            withdrawable=line.withdrawable or (_offered(line) and line.state is Delivery.NEEDS_ATTENTION),
            event=line.event_id,
            last=last,
        )

    def _way(self, line: QueueLine) -> str:
        """Say what a person can do about an entry that the hub refused, and whom to call."""
        if line.state is not Delivery.NEEDS_ATTENTION:
            return ""
        named = {"rev_taken": ["newer"], ATTACHMENT_DAMAGED: ["damaged"]}
        ways = named.get(line.error_code, ["correct"] * _mends(line))
        ways += (
            ["put_away"] * _offered(line)
            + ["withdraw"] * line.withdrawable
            + ["again"] * (line.error_code not in _FINAL)
        )
        say, phone = self._desk.say, self._desk.parts.station.phone
        return "".join(say(f"screen.sync.ways.{way}", code=line.error_code, phone=phone) for way in (*ways, "call"))


def _offered(line: QueueLine) -> bool:
    return line.kind == EventKind.CORRECTION_OFFERED


def _mends(line: QueueLine) -> bool:
    """Tell whether a correction is a way on."""
    return line.error_code == ATTACHMENT_DAMAGED or (line.correctable and line.error_code not in UNMENDED)
