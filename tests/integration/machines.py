"""Several machines in one: a PostgreSQL, a relay, and processes that work on one publication."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from clusters import Cluster
from faultlab.account import Account, account
from faultlab.office import _message, _people
from faultlab.relay import Relay
from newsroom import Newsroom
from sqlalchemy import make_url

from publisher.app import App
from publisher.crew import ask_for_tick
from publisher.deliver.ledger import Mailing
from publisher.fakes.smtp_faults import Fault
from publisher.storage.subscriber_rows import Consent
from publisher.subscribers.addresses import read_address
from publisher.subscribers.subscriber import Choice

LANES = 4
STEADY = (Fault(step="dot", delay=0.004, rate=0.3),)


class Machines:
    """The publication, and who works on it; `cuts` counts deaths and stalls."""

    def __init__(self, folder: Path, cluster: Cluster, **settings: str) -> None:
        self.folder, self.cluster, self.url = folder, cluster, cluster.fresh()
        self.newsroom = Newsroom(folder / "publication", None)
        self.newsroom.plain()
        self.relay = Relay(folder / "accepted.log", STEADY, 7)
        self.environment = {
            "PUBLISHER_DATABASE_URL": self.url,
            "PUBLISHER_SMTP_URL": f"smtp+plain://127.0.0.1:{self.relay.port}",
            "PUBLISHER_SMTP_CONNECTIONS": str(LANES),
            **settings,
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self.cuts = 0

    # Processes ---------------------------------------------------------------------------------

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start the program, with a group of its own; what it says is in `log`."""
        kept = {key: value for key, value in os.environ.items() if key[:10] != "PUBLISHER_"}
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "publisher", "--root", str(self.newsroom.root), *command],
                env=kept | self.environment | _listening(), stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and its children at once, as a machine that loses its power."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.cuts += 1

    def kill_with_parent(self, pid: int) -> None:
        """End a child of a service, and that service."""
        status = Path(f"/proc/{pid}/status").read_text("ascii")
        parent = int(status.partition("PPid:")[2].split()[0])
        (service,) = [each for each in self.processes if each.pid == parent]
        os.kill(pid, signal.SIGKILL)
        self.kill(service)

    def stall(self, process: subprocess.Popen[bytes]) -> None:
        """A process does nothing any more, as a machine that is suspended."""
        os.killpg(process.pid, signal.SIGSTOP)
        self.cuts += 1

    def wake(self, process: subprocess.Popen[bytes]) -> None:
        """It goes on as if nothing had been."""
        os.killpg(process.pid, signal.SIGCONT)

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """Ask a process to stop; it does within seconds."""
        process.terminate()
        assert process.wait(timeout=30) == 0, self.last_words()

    def close(self) -> None:
        """End everything."""
        for each in self.processes:
            if each.poll() is None:
                os.killpg(each.pid, signal.SIGCONT)
                os.killpg(each.pid, signal.SIGKILL)
                each.wait()
        self.relay.close()
        self.newsroom.close()
        self.cluster.drop(self.url)

    # Publishing --------------------------------------------------------------------------------

    def slow_issue(self, *, ahead: dt.timedelta = dt.timedelta(minutes=-2)) -> str:
        """An issue that is due soon, whose pages take seconds to make, with two readers."""
        now = dt.datetime.now(ZoneInfo("Asia/Shanghai"))
        slot = now + ahead
        day = (slot - dt.timedelta(days=1)).date()
        self.newsroom.bulletin("daily", schedule={"at": f"{slot:%H:%M}"})
        for each in (day, slot.date()):
            self.newsroom.entry("one", f"{each}")
        self.newsroom.file(
            "themes/default/web/issue.html",
            "{% for a in range(500) %}{% for b in range(50000) %}{% endfor %}{% endfor %}slow",
        )
        self.newsroom.commit()
        shown = Consent("en", "Send it to me.", "test")
        app = self.app()
        for edition in ("en", "zh"):
            reader = read_address(f"{edition}@example.org")
            app.people.add(reader, "", [Choice("daily", edition)], shown, now)
        _ = app.keys
        ((newest, _),) = [each for each in app.due(0) if each[1]]
        if ahead < dt.timedelta(0):
            return newest.name
        app.skip("daily", newest.name, "it is about the next one")
        return f"{slot:%Y-%m-%d}"

    def ask_for_tick(self, key: str) -> bool:
        """Ask for a publishing run, as a service does."""
        return ask_for_tick(self.app(), key)

    def publishing(self) -> int:
        """The process that publishes; 0 for none."""
        held = "SELECT holder FROM leases WHERE name = 'publish' AND expires > clock_timestamp()"
        found = self.sql(held)
        return int(str(found[0][0]).rpartition(":")[2]) if found else 0

    def steps(self) -> list[str]:
        """How far each issue is."""
        query = "SELECT step FROM issue_steps WHERE step <> 'skipped'"
        return [str(row[0]) for row in self.sql(query)]

    def written(self) -> dict[str, tuple[int, int]]:
        """Every file of archive and site, with its number and its date.

        Files in the making are none: who was stalled in the middle of one takes it away.
        """
        found = [*(self.newsroom.root / "public").rglob("*"),
                 *(self.newsroom.root / "var/archive").rglob("[!.]*")]  # fmt: skip
        files = [each for each in found if each.is_file()]
        return {str(each): (each.stat().st_ino, each.stat().st_mtime_ns) for each in files}

    # The mailing -------------------------------------------------------------------------------

    def app(self) -> App:
        """The program, as another machine."""
        return self.newsroom.app(dt.datetime.now(dt.UTC), **self.environment)

    def open(self, recipients: int, slices: int) -> Mailing:
        """Take so many people in, and open a mailing to them in so many slices."""
        now, app = dt.datetime.now(dt.UTC), self.app()
        app.people.take_all(_people(recipients), now)
        _ = app.keys
        mailing = app.post.mailing_desk().open("daily", "2026-05-01", {"en": _message()}, now)
        # As if a slice were smaller: many machines share a mailing that is quickly sent.
        size = -(-recipients // slices)
        self.sql(
            f"UPDATE deliveries SET slice = n / {size} FROM (SELECT subscriber_id AS who, "
            "row_number() OVER (ORDER BY subscriber_id) - 1 AS n FROM deliveries) AS numbered "
            "WHERE subscriber_id = who"
        )
        self.sql(
            f"INSERT INTO slices SELECT 1, g, 0, 0 FROM generate_series(1, {slices - 1}) AS g "
            "ON CONFLICT DO NOTHING"
        )
        self.sql(f"UPDATE mailings SET released = {slices}")
        return mailing

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        """Say something to the database, past the program."""
        return self.cluster.execute(statement, str(make_url(self.url).database))

    def state(self) -> str:
        """How the mailing is."""
        return str(self.sql("SELECT state FROM mailings")[0][0])

    def until(self, is_so: Callable[[], bool], seconds: float) -> float:
        """Wait until something is so; how long it took.  Fails, with the logs, if it never is."""
        begun = time.monotonic()
        while not is_so():
            assert time.monotonic() - begun < seconds, self.last_words()
            time.sleep(0.05)
        return time.monotonic() - begun

    def sent(self, number: int) -> Callable[[], bool]:
        """That the relay has accepted so many."""
        return lambda: self.relay.log.count >= number

    def account(self, recipients: int) -> Account:
        """What became of everybody."""
        rows = list(self.app().mailings.deliveries(1))
        return account(recipients, rows, self.relay.log.accepted())

    def log(self) -> str:
        """What was said so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def last_words(self) -> str:
        """The end of what was said, and how things are."""
        said = self.log()[-6000:]
        asked = (
            "SELECT slice, state, count(*) FROM deliveries GROUP BY 1, 2 ORDER BY 1",
            "SELECT * FROM slices", "SELECT * FROM leases", "SELECT * FROM issue_steps",
        )  # fmt: skip
        return "\n".join([said, *(str(self.sql(each)) for each in asked)])


def _listening() -> dict[str, str]:
    """A port for each, since all of them are on one machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return {"PUBLISHER_ADMIN_LISTEN": f"127.0.0.1:{server.getsockname()[1]}"}
