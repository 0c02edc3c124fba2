"""Reads a service's catalogue from TOML texts.

Several texts make one service; in a later text (a station's overlay) a row with a known id changes the keys it names,
one with a new id is added. What a row may hold is told in the head of each shipped file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard, TypeVar, cast

from kiosk.domain.assessment import Limit, Mode
from kiosk.domain.calendar import UNITS, Unit
from kiosk.domain.catalog import (
    Department,
    FactRow,
    FieldRow,
    InputRow,
    MaterialName,
    MaterialRow,
    MatterRow,
    ServiceCatalog,
    SourceRow,
    Subject,
)
from kiosk.domain.codes import CHOICES
from kiosk.domain.fill import can_type
from kiosk.domain.rules import Rule, RuleFaultError, read_rule
from kiosk.errors import CatalogError, ErrorCode
from kiosk.ids import MaterialId, MatterId
from kiosk.toml_faults import toml_fault

KINDS = ("matter", "fact", "field", "material", "department", "source", "everyday")
"""The kinds of rows a catalogue file may hold."""

_KEY = {"department": "short", "everyday": "word"}
_HEAD = (
    "service",
    "name",
    "version",
    "subject",
    "promise_working_days",
    "common_fields",
    "application_fields",
    "application_materials",
)
_MOST = 3660
"""The largest number that a row may hold: ten years of days. A slip of the finger must not be counted for hours."""
_Row = TypeVar("_Row")


def parse_catalog(texts: Mapping[str, str]) -> ServiceCatalog:
    """Read a service from TOML texts by file name, in order; faults of form are collected, not raised.

    Raises:
        CatalogError: CATALOG_INVALID, a text is not TOML or the service's own head is missing.
    """
    reader = _Reader()
    for name, text in texts.items():
        try:
            reader.add(name, tomllib.loads(text))
        except (tomllib.TOMLDecodeError, RecursionError) as exc:
            raise CatalogError(ErrorCode.CATALOG_INVALID, place=f"{name}: {toml_fault(exc)}") from exc
    missing = [key for key in _HEAD if key not in reader.head]
    if missing:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=f"service: 没有写 {'、'.join(missing)}")
    matters = reader.rows("matter", _matter)
    head = _Table(reader.head)
    try:
        return _service(head, reader, {MatterId(key): row for key, row in matters.items()})
    except _RowFaultError as exc:
        raise CatalogError(ErrorCode.CATALOG_INVALID, place=f"{reader.files['head', exc.key]}: {exc}") from exc


def _service(head: _Table, reader: _Reader, matters: Mapping[MatterId, MatterRow]) -> ServiceCatalog:
    return ServiceCatalog(
        service=head.text("service"),
        name=head.text("name"),
        version=head.text("version"),
        subject=reader.subject(),
        promise_working_days=head.number("promise_working_days", 0),
        common_fields=head.texts("common_fields"),
        application_fields=head.texts("application_fields"),
        application_materials=tuple(MaterialId(key) for key in head.texts("application_materials")),
        departments=reader.rows("department", _department),
        sources=reader.rows("source", _source),
        facts=reader.rows("fact", _fact),
        matters=matters,
        fields=reader.rows("field", _field),
        materials={MaterialId(key): row for key, row in reader.rows("material", _material).items()},
        everyday=reader.rows("everyday", _everyday),
        faults=tuple(reader.faults),
        files=reader.files,
    )


class _Reader:
    """Collects rows from several files; remembers where each came from and what was wrong."""

    def __init__(self) -> None:
        self.head: dict[str, Any] = {}
        self.faults: list[str] = []
        self._rows: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in KINDS}
        self.files: dict[tuple[str, str], str] = {}

    def add(self, name: str, data: dict[str, Any]) -> None:
        """Add a file's rows over the earlier files' rows."""
        seen: set[tuple[str, str]] = set()
        for key, value in data.items():
            if key in KINDS:
                if not isinstance(value, list):
                    self.faults.append(f"{name}: {key} 要写成 [[{key}]]，两层方括号")
                    continue
                for number, table in enumerate(value, start=1):
                    self._add_row(name, key, number, table, seen)
            elif key in _HEAD:
                self.head[key] = value
                self.files["head", key] = name
            else:
                self.faults.append(f"{name}: 不认识的键 {key}")

    def _add_row(self, name: str, kind: str, number: int, table: object, seen: set[tuple[str, str]]) -> None:
        if not isinstance(table, dict):
            self.faults.append(f"{name}: 第 {number} 个 [[{kind}]] 不是表")
            return
        key = _KEY.get(kind, "id")
        row_id = table.get(key)
        if not isinstance(row_id, str) or not row_id:
            wrong = f"{key} 应是文字，要加引号" if row_id else f"没有 {key}"
            self.faults.append(f"{name}: 第 {number} 个 [[{kind}]] {wrong}")
            return
        if (kind, row_id) in seen:
            self.faults.append(f"{name}: [[{kind}]] {row_id} 重复")
            return
        seen.add((kind, row_id))
        self._rows[kind][row_id] = self._rows[kind].get(row_id, {}) | table
        self.files[kind, row_id] = name

    def subject(self) -> Subject:
        """Make the head's `subject`; what is wrong with it is a fault, and it has its defaults then."""
        table = _Table(self.head["subject"] if isinstance(self.head["subject"], dict) else {})
        try:
            made = Subject(
                word=table.text("word"),
                living=table.flag("living"),
                parting=table.text("parting", ""),
                repeat_days=table.number("repeat_days", 365),
            )
        except _RowFaultError as exc:
            self.faults.append(f"{self.files['head', 'subject']}: subject {exc}")
            return Subject("", living=False, parting="", repeat_days=365)
        self.faults.extend(f"{self.files['head', 'subject']}: subject 里有不认识的键 {key}" for key in table.unread())
        return made

    def rows(self, kind: str, make: Callable[[str, _Table], _Row]) -> dict[str, _Row]:
        """Make the rows of a kind; one that cannot be made is a fault and left out."""
        made = {}
        for row_id, values in self._rows[kind].items():
            place = f"{self.files[kind, row_id]}: [[{kind}]] {row_id}"
            table = _Table(values)
            try:
                made[row_id] = make(row_id, table)
            except (RuleFaultError, _RowFaultError) as exc:
                self.faults.append(f"{place}: {exc}")
                continue
            self.faults.extend(f"{place}: 不认识的键 {key}" for key in table.unread())
        return made


