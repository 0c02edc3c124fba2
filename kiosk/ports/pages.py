"""Files handed over as materials: where they are found, and what may be kept of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

MAX_FILE_MB = 20
"""Of a file as it is handed over, and of what is kept of it."""
MAX_PAGES = 20
"""Of one PDF."""
MAX_MEGAPIXELS = 64
"""Of one picture: more than the cameras of counters and telephones give."""

MediaType = Literal["image/jpeg", "application/pdf"]


@dataclass(frozen=True)
class CleanFile:
    """A file made anew from the pixels of another: nothing of the other but its looks."""

    media_type: MediaType
    pages: int
    data: bytes = field(repr=False)
    sha256: str = field(init=False)
    """Counted when the file is made, so that taking in a case does not wait for it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.data).hexdigest())


class PageCleaner(Protocol):
    """Reads files of unknown origin where they can do no harm. Called on one thread at a time."""

    def prepare(self) -> None:
        """Get ready without waiting, so that the first file takes no longer than the others."""

    def clean(self, data: bytes) -> CleanFile:
        """Make a JPEG, PNG or PDF anew: a picture as JPEG, a PDF as one of pictures.

        Raises:
            InputError: ATTACHMENT_UNREADABLE, _TOO_LARGE, _KIND, _TOO_MANY_PAGES, _TOO_MANY_PIXELS, _LOCKED, _HARMFUL.
        """

    def picture(self, data: bytes, page: int, long_side: int) -> bytes:
        """Give a page (counted from 0) of a clean file as JPEG, its longer side at most `long_side` pixels.

        Raises:
            InputError: as `clean`.
        """


class ImportFile(NamedTuple):
    """A file that can be taken: `id` is for `read`, `name` for people, `size` in bytes.

    `place` names the stick it lies on; it is empty for the scanner's folder.
    """

    id: str
    name: str
    size: int
    place: str = ""


class ImportSource(Protocol):
    """A place where a scanner or a person leaves files."""

    def list(self) -> Sequence[ImportFile]:
        """List the files that can be taken, the newest first; none when the place cannot be read."""

    def read(self, file_id: str) -> bytes:
        """Give a file's bytes.

        Raises:
            InputError: ATTACHMENT_UNREADABLE when it is gone or no file, ATTACHMENT_TOO_LARGE.
        """
