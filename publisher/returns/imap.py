"""A mailbox in which mail comes back, read by IMAP (RFC 3501).

What is not marked as seen is read, and marked when the decision about it is on the disk.  Nothing
is moved or deleted.  A connection that is lost is made again.
"""

from __future__ import annotations

import base64
import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

from publisher.config.settings import FeedbackSettings
from publisher.returns.source import MOST_OCTETS, Arrived, Unreachable

log = logging.getLogger("publisher.returns")

_SECONDS = 30.0
_TRIES = 3
_ROOM = 64 * 1024
_REMEDY = "check PUBLISHER_FEEDBACK and the mail server; what waits there is read next time"


class _Bounded(imaplib.IMAP4):
    """Takes no more at once than was asked for, whatever the server announces."""

    def read(self, size: int) -> bytes:
        if size > MOST_OCTETS + _ROOM:
            raise self.abort(f"the server sends {size} octets where fewer were asked for")
        return super().read(size)


class _BoundedTls(_Bounded, imaplib.IMAP4_SSL):
    """The same over TLS."""


class ImapMailbox:
    """The messages of a folder that are not seen; `seconds` is how long an answer may take."""

    def __init__(
        self,
        settings: FeedbackSettings,
        context: ssl.SSLContext | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        self._settings = settings
        self._context = context
        self._seconds = seconds
        self._done: list[bytes] = []
        self._validity: list[bytes | None] = []

    def messages(self) -> Iterator[Arrived]:
        """What has not been dealt with yet; raises Unreachable."""
        met: set[bytes] = set()
        for left in reversed(range(_TRIES)):
            try:
                yield from self._through(met)
            except (imaplib.IMAP4.abort, OSError) as error:
                if left == 0 or isinstance(error, ssl.SSLCertVerificationError):
                    raise self._unreachable(error) from error
                log.info("the connection to %s was lost, and is made again", self._place)
            except imaplib.IMAP4.error as error:
                raise self._unreachable(error) from error
            else:
                return

    def _through(self, met: set[bytes]) -> Iterator[Arrived]:
        """Everything that waits, over one connection; `met` is what was handed out before."""
        connection = self._connect()
        try:
            self._log_in(connection)
            self._select(connection, met)
            self._mark(connection)
            for uid in self._waiting(connection):
                if uid not in met:
                    message = _fetch(connection, uid)
                    met.add(uid)
                    if message is not None:
                        done = partial(self._done.append, uid)
                        yield Arrived(message, None, done, done)
                    self._mark(connection)
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()
            with suppress(OSError):
                connection.shutdown()

    # Steps -------------------------------------------------------------------------------------

    def _connect(self) -> imaplib.IMAP4:
        host, port = self._settings.imap_host, self._settings.imap_port
        if self._settings.imap_security == "none":
            return _Bounded(host, port, timeout=self._seconds)
        context = self._context or ssl.create_default_context()
        return _BoundedTls(host, port, ssl_context=context, timeout=self._seconds)

    def _log_in(self, connection: imaplib.IMAP4) -> None:
        user, password = self._settings.imap_user, self._settings.imap_password
        try:
            if "AUTH=PLAIN" in connection.capabilities:
                # RFC 4616; unlike LOGIN it takes every character.
                secret = f"\0{user}\0{password}".encode()
                connection.authenticate("PLAIN", lambda _: secret)
            else:
                connection.login(_quoted(user), password)
        except (imaplib.IMAP4.abort, OSError):
            raise
        except (imaplib.IMAP4.error, UnicodeError) as error:
            raise Unreachable(
                f"{self._place} refuses the login of {user}: {_said(error)}",
                "check the user in PUBLISHER_FEEDBACK and PUBLISHER_FEEDBACK_PASSWORD_FILE",
            ) from error

    def _select(self, connection: imaplib.IMAP4, met: set[bytes]) -> None:
        folder = self._settings.imap_folder
        status, answer = connection.select(_quoted(_utf7(folder)))
        if status != "OK":
            what = f"{self._place} has no folder “{folder}”: {_text(answer[0])}"
            raise Unreachable(what, "PUBLISHER_FEEDBACK names it at its end: imaps://…/INBOX")
        validity = connection.response("UIDVALIDITY")[1]
        if validity != self._validity:
            # The folder is another one: its numbers mean other messages.
            self._done.clear()
            met.clear()
            self._validity = validity

    def _waiting(self, connection: imaplib.IMAP4) -> list[bytes]:
        status, answer = connection.uid("SEARCH", "UNSEEN")
        if status != "OK":
            raise connection.error(_text(answer[0]))
        return [uid for line in answer if line for uid in line.split()]

    def _mark(self, connection: imaplib.IMAP4) -> None:
        """Mark as seen what has been decided about."""
        while self._done:
            uid = self._done[0].decode("ascii")
            status, answer = connection.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)")
            if status != "OK":
                raise connection.error(_text(answer[0]))
            self._done.pop(0)

    # Words -------------------------------------------------------------------------------------

    @property
    def _place(self) -> str:
        return f"{self._settings.imap_host}:{self._settings.imap_port}"

    def _unreachable(self, error: Exception) -> Unreachable:
        if isinstance(error, ssl.SSLCertVerificationError):
            what = f"{self._place} shows a certificate that is not good: {error.verify_message}"
            return Unreachable(what, "use the name that the certificate is for, or renew it")
        if isinstance(error, TimeoutError):
            return Unreachable(f"{self._place} did not answer in time", _REMEDY)
        return Unreachable(f"{self._place} cannot be read by IMAP: {_said(error)}", _REMEDY)


def _fetch(connection: imaplib.IMAP4, uid: bytes) -> bytes | None:
    """A message, or as much of it as is read; None where it is gone."""
    what = f"(BODY.PEEK[]<0.{MOST_OCTETS}>)"
    status, answer = connection.uid("FETCH", uid.decode("ascii"), what)
    if status != "OK":
        raise connection.error(_text(answer[0]))
    found = (part[1] for part in answer if isinstance(part, tuple))
    return next(found, None)


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def _utf7(name: str) -> str:
    """The name of a folder as IMAP writes it (RFC 3501, section 5.1.3)."""

    def shifted(found: re.Match[str]) -> str:
        octets = base64.b64encode(found.group().encode("utf-16-be")).rstrip(b"=")
        return f"&{octets.decode().replace('/', ',')}-"

    return re.sub(r"[^\x20-\x7e]+", shifted, name.replace("&", "&-"))


def _said(error: Exception) -> str:
    """The words of an error on one line; imaplib's are often bytes within a text."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    words = error.args[0] if error.args else type(error).__name__
    return _text(words)


def _text(words: object) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    text = re.sub(r"^b'(.*)'$", r"\1", text, flags=re.DOTALL)
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:300]
