"""The standard case as rules see it: both cards read, a hospital death, phone and account given."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace
from stdnum.iso7064 import mod_11_2

from kiosk.domain.application import ApplicantEntry, Application, DeceasedEntry, PayeeEntry, Source
from kiosk.domain.assess import assess
from kiosk.domain.assessment import Assessment, FieldAnswer
from kiosk.services.reference import load_calendar, load_codes, load_service

SERVICE, CALENDAR, CODES = load_service("after_death"), load_calendar(), load_codes()
NOW = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)

STANDARD = Application(
    deceased=DeceasedEntry(
        name="测试甲",
        document_number="370100194001019991",
        address="测试市测试区测试路 1 号",
        source=Source.CARD,
        death_at="2026-11-16",
        circumstance="hospital",
        certificate_in_hand=True,
        disposition="cremation",
        insurance=("enterprise_pension", "employee_medical"),
        facts={
            "pensioner": True,
            "pension_account_balance": True,
            "medical_account_balance": True,
            "old_age_allowance": True,
            "work_death": False,
            "unemployment_benefit": False,
        },
    ),
    applicant=ApplicantEntry(
        name="测试乙", document_number="370100197001019998", source=Source.CARD, relation="30", phone="13800000021"
    ),
    payee=PayeeEntry(account="6222020000000000000"),
)


def judge(application: Application, now: datetime = NOW) -> Assessment:
    """Judge on the tests' day."""
    return assess(SERVICE, application, now, CALENDAR, CODES)


def codes_of(application: Application) -> dict[str, bool]:
    """Give the problems but the missing values: code → whether it holds."""
    return {problem.code: problem.holds for problem in judge(application).problems if problem.code != "missing"}


def field(application: Application, path: str) -> FieldAnswer:
    """Give the box at a path."""
    return next(answer for answer in judge(application).fields if answer.path == path)


def deceased(**values: object) -> Application:
    """Change the deceased of the standard case."""
    return replace(STANDARD, deceased=replace(STANDARD.deceased, **values))


def applicant(**values: object) -> Application:
    """Change the applicant of the standard case."""
    return replace(STANDARD, applicant=replace(STANDARD.applicant, **values))


def born(day: str) -> str:
    """Make a sample number of someone born on a day."""
    seventeen = f"370100{day}999"
    return seventeen + mod_11_2.calc_check_digit(seventeen)


STANDARD = applicant(document_number=born("19700101"))
