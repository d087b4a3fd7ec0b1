"""An HTTP server on loopback that answers as it is told, and keeps what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs

_PATIENCE = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; names of headers are in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def topic(self) -> str:
        """The feed of which a publisher tells a WebSub hub; raises ValueError for anything else."""
        found = parse_qs(self.body.decode("ascii"), strict_parsing=True)
        form = self.headers.get("content-type") == "application/x-www-form-urlencoded"
        if self.method != "POST" or not form or found.keys() != {"hub.mode", "hub.url"}:
            raise ValueError(f"no ping: {self}")
        if found["hub.mode"] != ["publish"]:
            raise ValueError(f"not published: {self}")
        (topic,) = found["hub.url"]
        return topic


@dataclass(frozen=True, slots=True)
class Given:
    """An answer."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Answers = Callable[[Asked], Given]


class WebServer:
    """Answers between `start` and `stop`, on a port that stays the same over a restart.

    `answer` may be replaced at any time; a ConnectionError of it hangs up.
    """

    def __init__(self, answer: Answers | None = None) -> None:
        self.answer: Answers = answer or (lambda asked: Given())
        self.port = 0
        self._asked: list[Asked] = []
        self._lock = Lock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[Asked]:
        """What it was asked, in its order."""
        with self._lock:
            return list(self._asked)

    def forget(self) -> None:
        """Begin the list of what was asked anew."""
        with self._lock:
            self._asked.clear()

    def start(self) -> None:
        """Listen; the first time on any free port."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02},
            name="web server", daemon=True,
        )  # fmt: skip
        self._thread.start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._thread.join(_PATIENCE)
        self._server.server_close()

    def _take(self, asked: Asked) -> Given:
        with self._lock:
            self._asked.append(asked)
        return self.answer(asked)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(length)
                try:
                    given = take(Asked(self.command, self.path, headers, body))
                except ConnectionError:
                    return
                self.send_response(given.status)
                for name, value in given.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(given.body)))
                self.end_headers()
                self.wfile.write(given.body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                pass

            def handle(self) -> None:
                try:
                    super().handle()
                except ConnectionError:  # who asked has left
                    return

        return Handler
