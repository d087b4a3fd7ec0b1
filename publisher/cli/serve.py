"""`publisher serve`: the pages for readers, and the second listener for operators."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.errors import PublisherError, UsageError
from publisher.logs import set_up
from publisher.post import Post

if TYPE_CHECKING:
    import datetime as dt

    import uvicorn
    from fastapi import FastAPI
    from starlette.types import ASGIApp

    from publisher.web.pulling import PullHook

log = logging.getLogger("publisher.web")

_AGAIN = 5.0
"""Seconds until a database that is away is asked again for notices."""


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Serve the pages on which readers subscribe, and health and metrics for operators.

    The pages stand on PUBLISHER_LISTEN, for a proxy that speaks HTTPS, where the publication has
    a service_url; the mails that readers wait for are sent, too.  Where the database is away at
    the start, they answer 503 until it is back.  Health, metrics, dashboard and
    API stand on PUBLISHER_ADMIN_LISTEN.  Stops on SIGTERM or Ctrl-C.
    """
    from publisher.web.awaited import Awaited

    root = root_of(ctx)

    def again() -> App:
        return App(root, os.environ, now_of(ctx))

    app = again()
    set_up(app.settings.operations.log)
    clock = (lambda: now_of(ctx)) if ctx.obj["now"] else None
    has_pages = app.frame.publication.service_url is not None
    pages = Awaited(lambda: _pages(app, again, clock)) if has_pages else None
    if pages:
        pages.open()
    operations = _operations(app, again, clock)
    settings = app.settings
    own = _listening("PUBLISHER_ADMIN_LISTEN", settings.operations.host, settings.operations.port)
    with own, _notices_sent(app.post) if pages else nullcontext():
        served: list[tuple[ASGIApp, socket.socket]] = [(operations, own)]
        if pages:
            public = _listening("PUBLISHER_LISTEN", settings.service.host, settings.service.port)
            served.append((pages, public))
            click.echo(f"{_url(public)}/-/")
        click.echo(f"{_url(own)}/readyz (for operators)\nCtrl-C ends it.")
        asyncio.run(_serve(served))


def _pages(app: App, again: Callable[[], App], clock: Callable[[], dt.datetime] | None) -> FastAPI:
    from publisher.web.opening import office_of
    from publisher.web.service import make_service

    def feedback(kind: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        return app.post.hooks.take(kind, headers, body, app.post.clock())

    return make_service(office_of(app, again, clock, feedback, _pull_hook(app).take))


def _pull_hook(app: App) -> PullHook:
    """What asks for a run when a git forge says that there are new commits."""
    from publisher.web.pulling import PullHook, touch

    settings, clock = app.settings, app.post.clock

    def wake() -> None:
        if settings.is_shared:
            from publisher.crew import ask_for_tick

            ask_for_tick(app, f"pull {clock().isoformat()}")
        else:
            from publisher.schedule.making import WAKE

            touch(settings.state / WAKE)

    return PullHook(settings.pull.secret, wake, clock)


def _operations(
    app: App, again: Callable[[], App], clock: Callable[[], dt.datetime] | None
) -> FastAPI:
    from publisher.web.admin import make_admin
    from publisher.web.api.desk import AdminDesk
    from publisher.web.watch import Watch

    time = clock or app.post.clock
    return make_admin(AdminDesk(again, time), Watch(again, time), app.settings.operations)


# Serving -----------------------------------------------------------------------------------------


async def _serve(served: list[tuple[ASGIApp, socket.socket]]) -> None:
    """Serve each on its socket, in one loop, until a signal; requests under way are finished."""
    servers = [_server(app) for app, _ in served]

    def stop() -> None:
        for each in servers:
            each.should_exit = True

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop)
    sockets = [listening for _, listening in served]
    serving = [
        asyncio.create_task(each.serve(sockets=[listening]))
        for each, listening in zip(servers, sockets, strict=True)
    ]
    # Where one ends for whatever reason, half a service is not left behind.
    await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
    stop()
    await asyncio.gather(*serving)


def _server(app: ASGIApp) -> uvicorn.Server:
    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Signals are for all servers of the loop."""
            yield

    # No log of requests: their addresses hold the tokens of readers.
    return Server(
        uvicorn.Config(
            app, log_config=None, log_level="warning", access_log=False, server_header=False,
            proxy_headers=False, timeout_graceful_shutdown=10, lifespan="off",
        )
    )  # fmt: skip


@contextmanager
def _notices_sent(post: Post) -> Iterator[None]:
    """Notices leave at once: whoever has asked for something looks for the mail."""
    thread = threading.Thread(target=_send_notices, args=(post,), name="notices", daemon=True)
    thread.start()
    try:
        yield
    finally:
        post.stop.set()
        thread.join(timeout=10)


def _send_notices(post: Post) -> None:
    """Send until asked to stop; where the database is away, as soon as it is back."""
    while not post.stop.is_set():
        try:
            sender = post.notice_sender()
        except PublisherError as error:
            log.error("notices: %s", error)
            post.stop.wait(_AGAIN)
        else:
            sender.run()


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _listening(setting: str, host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise UsageError(
            f"{setting}: {host}:{port} cannot be used: {error.strerror}",
            "name an address of this machine and a port that is free",
        ) from error
    # What is accepted has it, too; else the second packet of an answer waits 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
