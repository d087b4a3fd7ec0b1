"""`publisher worker`: send what is due, read what comes back, tell others."""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading

import click

from publisher import logs
from publisher.app import App
from publisher.cli.context import root_of


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Send what is due, read what comes back, and tell others; stops on SIGTERM or Ctrl-C.

    `run` keeps one going.  With PostgreSQL any number may work, on any number of machines.
    """
    root, stop = root_of(ctx), threading.Event()

    def make_app() -> App:
        return App(root, os.environ, dt.datetime.now(dt.UTC))

    settings = make_app().settings
    logs.set_up(settings.operations.log)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    from publisher.worker import work

    work(make_app, stop)
