"""Reading single settings of the operator: numbers, shares, times, addresses, secrets."""

from __future__ import annotations

import base64
import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path

from email_validator import EmailNotValidError, validate_email

from publisher.errors import SettingsError

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def folder(root: Path, given: str | None, default: Path) -> Path:
    """A folder or file; what is relative is taken from the publication's folder."""
    return (root / Path(given).expanduser()).resolve() if given else default


def number(
    environment: Mapping[str, str], name: str, *, least: float, most: float = 1e9
) -> float | None:
    """A number; None where nothing is set."""
    given = environment.get(name)
    if not given:
        return None
    try:
        found = float(given)
    except ValueError:
        found = -1.0
    if not least <= found <= most:
        raise SettingsError(f"{name}: {given!r}", f"write a number of at least {least:g}")
    return found


def percent(environment: Mapping[str, str], name: str, default: float) -> float:
    """A share, written as percentage: ``1%`` gives 0.01."""
    given = environment.get(name)
    if not given:
        return default
    match = re.fullmatch(r"(\d{1,3}(?:\.\d+)?) ?%", given.strip())
    if match is None or float(match[1]) > 100:
        raise SettingsError(f"{name}: {given!r} is no share", "write a percentage such as 1%")
    return float(match[1]) / 100


def duration(environment: Mapping[str, str], name: str, default: dt.timedelta) -> dt.timedelta:
    """A time span such as ``30m``, ``12h`` or ``90d``."""
    given = environment.get(name)
    if not given:
        return default
    match = re.fullmatch(r"(\d{1,6}) ?([smhd])", given.strip())
    if match is None:
        raise SettingsError(f"{name}: {given!r} is no time span", "write 30m, 12h or 90d")
    return dt.timedelta(**{_UNITS[match[2]]: int(match[1])})


def rates(environment: Mapping[str, str], name: str) -> tuple[tuple[str, float], ...]:
    """Messages a second by domain: ``qq.com=2, 163.com=5``."""
    found: dict[str, float] = {}
    for each in filter(None, re.split(r"[,\s]+", environment.get(name) or "")):
        match = re.fullmatch(r"([a-z0-9.-]+\.[a-z0-9-]+)=(\d+(?:\.\d+)?)", each.lower())
        if match is None or float(match[2]) <= 0:
            raise SettingsError(
                f"{name}: {each!r}", "write domains with a rate: qq.com=2,163.com=5"
            )
        found[match[1]] = float(match[2])
    return tuple(sorted(found.items()))


def address(environment: Mapping[str, str], name: str) -> str:
    """A mail address; "" where nothing is set."""
    given = (environment.get(name) or "").strip()
    return _address(name, given) if given else ""


def addresses(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Mail addresses, in small letters, as subscribers are told apart."""
    given = filter(None, re.split(r"[,\s]+", environment.get(name) or ""))
    return tuple(_address(name, each).casefold() for each in given)


def _address(name: str, given: str) -> str:
    try:
        found = validate_email(given, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise SettingsError(f"{name}: {given!r} is no mail address ({error})") from None
    return f"{found.local_part}@{found.ascii_domain}"


def secret(environment: Mapping[str, str], name: str) -> str:
    """A secret: itself, or from the file that ``<name>_FILE`` names."""
    path = environment.get(f"{name}_FILE")
    if not path:
        return environment.get(name) or ""
    if environment.get(name):
        raise SettingsError(f"{name} and {name}_FILE are both set", "keep one of them")
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip("\r\n")
    except OSError as error:
        why = error.strerror or error
        raise SettingsError(f"{name}_FILE: {path} cannot be read: {why}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{name}_FILE: {path} cannot be read: it is not UTF-8") from None


_LEAST_OCTETS = 18


def secret_key(environment: Mapping[str, str], name: str) -> bytes:
    """A secret that is written in base64, with or without ``whsec_`` before it; b"" for none.

    So the Standard Webhooks specification has it, and so its libraries read it.
    """
    given = secret(environment, name).strip().removeprefix("whsec_")
    if not given:
        return b""
    remedy = "write at least 24 characters of base64: `openssl rand -base64 32` makes them"
    try:
        found = base64.b64decode(given + "=" * (-len(given) % 4), validate=True)
    except ValueError:
        raise SettingsError(f"{name} is not in base64", remedy) from None
    if len(found) < _LEAST_OCTETS:
        raise SettingsError(f"{name} is too short", remedy)
    return found
