"""A mail system of its own in a folder: Postfix, OpenDKIM and Dovecot, started for some tests.

Everything of it lies in the folder and listens on loopback; no mail can leave the machine.

* `ok.test`: every address has a mailbox of Dovecot's; `full@ok.test` is over its quota.
* `absent.test`: accepted, and then refused by Dovecot, 550 5.1.1; Postfix writes a bounce.
* `gone.test`: refused by Postfix while the sender waits, 550 5.1.1.
* `slow.test`: put off by Postfix while the sender waits, 450 4.2.2.
* `late.test`: accepted, and then out of reach, 4.4.1; Postfix tries once and writes a bounce.
* `bounce.ok.test`: whatever comes there ends in the mailbox `bounces@ok.test`.
"""

from __future__ import annotations

import imaplib
import os
import re
import shutil
import socket
import string
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

BOUNCES = "bounces@ok.test"
FULL = "full@ok.test"
PASSWORD = "x"
SELECTOR = "s1"

_TEMPLATES = Path(__file__).parent / "mail"
_PLACES = {
    "main.cf": "postfix/main.cf", "master.cf": "postfix/master.cf", "transport": "transport",
    "access": "access", "virtual": "virtual", "opendkim.conf": "opendkim.conf",
    "verify.conf": "verify.conf", "dovecot.conf": "dovecot.conf", "full": "full",
}  # fmt: skip
_OWNERS = {"": "root", "postfix": "root", "spool": "root", "run": "root", "data": "postfix",
           "mail": "mail"}  # fmt: skip
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_PATIENCE = 30.0
"""Seconds after which what should happen at once is given up."""


