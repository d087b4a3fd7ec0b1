"""A mail as bytes: both forms of an issue and the headers of a mailing list.

Message format after RFC 5322, 2045, 2047, 2369 and 2919.  The same arguments give the same bytes.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, quote

from email_validator import EmailNotValidError, validate_email

from publisher.errors import ContentError

# Lines as long as RFC 5322 allows: at 78 the library would write a long address as an
# encoded-word, which no mail program reads in a header that is no text.
_POLICY = policy.SMTP.clone(max_line_length=998)

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_ADDRESS = re.compile(r"[^\s<>\"(),:;\\@]+@[^\s<>\"(),:;\\@]+")
_PLAIN = re.compile(r"[\x20-\x7e]*")
_LABEL = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_WORD_BYTES = 45
"""Of UTF-8 in an encoded-word: 60 characters of base64, 72 with its frame (RFC 2047: 75)."""


def message_key(issue_id: str, recipient: str) -> str:
    """What tells this delivery from all others, for ever: the left part of its Message-ID.

    `recipient` is the number of the subscriber: whoever knows an address cannot guess the id.
    """
    return hashlib.sha256(f"{issue_id}\0{recipient}".encode()).hexdigest()[:32]


def list_id_of(bulletin: str, edition: str, domain: str) -> str:
    """The id of the list that an edition of a bulletin is (RFC 2919)."""
    return f"{bulletin}.{edition}.{domain}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Everything a message is made of; `date` is aware, `headers` are added as they stand.

    `key` is the left part of the Message-ID, and `seed` what the boundary is made of, the same
    for all recipients.  `unsubscribe_url` and `unsubscribe_address` are how to leave (RFC 8058,
    RFC 2369).
    """

    subject: str
    sender_name: str
    sender_address: str
    recipient: str
    recipient_name: str = ""
    date: dt.datetime
    key: str
    seed: str
    domain: str
    language_tags: tuple[str, ...]
    html: str
    text: str
    list_id: str = ""
    list_name: str = ""
    archived_at: str = ""
    list_help: str = ""
    list_archive: str = ""
    list_owner: str = ""
    list_subscribe: str = ""
    unsubscribe_url: str = ""
    unsubscribe_address: str = ""
    feedback_id: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def compose(letter: Letter) -> bytes:
    """The message, with CRLF line ends.

    Line breaks in what is shown (subject, names) become spaces; anywhere else they are refused
    with a ContentError.
    """
    # A local part that is not ASCII stands as it is, in UTF-8 (RFC 6532).
    is_utf8 = not letter.recipient.rpartition("@")[0].isascii()
    message = EmailMessage(_POLICY.clone(utf8=True) if is_utf8 else _POLICY)
    for name, value in _headers(letter):
        if value:
            is_recipient = is_utf8 and name == "To"
            message.set_raw(name, value if is_recipient else _checked(name, value))
    message["MIME-Version"] = "1.0"
    # Neither base64 nor quoted-printable can hold "=_" (RFC 2045, section 6.7).
    message.make_alternative(f"=_{letter.seed}")
    # After it: headers of the content would be taken for those of a first part.
    languages = ", ".join(letter.language_tags)
    message.set_raw("Content-Language", _checked("Content-Language", languages))
    for subtype, content in (("plain", letter.text), ("html", letter.html)):
        message.attach(_part(subtype, content))
    return message.as_bytes()


def _headers(letter: Letter) -> Iterator[tuple[str, str]]:
    if letter.date.tzinfo is None:
        raise ValueError("the date of a message needs an offset from UTC")
    yield "From", mailbox("From", letter.sender_name, letter.sender_address)
    yield "To", to_line(letter.recipient_name, letter.recipient)
    yield "Subject", encoded("Subject", letter.subject)
    yield "Date", format_datetime(letter.date)
    yield "Message-ID", _angled(f"{letter.key}@{letter.domain}")
    yield from _list_headers(letter)
    yield "Archived-At", _angled(letter.archived_at)
    yield "Feedback-ID", letter.feedback_id or _feedback_id(letter.list_id, letter.domain)
    # Exchange sends no absence notes and receipts in answer to it; others go by Precedence
    # (RFC 3834 section 2).
    yield "X-Auto-Response-Suppress", "All"
    yield "Precedence", "bulk" if letter.list_id else ""
    yield from letter.headers


def _part(subtype: str, content: str) -> EmailMessage:
    # The usual policy: base64 fills its longest line, and 76 characters are the most (RFC 2045).
    part = EmailMessage(policy.SMTP)
    part.set_content(content, subtype=subtype, charset="utf-8", cte=_transfer_encoding(content))
    del part["MIME-Version"]
    return part


# What quoted-printable writes as three bytes (RFC 2045, section 6.7).
_ESCAPED = bytes([ord("="), *range(0x7F, 0x100)])


def _transfer_encoding(content: str) -> str:
    """The smaller one: quoted-printable takes three bytes for each that is not ASCII."""
    octets = content.encode()
    plain = octets.translate(None, _ESCAPED)
    return "base64" if (len(octets) - len(plain)) * 6 > len(octets) else "quoted-printable"


