"""Pages for the hub's staff: written here whole, no script, no framework; only a browser on the hub's own machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hmac import compare_digest
from html import escape
from urllib.parse import parse_qs, quote, urlsplit

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import Connection

from kiosk.messages import text
from sync.address import is_loopback
from sync.digest import HEADER, content_digest
from sync.hub import staff
from sync.hub.aside import FOR_PEOPLE, take_up
from sync.hub.departments import answer_rating
from sync.hub.desk import AnyRequest, answer, desk_of
from sync.hub.markup import STYLE, Html, form, link, safe, state, table, when, word
from sync.hub.problems import Problem, words
from sync.hub.staff import CaseView

_HOSTS = {"127.0.0.1", "localhost", "::1"}
_GATEWAYS = {"forwarded", "via", "x-real-ip"}
_COOKIE = "yizhan-staff"
_ANSWER_MAX = 200
_FORM_MAX = 4096
"""Bytes; a character of an answer takes up to twelve of them."""
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@get("/staff")
async def staff_cases(request: AnyRequest) -> Response[bytes]:
    """List cases; with the key that the hub printed when it started, let this browser see all pages."""
    if "key" in request.query_params:
        return _let_in(request, request.query_params["key"])
    number = request.query_params.get("number", "")[:64].replace("\0", "")
    page = request.query_params.get("page", "0")
    place = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 0

    def write(connection: Connection) -> str:
        rows = staff.cases(connection, number, place)
        more = f"/staff?number={quote(number)}&page={place + 1}"
        return _search(number) + _cases(rows) + (link(more, word("next")) if len(rows) == staff.PAGE else "")

    return await _page(request, "cases", write)


@get("/staff/cases/{case_id:str}")
async def staff_case(request: AnyRequest, case_id: FromPath[str]) -> Response[bytes]:
    """Show a case."""

    def write(connection: Connection) -> str:
        view = staff.case(connection, case_id) if "\0" not in case_id else None
        if view is None:
            raise Problem(404, "no_such_page")
        return _case(view)

    return await _page(request, "cases", write)


@get("/staff/departments")
async def staff_departments(request: AnyRequest) -> Response[bytes]:
    """Count matters by department."""

    def write(connection: Connection) -> str:
        rows = [(row.department, state(row.state), row.matters, row.overdue) for row in staff.departments(connection)]
        late = [
            (link(f"/staff/cases/{quote(row.case_id)}", row.case_number), row.name, row.department, row.due)
            for row in staff.overdue(connection)
        ]
        waiting = [(row.department, row.matters, row.trouble or "—") for row in staff.hand_overs(connection)]
        left = [
            (
                link(f"/staff/cases/{quote(row.case_id)}", row.case_number) if row.case_number else row.case_id,
                *(words(f"work_{row.work}"), row.reason, when(row.at)),
                _taking_up(row.work, row.case_id),
            )
            for row in staff.aside(connection)
        ]
        return (
            table(("department", "state", "matters", "overdue"), rows)
            + f"<h2>{word('overdue')}</h2>"
            + table(("case_number", "name", "department", "due"), late)
            + f"<h2>{word('waiting')}</h2>"
            + table(("department", "matters", "trouble"), waiting)
            + f"<h2>{word('set_aside')}</h2>"
            + table(("case_number", "work", "reason", "last_tried", "way_on"), left)
        )

    return await _page(request, "departments", write)


@post("/staff/departments", status_code=303)
async def staff_taking_up(request: AnyRequest) -> Response[bytes]:
    """Take up what was set aside: it is tried again, or somebody has seen to it."""
    work, case_id = await _form(request, "work", "case_id")
    desk = desk_of(request)

    def keep() -> None:
        with desk.database.write() as connection:
            take_up(connection, work, case_id)

    await desk.work(keep)
    return answer(303, b"", "text/plain", {"Location": "/staff/departments"})


@get("/staff/terminals")
async def staff_terminals(request: AnyRequest) -> Response[bytes]:
    """List terminals: last seen, version, backlog."""

    def write(connection: Connection) -> str:
        rows = [
            (
                *(row.terminal_id, row.app, when(row.last_seen_at), row.last_seq, row.files_owed or 0, row.bytes or 0),
                word("cloned").format(at=when(row.cloned_at)) if row.cloned_at else row.notice,
            )
            for row in staff.terminals(connection)
        ]
        return table(("terminal", "version", "last_seen", "last_seq", "files_owed", "bytes_owed", "notice"), rows)

    return await _page(request, "terminals", write)


@get("/staff/duplicates")
async def staff_duplicates(request: AnyRequest) -> Response[bytes]:
    """Show pairs of cases of one deceased side by side."""

    def write(connection: Connection) -> str:
        pairs = staff.duplicates(connection)
        return "".join(_pair(one, other) for one, other in pairs) or f'<p class="empty">{word("none")}</p>'

    return await _page(request, "duplicates", write)


@post("/staff/duplicates", status_code=303)
async def staff_decision(request: AnyRequest) -> Response[bytes]:
    """Keep a decision about a pair."""
    one, other, decision = await _form(request, "case_id", "other_case_id", "decision")
    desk = desk_of(request)

    def work() -> bool:
        with desk.database.write() as connection:
            return staff.decide(connection, one, other, decision, desk.now())

    if decision not in staff.DECISIONS or not await desk.work(work):
        raise Problem(409, "pair_decided")
    return answer(303, b"", "text/plain", {"Location": "/staff/duplicates"})


@get("/staff/ratings")
async def staff_ratings(request: AnyRequest) -> Response[bytes]:
    """List low ratings, and take what was done about those that nobody has answered."""

    def write(connection: Connection) -> str:
        rows = [
            (
                link(f"/staff/cases/{quote(row.case_id)}", row.case_number),
                *(text(f"figures.numbers.rated_{row.level}"), reason, row.due),
                when(row.answered_at) if row.answered_at else _answering(row.case_id),
            )
            for row, reason in staff.low_ratings(connection)
        ]
        return table(("case_number", "level", "reason", "put_right_by", "answered"), rows)

    return await _page(request, "ratings", write)


@post("/staff/ratings", status_code=303)
async def staff_answer(request: AnyRequest) -> Response[bytes]:
    """Tell the terminal what was done about a low rating; only the first answer counts."""
    case_id, said = await _form(request, "case_id", "answer")
    desk = desk_of(request)

    def keep() -> None:
        with desk.database.write() as connection:
            answer_rating(connection, case_id, said.strip(), desk.now())

    if not said.strip():
        raise Problem(422, "answer_empty")
    await desk.work(keep)
    return answer(303, b"", "text/plain", {"Location": "/staff/ratings"})


@get("/staff/style.css")
async def staff_style() -> Response[bytes]:
    """Give the pages' style."""
    return answer(200, STYLE.encode(), "text/css", {"X-Content-Type-Options": "nosniff"})


