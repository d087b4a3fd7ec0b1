"""`publisher render`: the mail of an issue, into a folder."""

from __future__ import annotations

import os
from pathlib import Path

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.errors import OutputError, UsageError
from publisher.subscribers.addresses import read_address


@click.command()
@click.argument("bulletin")
@click.argument("issue")
@click.option("--edition", required=True, metavar="NAME", help="Which edition, such as zh.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path),
              metavar="DIR", help="The folder; it is made if it is not there.")  # fmt: skip
@click.option("--to", metavar="ADDRESS", default="", help="Send it to this address, as a test.")
@click.pass_context
def command(
    ctx: click.Context, bulletin: str, issue: str, edition: str, out: Path | None, to: str
) -> None:
    """Write email.html, email.txt and message.eml of an issue, or send it to one address.

    Of a published issue as it was published; of any other as it would be now.  A test mail
    counts for nobody: its links to leave and to choose lead nowhere.
    """
    if out is None and not to:
        raise UsageError("where should the mail go?", "name a folder with --out, or --to ADDRESS")
    app = App(root_of(ctx), os.environ, now_of(ctx))
    recipient = read_address(to).envelope if to else ""
    mail, message = app.render(bulletin, issue, edition, recipient)
    if recipient:
        click.echo(f"sent to {recipient}: {app.send_test(message, recipient)}")
    if out is None:
        return
    files = {
        "email.html": mail.html.encode(),
        "email.txt": mail.text.encode(),
        "message.eml": message.replace(b"\r\n", b"\n"),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (out / name).write_bytes(data)
    except OSError as error:
        raise OutputError(f"{out}: {error.strerror}", "name another folder with --out") from error
    for name, data in files.items():
        click.echo(f"{out / name}  {len(data) / 1000:.1f} KB")
