"""A department's service for training and tests: takes matters over real HTTP and answers by a script.

It keeps what it was handed in memory. What it is for, besides showing how little a department has to build: nothing
that it was not meant to get can hide here.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import msgspec

from kiosk.crypto.signing import SigningKey
from kiosk.domain.case import MatterState
from kiosk.ids import uuid7
from sync.digest import HEADER, content_digest, verifies
from sync.feed_bodies import ResultDocument
from sync.hub.connector_http import BYTES_MEDIA_TYPE, department_document
from sync.hub.connectors import DeathRegistered, HandOver, HandOverAnswer, News, NewsLine, Statement
from sync.hub.problems import Problem
from sync.messages import DIGEST_MISMATCH, JSON_MEDIA_TYPE, PROBLEM_MEDIA_TYPE
from sync.signatures import WINDOW_S, Message, key_id_of, read_request, sign_answer

_PAGE = 50
_SPOOLED_MAX = 64 << 20
Script = Callable[["TrainingDepartment", HandOver], None]


def finish(department: TrainingDepartment, matter: HandOver) -> None:
    """Accept what is handed over, give a part result, finish with a document: the script unless another is given."""
    if matter.kind == "withdrawn":
        return
    paper = department.add_result(f"{matter.matter}办理结果.txt", f"{matter.case_number} 测试结果".encode())
    department.say(matter, MatterState.ACCEPTED, f"{matter.department}已受理")
    department.say(matter, MatterState.IN_PROGRESS, f"{matter.department}正在办理")
    department.say(matter, MatterState.FINISHED, f"{matter.department}已办结", results=(paper,))


class TrainingDepartment:
    """What a department has. Any thread may use it.

    Attributes:
        matters: what was handed over, by (case, matter, rev).
        files: the bytes that came, by attachment.
        received: everything that ever arrived, whole, to look for what should not be there.
        busy: how many of the next requests are refused with 503.
    """

    def __init__(self, key: SigningKey, hub_key: bytes, script: Script = finish) -> None:
        """Begin with nothing; `hub_key` is whose requests are believed."""
        self.key = key
        self.matters: dict[tuple[str, str, int], HandOver] = {}
        self.files: dict[str, bytes] = {}
        self.received: list[bytes] = []
        self.busy = 0
        self._hub_key = hub_key
        self._script = script
        self._lines: list[NewsLine] = []
        self._results: dict[str, bytes] = {}
        self._lock = threading.RLock()

    def say(
        self,
        matter: HandOver,
        state: MatterState,
        words: str,
        *,
        due: str | None = None,
        materials: tuple[str, ...] = (),
        results: tuple[ResultDocument, ...] = (),
    ) -> None:
        """Say something of a matter."""
        statement = Statement(
            case_id=matter.case_id,
            matter_id=matter.matter_id,
            state=state,
            words=words,
            due=due,
            materials=materials,
            results=results,
        )
        with self._lock:
            self._lines.append(NewsLine(seq=len(self._lines) + 1, statement=statement))

    def register(self, death: DeathRegistered) -> None:
        """Say that a death was registered."""
        with self._lock:
            self._lines.append(NewsLine(seq=len(self._lines) + 1, death=death))

    def add_result(self, name: str, data: bytes) -> ResultDocument:
        """Keep a result's bytes for the hub to fetch."""
        sha256 = hashlib.sha256(data).hexdigest()
        document = ResultDocument(result_id=uuid7(), name=name, media_type="text/plain", size=len(data), sha256=sha256)
        with self._lock:
            self._results[document.result_id] = data
        return document

    def answer(self, request: Message, body: bytes) -> tuple[int, str, bytes]:
        """Answer a request: status, media type, content.

        Raises:
            Problem: it is refused.
        """
        with self._lock:
            if self.busy:
                self.busy -= 1
                raise Problem(503, "busy", {"Retry-After": "1"})
            self._require_hub(request, body)
            self.received.append(body)
            path, query = urlsplit(request.target).path, parse_qs(urlsplit(request.target).query)
            match request.method, path.split("/")[2:]:
                case "PUT", ["matters", case_id, matter_id, rev]:
                    return 200, JSON_MEDIA_TYPE, msgspec.json.encode(self._take(body, (case_id, matter_id, rev)))
                case "PUT", ["attachments", attachment_id]:
                    self._take_file(attachment_id, body)
                    return 204, "", b""
                case "GET", ["news"]:
                    return 200, JSON_MEDIA_TYPE, msgspec.json.encode(self._news(query.get("after", [""])[0]))
                case "GET", ["results", result_id] if result_id in self._results:
                    return 200, BYTES_MEDIA_TYPE, self._results[result_id]
                case "GET", ["openapi.json"]:
                    return 200, JSON_MEDIA_TYPE, department_document()
                case _:
                    raise Problem(404, "no_such_page")

    def _require_hub(self, request: Message, body: bytes) -> None:
        if not verifies(request.headers.get(HEADER.lower()), body):
            raise Problem(DIGEST_MISMATCH, "digest_differs")
        hub_id = key_id_of(self._hub_key)
        signed = read_request(request, lambda named: self._hub_key if named == hub_id else None)
        if signed is None or abs((datetime.now(UTC) - signed.created).total_seconds()) > WINDOW_S:
            raise Problem(401, "signature_invalid")

    def _take(self, body: bytes, name: tuple[str, str, str]) -> HandOverAnswer:
        try:
            matter = msgspec.json.decode(body, type=HandOver)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
            raise Problem(422, "request_invalid") from exc
        key = (matter.case_id, matter.matter_id, matter.rev)
        if name != (key[0], key[1], str(key[2])):
            raise Problem(422, "request_invalid")
        known = self.matters.setdefault(key, matter)
        if known is matter:
            self._script(self, matter)
        elif known != matter:
            raise Problem(409, "id_reused")
        missing = (file.attachment_id for file in matter.attachments if file.attachment_id not in self.files)
        return HandOverAnswer(missing=tuple(missing))

    def _take_file(self, attachment_id: str, body: bytes) -> None:
        announced = {file.attachment_id: file.sha256 for matter in self.matters.values() for file in matter.attachments}
        if attachment_id not in announced:
            raise Problem(404, "attachment_unknown")
        if hashlib.sha256(body).hexdigest() != announced[attachment_id]:
            raise Problem(422, "attachment_hash")
        self.files[attachment_id] = body

    def _news(self, cursor: str) -> News:
        after = int(cursor) if cursor.isascii() and cursor.isdigit() else 0
        lines = tuple(self._lines[after : after + _PAGE])
        last = lines[-1].seq if lines else after
        return News(lines=lines, next_cursor=str(last), has_more=last < len(self._lines))


@contextmanager
def serving(department: TrainingDepartment, port: int = 0) -> Iterator[str]:
    """Serve a department on loopback while the block lasts; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(min(size, _SPOOLED_MAX))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Message(self.command, self.path, headers)
            more: dict[str, str] = {}
            try:
                status, kind, content = department.answer(request, body)
            except Problem as problem:
                status, kind, content = problem.status, PROBLEM_MEDIA_TYPE, msgspec.json.encode(problem.document())
                more = dict(problem.headers)
            more |= {HEADER: content_digest(content)}
            key = department.key
            more |= sign_answer(request, status, more, key_id_of(key.public), key, datetime.now(UTC))
            self.send_response_only(status)
            for name, value in (more | ({"Content-Type": kind} if kind else {})).items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = _serve  # noqa: N815 - the library's own names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own signature
            """Write nothing: addresses hold ids."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="department")
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