class Relay:
    """The mail system; it signs for one domain."""

    def __init__(self, folder: Path, domain: str) -> None:
        self.folder, self.domain = folder, domain
        self.smtp, self.imap = _free_port(), _free_port()
        for name, owner in _OWNERS.items():
            (folder / name).mkdir(exist_ok=True)
            (folder / name).chmod(0o755)
            shutil.chown(folder / name, owner)
        self._configure()
        self.key = self._make_key()

    # Looking -----------------------------------------------------------------------------------

    def mails(self, mailbox: str) -> list[bytes]:
        """The messages in a mailbox, by IMAP."""
        with imaplib.IMAP4("127.0.0.1", self.imap, timeout=_PATIENCE) as server:
            server.login(mailbox, PASSWORD)
            server.select("INBOX", readonly=True)
            _, parts = server.uid("FETCH", "1:*", "(BODY.PEEK[])")
        return [each[1] for each in parts if isinstance(each, tuple)]

    def wait_for(self, mailbox: str, number: int = 1) -> list[bytes]:
        """The messages in a mailbox, as soon as there are that many."""
        found: list[bytes] = []

        def is_there() -> bool:
            found[:] = self.mails(mailbox)
            return len(found) >= number

        self._until(is_there, f"{number} mails in {mailbox}")
        return found

    def maildir(self, mailbox: str) -> Path:
        """The folder of a mailbox."""
        name, _, domain = mailbox.partition("@")
        return self.folder / "mail" / domain / name

    def settle(self) -> None:
        """Wait until nothing is under way: the queue was empty, three looks in a row."""
        looks = [0]

        def is_empty() -> bool:
            looks[0] = 0 if self._queued() else looks[0] + 1
            return looks[0] == 3

        self._until(is_empty, "an empty queue")

    def _queued(self) -> list[Path]:
        folders = ("maildrop", "incoming", "active", "deferred")
        return [
            file for each in folders for file in (self.folder / "spool" / each).rglob("*")
            if file.is_file()
        ]  # fmt: skip

    def log(self) -> list[str]:
        """What Postfix has written down so far."""
        return (self.folder / "postfix.log").read_text(encoding="utf-8").splitlines()

    def verdict(self, message: bytes) -> str:
        """What OpenDKIM says of a message's signature."""
        (self.folder / "message").write_bytes(message)
        return self._run("opendkim", "-x", "verify.conf", "-v", "-t", "message")

    # Starting and stopping ---------------------------------------------------------------------

    @contextmanager
    def running(self) -> Iterator[Relay]:
        """The servers, one after the other, each when the one before answers."""
        postfix = ("postfix", "-c", str(self.folder / "postfix"))
        with ExitStack() as stack:
            stack.enter_context(self._started("dovecot", "-F", "-c", "dovecot.conf"))
            self._until(lambda: _greets(self.imap, b"* OK"), "Dovecot")
            stack.enter_context(self._started("opendkim", "-f", "-x", "opendkim.conf"))
            self._until((self.folder / "dkim.sock").is_socket, "OpenDKIM")
            stack.callback(self._run, *postfix, "stop")
            self._run(*postfix, "start")
            self._until(lambda: _greets(self.smtp, b"220 "), "Postfix")
            yield self

    @contextmanager
    def _started(self, *command: str) -> Iterator[None]:
        with (self.folder / f"{command[0]}.log").open("wb") as out:
            process = subprocess.Popen(
                command, executable=_program(command[0]), cwd=self.folder, stdout=out, stderr=out
            )
        try:
            yield
        finally:
            # OpenDKIM has nothing to finish, and looks for signals every five seconds only.
            process.kill() if command[0] == "opendkim" else process.terminate()
            process.wait(timeout=_PATIENCE)

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            [_program(command[0]), *command[1:]], cwd=self.folder, capture_output=True,
            text=True, check=False, timeout=_PATIENCE, env=os.environ | {"PATH": _PATH},
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def _until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so; fails, with what the servers have said, if it never is."""
        end = time.monotonic() + _PATIENCE
        while not is_so():
            if time.monotonic() > end:
                said = [log.read_text("utf-8")[-2000:] for log in self.folder.glob("*.log")]
                pytest.fail("\n".join([f"waited in vain for {what}", *said]))
            time.sleep(0.02)

    # Before the start --------------------------------------------------------------------------

    def _configure(self) -> None:
        words = {"folder": self.folder, "domain": self.domain, "selector": SELECTOR,
                 "smtp": self.smtp, "imap": self.imap, "password": PASSWORD}  # fmt: skip
        for name, place in _PLACES.items():
            text = (_TEMPLATES / name).read_text(encoding="utf-8")
            text = string.Template(text).substitute(words)
            (self.folder / place).write_text(text, encoding="utf-8")

    def _make_key(self) -> bytes:
        """Make a key to sign with; gives back its record for the DNS."""
        self._run("opendkim-genkey", "-b", "2048", "-s", SELECTOR, "-d", self.domain)
        zone = (self.folder / f"{SELECTOR}.txt").read_text(encoding="ascii")
        record = "".join(re.findall('"([^"]*)"', zone))
        name = f"{SELECTOR}._domainkey.{self.domain}"
        (self.folder / "dns").write_text(f"{name} {record}\n", encoding="ascii")
        return record.encode()


@contextmanager
def mail_system(domain: str) -> Iterator[Relay]:
    """A mail system that runs as long as it is needed; skips where a program is missing."""
    for program in ("postfix", "opendkim", "opendkim-genkey", "dovecot"):
        if shutil.which(program, path=_PATH) is None:
            pytest.skip(f"needs {program}")
    version = subprocess.run(
        [_program("dovecot"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    if not version.startswith("2.3."):
        pytest.skip(f"needs Dovecot 2.3, whose settings 2.4 does not read; here is {version}")
    if os.geteuid() != 0:
        pytest.skip("needs root: Postfix starts for nobody else")
    # In memory, where Postfix does not wait for the disk; never in pytest's own folder: other users
    # may not enter it, and a socket's name has 108 characters at most.
    place = "/dev/shm" if _has_room(Path("/dev/shm")) else "/tmp"
    with (
        tempfile.TemporaryDirectory(prefix="relay-", dir=place) as folder,
        Relay(Path(folder), domain).running() as relay,
    ):
        yield relay


def _program(name: str) -> str:
    return shutil.which(name, path=_PATH) or name


def _has_room(folder: Path) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 200_000_000


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _greets(port: int, greeting: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as connection:
            return connection.recv(512).startswith(greeting)
    except OSError:
        return False
