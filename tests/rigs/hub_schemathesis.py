"""What schemathesis cannot know by itself about the hub's content; named to it by SCHEMATHESIS_HOOKS."""

from __future__ import annotations

import re
from typing import Any

import requests
import schemathesis
from hub_rigs import TERMINAL
from hub_talk import signature
from requests.auth import AuthBase

from sync.digest import HEADER, content_digest
from sync.messages import CHUNK_MEDIA_TYPE, TERMINAL_HEADER

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}")


class FittingSignature(AuthBase):
    """Puts the right digest where one is sent, and signs as the terminal whose key the hub knows.

    What is left out or has no possible form stays as it is, so that the hub is seen to refuse it.
    """

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Correct a request that is ready to be sent."""
        if HEADER in request.headers:
            body = request.body or b""
            request.headers[HEADER] = content_digest(body.encode() if isinstance(body, str) else body)
        if _NAME.fullmatch(str(request.headers.get(TERMINAL_HEADER, ""))):
            request.headers[TERMINAL_HEADER] = TERMINAL
        sent = {name: str(value) for name, value in request.headers.items()}
        request.headers.update(signature(str(request.method), request.path_url, sent))
        return request


schemathesis.auth.set_from_requests(FittingSignature())  # type: ignore[attr-defined]  # it is a function with functions


@schemathesis.hook
def map_body(_context: object, body: object) -> object:
    """Write numbers without a fraction as integers: JSON Schema takes 86.0 for one, RFC 8785 does not."""
    return _whole(body)


def _whole(value: object) -> object:
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {name: _whole(one) for name, one in value.items()}
        case list():
            return [_whole(one) for one in value]
        case _:
            return value


@schemathesis.serializer(CHUNK_MEDIA_TYPE)
def chunk(_context: object, value: Any) -> bytes:  # noqa: ANN401 - whatever was generated
    """Send bytes as they are, at least one: a minimal length of binary content is not heeded."""
    return (value if isinstance(value, bytes) else str(value).encode()) or b"\0"
