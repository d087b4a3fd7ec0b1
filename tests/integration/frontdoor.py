"""The service, and what stands before it: TLS, the files of the site, and `/-/` handed on.

As docs/operating.md has it for Caddy and nginx.  A browser reaches it as its proxy, so that
every host is this one, and nothing that a page asks for leaves the machine.
"""

from __future__ import annotations

import datetime as dt
import http.client
import http.server
import os
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from publisher.fakes.certificate import server_context, write_certificate

_HOP = ("connection", "transfer-encoding", "keep-alive", "content-length", "date", "server")


class _Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    context: ssl.SSLContext
    service: int

    def do_CONNECT(self) -> None:
        """Whoever asks for a host gets this one, over TLS."""
        self.send_response(200)
        self.end_headers()
        self.connection = self.context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.close_connection = False

    def finish(self) -> None:
        """Close what was wrapped, too: the server knows the bare connection only."""
        super().finish()
        self.connection.close()

    def handle(self) -> None:
        """Serve a connection; a browser may leave at any time."""
        with suppress(OSError):
            super().handle()

    def do_GET(self) -> None:
        """A file of the site, or a page of the service."""
        self._hand_on() if self.path.startswith("/-/") else super().do_GET()

    def do_HEAD(self) -> None:
        """The same without its body."""
        self._hand_on() if self.path.startswith("/-/") else super().do_HEAD()

    def do_POST(self) -> None:
        """What is sent to the service."""
        self._hand_on()

    def _hand_on(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        headers |= {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
        inner = http.client.HTTPConnection("127.0.0.1", self.service, timeout=30)
        inner.request(self.command, self.path, self.rfile.read(length), headers)
        answer = inner.getresponse()
        body = answer.read()
        inner.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is written down: addresses hold tokens."""


@contextmanager
def service(root: Path, settings: Mapping[str, str], now: str) -> Iterator[str]:
    """`publisher serve` as a process of its own; gives its address."""
    own = {"PUBLISHER_LISTEN": "127.0.0.1:0", "PUBLISHER_PROXIES": "127.0.0.1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "publisher", "--root", str(root), "--now", now, "serve"],
        stdout=subprocess.PIPE, text=True,
        env=os.environ | settings | own | {"PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=60)
        process.stdout.close()
    assert status == 0


@contextmanager
def front_door(public: Path, service: str, host: str, folder: Path) -> Iterator[str]:
    """Serves the site's files and the service at `https://host`; gives the proxy's address."""
    certificate = write_certificate(folder / "certificate.pem", host, dt.datetime.now(dt.UTC))

    class Handler(_Handler):
        context = server_context(certificate)

        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(public))

    Handler.service = urlsplit(service).port or 0
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
