#!/usr/bin/env python3
"""Set up, run, test and bundle the product with nothing but Python 3.11 or newer.

- `python3 dev.py run [options]`: set up what is missing, then show the product in training mode
- `python3 dev.py test [options]`: set up what is missing, then run the whole gate
- `python3 dev.py proof [NAME …] [--seed N]`: run the long campaigns; they write docs/proof/NAME.json
- `python3 dev.py setup`: set up only
- `python3 dev.py bundle`: make the one-folder program under dist/; with `--check` also take the tour with it, in an
  empty environment
- `python3 dev.py lock`: renew the lock file after a change of dependencies
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "yizhan.stamp"

# Debian package (or alternatives) → why. The first group is needed to run, the second to test.
RUN_PACKAGES = {
    "gcc": "builds the PC/SC module, which has no ready-made Linux wheel",
    "libc6-dev": "the same",
    "libpcsclite-dev": "the same",
    "libpcsclite1": "talks to smart-card readers",
    "pcscd": "the PC/SC service",
    "libccid": "USB smart-card reader driver",
    "libegl1": "the screen (Qt)",
    "libgl1": "the screen (Qt)",
    "libglib2.0-0|libglib2.0-0t64": "the screen (Qt)",
    "libfontconfig1": "the screen (Qt)",
    "libdbus-1-3": "the screen (Qt)",
    "libxkbcommon0": "the screen (Qt)",
    "libxkbcommon-x11-0": "a window under X11 (Qt)",
    "libxcb-cursor0": "a window under X11 (Qt)",
    "libxcb-icccm4": "a window under X11 (Qt)",
    "libxcb-image0": "a window under X11 (Qt)",
    "libxcb-keysyms1": "a window under X11 (Qt)",
    "libxcb-randr0": "a window under X11 (Qt)",
    "libxcb-render-util0": "a window under X11 (Qt)",
    "libxcb-shape0": "a window under X11 (Qt)",
    "libxcb-xkb1": "a window under X11 (Qt)",
}
TEST_PACKAGES = {
    "vsmartcard-vpcd": "a virtual smart card for the real PC/SC service",
    "cups-ipp-utils": "a real IPP printer process",
    "cups": "a real print server",
    "cups-client": "the same",
    "cups-filters": "the same",
    "avahi-daemon": "the IPP printer process asks for it",
    "dbus": "the same; and the key store",
    "gnome-keyring": "a real key store",
    "xvfb": "a real window on a virtual screen",
    "xauth": "the same",
    "xdotool": "real mouse and key events on it",
    "poppler-utils": "reads papers back as text",
    "strace": "kills the program at every write",
    "postgresql": "a real database server for the hub",
    "iproute2": "a narrow line in a network namespace",
    "nftables": "loses packets on it",
    "chromium": "a real browser before the hub's pages",
    "chromium-driver": "the same",
}


def main(arguments: list[str]) -> int:
    """Do what was asked; give the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036  the one file that an older Python may be asked to run
        sys.exit("Yizhan needs Python 3.11 or newer.")
    commands = {"run": run, "test": test, "proof": proof, "setup": set_up_all, "bundle": bundle, "lock": lock}
    if not arguments or arguments[0] not in commands:
        print(__doc__)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    return commands[arguments[0]](arguments[1:])


def run(arguments: list[str]) -> int:
    """Show the product in training mode."""
    set_up(RUN_PACKAGES)
    return _become([str(BIN / "kiosk"), "run", *arguments])


def test(arguments: list[str]) -> int:
    """Run the gate: style, types, import rules, QML, then the tests. Options go to pytest."""
    set_up(RUN_PACKAGES | TEST_PACKAGES)
    steps = {
        "ruff check": [str(BIN / "ruff"), "check", "."],
        "ruff format": [str(BIN / "ruff"), "format", "--check", "."],
        "mypy": [str(BIN / "mypy")],
        "import rules": [str(BIN / "lint-imports")],
        "qmllint": [str(PYTHON), "-m", "ui.lint"],
    }
    failed = []
    for name, command in [*steps.items(), ("pytest", None)]:
        started = time.monotonic()
        print(f"== {name}", flush=True)
        code = subprocess.run(command, cwd=ROOT, check=False).returncode if command else _run_tests(arguments)
        print(
            f"== {name}: {'ok' if code == 0 else f'failed ({code})'} in {time.monotonic() - started:.0f} s", flush=True
        )
        if code:
            failed.append(name)
    if failed:
        print(f"The gate is closed: {', '.join(failed)}.")
    return 1 if failed else 0


def _run_tests(arguments: list[str]) -> int:
    """Run pytest: what was asked for, or everything in three processes, of which one mostly waits for another program.

    A process takes file after file, so that what a file's tests share is made once.
    """
    everything = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
    # Hundreds of child processes start: what one has compiled serves the next.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return _run([str(PYTHON), "-m", "pytest", *(arguments or everything)], environment=environment)


def proof(arguments: list[str]) -> int:
    """Run long campaigns and write what they found."""
    set_up(RUN_PACKAGES | TEST_PACKAGES)
    return _run([str(PYTHON), str(ROOT / "tests" / "campaigns" / "prove.py"), *arguments])


def set_up_all(_: list[str]) -> int:
    """Set up for running and testing."""
    set_up(RUN_PACKAGES | TEST_PACKAGES)
    print(f"Ready: {BIN / 'kiosk'}")
    return 0


