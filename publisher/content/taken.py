"""Which rows of a CSV a table takes, and whether a chart can be drawn of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from publisher.config.refusal import nearest
from publisher.content.chart import MOST_BARS, MOST_PANELS, MOST_SERIES, Chart
from publisher.content.merge import UP
from publisher.content.table import Cell, Column, TableFile
from publisher.content.written import Rows, Written
from publisher.document import Document, Problem

Row = Mapping[str, Written]


def take(document: Document, file: TableFile, rows: Rows) -> tuple[list[Row], list[Problem]]:
    """The rows that have one of the words asked for in each column, and what is asked in vain."""
    taken, problems = list(rows.rows), []
    for name, asked in file.only.items():
        wanted = [asked] if isinstance(asked, str) else asked
        if name in rows.absent or not any(name in row for row in rows.rows):
            what, known = f'there is no column "{name}" to choose rows by', list(rows.rows[0:1])
            listed = nearest(name, [key for row in known for key in row], "columns")
            problems.append(document.problem(("only", name), what, listed, code="table-only"))
            continue
        said = _said(rows.rows, name)
        known_words = {word for words in said for word in words}
        for word in wanted:
            if word not in known_words:
                what = f'no row has "{word}" in the column "{name}"'
                remedy = nearest(word, sorted(known_words), "words there")
                problems.append(document.problem(("only", name), what, remedy, code="table-only"))
        fitting = {id(row) for row, words in zip(rows.rows, said, strict=True)
                   if words & set(wanted)}  # fmt: skip
        taken = [row for row in taken if id(row) in fitting]
    if not taken and rows.rows and not problems:
        what = "no row has all of these words, so the table is empty"
        problems.append(document.problem(("only",), what, "ask for fewer", code="table-only"))
    return taken, problems


def _said(rows: Sequence[Row], name: str) -> list[set[str]]:
    """What each row says in a column, in every language; merged with the one above: the same."""
    found: list[set[str]] = []
    for row in rows:
        cell = row.get(name)
        if cell is not None and cell.mark == UP and found:
            found.append(found[-1])
        elif cell is None:
            found.append(set())
        else:
            found.append({cell.word} if cell.texts is None else set(cell.texts.values()))
    return found


# What is drawn -----------------------------------------------------------------------------------


def undrawable(
    document: Document, file: TableFile, rows: Sequence[Sequence[Cell | None]]
) -> Iterator[Problem]:
    """Why a chart of these cells would be empty, or could not be read."""
    if (chart := file.chart) is None or not rows:
        return
    columns = [column for _, column in file.placed()]
    shown = rows[: chart.first] if chart.first else rows
    at = {column.id: n for n, column in enumerate(columns)}
    for n, name in enumerate(chart.values):
        cells = [row[at[name]] for row in shown]
        if not any(cell is not None and cell.value is not None for cell in cells):
            what = f'the column "{name}" has no number in the rows that are drawn'
            remedy = "fill it in, or take it out of values:"
            yield document.problem(("chart", "values", n), what, remedy, code="chart-empty")
    yield from _too_many(document, chart, at, shown)
    yield from _mixed(document, chart, columns, shown)


def _too_many(
    document: Document, chart: Chart, at: Mapping[str, int],
    rows: Sequence[Sequence[Cell | None]],
) -> Iterator[Problem]:  # fmt: skip
    along = _words(rows, at[chart.along])
    panels = _words(rows, at[chart.panel_column]) if chart.panel_column else []
    series = _words(rows, at[chart.series]) if chart.series else []
    is_grouped = bool(chart.series or chart.panel_column)
    bars = len(set(along)) if is_grouped else len(along)
    if chart.kind in ("bar", "grouped-bar") and bars > MOST_BARS:
        what = f"there are {bars} bars; nobody reads more than {MOST_BARS}"
        remedy = "draw the first of them (first: 20), choose rows with only:, or draw a line"
        yield document.problem(("chart", "kind"), what, remedy, code="chart-size")
    lines = len(set(series)) if series else 0 if chart.panels is True else len(chart.values)
    if lines > MOST_SERIES:
        key = "series" if series else "values"
        what = f"there are {lines} series; {MOST_SERIES} are the most that can be told apart"
        remedy = "leave some out, or give each a panel of its own: panels:"
        yield document.problem(("chart", key), what, remedy, code="chart-size")
    if len(set(panels)) > MOST_PANELS:
        what = f"there are {len(set(panels))} panels; {MOST_PANELS} are the most"
        remedy = "choose rows with only:, or another column"
        yield document.problem(("chart", "panels"), what, remedy, code="chart-size")
    if is_grouped:
        yield from _twice(document, along, series or panels, panels if series else [])


def _twice(
    document: Document, along: Sequence[str], series: Sequence[str], panels: Sequence[str]
) -> Iterator[Problem]:
    """Two numbers for one place of the drawing."""
    seen: set[tuple[str, str, str]] = set()
    for n, name in enumerate(along):
        place = (name, series[n] if series else "", panels[n] if panels else "")
        if place in seen:
            said = " / ".join(filter(None, place))
            what = f'two rows are "{said}", and a chart has one place for them'
            yield document.problem(("chart", "along"), what, "give them different words, or "
                                   "delete one of the rows", code="chart-twice")  # fmt: skip
            return
        seen.add(place)


def _mixed(
    document: Document, chart: Chart, columns: Sequence[Column],
    rows: Sequence[Sequence[Cell | None]],
) -> Iterator[Problem]:  # fmt: skip
    """Amounts in several currencies, which one scale cannot show."""
    for n, name in enumerate(chart.values):
        at = next(k for k, column in enumerate(columns) if column.id == name)
        cells = [row[at] for row in rows]
        found = sorted({cell.currency for cell in cells if cell is not None and cell.currency})
        if len(found) > 1:
            what = f'the amounts in "{name}" are in {" and ".join(found)}'
            remedy = "draw a column that is in one currency, or choose rows with only:"
            yield document.problem(("chart", "values", n), what, remedy, code="chart-mixed")


def _words(rows: Sequence[Sequence[Cell | None]], at: int) -> list[str]:
    """What the rows say in a column; where a cell is merged, what stands above."""
    found: list[str] = []
    for row in rows:
        cell = row[at]
        if cell is None:
            found.append(found[-1] if found else "")
        else:
            found.append(" ".join(cell.text.values()) if cell.text else cell.value or "")
    return found
