"""A CSV file of people: each line as somebody with choices, or as a problem at its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from publisher.config.refusal import nearest
from publisher.document import Problem
from publisher.errors import ContentError, UsageError
from publisher.subscribers.addresses import Address, AddressRefused, read_address, read_name
from publisher.subscribers.csv_formats import (
    OWN_COLUMNS,
    BadCell,
    Format,
    Proof,
    Told,
    expected,
    find_format,
)
from publisher.subscribers.csv_rows import Row, read_rows
from publisher.subscribers.subscriber import Choice

SOURCE_LENGTH = 60
"""Characters of a source that are kept."""
# Local parts that need no second look (RFC 5321 section 4.5.3.1: 64 octets, 254 in all).
_PLAIN = re.compile(r"(?=.{1,64}\Z)[a-z0-9_-]+(?:[.+][a-z0-9_-]+)*")
_LONGEST = 254
_DOMAINS = 10_000


@dataclass(frozen=True, slots=True)
class Person:
    """A line of a file: an address, what it chose, in which state, and the proof of that.

    `left_out` says why it is no reader here; `format` is whose file it is.
    """

    line: int
    address: Address
    name: str
    choices: tuple[Choice, ...]
    state: str
    source: str
    proof: Proof | None
    left_out: str
    format: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What the reading of a file needs to know beside it.

    `editions` are those of each bulletin; `bulletins` and `edition` stand for the columns that a
    file has not.
    """

    editions: Mapping[str, Sequence[str]]
    bulletins: tuple[str, ...] = ()
    edition: str = ""


def read_people(lines: Iterable[bytes], path: str, terms: Terms) -> Iterator[Person | Problem]:
    """Every line of a file in its order.

    Raises ContentError for a file that cannot be read as one of people, or not any further, and
    UsageError where `terms` do not fit it.
    """
    rows = read_rows(lines, path)
    table = _Table(next(rows), path, terms)
    for row in rows:
        yield table.read(row)


class Addresses:
    """Reads addresses as `read_address` does, three times as fast where domains come again."""

    def __init__(self) -> None:
        self._domains: dict[str, tuple[str, str]] = {}

    def read(self, given: str) -> Address:
        """An address; raises AddressRefused."""
        local, _, typed = given.rpartition("@")
        if (known := self._domains.get(typed)) and _PLAIN.fullmatch(local):
            domain, ascii_domain = known
            if len(local) + 1 + len(ascii_domain) <= _LONGEST:
                match = f"{local}@{ascii_domain}"
                return Address(f"{local}@{domain}", match, ascii_domain)
        address = read_address(given)
        if len(self._domains) >= _DOMAINS:
            self._domains.clear()
        self._domains[typed] = address.text.rpartition("@")[2], address.domain
        return address


class _Table:
    """A file whose header was read."""

    def __init__(self, header: Row, path: str, terms: Terms) -> None:
        self._path, self._terms = path, terms
        self._columns = [each.casefold() for each in header.cells]
        found = find_format(self._columns)
        problems = list(_header_problems(header, found, path))
        if found is None or problems:
            raise ContentError("the header was not understood", "", problems)
        self._format: Format = found
        self._said = _Said(path)
        self._addresses = Addresses()
        self._check_terms()

    def _check_terms(self) -> None:
        """A file and the options say each thing once, and nothing is left unsaid."""
        for column, given in (
            ("bulletin", self._terms.bulletins),
            ("edition", self._terms.edition),
        ):
            has = self._format.is_own and column in self._columns
            if has and given:
                what = f"{self._path} says the {column} of each line itself"
                raise UsageError(what, f"leave --{column} out")
            if not has and not given:
                what = f"{self._path} does not say which {column} people want"
                raise UsageError(what, f"name it with --{column}")

    def read(self, row: Row) -> Person | Problem:
        """A line as a person, or what is wrong with it."""
        if len(row.cells) > len(self._columns):
            what = f"this line has {len(row.cells)} cells, the header {len(self._columns)}"
            remedy = "put quotation marks around a cell that holds a separator"
            return self._problem(row, len(self._columns), what, remedy)
        try:
            cells = dict.fromkeys(self._columns, "") | dict(
                zip(self._columns, row.cells, strict=False)
            )
            told = self._format.read(cells)
            return self._person(row.line, told)
        except AddressRefused as error:
            what, remedy, column = error.what, error.remedy, self._format.address
        except BadCell as error:
            what, remedy, column = error.what, error.remedy, error.column
        at = self._columns.index(column) if column in self._columns else 0
        return self._problem(row, at, what, remedy)

    def _problem(self, row: Row, at: int, what: str, remedy: str) -> Problem:
        return Problem(self._path, *row.place(at), what, remedy, code="subscribers")

    def _person(self, line: int, told: Told) -> Person:
        address = self._addresses.read(told.address)
        # Whoever is left out may have chosen what is no more.
        choices = () if told.left_out else tuple(self._choices(told))
        for choice in choices:
            self._said.once(line, address, choice, told.state)
        return Person(
            line, address, read_name(told.name), choices, told.state,
            read_name(told.source)[:SOURCE_LENGTH], told.proof, told.left_out, self._format.name,
        )  # fmt: skip

    def _choices(self, told: Told) -> Iterator[Choice]:
        has_own = self._format.is_own and "bulletin" in self._columns
        for bulletin in [told.bulletin] if has_own else self._terms.bulletins:
            editions = self._terms.editions.get(bulletin)
            if editions is None:
                known = nearest(bulletin, self._terms.editions, "bulletins")
                raise BadCell("bulletin", f"there is no bulletin “{bulletin[:40]}”", known)
            edition = told.edition or self._terms.edition
            if edition not in editions:
                what = f"{bulletin} has no edition “{edition[:40]}”"
                raise BadCell("edition", what, nearest(edition, editions, "editions"))
            yield Choice(bulletin, edition)


@dataclass(slots=True)
class _Said:
    """What was said of each address and bulletin: a file that contradicts itself is refused.

    By hash, so that a line costs little memory.
    """

    path: str
    _lines: dict[int, tuple[int, int]] = field(default_factory=dict)

    def once(self, line: int, address: Address, choice: Choice, state: str) -> None:
        key, said = hash((address.match, choice.bulletin)), hash((choice.edition, state))
        before, told = self._lines.setdefault(key, (line, said))
        if told != said:
            what = f"line {before} says something else of this address and {choice.bulletin}"
            raise BadCell("address", what, "keep the one that is right")


def _header_problems(header: Row, found: Format | None, path: str) -> Iterator[Problem]:
    if found is None:
        what = "this is no header of a file of people"
        yield Problem(path, *header.place(0), what, expected(), code="csv")
    elif found.is_own:
        for at, name in enumerate(header.cells):
            if name.casefold() not in OWN_COLUMNS:
                remedy = nearest(name.casefold(), OWN_COLUMNS, "columns")
                what = f"there is no column “{name[:40]}”"
                yield Problem(path, *header.place(at), what, remedy, code="csv")
    for at, name in enumerate(header.cells):
        # Mailchimp names its own columns twice where a merge field is called the same.
        is_twice = name.casefold() in [each.casefold() for each in header.cells[:at]]
        if found is not None and found.is_own and is_twice:
            what = f"the column “{name[:40]}” is there twice"
            yield Problem(path, *header.place(at), what, "delete one of them", code="csv")
