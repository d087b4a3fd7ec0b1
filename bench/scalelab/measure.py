"""Measuring what a message, an issue and a request cost, on a machine that does nothing else."""

from __future__ import annotations

import datetime as dt
import gzip
import os
import platform
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from sendlab.contenders import ask
from sendlab.office import BULLETIN, NOW, fill, letter
from sendlab.processes import ROOT, environment, free_port, program, python, sink

from publisher.deliver.plan import Outcome
from publisher.storage.database import open_database
from publisher.storage.ledger import DatabaseLedger
from publisher.storage.mailings import Mailings
from scalelab.costs import Costs

sys.path.append(str(ROOT / "tests"))
from clusters import Cluster, running
from deploy.relayed import relay

LANES = 16
_SENDERS = 4


def measure(*, small: bool) -> Costs:
    """All of them; `small` takes a minute and proves only that it works."""
    messages, readers = (2_000, 20_000) if small else (20_000, 300_000)
    with tempfile.TemporaryDirectory() as folder, running(durable=True) as cluster:
        place = Path(folder)
        sqlite_rate = _sqlite_rate(place, messages)
        sqlite_row = _sqlite_row(place, readers)
        url = cluster.fresh()
        person = _fill_postgres(cluster, url, readers)
        opening, row = _open_postgres(cluster, url, readers)
        worker = statistics.median(_worker_rate(cluster, messages) for _ in range(3))
        database = _database_rate(cluster, messages)
        issue_seconds, issue_bytes, feed = _issue(place)
        return Costs(
            machine=_machine(), day=f"{dt.datetime.now(dt.UTC):%Y-%m-%d}",
            message_bytes=letter().size, sqlite_rate=round(sqlite_rate), worker_rate=round(worker),
            database_rate=round(database), relay_rate=round(_relay_rate(place, messages)),
            sqlite_row_bytes=round(sqlite_row),
            postgres_row_bytes=round(row), person_bytes=round(person),
            opening_seconds_per_million=round(opening, 1), issue_seconds=round(issue_seconds, 1),
            issue_bytes=issue_bytes, feed_bytes=len(gzip.compress(feed.read_bytes())),
            feed_rate=round(_feed_rate(place, feed, 1 if small else 5)),
        )  # fmt: skip


def _machine() -> str:
    found = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    name = found[1] if found else platform.machine()
    return f"{os.cpu_count()} cores of {name}"


# Sending -----------------------------------------------------------------------------------------


def _sqlite_rate(place: Path, messages: int) -> float:
    rates = []
    for number in range(3):
        database = fill(place / f"rate-{number}.sqlite", messages)
        with sink() as port:
            told = ask(python("../sendlab/ours.py", database, port, LANES))
        rates.append(messages / told["seconds"])
    return statistics.median(rates)


def _sqlite_row(place: Path, readers: int) -> float:
    """Bytes of a row of the ledger that says `sent`, as most do in the end."""
    path = fill(place / "rows.sqlite", readers)
    before = path.stat().st_size
    engine = open_database(f"sqlite:///{path}")
    Mailings(engine).open(BULLETIN, "2026-05-01", {"zh": b""}, NOW)
    engine.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE deliveries SET state = 'sent', reply = ?, attempts = 1",
                           ("250 2.0.0 Ok: queued as 4f1dXs2T5Vz3",))  # fmt: skip
        connection.commit()
        connection.execute("VACUUM")
    connection.close()
    return (path.stat().st_size - before) / readers


