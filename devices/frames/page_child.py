"""The child process that reads files of unknown origin. It gives up what it does not need before the first."""

from __future__ import annotations

import sys
import time
from typing import IO

import msgspec

from devices.frames.cleaner import Answer, Request
from devices.frames.cleaning import clean, picture
from kiosk.errors import ErrorCode, InputError
from kiosk.ports.pages import MAX_FILE_MB, CleanFile

_MEMORY_BYTES = 1 << 30
_CPU_S = 30
"""Processor seconds for one file: they end a child whose parent is no longer there to do it."""


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until they end. Whatever is not a refusal ends the process; the parent starts another one."""
    _confine()
    while line := requests.readline():
        request = msgspec.json.decode(line, type=Request)
        _allow_more_time()
        try:
            file = _answer(request, requests.read(request.size))
        except InputError as error:
            facts = {name: fact for name, fact in error.facts.items() if isinstance(fact, int)}
            answers.write(msgspec.json.encode(Answer(error.code, facts)) + b"\n")
        else:
            answer = Answer(media_type=file.media_type, pages=file.pages, size=len(file.data))
            answers.write(msgspec.json.encode(answer) + b"\n" + file.data)
        answers.flush()


def _answer(request: Request, data: bytes) -> CleanFile:
    if request.verb == "picture":
        return CleanFile("image/jpeg", 1, picture(data, request.page, request.long_side))
    file = clean(data)
    if len(file.data) > MAX_FILE_MB * 1024 * 1024:
        raise InputError(ErrorCode.ATTACHMENT_TOO_LARGE, limit_mb=MAX_FILE_MB)
    return file


if sys.platform == "win32":
    import win32api
    import win32job

    def _confine() -> None:
        """Join a job object with little memory and no further process; it lasts as long as the process."""
        job = win32job.CreateJobObject(None, "")
        limits = win32job.QueryInformationJobObject(job, win32job.JobObjectExtendedLimitInformation)
        limits["ProcessMemoryLimit"] = _MEMORY_BYTES
        limits["BasicLimitInformation"]["ActiveProcessLimit"] = 1
        limits["BasicLimitInformation"]["LimitFlags"] = (
            win32job.JOB_OBJECT_LIMIT_PROCESS_MEMORY
            | win32job.JOB_OBJECT_LIMIT_ACTIVE_PROCESS
            | win32job.JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION
        )
        win32job.SetInformationJobObject(job, win32job.JobObjectExtendedLimitInformation, limits)
        win32job.AssignProcessToJobObject(job, win32api.GetCurrentProcess())

    def _allow_more_time() -> None:
        """Leave the time to the parent: a job's limit of processor time cannot be moved on."""

else:
    import resource

    def _confine() -> None:
        """Take little memory, write no file, start no process, leave no core dump."""
        for limit, value in (
            (resource.RLIMIT_AS, _MEMORY_BYTES),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NPROC, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(limit, (value, value))

    def _allow_more_time() -> None:
        """Set the limit of processor time anew for the file that comes."""
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + _CPU_S, most))
