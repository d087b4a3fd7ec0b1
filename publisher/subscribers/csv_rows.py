"""The rows of a CSV file of people (RFC 4180), one after the other, each with its place.

Commas, semicolons and tabs separate, as the first line shows; a byte order mark, CRLF and Excel's
line `sep=` are taken.  Only one row is held in memory.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from publisher.document import Problem
from publisher.errors import ContentError
from publisher.yaml12 import characters
from publisher.yaml12.mistakes import Mistake

_DELIMITERS = ",;\t"
_SEP = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
_SAVE = 'save it as UTF-8 (Excel: "CSV UTF-8 (Comma delimited)"), or export it again'


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its first line in the file, its cells, and how it is written."""

    line: int
    cells: list[str]
    text: str
    delimiter: str

    def place(self, at: int) -> tuple[int, int]:
        """Line and column (1-based) of a cell; of the last one where there are not so many."""
        starts = list(_starts(self.text, self.delimiter))
        line, column = characters.place_of(self.text, starts[min(at, len(starts) - 1)])
        return self.line + line - 1, column


def read_rows(lines: Iterable[bytes], path: str) -> Iterator[Row]:
    """The rows of a file, blank ones left out; the first is its header.

    Raises ContentError where the file cannot be read any further: another encoding, quotation
    marks that do not match.
    """
    source = _Lines(lines, path)
    delimiter = source.delimiter()
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _unreadable(_broken(source, delimiter, path, error)) from None
        if cells is None:
            return
        line, text = source.take()
        cells = [each.strip() for each in cells]
        if any(cells):
            yield Row(line, cells, text, delimiter)


class _Lines:
    """The lines of a file as text; it keeps those that make up the row which is being read."""

    def __init__(self, lines: Iterable[bytes], path: str) -> None:
        self._lines = iter(lines)
        self._path = path
        self._number = 0
        self._row: list[str] = []
        self._ahead: list[str] = []

    def delimiter(self) -> str:
        """What separates the cells; read ahead from the first line that says anything."""
        for raw in self._lines:
            line = self._text(raw.removeprefix(codecs.BOM_UTF8) if not self._number else raw)
            if named := _SEP.fullmatch(line.strip("\r\n")):
                return named[1]
            if line.strip():
                self._ahead.append(line)
                return max(_DELIMITERS, key=lambda each: _width(line, each))
        raise _unreadable(Problem(self._path, 1, 1, "the file is empty", "export it again"))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._ahead.pop() if self._ahead else self._text(next(self._lines))
        self._row.append(line)
        return line

    def take(self) -> tuple[int, str]:
        """The number of the first line of the row, and its text; the next row begins."""
        first, text = self._number - len(self._row) + 1, "".join(self._row)
        self._row.clear()
        return first, text

    def _text(self, raw: bytes) -> str:
        self._number += 1
        # Without a mark, UTF-16 of Latin letters is valid UTF-8 with many NUL.
        if b"\0" not in raw and not raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            try:
                return raw.decode("utf-8")
            except UnicodeDecodeError:
                pass
        text = characters.decode(raw)
        if isinstance(text, Mistake):
            raise _unreadable(self._encoding(text))
        return text

    def _encoding(self, found: Mistake) -> Problem:
        return Problem(self._path, self._number, found.column, found.what, _SAVE, code="encoding")


def _width(line: str, delimiter: str) -> int:
    """How many cells a line has; one where it cannot be read so."""
    try:
        return len(next(csv.reader([line], delimiter=delimiter), []))
    except csv.Error:
        return 1


def _starts(text: str, delimiter: str) -> Iterator[int]:
    """Where the cells of a row begin."""
    mark = re.escape(delimiter)
    cell = re.compile(f'"(?:[^"]|"")*"|[^{mark}"]?[^{mark}]*')
    at = 0
    while True:
        yield at
        match = cell.match(text, at)
        if match is None or text[match.end() : match.end() + 1] != delimiter:
            return
        at = match.end() + 1


def _broken(source: _Lines, delimiter: str, path: str, error: csv.Error) -> Problem:
    """Where a row cannot be told from what follows it."""
    line, text = source.take()
    row = Row(line, [], text, delimiter)
    place = row.place(len(text))
    what, remedy = f"this row cannot be read ({error})", "export the file again"
    if re.search("expected after|quote|end of data|limit", str(error)):
        what = "the quotation marks of this row do not match"
        remedy = 'put the whole cell between quotes, and write "" for each in it'
    elif "new-line" in str(error):
        what, remedy = "a line ends with CARRIAGE RETURN alone", "save the file with LF line ends"
    return Problem(path, *place, what, remedy, code="csv")


def _unreadable(problem: Problem) -> ContentError:
    return ContentError("the file cannot be read on from there", "", [problem])
