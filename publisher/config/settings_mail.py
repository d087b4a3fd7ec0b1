"""Settings of mail: the relay, how fast, whom first; and where mail comes back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from publisher.config.settings_types import DeliverySettings, FeedbackSettings, SmtpSettings
from publisher.config.values import (
    address,
    addresses,
    duration,
    folder,
    number,
    percent,
    rates,
    secret,
)
from publisher.errors import SettingsError


def read_delivery(root: Path, environment: Mapping[str, str]) -> DeliverySettings:
    """How mail goes out."""
    uncertain = environment.get("PUBLISHER_UNCERTAIN") or "hold"
    if uncertain not in ("hold", "resend"):
        raise SettingsError(f"PUBLISHER_UNCERTAIN: {uncertain!r}", "write hold or resend")
    rate = number(environment, "PUBLISHER_RATE", least=0.001)
    connections = number(environment, "PUBLISHER_SMTP_CONNECTIONS", least=1, most=200)
    canary = environment.get("PUBLISHER_CANARY") or ""
    is_list = "@" in canary
    default = DeliverySettings()
    return DeliverySettings(
        smtp=_smtp(root, environment),
        connections=default.connections if connections is None else int(connections),
        rate=rate,
        domain_rates=rates(environment, "PUBLISHER_DOMAIN_RATES"),
        bounce_domain=_domain(environment),
        uncertain="resend" if uncertain == "resend" else "hold",
        redirect=address(environment, "PUBLISHER_REDIRECT"),
        canary_share=0.0 if is_list else percent(environment, "PUBLISHER_CANARY", 0.0),
        canary_addresses=addresses(environment, "PUBLISHER_CANARY") if is_list else (),
        canary_wait=duration(environment, "PUBLISHER_CANARY_WAIT", default.canary_wait),
        canary_limit=percent(environment, "PUBLISHER_CANARY_LIMIT", default.canary_limit),
        keep=duration(environment, "PUBLISHER_KEEP", default.keep),
        operator=address(environment, "PUBLISHER_OPERATOR"),
    )


_SECURITY: dict[str, tuple[Literal["starttls", "tls", "none"], int]] = {
    "smtp": ("starttls", 587),
    "smtps": ("tls", 465),
    "smtp+plain": ("none", 25),
}


def _smtp(root: Path, environment: Mapping[str, str]) -> SmtpSettings | None:
    given = environment.get("PUBLISHER_SMTP_URL")
    if not given:
        return None
    remedy = "write smtp://user@host:587 (STARTTLS), smtps://user@host or smtp+plain://127.0.0.1:25"
    try:
        parts = urlsplit(given)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise SettingsError("PUBLISHER_SMTP_URL is no address", remedy) from None
    if parts.scheme not in _SECURITY or not host:
        raise SettingsError("PUBLISHER_SMTP_URL does not name a relay", remedy)
    if parts.password:
        what = "PUBLISHER_SMTP_URL holds a password, which other programs could see"
        raise SettingsError(what, "give it with PUBLISHER_SMTP_PASSWORD_FILE")
    security, usual = _SECURITY[parts.scheme]
    certificates = environment.get("PUBLISHER_SMTP_CA_FILE")
    return SmtpSettings(
        host, port or usual, security, unquote(parts.username or ""),
        secret(environment, "PUBLISHER_SMTP_PASSWORD"),
        folder(root, certificates, root) if certificates else None,
    )  # fmt: skip


def _domain(environment: Mapping[str, str]) -> str:
    given = environment.get("PUBLISHER_BOUNCE_DOMAIN") or ""
    if given and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", given):
        raise SettingsError(f"PUBLISHER_BOUNCE_DOMAIN: {given!r} is no domain",
                            "write one whose mail comes to you: bounces.example.com")  # fmt: skip
    return given


# Mail back ---------------------------------------------------------------------------------------


def read_feedback(root: Path, environment: Mapping[str, str]) -> FeedbackSettings:
    """Where mail comes back to."""
    given = environment.get("PUBLISHER_FEEDBACK") or ""
    password = secret(environment, "PUBLISHER_FEEDBACK_PASSWORD")
    if not given:
        return FeedbackSettings()
    if not given.startswith(("imap:", "imaps:")):
        return FeedbackSettings(maildir=folder(root, given, root))
    try:
        parts = urlsplit(given)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    is_local = host in ("127.0.0.1", "::1", "localhost")
    if not host or not parts.username or (parts.scheme == "imap" and not is_local):
        raise SettingsError(
            "PUBLISHER_FEEDBACK names no mailbox",
            "write the folder of a Maildir, or imaps://user@host/INBOX",
        )
    return FeedbackSettings(
        imap_host=host, imap_port=port or (993 if parts.scheme == "imaps" else 143),
        imap_security="tls" if parts.scheme == "imaps" else "none",
        imap_user=unquote(parts.username), imap_password=password,
        imap_folder=unquote(parts.path.strip("/")) or "INBOX",
    )  # fmt: skip
