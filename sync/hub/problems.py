"""Refusals of the hub (RFC 9457): a stable code, a sentence for people, nothing of the hub's inside."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UNSET

from kiosk.messages import text
from sync.messages import ProblemDocument


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it that
    """A request that is refused as a whole.

    Attributes:
        status: the HTTP status.
        code: the stable code; its sentence stands under `[hub]` in the messages.
        headers: further headers of the answer, such as `Retry-After` or `Upload-Offset`.
        server_time: the hub's time, when the terminal's clock is what is wrong.
    """

    def __init__(
        self, status: int, code: str, headers: Mapping[str, str] | None = None, *, server_time: str | None = None
    ) -> None:
        """Keep them."""
        super().__init__(status, code)
        self.status = status
        self.code = code
        self.headers = headers or {}
        self.server_time = server_time

    def document(self) -> ProblemDocument:
        """Write it for the answer."""
        return ProblemDocument(
            type=f"urn:yizhan:problem:{self.code}",
            title=words(self.code),
            status=self.status,
            code=self.code,
            server_time=self.server_time or UNSET,
        )


def words(code: str) -> str:
    """Give the sentence of a code."""
    return text(f"hub.{code}")
