"""A Maildir as outbox: a folder that any mail program reads (cr.yp.to/proto/maildir.html)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from publisher import durable
from publisher.deliver.transports.base import Accepted, Envelope, Refused

_PRIVATE = 0o600
# A folder whose time of change is younger than this may change again without its time showing it.
_TICK = 2_000_000_000


class MaildirTransport:
    """Writes each message as one file ``new/<key>.publisher``, whole or not at all.

    The name is that of the delivery, so a message that is sent again finds itself, also where a
    reader has moved it to ``cur/`` and given it flags.  Lines end with LF, as in every Maildir.
    """

    is_dot_stuffed = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: frozenset[str] = frozenset()
        self._seen_at = -1

    def send(self, envelope: Envelope, message: Sequence[bytes]) -> Accepted | Refused:
        """Put the message into ``new/``, unless it is in the folder already."""
        name = f"{_file_name(envelope.key)}.publisher"
        try:
            for part in ("tmp", "new", "cur"):
                (self.folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            # In this order: a reader moves from new/ to cur/, so none slips through between.
            if (self.folder / "new" / name).exists() or name in self._read_by_others():
                return Accepted(f"250 {name} is there already")
            self._put(name, b"".join(message).replace(b"\r\n", b"\n"))
        except OSError as error:
            why = error.strerror or error
            return Refused(True, f"451 {self.folder} cannot be written: {why}", "relay")
        return Accepted(f"250 kept as new/{name}")

    def abort(self) -> None:
        """Nothing here waits for another."""

    def close(self) -> None:
        """Nothing is held open."""

    def _put(self, name: str, message: bytes) -> None:
        """Write in ``tmp/``, then link into ``new/``: no reader sees half a message."""
        temporary = self.folder / "tmp" / f"{os.getpid()}.{secrets.token_hex(8)}.publisher"
        try:
            durable.create(temporary, message, _PRIVATE)
            (self.folder / "new" / name).hardlink_to(temporary)
        except FileExistsError:
            pass  # another process has just sent the same message
        finally:
            temporary.unlink(missing_ok=True)
        durable.sync(self.folder / "new")

    def _read_by_others(self) -> frozenset[str]:
        """The names of the messages in ``cur/`` without their flags.

        The folder is listed again only when its time of change says so: an outbox that holds
        fifty thousand messages is not listed fifty thousand times.
        """
        cur, now = self.folder / "cur", (self.folder / "tmp").stat().st_mtime_ns
        changed = cur.stat().st_mtime_ns
        if changed != self._seen_at:
            self._seen = frozenset(path.name.partition(":")[0] for path in cur.iterdir())
            self._seen_at = changed if changed < now - _TICK else -1
        return self._seen


def _file_name(key: str) -> str:
    """A key as part of a file name: no /, no : (it begins the flags), no dot in front."""
    name = quote(key, safe="+=@,!~")
    return f"%2E{name[1:]}" if name.startswith(".") else name
