"""The tables, as SQLAlchemy Core knows them; `migrations/` brings a database to them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

STEPS = ("started", "frozen", "written", "live", "announced", "mailed", "not-mailed", "skipped",
         "held")  # fmt: skip
SUBSCRIBER_STATES = ("ok", "suspended", "dead", "complained")
"""Who is erased has no row."""
SUBSCRIPTION_STATES = ("pending", "active", "paused", "ended")
MAILING_STATES = ("open", "sending", "paused", "finished", "cancelled")
DELIVERY_STATES = ("queued", "sending", "sent", "deferred", "failed", "skipped", "uncertain")
NOTICE_STATES = ("queued", "sending", "sent", "failed", "uncertain")
CALL_STATES = ("queued", "sent", "failed")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Seconds since 1970: PostgreSQL's own INTEGER ends in 2038.
SECONDS = Integer().with_variant(BigInteger(), "postgresql")


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


# One row per issue remembers how far its publishing is.  The archive says what was published;
# where the rows are lost, an archived issue counts as announced and never mails by itself.
issue_steps = Table(
    "issue_steps",
    metadata,
    Column("bulletin", String(100), primary_key=True),
    Column("issue", String(40), primary_key=True),
    Column("step", String(20), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("attempt", Integer, nullable=False, default=1),
    Column("slot", DateTime(timezone=True), nullable=False),
    Column("changed", DateTime(timezone=True), nullable=False),
    _one_of("step", STEPS),
)

# Facts of the installation: which keys this database belongs to.
facts = Table(
    "facts",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
)

SCHEMA = "0003"
"""The version of these tables: the newest of `migrations/versions`."""
MOVED = "moved"
"""The fact of a database that was moved to another place: where to, and when."""

# --- people -----------------------------------------------------------------------------------

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("address", String(320), nullable=False),
    # The same for all spellings of one mailbox (publisher.subscribers.addresses).
    Column("match", String(320), nullable=False),
    Column("domain", String(255), nullable=False),
    Column("name", String(200), nullable=False, default=""),
    Column("state", String(12), nullable=False),
    Column("source", String(60), nullable=False, default=""),
    Column("soft_count", Integer, nullable=False, default=0),
    Column("soft_since", DateTime(timezone=True)),
    Column("soft_mailing", Integer),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("changed", DateTime(timezone=True), nullable=False),
    UniqueConstraint("match"),
    _one_of("state", SUBSCRIBER_STATES),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("subscriber_id", BigInteger, ForeignKey("subscribers.id", ondelete="CASCADE"),
           primary_key=True, autoincrement=False),
    Column("bulletin", String(100), primary_key=True),
    Column("edition", String(60), nullable=False),
    Column("state", String(12), nullable=False),
    Column("ended_by", String(40), nullable=False, default=""),
    Column("asked", DateTime(timezone=True), nullable=False),
    Column("confirmed", DateTime(timezone=True)),
    Column("changed", DateTime(timezone=True), nullable=False),
    _one_of("state", SUBSCRIPTION_STATES),
)  # fmt: skip
# Opening a mailing reads the active ones of a bulletin in the order of the ledger.
Index(
    "ix_subscriptions_bulletin",
    subscriptions.c.bulletin, subscriptions.c.state, subscriptions.c.subscriber_id,
)  # fmt: skip

# The proof of consent (GDPR article 7): what was shown, asked for and confirmed, when and whence.
consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber_id", BigInteger, ForeignKey("subscribers.id", ondelete="CASCADE"),
           nullable=False),
    Column("bulletin", String(100), nullable=False),
    Column("edition", String(60), nullable=False),
    Column("language", String(40), nullable=False),
    Column("shown", Text, nullable=False),
    Column("source", String(60), nullable=False),
    Column("asked", DateTime(timezone=True), nullable=False),
    Column("asked_from", String(60), nullable=False, default=""),
    Column("confirmed", DateTime(timezone=True)),
    Column("confirmed_from", String(60), nullable=False, default=""),
    Index("ix_consents_subscriber_id", "subscriber_id"),
)  # fmt: skip

# A link that confirms, by the hash of its token; gone when it was used or is too old.
confirmations = Table(
    "confirmations",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("subscriber_id", BigInteger, ForeignKey("subscribers.id", ondelete="CASCADE"),
           nullable=False),
    Column("choices", Text, nullable=False),
    Column("asked", DateTime(timezone=True), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
    Index("ix_confirmations_subscriber_id", "subscriber_id"),
)  # fmt: skip

# Addresses that were forgotten, as keyed hashes: they cannot be read, but recognised.
suppressions = Table(
    "suppressions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("reason", String(40), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
)

# --- mailings ---------------------------------------------------------------------------------

mailings = Table(
    "mailings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("bulletin", String(100), nullable=False),
    Column("issue", String(40), nullable=False),
    Column("state", String(12), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    # Set where it goes on by itself after a pause; else only a person lets it.
    Column("resumes", DateTime(timezone=True)),
    Column("pauses", Integer, nullable=False, default=0),
    Column("opened", DateTime(timezone=True), nullable=False),
    Column("finished", DateTime(timezone=True)),
    Column("recipients", Integer, nullable=False),
    # How many slices may be sent so far: the canary is slice 0, and the others wait for it.
    Column("released", Integer, nullable=False),
    Column("waits_until", DateTime(timezone=True)),
    # Counts of the rows that were folded away, as JSON.
    Column("folded", Text, nullable=False, default=""),
    UniqueConstraint("bulletin", "issue"),
    _one_of("state", MAILING_STATES),
    sqlite_autoincrement=True,
)

# The message of each edition, compiled once.
messages = Table(
    "messages",
    metadata,
    Column("mailing_id", Integer, ForeignKey("mailings.id"), primary_key=True),
    Column("edition", String(60), primary_key=True),
    Column("compiled", LargeBinary, nullable=False),
)

# A fixed range of a mailing's deliveries, the unit of work of a sender.  Who works on it has
# taken an attempt; what an older attempt writes is refused.  `seen` is the last sign of life of
# that run, in seconds since 1970, and 0 where nobody is at it.
slices = Table(
    "slices",
    metadata,
    Column("mailing_id", Integer, ForeignKey("mailings.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("attempt", Integer, nullable=False, default=0),
    Column("seen", SECONDS, nullable=False, default=0, server_default="0"),
)

# The ledger: one row per (issue, subscriber).  Times are seconds since 1970: a million rows are
# written three times each.  `bounced` is what came back later: "", soft or hard.
deliveries = Table(
    "deliveries",
    metadata,
    Column("mailing_id", Integer, primary_key=True, autoincrement=False),
    Column("subscriber_id", BigInteger, primary_key=True, autoincrement=False),
    Column("edition", String(60), nullable=False),
    Column("slice", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due", SECONDS, nullable=False, default=0),
    Column("changed", SECONDS, nullable=False),
    Column("reply", Text, nullable=False, default=""),
    Column("bounced", String(4), nullable=False, default=""),
    _one_of("state", DELIVERY_STATES),
    sqlite_with_rowid=False,
)
# --- notices and feedback ---------------------------------------------------------------------

# Mails to one person that are no issue.  The message is kept until it is sent, and no longer.
notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("subscriber_id", BigInteger),
    Column("recipient", String(320), nullable=False),
    Column("match", String(320), nullable=False),
    Column("message", LargeBinary),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due", DateTime(timezone=True), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("reply", Text, nullable=False, default=""),
    Index("ix_notices_state", "state", "due"),
    Index("ix_notices_match", "match", "created"),
    _one_of("state", NOTICE_STATES),
)

# What came back, each once: the key is derived from the mail, so that a second copy is known.
feedback = Table(
    "feedback",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("verdict", String(40), nullable=False),
    Column("mailing_id", Integer),
    Column("subscriber_id", BigInteger),
    Column("status", String(20), nullable=False, default=""),
    Column("detail", Text, nullable=False, default=""),
    Column("created", DateTime(timezone=True), nullable=False),
    Index("ix_feedback_subscriber_id", "subscriber_id"),
)

# --- operations -------------------------------------------------------------------------------

# What is wrong now and needs a person.  A trouble is told once, and again when a day has passed.
troubles = Table(
    "troubles",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False, default=""),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("seen", DateTime(timezone=True), nullable=False),
    Column("told", DateTime(timezone=True)),
)

# Requests that tell others of what happened (webhooks, WebSub): queued in the transaction of what
# they tell of or after it, by a key that makes a second one impossible, and sent until they are
# taken or too old.  The rows stay as a log.
calls = Table(
    "calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("event", String(40), nullable=False),
    Column("url", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due", DateTime(timezone=True), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("reply", Text, nullable=False, default=""),
    UniqueConstraint("key"),
    Index("ix_calls_state", "state", "due"),
    _one_of("state", CALL_STATES),
)

# Who holds what only one may do at a time, on whichever machine, and until when.
leases = Table(
    "leases",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("holder", String(120), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
)

# Tokens of the admin API, by their hashes.
tokens = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("expires", DateTime(timezone=True)),
    Column("used", DateTime(timezone=True)),
    UniqueConstraint("name"),
    UniqueConstraint("hash"),
)

# Answers of the admin API to requests with an idempotency key: the second one gets the first
# one's.  `request` is a hash; `status` is 0 while the first one is at work.
answers = Table(
    "answers",
    metadata,
    Column("token_id", Integer, ForeignKey("tokens.id", ondelete="CASCADE"), primary_key=True,
           autoincrement=False),
    Column("key", String(100), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False, default=""),
    Column("created", DateTime(timezone=True), nullable=False),
)  # fmt: skip
