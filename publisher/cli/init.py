"""``publisher init``: a new publication, ready to publish its first issue."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.context import now_of
from publisher.errors import UsageError

if TYPE_CHECKING:
    from publisher.language import Language

# Git would heed a file of this name inside the package too.
_NAMES = {"gitignore": ".gitignore"}


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--language",
    "tags",
    multiple=True,
    metavar="TAG",
    help="A language, such as en, zh or pt-BR; again for each further one. Default: en.",
)
@click.option("--name", default="", help="What readers call the publication.")
@click.pass_context
def command(ctx: click.Context, folder: Path, tags: tuple[str, ...], name: str) -> None:
    """Start a publication in DIR, with a first issue as a sample.

    Nothing that is there already is changed.
    """
    from publisher.content.starter import start

    if (folder / "content").exists():
        raise UsageError(
            f"{folder} holds a publication already (content/)", "choose another folder"
        )
    languages = _languages(tags or ("en",))
    made = start(_templates(), languages, name.strip(), now_of(ctx).date())
    for path, text in made.items():
        _write(folder / path, text)
    click.echo(f"{folder}: a publication in {', '.join(each.name for each in languages)}")
    click.echo("Set its domain, time zone and addresses in content/publication.yaml, then:")
    click.echo(f"  cd {folder}\n  publisher check\n  publisher publish --backfill")


def _languages(tags: tuple[str, ...]) -> list[Language]:
    from publisher.content.starter import languages_of

    try:
        return languages_of(tags)
    except ValueError as error:
        raise UsageError(
            f"--language: {error}", "give tags such as en, zh, pt-BR, each once"
        ) from None


def _templates() -> dict[str, str]:
    """The templates that come with the package, by the path that each is written to."""
    found: dict[str, str] = {}

    def collect(folder: Traversable, path: str) -> None:
        for each in sorted(folder.iterdir(), key=lambda one: one.name):
            below = f"{path}{_NAMES.get(each.name, each.name)}"
            if each.is_dir():
                collect(each, f"{below}/")
            else:
                found[below] = each.read_text("utf-8")

    collect(files("publisher") / "starter", "")
    return found


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        click.echo(f"{file} is there already, and was left as it is")
