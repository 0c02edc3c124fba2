"""What the hub and a department say to each other, whoever carries it.

Hand-overs go out, statements come back. The training clerk and the HTTP connector stand behind the same interface.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Protocol

import msgspec
from msgspec import Meta, Struct

from kiosk.domain.case import MatterState
from sync.feed_bodies import ResultDocument
from sync.messages import (
    Count,
    Cursor,
    Moment,
    Ordinal,
    Sha256,
    Uuid,
    Words,
)

_REASON_MAX = 100
Id = Annotated[str, Meta(max_length=64)]
Day = Annotated[str, Meta(max_length=40)]


class _Message(Struct, frozen=True, kw_only=True):
    """Common shape: immutable, contents kept out of `repr`."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


class HandedMaterial(_Message, frozen=True, kw_only=True):
    """A material that the matter needs; `status` is a `MaterialStatus`."""

    material_id: Id
    name: str
    status: str


class HandedFile(_Message, frozen=True, kw_only=True):
    """A file of such a material. Its bytes follow when the department asks for them."""

    attachment_id: Uuid
    material_id: Id
    media_type: str
    size: Count
    sha256: Sha256
    pages: Count


class HandOver(_Message, frozen=True, kw_only=True):
    """A matter for its department, with no field that the matter does not need.

    `case_id`, `matter_id` and `rev` name it for ever: the same again has the same content. `kind` is `opened`,
    `corrected`, `withdrawn` or `reopened`; a later `rev` takes the place of an earlier one.
    """

    case_id: Uuid
    matter_id: Id
    rev: Ordinal
    kind: str
    case_number: str
    official_number: str | None
    service: str
    catalog_version: str
    matter: str
    department: str
    taken_in_at: Moment
    due: str | None
    fields: dict[str, Any]
    """Path in the application (`deceased.name`) → value, of the fields that the catalogue names for the matter."""
    materials: tuple[HandedMaterial, ...] = ()
    attachments: tuple[HandedFile, ...] = ()


class HandOverAnswer(_Message, frozen=True, kw_only=True):
    """The department has it; `missing` are the files whose bytes it does not have yet."""

    missing: tuple[Uuid, ...] = ()


class Statement(_Message, frozen=True, kw_only=True):
    """What a department says of a matter.

    With `correction_requested`, `due` is by when, `fields` and `materials` what is wanted; else `due` is the
    department's own day. `in_progress` with `results` is a part result.
    """

    case_id: Uuid
    matter_id: Id
    state: MatterState
    words: Words = ""
    due: Day | None = None
    fields: Annotated[tuple[Id, ...], Meta(max_length=40)] = ()
    materials: Annotated[tuple[Id, ...], Meta(max_length=40)] = ()
    results: Annotated[tuple[ResultDocument, ...], Meta(max_length=20)] = ()


class DeathRegistered(_Message, frozen=True, kw_only=True):
    """A death was registered: what needs no application begins by itself. `facts` are those that the roll knows."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    document_type: Annotated[str, Meta(max_length=10)] = "111"
    document_number: Annotated[str, Meta(min_length=1, max_length=30)]
    death_at: Day
    sex: str | None = None
    birth: str | None = None
    certificate_number: Annotated[str, Meta(max_length=60)] | None = None
    facts: dict[str, bool] = {}


class NewsLine(_Message, frozen=True, kw_only=True):
    """One line of a department's feed: a statement or a death."""

    seq: Ordinal
    statement: Statement | None = None
    death: DeathRegistered | None = None


class News(_Message, frozen=True, kw_only=True):
    """A page of a department's feed, oldest first."""

    lines: tuple[NewsLine, ...]
    next_cursor: Cursor
    has_more: bool


class UnreadLine(NewsLine, frozen=True, kw_only=True):
    """A line that the hub cannot take; `reason` says why and where in it, and nothing of what stands there."""

    reason: str


class _Page(_Message, frozen=True, kw_only=True):
    """A page of news whose lines are still to be read, each for itself."""

    lines: tuple[msgspec.Raw, ...]
    next_cursor: Cursor
    has_more: bool


class _Numbered(Struct, frozen=True):
    seq: Ordinal


def read_news(body: bytes, cursor: str) -> News:
    """Read a page behind a cursor; a line that cannot be read stands in it as an `UnreadLine`.

    Its place is its own number, or the one behind the line before where that cannot be read. A line whose number is not
    behind that one moves nothing, and a page of nothing else is the last for now.

    Raises:
        DecodeError, UnicodeDecodeError, RecursionError: it is no page at all.
    """
    page = msgspec.json.decode(body, type=_Page)
    lines: list[NewsLine] = []
    place = start = int(cursor or 0)
    for raw in page.lines:
        lines.append(_read_line(raw, place))
        place = lines[-1].seq
    return News(lines=tuple(lines), next_cursor=page.next_cursor, has_more=page.has_more and place > start)


def _read_line(raw: msgspec.Raw, before: int) -> NewsLine:
    seq = before + 1
    try:
        seq = msgspec.json.decode(raw, type=_Numbered).seq
        if seq <= before:
            return UnreadLine(seq=before, reason="number_not_behind")
        line = msgspec.json.decode(raw, type=NewsLine)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        _, at, place = str(exc).rpartition(" - at `")
        return UnreadLine(seq=seq, reason=f"{type(exc).__name__} {place.rstrip('`') if at else '$'}"[:_REASON_MAX])
    if line.statement is None and line.death is None:
        return UnreadLine(seq=seq, reason="says_nothing")
    return line


class ConnectorError(Exception):
    """A department cannot be reached or does not take it; it is tried again.

    Attributes:
        code: why, for the hub's staff; nothing of a person.
        retry_after_s: the department's own wish.
    """

    def __init__(self, code: str, retry_after_s: float | None = None) -> None:
        """Say why."""
        super().__init__(code)
        self.code = code
        self.retry_after_s = retry_after_s


class ResultError(ConnectorError):
    """A department does not give a document as it named it; the statement counts without it."""


class Connector(Protocol):
    """The way to a department. One thread at a time.

    Every call may be repeated with the same effect as once. What fails raises `ConnectorError`, and is tried again.
    """

    poll_s: float
    """How long to wait before listening again."""

    def hand_over(self, matter: HandOver, bytes_of: Callable[[str], bytes]) -> None:
        """Hand a matter over, with those of its files that the department still lacks."""

    def news(self, cursor: str) -> News:
        """Give what the department has said after a cursor; the empty one is the beginning.

        A line of it that cannot be read is an `UnreadLine` at its place.
        """

    def result(self, document: ResultDocument) -> bytes:
        """Fetch a result's bytes, checked against its hash.

        Raises:
            ResultError: it is another document, or there is none; asked again it would be the same.
        """


_READY = msgspec.json.Decoder(tuple[HandOver, HandOverAnswer, News, UnreadLine, _Page, _Numbered])  # decision 28