def _relay_rate(place: Path, messages: int) -> float:
    """Messages a second that Postfix takes and OpenDKIM signs, as deploy/relay has them."""
    database = fill(place / "relay.sqlite", messages // 4)
    # In memory, where Postfix does not wait for the disk; names of its sockets are short there.
    with (
        tempfile.TemporaryDirectory(prefix="relay-", dir="/dev/shm") as folder,
        relay(Path(folder), "discard:") as port,
    ):
        told = ask(python("../sendlab/ours.py", database, port, LANES))
    return messages // 4 / float(told["seconds"])


def _fill_postgres(cluster: Cluster, url: str, readers: int) -> float:
    """So many confirmed readers, written past the program; bytes for each of them."""
    name = url.rpartition("/")[2]
    cluster.execute(
        "INSERT INTO subscribers (id, address, match, domain, name, state, source, soft_count, "
        "created, changed) SELECT i::bigint * 7919, 'reader' || i || '@d' || (i % 500) || "
        "'.example', "
        "'reader' || i || '@d' || (i % 500) || '.example', 'd' || (i % 500) || '.example', '', "
        f"'ok', '', 0, now(), now() FROM generate_series(1, {readers}) AS i", name)  # fmt: skip
    cluster.execute(
        "INSERT INTO subscriptions (subscriber_id, bulletin, edition, state, ended_by, asked, "
        "confirmed, changed) SELECT id, 'daily', 'zh', 'active', '', now(), now(), now() "
        "FROM subscribers", name)  # fmt: skip
    cluster.execute(
        "INSERT INTO consents (subscriber_id, bulletin, edition, language, shown, source, asked, "
        "asked_from, confirmed, confirmed_from) SELECT id, 'daily', 'zh', 'zh', "
        "'Send me the daily every morning.', 'form', now(), '192.0.2.1', now(), '192.0.2.1' "
        "FROM subscribers", name)  # fmt: skip
    cluster.execute("VACUUM ANALYZE", name)
    return _size(cluster, name, "subscribers", "subscriptions", "consents") / readers


def _size(cluster: Cluster, name: str, *tables: str) -> int:
    sums = " + ".join(f"pg_total_relation_size('{each}')" for each in tables)
    ((size,),) = cluster.execute(f"SELECT {sums}", name)
    return int(str(size))


def _open_postgres(cluster: Cluster, url: str, readers: int) -> tuple[float, float]:
    """Seconds to open a mailing, for a million; bytes of a row that says `sent`."""
    engine, name = open_database(url), url.rpartition("/")[2]
    begun = time.perf_counter()
    Mailings(engine).open(BULLETIN, "2026-05-01", {"zh": b""}, NOW)
    opened = time.perf_counter() - begun
    engine.dispose()
    cluster.execute(
        "UPDATE deliveries SET state = 'sent', reply = '250 2.0.0 Ok: queued as 4f1dXs2T5Vz3', "
        "attempts = 1", name)  # fmt: skip
    cluster.execute("VACUUM FULL deliveries", name)
    return opened / readers * 1e6, _size(cluster, name, "deliveries") / readers


def _worker_rate(cluster: Cluster, messages: int) -> float:
    url = cluster.fresh()
    _fill_postgres(cluster, url, messages)
    with sink() as port:
        told = ask(python("../sendlab/ours.py", url, port, LANES))
    cluster.drop(url)
    return messages / float(told["seconds"])


def _database_rate(cluster: Cluster, messages: int) -> float:
    """Deliveries a second that several senders write down, who need not talk to a relay."""
    url = cluster.fresh()
    _fill_postgres(cluster, url, messages * _SENDERS)
    engine = open_database(url)
    mailing = Mailings(engine).open(BULLETIN, "2026-05-01", {"zh": b""}, NOW).id
    engine.dispose()
    cluster.execute("UPDATE deliveries SET slice = number FROM (SELECT subscriber_id, "
                    f"ntile({_SENDERS}) OVER (ORDER BY subscriber_id) - 1 AS number FROM "
                    "deliveries) AS parts WHERE parts.subscriber_id = deliveries.subscriber_id",
                    url.rpartition("/")[2])  # fmt: skip
    cluster.execute(f"DELETE FROM slices; INSERT INTO slices (mailing_id, number, attempt) SELECT "
                    f"{mailing}, n, 0 FROM generate_series(0, {_SENDERS - 1}) AS n; "
                    f"UPDATE mailings SET released = {_SENDERS}",
                    url.rpartition("/")[2])  # fmt: skip
    with ProcessPoolExecutor(_SENDERS, get_context("spawn")) as pool:
        begun = time.perf_counter()
        done = sum(pool.map(write_down, [url] * _SENDERS, [mailing] * _SENDERS, range(_SENDERS)))
        seconds = time.perf_counter() - begun
    cluster.drop(url)
    return done / seconds


def write_down(url: str, mailing: int, number: int) -> int:
    """Mark every delivery of a slice `sending` and then `sent`, as a sender does."""
    ledger = DatabaseLedger(open_database(url))
    run = ledger.take(mailing, number, "hold", NOW)
    due = [who for who, _ in ledger.due(run, -1, NOW, 10**9)]
    flying: list[Outcome] = []
    for first in range(0, len(due) + LANES, LANES):
        claimed = ledger.turn(run, flying, due[first : first + LANES], NOW).addressed
        flying = [Outcome(each.subscriber, "sent", "250 2.0.0 Ok: queued") for each in claimed]
    ledger.close()
    return len(due)


# Publishing and serving --------------------------------------------------------------------------


def _issue(place: Path) -> tuple[float, int, Path]:
    """Seconds and bytes of an issue of the sample in its three editions; one of its feeds."""
    root = place / "sample"
    for folder in ("content", "themes"):
        shutil.copytree(ROOT / folder, root / folder)
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "publisher", "--root", str(root), "publish", "--backfill"],
        check=True, capture_output=True, env=environment(),
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    issues = len(list((root / "content/issues").glob("*/*.yaml")))
    size = sum(each.stat().st_size for each in (root / "public").rglob("*") if each.is_file())
    feed = max((root / "public/zh").glob("*/atom.xml"), key=lambda each: each.stat().st_size)
    return seconds / issues, size // issues, feed


def _feed_rate(place: Path, feed: Path, seconds: int) -> float:
    """Requests a second that one core of a web server answers: not changed since."""
    site = place / "feeds"
    site.mkdir()
    shutil.copy(feed, site / "atom.xml")
    with _nginx(place, site) as port:
        url = f"http://127.0.0.1:{port}/atom.xml"
        told = subprocess.run(["curl", "-sI", url], check=True, capture_output=True, text=True)
        tag = re.search(r"(?i)etag: (\S+)", told.stdout)
        assert tag
        done = subprocess.run(
            [program("wrk"), "-t1", "-c32", f"-d{seconds}s", "-H", f"If-None-Match: {tag[1]}", url],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
    found = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)
    assert found
    return float(found[1])


@contextmanager
def _nginx(place: Path, site: Path) -> Iterator[int]:
    port, config = free_port(), place / "nginx.conf"
    paths = "".join(f"{kind}_temp_path {place / kind};"
                    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))  # fmt: skip
    config.write_text(
        f"daemon off; pid {place / 'pid'}; worker_processes 1; user root; events {{}}\n"
        f"http {{ access_log off; {paths} server {{ listen 127.0.0.1:{port}; root {site}; }} }}\n"
    )
    process = subprocess.Popen([program("nginx"), "-p", str(place), "-c", str(config),
                                "-e", "stderr"], stderr=subprocess.DEVNULL)  # fmt: skip
    time.sleep(0.5)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()
