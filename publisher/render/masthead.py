"""The facts of an issue's masthead: of every issue, and the bulletin's own."""

from __future__ import annotations

from collections.abc import Iterator

from publisher.formats import format_date_range, format_number, format_time_zone
from publisher.issue.issue import Issue
from publisher.render.context_issue import FactView
from publisher.render.words import Words


def masthead(words: Words, issue: Issue) -> tuple[FactView, ...]:
    """The facts that the bulletin asks for, but for those that have no value."""
    return tuple(_facts(words, issue))


def _facts(words: Words, issue: Issue) -> Iterator[FactView]:
    own = issue.settings.facts
    for name in issue.settings.masthead:
        if name == "number":
            yield from _number(words, issue.number)
        elif name not in own:
            yield _built_in(words, name, issue)
        elif (value := issue.facts.get(name, own[name].value)) is not None:
            yield FactView(name, words.line(own[name].label), words.texts(value))


def _built_in(words: Words, name: str, issue: Issue) -> FactView:
    label = words.t(f"masthead_{name}")
    if name == "window":
        window = issue.window
        value = words.each(lambda tag: format_date_range(window.start, window.end, tag))
        return FactView(name, label, value, words.texts(window.note, "inline"))
    if name == "time_zone":
        return FactView(name, label, words.texts(format_time_zone(issue.time_zone, issue.day)))
    return FactView(name, label, words.date(issue.day), iso=issue.day.isoformat())


def _number(words: Words, number: int | None) -> Iterator[FactView]:
    if number is not None:
        value = words.each(lambda tag: format_number(number, tag))
        yield FactView("number", words.t("masthead_number"), value)
