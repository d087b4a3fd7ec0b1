"""The three things in a mail that came back: words for people, fields for programs, the original.

A report has them as parts of their own (RFC 6522).  Where it has not, the words end where the
returned message begins, which servers mark in as many ways as there are servers.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.subscribers.feedback.mail import Headers, Part, leaves, parsed
from publisher.subscribers.feedback.phrases.lines import one_of
from publisher.subscribers.feedback.phrases.signs import SYSTEM_SENDER

_MOST_LINES = 600
_LONGEST_LINE = 2000

_ORIGINALS = frozenset({"message/rfc822", "message/global", "message/news", "message/partial"})
_HEADERS_ONLY = frozenset(
    {
        "text/rfc822-headers",
        "text/rfc822-header",
        "message/rfc822-headers",
        "message/global-headers",
    }
)
_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_OPEN = ("received", "return-path", "from", "message-id", "subject", "to", "x-originating-ip")

# Where the returned message begins: a line that says so between dashes, or before a colon …
_RULE = re.compile(r"[\s|>*]*[-=_*+~]{2,}.{0,80}")
_ANNOUNCED = one_of(r"""
(original|unsent|undelivered|returned|bounced|rejected|failed) (message|mail|e-?mail|header|text)
enclosed is a copy|(message|mail) (text|headers?|body|content)|header of the (original|message)
cop(y|ie) (of|de)|message follows|forwarded message|原始邮件|邮件原文|元のメッセージ
original ?nachricht|message d'origine|mensaje original
""")
_TITLE = one_of(
    r"""
^\W*(below|following|this|here|attached|enclosed|included) is .{0,40}(message|mail|headers?)\W*$
^\W*(the )?(original |returned )?(message|mail) headers?( follows?)?\W*$
^\W*(the )?(original|returned|undelivered|unsent|bounced|rejected) (message|mail|e-mail)\W*$
^\W*(the )?(original|returned|undelivered|unsent|bounced|rejected) (message|mail|e-mail) \
(headers?|text|body|follows?|below|is below)\W*$
^\W*(your|the) (original )?(message|mail) (follows|reads|is included below)\W*$
(first|top) \d+ (lines|bytes|octets|kilobytes)|^\W*original message details\W*$
^\W*(原始邮件|原邮件|邮件原文)\W*$
""".replace("\\\n", "")
)
# … or its own first header.
_FIRST_HEADER = one_of(r"""
^received:\s*(from|by|\(|with)|^return-path:\s*<|^x-originating-ip:
""")


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail that may be a report, taken apart."""

    headers: Headers
    type: str
    lines: tuple[str, ...]
    """The words for people, without the returned message."""
    status_parts: tuple[str, ...]
    """Delivery status as it stands (RFC 3464, RFC 6533)."""
    feedback_parts: tuple[str, ...]
    """Feedback fields as they stand (RFC 5965)."""
    returned: Part
    """The returned message, as far as it has come back."""
    types: frozenset[str]

    @property
    def original(self) -> Headers:
        """The header of the returned message."""
        return self.returned.headers


def is_from_system(notice: Notice) -> bool:
    """Whether a mail comes from a mail system: by its sender's name, or without a return path."""
    sender = notice.headers.text("from")
    return bool(SYSTEM_SENDER.search(sender)) or has_null_path(notice.headers)


def has_null_path(headers: Headers) -> bool:
    """Whether nobody is to be told if this mail cannot be delivered (RFC 5321, section 4.5.5)."""
    paths = [path.lower().strip(" <>") for path in headers.all("return-path")]
    return any(not path or path.partition("@")[0] == "mailer-daemon" for path in paths)


def notice_of(message: Part) -> Notice:
    """Words, fields and original of a mail."""
    parts = [*leaves(message)]
    returned = [part for part in parts if _is_returned(part) and part is not message]
    words, rest = _words([part for part in parts if part not in returned])
    return Notice(
        message.headers,
        message.type,
        tuple(line[:_LONGEST_LINE] for line in words[:_MOST_LINES]),
        tuple(part.text() for part in parts if part.type in _STATUS),
        tuple(part.text() for part in parts if part.type == "message/feedback-report"),
        next(filter(_has_header, map(_message_of, returned)), rest),
        frozenset(part.type for part in parts),
    )


def _words(parts: list[Part]) -> tuple[list[str], Part]:
    """Lines of text up to the returned message, and that."""
    texts = [part.text() for part in parts if part.type == "text/plain"]
    if not any(text.strip() for text in texts):
        texts = [without_markup(part.text()) for part in parts if part.type == "text/html"]
    lines = [line.rstrip() for text in texts for line in text.split("\n")]
    end = next((at for at, line in enumerate(lines) if _begins_original(line)), len(lines))
    return lines[:end], _message_in(lines[end:])


def _is_returned(part: Part) -> bool:
    """Whether a part is the returned message: by its type, or put in bare, as a part's header."""
    return part.type in _ORIGINALS | _HEADERS_ONLY or bool(part.headers.get("received"))


def _message_of(part: Part) -> Part:
    if part.type in _ORIGINALS:
        return part.embedded()
    if part.type in _HEADERS_ONLY:
        return parsed(part.text().lstrip("\n"))
    return part


def _has_header(part: Part) -> bool:
    return bool(part.headers)


def _begins_original(line: str) -> bool:
    line = line[:200]
    if _FIRST_HEADER.search(line):
        return True
    if _RULE.fullmatch(line.rstrip("-=_*+~ |:.")) and _ANNOUNCED.search(line):
        return True
    return bool(_TITLE.search(line))


def _message_in(lines: list[str]) -> Part:
    """The message that begins within the first of these lines."""
    for at, line in enumerate(lines[:12]):
        if line.lower().startswith(tuple(f"{name}:" for name in _OPEN)):
            return parsed("\n".join(lines[at:]))
    return Part(Headers(), "")


def without_markup(page: str) -> str:
    """The text of a page of HTML, roughly: its tags gone, its blocks on lines of their own."""
    return html.unescape("".join(_text_of(page)))


def _text_of(page: str) -> Iterator[str]:
    hidden = False
    # Not <[^>]*>: that would look from every "<" to the end of a text without a ">".
    for at, piece in enumerate(re.split(r"<([^<>]*)>", page)):
        name = re.split(r"[\s/]", piece.lstrip("/").lower(), maxsplit=1)[0] if at % 2 else ""
        if name in {"style", "script", "title"}:
            hidden = not piece.startswith("/")
        elif at % 2 and "@" in piece and "=" not in piece:
            yield f"<{piece}>"
        elif not at % 2 and not hidden:
            yield " ".join(piece.split()) + " " if piece.strip() else ""
        elif name in {"p", "br", "tr", "div", "li", "table", "h1", "h2", "h3", "td", "pre", "ul"}:
            yield "\n"
