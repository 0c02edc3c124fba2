"""Make the English words of the pages from their table: `resources/translations/en.toml` → `yizhan_en.qm` beside it.

Qt's own loader thread asks translators, so they must be a file of Qt's and none of Python's. Run by `python -m
ui.translate` after a change of the table or of a page.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

from kiosk.paths import resource
from ui.engine import QML_ROOT

_CHINESE = re.compile("[\u4e00-\u9fff]")
TABLE, MADE = "translations/en.toml", "translations/yizhan_en.qm"


def main() -> int:
    """Make the file; name what the table lacks and give 1 then."""
    words: dict[str, str] = tomllib.loads(resource(TABLE).read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "yizhan_en.ts"
        files = sorted(str(path) for path in QML_ROOT.rglob("*.qml"))
        _run("lupdate", *files, "-ts", str(listed), "-source-language", "zh_CN", "-target-language", "en")
        tree = ET.parse(listed)  # noqa: S314  written by Qt's own tool a moment ago
        missing: set[str] = set()
        for message in tree.iter("message"):
            source, translation = message.findtext("source", ""), message.find("translation")
            if source not in words or translation is None:
                missing |= {source} if _CHINESE.search(source) else set()
            else:
                translation.attrib.pop("type", None)
                translation.text = words[source]
        tree.write(listed, "utf-8", xml_declaration=True)
        _run("lrelease", "-silent", str(listed), "-qm", str(resource(MADE)))
    sys.stderr.writelines(f"{source}\n" for source in sorted(missing))
    return 1 if missing else 0


def _run(tool: str, *arguments: str) -> None:
    program = Path(sys.executable).parent / f"pyside6-{tool}"
    subprocess.run([str(program), *arguments], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
