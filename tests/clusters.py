"""A real PostgreSQL for tests: a cluster of its own in a temporary folder, on a free port.

Its texts are sorted as people sort them (ICU), not by bytes: what relies on the order of bytes has
to ask for it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

if TYPE_CHECKING:
    from psycopg import Connection

# Where Debian and Ubuntu put it; 15 is the first version that sorts by ICU.
_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda it: float(it.parent.name))
BIN = next((each for each in reversed(_PLACES) if float(each.parent.name) >= 15), Path("/nowhere"))
MEMORY = Path("/dev/shm")
_PATIENCE = 60.0
_TEMPLATE = "publisher_newest"


class Cluster:
    """A cluster that is not running yet; `durable` ones keep what was committed when killed.

    The others lie in memory, and are for tests that only want a quick database.
    """

    def __init__(self, *, durable: bool = False) -> None:
        if not (BIN / "postgres").exists():
            pytest.skip("needs postgresql (15 or newer)")
        pytest.importorskip("psycopg")
        self.durable = durable
        in_memory = not durable and os.access(MEMORY, os.W_OK)
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir=MEMORY if in_memory else None))
        self.port = _free_port()
        self._server: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._run(
            "initdb", "--pgdata", str(self.data), "--username", "publisher", "--auth", "trust",
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--locale-provider", "icu",
            "--icu-locale", "en", "--no-sync", "--no-instructions",
        )  # fmt: skip

    @property
    def data(self) -> Path:
        """The folder of the server's files."""
        return self.folder / "data"

    @property
    def pid(self) -> int:
        """The process of the running server."""
        assert self._server is not None
        return self._server.pid

    # The server --------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the server, and wait until it answers; it ends with the thread that starts it."""
        assert self._server is None
        safe = "on" if self.durable else "off"
        options = {
            "listen_addresses": "127.0.0.1", "port": self.port,
            "unix_socket_directories": self.folder, "max_connections": 100,
            "fsync": safe, "full_page_writes": safe, "synchronous_commit": "on",
            "deadlock_timeout": "200ms", "log_min_messages": "fatal",
        }  # fmt: skip
        words = [f"--{name}={value}" for name, value in options.items()]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                self._as_owner("postgres", "-D", str(self.data), *words),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        self._wait()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT ends connections, SIGTERM waits for them, SIGQUIT is a crash."""
        if self._server is None:
            return
        self._server.send_signal(how)
        try:
            self._server.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(_PATIENCE)
        self._server = None

    def crash(self) -> None:
        """The server dies at once, as in a power cut; the next start recovers from its log."""
        self.stop(signal.SIGQUIT)

    def restart(self) -> None:
        """Stop and start it."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Stop the server and delete its files."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    # Databases ---------------------------------------------------------------------------------

    def url(self, name: str = "postgres") -> str:
        """A database as the settings name it."""
        return f"postgresql+psycopg://publisher@127.0.0.1:{self.port}/{name}"

    def empty(self) -> str:
        """A new database without tables; its address."""
        return self._create("template0")

    def fresh(self) -> str:
        """A new database at the newest version of the tables; its address."""
        self._prepare()
        return self._create(_TEMPLATE)

    def drop(self, url: str) -> None:
        """Delete a database, whoever is connected with it."""
        self.execute(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def execute(self, statement: str, name: str = "postgres") -> list[tuple[object, ...]]:
        """Say something to the server, each statement as a transaction of its own."""
        with self.connect(name) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def connect(self, name: str = "postgres") -> Connection[tuple[object, ...]]:
        """A connection past the program."""
        import psycopg

        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="publisher", dbname=name, autocommit=True,
            connect_timeout=30,
        )  # fmt: skip

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        copied = "" if self.durable else "STRATEGY file_copy"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {copied}')
        return self.url(name)

    def _prepare(self) -> None:
        """A database at the newest version, which the others are copied from."""
        from publisher.storage.database import open_database

        if self.execute(f"SELECT 1 FROM pg_database WHERE datname = '{_TEMPLATE}'"):
            return
        self.execute(f'CREATE DATABASE "{_TEMPLATE}" TEMPLATE template0')
        open_database(self.url(_TEMPLATE)).dispose()

    # Processes ---------------------------------------------------------------------------------

    def _wait(self) -> None:
        from psycopg import OperationalError

        assert self._server is not None
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if self._server.poll() is not None:
                break
            try:
                self.connect().close()
            except OperationalError:
                time.sleep(0.03)
            else:
                return
        pytest.fail((self.folder / "log").read_text(errors="replace")[-2000:])

    def _as_owner(self, program: str, *arguments: str) -> list[str]:
        """As another user where this one is root, which PostgreSQL refuses; dies with its parent.

        Nothing is left running where the tests themselves are killed.
        """
        become = ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        other = become if os.getuid() == 0 else []
        return ["setpriv", *other, "--pdeathsig=QUIT", str(BIN / program), *arguments]

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            self._as_owner(program, *arguments), capture_output=True, text=True, check=False,
            cwd=self.folder,
        )  # fmt: skip
        if done.returncode != 0:
            shutil.rmtree(self.folder, ignore_errors=True)
            pytest.fail(f"{program}: {done.stderr}")


@contextmanager
def running(*, durable: bool = False) -> Iterator[Cluster]:
    """A cluster that runs, and is gone afterwards."""
    cluster = Cluster(durable=durable)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