def bundle(arguments: list[str]) -> int:
    """Make the one-folder program."""
    set_up(RUN_PACKAGES)
    folders = ["--distpath", str(ROOT / "dist"), "--workpath", str(ROOT / "build")]
    options = ["--noconfirm", "--log-level", "WARN", *folders]
    print("Making the bundle, this takes a minute or two …", flush=True)
    if code := _run([str(PYTHON), "-m", "PyInstaller", *options, str(ROOT / "build.spec")]):
        return code
    folder = ROOT / "dist" / "kiosk"
    size = sum(path.lstat().st_size for path in folder.rglob("*"))
    program = folder / ("kiosk.exe" if os.name == "nt" else "kiosk")
    print(f"Ready: {program}, {size / 2**20:.0f} MB", flush=True)
    return check_bundle(program) if "--check" in arguments else 0


def check_bundle(program: Path) -> int:
    """Run the program with nothing of this machine's environment: checks, the whole tour; pictures go to dist/tour."""
    pictures = ROOT / "dist" / "tour"
    shutil.rmtree(pictures, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="yizhan-") as home:
        environment = {"HOME": home, "PATH": "/usr/bin:/bin"}
        if os.name == "nt":  # programs do not start without these there
            environment = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP", "LOCALAPPDATA")}
        for arguments in (["--version"], ["doctor"], ["tour", "--out", str(pictures)]):
            command = [str(program), *arguments]
            if code := subprocess.run(command, cwd=home, env=environment, timeout=300, check=False).returncode:
                print(f"The bundle failed at `kiosk {' '.join(arguments)}` ({code}).")
                return 1
        serve = [str(program), "hub", "serve", "--workers", "2"]
        with subprocess.Popen(serve, cwd=home, env=environment, stdout=subprocess.PIPE) as hub:
            said = hub.stdout.readline() if hub.stdout else b""
            hub.terminate()
        if not said:
            print(f"The bundle failed at `{' '.join(['kiosk', *serve[1:]])}`.")
            return 1
    print(f"The bundle works; the tour's pictures and papers: {pictures}")
    return 0


def lock(_: list[str]) -> int:
    """Renew the lock file: one for all platforms, every file by its hash."""
    uv = shutil.which("uv") or str(BIN / "uv")
    command = [
        uv,
        "pip",
        "compile",
        "--universal",
        "--generate-hashes",
        "--no-annotate",
        "--no-header",
        "--group",
        "dev",
    ]
    command += ["--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links", "-q"]
    return _run([*command, "-o", str(LOCK), "pyproject.toml"])


def set_up(packages: dict[str, str]) -> None:
    """Install what is missing; nearly nothing to do the second time."""
    wanted = hashlib.sha256(b"\0".join([LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes()])).hexdigest()
    stamp = STAMP.read_text().split() if STAMP.exists() else []
    stamp_packages = hashlib.sha256(" ".join(packages).encode()).hexdigest()
    if stamp[:1] == [wanted] and stamp_packages in stamp[1:]:
        return
    install_system_packages(packages)
    if stamp[:1] != [wanted]:
        install_python_packages()
        stamp = [wanted]
    STAMP.write_text("\n".join([*stamp, stamp_packages]))


def install_system_packages(packages: dict[str, str]) -> None:
    """Install missing Debian packages, or print the exact command and stop when that is not allowed."""
    if not sys.platform.startswith("linux") or not shutil.which("apt-get"):
        if sys.platform.startswith("linux"):
            print("This is not Debian or Ubuntu. Please see that the equivalents of these are there:", *packages)
        return
    packages = dict(packages)
    if sys.prefix == sys.base_prefix and sys.executable.startswith("/usr/bin"):
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        packages |= {f"{version}-venv": "the virtual environment", f"{version}-dev": "builds the PC/SC module"}
    missing = {name: why for name, why in packages.items() if not any(map(_is_installed, name.split("|")))}
    if not missing:
        return
    print("These system packages are missing:")
    for name, why in missing.items():
        print(f"  {name}: {why}")
    names = [name.split("|")[0] for name in missing]
    install = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    by_hand = f"sudo apt-get update && sudo {' '.join(install)}"
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and (not shutil.which("sudo") or _run(["sudo", "-n", "true"], quiet=True)):
        sys.exit(f"Please run this and start again:\n  {by_hand}")
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    _run([*prefix, *environment, "apt-get", "update", "-q"], quiet=True)
    if _run([*prefix, *environment, *install], quiet=True):
        sys.exit(
            f"Installing failed. Please run this and start again:\n  sudo apt-get update && sudo {' '.join(install)}"
        )


def install_python_packages() -> None:
    """Make the virtual environment from the lock file."""
    print("Making the virtual environment, this takes a minute or two the first time …", flush=True)
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    if _run([*pip, "--require-hashes", "-r", str(LOCK)]):
        sys.exit("Installing the locked dependencies failed; the lines above say why.")
    if _run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]):
        sys.exit("Installing the program into its environment failed; the lines above say why.")


def _is_installed(package: str) -> bool:
    query = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}", package], capture_output=True, text=True, check=False
    )
    return query.stdout == "installed"


def _run(command: list[str], *, quiet: bool = False, environment: dict[str, str] | None = None) -> int:
    out = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, cwd=ROOT, check=False, stdout=out, env=environment).returncode


def _become(command: list[str]) -> int:
    """Replace this process, so that signals and the exit code are the program's own."""
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606  a program of our own environment, no shell wanted
    return _run(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
