"""A mail taken apart, however badly it is made (RFC 5322, 2045 to 2047).

The standard library's parser goes as deep as a message tells it to; this one has limits, keeps
the text of a delivery report as it stands, and lets nothing malformed stop it.
"""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_OCTETS = 512 * 1024
"""Of a message, which are looked at: reports stand in front, the returned message behind."""
_MOST_PARTS = 60
_DEEPEST = 6
_MOST_TEXT = 64 * 1024

_FIELD = re.compile(r"([!-9;-~]{1,80})[ \t]*:(.*)")
_TYPE = re.compile(r"\s*([\w.+-]{1,80}/[\w.+-]{1,80})")
_DELIMITER = re.compile(r"--(\S{1,200})[ \t]*")
_WORD = re.compile(r"=\?([^?\s]{1,40})\?([BbQq])\?([^?\s]{0,400})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s{1,20}(=\?)")
_PARAMETER = re.compile(r";\s*([\w-]{1,40})\s*=\s*(?:\"([^\"]{0,200})\"|([^\s;\"]{1,200}))")
# Chinese servers say the older of these names and write characters of the newest.
_CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030"}
# Python has more names than mail has charsets (punycode, unicode_escape): slow, or with warnings.
_KNOWN = re.compile(
    r"(us-)?ascii|utf-?(8|16)(-?[bl]e)?|(iso-?|latin|windows|win|cp|ibm|koi|mac|tis|ks)[\w-]*"
    r"|euc[\w-]*|(x-)?s(hift)?[-_]?jis[\w-]*|big5[\w-]*|gb[\w-]*|hz[\w-]*"
)


