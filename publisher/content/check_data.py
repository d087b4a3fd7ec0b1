"""Rules about tables and images: those that are named are there, those that are there are named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import PurePosixPath

from publisher.config.section import is_image_name, is_table_name
from publisher.content.files import DATA, IMAGE_ENDINGS, IMAGES
from publisher.content.load import Frame
from publisher.content.load_data import Data, table_path
from publisher.content.remedy import Place
from publisher.document import Document, Problem


def check_data(frame: Frame, data: Data) -> Iterator[Problem]:
    """What is wrong with tables and images by themselves, and with the names they are given."""
    uses = [one for document in frame.documents.values() for one in _uses(document)]
    tables = {one.name for one in uses if not one.is_image}
    unused = {table_path(name) for name in data.tables if name not in tables}
    used = {table_path(name) for name in tables} | {data.tables.get(name) for name in tables}
    for problem in data.problems:
        # Nobody reads a table yet that nobody names: it may well be unfinished.
        keep = problem.code != "unfinished" or problem.path in used
        yield problem if keep else replace(problem, severity="warning")
    yield from _unknown(uses, data)
    yield from _undrawn(frame, uses, data)
    if not _is_something_unread(frame):
        yield from _idle(unused, "no bulletin and no issue file names this table", "name it")
        csv = data.csv - {path for path in data.tables.values() if path}
        yield from _idle(csv, "no table names this file", "name it in a table's rows:")
        images = {one.name for one in uses if one.is_image}
        idle = {f"{IMAGES}/{name}" for name in data.images - images}
        yield from _idle(idle, "no bulletin shows this image", "name it")


@dataclass(frozen=True, slots=True)
class _Use:
    """A table or an image that a bulletin or an issue file names, and where."""

    name: str
    is_image: bool
    document: Document
    at: Place


def _uses(document: Document) -> Iterator[_Use]:
    """Everything that a document names; it may have other faults."""
    sections = document.data.get("sections")
    listed: Iterable[tuple[str | int, object]] = ()
    if isinstance(sections, dict):
        listed = sections.items()
    elif isinstance(sections, list):
        listed = enumerate(sections)
    for key, section in listed:
        if not isinstance(section, dict):
            continue
        name, codes = section.get("table"), section.get("codes")
        if isinstance(name, str) and is_table_name(name):
            yield _Use(name, False, document, ("sections", key, "table"))
        for at, code in enumerate(codes if isinstance(codes, list) else ()):
            image = code.get("image") if isinstance(code, dict) else None
            if isinstance(image, str) and is_image_name(image):
                place = ("sections", key, "codes", at, "image")
                yield _Use(image, True, document, place)


def _unknown(uses: Iterable[_Use], data: Data) -> Iterator[Problem]:
    for one in uses:
        known = sorted(data.images if one.is_image else data.tables)
        if one.name in known:
            continue
        what, code = f"there is no table {DATA}/{one.name}.yaml", "unknown-table"
        remedy = f"see to the spelling, or start one: publisher new table {one.name}"
        if one.is_image:
            what, code = f"there is no image {IMAGES}/{one.name}", "unknown-image"
            remedy = "see to the spelling, or put it there"
            if not one.name.lower().endswith(IMAGE_ENDINGS):
                remedy = f"images end in {', '.join(IMAGE_ENDINGS)}: save it as PNG, and name that"
        # There may be hundreds: only the nearest is named.
        if near := get_close_matches(one.name, known, n=1):
            remedy = f'did you mean "{near[0]}"?'
        yield one.document.problem(one.at, what, remedy, code=code)


def _undrawn(frame: Frame, uses: Iterable[_Use], data: Data) -> Iterator[Problem]:
    """Sections of block figure that name a table without a chart."""
    figures = {
        (slug, each.id)
        for slug, bulletin in frame.bulletins.items()
        for each in bulletin.sections
        if each.block == "figure"
    }
    for one in uses:
        path, place = PurePosixPath(one.document.path), one.at[1]
        slug = path.parts[2] if path.parts[1] == "issues" else path.stem
        section = (
            place if isinstance(place, str) else one.document.data["sections"][place].get("id")
        )
        if (slug, section) in figures and one.name in data.tables.keys() - data.charts:
            what = f"the section {section} draws a chart, and {table_path(one.name)} declares none"
            remedy = "add chart: {kind: bar, along: …, values: […]} there, or write block: table"
            yield one.document.problem(one.at, what, remedy, code="no-chart")


def _is_something_unread(frame: Frame) -> bool:
    """Whether a file is so broken that nobody knows what it names."""
    broken = {each.path for each in frame.problems if each.severity == "error"}
    return bool(broken - frame.documents.keys())


def _idle(paths: Iterable[str], what: str, remedy: str) -> Iterator[Problem]:
    for path in sorted(paths):
        yield Problem(path, 1, 1, what, f"{remedy}, or delete it", "warning", "stray-file")
