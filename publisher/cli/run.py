"""`publisher run`: stay, publish each bulletin on its schedule, and send what is to be sent."""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from publisher import durable, logs
from publisher.app import App
from publisher.cli.context import root_of
from publisher.config.settings import Settings
from publisher.errors import UsageError


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Stay, and publish each bulletin on its schedule; stops on SIGTERM or Ctrl-C.

    Publishing, the pages and the sending of mail each have a process of their own, which is
    started again when it ends: `serve`, `worker`, and `publish` at each tick.
    SIGHUP, or touching the file `wake` in the state folder, asks for a tick now.
    """
    if ctx.obj["now"]:
        raise UsageError("--now: `run` goes by the clock", "use --now with `publish`")
    root = root_of(ctx)

    def make_app() -> App:
        return App(root, os.environ, dt.datetime.now(dt.UTC))

    settings = make_app().settings
    logs.set_up(settings.operations.log)
    with _only_one(settings):
        _stay(root, make_app, settings)


def _stay(root: Path, make_app: Callable[[], App], settings: Settings) -> None:
    stop, hangup = threading.Event(), threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    signal.signal(signal.SIGHUP, lambda *_: hangup.set())
    # After that: these imports take a second, and a signal may come at any time.
    from publisher.logbook.pulse import Pulse, run_fact
    from publisher.schedule.making import make_service

    service = make_service(root, make_app, hangup, time.monotonic)
    pulse = Pulse(settings.database_url, run_fact(), service.tell)
    pulse.start()
    service.stay(stop)
    pulse.end()


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    """On SQLite one service works; with PostgreSQL several may stand ready.

    The lock goes with the process (flock(2)), however it ends.
    """
    if settings.is_shared:
        yield
        return
    try:
        settings.state.mkdir(parents=True, exist_ok=True)
        path = settings.state / "run.lock"
        held = durable.try_lock(path)
    except OSError as error:
        raise UsageError(
            f"{settings.state} cannot be used: {error.strerror}",
            "make it a folder that can be written, or name another with PUBLISHER_STATE",
        ) from error
    if held is None:
        pid = path.read_text("ascii", "replace").strip() or "another one"
        raise UsageError(
            f"`publisher run` works here already: process {pid} on this machine",
            "one is enough; end that one first to start another",
        )
    try:
        os.ftruncate(held, 0)
        os.write(held, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(held)