@dataclass(frozen=True, slots=True)
class Headers:
    """Header fields in their order, as they stand but unfolded."""

    fields: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields)

    def all(self, name: str) -> list[str]:
        """Every value of a field; its name in lower case."""
        return [value for found, value in self.fields if found == name]

    def get(self, name: str) -> str:
        """The first value of a field, or nothing."""
        return next(iter(self.all(name)), "")

    def text(self, name: str) -> str:
        """The first value of a field with its encoded-words decoded (RFC 2047)."""
        return decoded_words(self.get(name))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message, or the whole of it; `body` holds its octets as Latin-1."""

    headers: Headers
    body: str
    default_type: str = "text/plain"

    @property
    def type(self) -> str:
        """The media type in lower case."""
        found = _TYPE.match(self.headers.get("content-type").lower())
        return found[1] if found else self.default_type

    def parameter(self, name: str) -> str:
        """A parameter of the media type (RFC 2045, section 5.1), or nothing."""
        for found, quoted, plain in _PARAMETER.findall(self.headers.get("content-type")):
            if found.lower() == name:
                return str(quoted or plain)
        return ""

    def text(self) -> str:
        """The body as text, with LF line ends."""
        octets = self._octets()[:_MOST_TEXT]
        return decoded(octets, self.parameter("charset")).replace("\r\n", "\n").replace("\r", "\n")

    def _octets(self) -> bytes:
        octets = self.body.encode("latin-1", "replace")
        encoding = self.headers.get("content-transfer-encoding").strip().lower()
        if encoding == "quoted-printable":
            return quopri.decodestring(octets)
        if encoding == "base64":
            return _from_base64(octets)
        return octets

    def embedded(self) -> Part:
        """The message that this part holds."""
        return parsed(self._octets().decode("latin-1"))


def parse(message: bytes) -> Part:
    """A message with line ends of any kind."""
    return parsed(with_line_feeds(message[:MOST_OCTETS]).decode("latin-1"))


def with_line_feeds(message: bytes) -> bytes:
    """LF at the end of each line, for CRLF, CR, and what converting twice has made of them."""
    if b"\n" not in message:
        runs = {len(run) % 2 for run in re.findall(rb"\r+", message)}
        message = re.sub(rb"\r\r", b"\n", message) if runs == {0} else message
    # Not \r*\n|\r: that would look at a long run of CR once from each of them.
    return re.sub(rb"\r+\n?", _one_or_each, message)


def _one_or_each(ends: re.Match[bytes]) -> bytes:
    """One line end for CRs before a LF, else one for each CR."""
    return b"\n" if ends[0].endswith(b"\n") else b"\n" * len(ends[0])


def leaves(part: Part, depth: int = 0) -> Iterator[Part]:
    """The parts that hold no further ones; a message within the message is one of them."""
    is_whole = part.headers.get("content-type") and not part.type.startswith("multipart/")
    parts = [] if is_whole or depth >= _DEEPEST else _parts(part)
    if not parts:
        yield Part(Headers(), part.body) if part.type.startswith("multipart/") else part
    for child in parts:
        yield from leaves(child, depth + 1)


def _parts(part: Part) -> list[Part]:
    chunks = _chunks(part.body, part.parameter("boundary").strip())
    if not chunks:
        chunks = _chunks(part.body, _guessed_boundary(part.body))
    default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
    return [parsed("\n".join(chunk), default) for chunk in chunks]


def _guessed_boundary(body: str) -> str:
    """The boundary a body begins with: mails changed on their way name another one, or none."""
    for line in body.split("\n", 8)[:8]:
        found = _DELIMITER.fullmatch(line)
        if found and body.count(line) > 1:
            return found[1]
    return ""


def _chunks(body: str, boundary: str) -> list[list[str]]:
    """The lines of each part (RFC 2046, section 5.1.1), also without a closing delimiter."""
    chunks: list[list[str]] = []
    if not boundary:
        return chunks
    for line in body.split("\n"):
        mark = line.strip() if boundary in line else ""
        if mark == f"--{boundary}--":
            break
        if mark == f"--{boundary}" and len(chunks) < _MOST_PARTS:
            chunks.append([])
        elif chunks:
            chunks[-1].append(line)
    return chunks


def parsed(text: str, default_type: str = "text/plain") -> Part:
    """A message or a part of one, whose octets stand as Latin-1 and whose lines end with LF."""
    headers, body = split_headers(text)
    return Part(headers, body, default_type)


def split_headers(text: str) -> tuple[Headers, str]:
    """Header fields and what follows them; a line that is no field ends them, too."""
    fields: list[tuple[str, list[str]]] = []
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)]
        field = _FIELD.match(line)
        if line[:1] in " \t" and line.strip() and fields:
            fields[-1][1].append(line.strip())
        elif field:
            fields.append((field[1].lower(), [field[2].strip()]))
        elif not (line.startswith(("From ", ">From ")) and not fields):
            start = end + 1 if not line.strip() and end >= 0 else start
            break
        start = end + 1 if end >= 0 else len(text)
    return Headers(tuple((name, " ".join(value)) for name, value in fields)), text[start:]


def decoded_words(value: str) -> str:
    """A header's value with its encoded-words decoded, and bare octets read as text."""
    if "=?" not in value:
        return decoded(value.encode("latin-1", "replace"), "")
    return _WORD.sub(_decoded_word, _BETWEEN_WORDS.sub(r"\1\2", value))


def _decoded_word(match: re.Match[str]) -> str:
    charset, encoding, word = match.groups()
    octets = word.encode("latin-1", "replace")
    plain = _from_base64(octets) if encoding in "Bb" else quopri.decodestring(octets, header=True)
    return decoded(plain, charset)


def decoded(octets: bytes, charset: str) -> str:
    """Octets as text: by their own charset, else UTF-8, else what Chinese servers use."""
    name = charset.strip().lower()
    name = _CHARSETS.get(name, name) if _KNOWN.fullmatch(name) else "utf-8"
    for guess in (name, "utf-8", "gb18030"):
        try:
            return octets.decode(guess)
        except (LookupError, UnicodeError, ValueError):
            continue
    return octets.decode("utf-8" if "utf" in name else "latin-1", "replace")


def _from_base64(octets: bytes) -> bytes:
    """What can be decoded: octets that are no base64 are left out, and so is a broken end."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", octets)
    try:
        return binascii.a2b_base64(kept[: len(kept) // 4 * 4] + _padded(kept[len(kept) // 4 * 4 :]))
    except binascii.Error:
        return b""


def _padded(rest: bytes) -> bytes:
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
