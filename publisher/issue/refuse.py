"""Why an issue cannot come out: broken entries, nothing to carry, a section that is empty."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.config.section import SectionSettings, Select
from publisher.content.load import issue_path
from publisher.errors import ContentError, NothingToPublish
from publisher.issue.choose import Choice, Order
from publisher.issue.issue import Candidate
from publisher.issue.upcoming import Calendars


def refuse(order: Order, choice: Choice, dates: Calendars) -> None:
    """Raise ContentError where the issue is held, and NothingToPublish where there is none."""
    _refuse_broken(order, [choice.decided[each] for each in choice.broken] + dates.broken)
    _refuse_few(order, choice)
    _refuse_nothing(order, choice, dates)
    _refuse_empty_sections(order, choice)


def _refuse_broken(order: Order, broken: Iterable[Candidate]) -> None:
    told = "\n".join(dict.fromkeys(each.detail for each in broken))
    if order.bulletin.strict and told:
        raise ContentError(
            f"{told}\n{order.slug} {order.name} is strict and was not published",
            "mend it, or set strict: false to publish without it",
        )


def _refuse_few(order: Order, choice: Choice) -> None:
    """An issue of the schedule may need a number of entries; a one-off comes as it is written."""
    least, found = order.bulletin.at_least, len(choice.carried())
    if least is None or found >= least.entries or order.written.is_one_off:
        return
    has = {0: "no entry", 1: "1 entry"}.get(found, f"{found} entries")
    what = (
        f"{order.slug} {order.name} has {has} between {order.window.start} and "
        f"{order.window.end}, and needs {least.entries}"
    )
    if least.otherwise == "roll-over":
        what += "; the next issue covers its days"
    raise NothingToPublish(what, "nothing to do; it is skipped")


def _refuse_nothing(order: Order, choice: Choice, dates: Calendars) -> None:
    """Dates that come again each time are no issue, unless the bulletin has nothing but them."""
    is_calendar = not choice.sections and bool(dates.entries())
    if not (choice.carried() or order.is_written or is_calendar):
        days = f"between {order.window.start} and {order.window.end}"
        raise NothingToPublish(
            f"{order.slug} {order.name} has no entry {days}", "nothing to do; it is skipped"
        )


def _refuse_empty_sections(order: Order, choice: Choice) -> None:
    if order.written.lists_all:
        _refuse_empty_list(order, choice)
        return
    for settings in order.bulletin.sections:
        is_filled = settings.block != "entries" or choice.sections[settings.id]
        if not (is_filled or settings.optional):
            name = f"{order.slug} {order.name}"
            raise ContentError(
                f"the section “{settings.id}” of {name} selects nothing: {_wanted(settings)} "
                f"filed between {order.window.start} and {order.window.end} is left for it",
                f"add one, list entries in content/issues/{order.slug}/{order.name}.yaml, "
                "or give the section “optional: true”; "
                f"`publisher explain {name}` says why each entry is out",
            )


def _refuse_empty_list(order: Order, choice: Choice) -> None:
    """Who lists all entries leaves sections empty on purpose, but not all of them."""
    if not choice.carried():
        raise ContentError(
            "\n".join([f"{order.slug} {order.name} has no entry left", *choice.remarks]),
            f"see to those, or list others in {issue_path(order.slug, order.name)}",
        )


def _wanted(settings: SectionSettings) -> str:
    select = settings.select or Select()
    what = "no entry" + (f" of kind {' or '.join(select.kinds)}" if select.kinds else "")
    if select.tags:
        what += f" tagged {' or '.join(select.tags)}"
    if select.min_importance > 1:
        what += f" of importance {select.min_importance} or more"
    return what
