"""The message of an edition, compiled once and spliced for each recipient.

Building a MIME tree takes milliseconds, splicing microseconds.  A message differs by recipient
in its To line, its Message-ID, and one token that stands in links of header and body.  Where the
token lies in a body, its transfer encoding is computed for it alone: tokens are ASCII and of one
length, so they move nothing around them.  What is spliced equals, byte for byte, what
`publisher.deliver.message.compose` builds for that recipient; compiling proves it on two.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from publisher.deliver.message import Letter, compose, to_line

SLOT = "5107c0dea2f3" * 5
"""Stands for a reader's token until there is a reader; as long as one, and as plain."""
_SLOT = SLOT.encode()
_TO = "slot@slot.invalid"
_KEY = "slot" * 8
_VERSION = 1

Encoding = Literal["to", "key", "plain", "base64"]


class NotSpliced(ValueError):
    """A message that cannot be compiled: a bug, found before anything is sent."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that differs by recipient.

    `text` is what stands there, with `SLOT` for the token: in base64 also the constant octets
    that share groups of three with it.  `breaks` are the places within what is written at which
    a line ends, with `line_end` there.
    """

    what: Encoding
    text: bytes = SLOT.encode()
    breaks: tuple[int, ...] = ()
    line_end: bytes = b"\r\n"

    def fill(self, token: bytes) -> bytes:
        """What is written in this place."""
        encoded = token
        if self.what == "base64":
            encoded = base64.b64encode(self.text.replace(_SLOT, token))
        if not self.breaks:
            return encoded
        at = (0, *self.breaks, len(encoded))
        pieces = [encoded[at[n] : at[n + 1]] for n in range(len(at) - 1)]
        return self.line_end.join(pieces)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A message with slots: `parts` are constant bytes and slots in turn, CRLF line ends."""

    parts: tuple[bytes | Slot, ...]

    def splice(self, recipient: str, name: str, key: str, token: str) -> list[bytes]:
        """The message to one recipient, as parts that are to be joined.

        Raises ContentError for an address that cannot stand in a header.
        """
        to, octets = to_line(name, recipient).encode(), token.encode()
        message: list[bytes] = []
        for part in self.parts:
            if isinstance(part, bytes):
                message.append(part)
            elif part.what == "to":
                message.append(to)
            elif part.what == "key":
                message.append(key.encode())
            else:
                message.append(part.fill(octets))
        return message

    @property
    def size(self) -> int:
        """Octets of the message, but for the To line."""
        return sum(len(each) for each in self.splice("a@b.example", "", _KEY, SLOT))

    def dot_stuffed(self) -> Compiled:
        """With leading dots doubled, as SMTP wants it (RFC 5321 section 4.5.2).

        No slot begins with a dot: tokens and keys are letters and digits, a To line follows
        its name.
        """
        parts = list(self.parts)
        for number, part in enumerate(parts):
            if isinstance(part, bytes):
                # Behind a slot no line begins unless the constant part begins with its end.
                stuffed = re.sub(rb"(\r\n)\.", rb"\1..", part)
                is_first = number == 0 and stuffed.startswith(b".")
                parts[number] = b"." + stuffed if is_first else stuffed
        return Compiled(tuple(parts))

    # How it is kept ----------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """The compiled message for the database: a line that says what comes, and the bytes."""
        plan: list[object] = []
        for part in self.parts:
            if isinstance(part, bytes):
                plan.append(len(part))
            else:
                plan.append([part.what, part.text.hex(), part.breaks, part.line_end.hex()])
        head = json.dumps({"version": _VERSION, "parts": plan}, separators=(",", ":"))
        constant = [part for part in self.parts if isinstance(part, bytes)]
        return b"".join([head.encode(), b"\n", *constant])

    @classmethod
    def from_bytes(cls, data: bytes) -> Compiled:
        """The compiled message as it was kept."""
        head, _, rest = data.partition(b"\n")
        parts: list[bytes | Slot] = []
        for each in json.loads(head)["parts"]:
            if isinstance(each, int):
                parts.append(rest[:each])
                rest = rest[each:]
            else:
                what, text, breaks, line_end = each
                slot = Slot(what, bytes.fromhex(text), tuple(breaks), bytes.fromhex(line_end))
                parts.append(slot)
        return cls(tuple(parts))


def compile_letter(letter: Letter) -> Compiled:
    """Compile a letter whose links hold `SLOT` where a reader's token is to stand.

    Recipient and key of the letter are left out of it.  Raises ContentError as `compose` does.
    """
    letter = replace(letter, recipient=_TO, recipient_name="", key=_KEY)
    compiled = Compiled(tuple(_merged(_parts(compose(letter)))))
    for recipient, name, token in (
        ("reader+tag@example.org", "", "0123456789ab" * 5),
        ("r@example.net", "读者 “甲”", "ffeeddccbbaa" * 5),
    ):
        mine = b"".join(compiled.splice(recipient, name, "f" * 32, token))
        if mine != compose(addressed(letter, recipient, name, "f" * 32, token)):
            raise NotSpliced("a spliced message is not what it would be if it were built")
    return compiled


def addressed(letter: Letter, recipient: str, name: str, key: str, token: str) -> Letter:
    """The letter as it would be written to one recipient, without splicing."""
    return replace(
        letter,
        recipient=recipient,
        recipient_name=name,
        key=key,
        html=letter.html.replace(SLOT, token),
        text=letter.text.replace(SLOT, token),
        unsubscribe_url=letter.unsubscribe_url.replace(SLOT, token),
        unsubscribe_address=letter.unsubscribe_address.replace(SLOT, token),
    )


# Finding the slots -------------------------------------------------------------------------------


def _parts(message: bytes) -> Iterator[bytes | Slot]:
    head, gap, body = message.partition(b"\r\n\r\n")
    yield from _header(head + gap)
    boundary = re.search(rb'boundary="([^"]+)"', head.replace(b"\r\n ", b" "))
    if boundary is None:
        raise NotSpliced("the message has no boundary")
    # Each piece but the first is a part of the body: its headers, an empty line, its text.
    first, *pieces = re.split(b"(?=--" + re.escape(boundary[1]) + b")", body)
    yield first
    for piece in pieces:
        own, gap, text = piece.partition(b"\r\n\r\n")
        yield own + gap
        if b"base64" in own:
            yield from _in_base64(text)
        else:
            yield from _in_plain(text)


_IN_HEADER = re.compile(
    rb"(?P<to>(?<=\r\nTo: )<" + _TO.encode() + rb">)"
    rb"|(?P<key>(?<=\r\nMessage-ID: <)" + _KEY.encode() + rb")"
    rb"|(?P<plain>" + _SLOT + rb")"
)


def _header(head: bytes) -> Iterator[bytes | Slot]:
    at = 0
    for match in _IN_HEADER.finditer(head):
        yield head[at : match.start()]
        if match["to"]:
            yield Slot("to")
        else:
            yield Slot("key" if match["key"] else "plain")
        at = match.end()
    yield head[at:]


# Quoted-printable may end a line anywhere (RFC 2045, section 6.7), also within a token.
_QUOTED = re.compile(rb"(?:=\r\n)?".join(re.escape(char.encode()) for char in SLOT))


def _in_plain(text: bytes) -> Iterator[bytes | Slot]:
    at = 0
    for match in _QUOTED.finditer(text):
        yield text[at : match.start()]
        breaks = [
            found.start() - 3 * number
            for number, found in enumerate(re.finditer(b"=\r\n", match.group()))
        ]
        yield Slot("plain", breaks=tuple(breaks), line_end=b"=\r\n")
        at = match.end()
    yield text[at:]


_LINE = 76
"""Characters of base64 in a line; they stand for 57 octets."""


def _in_base64(text: bytes) -> Iterator[bytes | Slot]:
    """The text of a base64 part; a slot there covers whole groups of three octets."""
    raw, at = base64.b64decode(text.replace(b"\r\n", b"")), 0
    for start, end in _groups(raw):
        first, last = start // 3 * 4, -(-end // 3) * 4
        yield text[at : _in_lines(first)]
        breaks = tuple(n - first for n in range(first + 1, last) if n % _LINE == 0)
        yield Slot("base64", raw[start:end], breaks)
        at = _in_lines(last - 1) + 1
    yield text[at:]


def _groups(raw: bytes) -> Iterator[tuple[int, int]]:
    """The ranges of octets that hold tokens, in whole groups; neighbours that touch are one."""
    begun: tuple[int, int] | None = None
    for match in re.finditer(_SLOT, raw):
        start, end = match.start() // 3 * 3, min(-(-match.end() // 3) * 3, len(raw))
        if begun is not None and start <= begun[1]:
            start = begun[0]
        elif begun is not None:
            yield begun
        begun = (start, end)
    if begun is not None:
        yield begun


def _in_lines(character: int) -> int:
    """Where a character of base64 stands in a text that is broken into lines."""
    return character + character // _LINE * 2


def _merged(parts: Sequence[bytes | Slot] | Iterator[bytes | Slot]) -> Iterator[bytes | Slot]:
    """The same with neighbouring constant parts as one."""
    waiting = b""
    for part in parts:
        if isinstance(part, bytes):
            waiting += part
            continue
        if waiting:
            yield waiting
        yield part
        waiting = b""
    if waiting:
        yield waiting
