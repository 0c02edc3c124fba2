"""Servers on loopback that answer HTTP as scripted, or not at all."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, bytes] | None
"""Status and body; None cuts the connection without an answer."""


@contextmanager
def scripted_server(answer: Callable[[bytes], Answer]) -> Iterator[int]:
    """Answer each POST by its body; gives the port."""

    class Handler(BaseHTTPRequestHandler):
        """Answers from the script."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            said = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.close_connection = True
            if said is None:
                return
            status, body = said
            with contextlib.suppress(ConnectionError):  # the client need not read all of it
                self.send_response(status)
                self.send_header("Content-Type", "application/ipp")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@contextmanager
def raw_server(talk: Callable[[socket.socket, threading.Event], None]) -> Iterator[int]:
    """Hand each connection to `talk` in a thread, with an event that ends it; gives the port."""
    ended = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            talk(connection, ended)

    def accept() -> None:
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=serve, args=(connection,)))
                threads[-1].start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        ended.set()
        acceptor.join(10)
        for thread in threads:
            thread.join(10)
        listener.close()


def stay_silent(_connection: socket.socket, ended: threading.Event) -> None:
    """Take the connection and never say anything."""
    ended.wait(30)


def drip(connection: socket.socket, ended: threading.Event) -> None:
    """Send a header for ever, a byte at a time, so that no single read ever waits long."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not ended.wait(0.02):
        connection.sendall(b"x")
