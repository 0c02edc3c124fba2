"""All services of one store, on the thread that owns it."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.amendments import AmendmentService
from kiosk.services.authorizations import AuthorizationService
from kiosk.services.cases import CaseService
from kiosk.services.day_end import DayEndService
from kiosk.services.elsewhere import ElsewhereService
from kiosk.services.guide import GuideService
from kiosk.services.health import HealthService
from kiosk.services.intake import IntakeService
from kiosk.services.offers import OfferService
from kiosk.services.pages import PageService
from kiosk.services.papers import PaperService
from kiosk.services.queue import QueueService
from kiosk.services.ratings import RatingService
from kiosk.services.reporting import ReportingService
from kiosk.services.results import ResultService
from kiosk.services.session import SessionService
from kiosk.services.sheets import SheetService
from kiosk.services.statistics import StatisticsService


@dataclass(frozen=True)
class Services:
    """What the screen and the commands call."""

    session: SessionService
    intake: IntakeService
    pages: PageService
    cases: CaseService
    elsewhere: ElsewhereService
    amendments: AmendmentService
    offers: OfferService
    authorizations: AuthorizationService
    papers: PaperService
    results: ResultService
    ratings: RatingService
    queue: QueueService
    health: HealthService
    guide: GuideService
    statistics: StatisticsService
    sheets: SheetService
    reporting: ReportingService
    day_end: DayEndService
