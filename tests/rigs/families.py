"""The written scenarios of families, judged, and their whole results as a civil servant reads them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.domain.application import decode
from kiosk.domain.assess import assess
from kiosk.domain.assessment import Applicability, Assessment, FieldState, MaterialNeed, Mode
from kiosk.domain.case import MaterialStatus
from kiosk.services.reference import load_calendar, load_codes, load_service

VECTORS = Path(__file__).parents[1] / "vectors"
RESULTS = VECTORS / "family_results.md"
DATA = tomllib.loads((VECTORS / "family_scenarios.toml").read_text("utf-8"))
SERVICE, CALENDAR, CODES = load_service("after_death"), load_calendar(), load_codes()
_NOW = datetime(2026, 11, 20, 2, 15, tzinfo=UTC)
_STATUS = {
    MaterialStatus.MISSING: "要带来",
    MaterialStatus.PROMISED: "签承诺",
    MaterialStatus.DEFERRED: "容缺",
    MaterialStatus.CARD: "读卡",
}
_MODES = {Mode.APPLICATION: "申请", Mode.AUTOMATIC: "免申即办", Mode.BOOKING: "预约", Mode.INQUIRY: "登记"}
_HEAD = """# 家庭情形与结果

每一节是一个家庭：依据哪一条，应当办哪些事、哪天办好、还要问什么、带什么材料、出哪些文书。
前提写在 family_scenarios.toml；没有写的就是“不清楚”。收件时间没有另写的，是 2026 年 11 月 20 日上午；
都是 2026 年 11 月 18 日去世、年纪 86 岁、儿子来办、死亡证明在手、火化，情形里写了不同的以情形为准。
这里的文字由规则算出，规则或目录改了，这里的差别就是要请业务人员看的差别。
"""


def judged(scenario: dict[str, Any]) -> Assessment:
    """Judge a scenario over the base; the word unknown takes a fact away, none makes it null."""
    base = DATA["base"]
    deceased = {**base["deceased"], **scenario.get("deceased", {})}
    deceased = {key: None if value == "none" else value for key, value in deceased.items() if value != "unknown"}
    facts: dict[str, Any] = {
        "taken_in_at": scenario.get("taken_in_at", base["taken_in_at"]),
        "deceased": deceased,
        "applicant": {**base["applicant"], **scenario.get("applicant", {})},
        "material_choices": {key: {"status": status} for key, status in scenario.get("choices", {}).items()},
    }
    facts |= {part: scenario[part] for part in ("agent", "payee") if part in scenario}
    return assess(SERVICE, decode(json.dumps(facts)), _NOW, CALENDAR, CODES)


def papers_of(assessment: Assessment) -> list[str]:
    """List the papers that the family gets or signs at the counter."""
    statuses = {need.status for need in assessment.materials}
    names = {need.material_id for need in assessment.materials}
    papers = ["收件凭证", "材料清单", "联办登记表"]
    papers += ["授权委托书"] if "authorization_letter" in names else []
    papers += ["告知承诺书"] if MaterialStatus.PROMISED in statuses else []
    papers += ["容缺受理承诺书"] if MaterialStatus.DEFERRED in statuses else []
    return papers + (["公证转介（政府购买公证）"] if "inheritance_proof" in names else [])


def results() -> str:
    """Write the whole results of all scenarios."""
    parts = [_HEAD, *("\n".join(_section(number, one)) for number, one in enumerate(DATA["scenario"], start=1))]
    return "\n".join(parts)


def _section(number: int, scenario: dict[str, Any]) -> Iterator[str]:
    found = judged(scenario)
    applies = [answer for answer in found.matters if answer.state is Applicability.APPLIES]
    yield f"## {number}. {scenario['title']}\n"
    yield f"依据：{scenario['basis']}\n"
    yield f"要办 {len(applies)} 项（{found.promise_text}）：\n"
    for answer in applies:
        weak = "（依据弱，待本地确认）" if answer.weak else ""
        note = f"；{answer.note}" if answer.note else ""
        how = f"{answer.department}，{_MODES[answer.mode]}"
        yield f"- {answer.matter_id} {answer.name}，{how}：{answer.due_text}{note}{weak}"
    yield ""
    pending = [f"{answer.matter_id} {answer.short_name}" for answer in found.matters if answer.state.value == "pending"]
    yield _line("待部门核验", pending)
    yield _line("还要问", (question.text for question in found.questions))
    asked = [answer.label for answer in found.fields if answer.required and answer.state is FieldState.ASKED]
    yield _line("还要填", asked)
    yield _line("材料", (_material(need) for need in found.materials))
    yield _line("文书", papers_of(found))
    holds = [problem.words for problem in found.problems if problem.code != "missing"]
    if holds:
        yield _line("要核对", holds)


def _line(title: str, words: Iterable[str]) -> str:
    return f"{title}：{'；'.join(words) or '没有'}。\n"


def _material(need: MaterialNeed) -> str:
    due = f"，{need.due}前补" if need.due else ""
    return f"{need.name}（{_STATUS[need.status]}{due}）"
