"""This program as a contender, in a process of its own: opens a mailing and sends it.

    python ours.py DATABASE PORT LANES [--seconds S] [--profile]

DATABASE is a file of SQLite's, or the address of any database.  Prints a line of JSON; SIGTERM
stops it in order, as it stops the program.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import io
import json
import pstats
import resource
import signal
import time
from threading import Event, Timer

from publisher.deliver.ledger import Mailing
from publisher.deliver.send import Options, Sender, Tally
from publisher.deliver.smtp_lanes import SmtpLanes
from publisher.deliver.transports.smtp_relay import Relay
from publisher.mailing import personal_of
from publisher.storage.database import open_database
from publisher.storage.ledger import DatabaseLedger
from publisher.storage.mailings import Mailings
from sendlab.office import BULLETIN, DOMAIN, KEYS, NOW, letter

# smtp-source and nodemailer keep their connections, too.
_NEVER = 10**9


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("database")
    parser.add_argument("port", type=int)
    parser.add_argument("lanes", type=int)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--profile", action="store_true")
    return parser.parse_args()


def peak_mb() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(work: Sender, mailing: Mailing, profile: bool) -> dict[str, object]:
    """Send it, and what that took."""
    profiler = cProfile.Profile() if profile else None
    begun, used = time.perf_counter(), time.process_time()
    if profiler:
        profiler.enable()
    tally: Tally = work.send(mailing.id)
    if profiler:
        profiler.disable()
    told: dict[str, object] = {
        "sent": tally.sent, "done": tally.done, "seconds": time.perf_counter() - begun,
        "cpu": time.process_time() - used,
    }  # fmt: skip
    if profiler:
        text = io.StringIO()
        pstats.Stats(profiler, stream=text).strip_dirs().sort_stats("tottime").print_stats(15)
        told["profile"] = text.getvalue()
    return told


def main() -> None:
    asked, stop = arguments(), Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    url = asked.database if "://" in asked.database else f"sqlite:///{asked.database}"
    engine, compiled = open_database(url), letter()
    begun = time.perf_counter()
    mailing = Mailings(engine).open(BULLETIN, "2026-05-01", {"zh": compiled.to_bytes()}, NOW)
    opened, opened_mb = time.perf_counter() - begun, peak_mb()
    relay = Relay(
        host="127.0.0.1", port=asked.port, security="none", helo=DOMAIN,
        max_messages_per_connection=_NEVER,
    )  # fmt: skip
    ledger = DatabaseLedger(engine)
    sender = Sender(
        ledger, lambda number: SmtpLanes(relay, number),
        lambda each: personal_of(KEYS, each, DOMAIN), Options(lanes=asked.lanes), stop=stop,
    )  # fmt: skip
    if asked.seconds:
        timer = Timer(asked.seconds, stop.set)
        timer.daemon = True
        timer.start()
    print("begins", flush=True)
    gc.collect()
    told = measured(sender, mailing, asked.profile)
    ledger.close()
    told |= {"opened": opened, "opened_mb": opened_mb, "mb": peak_mb(), "size": compiled.size}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
