"""`publisher reproduce`: a published issue assembled again, and compared with the archive."""

from __future__ import annotations

import os

import click

from publisher.cli.context import now_of, root_of


@click.command(epilog="Exit code: 0 where every byte is the same, 1 where something differs.")
@click.argument("bulletin")
@click.argument("issue")
@click.pass_context
def command(ctx: click.Context, bulletin: str, issue: str) -> int:
    """Assemble a published issue again, and compare it with the archive.

    From the commit that was published and the archive as it was before; what is compared is the
    first revision of the issue and of each entry that came with it, byte by byte.  Nothing is
    changed.
    """
    from publisher.app import App
    from publisher.reproducing import reproduce

    found = reproduce(App(root_of(ctx), os.environ, now_of(ctx)), bulletin, issue)
    verdict = "is the same" if found.is_same else "differs"
    click.echo(f"{bulletin} {issue} {verdict}")
    click.echo(f"commit {found.commit}, and the archive before record {found.record}")
    for path, commit in found.earlier:
        click.echo(f"{path} is broken there: its version of commit {commit[:10]} was used")
    if found.failure:
        click.echo(f"it could not be assembled:\n{found.failure}")
    for each in found.files:
        if each.is_same:
            click.echo(f"sha256 {each.archived}  {each.path}")
            continue
        click.echo(f"sha256 {each.archived or 'none'}  {each.path}, in the archive")
        click.echo(f"sha256 {each.again or 'none'}  {each.path}, now")
        for line in each.differences:
            click.echo(f"  {line}")
    return 0 if found.is_same else 1
