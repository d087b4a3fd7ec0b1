"""The operator's settings: ``PUBLISHER_*`` environment variables, never in git.

docs/operating.md has the table of them; a name that is not in it is an error.
"""

from __future__ import annotations

import datetime as dt
import difflib
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from publisher.config.values import (
    address,
    addresses,
    duration,
    number,
    percent,
    rates,
    secret,
    secret_key,
)
from publisher.errors import SettingsError

_KNOWN = (
    "PUBLISHER_STATE",
    "PUBLISHER_PUBLIC",
    "PUBLISHER_DATABASE_URL",
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


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """The relay that takes the mail; `security` as its URL says."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """How mailings are sent.

    `rate` and those of `domain_rates` are messages a second.  The canary is a share of the
    readers or a list of addresses; `canary_limit` is the share of refusals and complaints among
    it that stops the others.
    """

    smtp: SmtpSettings | None = None
    connections: int = 8
    rate: float | None = None
    domain_rates: tuple[tuple[str, float], ...] = ()
    bounce_domain: str = ""
    uncertain: Literal["hold", "resend"] = "hold"
    redirect: str = ""
    canary_share: float = 0.0
    canary_addresses: tuple[str, ...] = ()
    canary_wait: dt.timedelta = dt.timedelta(minutes=30)
    canary_limit: float = 0.05
    keep: dt.timedelta = dt.timedelta(days=90)
    operator: str = ""


@dataclass(frozen=True, slots=True)
class FeedbackSettings:
    """Where what comes back is found: a Maildir, or a mailbox by IMAP."""

    maildir: Path | None = None
    imap_host: str = ""
    imap_port: int = 993
    imap_security: Literal["tls", "none"] = "tls"
    imap_user: str = ""
    imap_password: str = field(default="", repr=False)
    imap_folder: str = "INBOX"


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Where the pages for subscribers are served, and whom they believe.

    `proxies` are the networks whose X-Forwarded-For is believed.
    """

    host: str = "127.0.0.1"
    port: int = 8300
    proxies: tuple[str, ...] = ()
    webhook_secret: str = field(default="", repr=False)
    sns_topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PullSettings:
    """Which branch of which remote the content is pulled from; "" for none."""

    branch: str = ""
    remote: str = "origin"
    interval: dt.timedelta = dt.timedelta(minutes=1)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AnnounceSettings:
    """Who is told of what happens, and whether a page must be seen live before it is mailed."""

    live_check: bool = False
    live_timeout: dt.timedelta = dt.timedelta(minutes=30)
    hooks: tuple[str, ...] = ()
    key: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class OperationsSettings:
    """How the service is watched: its log, its listener for operators, its DKIM selector."""

    log: Literal["human", "json"] = "human"
    host: str = "127.0.0.1"
    port: int = 8301
    dkim_selector: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where everything lies, and how mail goes out and comes back."""

    root: Path
    state: Path
    public: Path
    outbox: Path
    keys: Path
    database_url: str
    delivery: DeliverySettings = DeliverySettings()
    feedback: FeedbackSettings = FeedbackSettings()
    service: ServiceSettings = ServiceSettings()
    pull: PullSettings = PullSettings()
    announce: AnnounceSettings = AnnounceSettings()
    operations: OperationsSettings = OperationsSettings()
    archive_folder: Path | None = None
    archive_url: str = ""
    public_url: str = ""

    @property
    def archive(self) -> Path:
        """The folder of the archive; where it lies in an object store, that of its copies."""
        return self.archive_folder or self.state / "archive"

    @property
    def is_shared(self) -> bool:
        """Whether other machines may work on the same database."""
        return not self.database_url.startswith("sqlite")

    @property
    def index(self) -> Path:
        """The derived index of the archive."""
        return self.state / "index.sqlite"


def read_settings(root: Path, environment: Mapping[str, str]) -> Settings:
    """Read the operator's settings; raises SettingsError for one that cannot be used."""
    _refuse_unknown(environment)
    state = _folder(root, environment.get("PUBLISHER_STATE"), root / "var")
    archive_url = _store(environment, "PUBLISHER_ARCHIVE")
    public_url = _store(environment, "PUBLISHER_PUBLIC")
    public = state / "public"
    if not public_url:
        public = _folder(root, environment.get("PUBLISHER_PUBLIC"), root / "public")
    archive = state / ("archive-copies" if archive_url else "archive")
    if not archive_url:
        archive = _folder(root, environment.get("PUBLISHER_ARCHIVE"), archive)
    outbox = _folder(root, environment.get("PUBLISHER_OUTBOX"), state / "outbox")
    keys = _folder(root, environment.get("PUBLISHER_KEYS"), state / "keys.json")
    content = root / "content"
    for name, folder in (("PUBLISHER_STATE", state), ("PUBLISHER_PUBLIC", public)):
        if folder in (root, content) or content in folder.parents:
            raise SettingsError(
                f"{name}: {folder} would mix what is made with what editors write",
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
        _delivery(root, environment), _feedback(root, environment), _service(environment),
        _pull(environment), _announce(environment), _operations(environment),
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


def _folder(root: Path, given: str | None, default: Path) -> Path:
    return (root / Path(given).expanduser()).resolve() if given else default


# Mail out ----------------------------------------------------------------------------------------


def _delivery(root: Path, environment: Mapping[str, str]) -> DeliverySettings:
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
        _folder(root, certificates, root) if certificates else None,
    )  # fmt: skip


def _domain(environment: Mapping[str, str]) -> str:
    given = environment.get("PUBLISHER_BOUNCE_DOMAIN") or ""
    if given and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", given):
        raise SettingsError(f"PUBLISHER_BOUNCE_DOMAIN: {given!r} is no domain",
                            "write one whose mail comes to you: bounces.example.com")  # fmt: skip
    return given


# Mail back, and the service ----------------------------------------------------------------------


def _feedback(root: Path, environment: Mapping[str, str]) -> FeedbackSettings:
    given = environment.get("PUBLISHER_FEEDBACK") or ""
    password = secret(environment, "PUBLISHER_FEEDBACK_PASSWORD")
    if not given:
        return FeedbackSettings()
    if not given.startswith(("imap:", "imaps:")):
        return FeedbackSettings(maildir=_folder(root, given, root))
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


def _service(environment: Mapping[str, str]) -> ServiceSettings:
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


def _pull(environment: Mapping[str, str]) -> PullSettings:
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


def _announce(environment: Mapping[str, str]) -> AnnounceSettings:
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


def _operations(environment: Mapping[str, str]) -> OperationsSettings:
    log = environment.get("PUBLISHER_LOG") or "human"
    if log not in ("human", "json"):
        raise SettingsError(f"PUBLISHER_LOG: {log!r}", "write human or json")
    selector = environment.get("PUBLISHER_DKIM_SELECTOR") or ""
    if selector and not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", selector):
        raise SettingsError(f"PUBLISHER_DKIM_SELECTOR: {selector!r}", "write one such as s1")
    host, port = _listener(environment, "PUBLISHER_ADMIN_LISTEN", "127.0.0.1:8301")
    return OperationsSettings("json" if log == "json" else "human", host, port, selector)
