"""`publisher render`: the mail of an issue into a folder, its PDF, or an article for WeChat."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.app import App
from publisher.cli.context import now_of, root_of
from publisher.errors import OutputError, UsageError
from publisher.site.paper import FONTS
from publisher.subscribers.addresses import read_address

if TYPE_CHECKING:
    from publisher.render.wechat import Article


@click.command()
@click.argument("bulletin")
@click.argument("issue")
@click.option("--edition", required=True, metavar="NAME", help="Which edition, such as zh.")
@click.option("--as", "form", type=click.Choice(["mail", "pdf", "wechat"]), default="mail",
              help="A mail, the default, a PDF, or an article for a WeChat account.")  # fmt: skip
@click.option("--out", type=click.Path(file_okay=False, path_type=Path),
              metavar="DIR", help="The folder; it is made if it is not there.")  # fmt: skip
@click.option("--to", metavar="ADDRESS", default="", help="Send it to this address, as a test.")
@click.pass_context
def command(
    ctx: click.Context,
    bulletin: str,
    issue: str,
    edition: str,
    form: str,
    out: Path | None,
    to: str,
) -> None:
    """Write email.html, email.txt and message.eml of an issue, or send it to one address.

    Of a published issue as it was published; of any other as it would be now.  A test mail
    counts for nobody: its links to leave and to choose lead nowhere.

    With --as pdf, write issue.pdf.  It needs the extra `pdf` (`pip install 'publisher[pdf]'`).

    With --as wechat, write wechat.html: a fragment to paste into WeChat's editor.  Links become
    numbers with notes; pictures to upload, and what else the editor asks for, are listed.
    """
    app = App(root_of(ctx), os.environ, now_of(ctx))
    if form == "wechat":
        _article(app, (bulletin, issue, edition), out, to)
    elif form == "pdf":
        _pdf(app, (bulletin, issue, edition), out, to)
    else:
        _mail(app, (bulletin, issue, edition), out, to)


def _mail(app: App, which: tuple[str, str, str], out: Path | None, to: str) -> None:
    if out is None and not to:
        raise UsageError("where should the mail go?", "name a folder with --out, or --to ADDRESS")
    recipient = read_address(to).envelope if to else ""
    mail, message = app.render(*which, recipient)
    if recipient:
        click.echo(f"sent to {recipient}: {app.send_test(message, recipient)}")
    if out is not None:
        files = {
            "email.html": mail.html.encode(),
            "email.txt": mail.text.encode(),
            "message.eml": message.replace(b"\r\n", b"\n"),
        }
        _write(out, files)


def _article(app: App, which: tuple[str, str, str], out: Path | None, to: str) -> None:
    if to:
        raise UsageError("an article for WeChat is not sent by mail", "leave --to out")
    if out is None:
        raise UsageError("where should the article go?", "name a folder with --out")
    article = app.article(*which)
    _write(out, {"wechat.html": article.html.encode()})
    click.echo(_told(article))
    from publisher.render.wechat import excess

    for each in excess(article):
        click.echo(f"warning: {each}", err=True)


def _pdf(app: App, which: tuple[str, str, str], out: Path | None, to: str) -> None:
    if to:
        raise UsageError("a PDF is not sent by mail", "leave --to out")
    if out is None:
        raise UsageError("where should the PDF go?", "name a folder with --out")
    pdf = app.pdf(*which)
    _write(out, {"issue.pdf": pdf.data})
    click.echo(f"{pdf.pages} pages")
    for each in pdf.refused:
        click.echo(f"warning: {each} is not there: only images of the issue are", err=True)
    if pdf.unknown:
        click.echo(f"warning: no font has {pdf.unknown}; install {FONTS}", err=True)


def _told(article: Article) -> str:
    """What WeChat's editor asks for beside the text, and the pictures to upload, in order."""
    count = f"{article.characters:,} characters, {len(article.html):,} with tags"
    lines = [
        f"title    {article.title}",
        f"digest   {article.digest}",
        f"original {article.url}",
        f"{count}; notes: {len(article.notes)}; pictures to upload: {len(article.pictures)}",
    ]
    for number, each in enumerate(article.pictures, 1):
        size = f"  {each.size}" if each.size else ""
        lines.append(f"{number:>3}  {each.url}{size}  {each.alt}".rstrip())
    return "\n".join(lines)


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a folder, and name each with its size."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (out / name).write_bytes(data)
    except OSError as error:
        raise OutputError(f"{out}: {error.strerror}", "name another folder with --out") from error
    for name, data in files.items():
        click.echo(f"{out / name}  {len(data) / 1000:.1f} KB")
