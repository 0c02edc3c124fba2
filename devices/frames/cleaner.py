"""Cleaning files in a child process, so that a bomb or a decoder's crash ends that process and nothing else."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Sequence
from threading import Timer
from typing import IO, Literal, cast

import msgspec
from msgspec import Struct

from kiosk.errors import ErrorCode, InputError
from kiosk.ports.pages import MAX_FILE_MB, CleanFile, MediaType

log = logging.getLogger(__name__)

_MEGABYTE = 1 << 20
_LONGEST_LINE = 4096
_END_LIMIT_S = 5.0


class Request(Struct, frozen=True):
    """One line of JSON to the child; `size` bytes follow it."""

    verb: Literal["clean", "picture"]
    size: int
    page: int = 0
    long_side: int = 0


class Answer(Struct, frozen=True):
    """One line of JSON from the child; `size` bytes follow it. With a code the file was refused."""

    code: ErrorCode | None = None
    facts: dict[str, int] = {}
    media_type: MediaType = "image/jpeg"
    pages: int = 1
    size: int = 0


class ChildPageCleaner:
    """Keeps one child process and hands it one file after the other.

    A refusal is the child's answer. A child that crashes, answers nonsense, or needs longer than the limit is ended:
    the file counts as harmful, the next one gets a new child. Called on one thread at a time; `close` ends the child.
    """

    def __init__(self, command: Sequence[str], *, limit_s: float = 20.0) -> None:
        """Keep the command that runs `page_child.serve`, and the longest time for one file."""
        self._command = command
        self._limit_s = limit_s
        self._child: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Start the child, unless it runs.

        Raises:
            InputError: ATTACHMENT_UNREADABLE, the system starts no process.
        """
        self._running()

    def clean(self, data: bytes) -> CleanFile:
        """Make a JPEG, PNG or PDF anew from its pixels.

        Raises:
            InputError: ATTACHMENT_UNREADABLE, _TOO_LARGE, _KIND, _TOO_MANY_PAGES, _TOO_MANY_PIXELS, _LOCKED, _HARMFUL.
        """
        answer, body = self._ask(Request("clean", len(data)), data)
        return CleanFile(answer.media_type, answer.pages, body)

    def picture(self, data: bytes, page: int, long_side: int) -> bytes:
        """Give a page (counted from 0) of a clean file as JPEG, its longer side at most `long_side` pixels.

        Raises:
            InputError: as `clean`.
        """
        return self._ask(Request("picture", len(data), page, long_side), data)[1]

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()  # it holds nothing that must be finished
        child.wait(_END_LIMIT_S)
        for pipe in (child.stdin, child.stdout):
            _shut(cast("IO[bytes]", pipe))

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            try:
                self._child = subprocess.Popen(
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
                )
            except OSError as exc:
                raise InputError(ErrorCode.ATTACHMENT_UNREADABLE) from exc
        return self._child

    def _ask(self, request: Request, data: bytes) -> tuple[Answer, bytes]:
        if not data:
            raise InputError(ErrorCode.ATTACHMENT_UNREADABLE)
        if len(data) > MAX_FILE_MB * _MEGABYTE:
            raise InputError(ErrorCode.ATTACHMENT_TOO_LARGE, limit_mb=MAX_FILE_MB)
        child = self._running()
        watchdog = Timer(self._limit_s, child.kill)  # what is read from or written to a dead child ends at once
        watchdog.start()
        try:
            answer, body = _exchange(child, request, data)
        except (OSError, EOFError, msgspec.DecodeError) as exc:
            self.close()
            log.info("a file ended the process that reads files: %s", child.returncode)
            raise InputError(ErrorCode.ATTACHMENT_HARMFUL) from exc
        finally:
            watchdog.cancel()
        if answer.code is not None:
            raise InputError(answer.code, **answer.facts)
        return answer, body


def _exchange(child: subprocess.Popen[bytes], request: Request, data: bytes) -> tuple[Answer, bytes]:
    """Ask and give the answer; what comes is believed no further than its form.

    Raises:
        OSError: the child is gone.
        EOFError: it ended within its answer, or announced more than may be kept.
        msgspec.DecodeError: it answered something else.
    """
    to_child, from_child = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
    to_child.write(msgspec.json.encode(request) + b"\n")
    to_child.write(data)
    to_child.flush()
    answer = msgspec.json.decode(from_child.readline(_LONGEST_LINE), type=Answer)
    if not 0 <= answer.size <= MAX_FILE_MB * _MEGABYTE:
        raise EOFError
    body = from_child.read(answer.size)
    if len(body) != answer.size:
        raise EOFError
    return answer, body


def _shut(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # what was not yet written has nobody to go to
        log.debug("the process that reads files was gone")
