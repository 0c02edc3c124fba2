"""The pages of the materials: taking them, showing them, taking them again, taking them away."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from kiosk.domain import fill
from kiosk.domain.application import AttachmentEntry
from kiosk.domain.case import Attachment
from kiosk.errors import KioskError
from kiosk.ids import AttachmentId, MaterialId
from kiosk.ports.pages import ImportFile
from ui.desk import Desk
from ui.qml_element import qml_element
from ui.rows import Rows
from ui.typed_property import Property
from ui.viewmodels.words import explain
from ui.viewmodels.working_case import WorkingCase

_MOST_FILES = 40
_MOST_THUMBNAILS = 4
_THUMBNAIL = 240
_LARGE = 1600
_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class FileRow:
    """A file that can be chosen."""

    fileId: str
    name: str
    detail: str


class _Page(NamedTuple):
    """One page of a file; `page` is counted from 0."""

    attachment_id: AttachmentId
    page: int


@qml_element
class CapturedPages(QObject):
    """Captured and imported files, page by page.

    One page is taken at a time. Pictures are made on the worker and cross the border as `data:` addresses; they live as
    long as the case is open here.
    """

    changed = Signal()

    def __init__(self, case: WorkingCase, desk: Desk) -> None:
        super().__init__()
        self._case = case
        self._desk = desk
        self._say = case.say
        self._files: Rows[FileRow] = Rows(FileRow, self)
        self._busy: MaterialId | None = None
        self._choosing_file: MaterialId | None = None
        self._viewing: MaterialId | None = None
        self._at = 0
        self._large: tuple[_Page, str] | None = None
        self._thumbnails: dict[_Page, str] = {}
        self._notice = ""
        case.changed.connect(self._refresh)
        # What does not start now says so when it is needed.
        desk.tasks.run(lambda services: services.pages.prepare(), lambda _: None, lambda _: None)
        self._refresh()

    # ---- what the tiles ask
    def thumbnails(self, material: MaterialId) -> list[str]:
        """Give the first pages of a material; an empty one is still being made."""
        return [self._thumbnails.get(page, "") for page in self._pages_of(material)[:_MOST_THUMBNAILS]]

    # ---- what a person does
    @Slot(str)
    def capture(self, material_id: str) -> None:
        """Photograph one page."""
        frames = self._desk.parts.frames
        if frames is not None:
            self._keep(MaterialId(material_id), lambda: frames.capture(material_id), None)

    @Slot(str)
    def openFiles(self, material_id: str) -> None:
        """List the files that can be chosen; an empty id closes the list."""
        self._choosing_file = MaterialId(material_id) if material_id else None
        self._notice = ""
        self._files.show(())
        if material_id:
            self._desk.tasks.run(lambda _services: self._desk.parts.imports.list(), self._listed)
        self.changed.emit()

    @Slot(str)
    def chooseFile(self, file_id: str) -> None:
        """Take a file of the list."""
        material = self._choosing_file
        if material:
            self.openFiles("")
            self._keep(material, lambda: self._desk.parts.imports.read(file_id), None)

    @Slot(str)
    def view(self, material_id: str) -> None:
        """Show the first page of a material large; an empty id shows the tiles again."""
        self._viewing = MaterialId(material_id) if material_id else None
        self._at = 0
        self._refresh()

    @Slot(int)
    def turn(self, steps: int) -> None:
        """Show a page further on, or further back."""
        self._at += steps
        self._refresh()

    @Slot()
    def retake(self) -> None:
        """Photograph the page that is shown anew; the old one goes when the new one is kept."""
        frames, page, material = self._desk.parts.frames, self._shown, self._viewing
        if frames is not None and page is not None and material:
            self._keep(material, lambda: frames.capture(material), page.attachment_id)

    @Slot()
    def remove(self) -> None:
        """Take away the file whose page is shown."""
        page = self._shown
        if page is not None and not self._busy:
            gone = page.attachment_id
            self._desk.tasks.run(
                lambda services: services.pages.remove(gone), lambda _: self._replace(gone, ()), self._not_kept
            )

    # ---- what is shown
    @Property(QObject, constant=True)
    def files(self) -> QObject:
        """Files that can be chosen."""
        return self._files

    @Property(str, notify=changed)
    def choosingFile(self) -> str:
        """Name of the material a file is chosen for, empty when none is."""
        return self._name(self._choosing_file)

    @Property(str, notify=changed)
    def busy(self) -> str:
        """Id of the material a page is being kept for, empty when none is."""
        return self._busy or ""

    @Property(str, notify=changed)
    def notice(self) -> str:
        """Why the last page was not kept."""
        return self._notice

    @Property(str, notify=changed)
    def viewing(self) -> str:
        """Name of the material whose pages are shown, empty when none are."""
        return self._name(self._viewing)

    @Property(str, notify=changed)
    def position(self) -> str:
        """Which page is shown, and which matters it serves."""
        if self._viewing is None:
            return ""
        needed_by = next(
            (need.needed_by for need in self._case.assessment.materials if need.material_id == self._viewing), ()
        )
        return self._say(
            "new_case.materials.position",
            page=self._at + 1,
            pages=len(self._pages_of(self._viewing)),
            matters=len(needed_by),
        )

    @Property(str, notify=changed)
    def large(self) -> str:
        """The picture of the page that is shown, empty while it is being made."""
        return self._large[1] if self._large and self._large[0] == self._shown else ""

    @Property(bool, notify=changed)
    def hasPrevious(self) -> bool:
        """Whether there is a page before the one that is shown."""
        return self._at > 0

    @Property(bool, notify=changed)
    def hasNext(self) -> bool:
        """Whether there is a page after it."""
        return self._viewing is not None and self._at + 1 < len(self._pages_of(self._viewing))

    @Property(bool, notify=changed)
    def canRetake(self) -> bool:
        """Whether the page that is shown is a file of its own and there is a camera."""
        return self._desk.parts.frames is not None and self._pages_of_file == 1

    @Property(str, notify=changed)
    def removeText(self) -> str:
        """What goes with the page that is shown."""
        key = "remove_page" if self._pages_of_file == 1 else "remove_file"
        return self._say(f"new_case.materials.{key}", pages=self._pages_of_file)

    # ---- inside
    @property
    def _shown(self) -> _Page | None:
        pages = self._pages_of(self._viewing) if self._viewing else ()
        return pages[self._at] if self._at < len(pages) else None

    @property
    def _pages_of_file(self) -> int:
        shown = self._shown
        entries = self._case.application.attachments
        return next((entry.pages for entry in entries if shown and entry.attachment_id == shown.attachment_id), 0)

    def _pages_of(self, material: MaterialId) -> tuple[_Page, ...]:
        return tuple(
            _Page(entry.attachment_id, page)
            for entry in self._case.application.attachments
            if entry.material == material and entry.attachment_id
            for page in range(entry.pages)
        )

    def _name(self, material: MaterialId | None) -> str:
        return next((need.name for need in self._case.assessment.materials if need.material_id == material), "")

    def _listed(self, files: Sequence[ImportFile]) -> None:
        self._files.show([self._file_row(file) for file in files[:_MOST_FILES]])
        if not files:
            self._notice = self._say("new_case.materials.no_files")
        self.changed.emit()

    def _file_row(self, file: ImportFile) -> FileRow:
        size = f"{file.size // _MEGABYTE} MB" if file.size >= _MEGABYTE else f"{max(1, file.size // 1024)} KB"
        place = self._say("new_case.materials.on_stick", place=file.place) if file.place else ""
        return FileRow(file.id, file.name, place + size)

    def _keep(self, material: MaterialId, take: Callable[[], bytes], instead_of: AttachmentId | None) -> None:
        if self._busy:
            return
        self._busy = material
        self._notice = ""
        case_id = self._case.draft.case_id
        self._desk.tasks.run(
            lambda services: services.pages.add(case_id, material, take()),
            lambda attachment: self._kept(attachment, instead_of),
            self._not_kept,
        )
        self.changed.emit()

    def _kept(self, attachment: Attachment, instead_of: AttachmentId | None) -> None:
        self._busy = None
        entry = AttachmentEntry(
            material=attachment.material_id,
            attachment_id=AttachmentId(attachment.attachment_id),
            media_type=attachment.media_type,
            pages=attachment.pages,
        )
        if instead_of:
            self._replace(instead_of, (entry,))
            self._desk.tasks.run(lambda services: services.pages.remove(instead_of), lambda _: None, self._not_kept)
            return
        application = fill.choose_material(self._case.application, attachment.material_id, None)
        self._case.change(msgspec.structs.replace(application, attachments=(*application.attachments, entry)))
        self._refresh()

    def _replace(self, gone: AttachmentId, entries: tuple[AttachmentEntry, ...]) -> None:
        """Put these in place of a file; a file that is gone from the case is swept away when the case is taken in."""
        application = self._case.application
        left = tuple(
            kept for entry in application.attachments for kept in (entries if entry.attachment_id == gone else (entry,))
        )
        self._case.change(msgspec.structs.replace(application, attachments=left))
        self._refresh()

    def _not_kept(self, error: KioskError) -> None:
        self._busy = None
        self._notice = explain(error, self._desk)
        self.changed.emit()

    @Slot()
    def _refresh(self) -> None:
        """Stay on a page that is there, and have pictures made that are not."""
        if self._viewing:
            last = len(self._pages_of(self._viewing)) - 1
            self._at = max(0, min(self._at, last))
            if last < 0:
                self._viewing = None
        materials = dict.fromkeys(entry.material for entry in self._case.application.attachments)
        wanted = {page for material in materials for page in self._pages_of(material)[:_MOST_THUMBNAILS]}
        self._thumbnails = {page: url for page, url in self._thumbnails.items() if page in wanted}
        for page in wanted - self._thumbnails.keys():
            self._thumbnails[page] = ""
            self._ask(page, _THUMBNAIL, self._thumbnail_made)
        shown = self._shown
        if shown is None:
            self._large = None
        elif self._large is None or self._large[0] != shown:
            self._large = (shown, "")
            self._ask(shown, _LARGE, self._large_made)
        self.changed.emit()

    def _ask(self, page: _Page, long_side: int, made: Callable[[_Page, str], None]) -> None:
        self._desk.tasks.run(
            lambda services: _address(services.pages.picture(page.attachment_id, page.page, long_side)),
            lambda address: made(page, address),
            self._not_kept,
        )

    def _thumbnail_made(self, page: _Page, address: str) -> None:
        if page in self._thumbnails:
            self._thumbnails[page] = address
            self.changed.emit()

    def _large_made(self, page: _Page, address: str) -> None:
        if page == self._shown:
            self._large = (page, address)
            self.changed.emit()


def _address(jpeg: bytes) -> str:
    return "data:image/jpeg;base64," + b64encode(jpeg).decode()
