"""Step d, 材料."""

from __future__ import annotations

from pathlib import Path

from wizard_rig import Rig, fill_materials, open_rig, walk_to

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
    wizard.materials.capture("household_register")
    wizard.materials.capture("household_register")
    row = _row(wizard, "household_register")
    assert row.badge == "已拍 2 页"
    assert row.pages == 2
    wizard.materials.undo("household_register")
    wizard.materials.undo("household_register")
    assert _row(wizard, "household_register").missing


def test_ten_touches_on_the_camera_keep_one_page(rig: Rig) -> None:
    """While one page is being kept, no other is taken."""
    wizard = _at_step(rig)
    rig.tasks.held = True
    for _ in range(10):
        wizard.materials.capture("household_register")
    assert wizard.materials.busy == "household_register"
    assert wizard.hint == "正在存这一页"
    rig.tasks.held = False
    rig.tasks.work()
    assert _row(wizard, "household_register").pages == 1


def test_a_file_is_chosen_from_the_scan_folder(rig: Rig) -> None:
    """Pictures and PDF are listed, the newest first; nothing else is."""
    wizard = _at_step(rig)
    folder = rig.desk.parts.import_folder
    (folder / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 4_000)
    (folder / "b.txt").write_text("x")
    wizard.materials.openFiles("death_certificate")
    assert [row.name for row in wizard.materials._files.rows()] == ["a.png"]
    wizard.materials.chooseFile("../secret")
    assert _row(wizard, "death_certificate").missing
    wizard.materials.chooseFile("a.png")
    assert _row(wizard, "death_certificate").pages == 1
    assert wizard.materials.choosingFile == ""


def test_a_file_that_is_no_picture_is_refused_in_words(rig: Rig) -> None:
    """The tile stays missing."""
    wizard = _at_step(rig)
    (rig.desk.parts.import_folder / "a.jpg").write_bytes(b"not a picture")
    wizard.materials.openFiles("death_certificate")
    wizard.materials.chooseFile("a.jpg")
    assert "CAS-06" in wizard.materials.notice
    assert _row(wizard, "death_certificate").missing


def test_an_empty_scan_folder_says_what_to_do(rig: Rig) -> None:
    """No list, one sentence."""
    wizard = _at_step(rig)
    wizard.materials.openFiles("death_certificate")
    assert "扫描文件夹" in wizard.materials.notice


def test_a_material_may_follow_until_a_day(rig: Rig) -> None:
    """A date is proposed, another can be chosen, and the tile says it."""
    wizard = _at_step(rig)
    wizard.materials.openDeferral("cremation_certificate")
    assert wizard.materials.deferring == "火化证明"
    proposed = wizard.materials.calendar.chosenText
    assert proposed != ""
    wizard.materials.defer()
    row = _row(wizard, "cremation_certificate")
    assert row.badge == "容缺"
    assert row.fact.endswith("前补交")
    wizard.materials.openDeferral("cremation_certificate")
    wizard.materials.calendar.choose("2026-12-01")
    assert "12 月 1 日前补交" in _row(wizard, "cremation_certificate").fact
    wizard.materials.undo("cremation_certificate")
    assert _row(wizard, "cremation_certificate").missing


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
