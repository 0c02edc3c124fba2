"""The written scenarios of families, judged, and their whole results as a civil servant reads them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kiosk.domain.application import Application, decode
from kiosk.domain.assess import assess
from kiosk.domain.assessment import Applicability, Assessment, FieldState, MaterialNeed, MatterAnswer, Mode
from kiosk.domain.case import Case, CaseMaterial, CaseMatter, CaseState, Delivery, MaterialStatus, MatterState
from kiosk.domain.contents.builders import BUILDERS
from kiosk.domain.contents.dossier import Dossier
from kiosk.domain.paper import Issue, PaperKind, StationFacts
from kiosk.errors import PaperError
from kiosk.ids import CaseId
from kiosk.messages import text
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
各项依据后面括号里的编号，题名和地址在 resources/catalog/after_death/sources.toml。
"""


def told(scenario: dict[str, Any]) -> Application:
    """Lay a scenario over the base; the word unknown takes a fact away, none makes it null."""
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
    return decode(json.dumps(facts))


def judged(scenario: dict[str, Any]) -> Assessment:
    """Judge a scenario."""
    return assess(SERVICE, told(scenario), _NOW, CALENDAR, CODES)


def papers_of(scenario: dict[str, Any]) -> list[str]:
    """List the papers that the program has ground for when the case is taken in as it stands."""
    dossier = _dossier(scenario)
    kinds = [PaperKind.RECEIPT_OF_MATERIALS, *(kind for kind in BUILDERS if _has_ground(dossier, kind))]
    return [text(f"new_case.papers.{kind}") for kind in kinds]


def _has_ground(dossier: Dossier, kind: PaperKind) -> bool:
    try:
        BUILDERS[kind](dossier)
    except PaperError:
        return False
    return True


def _dossier(scenario: dict[str, Any]) -> Dossier:
    application, found = told(scenario), judged(scenario)
    matters = tuple(
        CaseMatter(
            matter_id=answer.matter_id,
            name=answer.name,
            department=answer.department,
            mode=answer.mode.value,
            state=MatterState.TAKEN_IN,
            reason=answer.reason,
            due=answer.due,
            due_text=answer.due_text,
        )
        for answer in found.matters
        if answer.state is Applicability.APPLIES
    )
    case = Case(
        case_id=CaseId("family"),
        case_number="SHS370100T01A2026112000018",
        service=SERVICE.service,
        state=CaseState.TAKEN_IN,
        rev=1,
        delivery=Delivery.PENDING,
        taken_in_at=application.taken_in_at or "",
        operator="training",
        station="T01",
        promise_due=None,
        promise_provisional=False,
        official_number=None,
        delivered_at=None,
        catalog_version=SERVICE.version,
        application=b"",
        matters=matters,
        materials=tuple(
            CaseMaterial(material_id=need.material_id, name=need.name, status=need.status, pages=0, due=need.due)
            for need in found.materials
        ),
        attachments=(),
    )
    station = StationFacts("测试市居民身后一件事综合窗口", "1 号窗口", "0531-00000000", "12345", "测试路 1 号")
    issue = Issue("测试己", 1, _NOW, "7Q4M9XK2BD", training=True)
    return Dossier(case, application, station, issue, SERVICE, CODES, found)


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
    yield _line("文书", papers_of(scenario))
    yield _line("各项依据", (_sources(answer) for answer in applies))
    holds = [problem.words for problem in found.problems if problem.code != "missing"]
    if holds:
        yield _line("要核对", holds)


def _sources(answer: MatterAnswer) -> str:
    row = SERVICE.matters[answer.matter_id]
    return f"{answer.matter_id} {row.basis}" + (f"（{'、'.join(row.basis_ref)}）" if row.basis_ref else "")


def _line(title: str, words: Iterable[str]) -> str:
    return f"{title}：{'；'.join(words) or '没有'}。\n"


def _material(need: MaterialNeed) -> str:
    due = date.fromisoformat(need.due) if need.due else None
    until = f"，{due.month} 月 {due.day} 日前补" if due else ""
    return f"{need.name}（{_STATUS[need.status]}{until}）"
