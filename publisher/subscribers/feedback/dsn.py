"""Delivery status in fields (RFC 3464; RFC 6533 for addresses that are not ASCII)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from publisher.subscribers.feedback.addresses import (
    field_address,
    printable,
    reply_in,
    status_in,
)
from publisher.subscribers.feedback.notice import Notice, is_from_system
from publisher.subscribers.feedback.report import Cause, Report
from publisher.subscribers.feedback.verdict import cause_of, codes, is_dead, tells, unwrapped
from publisher.subscribers.feedback.words import Said, said_of

_MOST_RECIPIENTS = 100
_FIELD = re.compile(r"\s{0,4}([A-Za-z][A-Za-z-]{2,40}?)\s?:\s*(.*)")
_KNOWN = re.compile(
    r"(final|original|x-actual|x-original)-recipient|action|status|diagnostic-code"
    r"|remote-mta|reporting-mta|original-envelope-id|(arrival|last-attempt|will-retry)[\w-]*"
    r"|received-from-mta|dsn-gateway|final-log-id|x-[\w-]+|localized-diagnostic|mail-from"
)
_RECIPIENTS = (
    "final-recipient",
    "original-recipient",
    "x-actual-recipient",
    "x-original-recipient",
)
_DONE: dict[str, Cause] = {
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
    "deliverable": "delivered",  # Postfix, asked whether it could
    "delayed": "delayed",
}

Group = dict[str, str]


def read(notice: Notice) -> list[Report]:
    """A report for each recipient of a delivery status, in a part of its own or among the words."""
    groups = list(_groups("\n\n".join(notice.status_parts).split("\n")))
    if not any(map(_recipient, groups)) and _may_be_report(notice):
        groups = list(_groups(notice.lines)) or groups
    whole = next(iter(groups), {})
    found = [group for group in groups if _is_about_recipient(group)][:_MOST_RECIPIENTS]
    said = said_of(notice, [_recipient(group) for group in found])
    return [_report(group, whole, said, len(found)) for group in found]


def _may_be_report(notice: Notice) -> bool:
    """Whether fields among the words are a server's, and not quoted by a person."""
    return notice.type == "multipart/report" or is_from_system(notice)


def _report(group: Group, whole: Group, said: Said, count: int) -> Report:
    recipient = _recipient(group) or (said.only if count == 1 else "")
    diagnostic = _diagnostic(group)
    around = said.about(recipient)
    text = diagnostic if tells(diagnostic) else f"{diagnostic} {around}"
    status, reply = codes(status_in(group.get("status", "")), text)
    action = group.get("action", "").strip().lower().partition(" ")[0]
    cause = _DONE.get(action) or cause_of(status, unwrapped(text), around)
    return Report(
        "bounce",
        recipient,
        status,
        reply,
        cause,
        is_dead(cause, status, reply, f"{text} {around}"),
        printable(diagnostic or around),
        envelope_id=printable(whole.get("original-envelope-id", "")),
    )


def _diagnostic(group: Group) -> str:
    """The words of the other side: without the type in front, with a comment of the status."""
    said = group.get("diagnostic-code", "")
    said = re.sub(r"^\s*[\w-]{2,30}\s*;\s*", "", said)
    comment = re.search(r"\(([^()]{3,300})\)", group.get("status", ""))
    return f"{said} {comment[1] if comment and not reply_in(said) else ''}".strip()


def _recipient(group: Group) -> str:
    """The final recipient, unless it is a name within a provider's own machines."""
    found = [*filter(None, (field_address(group.get(name, "")) for name in _RECIPIENTS))]
    return next(
        (address for address in found if "." in address.rpartition("@")[2]), "".join(found[:1])
    )


def _is_about_recipient(group: Group) -> bool:
    named = any(name in group for name in _RECIPIENTS)
    return (named and len(group) > 1) or ("action" in group and "status" in group)


def _groups(lines: Iterable[str]) -> Iterator[Group]:
    """Fields by recipient, each group behind an empty line (section 2.1), or badly divided.

    Some servers leave the empty lines out: a field that the group has already begins the next
    one.  Others put one behind each field: only between whole groups does it count.
    """
    group: Group = {}
    is_behind_gap = False
    for name, value in _fields(lines):
        if name in group or (name and is_behind_gap and _is_whole(group, name)):
            yield group
            group = {}
        if name:
            group[name] = value
        is_behind_gap = not name
    if group:
        yield group


def _is_whole(group: Group, following: str) -> bool:
    """Whether a group lacks nothing that the following field could be."""
    has_recipient = any(name in group for name in _RECIPIENTS)
    told = [name for name in ("action", "status") if name in group]
    if not has_recipient:
        return not told
    return len(told) == 2 or (bool(told) and following in _RECIPIENTS)


def _fields(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Names and unfolded values; a pair of nothing for each empty line."""
    name, value = "", ""
    for line in (*lines, ""):
        field = _FIELD.match(line)
        known = field and _KNOWN.fullmatch(field[1].lower())
        if name and line.strip() and not known:
            value = f"{value} {line.strip()}"[:4000]
            continue
        if name:
            yield name, value
        name, value = (field[1].lower(), field[2].strip()) if field and known else ("", "")
        if not line.strip():
            yield "", ""
