"""A private `cupsd` with one queue that prints to an IPP printer, on a free port of loopback."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ipp_printer import IppPrinterProcess, answers, free_port, stop
from waiting import wait_for

from devices.printers.ipp_codec import GroupTag, Operation, ValueTag, attribute, encode
from devices.printers.ipp_http import exchange, parse_address

QUEUE = "receipt"

CUPSD_CONF = """Listen 127.0.0.1:{port}
LogLevel info
MaxLogSize 0
Browsing Off
BrowseLocalProtocols none
WebInterface No
ErrorPolicy retry-job
JobRetryInterval 2
PreserveJobHistory Yes
<Location />
  Order allow,deny
  Allow localhost
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""

CUPS_FILES_CONF = """SystemGroup root
User {user}
Group {group}
ServerRoot {root}/etc
RequestRoot {root}/spool
TempDir {root}/spool/tmp
CacheDir {root}/cache
StateDir {root}/state
AccessLog {root}/log/access_log
ErrorLog {root}/log/error_log
PageLog {root}/log/page_log
"""


@contextmanager
def cups_queue(printer: IppPrinterProcess) -> Iterator[str]:
    """Run the server and give its address, `host:port`; the queue is called `QUEUE`."""
    # Not below pytest's folder: cupsd works as `lp` and must be able to walk there.
    root = Path(tempfile.mkdtemp(prefix="yizhan-cups-"))
    root.chmod(0o755)
    user = "lp" if os.geteuid() == 0 else getpass.getuser()
    for name in ("etc/ppd", "spool/tmp", "cache", "state", "log"):
        (root / name).mkdir(parents=True)
    if os.geteuid() == 0:  # cupsd refuses to let its filters work as root
        for name in ("spool", "spool/tmp", "cache"):
            shutil.chown(root / name, user, user)
    port = free_port()
    group = user
    (root / "etc/cupsd.conf").write_text(CUPSD_CONF.format(port=port), "utf-8")
    (root / "etc/cups-files.conf").write_text(CUPS_FILES_CONF.format(root=root, user=user, group=group), "utf-8")
    arguments = ["cupsd", "-f", "-c", str(root / "etc/cupsd.conf"), "-s", str(root / "etc/cups-files.conf")]
    with (root / "log/out").open("wb") as log:
        server = subprocess.Popen(arguments, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        wait_for(lambda: server.poll() is not None or answers(port), "cupsd")
        assert server.poll() is None, (root / "log/out").read_text("utf-8")
        uri = f"ipp://localhost:{printer.port}/ipp/print"
        made = subprocess.run(
            ["lpadmin", "-h", f"127.0.0.1:{port}", "-p", QUEUE, "-E", "-v", uri, "-m", "everywhere"],
            capture_output=True, timeout=30, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        # The server asks the printer in the background and takes jobs, only to abort them, before it has the answer.
        wait_for(lambda: "IPP Everywhere" in _model(port), "the queue to know its printer")
        yield f"127.0.0.1:{port}"
    finally:
        stop(server)
        shutil.rmtree(root, ignore_errors=True)


def _model(port: int) -> str:
    address = parse_address(f"127.0.0.1:{port}/printers/{QUEUE}")
    question = [
        attribute(ValueTag.CHARSET, "attributes-charset", "utf-8"),
        attribute(ValueTag.NATURAL_LANGUAGE, "attributes-natural-language", "en"),
        attribute(ValueTag.URI, "printer-uri", address.uri),
        attribute(ValueTag.KEYWORD, "requested-attributes", "printer-make-and-model"),
    ]
    request = encode(Operation.GET_PRINTER_ATTRIBUTES, 1, [(GroupTag.OPERATION, question)])
    return str(exchange(address, request, 5).first_of(GroupTag.PRINTER).get("printer-make-and-model"))
