"""Settings of the service: its listeners, where content comes from, who hears of what happens."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from publisher.config.settings_types import (
    AnnounceSettings,
    OperationsSettings,
    PullSettings,
    ServiceSettings,
)
from publisher.config.values import duration, secret, secret_key
from publisher.errors import SettingsError


def read_service(environment: Mapping[str, str]) -> ServiceSettings:
    """Where the pages for subscribers are served."""
    host, port = _listener(environment, "PUBLISHER_LISTEN", "127.0.0.1:8300")
    proxies = tuple(re.split(r"[,\s]+", environment.get("PUBLISHER_PROXIES") or ""))
    for each in filter(None, proxies):
        try:
            ipaddress.ip_network(each)
        except ValueError:
            what = f"PUBLISHER_PROXIES: {each!r} is no network"
            raise SettingsError(what, "write addresses such as 127.0.0.1 or 10.0.0.0/8") from None
    topics = tuple(filter(None, re.split(r"[,\s]+", environment.get("PUBLISHER_SNS_TOPICS") or "")))
    return ServiceSettings(
        host, port, tuple(filter(None, proxies)),
        secret(environment, "PUBLISHER_WEBHOOK_SECRET"), topics,
    )  # fmt: skip


def _listener(environment: Mapping[str, str], name: str, default: str) -> tuple[str, int]:
    given = environment.get(name) or default
    host, _, port = given.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise SettingsError(f"{name}: {given!r}", f"write {default}")
    return host.strip("[]"), int(port)


# Content in, news out, and being watched --------------------------------------------------------


def read_pull(environment: Mapping[str, str]) -> PullSettings:
    """Where the content comes from."""
    branch, default = environment.get("PUBLISHER_BRANCH") or "", PullSettings()
    remote = environment.get("PUBLISHER_REMOTE") or default.remote
    # git would take a name that begins with a dash for an option.
    for name, given in (("PUBLISHER_BRANCH", branch), ("PUBLISHER_REMOTE", remote)):
        if given.startswith("-") or re.search(r"\s", given):
            raise SettingsError(f"{name}: {given!r} is no name", "write main, or origin")
    interval = duration(environment, "PUBLISHER_PULL_INTERVAL", default.interval)
    if interval < dt.timedelta(seconds=5):
        raise SettingsError("PUBLISHER_PULL_INTERVAL is too short", "write at least 5s")
    return PullSettings(branch, remote, interval, secret(environment, "PUBLISHER_PULL_SECRET"))


def read_announce(environment: Mapping[str, str]) -> AnnounceSettings:
    """Who is told of what happens."""
    check = environment.get("PUBLISHER_LIVE_CHECK") or "off"
    if check not in ("on", "off"):
        raise SettingsError(f"PUBLISHER_LIVE_CHECK: {check!r}", "write on or off")
    hooks = tuple(filter(None, re.split(r"[,\s]+", environment.get("PUBLISHER_HOOKS") or "")))
    for each in hooks:
        _refuse_bad_hook(each)
    key = secret_key(environment, "PUBLISHER_HOOKS_SECRET")
    if hooks and not key:
        raise SettingsError(
            "PUBLISHER_HOOKS are not signed without a secret",
            "give one with PUBLISHER_HOOKS_SECRET_FILE: `openssl rand -base64 32` makes it",
        )
    timeout = duration(environment, "PUBLISHER_LIVE_TIMEOUT", AnnounceSettings().live_timeout)
    return AnnounceSettings(check == "on", timeout, hooks, key)


def _refuse_bad_hook(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_local = parts.hostname in ("127.0.0.1", "::1", "localhost")
        is_fine = bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme == "http" and is_local)
        )
    except ValueError:
        is_fine = False
    if not is_fine:
        raise SettingsError(f"PUBLISHER_HOOKS: {url!r}", "write addresses such as https://…/hook")


def read_operations(environment: Mapping[str, str]) -> OperationsSettings:
    """How the service is watched."""
    log = environment.get("PUBLISHER_LOG") or "human"
    if log not in ("human", "json"):
        raise SettingsError(f"PUBLISHER_LOG: {log!r}", "write human or json")
    selector = environment.get("PUBLISHER_DKIM_SELECTOR") or ""
    if selector and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", selector):
        raise SettingsError(f"PUBLISHER_DKIM_SELECTOR: {selector!r}", "write one such as s1")
    host, port = _listener(environment, "PUBLISHER_ADMIN_LISTEN", "127.0.0.1:8301")
    if port and (host, port) == _listener(environment, "PUBLISHER_LISTEN", "127.0.0.1:8300"):
        raise SettingsError(
            f"PUBLISHER_ADMIN_LISTEN: {host}:{port} is where the pages for readers are served",
            "name another port: whom it reaches may see how the service fares",
        )
    return OperationsSettings("json" if log == "json" else "human", host, port, selector)
