"""办事指南: answers what must be done after a death, what to bring and how long it takes, without opening a case."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.clock import Clock
from kiosk.domain.application import Application
from kiosk.domain.catalog import ServiceCatalog
from kiosk.domain.contents.guide_sheet import answers_sheet, plan_sheet
from kiosk.domain.contents.sheet import SheetFrame
from kiosk.domain.guide import Guide, GuideEntry
from kiosk.domain.guide_plan import GuidePlan, plan_of
from kiosk.domain.sections import SectionedPaper
from kiosk.services.rules import DEFAULT_SERVICE, RulesOf


class GuideService:
    """The catalogue as people ask for it. Needs no store and no network."""

    def __init__(self, rules: RulesOf, clock: Clock) -> None:
        """Answer from the rules in force when somebody asks."""
        self._rules = rules
        self._clock = clock
        self._guides: dict[str, tuple[ServiceCatalog, Guide]] = {}

    def search(self, words: str, service: str = DEFAULT_SERVICE) -> list[GuideEntry]:
        """Find matters by words, pinyin or everyday names, the likeliest first."""
        catalog = self._rules().services[service]
        made_for, guide = self._guides.get(service, (None, None))
        if guide is None or made_for is not catalog:
            guide = Guide(catalog)
            self._guides[service] = catalog, guide
        return guide.search(words)

    def plan(self, application: Application) -> GuidePlan:
        """Say what follows from a few answers."""
        rules = self._rules()
        return plan_of(
            rules.services[application.service],
            application,
            rules.assess(application, self._clock.now()),
            rules.service_words(application.service).promise_working_days,
        )

    def plan_sheet(self, application: Application, frame: SheetFrame) -> SectionedPaper:
        """Write the plan as a sheet."""
        parting = self._rules().services[application.service].subject.parting
        return plan_sheet(frame, self.plan(application), parting)

    def answers_sheet(
        self, words: str, entries: Sequence[GuideEntry], frame: SheetFrame, service: str = DEFAULT_SERVICE
    ) -> SectionedPaper:
        """Write answers as a sheet."""
        return answers_sheet(frame, words, entries, self._rules().services[service].version)
