"""Web addresses, mail addresses, and the words that become part of an address."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit, urlunsplit

from email_validator import EmailNotValidError, validate_email
from pydantic_core import PydanticCustomError

from publisher.config.refusal import called, refuse
from publisher.yaml12.mistakes import shown

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NAME = re.compile(r"[a-z][a-z0-9_]*")


def slug_like(text: str) -> str:
    """The nearest slug to a text: ``Open Models!`` gives ``open-models``; "" where none is near."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", folded.replace("'", "")).strip("-")


def slug(value: str) -> str:
    """A word that can stand in a web address."""
    if not SLUG.fullmatch(value):
        near = slug_like(value)
        remedy = "use small letters a-z, digits and single hyphens"
        raise refuse(
            "slug",
            f"{called(value)} cannot stand in a web address",
            f'write "{near}"' if near and value.isascii() else f"{remedy}, such as ai-weekly",
        )
    return value


def name(value: str) -> str:
    """A name of a field, a kind or a language."""
    if not NAME.fullmatch(value):
        near = slug_like(value).replace("-", "_").lstrip("0123456789_")
        remedy = "use small letters a-z, digits and underscores"
        raise refuse(
            "name",
            f"{called(value)} cannot be a name here",
            f'write "{near}"' if near and value.isascii() else f"{remedy}, such as my_field",
        )
    return value


_GAP = re.compile(r"[\s\x00-\x1f]")
_ADDRESS = "give the whole address, such as https://example.com/page"


def url(value: str) -> str:
    """An absolute http(s) address that can be linked as it stands (RFC 3986)."""
    remedy = _ADDRESS
    if wide := re.search(r"[\uff01-\uff5e]", value):
        mended = unicodedata.normalize("NFKC", value)
        what = f'the address contains a full-width "{wide.group()}"'
        raise refuse("bad_url", what, f"write {shown(mended, 60)}")
    if _GAP.search(value):
        what = "the address contains a space or a line break"
        raise refuse("bad_url", what, "delete it, or write %20 in its place")
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise refuse("bad_url", f"{called(value)} is no web address", remedy) from None
    if parts.scheme.lower() not in {"http", "https"}:
        raise _bad_scheme(value, parts.scheme)
    if not host or "." not in host.strip(".") or ".." in host or port == 0:
        raise refuse("bad_url", f"{called(value)} names no host", remedy)
    if parts.username is not None or parts.password is not None:
        raise refuse("bad_url", "the address contains a user name or password", "leave it out")
    for char, code in _ENCODED.items():
        if char in value:
            what = f"the address contains {char}, which may not stand in one"
            raise refuse("bad_url", what, f"write {code} in its place")
    return value


def normal_url(url: str) -> str:
    """An address without what does not change the page: scheme, www, case of the host, tracking.

    Two entries whose first sources agree in it tell the same event.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    query = "&".join(
        sorted(each for each in parts.query.split("&") if each and not each.startswith("utm_"))
    )
    return urlunsplit(("", host, parts.path.rstrip("/"), query, ""))


# Characters that RFC 3986 leaves out of addresses, and how each is written.
_ENCODED = {char: f"%{ord(char):02X}" for char in '<>"`{}|\\^'}


def _bad_scheme(value: str, scheme: str) -> PydanticCustomError:
    # "example.com:8080/x" has the scheme "example.com" to a parser, none to an editor.
    bare = not scheme or "." in scheme
    if bare and re.match(r"[\w-]+(\.[\w-]+)+", value):
        what = "the address does not begin with https://"
        return refuse("bad_scheme", what, f"write https://{shown(value, 60)}")
    if bare:
        return refuse("bad_scheme", f"{called(value)} is no web address", _ADDRESS)
    what = f'an address that begins with "{scheme}:" is not linked'
    return refuse("bad_scheme", what, "give one that begins with https:// or http://")


def site(value: str) -> str:
    """A bare domain, such as ``cnbc.com``."""
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)+", value):
        found = re.match(r"(?:https?://)?(?:www\.)?([\w-]+(?:\.[\w-]+)+)(?:[:/?#]|$)", value)
        remedy = f"write {found[1]}" if found else "write the bare domain, such as cnbc.com"
        if value.startswith(("http://", "https://")):
            remedy += ', or name the field "url"'
        raise refuse("site", f"{called(value)} is no domain", remedy)
    return value


def email(value: str) -> str:
    """A mail address."""
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        why = str(error).removeprefix("The email address is not valid. ").rstrip(".")
        raise refuse(
            "email",
            f"{called(value)} is no mail address",
            f"write it such as editor@example.com ({why})",
        ) from None
