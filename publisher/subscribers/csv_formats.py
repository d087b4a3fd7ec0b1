"""What the columns of a file of people mean: our own, and those of listmonk, Ghost and Mailchimp.

A format is recognised by its header.  A function for each says what one row tells.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from publisher.subscribers.subscriber import SUBSCRIBER_STATES, SUBSCRIPTION_STATES
from publisher.wording import did_you_mean

OWN_COLUMNS = ("address", "name", "bulletin", "edition", "state", "confirmed", "source")

# The state of an address, where it is not ok, comes before that of a subscription.
WrittenState = Literal[
    "pending", "active", "paused", "ended", "suspended", "dead", "complained"
]  # fmt: skip
WRITTEN_STATES: tuple[str, ...] = (
    *SUBSCRIPTION_STATES,
    *(each for each in SUBSCRIBER_STATES if each not in ("ok", "erased")),
)

# What makes a spreadsheet take a cell for a formula, after the apostrophes that make it a text.
_FORMULA = re.compile("'*[=+\\-@＝＋－＠\t\r]")
# What listmonk writes after the seconds: a fraction, an offset, and the name of the zone.
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?"
    r"(?: ?(Z|[+-]\d\d:?\d\d)(?: ?[A-Za-z]{1,5}| [+-]\d\d)?)?)?"
)


@dataclass(frozen=True, slots=True)
class Proof:
    """When and whence somebody asked and confirmed, as another program kept it."""

    confirmed: dt.datetime
    asked: dt.datetime | None = None
    asked_from: str = ""
    confirmed_from: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a row tells; `left_out` says why somebody is no reader."""

    address: str
    name: str = ""
    bulletin: str = ""
    edition: str = ""
    state: str = "active"
    source: str = ""
    proof: Proof | None = None
    left_out: str = ""


class BadCell(Exception):
    """A cell that cannot be understood: which column, what, and what would be right."""

    def __init__(self, column: str, what: str, remedy: str) -> None:
        super().__init__(what)
        self.column, self.what, self.remedy = column, what, remedy


Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Format:
    """A program's way of writing people down: the columns that tell it, and its reader."""

    name: str
    columns: tuple[str, ...]
    address: str
    read: Callable[[Cells], Told]
    is_own: bool = False


def find_format(header: Sequence[str]) -> Format | None:
    """The format of a file by its header, whatever the case; None for one that fits none."""
    names = {each.casefold() for each in header}
    return next((each for each in FORMATS if names.issuperset(each.columns)), None)


def expected() -> str:
    """What headers there may be, for a message."""
    own = f"{','.join(OWN_COLUMNS)} (only address must be there)"
    others = [f"{each.name}: {','.join(each.columns)}, …" for each in FORMATS if not each.is_own]
    return f"the header is one of: {own}; {'; '.join(others)}"


def protected(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `bare` takes it back."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def bare(cell: str) -> str:
    """A cell as it was before `protected`."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def moment(text: str, column: str) -> dt.datetime | None:
    """A time of a cell; one without an offset is UTC, an empty one is none."""
    if not text:
        return None
    match = _TIME.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        day, time, fraction, zone = match[1], match[2] or "00:00", match[3] or "", match[4] or "Z"
        found = dt.datetime.fromisoformat(f"{day}T{time}{zone}").astimezone(dt.UTC)
        return found.replace(microsecond=int(f"{fraction:0<6}"[:6]))
    except (ValueError, OverflowError):
        what = f"“{text[:40]}” is no time"
        raise BadCell(column, what, "write it such as 2026-04-26T18:00:00+00:00") from None


def _own(cells: Cells) -> Told:
    state = bare(cells.get("state", "")).lower() or "active"
    if state not in WRITTEN_STATES:
        close = did_you_mean(state, list(WRITTEN_STATES))
        listed = f"states: {', '.join(WRITTEN_STATES)}"
        raise BadCell("state", f"there is no state “{state[:40]}”", f"{close} ({listed})".strip())
    confirmed = moment(cells.get("confirmed", ""), "confirmed")
    return Told(
        bare(cells["address"]), bare(cells.get("name", "")), bare(cells.get("bulletin", "")),
        bare(cells.get("edition", "")), state, bare(cells.get("source", "")),
        Proof(confirmed) if confirmed else None,
        "never confirmed" if state == "pending" else "",
    )  # fmt: skip


def _listmonk(cells: Cells) -> Told:
    status = cells.get("status", "").lower() or "enabled"
    if status not in ("enabled", "disabled", "blocklisted"):
        what = f"there is no status “{status[:40]}” in listmonk"
        raise BadCell("status", what, "it is enabled, disabled or blocklisted")
    left_out = "" if status == "enabled" else status
    return Told(cells["email"], cells["name"], left_out=left_out)


def _ghost(cells: Cells) -> Told:
    answer = cells["subscribed_to_emails"].lower()
    if answer not in ("true", "false", ""):
        raise BadCell("subscribed_to_emails", f"“{answer[:40]}” is no answer", "true or false")
    left_out = "" if answer == "true" else "not subscribed to mails"
    if cells.get("deleted_at"):
        left_out = "deleted"
    return Told(cells["email"], cells.get("name", ""), left_out=left_out)


def _mailchimp(cells: Cells) -> Told:
    name = f"{cells.get('first name', '')} {cells.get('last name', '')}".strip()
    left_out = "unsubscribed" if cells.get("unsub_time") else ""
    left_out = "cleaned" if cells.get("clean_time") else left_out
    address = cells["email address"]
    return Told(address, name, proof=_mailchimp_proof(cells), left_out=left_out)


def _mailchimp_proof(cells: Cells) -> Proof | None:
    asked = moment(cells.get("optin_time", ""), "optin_time")
    confirmed = moment(cells["confirm_time"], "confirm_time")
    whence = cells.get("optin_ip", ""), cells.get("confirm_ip", "")
    # Without an address it was somebody else who added them: Mailchimp fills the time in itself.
    if confirmed is None or not any(whence):
        return None
    return Proof(confirmed, asked, whence[0][:60], whence[1][:60])


FORMATS = (
    Format("publisher", ("address",), "address", _own, is_own=True),
    Format("Ghost", ("email", "subscribed_to_emails"), "email", _ghost),
    Format("Mailchimp", ("email address", "confirm_time"), "email address", _mailchimp),
    Format("listmonk", ("email", "name", "attributes"), "email", _listmonk),
)
