"""The rules in force at this station: catalogue, calendar, code tables, and what the station promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from kiosk.config import Config
from kiosk.domain.application import Application
from kiosk.domain.assess import assess
from kiosk.domain.assessment import Assessment
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.catalog import ServiceCatalog
from kiosk.domain.codes import CodeTables
from kiosk.errors import CatalogError, ErrorCode
from kiosk.services.reference import load_calendar, load_codes, load_service, service_names

DEFAULT_SERVICE = "after_death"


@dataclass(frozen=True, repr=False)
class Rules:
    """What every judgement rests on. Immutable: any thread may use it."""

    services: Mapping[str, ServiceCatalog]
    calendar: WorkCalendar
    codes: CodeTables
    promise_working_days: int
    division: str

    def assess(self, application: Application, now: datetime) -> Assessment:
        """Judge an application as of now, or as of when it says that it was taken in.

        Raises:
            CatalogError: SERVICE_UNKNOWN.
        """
        service = self.services.get(application.service)
        if service is None:
            raise CatalogError(ErrorCode.SERVICE_UNKNOWN, service=application.service)
        return assess(
            service,
            application,
            now,
            self.calendar,
            self.codes,
            promise_working_days=self.promise_working_days,
            station_division=self.division,
        )

    @property
    def catalog_version(self) -> str:
        """The version of the main service's catalogue."""
        return self.services[DEFAULT_SERVICE].version

    @property
    def calendar_until(self) -> date:
        """The last day that the calendar's notices cover."""
        return self.calendar.last_covered


def load_rules(data_dir: Path, config: Config) -> Rules:
    """Read the rules with this station's overlays.

    Raises:
        CatalogError: CATALOG_INVALID or CALENDAR_INVALID with the place.
        StoreError: a file cannot be read.
    """
    return Rules(
        services={name: load_service(name, data_dir) for name in service_names()},
        calendar=load_calendar(data_dir, time.fromisoformat(config.intake.cut_off)),
        codes=load_codes(data_dir),
        promise_working_days=config.intake.promise_working_days,
        division=config.station.division,
    )
