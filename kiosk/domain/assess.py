"""Judges an application: which matters apply and why, what is still to be asked, filled, brought, and by when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from kiosk.domain.application import Application
from kiosk.domain.assessment import Applicability, Assessment, MatterAnswer, Mode, Question
from kiosk.domain.calendar import WorkCalendar
from kiosk.domain.catalog import FactRow, MatterRow, ServiceCatalog
from kiosk.domain.codes import CodeTables
from kiosk.domain.due import DueAnswer, limit_words, matter_due, promise_due
from kiosk.domain.facts import known_facts, moment_of, read_people, resolve
from kiosk.domain.form import derived_values, field_answers, wanted_fields
from kiosk.domain.materials import material_needs, needed_materials
from kiosk.domain.problems import Chosen, find_problems
from kiosk.domain.rules import Facts, Verdict, holds, judge
from kiosk.ids import MaterialId, MatterId
from kiosk.messages import text

_NAMED_BEFORE = 2
"""So many matters that come before are named."""


def assess(
    service: ServiceCatalog,
    application: Application,
    now: datetime,
    calendar: WorkCalendar,
    codes: CodeTables,
    *,
    promise_working_days: int | None = None,
    station_division: str | None = None,
) -> Assessment:
    """Judge an application.

    Args:
        service: the catalogue of its service.
        application: the case so far; anything may be missing.
        now: the moment of judging, unless the application says when it was taken in.
        calendar: for due dates.
        codes: the code tables.
        promise_working_days: the station's own promise instead of the service's.
        station_division: where the station is (GB/T 2260), to recognise local residents.
    """
    now = moment_of(application.taken_in_at) or now
    people = read_people(application, now, codes)
    known = known_facts(application, people, now, codes, station_division)
    facts = resolve(service, known)
    days = service.promise_working_days if promise_working_days is None else promise_working_days
    promise = promise_due(days, calendar, now)
    verdicts = {row.matter_id: _verdict(row, facts) for row in service.matters.values() if _is_listed(row)}
    matters = tuple(
        _matter_answer(service, service.matters[matter_id], verdicts, facts, promise, (calendar, now, people.died_on))
        for matter_id in verdicts
    )
    chosen = [answer for answer in matters if is_chosen(answer, application)]
    derived = derived_values(application, people, codes, now)
    wanted = wanted_fields(
        service,
        [key for answer in chosen if answer.state is Applicability.APPLIES for key in answer.fields],
        [key for answer in chosen if answer.state is Applicability.PENDING for key in answer.fields],
    )
    fields = field_answers(service, wanted, application, derived, facts, codes)
    materials = material_needs(service, _needed_by(chosen), application, facts, calendar, now)
    questions, answered = _questions(service, application, facts, verdicts, chosen)
    return Assessment(
        service=service.service,
        service_name=service.name,
        matters=matters,
        questions=questions,
        answered=answered,
        fields=fields,
        materials=materials,
        problems=find_problems(
            service,
            application,
            people,
            known,
            facts,
            codes=codes,
            chosen=Chosen(chosen, fields, materials),
            now=now,
        ),
        promise_due=promise.due,
        promise_text=promise.words,
        promise_provisional=promise.provisional,
        catalog_version=service.version,
    )


def is_chosen(answer: MatterAnswer, application: Application) -> bool:
    """Say whether a matter goes into the case: it may apply, was not declined, and is among those asked for."""
    if answer.state is Applicability.NOT or answer.matter_id in application.declined:
        return False
    return application.matters == "all" or answer.matter_id in application.matters


def _is_listed(row: MatterRow) -> bool:
    return row.enabled or not row.extension


def _verdict(row: MatterRow, facts: Facts) -> Verdict:
    return judge(row.when, facts) if row.enabled else Verdict(answer=False)


_STATES = {True: Applicability.APPLIES, None: Applicability.PENDING, False: Applicability.NOT}


def _matter_answer(
    service: ServiceCatalog,
    row: MatterRow,
    verdicts: dict[MatterId, Verdict],
    facts: Facts,
    promise: DueAnswer,
    when: tuple[WorkCalendar, datetime, date | None],
) -> MatterAnswer:
    verdict = verdicts[row.matter_id]
    state = _STATES[verdict.answer]
    listed = {key for key, other in verdicts.items() if other.answer is not False}
    match state:
        case Applicability.APPLIES:
            due = matter_due(row, *when)
        case Applicability.PENDING:
            due = DueAnswer(None, text("assess.due.after_verification"))
        case Applicability.NOT:
            due = DueAnswer(None, "")
    limit = row.promised or row.legal
    late = bool(due.due and promise.due and row.counts_from == "taken_in" and due.due[:10] > promise.due)
    is_listed = state is not Applicability.NOT
    alternatives = [service.matters[key] for key in row.alternative_to if is_listed and key in listed]
    notes = [text("assess.due.longer", limit=limit_words(limit))] if late and limit else []
    # Both for certain: that is for the family to decide, see `find_problems`.
    open_ones = [other for other in alternatives if not (verdict.answer and verdicts[other.matter_id].answer)]
    notes += [text("assess.due.one_of", other=other.short) for other in open_ones]
    before = [service.matters[key] for key in row.after if is_listed and key in listed]
    certain = [other for other in before if verdicts[other.matter_id].answer]
    notes += [_order_words(certain)] if certain else []
    return MatterAnswer(
        matter_id=row.matter_id,
        name=row.name,
        short_name=row.short,
        department=row.department,
        state=state,
        mode=row.mode,
        reason=_reason(row, verdict, facts),
        legal_limit=row.legal,
        promised_limit=row.promised,
        due=due.due,
        due_text=due.words,
        due_provisional=due.provisional,
        fields=service.fields_of(row) if is_listed else (),
        materials=needed_materials(service, row, facts) if is_listed else (),
        via=row.via,
        automatic_part=row.automatic_part,
        alternative_to=tuple(other.matter_id for other in alternatives),
        follow_up=row.follow_up,
        note="；".join(notes),
        late=late,
        result=row.result,
        after=tuple(other.matter_id for other in before),
        weak=row.weak,
    )


def _order_words(before: Sequence[MatterRow]) -> str:
    if len(before) > _NAMED_BEFORE:
        return text("assess.order.after_many", name=before[0].short, count=len(before))
    return text("assess.order.after", names="、".join(other.short for other in before))


def _reason(row: MatterRow, verdict: Verdict, facts: Facts) -> str:
    if not row.enabled:
        return text("assess.reason.disabled")
    if verdict.row is not None:
        return verdict.row.reason.replace("{age}", str(facts.get("age", "")))
    if verdict.answer is None:
        return row.unknown or text("assess.reason.pending", department=row.department)
    return row.otherwise


def _needed_by(chosen: Iterable[MatterAnswer]) -> dict[MaterialId, list[MatterId]]:
    # Only what surely applies asks for papers; a pending matter's follow once its roll is known.
    needed: dict[MaterialId, list[MatterId]] = {}
    for answer in chosen:
        if answer.state is Applicability.APPLIES and answer.mode is not Mode.AUTOMATIC:
            for material_id in answer.materials:
                needed.setdefault(material_id, []).append(answer.matter_id)
    return needed


def _questions(
    service: ServiceCatalog,
    application: Application,
    facts: Facts,
    verdicts: dict[MatterId, Verdict],
    chosen: Iterable[MatterAnswer],
) -> tuple[tuple[Question, ...], tuple[Question, ...]]:
    open_facts = {fact for verdict in verdicts.values() for fact in verdict.open_facts}
    for answer in chosen:
        if answer.state is Applicability.APPLIES:
            for material_id in service.materials_of(service.matters[answer.matter_id]):
                material = service.materials[material_id]
                open_facts |= set(judge(material.when, facts).open_facts) if material.conditional else set()
    relevant = _with_causes(service, open_facts, facts)
    said = dict(application.deceased.facts)
    if application.deceased.certificate_in_hand is not None:
        said["certificate_in_hand"] = application.deceased.certificate_in_hand
    questions, answered = [], []
    for order, row in enumerate(service.facts.values()):
        if not row.tile:
            continue
        if row.fact in said:
            answered.append(Question(row.fact, row.tile, row.hint, said[row.fact], order))
        elif row.fact in relevant and facts.get(row.fact) is None and _worth_asking(row, facts):
            questions.append(Question(row.fact, row.tile, row.hint, None, order))
    return tuple(questions), tuple(answered)


def _worth_asking(row: FactRow, facts: Facts) -> bool:
    return not row.ask_when or holds(row.ask_when, facts) is True


def _with_causes(service: ServiceCatalog, open_facts: set[str], facts: Facts) -> set[str]:
    """Add the unknown facts from which the open ones that are never asked themselves would follow."""
    relevant: set[str] = set()
    waiting = list(open_facts)
    while waiting:
        fact = waiting.pop()
        row = service.facts.get(fact)
        if fact in relevant or row is None:
            continue
        relevant.add(fact)
        if not row.tile:
            for rule in (row.true_when, row.false_when):
                waiting.extend(judge(rule, facts).open_facts)
    return relevant
