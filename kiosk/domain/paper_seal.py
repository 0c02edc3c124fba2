"""The seal in a paper's QR code: which copy this is, signed by the terminal that issued it, checked without a network.

`NUMBER.Y1.KIND.COPY.CODE.DAY.TERMINAL.DIGEST.SIGNATURE`, all of it in the alphanumeric mode of QR codes (ISO/IEC
18004) and on the keys that scanners type. NUMBER is the case's, so that the code also serves for look-up; an inquiry
address may stand before it, then the rest is the address's fragment. DIGEST is the first 16 bytes of the SHA-256 over
the paper's words; it and the Ed25519 signature are base32 (RFC 4648 §6) without padding.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.clock import local
from kiosk.crypto.signing import SigningKey, is_signed_by
from kiosk.domain.paper import Issue, PaperKind, words_of

_PURPOSE = b"yizhan/paper\n"
"""Goes before what is signed: the key also signs other things, and none may pass for another."""
_DIGEST_BYTES = 16
_LETTERS = {kind: "".join(word[0] for word in kind.split("_")).upper() for kind in PaperKind}
_KINDS = {letters: kind for kind, letters in _LETTERS.items()}
_NUMBER = r"(?P<number>SHS[0-9]{6}[0-9A-Z]{3}[A-Z][0-9]{12}[0-9A-Z])[.#]"
_SEALED = re.compile(_NUMBER + r"Y[0-9]")
_SEAL = re.compile(
    _NUMBER + r"Y1\.(?P<kind>[A-Z]{1,4})\.(?P<copy>[0-9]{1,4})\.(?P<code>[0-9A-Z]*)\.(?P<day>[0-9]{8})"
    r"\.(?P<terminal>.{1,64})\.(?P<digest>[A-Z2-7]{26})\.(?P<signature>[A-Z2-7]{103})"
)


class Verdict(StrEnum):
    """真, 假, 无法核对."""

    GENUINE = "genuine"
    FORGED = "forged"
    UNKNOWN_TERMINAL = "unknown_terminal"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Seal:
    """What a seal says. `code` is the copy's own number, `digest` hexadecimal."""

    case_number: str
    kind: PaperKind
    copy_no: int
    code: str
    day: date
    terminal_id: str
    digest: str


@dataclass(frozen=True)
class SealCheck:
    """What came of checking: nothing that an unreadable seal says is given."""

    verdict: Verdict
    seal: Seal | None = None


KnownTerminals = Mapping[str, Sequence[bytes]]
"""Public keys by terminal id in the form of `scanner_form`; a terminal may have had several."""


def looks_sealed(text: str) -> bool:
    """Say whether a text is, or was meant to be, what a paper's QR code holds."""
    return _SEALED.search(scanner_form(text)) is not None


class PaperSeals:
    """Seals one terminal's papers, and checks those of every terminal known here. May be called from any thread."""

    def __init__(
        self, terminal_id: str, key: SigningKey, known: Callable[[], KnownTerminals] = dict[str, list[bytes]]
    ) -> None:
        """Sign with this key; `known` gives the other terminals when a seal is checked."""
        self._terminal_id = scanner_form(terminal_id)
        self._key = key
        self._known = known

    def seal(self, case_number: str, kind: PaperKind, issue: Issue, paper: object, inquiry_url: str = "") -> str:
        """Write the QR code's text for a finished paper."""
        day = local(issue.printed_at).date()
        words = "\x1f".join(words_of(paper)).encode("utf-8", "surrogatepass")  # the fonts refuse it, in words
        digest = hashlib.sha256(words).digest()[:_DIGEST_BYTES]
        copy = (_LETTERS[kind], str(issue.copy_no), issue.verification)
        facts = (*copy, f"{day:%Y%m%d}", self._terminal_id, _letters(digest))
        signature = self._key.sign(_signed(case_number, facts))
        return f"{inquiry_url}{case_number}{'#' if inquiry_url else '.'}Y1.{'.'.join(facts)}.{_letters(signature)}"

    def check(self, text: str) -> SealCheck:
        """Check a scanned text; blanks and the case of letters do not matter.

        Raises:
            ConfigError: the list of known terminals cannot be read.
        """
        found = _SEAL.search(scanner_form(text))
        seal = _read(found) if found else None
        if found is None or seal is None:
            return SealCheck(Verdict.UNREADABLE)
        keys = [*self._known().get(seal.terminal_id, ())]
        if seal.terminal_id == self._terminal_id:
            keys.append(self._key.public)
        if not keys:
            return SealCheck(Verdict.UNKNOWN_TERMINAL, seal)
        message = _signed(found["number"], found.group("kind", "copy", "code", "day", "terminal", "digest"))
        signature = _bytes(found["signature"])
        genuine = any(is_signed_by(key, message, signature) for key in keys)
        return SealCheck(Verdict.GENUINE if genuine else Verdict.FORGED, seal)


def scanner_form(text: str) -> str:
    """Bring a scanned text to one form: input methods make full-width forms and another full stop of the keys."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper().replace("。", ".")


def _read(found: re.Match[str]) -> Seal | None:
    kind = _KINDS.get(found["kind"])
    try:
        day = date.fromisoformat(found["day"])
    except ValueError:
        return None
    if kind is None:
        return None
    digest = _bytes(found["digest"]).hex()
    return Seal(found["number"], kind, int(found["copy"]), found["code"], day, found["terminal"], digest)


def _signed(case_number: str, facts: Sequence[str]) -> bytes:
    return _PURPOSE + ".".join((case_number, *facts)).encode()


def _letters(data: bytes) -> str:
    return base64.b32encode(data).decode("ascii").rstrip("=")


def _bytes(letters: str) -> bytes:
    return base64.b32decode(letters + "=" * (-len(letters) % 8))
