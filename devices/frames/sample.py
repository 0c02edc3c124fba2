"""The camera of training mode: it sees the shipped sample pages."""

from __future__ import annotations

from pathlib import Path

from kiosk.errors import DeviceError, ErrorCode
from kiosk.paths import resource


class SampleFrames:
    """Gives sample pages one after the other, or the one that was laid under it.

    The pages are `resources/samples/pages/NN-<material>.jpg`; their ids are the materials' ids.
    """

    def __init__(self, name: str, folder: Path | None = None) -> None:
        """Find the shipped pages, or those of another folder."""
        self._name = name
        pages = sorted((folder or resource("samples/pages")).glob("*.jpg"))
        self._pages = {page.stem.partition("-")[2]: page for page in pages}
        self._next = 0

    @property
    def name(self) -> str:
        """The camera's name for people."""
        return self._name

    def pages(self) -> tuple[str, ...]:
        """List the pages' ids in the order in which they come."""
        return tuple(self._pages)

    def lay(self, page_id: str) -> None:
        """Lay a page under the camera; the next picture is of it.

        Raises:
            DeviceError: CAMERA_NO_PICTURE, there is no such page.
        """
        if page_id not in self._pages:
            raise DeviceError(ErrorCode.CAMERA_NO_PICTURE)
        self._next = self.pages().index(page_id)

    def capture(self, subject: str = "") -> bytes:
        """Take a picture of the page of this material, or of the one that lies there, as JPEG; go on to the next one.

        Raises:
            DeviceError: CAMERA_NO_PICTURE, the page is not there.
        """
        if not self._pages:
            raise DeviceError(ErrorCode.CAMERA_NO_PICTURE)
        if subject in self._pages:
            self.lay(subject)
        page = self._pages[self.pages()[self._next % len(self._pages)]]
        self._next += 1
        try:
            return page.read_bytes()
        except OSError as exc:
            raise DeviceError(ErrorCode.CAMERA_NO_PICTURE) from exc
