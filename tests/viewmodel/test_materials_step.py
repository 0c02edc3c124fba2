"""Step d, 材料."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfWriter
from wizard_rig import Rig, fill_materials, open_rig, walk_to

from kiosk.domain.application import decode
from kiosk.errors import StoreError
from kiosk.ids import AttachmentId
from ui.viewmodels.materials import MaterialRow
from ui.viewmodels.new_case import NewCaseViewModel


def _row(wizard: NewCaseViewModel, material: str) -> MaterialRow:
    return next(row for row in wizard.materials.material_rows() if row.materialId == material)


def _at_step(rig: Rig) -> NewCaseViewModel:
    wizard = rig.wizard()
    walk_to(wizard, 3)
    return wizard


def test_cards_that_were_read_are_materials_already(rig: Rig) -> None:
    """At most seven tiles, the two identity cards done, one tile waiting."""
    wizard = _at_step(rig)
    rows = wizard.materials.material_rows()
    assert len(rows) <= 7
    assert _row(wizard, "deceased_id").badge == "已有"
    assert sum(row.first for row in rows) == 1
    assert wizard.materials.title == f"材料还差 {sum(row.missing for row in rows)} 样"


def test_a_photographed_page_is_counted_and_can_be_taken_away(rig: Rig) -> None:
    """The bytes lie in the store with the draft; without the last page the tile is missing again."""
    wizard = _at_step(rig)
    wizard.materials.pages.capture("household_register")
    wizard.materials.pages.capture("household_register")
    row = _row(wizard, "household_register")
    assert row.badge == "已拍 2 页"
    assert row.pages == 2
    for _ in range(2):
        wizard.materials.pages.view("household_register")
        wizard.materials.pages.remove()
    assert _row(wizard, "household_register").missing


def test_ten_touches_on_the_camera_keep_one_page(rig: Rig) -> None:
    """While one page is being kept, no other is taken."""
    wizard = _at_step(rig)
    rig.tasks.held = True
    for _ in range(10):
        wizard.materials.pages.capture("household_register")
    assert wizard.materials.pages.busy == "household_register"
    assert wizard.hint == "正在存这一页"
    rig.tasks.held = False
    rig.tasks.work()
    assert _row(wizard, "household_register").pages == 1


def _choose(rig: Rig, wizard: NewCaseViewModel, material: str, name: str, data: bytes) -> None:
    """Put a file into the scan folder and choose it."""
    (rig.import_folder / name).write_bytes(data)
    wizard.materials.pages.openFiles(material)
    listed = next(row for row in wizard.materials.pages._files.rows() if row.name == name)
    wizard.materials.pages.chooseFile(listed.fileId)


def _picture(kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (300, 400), "white").save(file, kind)
    return file.getvalue()


def _pdf(pages: int) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 300)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def test_a_file_is_chosen_from_the_scan_folder(rig: Rig) -> None:
    """Pictures and PDF are listed; nothing else is, and no path leads to anything."""
    wizard = _at_step(rig)
    pages = wizard.materials.pages
    (rig.import_folder / "b.txt").write_text("x")
    (rig.import_folder / "a.png").write_bytes(_picture())
    pages.openFiles("death_certificate")
    (listed,) = pages._files.rows()
    assert listed.name == "a.png"
    pages.chooseFile("../secret")
    assert _row(wizard, "death_certificate").missing
    pages.openFiles("death_certificate")
    pages.chooseFile(listed.fileId)
    assert _row(wizard, "death_certificate").pages == 1
    assert pages.choosingFile == ""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not a picture", "CAS-06"),
        (b"\xff\xd8\xff but nothing behind it", "CAS-04"),
        (_pdf(30), "CAS-10"),
        (b"%PDF-" + b"0" * (20 << 20), "CAS-05"),
    ],
    ids=["another kind", "damaged", "thirty pages", "too large"],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(rig: Rig, data: bytes, code: str) -> None:
    """The tile stays missing, and the next good file is taken."""
    wizard = _at_step(rig)
    _choose(rig, wizard, "death_certificate", "a.jpg", data)
    assert code in wizard.materials.pages.notice
    assert _row(wizard, "death_certificate").missing
    _choose(rig, wizard, "death_certificate", "b.jpg", _picture("JPEG"))
    assert wizard.materials.pages.notice == ""
    assert _row(wizard, "death_certificate").pages == 1


def test_each_page_of_a_file_can_be_looked_at(rig: Rig) -> None:
    """Small ones on the tile, at most four; large ones one after the other; the file goes as a whole."""
    wizard = _at_step(rig)
    pages = wizard.materials.pages
    _choose(rig, wizard, "household_register", "a.pdf", _pdf(6))
    row = _row(wizard, "household_register")
    assert row.pages == 6
    assert len(row.thumbnails) == 4
    assert _size_of(row.thumbnails[0]) == (160, 240)
    pages.view("household_register")
    assert pages.viewing == "户口簿"
    assert pages.position.startswith("第 1 页，共 6 页")
    assert _size_of(pages.large) == (1067, 1600)
    assert not pages.hasPrevious
    assert not pages.canRetake
    pages.turn(5)
    assert pages.position.startswith("第 6 页")
    assert not pages.hasNext
    assert pages.removeText == "去掉这个文件（6 页）"
    pages.remove()
    assert pages.viewing == ""
    assert _row(wizard, "household_register").missing


def test_a_page_taken_again_takes_the_place_of_the_old_one(rig: Rig) -> None:
    """The others stay where they were, and the old picture is out of the store."""
    wizard = _at_step(rig)
    pages = wizard.materials.pages
    for _ in range(3):
        pages.capture("household_register")
    before = _attachments(rig, wizard)
    pages.view("household_register")
    pages.turn(1)
    pages.retake()
    after = _attachments(rig, wizard)
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, True]
    assert pages.position.startswith("第 2 页，共 3 页")
    with pytest.raises(StoreError):
        rig.services.pages.picture(before[1], 0, 100)


def test_the_pages_of_a_resumed_draft_are_shown_again(rig: Rig) -> None:
    """Nothing has to be captured twice."""
    wizard = _at_step(rig)
    wizard.materials.pages.capture("household_register")
    shown = _row(wizard, "household_register").thumbnails
    again = rig.wizard(rig.services.intake.resume(wizard._case.draft.case_id))
    assert _row(again, "household_register").thumbnails == shown
    assert shown[0].startswith("data:image/jpeg;base64,")


def _attachments(rig: Rig, wizard: NewCaseViewModel) -> list[AttachmentId]:
    kept = decode(rig.services.intake.resume(wizard._case.draft.case_id).application).attachments
    return [entry.attachment_id for entry in kept if entry.attachment_id]


def _size_of(address: str) -> tuple[int, int]:
    return Image.open(BytesIO(b64decode(address.partition(",")[2]))).size


def test_an_empty_scan_folder_says_what_to_do(rig: Rig) -> None:
    """No list, one sentence."""
    wizard = _at_step(rig)
    wizard.materials.pages.openFiles("death_certificate")
    assert "扫描文件夹" in wizard.materials.pages.notice


def test_a_material_may_follow_until_a_day(rig: Rig) -> None:
    """Ten working days from Wednesday 18 November are proposed, another day can be chosen, and the tile says it."""
    wizard = _at_step(rig)
    assert _row(wizard, "cremation_certificate").follows == "12 月 2 日前补交"
    wizard.materials.decide("cremation_certificate", "deferred")
    row = _row(wizard, "cremation_certificate")
    assert (row.badge, row.fact, row.follows) == ("容缺", "12 月 2 日前补交", "")
    wizard.materials.openDeferral("cremation_certificate")
    assert wizard.materials.deferring == "火化证明"
    assert "12 月 2 日" in wizard.materials.calendar.chosenText
    wizard.materials.defer()
    assert _row(wizard, "cremation_certificate").fact == "12 月 2 日前补交"
    wizard.materials.openDeferral("cremation_certificate")
    wizard.materials.calendar.choose("2026-12-01")
    assert "12 月 1 日前补交" in _row(wizard, "cremation_certificate").fact
    wizard.materials.undo("cremation_certificate")
    assert _row(wizard, "cremation_certificate").missing


def test_a_draft_taken_up_after_the_day_a_material_was_to_follow_lacks_it_again(rig: Rig) -> None:
    """A day that has passed is no promise; a new one is proposed."""
    wizard = _at_step(rig)
    wizard.materials.openDeferral("cremation_certificate")
    wizard.materials.calendar.choose("2026-11-20")
    rig.clock.pass_by(days=2)
    on_the_day = rig.wizard(rig.services.intake.resume(wizard._case.draft.case_id))
    assert _row(on_the_day, "cremation_certificate").badge == "容缺"
    rig.clock.pass_by(days=1)
    again = rig.wizard(rig.services.intake.resume(wizard._case.draft.case_id))
    assert _row(again, "cremation_certificate").missing
    again.materials.openDeferral("cremation_certificate")
    assert "12 月 7 日" in again.materials.calendar.chosenText


def test_a_promise_stands_in_for_a_material_where_the_catalogue_allows(rig: Rig) -> None:
    """The tile says so, and it can be taken back."""
    wizard = _at_step(rig)
    able = next(row for row in wizard.materials.material_rows() if row.canPromise)
    wizard.materials.decide(able.materialId, "promised")
    assert _row(wizard, able.materialId).badge == "承诺"
    wizard.materials.undo(able.materialId)
    assert _row(wizard, able.materialId).missing


def test_with_all_there_the_step_is_complete(rig: Rig) -> None:
    """The title says so."""
    wizard = _at_step(rig)
    fill_materials(wizard)
    assert wizard.materials.title == "材料齐了"
    assert wizard.ready


def test_without_a_camera_no_picture_is_offered(tmp_path: Path) -> None:
    """Files still are."""
    with open_rig(tmp_path, camera=False) as rig:
        wizard = _at_step(rig)
        assert not any(row.canCapture for row in wizard.materials.material_rows())
