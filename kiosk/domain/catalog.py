"""The catalogue of a service as values: departments, facts, matters, fields and materials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.domain.assessment import Limit, Mode
from kiosk.domain.rules import Rule
from kiosk.ids import MaterialId, MatterId


@dataclass(frozen=True)
class Department:
    """部门. `short` is the word on screens and papers (公安)."""

    short: str
    name: str
    phone: str = ""


@dataclass(frozen=True)
class SourceRow:
    """Where a row's basis can be read, and how far it may be trusted."""

    title: str
    address: str
    trust: str


@dataclass(frozen=True)
class FactRow:
    """A fact that rules speak of.

    Attributes:
        kind: `yes_no`, `choice` or `number`.
        given: the program computes it from the application; else it is answered, or follows from others.
        tile: the words to tap when it holds; without them it is never asked.
        values: what a choice may be.
    """

    fact: str
    label: str
    kind: str
    given: bool = False
    tile: str = ""
    hint: str = ""
    values: tuple[str, ...] = ()
    true_when: Rule = ()
    false_when: Rule = ()
    ask_when: Rule = ()
    basis: str = ""


@dataclass(frozen=True)
class MatterRow:
    """事项: one line of the catalogue."""

    matter_id: MatterId
    name: str
    short: str
    department: str
    mode: Mode
    when: Rule
    otherwise: str
    unknown: str
    fields: tuple[str, ...]
    materials: tuple[MaterialId, ...]
    legal: Limit | None
    promised: Limit | None
    counts_from: str
    due_words: str
    result: str
    follow_up: str
    basis: str
    basis_ref: tuple[str, ...]
    weak: bool
    enabled: bool
    extension: bool
    via: str | None
    automatic_part: str | None
    after: tuple[MatterId, ...]
    alternative_to: tuple[MatterId, ...]


@dataclass(frozen=True)
class InputRow:
    """One box of a form field: where its value lies and how it is typed."""

    path: str
    label: str
    kind: str
    hint: str = ""
    choices: str = ""
    required: bool = True
    spared_when: Rule = ()
    spared_words: str = ""


@dataclass(frozen=True)
class FieldRow:
    """要素: one of the form's fields."""

    field_id: str
    label: str
    inputs: tuple[InputRow, ...]
    standard: str = ""


@dataclass(frozen=True)
class MaterialName:
    """What a material is called, looks like and comes from where its rule holds (宣告死亡的判决书)."""

    when: Rule
    name: str
    form: str
    issuer: str
    missing_words: str


@dataclass(frozen=True)
class MaterialRow:
    """材料. `conditional` ones are needed only when their rule holds, the others unless it is known not to."""

    material_id: MaterialId
    name: str
    conditional: bool
    when: Rule
    form: str
    issuer: str
    missing_words: str
    may_share: bool = False
    may_promise: bool = False
    may_defer: bool = False
    defer_working_days: int = 10
    defer_words: str = ""
    card_of: str = ""
    signed_here: bool = False
    named: tuple[MaterialName, ...] = ()
    """Other names; the first whose rule holds counts."""


@dataclass(frozen=True)
class Subject:
    """The person that a service is about.

    Attributes:
        word: on screens and papers (逝者, 老人).
        living: they are alive and may apply themselves.
        parting: the last line on papers; may be empty.
        repeat_days: a second case of the same person within so many days, counted between the deaths or for the living
            between the takings-in, is a duplicate; 0 never asks.
    """

    word: str
    living: bool
    parting: str
    repeat_days: int


@dataclass(frozen=True)
class ServiceCatalog:
    """One service: everything the rules need, in the order of the files."""

    service: str
    name: str
    version: str
    subject: Subject
    promise_working_days: int
    common_fields: tuple[str, ...]
    application_fields: tuple[str, ...]
    application_materials: tuple[MaterialId, ...]
    departments: Mapping[str, Department]
    sources: Mapping[str, SourceRow]
    facts: Mapping[str, FactRow]
    matters: Mapping[MatterId, MatterRow]
    fields: Mapping[str, FieldRow]
    materials: Mapping[MaterialId, MaterialRow]
    everyday: Mapping[str, tuple[MatterId, ...]]
    """What people call it (丧葬费, 销户) → the matters that are meant."""
    faults: tuple[str, ...] = ()
    """Faults of form found while reading, each with its place; the rest could be read."""
    files: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Where a row came from, by its kind and id: the file that spoke of it last."""

    def place(self, kind: str, row_id: str) -> str:
        """Name a row as faults name it: its file, its kind, its id."""
        return f"{self.files.get((kind, row_id), self.service)}: [[{kind}]] {row_id}"

    def fields_of(self, matter: MatterRow) -> tuple[str, ...]:
        """List the fields a matter needs, in the form's order."""
        wanted = {*self.common_fields, *matter.fields}
        if matter.mode is Mode.APPLICATION:
            wanted |= set(self.application_fields)
        return tuple(field_id for field_id in self.fields if field_id in wanted)

    def materials_of(self, matter: MatterRow) -> tuple[MaterialId, ...]:
        """List the materials a matter may need, in the catalogue's order."""
        wanted = set(matter.materials)
        if matter.mode in (Mode.APPLICATION, Mode.INQUIRY):
            wanted |= set(self.application_materials)
        return tuple(material_id for material_id in self.materials if material_id in wanted)


def version_with_pack(version: str, pack: int) -> str:
    """Write a catalogue's version with the number of the hub's pack that lies over it; 0 is none."""
    return f"{version}+{pack}" if pack else version


def pack_of(version: str) -> int:
    """Read the number of the hub's pack from a catalogue's version; 0 when it names none."""
    pack = version.rpartition("+")[2] if "+" in version else ""
    return int(pack[:16]) if pack.isascii() and pack.isdigit() else 0
