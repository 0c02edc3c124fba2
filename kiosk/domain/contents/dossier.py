"""All that a paper about a case may speak of, and what the papers have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk import clock
from kiosk.domain import facts
from kiosk.domain.application import Application, Strokes
from kiosk.domain.assessment import Assessment, MaterialNeed
from kiosk.domain.case import Case, CaseMaterial, CaseMatter
from kiosk.domain.catalog import ServiceCatalog
from kiosk.domain.codes import CodeTables
from kiosk.domain.paper import Issue, PaperKind, Signature, StationFacts
from kiosk.domain.receipt import copy_mark, day_words, letterhead, minute_words, operator_words, people_of
from kiosk.domain.sections import Closing, Column, Fact, Heading, Persons, Section, SectionedPaper, Table
from kiosk.errors import ErrorCode, PaperError
from kiosk.ids import MatterId
from kiosk.messages import text

_CODES = {
    PaperKind.RECEIPT_OF_MATERIALS: "SJ",
    PaperKind.ACCEPTANCE_NOTICE: "SL",
    PaperKind.CORRECTION_NOTICE: "BZ",
    PaperKind.MATERIAL_LIST: "QD",
    PaperKind.AUTHORIZATION_LETTER: "SQ",
    PaperKind.COMMITMENT_LETTER: "CN",
    PaperKind.DEFERRAL_PROMISE: "RQ",
    PaperKind.REFUSAL_NOTICE: "BY",
    PaperKind.JOINT_FORM: "DJ",
    PaperKind.RESULT_LIST: "JG",
    PaperKind.DELIVERY_RECEIPT: "HZ",
    PaperKind.NOTARY_REFERRAL: "GZ",
}
"""Letters of a paper's own number, from its Chinese name."""


_WORDS_AT_MOST = 200
"""Characters of someone else's words that a row of a table can hold on a page of large print."""


@dataclass(frozen=True)
class IssuedPaper:
    """A paper of the case that was issued before: how many copies, the last one when."""

    kind: PaperKind
    copies: int
    last_at: str


@dataclass(frozen=True, repr=False)
class Dossier:
    """A case with everything its papers are written from; `assessment` is how it was judged when taken in."""

    case: Case
    application: Application
    station: StationFacts
    issue: Issue
    service: ServiceCatalog
    codes: CodeTables
    assessment: Assessment
    issued: tuple[IssuedPaper, ...] = ()

    @property
    def taken_in(self) -> date:
        """The day of taking in, in China Standard Time."""
        return clock.local(clock.parse(self.case.taken_in_at)).date()

    @property
    def today(self) -> date:
        """The day of printing."""
        return clock.local(self.issue.printed_at).date()

    def need_of(self, material: CaseMaterial) -> MaterialNeed | None:
        """Find what was judged of a material; None for one that came in later."""
        needs = self.assessment.materials
        return next((need for need in needs if need.material_id == material.material_id), None)

    def needed_by(self, material: CaseMaterial) -> tuple[MatterId, ...]:
        """Name the matters that need a material."""
        need = self.need_of(material)
        return need.needed_by if need else ()

    def users_of(self, materials: Iterable[CaseMaterial]) -> list[CaseMatter]:
        """List the matters of the case that need any of some materials."""
        wanted = {matter_id for material in materials for matter_id in self.needed_by(material)}
        return [matter for matter in self.case.matters if matter.matter_id in wanted]

    def used_for(self, material: CaseMaterial, users: Sequence[CaseMatter]) -> str:
        """Name the matters that need a material by their places in a list of matters."""
        wanted = self.needed_by(material)
        places = [place for place, matter in enumerate(users, start=1) if matter.matter_id in wanted]
        return "、".join(spans(places)) or text("papers.dash")


def spans(places: Sequence[int]) -> list[str]:
    """Write rising numbers, three and more in a row as a span."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return [
        part for run in runs for part in ([f"{run[0]}–{run[-1]}"] if len(run) > 2 else [str(place) for place in run])
    ]


def said(words: str, at_most: int = _WORDS_AT_MOST) -> str:
    """Give what someone else wrote in the form of a paper: on one line, and no longer than a cell can hold."""
    words = " ".join(words.split())
    return words if len(words) <= at_most else words[:at_most] + text("papers.cut")


def paper_of(dossier: Dossier, kind: PaperKind, table: str, *sections: Section) -> SectionedPaper:
    """Put sections under the case's letterhead; `table` names the sentences of the paper."""
    case, station = dossier.case, dossier.station
    return SectionedPaper(
        kind=kind,
        head=letterhead(case, station, table, case.case_number),
        copy=copy_mark(dossier.issue, station, dossier.application.service_words),
        sections=sections,
    )


