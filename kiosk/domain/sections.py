"""A paper made of sections: what it says in reading order; the renderers in `kiosk.papers` find the places.

Nothing here shows in `repr`.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.paper import CopyMark, Letterhead, PaperKind, PersonLine, SheetKind, Signature

Fact = tuple[str, str]
"""A label and its value."""


@dataclass(frozen=True, repr=False)
class Heading:
    """The title of a section, with a count or a remark."""

    words: str
    remark: str = ""


@dataclass(frozen=True, repr=False)
class Paragraph:
    """Plain words; `small` ones are notes."""

    words: str
    strong: bool = False
    small: bool = False


@dataclass(frozen=True, repr=False)
class Persons:
    """People with their documents, and further facts below."""

    people: tuple[PersonLine, ...]
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, repr=False)
class Facts:
    """Labelled values; those that form a list do not stand abreast."""

    facts: tuple[Fact, ...]
    abreast: bool = True


@dataclass(frozen=True, repr=False)
class Column:
    """A column of a table: its head, and whether its cells are what one looks for."""

    title: str
    strong: bool = False


@dataclass(frozen=True, repr=False)
class Table:
    """Numbered rows. An emphasised row is one the family must act on."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    emphasised: frozenset[int] = frozenset()
    """Places of such rows, counted from 0."""


@dataclass(frozen=True, repr=False)
class Framed:
    """The one thing to remember; a paper has at most one."""

    label: str
    words: str


@dataclass(frozen=True, repr=False)
class Closing:
    """Notes, who signs, and under which words the seal goes; without words there is no place for a seal."""

    notes: tuple[str, ...]
    signatures: tuple[Signature, ...]
    seal: str = ""


Section = Heading | Paragraph | Persons | Facts | Table | Framed | Closing


@dataclass(frozen=True, repr=False)
class SectionedPaper:
    """Any paper that has no page design of its own."""

    kind: PaperKind | SheetKind
    head: Letterhead
    copy: CopyMark
    sections: tuple[Section, ...]