def _list_headers(letter: Letter) -> Iterator[tuple[str, str]]:
    """What RFC 2919, 2369 and 8058 say of a list: what it is, and how to leave it."""
    found = letter.list_id
    if not found:
        return
    if not _LABEL.fullmatch(found) or len(found) > 255:
        raise ContentError(f"“{found}” is no list id", "join names by dots, as in a domain")
    yield "List-Id", f"{phrase('List-Id', letter.list_name)} <{found}>".lstrip()
    yield "List-Help", _angled(letter.list_help)
    yield "List-Archive", _angled(letter.list_archive)
    yield "List-Owner", f"<mailto:{address(letter.list_owner)[1:]}" if letter.list_owner else ""
    yield "List-Subscribe", _angled(letter.list_subscribe)
    yield "List-Post", "NO"
    ways = [_angled(letter.unsubscribe_url)] if letter.unsubscribe_url else []
    if letter.unsubscribe_address:
        ways.append(f"<mailto:{address(letter.unsubscribe_address)[1:]}")
    yield "List-Unsubscribe", ", ".join(ways)
    # Promised only where a POST to the first of them is enough.
    if letter.unsubscribe_url.startswith("https://"):
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _feedback_id(list_id: str, domain: str) -> str:
    """What Gmail's complaint figures are counted by: bulletin, edition, kind of mail, sender."""
    if not list_id:
        return ""
    bulletin, edition, *_ = list_id.split(".")
    return f"{bulletin}:{edition}:issue:{re.sub('[^a-z0-9]', '', domain.lower())[:15]}"


# Parts of headers ------------------------------------------------------------------------------


def mailbox(header: str, name: str, mail_address: str) -> str:
    """``Name <address>`` (RFC 5322, section 3.4)."""
    return f"{phrase(header, name)} {address(mail_address)}".lstrip()


def to_line(name: str, mail_address: str) -> str:
    """The To line of one recipient, whose local part may be in any script (RFC 6532)."""
    return f"{phrase('To', name)} {address(mail_address, allow_utf8=True)}".lstrip()


def phrase(header: str, name: str) -> str:
    """A display name: quoted where it needs to be, encoded where it is not ASCII."""
    name = _shown(name)
    if not _PLAIN.fullmatch(name) or "=?" in name:
        return encoded(header, name)
    return name if re.fullmatch(r"[A-Za-z0-9 ]*", name) else f'"{quote(name)}"'


def address(mail_address: str, *, allow_utf8: bool = False) -> str:
    """``<address>``, its domain in ASCII (RFC 5890).

    Raises ContentError for what is no address, and for a local part that is not ASCII unless
    that is allowed: it goes only to servers which announce SMTPUTF8 (RFC 6531).
    """
    if not _ADDRESS.fullmatch(mail_address) or _CONTROLS.search(mail_address):
        raise ContentError(f"{mail_address!r} is no mail address", "write one such as a@b.org")
    if mail_address.isascii():
        return f"<{mail_address}>"
    try:
        valid = validate_email(mail_address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ContentError(f"“{mail_address}” is no mail address: {error}") from error
    if valid.ascii_email is None and allow_utf8:
        return f"<{valid.local_part}@{valid.ascii_domain}>"
    if valid.ascii_email is None:
        raise ContentError(
            f"“{mail_address}” cannot be written to: its part before the @ is not ASCII",
            "ask for another address",
        )
    return f"<{valid.ascii_email}>"


def encoded(header: str, text: str) -> str:
    """A text as the value of a header: as it is, or in encoded-words (RFC 2047), folded.

    Written here because the library's folding takes the longest line of its policy also for an
    encoded-word, which may have 75 characters.
    """
    text = _shown(text)
    if _PLAIN.fullmatch(text) and "=?" not in text and len(header) + len(text) < 900:
        return text
    return "\r\n ".join(
        f"=?utf-8?b?{base64.b64encode(chunk).decode()}?=" for chunk in _chunks(header, text)
    )


def _chunks(header: str, text: str) -> Iterator[bytes]:
    """The text in UTF-8, no character divided, the first part shorter by the header's name."""
    room = (76 - len(header) - 2 - 12) // 4 * 3
    chunk = b""
    for char in text:
        octets = char.encode()
        if len(chunk) + len(octets) > room:
            yield chunk
            chunk, room = b"", _WORD_BYTES
        chunk += octets
    yield chunk


def _shown(text: str) -> str:
    return " ".join(_CONTROLS.sub(" ", text).split())


def _angled(value: str) -> str:
    if re.search(r"[\s<>]", value):
        raise ContentError(f"{value!r} cannot stand in a mail header", "percent-encode it")
    return f"<{value}>" if value else ""


def _checked(name: str, value: str) -> str:
    """Refuse a header that would begin another one, or that is not ASCII (RFC 5322, 2.2)."""
    unfolded = value.replace("\r\n ", "")
    if not re.fullmatch(r"[!-9;-~]+", name) or not _PLAIN.fullmatch(unfolded):
        raise ContentError(
            f"the mail header {name} cannot hold {value!r}", "leave line breaks and controls out"
        )
    if any(len(line) > 990 - len(name) for line in value.split("\r\n")):
        raise ContentError(f"the mail header {name} is too long", "shorten it")
    return value
