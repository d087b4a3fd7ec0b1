"""What the scripted SMTP server reads and writes: lines, messages, TLS."""

from __future__ import annotations

import contextlib
import socket
import ssl

_MOST_LINE = 4096
_MOST_BYTES = 1 << 27


class Closed(Exception):
    """The connection is to be closed, or was."""


class Wire:
    """A connection with what was read from it and not used yet."""

    def __init__(self, sock: socket.socket, idle: float) -> None:
        self._sock = sock
        self._buffer = bytearray()
        sock.settimeout(idle)

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS is spoken."""
        return isinstance(self._sock, ssl.SSLSocket)

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Speak TLS from here on."""
        self._sock = context.wrap_socket(self._sock, server_side=True)
        self._buffer.clear()

    def line(self) -> str:
        """The next line; a client that says nothing for too long is sent away."""
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > _MOST_LINE:
                raise Closed
            try:
                self._receive()
            except TimeoutError:
                self.say("421 4.4.2 idle for too long")
                raise Closed from None
        line = self._buffer[:end].rstrip(b"\r").decode(errors="replace")
        del self._buffer[: end + 1]
        return line

    def fill(self, size: int) -> None:
        """Read until so many bytes are there."""
        while len(self._buffer) < size:
            self._receive()

    def message(self) -> bytes:
        """A message up to its dot, with doubled dots made single."""
        searched = 0
        while not self._buffer.startswith(b".\r\n"):
            if (end := self._buffer.find(b"\r\n.\r\n", searched)) >= 0:
                data = bytes(self._buffer[: end + 2])
                del self._buffer[: end + 5]
                data = data.replace(b"\r\n..", b"\r\n.")
                return data[1:] if data.startswith(b"..") else data
            searched = max(0, len(self._buffer) - 4)
            self._receive()
        del self._buffer[:3]
        return b""

    def say(self, reply: str) -> None:
        """Write a reply and its end of line."""
        self.write(f"{reply}\r\n")

    def write(self, text: str) -> None:
        """Write as it stands."""
        self._sock.sendall(text.encode("latin-1", "replace"))

    def hang_up(self) -> None:
        """End the conversation; another thread may be in the middle of it."""
        with contextlib.suppress(OSError):  # gone already
            self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the connection."""
        self._sock.close()

    def _receive(self) -> None:
        data = self._sock.recv(262_144)
        if not data or len(self._buffer) > _MOST_BYTES:
            raise Closed
        self._buffer += data
