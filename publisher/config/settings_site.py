"""Settings of the site: copies that are compressed, the search, how many processes render it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Literal

from publisher.config.settings_types import SiteSettings
from publisher.errors import SettingsError

_KINDS: tuple[Literal["gz", "br"], ...] = ("gz", "br")
_MOST = 64


def read_site(environment: Mapping[str, str]) -> SiteSettings:
    """How the site is written."""
    given = [*filter(None, re.split(r"[,\s]+", environment.get("PUBLISHER_COMPRESS") or ""))]
    for each in given:
        if each not in _KINDS:
            raise SettingsError(f"PUBLISHER_COMPRESS: {each!r}", "write gz, br, or gz,br")
    kinds = tuple(each for each in _KINDS if each in given)
    return SiteSettings(kinds, _search(environment), _processes(environment))


def _search(environment: Mapping[str, str]) -> dt.time | None:
    given = environment.get("PUBLISHER_SEARCH") or "off"
    if given == "off":
        return None
    try:
        if re.fullmatch(r"\d\d:\d\d", given):
            return dt.time.fromisoformat(given)
    except ValueError:
        pass
    raise SettingsError(f"PUBLISHER_SEARCH: {given!r}", "write a time of day such as 03:30, or off")


def _processes(environment: Mapping[str, str]) -> int:
    given = environment.get("PUBLISHER_PROCESSES") or "0"
    if not re.fullmatch(r"\d{1,2}", given) or int(given) > _MOST:
        remedy = f"write a number up to {_MOST}; 0 is one for each core"
        raise SettingsError(f"PUBLISHER_PROCESSES: {given!r}", remedy)
    return int(given)
