"""What the operator has set, as data; `publisher.config.settings` reads it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


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
class SiteSettings:
    """How the site is written: `compressed` are the suffixes of copies beside each text file.

    `search` is the time of day, where the publication is, at which the search is brought up to
    date; None: never by itself.  `processes` is how many render a whole site; 0: one per core.
    """

    compressed: tuple[Literal["gz", "br"], ...] = ()
    search: dt.time | None = None
    processes: int = 0


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
    site: SiteSettings = SiteSettings()
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