PAGES = (
    staff_cases,
    staff_case,
    staff_departments,
    staff_taking_up,
    staff_terminals,
    staff_duplicates,
    staff_decision,
    staff_ratings,
    staff_answer,
    staff_style,
)


def _require_staff(request: AnyRequest) -> None:
    """Refuse who is not on this machine, and who has not opened the link that the hub printed.

    Raises:
        Problem: 403.
    """
    _require_here(request)
    _require_key(request, request.cookies.get(_COOKIE, ""))


async def _form(request: AnyRequest, *names: str) -> list[str]:
    """Read fields of a form that staff sent from a page of ours; one that is missing is empty.

    Raises:
        Problem: 403, it is not theirs.
    """
    _require_staff(request)
    if request.headers.get("origin") != f"{request.scope['scheme']}://{request.headers.get('host')}":
        raise Problem(403, "staff_only_here")  # another site's page sends this browser's form
    content = await request.body() if int(request.headers.get("content-length") or _FORM_MAX + 1) <= _FORM_MAX else b""
    fields = parse_qs(content.decode("latin-1"))
    return [fields.get(name, [""])[0].replace("\0", "") for name in names]


def _let_in(request: AnyRequest, key: str) -> Response[bytes]:
    """Give the browser that brings the key a cookie, and send it on to the address without it."""
    _require_here(request)
    _require_key(request, key)
    secure = "; Secure" if request.scope["scheme"] == "https" else ""
    cookie = f"{_COOKIE}={key}; Path=/staff; HttpOnly; SameSite=Strict{secure}"
    return answer(303, b"", "text/plain", {"Location": "/staff", "Set-Cookie": cookie, "Cache-Control": "no-store"})


def _require_key(request: AnyRequest, key: str) -> None:
    own = desk_of(request).staff_key
    if not (own and compare_digest(key.encode(), own.encode())):
        raise Problem(403, "staff_key_wanted")


def _require_here(request: AnyRequest) -> None:
    """Refuse other machines, what a gateway passes on, and a browser that reached us under another name.

    Any site may point its own name here. A gateway that says nothing of itself cannot be told from this machine's
    browser; that is what the key is for.

    Raises:
        Problem: 403.
    """
    passed_on = any(name in _GATEWAYS or name.startswith("x-forwarded-") for name in request.headers)
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    except ValueError:
        host = None
    if passed_on or host not in _HOSTS or request.client is None or not is_loopback(request.client.host):
        raise Problem(403, "staff_only_here")


async def _page(request: AnyRequest, current: str, write: Callable[[Connection], str]) -> Response[bytes]:
    _require_staff(request)
    desk = desk_of(request)

    def work() -> str:
        with desk.database.read() as connection:
            return _frame(current, staff.counts(connection), write(connection))

    body = (await desk.work(work)).encode()
    headers = {HEADER: content_digest(body), **_HEADERS}
    return Response(body, media_type="text/html; charset=utf-8", headers=headers)


