"""``publisher schema``: JSON Schemas, so that editors' programs complete and mark while typing."""

from __future__ import annotations

import json
from pathlib import Path

import click

from publisher.cli.context import root_of

_NAMES = ("entry", "issue", "bulletin", "calendar", "publication", "table")


@click.command()
@click.argument("name", type=click.Choice(_NAMES), required=False)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write all of them into a folder, and say how to use them.",
)
@click.pass_context
def command(ctx: click.Context, name: str | None, out: Path | None) -> None:
    """Print the JSON Schema of entries, issue files and the other files that you write.

    They know this publication's kinds, languages, editions and sections; make them again when
    those change.  Without NAME, all of them are printed as one object.
    """
    from publisher.content.files import DATA, IMAGES, data_files, image_files
    from publisher.content.load import load_frame
    from publisher.content.schema import make_schemas, to_text

    root = root_of(ctx)
    frame = load_frame(root)
    tables = [path for path in data_files(root, []) if path.endswith(".yaml")]
    schemas = make_schemas(
        frame.publication,
        frame.bulletins,
        [path.removeprefix(f"{DATA}/").removesuffix(".yaml") for path in tables],
        [path.removeprefix(f"{IMAGES}/") for path in image_files(root, [])],
        frame.calendars,
    )
    wanted = [name] if name else list(_NAMES)
    if out is None:
        click.echo(to_text(schemas[name] if name else schemas), nl=False)
        return
    out.mkdir(parents=True, exist_ok=True)
    for each in wanted:
        (out / f"{each}.schema.json").write_text(to_text(schemas[each]), "utf-8")
    click.echo(_how_to_use(root, out, wanted))


def _how_to_use(root: Path, out: Path, names: list[str]) -> str:
    from publisher.content.schema import FILES

    folder = out.resolve()
    inside = folder.is_relative_to(root.resolve())
    place = f"./{folder.relative_to(root.resolve()).as_posix()}" if inside else folder.as_posix()
    settings = {
        "yaml.schemas": {f"{place}/{name}.schema.json": FILES[name] for name in names},
        "yaml.yamlVersion": "1.2",
    }
    line = f"# yaml-language-server: $schema={(folder / 'entry.schema.json').as_posix()}"
    return "\n".join(
        [
            f"{out}: {', '.join(f'{name}.schema.json' for name in names)}",
            "",
            "Visual Studio Code with the YAML extension: put this into .vscode/settings.json",
            json.dumps(settings, ensure_ascii=False, indent=2),
            "",
            "Any other program with yaml-language-server: begin a file with the line",
            line,
        ]
    )
