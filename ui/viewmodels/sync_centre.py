"""The sync centre: what is on its way, why it waits, and one button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot

from kiosk.domain.case import Delivery
from kiosk.domain.numbering import grouped
from kiosk.ports.sync import QueueLine, SyncCounts
from ui.desk import Desk, Page
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.viewmodels.staff_words import moment_words
from ui.viewmodels.sync_words import NOTHING, SyncNews
from ui.viewmodels.worklist import CountLine

if TYPE_CHECKING:
    from kiosk.services.bundle import Services

_TONES = {Delivery.PENDING: "neutral", Delivery.IN_FLIGHT: "slate", Delivery.NEEDS_ATTENTION: "amber"}
_KINDS = ("case_taken_in", "rating_given")


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
    last: bool


@qml_element
class SyncCentreViewModel(QObject):
    """The queue; counts and lines are read together."""

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._news = SyncNews("", "", "", "", "slate", needs_person=False)
        self._totals: SyncCounts = NOTHING
        self._asked = False
        self._lines: Rows[QueueRow] = Rows(QueueRow, self)
        self._counts: Rows[CountLine] = Rows(CountLine, self)

    def refresh(self) -> None:
        """Read the queue again."""

        def read(services: Services) -> tuple[SyncCounts, list[QueueLine]]:
            return services.queue.counts(), services.queue.lines()

        self._desk.tasks.run(read, self._take)

    @Slot(object)
    def show_sync(self, news: SyncNews) -> None:
        """Take the state in words."""
        self._news = news
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
    def openCase(self, number: str) -> None:
        """Open the case of an entry."""
        self._desk.go(Page.CASE, number)

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

    @Property(QObject, constant=True)
    def lines(self) -> QObject:
        """The queue."""
        return self._lines

    @Property(QObject, constant=True)
    def counts(self) -> QObject:
        """The counts."""
        return self._counts

    def _take(self, news: tuple[SyncCounts, list[QueueLine]]) -> None:
        self._totals, lines = news
        say = self._desk.say
        self._lines.show([self._row(line, last=place == len(lines) - 1) for place, line in enumerate(lines)])
        self._counts.show(
            [
                CountLine(say(f"screen.sync.{key}"), say("screen.cases", count=getattr(self._totals, key)))
                for key in ("pending", "in_flight", "delivered", "needs_attention")
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
            details.append(say("screen.sync.sent", done=_size(line.bytes_sent), total=_size(line.bytes_total)))
        if line.next_attempt_at and line.state is Delivery.PENDING and line.attempts:
            details.append(say("screen.sync.next_attempt", time=moment_words(line.next_attempt_at, now, say)))
        return QueueRow(
            number=line.case_number,
            grouped=grouped(line.case_number),
            kind=say(f"screen.sync.kinds.{line.kind if line.kind in _KINDS else 'other'}"),
            standing=say(f"screen.sync.{line.state.value}"),
            tone=_TONES.get(line.state, "neutral"),
            words=line.error_words or say("screen.sync.waiting_words"),
            detail="，".join(details),
            code=line.error_code,
            last=last,
        )


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{max(count // 1000, 1)} kB"
