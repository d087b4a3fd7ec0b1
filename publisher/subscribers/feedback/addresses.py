"""Mail addresses as they stand in reports, and the codes of SMTP."""

from __future__ import annotations

import re

ADDRESS = re.compile(
    r"(?:\"[^\"\s@]{1,64}\"|[^\s<>()\[\]{},;:\"\\@|（）《》「」【】：，；、。“”]{1,64})"
    r"@(?:[^\W_](?:[\w.-]{0,250}[^\W_])?|\[[0-9a-fA-F.:]{3,45}\])"
)
"""An address (RFC 5321, RFC 6531) in running text."""

_STATUS = re.compile(r"(?:(?<=\d\d\d-)|(?<![\w.-]))([245])\.(\d{1,2})\.(\d{1,3})(?![\w.]*\d)")
_REPLY = re.compile(r"(?<![\w.:/\-@])([45][0-7]\d)(?=[ :\-#>;,.)\]]|$)(?!\.\d)")
_CODE_ANNOUNCED = re.compile(
    r"(?:^\W*|<<<\s*|said:?\s*|error(?:_code)?\s*:?\s*|code\s*:?\s*|\]:?\s*|smtp;\s*|responded:?\s*"
    r"|returned(?: was)?:?\s*|answer(?:ed)?:?\s*|reply:?\s*|response:?\s*|\(#?|['\"‘“])"
    r"([45][0-7]\d)(?=[ :\-#>;,.)\]]|$)(?!\.\d)",
    re.IGNORECASE | re.MULTILINE,
)
_XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")


def addresses(text: str) -> list[str]:
    """The addresses in a text, in their order, each once."""
    return [*dict.fromkeys(map(normalised, ADDRESS.findall(text)))]


def first_address(text: str) -> str:
    """The first address in a text, or nothing."""
    return next(iter(addresses(text[:2000])), "")


def normalised(address: str) -> str:
    """Without what text puts around an address; its domain in lower case."""
    local, _, domain = address.rpartition("@")
    local = local.strip("'`.*") or local
    return f"{local}@{domain.lower().strip('.')}"


def field_address(value: str) -> str:
    """The address in a field such as ``rfc822; a@b.org`` (RFC 3464, section 2.3.2).

    Characters that a 7-bit path has escaped are put back (RFC 6533, section 3).
    """
    value = _XTEXT.sub(_unescaped, value[:1000].partition(";")[2] or value[:1000])
    return first_address(value)


def _unescaped(match: re.Match[str]) -> str:
    number = int(match[1], 16)
    return chr(number) if 0x20 < number < 0x110000 and not 0xD800 <= number < 0xE000 else ""


def status_in(text: str) -> str:
    """The most telling status (RFC 3463) of a text: one that is more than 5.0.0, if there is."""
    found = [".".join(match) for match in _STATUS.findall(text)]
    return next((code for code in found if not code.endswith(".0.0")), found[0] if found else "")


def reply_in(text: str) -> str:
    """The reply code of SMTP in a text (RFC 5321, section 4.2), or nothing."""
    found = _CODE_ANNOUNCED.search(text) or _REPLY.search(text)
    return found[1] if found else ""


def reply_at(text: str) -> int | None:
    """Where a reply of SMTP begins that a text quotes."""
    found = _CODE_ANNOUNCED.search(text)
    return found.start(1) if found else None


def printable(text: str, most: int = 500) -> str:
    """A text on one line, without control characters."""
    return " ".join(_CONTROLS.sub(" ", text[: most * 4]).split())[:most].strip()
