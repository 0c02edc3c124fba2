"""The rules of this station: catalogue, calendar, code tables, and what the station promises, as of one hub's pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Protocol

from kiosk.clock import parse
from kiosk.config import Config
from kiosk.domain.application import Application, ServiceWords, decode
from kiosk.domain.assess import assess
from kiosk.domain.assessment import Assessment
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.catalog import ServiceCatalog
from kiosk.domain.codes import CodeTables
from kiosk.domain.recount import Recounted, recount
from kiosk.errors import CatalogError, ErrorCode
from kiosk.services.reference import (
    HubPack,
    Overlays,
    load_calendar,
    load_codes,
    load_service,
    service_names,
)

DEFAULT_SERVICE = "after_death"


@dataclass(frozen=True, repr=False)
class Rules:
    """What every judgement rests on. Immutable: any thread may use it."""

    services: Mapping[str, ServiceCatalog]
    calendar: WorkCalendar
    codes: CodeTables
    promise_working_days: int
    division: str
    pack: int = 0
    """The hub's pack that lies over what is shipped; 0 for none."""
    since: str = ""
    """When that pack came into force here; empty for none."""

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
            # The station's own promise is for the service it was made for; the others keep theirs.
            promise_working_days=self.promise_working_days if application.service == DEFAULT_SERVICE else None,
            station_division=self.division,
        )

    def recount(self, application: bytes, accepted_at: str) -> Recounted | None:
        """Count a kept case's dates from its acceptance; None for a service or a moment that we do not know."""
        known = decode(application)
        service = self.services.get(known.service)
        if service is None:
            return None
        try:
            moment = parse(accepted_at)
        except ValueError:
            return None
        days = self.service_words(known.service).promise_working_days
        return recount(service, known, moment, self.calendar, days)

    def service_words(self, service: str) -> ServiceWords:
        """Give what papers say of a service; it is kept with each case, so that an old case keeps its words."""
        subject = self.services[service].subject
        own = self.services[service].promise_working_days
        days = self.promise_working_days if service == DEFAULT_SERVICE else own
        return ServiceWords(subject=subject.word, parting=subject.parting, promise_working_days=days)

    @property
    def catalog_version(self) -> str:
        """The version of the main service's catalogue."""
        return self.services[DEFAULT_SERVICE].version

    @property
    def calendar_until(self) -> date:
        """The last day that the calendar's notices cover."""
        return self.calendar.last_covered


class _Services(Mapping[str, ServiceCatalog]):
    """Each service's catalogue, read when it is first asked for: the first one is wanted at every start, others not."""

    def __init__(self, overlays: Overlays) -> None:
        self._names = service_names()
        self._load = cache(lambda name: load_service(name, overlays))

    def __getitem__(self, name: str) -> ServiceCatalog:
        if name not in self._names:
            raise KeyError(name)
        return self._load(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class RulesOf(Protocol):
    """Gives the rules that an application is judged by: those of its pack (`Application.pack`), the newest for None."""

    def __call__(self, pack: int | None = None, /) -> Rules:
        """Give the rules.

        Raises:
            CatalogError: they are not right.
            StoreError: a file cannot be read.
        """


def load_rules(data_dir: Path | None, config: Config, pack: HubPack | None) -> Rules:
    """Read the rules with a pack of the hub and this station's own overlays.

    Raises:
        CatalogError: CATALOG_INVALID or CALENDAR_INVALID with the place.
        StoreError: a file cannot be read.
    """
    overlays = Overlays(data_dir, pack)
    services = _Services(overlays)
    services[DEFAULT_SERVICE]  # what is wrong with it must stop the start, not the first case
    return Rules(
        services=services,
        calendar=load_calendar(overlays, time.fromisoformat(config.intake.cut_off)),
        codes=load_codes(overlays),
        promise_working_days=config.intake.promise_working_days,
        division=config.station.division,
        pack=pack.version if pack else 0,
        since=pack.since if pack else "",
    )


def shipped_rules(pack: int | None = None, /) -> Rules:  # noqa: ARG001  a `RulesOf`
    """Read the rules as shipped, without any pack, any station's overlays or promise.

    Raises:
        CatalogError: CATALOG_INVALID or CALENDAR_INVALID with the place.
    """
    return _shipped()


@cache
def _shipped() -> Rules:
    services = {name: load_service(name) for name in service_names()}
    promise = services[DEFAULT_SERVICE].promise_working_days
    return Rules(services, load_calendar(), load_codes(), promise, division="")
