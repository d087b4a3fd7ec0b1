"""The preview's HTTP server: for the machine it runs on, without anything to log in to.

It answers to local names only.  Otherwise a page in the editor's browser could read unpublished
issues by a name of its own that points to this machine (DNS rebinding).
"""

from __future__ import annotations

import mimetypes
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from publisher.errors import PublisherError, UsageError
from publisher.preview import screens
from publisher.preview.scheme import force
from publisher.preview.studio import Studio, told
from publisher.preview.watch import Watch
from publisher.render import paths

_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
_KEEP_ALIVE = 15  # seconds between two signs of life to a waiting browser

Answer = tuple[int, str, bytes]


class PreviewServer(ThreadingHTTPServer):
    """Serves a studio on a port of the loopback interface; 0 takes a free one."""

    daemon_threads = True

    def __init__(self, studio: Studio, watch: Watch, port: int = 0) -> None:
        self.studio, self.watch = studio, watch
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that left before it had its answer; report all else."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """Let go of the port and of the publication."""
        super().server_close()
        self.studio.close()

    @property
    def url(self) -> str:
        """Where to point a browser."""
        return f"http://127.0.0.1:{self.server_address[1]}/"


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a request; what goes wrong is shown as a page."""
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if host not in _LOCAL:
            self._send(403, "text/plain", b"The preview answers on this machine only.\n")
            return
        parts = urlsplit(self.path)
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        path = unquote(parts.path)
        if path == "/-/events":
            self._events()
            return
        try:
            self._send(*self._answer(path, query))
        except PublisherError as error:
            page = screens.failure(*told(error), self.server.watch.version)
            self._send(404 if isinstance(error, UsageError) else 500, *page)

    do_HEAD = do_GET  # noqa: N815  the name that http.server looks for

    def _answer(self, path: str, query: dict[str, str]) -> Answer:
        studio, version = self.server.studio, self.server.watch.version
        if path == "/":
            rows, problems = studio.rows(version), studio.problems(version)
            return 200, *screens.overview(rows, problems, version)
        kind, *names = path.removeprefix("/-/").split("/") if path.startswith("/-/") else ["file"]
        if kind in _VIEWS and len(names) == _VIEWS[kind][0]:
            return _VIEWS[kind][1](studio, names, query, version)
        return _file(studio, path, query, version)

    def _events(self) -> None:
        """Tell the browser each time something was saved (server-sent events)."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        watch = self.server.watch
        version = watch.version
        try:
            self.wfile.write(f"data: {version}\n\n".encode())
            while not watch.is_over:
                now = watch.wait(version, _KEEP_ALIVE)
                self.wfile.write(f"data: {now}\n\n".encode() if now != version else b": still\n\n")
                self.wfile.flush()
                version = now
        except OSError:
            pass  # The browser has left.

    def _send(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{media_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: an editor's terminal is for what they have to mend."""


def _issue(studio: Studio, names: list[str], query: dict[str, str], version: int) -> Answer:
    bulletin, name = names
    proof = studio.proof(bulletin, name, version)
    return 200, *screens.issue(proof, query, version)


def _mail(studio: Studio, names: list[str], query: dict[str, str], version: int) -> Answer:
    bulletin, name, edition = names
    mail = studio.proof(bulletin, name, version).mails.get(edition)
    if mail is None:
        raise UsageError(f"{bulletin} has no edition “{edition}”")
    if query.get("form") == "text":
        return 200, "text/plain", mail.text.encode()
    return 200, "text/html", force(mail.html, query.get("scheme", "")).encode()


def _feed(studio: Studio, names: list[str], query: dict[str, str], version: int) -> Answer:
    bulletin, name, edition = names
    form = query.get("form", "atom")
    if form not in paths.FEED_FILES:
        raise UsageError(f"there is no feed “{form}”", f"use one of {', '.join(paths.FEED_FILES)}")
    files = studio.proof(bulletin, name, version).files
    found = files.get(paths.file_of(paths.feed(paths.bulletin(edition, bulletin), form)))
    if found is None:
        raise UsageError(f"{bulletin} has no edition “{edition}”")
    # As text: a browser would offer to save it, or show nothing.
    return 200, "text/plain", found


_View = Callable[[Studio, list[str], dict[str, str], int], Answer]
_VIEWS: dict[str, tuple[int, _View]] = {
    "issue": (2, _issue),
    "mail": (3, _mail),
    "feed": (3, _feed),
}


def _file(studio: Studio, path: str, query: dict[str, str], version: int) -> Answer:
    found = studio.file(path, version)
    if found is None:
        raise UsageError(
            f"{path} is not part of the issues that were looked at",
            "open the issue that it belongs to from the overview; `publisher build` writes all",
        )
    is_page = path.endswith(("/", ".html"))
    media_type = "text/html" if is_page else mimetypes.guess_type(path)[0]
    if media_type in ("text/html", "text/css"):
        found = force(found.decode(), query.get("scheme", "")).encode()
    return 200, media_type or "application/octet-stream", found
