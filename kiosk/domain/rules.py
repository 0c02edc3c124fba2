"""Decision tables over named facts, three-valued (Kleene): true, false, or not known.

A rule is a list of rows, any of which may hold; a row is a set of conditions, all of which must hold. A condition names
a fact and what it must be: a value, one of several values, none of several, or a span of numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Value = bool | str | int
Facts = Mapping[str, Value | None]
"""What is known; None or absence is unknown, which is not the same as false."""


@dataclass(frozen=True)
class Condition:
    """One fact and what it must be. `allowed` empty means: anything but `excluded`, within `minimum` and `maximum`."""

    fact: str
    allowed: tuple[Value, ...] = ()
    excluded: tuple[Value, ...] = ()
    minimum: int | None = None
    maximum: int | None = None

    def holds(self, facts: Facts) -> bool | None:
        """Judge the condition; None while the fact is unknown."""
        value = facts.get(self.fact)
        if value is None:
            return None
        if self.minimum is not None or self.maximum is not None:
            low = self.minimum is None or value >= self.minimum  # type: ignore[operator] # the check admits numbers only
            high = self.maximum is None or value <= self.maximum  # type: ignore[operator] # the same
            return bool(low and high)
        return value in self.allowed if self.allowed else value not in self.excluded


@dataclass(frozen=True)
class Row:
    """Conditions that must all hold, and what one says when they do."""

    conditions: tuple[Condition, ...]
    reason: str = ""

    def holds(self, facts: Facts) -> bool | None:
        """Judge the row: false if one condition is false, else unknown if one is unknown, else true."""
        known: bool | None = True
        for condition in self.conditions:
            judged = condition.holds(facts)
            if judged is False:
                return False
            if judged is None:
                known = None
        return known


Rule = tuple[Row, ...]


@dataclass(frozen=True)
class Verdict:
    """What a rule says: the answer, the first row that holds, and the unknown facts that could still change it."""

    answer: bool | None
    row: Row | None = None
    open_facts: tuple[str, ...] = ()


def judge(rule: Rule, facts: Facts) -> Verdict:
    """Judge a rule: true if a row holds, else unknown if a row is unknown, else false. An empty rule is false."""
    open_rows = []
    for row in rule:
        judged = row.holds(facts)
        if judged:
            return Verdict(answer=True, row=row)
        if judged is None:
            open_rows.append(row)
    if not open_rows:
        return Verdict(answer=False)
    # A row that asks for more than another open row cannot change the answer, it only words it differently.
    asked = [set(row.conditions) for row in open_rows]
    telling = [row for row in open_rows if not any(other < set(row.conditions) for other in asked)]
    unknown = [condition.fact for row in telling for condition in row.conditions if facts.get(condition.fact) is None]
    return Verdict(answer=None, open_facts=tuple(dict.fromkeys(unknown)))


def holds(rule: Rule, facts: Facts) -> bool | None:
    """Judge a rule without asking why."""
    return judge(rule, facts).answer


class RuleFaultError(ValueError):
    """A rule that cannot be read; the text says which key and why."""


def read_rule(rows: Sequence[Mapping[str, Any]]) -> Rule:
    """Read a rule from its table: each row a table of `fact = value`, with `reason` beside them.

    Raises:
        RuleFaultError: a row or a value has a form that is none of ours.
    """
    return tuple(_row(row) for row in rows)


def _row(table: object) -> Row:
    if not isinstance(table, Mapping):
        message = "每一行要写成 { 情形 = 值 }"
        raise RuleFaultError(message)
    reason = table.get("reason", "")
    if not isinstance(reason, str):
        message = "reason 应是文字"
        raise RuleFaultError(message)
    conditions = [_condition(fact, given) for fact, given in table.items() if fact != "reason"]
    return Row(tuple(conditions), reason)


def _condition(fact: str, given: object) -> Condition:
    if isinstance(given, bool | str | int):
        return Condition(fact, allowed=(given,))
    if isinstance(given, list) and given and all(isinstance(value, bool | str | int) for value in given):
        return Condition(fact, allowed=tuple(given))
    if isinstance(given, Mapping) and given and set(given) <= {"min", "max"}:
        if all(type(bound) is int for bound in given.values()):
            return Condition(fact, minimum=given.get("min"), maximum=given.get("max"))
    elif isinstance(given, Mapping) and set(given) == {"not"} and isinstance(given["not"], list) and given["not"]:
        return Condition(fact, excluded=tuple(given["not"]))
    message = f"{fact} 的条件应是一个值、几个值 [...]、{{ not = [...] }}，或者 {{ min = 整数, max = 整数 }}"
    raise RuleFaultError(message)
