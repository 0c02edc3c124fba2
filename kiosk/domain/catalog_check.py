"""Finds what is wrong with a catalogue, each fault in words and with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from kiosk.domain.assessment import Mode
from kiosk.domain.catalog import FactRow, MatterRow, ServiceCatalog
from kiosk.domain.facts import GIVEN, contradictions, resolve
from kiosk.domain.rules import Condition, Row, Rule, Value
from kiosk.ids import MatterId

_COMBINATIONS = 50_000
"""How many combinations of facts are tried before a row is taken to be possible."""


def catalog_faults(service: ServiceCatalog) -> list[str]:
    """List every fault: of form, of references, of order, of rules that can never hold."""
    found = [*service.faults, *reference_faults(service)]
    if found:
        # Rules over facts that do not exist cannot be tried.
        return found
    return [*_order_faults(service), *_impossible_rows(service)]


def reference_faults(service: ServiceCatalog) -> list[str]:
    """List names that lead nowhere: departments, facts, fields, materials, other matters."""
    return [
        *_head_faults(service),
        *_fact_faults(service),
        *(fault for matter in service.matters.values() for fault in _matter_faults(service, matter)),
        *_form_faults(service),
        *(
            f"{service.place('everyday', word)}: matters 没有事项 {key}"
            for word, keys in service.everyday.items()
            for key in keys
            if not _named(service, "matter", key)
        ),
    ]


def _named(service: ServiceCatalog, kind: str, key: str) -> bool:
    """Say whether there is such a row; one that could not be read has its own fault, not one at each mention."""
    return (kind, key) in service.files


def _head_faults(service: ServiceCatalog) -> Iterator[str]:
    for key, field_ids in (
        ("common_fields", service.common_fields),
        ("application_fields", service.application_fields),
    ):
        for field_id in field_ids:
            if not _named(service, "field", field_id):
                yield f"service: {key} 里没有要素 {field_id}"
    for material_id in service.application_materials:
        if not _named(service, "material", material_id):
            yield f"service: application_materials 里没有材料 {material_id}"


def _fact_faults(service: ServiceCatalog) -> Iterator[str]:
    for row in service.facts.values():
        place = service.place("fact", row.fact)
        if row.given and row.fact not in GIVEN:
            yield f"{place}: given 是 true，但程序算不出这个情形"
        if row.given and row.tile:
            yield f"{place}: 程序算出来的情形不用问，不要写 tile"
        if row.kind == "choice" and not row.values:
            yield f"{place}: kind 是 choice，要写 values"
        for key in ("true_when", "false_when", "ask_when"):
            yield from _rule_faults(service, getattr(row, key), f"{place} {key}")


def _matter_faults(service: ServiceCatalog, matter: MatterRow) -> Iterator[str]:
    place = service.place("matter", matter.matter_id)
    if not _named(service, "department", matter.department):
        yield f"{place}: department 没有部门 {matter.department}"
    yield from _reason_faults(matter, place)
    yield from _rule_faults(service, matter.when, f"{place} when")
    yield from (f"{place}: fields 没有要素 {key}" for key in matter.fields if not _named(service, "field", key))
    yield from (
        f"{place}: materials 没有材料 {key}" for key in matter.materials if not _named(service, "material", key)
    )
    yield from (f"{place}: basis_ref 没有出处 {key}" for key in matter.basis_ref if not _named(service, "source", key))
    yield from (f"{place}: after 没有事项 {key}" for key in matter.after if not _named(service, "matter", key))
    for key in matter.alternative_to:
        other = service.matters.get(key)
        if key == matter.matter_id:
            yield f"{place}: alternative_to 写了自己"
        elif not _named(service, "matter", key):
            yield f"{place}: alternative_to 没有事项 {key}"
        elif other and matter.matter_id not in other.alternative_to:
            yield f"{place}: alternative_to 写了 {key}，{key} 那一行没有写回来"
    if matter.promised is None and matter.legal is None and not matter.due_words:
        yield f"{place}: 没有时限，也没有 due_words"
    if matter.mode is Mode.AUTOMATIC and matter.materials:
        yield f"{place}: 免申即办的事项不要材料"


def _reason_faults(matter: MatterRow, place: str) -> Iterator[str]:
    if not matter.when:
        yield f"{place}: when 是空的，这一项永远不会适用"
    if not all(row.reason for row in matter.when):
        yield f"{place}: when 里有一行没有 reason"
    if any(re.search(r"[{}]", row.reason.replace("{age}", "")) for row in matter.when):
        yield f"{place}: reason 里的大括号只能是 {{age}}"
    if not matter.otherwise:
        yield f"{place}: 没有 otherwise，不适用时没有话说"


def _form_faults(service: ServiceCatalog) -> Iterator[str]:
    for form_field in service.fields.values():
        place = service.place("field", form_field.field_id)
        if not form_field.inputs:
            yield f"{place}: inputs 是空的"
        for box in form_field.inputs:
            yield from _rule_faults(service, box.spared_when, f"{place} spared_when")
            if box.spared_when and not box.spared_words:
                yield f"{place}: 写了 spared_when，要写 spared_words"
    for material in service.materials.values():
        place = service.place("material", material.material_id)
        yield from _rule_faults(service, material.when, f"{place} when")
        for other in material.named:
            yield from _rule_faults(service, other.when, f"{place} named")
            if not other.when:
                yield f"{place}: named 里有一行没有 when"
        if material.conditional and not material.when:
            yield f"{place}: conditional 是 true，要写 when"
        if material.may_defer and not material.defer_words:
            yield f"{place}: may_defer 是 true，要写 defer_words"


def _rule_faults(service: ServiceCatalog, rule: Rule, place: str) -> Iterator[str]:
    for number, row in enumerate(rule, start=1):
        for condition in row.conditions:
            fact = service.facts.get(condition.fact)
            if fact is not None:
                yield from _condition_faults(condition, fact, f"{place} 第 {number} 行")
            elif not _named(service, "fact", condition.fact):
                yield f"{place} 第 {number} 行: 没有情形 {condition.fact}"


def _condition_faults(condition: Condition, fact: FactRow, place: str) -> Iterator[str]:
    spanned = condition.minimum is not None or condition.maximum is not None
    if spanned != (fact.kind == "number"):
        yield f"{place}: {condition.fact} 的条件和它的 kind（{fact.kind}）对不上"
        return
    for value in (*condition.allowed, *condition.excluded):
        fits = isinstance(value, bool) if fact.kind == "yes_no" else value in fact.values
        if not fits:
            yield f"{place}: {condition.fact} 没有 {value} 这个值"


def _order_faults(service: ServiceCatalog) -> Iterator[str]:
    done: set[MatterId] = set()
    for start in service.matters:
        circle = _circle(service, start, [], done)
        if circle:
            yield f"{service.place('matter', circle[0])}: after 转了一圈：{' → '.join(circle)}"
            return


def _circle(service: ServiceCatalog, at: MatterId, path: list[MatterId], done: set[MatterId]) -> list[MatterId]:
    if at in path:
        return [*path[path.index(at) :], at]
    if at in done:
        return []
    for before in service.matters[at].after:
        found = _circle(service, before, [*path, at], done)
        if found:
            return found
    done.add(at)
    return []


def _impossible_rows(service: ServiceCatalog) -> Iterator[str]:
    for place, rule in _all_rules(service):
        for number, row in enumerate(rule, start=1):
            if not _possible(service, row):
                yield f"{place} 第 {number} 行: 这些条件不可能同时满足"


def _all_rules(service: ServiceCatalog) -> Iterator[tuple[str, Rule]]:
    for matter in service.matters.values():
        yield f"{service.place('matter', matter.matter_id)} when", matter.when
    for material in service.materials.values():
        place = service.place("material", material.material_id)
        yield f"{place} when", material.when
        for other in material.named:
            yield f"{place} named", other.when
    for fact in service.facts.values():
        place = service.place("fact", fact.fact)
        yield f"{place} true_when", fact.true_when
        yield f"{place} false_when", fact.false_when
        yield f"{place} ask_when", fact.ask_when
    for form_field in service.fields.values():
        for box in form_field.inputs:
            yield f"{service.place('field', form_field.field_id)} spared_when", box.spared_when


def _possible(service: ServiceCatalog, row: Row) -> bool:
    """Try every combination of the facts behind a row until it holds.

    Facts that are only derived must follow from the given and answered ones; a row over them that nothing makes true
    can never hold, nor one over answers that the catalogue says cannot be given together.
    """
    bounds: dict[str, set[int]] = {}
    basic = _basic_facts(service, row, bounds)
    domains = [
        [value for value in _values(service.facts[fact], bounds.get(fact, set())) if _fits(row, fact, value)]
        for fact in basic
    ]
    for tried, combination in enumerate(product(*domains)):
        known: Mapping[str, Value | None] = dict(zip(basic, combination, strict=True))
        if tried >= _COMBINATIONS:
            return True
        facts = resolve(service, known)
        if row.holds(facts) and not contradictions(service, facts):
            return True
    return False


def _fits(row: Row, fact: str, value: Value) -> bool:
    return all(condition.holds({fact: value}) for condition in row.conditions if condition.fact == fact)


def _basic_facts(service: ServiceCatalog, row: Row, bounds: dict[str, set[int]]) -> list[str]:
    found: dict[str, None] = {}
    waiting = [row]
    seen: set[str] = set()
    while waiting:
        for condition in waiting.pop().conditions:
            _note_bounds(condition, bounds)
            if condition.fact in seen:
                continue
            seen.add(condition.fact)
            fact = service.facts[condition.fact]
            if fact.given or fact.tile:
                found[condition.fact] = None
            else:
                waiting += [*fact.true_when, *fact.false_when]
    return list(found)


def _note_bounds(condition: Condition, bounds: dict[str, set[int]]) -> None:
    for bound in (condition.minimum, condition.maximum):
        if bound is not None:
            bounds.setdefault(condition.fact, set()).update((bound - 1, bound, bound + 1))


def _values(fact: FactRow, bounds: Iterable[int]) -> list[Value]:
    if fact.kind == "yes_no":
        return [True, False]
    return list(fact.values) if fact.kind == "choice" else sorted(bound for bound in bounds if bound >= 0)
