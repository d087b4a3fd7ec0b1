"""`publisher serve`: the pages on which readers subscribe, confirm, choose and leave."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.errors import UsageError
from publisher.post import Post


@click.command()
@click.pass_context
def command(ctx: click.Context) -> None:
    """Serve the pages on which readers subscribe, confirm, choose and leave.

    And send the mails that they wait for: to confirm, to welcome.

    On PUBLISHER_LISTEN, for a proxy that speaks HTTPS; stops on SIGTERM or Ctrl-C.
    """
    import uvicorn

    from publisher.web.opening import office_of
    from publisher.web.service import make_service

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    root = root_of(ctx)

    def again() -> App:
        return App(root, os.environ, now_of(ctx))

    app = again()
    clock = None if ctx.obj["now"] else lambda: now_of(ctx)

    def feedback(kind: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        return app.post.hooks.take(kind, headers, body, app.post.clock())

    service = make_service(office_of(app, again, clock, feedback))
    # No log of requests: their addresses hold the tokens of readers.
    config = uvicorn.Config(
        service, log_config=None, log_level="warning", access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=10, lifespan="off",
    )  # fmt: skip
    settings = app.settings.service
    with _listening(settings.host, settings.port) as listening, _notices_sent(app.post):
        host, port = listening.getsockname()[:2]
        click.echo(f"http://{f'[{host}]' if ':' in host else host}:{port}/-/\nCtrl-C ends it.")
        for name in (signal.SIGTERM, signal.SIGINT):
            # uvicorn raises the signal again when it has stopped; then all is done.
            signal.signal(name, lambda *_: None)
        uvicorn.Server(config).run(sockets=[listening])


@contextmanager
def _notices_sent(post: Post) -> Iterator[None]:
    """Notices leave at once: whoever has asked for something looks for the mail."""
    thread = threading.Thread(target=post.notice_sender().run, name="notices", daemon=True)
    thread.start()
    try:
        yield
    finally:
        post.stop.set()
        thread.join(timeout=10)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise UsageError(
            f"PUBLISHER_LISTEN: {host}:{port} cannot be used: {error.strerror}",
            "name an address of this machine and a port that is free",
        ) from error
    # What is accepted has it, too; else the second packet of an answer waits 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