class _RowFaultError(ValueError):
    """A row's key is missing or has the wrong form."""

    def __init__(self, key: str, wanted: str) -> None:
        super().__init__(f"{key} {wanted}")
        self.key = key


class _Table:
    """A row's keys, each asked for once with the form it must have."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._read: set[str] = {"id"}

    def unread(self) -> list[str]:
        """List keys that nobody asked for: typing errors."""
        return [key for key in self._values if key not in self._read]

    def text(self, key: str, default: str | None = None) -> str:
        """Give a text; without a default it must be there and not blank."""
        value = self._get(key, default)
        if value is None:
            raise _RowFaultError(key, "没有写（新的一行要写全；改已有的请核对编号）")
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise _RowFaultError(key, "应是文字")
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Give a yes or no."""
        value = self._get(key, default)
        if not isinstance(value, bool):
            raise _RowFaultError(key, "应是 true 或 false")
        return value

    def number(self, key: str, default: int) -> int:
        """Give a whole number from 0 on."""
        value = self._get(key, default)
        if not _is_number(value):
            raise _RowFaultError(key, f"应是 0 至 {_MOST} 的整数")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts, empty when absent."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise _RowFaultError(key, "应是文字的列表")
        if len(set(value)) < len(value):
            raise _RowFaultError(key, "里有重复的")
        return tuple(value)

    def rule(self, key: str) -> Rule:
        """Give a rule, empty when absent."""
        value = self._get(key, [])
        if not isinstance(value, list):
            raise _RowFaultError(key, "应是条件的列表")
        return read_rule(value)

    def tables(self, key: str) -> Sequence[Mapping[str, Any]]:
        """Give a list of tables, empty when absent."""
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise _RowFaultError(key, "应是表的列表")
        return value

    def limit(self, key: str) -> Limit | None:
        """Give a time limit; it must have a count, a unit of ours and a basis."""
        value = self._get(key, None)
        if value is None:
            return None
        whole = isinstance(value, Mapping) and set(value) == {"count", "unit", "basis"}
        if not whole or value["unit"] not in UNITS or not _is_number(value["count"]):
            raise _RowFaultError(key, f"要有 count（0 至 {_MOST}）、unit（{'、'.join(UNITS)}）和 basis（依据）")
        if not isinstance(value["basis"], str) or not value["basis"].strip():
            raise _RowFaultError(key, "没有依据（basis）")
        return Limit(value["count"], cast("Unit", value["unit"]), value["basis"])

    def one_of(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Give a word that must be one of ours."""
        value = self.text(key, default)
        if value not in allowed:
            raise _RowFaultError(key, f"应是 {'、'.join(filter(None, allowed))} 之一")
        return value

    def _get(self, key: str, default: object) -> Any:  # noqa: ANN401 - values of any form, checked by the caller
        self._read.add(key)
        return self._values.get(key, default)


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST


def _department(short: str, table: _Table) -> Department:
    return Department(table.text("short", short), table.text("name"), table.text("phone", ""))


def _everyday(_word: str, table: _Table) -> tuple[MatterId, ...]:
    table.text("word")
    return tuple(MatterId(key) for key in table.texts("matters"))


def _source(_source_id: str, table: _Table) -> SourceRow:
    return SourceRow(table.text("title"), table.text("address", ""), table.text("trust"))


def _fact(fact: str, table: _Table) -> FactRow:
    return FactRow(
        fact=fact,
        label=table.text("label"),
        kind=table.one_of("kind", ("yes_no", "choice", "number"), "yes_no"),
        given=table.flag("given"),
        tile=table.text("tile", ""),
        hint=table.text("hint", ""),
        values=table.texts("values"),
        true_when=table.rule("true_when"),
        false_when=table.rule("false_when"),
        ask_when=table.rule("ask_when"),
        basis=table.text("basis", ""),
    )


def _matter(matter_id: str, table: _Table) -> MatterRow:
    name = table.text("name")
    return MatterRow(
        matter_id=MatterId(matter_id),
        name=name,
        short=table.text("short_name", name),
        department=table.text("department"),
        mode=Mode(table.one_of("mode", [mode.value for mode in Mode])),
        when=table.rule("when"),
        otherwise=table.text("otherwise", ""),
        unknown=table.text("unknown", ""),
        fields=table.texts("fields"),
        materials=tuple(MaterialId(key) for key in table.texts("materials")),
        legal=table.limit("legal"),
        promised=table.limit("promised"),
        counts_from=table.one_of("counts_from", ("taken_in", "death"), "taken_in"),
        due_words=table.text("due_words", ""),
        result=table.text("result"),
        follow_up=table.text("follow_up", ""),
        basis=table.text("basis"),
        basis_ref=table.texts("basis_ref"),
        weak=table.flag("weak"),
        enabled=table.flag("enabled", default=True),
        extension=table.flag("extension"),
        via=table.one_of("via", ("", "employer"), "") or None,
        automatic_part=table.text("automatic_part", "") or None,
        after=tuple(MatterId(key) for key in table.texts("after")),
        alternative_to=tuple(MatterId(key) for key in table.texts("alternative_to")),
    )


def _field(field_id: str, table: _Table) -> FieldRow:
    inputs = tuple(_input(_Table(row)) for row in table.tables("inputs"))
    return FieldRow(field_id, table.text("label"), inputs, table.text("standard", ""))


INPUT_KINDS = (
    "text",
    "digits",
    "phone",
    "document_number",
    "date",
    "datetime",
    "time",
    "choice",
    "bank",
    "account",
    "address",
    "multi_choice",
    "structured",
)


_NOT_TYPED = ("deceased.facts", "matters")
"""Places of a form whose values are touched elsewhere."""


def _input(table: _Table) -> InputRow:
    row = InputRow(
        path=_place(table.text("path")),
        label=table.text("label"),
        kind=table.one_of("kind", INPUT_KINDS),
        hint=table.text("hint", ""),
        choices=table.one_of("choices", ("", *CHOICES), ""),
        required=table.flag("required", default=True),
        spared_when=table.rule("spared_when"),
        spared_words=table.text("spared_words", ""),
    )
    if table.unread():
        raise _RowFaultError(row.path, f"里有不认识的键 {'、'.join(table.unread())}")
    return row


def _place(path: str) -> str:
    """Find the place of a value: the person a service is about lies where the deceased of the first service does."""
    place = f"deceased.{path.removeprefix('subject.')}" if path.startswith("subject.") else path
    if place not in _NOT_TYPED and not can_type(place):
        raise _RowFaultError(path, "不是办件里能填的地方")
    return place


def _material(material_id: str, table: _Table) -> MaterialRow:
    return MaterialRow(
        material_id=MaterialId(material_id),
        name=table.text("name"),
        conditional=table.flag("conditional"),
        when=table.rule("when"),
        form=table.text("form"),
        issuer=table.text("issuer"),
        missing_words=table.text("missing_words"),
        may_share=table.flag("may_share"),
        may_promise=table.flag("may_promise"),
        may_defer=table.flag("may_defer"),
        defer_working_days=table.number("defer_working_days", 10),
        defer_words=table.text("defer_words", ""),
        card_of=table.one_of("card_of", ("", "subject", "applicant"), ""),
        signed_here=table.flag("signed_here"),
        named=tuple(_material_name("named", _Table(row)) for row in table.tables("named")),
    )


def _material_name(key: str, table: _Table) -> MaterialName:
    words = map(table.text, ("name", "form", "issuer", "missing_words"))
    row = MaterialName(table.rule("when"), *words)
    if table.unread():
        raise _RowFaultError(key, f"里有不认识的键 {'、'.join(table.unread())}")
    return row