def _frame(current: str, counts: dict[str, int], content: str) -> str:
    badges = {name: counts[name] for name in ("cases", "terminals", "duplicates", "ratings")}
    links = "".join(
        f'<a href="/staff{place}"{" aria-current=page" if name == current else ""}>'
        f"{word(name)}{f' {badges[name]}' if name in badges else ''}</a>"
        for name, place in (
            ("cases", ""),
            ("departments", "/departments"),
            ("terminals", "/terminals"),
            ("duplicates", "/duplicates"),
            ("ratings", "/ratings"),
        )
    )
    backlog = escape(words("page_backlog").format(incomplete=counts["incomplete"], clerk=counts["clerk"]))
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{word("title")}</title>'
        f'<link rel="stylesheet" href="/staff/style.css"></head><body><header><strong>{word("title")}</strong>{links}'
        f'</header><main><h1>{word(current)}</h1><p id="backlog">{backlog}</p>{content}</main></body></html>'
    )


def _cases(rows: Iterable[staff._AnyRow]) -> Html:
    return table(
        ("case_number", "station", "state", "official_number", "received_at", "complete_at"),
        [
            (
                link(f"/staff/cases/{quote(row.case_id)}", row.case_number),
                row.station,
                state(row.state),
                row.official_number or "",
                when(row.received_at),
                when(row.complete_at),
            )
            for row in rows
        ],
    )


def _case(view: CaseView) -> Html:
    matters = [(row.matter_id, row.name, row.department, state(row.state), row.words) for row in view.matters]
    events = [(row.rev, row.kind, row.terminal_id, row.occurred_at, when(row.received_at)) for row in view.events]
    files = [(row.attachment_id, row.media_type, row.size, row.received) for row in view.attachments]
    look_ups = [
        (
            *(when(row.at), row.terminal_id, row.operator),
            " ".join((words(f"page_right_{row.reason}"), row.supervisor)),
            words(f"page_shown_{'yes' if row.answered else 'no'}"),
        )
        for row in view.look_ups
    ]
    offers = [
        (when(row.received_at), row.terminal_id, when(row.told_at), words(f"page_offer_{row.outcome or 'open'}"))
        for row in view.offers
    ]
    return Html(
        _facts(view)
        + table(("matter", "name", "department", "state", "words"), matters)
        + f"<h2>{word('events')}</h2>"
        + table(("rev", "kind", "terminal", "occurred_at", "received_at"), events)
        + f"<h2>{word('files')}</h2>"
        + table(("file", "media_type", "size", "received"), files)
        + f"<h2>{word('look_ups')}</h2>"
        + table(("asked_at", "terminal", "operator", "right", "shown"), look_ups)
        + f"<h2>{word('offers')}</h2>"
        + table(("received_at", "terminal", "told_at", "state"), offers)
    )


def _facts(view: CaseView) -> Html:
    row = view.row
    facts = (
        ("case_number", link(f"/staff/cases/{quote(row.case_id)}", row.case_number)),
        ("deceased", view.deceased),
        ("applicant", view.applicant),
        ("station", row.station),
        ("terminal", row.terminal_id),
        ("state", state(row.state)),
        ("official_number", row.official_number or "—"),
        ("taken_in_at", when(row.taken_in_at)),
        ("received_at", when(row.received_at)),
    )
    return Html(
        "<dl>" + "".join(f"<div><dt>{word(name)}</dt><dd>{safe(value)}</dd></div>" for name, value in facts) + "</dl>"
    )


def _pair(one: CaseView, other: CaseView) -> Html:
    sides = "".join(
        f"<section>{_facts(view)}{table(('name', 'state'), [(row.name, state(row.state)) for row in view.matters])}"
        "</section>"
        for view in (one, other)
    )
    ids = {"case_id": other.row.case_id, "other_case_id": one.row.case_id}
    buttons = "".join(
        f'<button name="decision" value="{decision}">{word(f"decide_{decision}")}</button>'
        for decision in staff.DECISIONS
    )
    return Html(f'<div class="pair">{sides}</div>{form("/staff/duplicates", ids, buttons)}')


def _answering(case_id: str) -> Html:
    field = f'<input name="answer" required maxlength="{_ANSWER_MAX}" aria-label="{word("answer")}">'
    return form("/staff/ratings", {"case_id": case_id}, f"{field}<button>{word('answer')}</button>")


def _taking_up(work: str, case_id: str) -> Html:
    button = f"<button>{word('seen_to' if work in FOR_PEOPLE else 'try_again')}</button>"
    return form("/staff/departments", {"work": work, "case_id": case_id}, button)


def _search(number: str) -> Html:
    field = f'<input name="number" value="{escape(number)}" aria-label="{word("case_number")}">'
    return Html(f'<form action="/staff">{field}<button>{word("search")}</button></form>')
