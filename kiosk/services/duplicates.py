"""The same person's case, taken in before at this station, and the ways on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.clock import Clock, local, parse
from kiosk.domain.application import Application
from kiosk.domain.case import CaseState
from kiosk.domain.catalog import Subject
from kiosk.domain.facts import day_of
from kiosk.errors import CatalogError, ErrorCode
from kiosk.ids import CaseId
from kiosk.ports.store import CaseSummary, EarlierCase, Store
from kiosk.ports.sync import KnownCase
from kiosk.services.rules import RulesOf


class Way(StrEnum):
    """What can be done instead of taking in a second case."""

    JOIN = "join"
    """Bring what is new to the case that is under way."""
    CORRECT = "correct"
    """Put right what the earlier case got wrong."""
    FILE_APART = "file_apart"
    """Take in another one all the same, with a reason that travels with it."""


@dataclass(frozen=True)
class Duplicate:
    """An earlier case of the same person, with the ways on from it."""

    case: CaseSummary
    ways: tuple[Way, ...]


class DuplicateService:
    """Finds earlier cases in the local store, so that it works offline. Called on the thread that owns the store."""

    def __init__(self, store: Store, rules: RulesOf, clock: Clock) -> None:
        """Look in this store, by what the services say of their subjects."""
        self._store = store
        self._rules = rules
        self._clock = clock

    def find(self, application: Application, case_id: CaseId) -> tuple[Duplicate, ...]:
        """Find cases of the same person in the same service, newest first; the case itself is none.

        The same person: the same document number, with deaths that are at most the service's `repeat_days` apart or
        not both known; for the living, taken in within so many days. Without a number nobody is the same.

        Raises:
            CatalogError: SERVICE_UNKNOWN.
        """
        subject, number = self._subject_of(application)
        if not number:
            return ()
        return tuple(
            Duplicate(earlier.case, _ways(earlier.case))
            for earlier in self._store.cases.of_person(application.service, number)
            if earlier.case.case_id != case_id and self._is_near(subject, application, earlier)
        )

    def elsewhere(self, application: Application) -> tuple[KnownCase, ...]:
        """Find cases of the same person in the same service at other terminals, as the hub last told; newest first.

        Of those neither death nor state is known: one counts if it was taken in within the service's `repeat_days`.

        Raises:
            CatalogError: SERVICE_UNKNOWN.
        """
        subject, number = self._subject_of(application)
        if not number:
            return ()
        known = self._store.cases.of_person_elsewhere(application.service, application.deceased.document_type, number)
        return tuple(case for case in known if self._days_from(application, case.taken_in_at) <= subject.repeat_days)

    def _subject_of(self, application: Application) -> tuple[Subject, str]:
        """Give the service's subject and the person's number; empty when there is nothing to look for."""
        service = self._rules(application.pack).services.get(application.service)
        if service is None:
            raise CatalogError(ErrorCode.SERVICE_UNKNOWN, service=application.service)
        number = (application.deceased.document_number or "").strip()
        return service.subject, number if service.subject.repeat_days else ""

    def _days_from(self, application: Application, earlier: str) -> int:
        taken_in = day_of(application.taken_in_at) or local(self._clock.now()).date()
        return abs((taken_in - local(parse(earlier)).date()).days)

    def _is_near(self, subject: Subject, application: Application, earlier: EarlierCase) -> bool:
        if subject.living:
            return self._days_from(application, earlier.case.taken_in_at) <= subject.repeat_days
        died, died_earlier = day_of(application.deceased.death_at), day_of(earlier.death_at)
        if died is None or died_earlier is None:
            return True
        return abs((died - died_earlier).days) <= subject.repeat_days


def _ways(case: CaseSummary) -> tuple[Way, ...]:
    if case.state == CaseState.FINISHED:
        return (Way.CORRECT, Way.FILE_APART)
    return (Way.JOIN, Way.CORRECT, Way.FILE_APART)
