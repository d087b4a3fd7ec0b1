"""The operator's settings: ``PUBLISHER_*`` environment variables, never in git.

docs/operating.md has the table of them; a name that is not in it is an error.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path

from publisher.config.settings_mail import read_delivery, read_feedback
from publisher.config.settings_service import (
    read_announce,
    read_operations,
    read_pull,
    read_service,
)
from publisher.config.settings_site import read_site
from publisher.config.settings_types import (
    AnnounceSettings,
    DeliverySettings,
    FeedbackSettings,
    OperationsSettings,
    PullSettings,
    ServiceSettings,
    Settings,
    SiteSettings,
    SmtpSettings,
)
from publisher.config.values import folder
from publisher.errors import SettingsError

__all__ = [
    "AnnounceSettings",
    "DeliverySettings",
    "FeedbackSettings",
    "OperationsSettings",
    "PullSettings",
    "ServiceSettings",
    "Settings",
    "SiteSettings",
    "SmtpSettings",
    "read_settings",
]

_KNOWN = (
    "PUBLISHER_STATE",
    "PUBLISHER_PUBLIC",
    "PUBLISHER_DATABASE_URL",
    "PUBLISHER_PROCESSES",
    "PUBLISHER_COMPRESS",
    "PUBLISHER_SEARCH",
    "PUBLISHER_KEYS",
    "PUBLISHER_OUTBOX",
    "PUBLISHER_SMTP_URL",
    "PUBLISHER_SMTP_PASSWORD",
    "PUBLISHER_SMTP_PASSWORD_FILE",
    "PUBLISHER_SMTP_CA_FILE",
    "PUBLISHER_SMTP_CONNECTIONS",
    "PUBLISHER_RATE",
    "PUBLISHER_DOMAIN_RATES",
    "PUBLISHER_BOUNCE_DOMAIN",
    "PUBLISHER_UNCERTAIN",
    "PUBLISHER_REDIRECT",
    "PUBLISHER_CANARY",
    "PUBLISHER_CANARY_WAIT",
    "PUBLISHER_CANARY_LIMIT",
    "PUBLISHER_KEEP",
    "PUBLISHER_OPERATOR",
    "PUBLISHER_LISTEN",
    "PUBLISHER_PROXIES",
    "PUBLISHER_FEEDBACK",
    "PUBLISHER_FEEDBACK_PASSWORD",
    "PUBLISHER_FEEDBACK_PASSWORD_FILE",
    "PUBLISHER_WEBHOOK_SECRET",
    "PUBLISHER_SNS_TOPICS",
    "PUBLISHER_ARCHIVE",
    "PUBLISHER_BRANCH",
    "PUBLISHER_REMOTE",
    "PUBLISHER_PULL_INTERVAL",
    "PUBLISHER_PULL_SECRET",
    "PUBLISHER_PULL_SECRET_FILE",
    "PUBLISHER_LIVE_CHECK",
    "PUBLISHER_LIVE_TIMEOUT",
    "PUBLISHER_HOOKS",
    "PUBLISHER_HOOKS_SECRET",
    "PUBLISHER_HOOKS_SECRET_FILE",
    "PUBLISHER_LOG",
    "PUBLISHER_ADMIN_LISTEN",
    "PUBLISHER_DKIM_SELECTOR",
)


def read_settings(root: Path, environment: Mapping[str, str]) -> Settings:
    """Read the operator's settings; raises SettingsError for one that cannot be used."""
    _refuse_unknown(environment)
    state = folder(root, environment.get("PUBLISHER_STATE"), root / "var")
    archive_url = _store(environment, "PUBLISHER_ARCHIVE")
    public_url = _store(environment, "PUBLISHER_PUBLIC")
    public = state / "public"
    if not public_url:
        public = folder(root, environment.get("PUBLISHER_PUBLIC"), root / "public")
    archive = state / ("archive-copies" if archive_url else "archive")
    if not archive_url:
        archive = folder(root, environment.get("PUBLISHER_ARCHIVE"), archive)
    outbox = folder(root, environment.get("PUBLISHER_OUTBOX"), state / "outbox")
    keys = folder(root, environment.get("PUBLISHER_KEYS"), state / "keys.json")
    content = root / "content"
    for name, place in (("PUBLISHER_STATE", state), ("PUBLISHER_PUBLIC", public)):
        if place in (root, content) or content in place.parents:
            raise SettingsError(
                f"{name}: {place} would mix what is made with what editors write",
                "name a folder of its own",
            )
    url = environment.get("PUBLISHER_DATABASE_URL") or f"sqlite:///{state / 'publisher.sqlite'}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError(
            "PUBLISHER_DATABASE_URL: this kind of database is not supported",
            "use sqlite:///… or postgresql+psycopg://…",
        )
    return Settings(
        root, state, public, outbox, keys, url,
        read_delivery(root, environment), read_feedback(root, environment),
        read_service(environment),
        read_pull(environment), read_announce(environment), read_operations(environment),
        read_site(environment),
        archive, archive_url, public_url,
    )  # fmt: skip


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    for name in environment:
        if name.startswith("PUBLISHER_") and name not in _KNOWN:
            # What all of them begin with would make any two look alike.
            words = [each.removeprefix("PUBLISHER_") for each in _KNOWN]
            close = difflib.get_close_matches(name.removeprefix("PUBLISHER_"), words, n=1)
            remedy = f"known are {', '.join(_KNOWN)}"
            if close:
                remedy = f"did you mean PUBLISHER_{close[0]}?"
            raise SettingsError(f"there is no setting {name}", remedy)


def _store(environment: Mapping[str, str], name: str) -> str:
    """The address of an object store; "" where a folder is named, or nothing."""
    given = environment.get(name) or ""
    if "://" not in given:
        return ""
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+(/[A-Za-z0-9._-]+)*/?", given):
        raise SettingsError(f"{name}: {given!r} is no store", "write a folder, or s3://bucket/path")
    return given.rstrip("/")
