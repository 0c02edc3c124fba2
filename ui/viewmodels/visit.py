"""The pages of one family's visit: the case that is being made, and the page after it was taken in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kiosk.ids import CaseId
from kiosk.ports.cards import CardPresented, CardRead, CardRemoved
from ui.desk import Desk, Page

if TYPE_CHECKING:
    from kiosk.ports.store import Draft
    from kiosk.services.bundle import Services
    from ui.viewmodels.new_case import NewCaseViewModel
    from ui.viewmodels.taken_in import TakenInViewModel


class Visit:
    """Makes the two pages for each visit, and deletes them after the pages that show them. GUI thread only.

    Attributes:
        new_case: The case being made, None outside a visit.
        taken_in: The page after the last step, None before it.
    """

    def __init__(self, desk: Desk, owner: QObject, show: Callable[[Page], None]) -> None:
        """Keep what has to be deleted under this owner; show pages by this call."""
        self._desk = desk
        self._owner = owner
        self._show = show
        self.new_case: NewCaseViewModel | None = None
        self.taken_in: TakenInViewModel | None = None

    def open_draft(self, case_id: str, card: CardRead | None = None) -> None:
        """Go on with a draft, or begin one for an empty id; a card that began it is its first."""
        operator = self._desk.operator_id

        def fetch(services: Services) -> Draft:
            return services.intake.resume(CaseId(case_id)) if case_id else services.intake.begin(operator)

        self._desk.tasks.run(fetch, lambda draft: self._work_on(draft, card))

    def open_taken_in(self, number: str) -> None:
        """Make the page of a case that was taken in just now."""
        from ui.viewmodels.taken_in import TakenInViewModel  # noqa: PLC0415  the first page does not wait for it

        self.close_taken_in()
        page = TakenInViewModel(number, self._desk)
        page.finished.connect(self._to_work_list)
        page.opened.connect(self._to_case)
        self.taken_in = page
        page.start()

    def close_new_case(self) -> None:
        """End the case's page; its draft stays in the store when it holds anything."""
        page, self.new_case = self.new_case, None
        if page is not None:
            page.leave()
            self._retire(page)

    def close_taken_in(self) -> None:
        """End the page after the last step."""
        page, self.taken_in = self.taken_in, None
        if page is not None:
            page.stop()
            self._retire(page)

    def close(self) -> None:
        """End both."""
        self.close_new_case()
        self.close_taken_in()

    def _work_on(self, draft: Draft, card: CardRead | None) -> None:
        if self._desk.operator is None:
            return
        from ui.viewmodels.new_case import NewCaseViewModel  # noqa: PLC0415  the first page does not wait for it

        before = self.new_case
        page = self.new_case = NewCaseViewModel(draft, self._desk)
        self._show(Page.NEW_CASE)
        if before is not None:
            before.leave()
            self._retire(before)
        if card is not None:
            page.on_card(CardPresented(card.reader_name))
            page.on_card(card)
            page.on_card(CardRemoved(card.reader_name))

    def _retire(self, model: QObject) -> None:
        """Delete a model after its page, and after the answers that are on their way to it."""
        model.setParent(self._owner)
        self._desk.tasks.run(lambda _: None, lambda _: model.deleteLater())

    def _to_work_list(self) -> None:
        self._desk.go(Page.WORK_LIST, "")

    def _to_case(self, number: str) -> None:
        self._desk.go(Page.CASE, number)