def paper_number(case_number: str, kind: PaperKind, copy_no: int) -> str:
    """Give the number of one copy: the case's, two letters for the paper, and the copy."""
    return f"{case_number}-{_CODES[kind]}-{copy_no}"


def opening(dossier: Dossier, kind: PaperKind, *more: Fact) -> Persons:
    """Name the people, then the paper's number, when it was issued and by whom, and what else the paper has to say."""
    issue, station = dossier.issue, dossier.station
    told = (
        *more,
        (text("papers.issued_by"), text("receipt.by_operator", operator=operator_words(issue), window=station.window)),
        (text("papers.number"), paper_number(dossier.case.case_number, kind, issue.copy_no)),
        (text("papers.issued_at"), minute_words(clock.local(issue.printed_at))),
    )
    return Persons(people_of(dossier.application), told)


def numbered_heading(place: int, words: str, remark: str = "") -> Heading:
    """Write the heading of a section, numbered from 1."""
    return Heading(f"{text('receipt.ordinals')[place - 1]}、{words}", remark)


def count_words(count: int) -> str:
    """Say how many matters there are."""
    return text("receipt.matters_count", count=count)


def table_of(
    rows: Iterable[tuple[str, ...]], titles: Sequence[str], *, strong: int = 0, emphasised: Iterable[int] = ()
) -> Table:
    """Make a table whose column `strong` is what one looks for; titles are keys of sentences."""
    columns = tuple(Column(text(title), strong=place == strong) for place, title in enumerate(titles))
    return Table(columns, tuple(rows), frozenset(emphasised))


def day_of(moment: str | None, within: date | None = None) -> str:
    """Write the day of a date or moment, without the year when it is that of `within`.

    What came from outside and is no time gives an empty text.
    """
    day = facts.day_of(moment)
    return day_words(day, within.year if within else None) if day else ""


def requirement(dossier: Dossier, material: CaseMaterial) -> str:
    """Say in which form a material is wanted."""
    row = dossier.need_of(material) or dossier.service.materials.get(material.material_id)
    return row.form if row else text("papers.dash")


def issuer(dossier: Dossier, material: CaseMaterial) -> str:
    """Say who makes out a material."""
    row = dossier.need_of(material) or dossier.service.materials.get(material.material_id)
    return row.issuer if row else text("papers.dash")


def matters_part(place: int, words: str, matters: Sequence[CaseMatter]) -> tuple[Section, ...]:
    """List matters with their departments under a numbered heading; none make no part."""
    if not matters:
        return ()
    rows = [(matter.name, matter.department) for matter in matters]
    count = text("receipt.matters_count", count=len(rows))
    return numbered_heading(place, words, count), table_of(rows, ("receipt.matter", "receipt.department"))


def contact(dossier: Dossier) -> tuple[str, ...]:
    """Say where to ask and to complain."""
    station = dossier.station
    complain = (
        text("receipt.complain")
        if station.complaint_phone in ("", "12345")
        else text("receipt.complain_station", phone=station.complaint_phone)
    )
    return (
        text("papers.ask", phone=station.phone) + complain,
        text("receipt.address", address=station.address, window=station.window),
    )


def family_signature(dossier: Dossier, strokes: Strokes = (), date_words: str = "") -> Signature:
    """Let who stands at the counter sign, by hand unless there are strokes."""
    label = "receipt.signed_by_agent" if dossier.application.agent else "receipt.signed_by_applicant"
    return Signature(text(label), strokes, date_words or text("acceptance.sign_date"))


def by_hand(label: str) -> Signature:
    """Let someone sign by hand under the words of a key."""
    return Signature(text(label), (), text("acceptance.sign_date"))


def closing(dossier: Dossier, *notes: str, signatures: tuple[Signature, ...], seal: str = "") -> Closing:
    """Close with the notes, how to ask, the signatures, and the words under the seal."""
    return Closing((*notes, *contact(dossier)), signatures, text(seal) if seal else "")


def not_issuable() -> PaperError:
    """Make the error of a paper that the case gives no ground for."""
    return PaperError(ErrorCode.PAPER_NOT_ISSUABLE)
