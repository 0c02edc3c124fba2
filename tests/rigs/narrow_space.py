"""A network namespace behind a line of the kernel's that is narrow and loses packets. Needs root, `ip`, `tc`, `nft`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

SPACE, HERE, THERE = "yizhan-lines", "10.231.77.1", "10.231.77.2"
"""The namespace; this side's address, and the one within."""
_SUBNET = "10.231.77.0/30"
_NEAR, _FAR = "yizhan0", "yizhan1"


@contextmanager
def narrow_space(kbit_per_s: int, loss_percent: int) -> Iterator[None]:
    """Make the namespace; width and loss hold for each direction by itself."""
    inside = f"ip netns exec {SPACE} "
    with ExitStack() as stack:
        _do(f"ip netns add {SPACE}")
        stack.callback(_do, f"ip netns del {SPACE}")  # its half of the line goes with it, and so the other half
        _do(f"ip link add {_NEAR} type veth peer name {_FAR} netns {SPACE}")
        _do(f"ip addr add {HERE}/30 dev {_NEAR}")
        _do(f"ip link set {_NEAR} up")
        _do(f"ip -n {SPACE} addr add {THERE}/30 dev {_FAR}")
        for name in (_FAR, "lo"):
            _do(f"ip -n {SPACE} link set {name} up")
        # As most systems have it, whatever this machine's own way of congestion control is.
        _do(f"ip -n {SPACE} route change {_SUBNET} dev {_FAR} src {THERE} congctl cubic")
        for where, name in (("", _NEAR), (inside, _FAR)):
            _do(f"{where}tc qdisc add dev {name} root tbf rate {kbit_per_s}kbit burst 3000 latency 2s")
            # Lost where they arrive, as on a line: what a machine drops of its own on the way out, TCP hears of.
            _do(f"{where}nft add table netdev {SPACE}")
            if not where:
                stack.callback(_do, f"nft delete table netdev {SPACE}")
            _do(f"{where}nft add chain netdev {SPACE} lossy {{ type filter hook ingress device {name} priority 0 ; }}")
            _do(
                f"{where}nft add rule netdev {SPACE} lossy meta protocol ip numgen random mod 100 < {loss_percent} drop"
            )
        yield


def run_within(script: str, *arguments: str, limit_s: float) -> bytes:
    """Run a Python program in the namespace; gives what it wrote."""
    command = ["ip", "netns", "exec", SPACE, sys.executable, script, *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=limit_s).stdout


def _do(command: str) -> None:
    subprocess.run(command.split(), check=True, timeout=20)
