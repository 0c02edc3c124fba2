"""Where a hub may be: a private line to another machine, or this machine."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from kiosk.errors import ErrorCode, HubError

_PORTS = {"http": 80, "https": 443}
_HOST_NAME = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", re.ASCII)


def base_of(url: str) -> str:
    """Check a hub's address and spell it anew from its parts, so that no two readers of it can differ.

    Raises:
        HubError: HUB_ADDRESS_UNSAFE, it is neither HTTPS nor plain HTTP to this machine, or no plain address.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as exc:
        raise HubError(ErrorCode.HUB_ADDRESS_UNSAFE) from exc
    known = _HOST_NAME.fullmatch(host) is not None or _is_address(host)
    private = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    rest = (parts.username, parts.path.rstrip("/"), parts.query, parts.fragment)
    if not (known and private and port) or any(rest):
        raise HubError(ErrorCode.HUB_ADDRESS_UNSAFE)
    return f"{parts.scheme}://[{host}]:{port}" if ":" in host else f"{parts.scheme}://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Tell whether a host's name or address means this machine."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
