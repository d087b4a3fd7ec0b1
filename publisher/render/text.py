"""The mail of an issue as plain text: written by templates of its own, wrapped at 72 columns.

A template writes each paragraph as one line; wrapping happens here.  RFC 3676 and RFC 5322
(section 2.1.1) ask for lines of at most 78 characters; wide characters take two columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from publisher.cjk import WIDE
from publisher.render.context_issue import IssueView
from publisher.render.email import LIMIT_BYTES, MailLinks, mail_variables, too_large
from publisher.render.flat import with_flat_tables
from publisher.render.inert import inert
from publisher.render.shortening import fitted
from publisher.render.theme import Theme
from publisher.render.views import Views

TEMPLATE = "text/issue.txt"
COLUMNS = 72

# Requirements for Chinese Text Layout, section 3.1.5: what may not begin a line, and what may not
# end one.  The straight quotation marks are both, and so neither.
CLOSING = "!%),.:;?]}·—…‥’”»›、。〉》」』】〕〗〙〟！％），．：；？］｝～ー々〜゠–"
OPENING = "([{“‘«‹〈《「『【〔〖〘〝（［｛"

# A link in a text, "words (address)", and the punctuation behind it, which stays with the words.
_LINK = re.compile(rf" ?\((https?://(?:[^\s()]|\([^\s()]*\))+)\)([{re.escape(CLOSING)}]*)")
_URL = r"<?https?://[!-;=?-~]+>?"
_PIECE = re.compile(rf"\s+|{_URL}|[{WIDE}]|(?:(?!{_URL})[^\s{WIDE}])+")
_MARK = re.compile(r"(?:[-*] |\d+\. )?")


def render(theme: Theme, views: Views, issue: IssueView, mail: MailLinks) -> str:
    """The plain text of the mail, with the same stories as its HTML, shortened by the same rule.

    Raises ContentError for an issue that is too large even when everything is shortened.
    """
    variables = mail_variables(views, issue, mail)

    def written(shown: IssueView) -> str:
        return tidy(inert(theme.render(TEMPLATE, **variables, issue=with_flat_tables(shown))))

    found, fits = fitted(issue, written, LIMIT_BYTES)
    if not fits:
        raise too_large(issue, found)
    return found


def tidy(text: str) -> str:
    """Every line wrapped, never two blank lines together, none at the beginning or end."""
    lines = [line for each in text.splitlines() for line in wrap(each)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"


def wrap(line: str, columns: int = COLUMNS) -> list[str]:
    """A line as lines of at most so many columns, those of a list item hanging beneath its text.

    A URL is never broken and stands on a line of its own; neither is a word that is too long.
    """
    indent = line[: len(line) - len(line.lstrip())]
    body = line.strip()
    mark = _match(_MARK, body)
    hang = indent + " " * len(mark)
    lines = list(_fill(_LINK.sub(r"\2 <\1> ", body[len(mark) :]), columns - len(hang)))
    first, *others = lines or [""]
    return [f"{indent}{mark}{first}".rstrip(), *(hang + each for each in others)]


def width(text: str) -> int:
    """How many columns a text takes: wide and full-width characters two, combining ones none."""
    return sum(map(_columns, text))


@lru_cache(maxsize=20_000)
def _columns(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _match(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.match(text)
    return found.group() if found else ""


def _fill(text: str, columns: int) -> Iterator[str]:
    """Lines of at most so many columns, as full as they can be."""
    line, used, is_alone = "", 0, False
    for unit in _units(text):
        word = unit.lstrip()
        is_url = _is_url(word)
        if line and not (is_url or is_alone or used + width(unit) > columns):
            line, used = line + unit, used + width(unit)
            continue
        if line:
            yield line
        line, used, is_alone = word, width(word), is_url
    if line:
        yield line


def _is_url(text: str) -> bool:
    return re.search(_URL, text) is not None


def _units(text: str) -> Iterator[str]:
    """What may not be broken, each with the space before it."""
    unit, space = "", ""
    for piece in _PIECE.findall(text):
        if piece.isspace():
            space = " "
            continue
        if unit and _may_break(unit[-1], piece[0]):
            yield unit
            unit = ""
        unit, space = unit + space + piece, ""
    if unit:
        yield unit


def _may_break(before: str, after: str) -> bool:
    return after not in CLOSING and before not in OPENING
