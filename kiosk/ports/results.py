"""Documents that departments give as results: what is known of them, and the bytes once they were fetched."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

RESULT_BYTES_MAX = 20 << 20
"""Of one document."""
RESULTS_KEPT_BYTES = 512 << 20
"""Of all documents that are kept here; those opened longest ago make room and can be fetched again."""


class ResultState(StrEnum):
    """Where a document is."""

    NAMED = "named"
    """At the hub; nobody here asked for it."""
    WANTED = "wanted"
    """Somebody asked; it comes with the next exchanges."""
    HERE = "here"
    """Whole and checked."""
    REFUSED = "refused"
    """The hub does not give it, or gives something else; asking again is allowed."""


@dataclass(frozen=True)
class ResultFile:
    """A document as people see it; `received` of its `size` bytes are here, `code` says why it was refused."""

    result_id: str
    matter_id: str
    name: str
    media_type: str
    size: int
    state: ResultState
    received: int
    code: str
    copies: int


@dataclass(frozen=True)
class WantedResult:
    """A document to fetch, from the byte `received` on."""

    result_id: str
    size: int
    sha256: str
    received: int


class ResultStore(Protocol):
    """The documents of the cases that were taken in here."""

    def of_case(self, case_number: str) -> list[ResultFile]:
        """List a case's documents, in the order in which they were named."""

    def want(self, result_id: str, actor: str, now: str) -> None:
        """Ask for a document that is not here; one that is here or on its way stays as it is.

        Raises:
            StoreError: CASE_NOT_FOUND, there is none of this id.
        """

    def read(self, result_id: str, actor: str, now: str) -> bytes:
        """Give a document's bytes; who looked is noted.

        Raises:
            StoreError: CASE_NOT_FOUND when it is not here; STORE_DAMAGED when it is not what was kept.
        """

    def note_printed(self, result_id: str, actor: str, now: str) -> int:
        """Count a copy and note in the journal who printed it; gives its number.

        Raises:
            StoreError: CASE_NOT_FOUND, there is none of this id.
        """


class ResultInbox(Protocol):
    """The same documents, as the sync worker fetches them."""

    def wanted(self) -> WantedResult | None:
        """Give the document that was asked for first, of those that are not whole."""

    def keep_part(self, result_id: str, part: bytes, now: str) -> None:
        """Keep the next bytes; with the last ones the whole is checked, and refused when it is another."""

    def refuse(self, result_id: str, code: str, now: str) -> None:
        """Keep why a document cannot be had; what was fetched of it goes."""
