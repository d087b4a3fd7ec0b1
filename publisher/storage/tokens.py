"""Tokens of the admin API: who may ask for what, by the hashes of what they hold.

A token is 256 random bits.  Nobody can try them out, so a plain SHA-256 keeps them: a slow hash
(bcrypt, Argon2) guards passwords that people think up, and would cost every request a tenth of a
second.  Looked up is the hash, so the time of a comparison tells nothing of a token.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Engine, Row, delete, insert, select, update

from publisher.errors import UsageError
from publisher.storage.database import aware, aware_or_none, reading, utc, writing
from publisher.storage.tables import tokens

SCOPES = (
    "subscribers:read", "subscribers:write", "issues:read", "issues:write", "mailings:read",
    "mailings:write", "dashboard:read",
)  # fmt: skip
PREFIX = "pub_"
"""Tells people, and programs that look for leaked secrets, what it is."""
_BYTES = 32
_NOTED = dt.timedelta(minutes=1)
"""The last use is written at most so often: reading is not to cost a write."""


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token without its secret; `expires` and `used` may be unknown."""

    id: int
    name: str
    scopes: frozenset[str]
    created: dt.datetime
    expires: dt.datetime | None
    used: dt.datetime | None

    def is_good(self, now: dt.datetime) -> bool:
        """Whether it may be used at a time."""
        return self.expires is None or now < self.expires


class Tokens:
    """The tokens of an installation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(
        self, name: str, scopes: Collection[str], now: dt.datetime,
        expires: dt.datetime | None = None,
    ) -> str:  # fmt: skip
        """A new token, which is told this once; raises UsageError where the name is taken."""
        token = PREFIX + secrets.token_urlsafe(_BYTES)
        with writing(self._engine, "tokens") as connection:
            if connection.scalar(select(tokens.c.id).where(tokens.c.name == name)) is not None:
                what = f"there is a token “{name}” already"
                raise UsageError(what, "choose another name, or revoke that one first")
            connection.execute(
                insert(tokens).values(
                    name=name, hash=hashed(token), scopes=" ".join(sorted(set(scopes))),
                    created=utc(now), expires=utc(expires) if expires else None,
                )
            )  # fmt: skip
        return token

    def find(self, token: str, now: dt.datetime) -> TokenRow | None:
        """The token that somebody showed, if it may be used now; its use is noted."""
        with reading(self._engine) as connection:
            row = connection.execute(select(tokens).where(tokens.c.hash == hashed(token))).first()
        found = _row(row) if row is not None else None
        if found is None or not found.is_good(now):
            return None
        if found.used is None or now - found.used >= _NOTED:
            with writing(self._engine) as connection:
                connection.execute(
                    update(tokens).where(tokens.c.id == found.id).values(used=utc(now))
                )
        return found

    def all(self) -> list[TokenRow]:
        """Every token, by name."""
        with reading(self._engine) as connection:
            return [_row(each) for each in connection.execute(select(tokens).order_by("name"))]

    def revoke(self, name: str) -> bool:
        """Take a token away, with the answers that were kept for it; whether there was one."""
        with writing(self._engine) as connection:
            return connection.execute(delete(tokens).where(tokens.c.name == name)).rowcount > 0


def hashed(token: str) -> str:
    """A token as it is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _row(row: Row[tuple[object, ...]]) -> TokenRow:
    return TokenRow(
        row.id, row.name, frozenset(row.scopes.split()), aware(row.created),
        aware_or_none(row.expires), aware_or_none(row.used),
    )  # fmt: skip
