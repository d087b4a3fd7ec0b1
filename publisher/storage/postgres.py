"""What is asked of PostgreSQL: how a connection behaves, and who waits for whom.

SQLite has one lock for all that write.  Here, changes that read first and write then take a lock
of their group (`take_turns`), or the lock of the row that they look at; see docs/design.md,
"Two databases".
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, text

from publisher.errors import SettingsError

CONNECT: dict[str, object] = {
    # A server that is not there any more is noticed while something waits for it.
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "publisher",
}
"""Parameters of libpq, where the address does not name them; seconds, the last but one ms."""

# Who was stopped in the middle of a transaction loses it, with all its locks, before somebody who
# waits for one of them gives up.  Without `synchronous_commit` a crash of the server would lose
# marks of messages that went out.
_SESSION = """
SELECT set_config('TimeZone', 'UTC', false),
       set_config('default_transaction_isolation', 'read committed', false),
       set_config('lock_timeout', '20s', false),
       set_config('idle_in_transaction_session_timeout', '15s', false),
       set_config('synchronous_commit', coalesce(
           nullif(current_setting('synchronous_commit'), 'off'), 'on'), false)
"""
_TURN = text("SELECT pg_advisory_xact_lock(:key)")
_TRUST = text("SELECT current_setting('server_encoding'), pg_is_in_recovery()")
_PATIENT = text("SELECT set_config('lock_timeout', '10min', true)")

_REMEDIES = {
    "55P03": "another change holds it for long, such as an import: run it again in a while",
    "40P01": "two changes waited for each other, and this one gave way: run it again",
    "40001": "another change came first: run it again",
    "25P03": "this process was stopped for too long in the middle of a change: run it again",
    "57P01": "the server was stopped or restarted: run it again",
    "57P03": "the server is starting or stopping: run it again in a while",
    "53300": "raise max_connections of the server, or start fewer processes",
    "53100": "free some space on the disk of the server; then run it again",
    "3D000": "create the database: createdb --encoding UTF8 --template template0 NAME",
    "28P01": "check user and password in PUBLISHER_DATABASE_URL",
    "28000": "check user and pg_hba.conf of the server",
    "42501": "the user in PUBLISHER_DATABASE_URL must own the database",
}
"""What to do, by SQLSTATE (PostgreSQL's manual, appendix A)."""


def remedy_of(cause: BaseException) -> str | None:
    """What to do about something that the server said, where that is known."""
    return _REMEDIES.get(str(getattr(cause, "sqlstate", None)))


def said(cause: BaseException) -> str:
    """What the driver or the server said, in one line."""
    diagnosis = getattr(cause, "diag", None)
    primary = getattr(diagnosis, "message_primary", None)
    return " ".join(str(primary or cause).split())


def prepare(connection: Any, _: object) -> None:
    """Settle a new connection of the driver."""
    _refuse_no_nul(connection)
    connection.execute(_SESSION)
    connection.commit()


def _refuse_no_nul(connection: Any) -> None:
    """Texts may come from anywhere: what PostgreSQL cannot keep (U+0000) is marked (U+FFFD)."""
    from psycopg.types.string import StrDumperUnknown

    class Text(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd") if "\0" in obj else obj)

    connection.adapters.register_dumper(str, Text)


def take_turns(connection: Connection, group: str) -> None:
    """Wait until no other transaction of a group is open; others wait until this one ends."""
    digest = hashlib.blake2b(f"publisher:{group}".encode(), digest_size=8).digest()
    connection.execute(_TURN, {"key": int.from_bytes(digest, "big", signed=True)})


def take_time(connection: Connection) -> None:
    """Let this transaction wait long for others: a migration of large tables takes a while."""
    connection.execute(_PATIENT)


def refuse_unfit(connection: Connection) -> None:
    """Refuse a database that cannot keep every text, or that only follows another one."""
    encoding, follows = connection.execute(_TRUST).one()
    if encoding != "UTF8":
        raise SettingsError(
            f"the database keeps its texts as {encoding}, not as UTF8",
            "create another one: createdb --encoding UTF8 --template template0 NAME",
        )
    if follows:
        raise SettingsError(
            "the database is a replica, which cannot be written",
            "name its primary in PUBLISHER_DATABASE_URL",
        )
