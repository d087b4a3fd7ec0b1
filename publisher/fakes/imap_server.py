"""An IMAP server on loopback with one folder, that fails where it is told to (RFC 3501)."""

from __future__ import annotations

import base64
import re
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from io import BufferedRWPair
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

_PATIENCE = 5
_LITERAL = re.compile(rb"<0\.(\d+)>")


@dataclass(slots=True)
class Manners:
    """How the server behaves.

    `hang_up` and `silent` hold the beginnings of commands at which it closes the connection, once
    each, or says nothing more; `announces` is a length that it claims a message to have.
    """

    user: str = "bounces"
    password: str = "secret"  # noqa: S105 - nobody's
    folder: str = "INBOX"
    greeting: bytes = b"* OK ready"
    has_plain: bool = True
    hang_up: list[str] = field(default_factory=list)
    silent: tuple[str, ...] = ()
    announces: int | None = None


class ImapServer:
    """Holds `messages` by number; `seen` are those that were marked, `commands` what was asked."""

    def __init__(
        self,
        messages: list[bytes],
        manners: Manners | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.messages = dict(enumerate(messages, start=11))
        self.manners = manners or Manners()
        self.seen: set[int] = set()
        self.validity = 1
        self.commands: list[str] = []
        self._context = context
        self._lock, self._stopping = Lock(), Event()
        self._sockets: list[socket.socket] = []
        self._threads: list[Thread] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._door = Thread(target=self._welcome, name="imap server", daemon=True)
        self._door.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._door.join(_PATIENCE)
        self._listener.close()
        for sock in self._sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_PATIENCE)

    def _welcome(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(sock)
            thread = Thread(target=self._serve, args=[sock], name="imap client", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError), sock:
            if self._context is not None:
                with self._context.wrap_socket(sock, server_side=True) as wrapped:
                    self._talk(wrapped)
            else:
                self._talk(sock)

    def _talk(self, sock: socket.socket) -> None:
        with sock.makefile("rwb") as stream:
            _say(stream, self.manners.greeting)
            while line := stream.readline():
                tag, _, command = line.decode("utf-8", "replace").strip().partition(" ")
                self.commands.append(command)
                if self._fails(command):
                    return
                if not self._answer(stream, tag, command):
                    return

    def _fails(self, command: str) -> bool:
        """Whether to hang up here; or fall silent, until the server stops."""
        if command.startswith(self.manners.silent or ("\0",)):
            self._stopping.wait()
            return True
        for beginning in self.manners.hang_up:
            if command.startswith(beginning):
                self.manners.hang_up.remove(beginning)
                return True
        return False

    def _answer(self, stream: BufferedRWPair, tag: str, command: str) -> bool:
        verb = " ".join(command.upper().split()[: 2 if command.upper().startswith("UID") else 1])
        steps: dict[str, Callable[[BufferedRWPair, str], str]] = {
            "CAPABILITY": self._capability,
            "LOGIN": self._login,
            "AUTHENTICATE": self._authenticate,
            "SELECT": self._select,
            "UID SEARCH": self._search,
            "UID FETCH": self._fetch,
            "UID STORE": self._store,
        }
        with self._lock:
            if verb == "LOGOUT":
                _say(stream, b"* BYE", f"{tag} OK bye".encode())
                return False
            step = steps.get(verb)
            said = step(stream, command) if step else "BAD unknown command"
            _say(stream, f"{tag} {said}".encode())
        return True

    # Commands ----------------------------------------------------------------------------------

    def _capability(self, stream: BufferedRWPair, _: str) -> str:
        _say(
            stream, b"* CAPABILITY IMAP4rev1" + (b" AUTH=PLAIN" if self.manners.has_plain else b"")
        )
        return "OK done"

    def _login(self, _: BufferedRWPair, command: str) -> str:
        right = f'LOGIN "{self.manners.user}" "{self.manners.password}"'
        return "OK welcome" if command == right else "NO [AUTHENTICATIONFAILED] wrong password"

    def _authenticate(self, stream: BufferedRWPair, _: str) -> str:
        _say(stream, b"+ ")
        given = base64.b64decode(stream.readline()).decode()
        right = f"\0{self.manners.user}\0{self.manners.password}"
        return "OK welcome" if given == right else "NO [AUTHENTICATIONFAILED] wrong password"

    def _select(self, stream: BufferedRWPair, command: str) -> str:
        if command != f'SELECT "{self.manners.folder}"':
            return "NO [NONEXISTENT] no such mailbox"
        _say(stream, f"* {len(self.messages)} EXISTS".encode(),
             f"* OK [UIDVALIDITY {self.validity}] valid".encode())  # fmt: skip
        return "OK [READ-WRITE] selected"

    def _search(self, stream: BufferedRWPair, _: str) -> str:
        found = " ".join(str(uid) for uid in sorted(self.messages) if uid not in self.seen)
        _say(stream, f"* SEARCH {found}".strip().encode())
        return "OK done"

    def _fetch(self, stream: BufferedRWPair, command: str) -> str:
        uid = int(command.split()[2])
        asked = _LITERAL.search(command.encode())
        data = self.messages.get(uid, b"")[: int(asked[1]) if asked else None]
        length = self.manners.announces or len(data)
        if uid in self.messages:
            stream.write(f"* 1 FETCH (UID {uid} BODY[]<0> {{{length}}}\r\n".encode() + data)
            _say(stream, b")")
        return "OK done"

    def _store(self, _: BufferedRWPair, command: str) -> str:
        self.seen.add(int(command.split()[2]))
        return "OK done"


def _say(stream: BufferedRWPair, *lines: bytes) -> None:
    stream.writelines(line + b"\r\n" for line in lines)
    stream.flush()
