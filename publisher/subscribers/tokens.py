"""Tokens in links and return addresses: who is meant, and that it was us who wrote so.

A token is 30 bytes in hexadecimal, 60 digits: it fits the local part of an address (64 octets,
RFC 5321 section 4.5.3.1.1), survives mail systems that change its case, and costs next to nothing
to write, which matters for one in every message.  It says
which key signed it, so old ones verify for ever under keys that are kept (RFC 8058 asks that a
list can be left by any old mail).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

TOKEN_LENGTH = 60
"""Characters of every token."""
CONFIRM_BYTES = 20
_HEAD = struct.Struct(">BBQI")
_MAC_BYTES = 16
_PERSONAL = b"publisher token\0"


class Kind(IntEnum):
    """What a token may be used for; one kind is never taken for another."""

    READER = 1
    """Leave a bulletin, choose an edition: `scope` is the tag of the bulletin."""
    DELIVERY = 2
    """A return address: `scope` is the number of the mailing."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says: the subscriber, and the bulletin or mailing it is about."""

    kind: Kind
    subscriber: int
    scope: int


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of an installation.

    `signing` are the keys of tokens by number; the highest one signs, all of them verify.
    `suppression` keys the hashes of forgotten addresses, and is never changed.
    """

    signing: Mapping[int, bytes]
    suppression: bytes

    @property
    def current(self) -> int:
        """The number of the key that signs."""
        return max(self.signing)

    def write(self, token: Token) -> str:
        """The token as text."""
        head = _HEAD.pack(token.kind, self.current, token.subscriber, token.scope)
        return _text(head + self._mac(self.current, head))

    def read(self, text: str, kind: Kind) -> Token | None:
        """What a token says; None for one that is forged, foreign, or of another kind."""
        data = _bytes(text)
        if data is None:
            return None
        head, mac = data[: _HEAD.size], data[_HEAD.size :]
        found, key, subscriber, scope = _HEAD.unpack(head)
        if found != kind or key not in self.signing:
            return None
        if not hmac.compare_digest(mac, self._mac(key, head)):
            return None
        return Token(kind, subscriber, scope)

    def _mac(self, key: int, head: bytes) -> bytes:
        # Shortened to 128 bits (RFC 2104 section 5): longer ones would not fit a local part.
        return hmac.digest(self.signing[key], _PERSONAL + head, "sha256")[:_MAC_BYTES]

    def suppression_hash(self, match: str) -> str:
        """What is left of a forgotten address: it can be recognised, not read."""
        return hmac.new(self.suppression, match.encode(), "sha256").hexdigest()

    @property
    def suppression_fingerprint(self) -> str:
        """Tells whether a database belongs to this key; says nothing about the key."""
        return hmac.new(self.suppression, b"publisher fingerprint", "sha256").hexdigest()[:16]


def make_keys() -> Keys:
    """New secrets."""
    return Keys({1: secrets.token_bytes(32)}, secrets.token_bytes(32))


def bulletin_tag(bulletin: str) -> int:
    """A bulletin in the 32 bits of a token's scope; compared within one person's choices."""
    return int.from_bytes(hashlib.sha256(bulletin.encode()).digest()[:4])


def new_confirm_token() -> str:
    """A link that works once: 160 bits of chance; only its hash is kept."""
    return _text(secrets.token_bytes(CONFIRM_BYTES))


def confirm_hash(token: str) -> str:
    """How a confirm token is kept; looking it up by this tells nothing by its timing."""
    return hashlib.sha256(token.lower().encode()).hexdigest()


def new_subscriber_id() -> int:
    """A random number of 63 bits."""
    return secrets.randbits(63)


def _text(data: bytes) -> str:
    return data.hex()


def _bytes(text: str) -> bytes | None:
    if not re.fullmatch("[0-9a-fA-F]{60}", text):
        return None
    return bytes.fromhex(text)
