"""Draw the sample pages of training mode: `python -m tools.sample_pages`.

They are outlines of our own, marked 样张 演示 across the page, with constructed people and numbers; none resembles a
form that is in force.
"""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from kiosk.paths import resource

_DESK = (94, 88, 82)
_INK = (44, 48, 56)
_FAINT = (150, 152, 158)
_MARK = (196, 60, 52)
_MARGIN = 70
_QUALITY = 82
_LINE = 92


class Page(NamedTuple):
    """A sheet or card: its material's id, title, paper colour, size in pixels (150 dpi), lines of label and words."""

    material: str
    title: str
    paper: tuple[int, int, int]
    size: tuple[int, int]
    lines: tuple[tuple[str, str], ...]


_SHEET, _BOOK, _CARD = (1240, 1654), (1240, 880), (1180, 760)

PAGES = (
    Page(
        "deceased_id",
        "逝者身份证件",
        (228, 236, 240),
        _CARD,
        (("姓名", "测试逝者"), ("性别", "男"), ("号码", "370100194001019991"), ("住址", "测试市测试区测试路 1 号")),
    ),
    Page(
        "applicant_id",
        "申请人身份证件",
        (228, 238, 232),
        _CARD,
        (("姓名", "测试申请人"), ("性别", "女"), ("号码", "370100196801019980"), ("住址", "测试市测试区测试路 1 号")),
    ),
    Page(
        "household_register",
        "户口簿内页",
        (240, 232, 214),
        _BOOK,
        (
            ("户主", "测试逝者"),
            ("本人", "测试逝者"),
            ("与户主关系", "户主"),
            ("登记机关", "测试市测试派出所"),
            ("页", "第 1 页"),
        ),
    ),
    Page(
        "death_certificate",
        "死亡证明",
        (244, 244, 240),
        _SHEET,
        (
            ("姓名", "测试逝者"),
            ("身份证件号码", "370100194001019991"),
            ("死亡时间", "2026 年 11 月 18 日 3 时 10 分"),
            ("死亡地点", "测试市测试医院"),
            ("证明编号", "演示 000001"),
            ("开具机构", "测试市测试医院"),
            ("开具日期", "2026 年 11 月 18 日"),
        ),
    ),
    Page(
        "cremation_certificate",
        "火化证明",
        (240, 242, 234),
        _SHEET,
        (
            ("姓名", "测试逝者"),
            ("火化时间", "2026 年 11 月 19 日 8 时"),
            ("办理单位", "测试市测试殡仪馆"),
            ("证明编号", "演示 000002"),
            ("领取人", "测试申请人"),
        ),
    ),
    Page(
        "social_card",
        "社会保障卡",
        (214, 232, 228),
        _CARD,
        (("姓名", "测试逝者"), ("社会保障号码", "370100194001019991"), ("卡号", "演示 A00000001")),
    ),
    Page(
        "bank_account",
        "银行卡",
        (222, 222, 238),
        _CARD,
        (("持卡人", "测试申请人"), ("开户行", "测试银行测试支行"), ("账号", "0000 0000 0000 0000 000")),
    ),
)


def draw(page: Page) -> Image.Image:
    """Draw a page as it lies on the desk."""
    width, height = page.size
    sheet = Image.new("RGB", page.size, page.paper)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((28, 28, width - 28, height - 28), outline=_FAINT, width=3)
    pen.text((width / 2, 110), page.title, font=_font(58, bold=True), fill=_INK, anchor="mm")
    pen.line((90, 168, width - 90, 168), fill=_INK, width=3)
    for row, (label, words) in enumerate(page.lines):
        base = 250 + row * _LINE
        pen.text((100, base), label, font=_font(32), fill=_FAINT, anchor="lm")
        pen.text((360, base), words, font=_font(38), fill=_INK, anchor="lm")
        pen.line((350, base + 32, width - 100, base + 32), fill=_FAINT, width=1)
    pen.text((width / 2, height - 66), "样张 · 演示专用 · 不是证件，没有效力", font=_font(28), fill=_MARK, anchor="mm")
    sheet.paste(*_watermark(page.size))
    desk = Image.new("RGB", (width + 2 * _MARGIN, height + 2 * _MARGIN), _DESK)
    desk.paste(sheet, (_MARGIN, _MARGIN))
    tilted = desk.rotate(0.6, resample=Image.Resampling.BICUBIC, fillcolor=_DESK)
    grain = Image.effect_noise(tilted.size, 14).convert("RGB").filter(ImageFilter.GaussianBlur(0.8))
    return Image.blend(tilted, grain, 0.05)


def _watermark(size: tuple[int, int]) -> tuple[Image.Image, tuple[int, int], Image.Image]:
    mark = Image.new("L", (max(size) * 2, max(size) * 2), 0)
    pen = ImageDraw.Draw(mark)
    for row in range(0, mark.height, 300):
        pen.text((row % 2, row), "样张 演示      " * 8, font=_font(84, bold=True), fill=58)
    tilted = mark.rotate(24, resample=Image.Resampling.BICUBIC)
    left, top = (mark.width - size[0]) // 2, (mark.height - size[1]) // 2
    mask = tilted.crop((left, top, left + size[0], top + size[1]))
    return Image.new("RGB", size, _MARK), (0, 0), mask


def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    name = "NotoSansSC_600SemiBold.ttf" if bold else "NotoSansSC_400Regular.ttf"
    return ImageFont.truetype(str(resource(f"fonts/{name}")), size)


def main() -> None:
    """Write all pages."""
    folder = resource("samples/pages")
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(PAGES, 1):
        draw(page).save(folder / f"{number:02}-{page.material}.jpg", quality=_QUALITY, dpi=(150, 150))


if __name__ == "__main__":
    main()
