"""`publisher preview`: see an issue as readers will, while it is being written."""

from __future__ import annotations

import os
import webbrowser

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.errors import UsageError
from publisher.preview.server import PreviewServer
from publisher.preview.studio import Studio
from publisher.preview.watch import Watch
from publisher.site.theme_files import theme_folders


@click.command()
@click.argument("bulletin", required=False)
@click.argument("issue", required=False)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True,
              help="Where on this machine; 0 takes any that is free.")  # fmt: skip
@click.option("--open", "is_opened", is_flag=True, help="Open a browser as well.")
@click.pass_context
def command(
    ctx: click.Context, bulletin: str | None, issue: str | None, port: int, is_opened: bool
) -> None:
    """Show issues as readers will get them, and again each time a file is saved.

    Page, mail, text and feed, at the width of a phone or a desktop, in light and dark; also of
    issues that are not published yet.  For this machine only; Ctrl-C ends it.
    """
    if bulletin and not issue:
        raise UsageError(
            f"which issue of {bulletin}?", f"write publisher preview {bulletin} 2026-04-26"
        )
    root, now = root_of(ctx), ctx.obj["now"]
    fixed = now_of(ctx) if now else None

    def make_app() -> App:
        return App(root, os.environ, fixed or now_of(ctx))

    make_app()  # Settings that cannot be used are said here, not in the browser.
    watch = Watch([root / "content", *theme_folders(root)])
    try:
        server = PreviewServer(Studio(make_app), watch, port)
    except OSError as error:
        remedy = "choose another with --port, or --port 0 for any that is free"
        raise UsageError(f"port {port} cannot be used: {error.strerror}", remedy) from error
    url = f"{server.url}-/issue/{bulletin}/{issue}" if bulletin else server.url
    click.echo(f"{url}\nCtrl-C ends it.")
    watch.start()
    if is_opened:
        webbrowser.open(url)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("")
    finally:
        watch.stop()
        server.server_close()
