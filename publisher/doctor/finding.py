"""What a check has found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from publisher.errors import PublisherError

State = Literal["ok", "warning", "problem", "unchecked"]
"""A problem stops something now; a warning will some day; unchecked could not be looked at."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was seen, and the remedy where it is not right."""

    what: str
    state: State
    seen: str
    remedy: str = ""


Check = Callable[[], Iterator[Finding]]


def examined(what: str, check: Check) -> Iterator[Finding]:
    """All that a check finds; one that cannot go on says why, and stops no other."""
    try:
        yield from check()
    except PublisherError as error:
        yield Finding(what, "problem", error.what, error.remedy)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        yield Finding(what, "problem", f"{place}{error.strerror or error}",
                      "see to the disk, the network and the permissions")  # fmt: skip
