"""An SMTP server on loopback that does as it is told, right or wrong, and keeps what it takes."""

from __future__ import annotations

import dataclasses
import os
import socket
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self

from publisher.fakes.smtp_conversation import Conversation, Manners, Received
from publisher.fakes.smtp_faults import Fault, Script

__all__ = ["Fault", "Manners", "Received", "Script", "ScriptedSmtpServer"]

_MOST_LINES = 10_000
_MOST_CONNECTIONS = 256
_PATIENCE = 5


class ScriptedSmtpServer:
    r"""Takes mail between `start` and `stop`, on a port that stays the same over a restart.

    `accepted` holds what was taken, in its order; with `log`, one line for each is in that file
    before it is answered: ``message-id\trecipient\tsha256``.  `lines` are the latest commands,
    `connections` the number of clients that came.  The faults may be replaced at any time by
    another `script`, which holds for connections made after that.
    """

    def __init__(
        self,
        faults: Sequence[Fault] = (),
        manners: Manners | None = None,
        *,
        seed: int = 0,
        port: int = 0,
        log: Path | None = None,
        keeps_data: bool = False,
    ) -> None:
        self.script = Script(faults, seed)
        self.manners = manners or Manners()
        self.port = port
        self.accepted: list[Received] = []
        self.lines: deque[str] = deque(maxlen=_MOST_LINES)
        self.connections = 0
        self._log, self._keeps_data = log, keeps_data
        self._lock = Lock()
        self._talks: dict[Conversation, Thread] = {}
        self._stopping = Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; the first time on any free port, unless one was named."""
        self._stopping.clear()
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        self.port = self._listener.getsockname()[1]
        self._door = Thread(target=self._welcome, name="smtp server", daemon=True)
        self._door.start()

    def stop(self) -> None:
        """Hang up on everybody, in the middle of what they say."""
        self._stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._door.join(_PATIENCE)
        self._listener.close()
        for talk, thread in list(self._talks.items()):
            talk.hang_up()
            thread.join(_PATIENCE)

    def restart(self) -> None:
        """Stop, and listen on the same port again."""
        self.stop()
        self.start()

    @property
    def clients(self) -> int:
        """How many are connected."""
        return len(self._talks)

    def _welcome(self) -> None:
        """Give each client a thread."""
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            if len(self._talks) >= _MOST_CONNECTIONS:
                sock.close()
                continue
            self.connections += 1
            self._begin(sock)

    def _begin(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        talk = Conversation(
            sock, self.manners, self.script, self._take, self.lines.append, self._stopping.wait
        )
        thread = Thread(target=self._run, args=[talk], name="smtp client", daemon=True)
        self._talks[talk] = thread
        thread.start()

    def _run(self, talk: Conversation) -> None:
        try:
            talk.run()
        finally:
            self._talks.pop(talk, None)

    def _take(self, received: Received) -> None:
        """Keep a message; in the log first, for another process may kill this one."""
        if not self._keeps_data:
            received = dataclasses.replace(received, data=b"")
        with self._lock:
            if self._log is not None:
                line = f"{received.message_id}\t{received.recipient}\t{received.sha256}\n"
                _append(self._log, line.encode())
            self.accepted.append(received)


def _append(path: Path, line: bytes) -> None:
    """Write a line at the end of a file in one call, so that lines never mix."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)
