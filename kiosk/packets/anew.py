"""An event that the hub refused, written once more with what a correction has changed since."""

from __future__ import annotations

import msgspec

from kiosk.domain.application import Application
from kiosk.domain.form import read_path
from kiosk.errors import ErrorCode, InputError
from kiosk.packets.canonical import canonical_json
from kiosk.packets.events import CaseCorrected, CaseTakenIn, EventKind, people_of


def written_anew(kind: EventKind, payload: bytes, application: Application, terminal: str) -> bytes | None:
    """Write what the hub refused once more, with the application as it is now; its files and matters are the same.

    Returns:
        None for a kind that changes nothing in a case: it gives its place up.

    Raises:
        InputError: INPUT_INVALID, it is no payload of this kind, or a value cannot be written.
    """
    try:
        match kind:
            case EventKind.CASE_TAKEN_IN:
                taken = msgspec.json.decode(payload, type=CaseTakenIn)
                return canonical_json(msgspec.structs.replace(taken, terminal=terminal, **people_of(application)))
            case EventKind.CASE_CORRECTED:
                corrected = msgspec.json.decode(payload, type=CaseCorrected)
                fields = {path: read_path(application, path) for path in corrected.fields}
                return canonical_json(msgspec.structs.replace(corrected, fields=fields))
            case EventKind.CASE_WITHDRAWN | EventKind.CASE_REOPENED | EventKind.AUTHORIZATION_REVOKED:
                return payload
    except msgspec.DecodeError as exc:
        raise InputError(ErrorCode.INPUT_INVALID, place=kind.value) from exc
    return None
