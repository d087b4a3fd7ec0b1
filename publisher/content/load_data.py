"""Reading tables and images from disk, by name for an issue, or all of them for a check."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from publisher.config.publication import Publication
from publisher.config.refusal import nearest
from publisher.config.section import is_image_name, is_table_name
from publisher.content.files import DATA, IMAGES, data_files, image_files
from publisher.content.images import load_image
from publisher.content.table import Table, is_csv
from publisher.document import Document, Problem, parse, read

if TYPE_CHECKING:
    from publisher.content.sheet import Sheet


def table_path(name: str) -> str:
    """The file of a table."""
    return f"{DATA}/{name}.yaml"


def load_table(
    root: Path, publication: Publication, name: str
) -> tuple[Table | None, tuple[Problem, ...]]:
    """Read a table and its rows; None where it has an error, and every problem with its place."""
    table, _, problems = _load(root, publication, name)
    return table, problems


def _load(
    root: Path, publication: Publication, name: str
) -> tuple[Table | None, Document | None, tuple[Problem, ...]]:
    from publisher.content.read_table import parse_table  # most publications have no table

    path = table_path(name)
    raw, problems = read(root, path)
    document, found = (None, ()) if raw is None else parse(raw, path)
    problems += found
    if document is None:
        return None, None, problems
    sheet, found = _sheet(root, document)
    table, more = parse_table(document, name, publication, sheet)
    problems = tuple(sorted({*problems, *found, *more}))
    broken = any(each.severity == "error" for each in problems)
    return (None if broken else table), document, problems


def _csv_path(document: Document) -> str | None:
    """The CSV that a table names; None where its rows are in the file, or the name is none."""
    rows = document.data.get("rows")
    folder = PurePosixPath(document.path).parent
    return f"{folder}/{rows}" if isinstance(rows, str) and is_csv(rows) else None


def _sheet(root: Path, document: Document) -> tuple[Sheet | None, tuple[Problem, ...]]:
    from publisher.content.sheet import read_sheet

    path = _csv_path(document)
    if path is None:
        return None, ()
    folder, _, name = path.rpartition("/")
    if not (root / path).exists():
        beside = sorted(each.name for each in (root / folder).glob("*.csv"))
        what = f"there is no file {name} beside this one"
        remedy = nearest(name, beside, "CSV files")
        return None, (document.problem(("rows",), what, remedy, code="table-rows"),)
    raw, problems = read(root, path)
    return (None, problems) if raw is None else read_sheet(raw, path)


# All of it ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Data:
    """What lies in `content/data/` and `content/images/`, and the problems of each by itself.

    Tables by name, with the CSV each one reads its rows from; broken ones are among them.  `charts`
    are the names of those that say how they are drawn.
    """

    tables: Mapping[str, str | None] = field(default_factory=dict)
    csv: frozenset[str] = frozenset()
    images: frozenset[str] = frozenset()
    charts: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


def load_data(root: Path, publication: Publication) -> Data:
    """Read all tables and images."""
    problems: list[Problem] = []
    tables: dict[str, str | None] = {}
    csv: set[str] = set()
    charts: set[str] = set()
    for path in data_files(root, problems):
        name = path.removeprefix(f"{DATA}/").removesuffix(".yaml")
        if path.endswith(".csv"):
            csv.add(path)
        elif is_table_name(name):
            _, document, found = _load(root, publication, name)
            tables[name] = None if document is None else _csv_path(document)
            # Of a file that cannot be read nobody knows: that is said once.
            if document is None or document.data.get("chart") is not None:
                charts.add(name)
            problems += found
        else:
            problems.append(_misnamed(path))
    images = set()
    for path in image_files(root, problems):
        name = path.removeprefix(f"{IMAGES}/")
        if is_image_name(name):
            images.add(name)
            problems += load_image(root, name)[1]
        else:
            problems.append(_misnamed(path))
    return Data(tables, frozenset(csv), frozenset(images), frozenset(charts), tuple(problems))


def _misnamed(path: str) -> Problem:
    """A table or an image whose file no bulletin and no issue file could name."""
    file = PurePosixPath(path)
    what = f'nothing can name the file "{path.split("/", 2)[2]}"'
    near = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")
    remedy = "use letters a-z, digits and hyphens, in the names of its folders too"
    if near:
        remedy = f"rename it to {near}{file.suffix.lower()} ({remedy})"
    return Problem(path, 1, 1, what, remedy, code="file")
