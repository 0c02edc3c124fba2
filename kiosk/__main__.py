"""The `kiosk` program: one command each, loaded only when asked for."""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from kiosk import __version__
from kiosk.commands import COMMANDS
from kiosk.errors import ErrorCode, InputError, KioskError
from kiosk.messages import describe
from kiosk.paths import default_data_dir

if sys.platform == "linux":
    import resource

_PR_SET_DUMPABLE = 4
"""prctl(2); it also holds where dumps are piped into a program, which the limit alone does not stop."""

_SWITCH_S = 0.0005
"""How long a thread that computes may keep the others waiting: a tap, an answer of the hub. Python's own is 5 ms."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; give its exit code: 0 done, 1 an expected failure (as JSON), 2 wrong usage."""
    os.umask(0o077)  # whatever is written holds people's data or keys
    _keep_memory_private()
    sys.setswitchinterval(_SWITCH_S)
    common = _common_options()
    # --data and --hub may stand anywhere, also behind commands that have commands of their own.
    values, rest = common.parse_known_args(arguments)
    values.data = values.data or default_data_dir()
    asked = rest[:1] if rest[:1] and rest[0] in COMMANDS else COMMANDS
    args = _parser(common, asked).parse_args(rest, values)
    try:
        return int(args.run(args))
    except KioskError as error:
        return report(error)
    except (UnicodeDecodeError, json.JSONDecodeError):
        return report(InputError(ErrorCode.INPUT_NOT_JSON))


def _keep_memory_private() -> None:
    """Have no image of this process's memory written when it crashes, nor let other programs of its user read it.

    docs/decisions/0011. Windows writes none unless it is told to: docs/operations.md.
    """
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def report(error: KioskError) -> int:
    """Print a known failure as JSON on standard output and in words on standard error."""
    words = describe(error)
    problem = {"code": words.code, "what": words.what, "do": words.do}
    print(json.dumps({"error": problem}, ensure_ascii=False))
    print(f"{words.code} {words.what}。{words.do}。", file=sys.stderr)
    return 1


def _common_options() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    common.add_argument("--data", type=Path, metavar="DIR", help="data folder")
    common.add_argument("--hub", dest="hub_url", metavar="URL", help="use this hub instead of the configured one")
    return common


def _parser(common: argparse.ArgumentParser, names: Iterable[str]) -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="kiosk", description="居民身后一件事 · service counter", parents=[common])
    root.add_argument("--version", action="version", version=f"yizhan {__version__}")
    subparsers = root.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in names:
        import_module(f"kiosk.commands.{name}").add_parser(subparsers)
    return root


if __name__ == "__main__":
    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        freeze_support()  # a worker of the hub is this program, started anew with words that are no command
    sys.exit(main())
