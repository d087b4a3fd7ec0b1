"""Messages of Amazon SNS: their signature, and the few places that may be asked because of them.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

Fetch = Callable[[str], bytes]
"""Gets what is at an address, over TLS that is verified; raises OSError where it cannot."""

_NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
_CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
_SIGNED = {
    "Notification": _NOTIFICATION,
    "SubscriptionConfirmation": _CONFIRMATION,
    "UnsubscribeConfirmation": _CONFIRMATION,
}
_HOST = re.compile(r"sns\.([a-z]{2}(?:-[a-z0-9]+){2,4})\.amazonaws\.com(\.cn)?")
_ARN = re.compile(r"arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[\w.-]{1,256}")
_PEM = re.compile(r"/[\w.-]{1,200}\.pem")
# SHA-1 is what version 1 has, and still the default of topics.
_HASHES = {"1": SHA1, "2": SHA256}
_MOST_KEPT = 16
_MOST_FETCHED = 20
_HOUR = dt.timedelta(hours=1)


class NotAmazon(Exception):
    """A message that is not from the topic it names; says why."""


class Certificates:
    """The certificates that messages are signed with, each fetched once."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._kept: dict[str, x509.Certificate] = {}
        self._fetched: deque[dt.datetime] = deque(maxlen=_MOST_FETCHED)

    def get(self, url: str, now: dt.datetime) -> x509.Certificate:
        """The certificate at an address; raises NotAmazon for one that is not good now."""
        kept = self._kept.get(url) or self._new(url, now)
        if not kept.not_valid_before_utc <= now <= kept.not_valid_after_utc:
            self._kept.pop(url, None)
            raise NotAmazon("its certificate is not valid now")
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[url] = kept
        return kept

    def _new(self, url: str, now: dt.datetime) -> x509.Certificate:
        """Fetch one; whoever sends us address upon address makes us ask no more than this."""
        if len(self._fetched) == _MOST_FETCHED and now - self._fetched[0] < _HOUR:
            raise ConnectionError("asked too often in the last hour")
        self._fetched.append(now)
        return _certificate(self._fetch(url))


def verify(message: Mapping[str, Any], certificates: Certificates, now: dt.datetime) -> None:
    """Refuse what Amazon has not signed: raises NotAmazon, or OSError if it cannot be known.

    The caller has looked at the topic before: nothing is fetched for anybody else's.
    """
    hash_ = _HASHES.get(str(message.get("SignatureVersion")))
    text = canonical(message)
    url = str(message.get("SigningCertURL") or "")
    if hash_ is None or text is None:
        raise NotAmazon("it is of no kind that is known")
    if not _is_amazon(url, message) or not _PEM.fullmatch(urlsplit(url).path):
        raise NotAmazon("its certificate is not at Amazon's")
    try:
        signature = base64.b64decode(str(message.get("Signature")), validate=True)
    except binascii.Error:
        raise NotAmazon("its signature is no base64") from None
    key = certificates.get(url, now).public_key()
    if not isinstance(key, RSAPublicKey):
        raise NotAmazon("its certificate has a key of another kind")
    try:
        key.verify(signature, text, PKCS1v15(), hash_())
    except InvalidSignature:
        raise NotAmazon("its signature is wrong") from None


def canonical(message: Mapping[str, Any]) -> bytes | None:
    """What is signed: names and values of some fields, each on a line; None if one is no text."""
    names = _SIGNED.get(str(message.get("Type")))
    if names is None:
        return None
    given = [(name, message[name]) for name in names if message.get(name) is not None]
    needed = set(names) - {"Subject"}
    if needed - {name for name, _ in given} or not all(isinstance(v, str) for _, v in given):
        return None
    return "".join(f"{name}\n{value}\n" for name, value in given).encode("utf-8", "replace")


def confirm_url(message: Mapping[str, Any]) -> str:
    """The address that confirms a subscription; raises NotAmazon for one that is elsewhere."""
    url = str(message.get("SubscribeURL") or "")
    if not _is_amazon(url, message):
        raise NotAmazon("the address to confirm at is not Amazon's")
    return url


def _is_amazon(url: str, message: Mapping[str, Any]) -> bool:
    """Whether an address is https, at the host of SNS in the region of the topic, and no other."""
    topic = _ARN.fullmatch(str(message.get("TopicArn") or ""))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = _HOST.fullmatch(parts.netloc)
    if not topic or not host or parts.scheme != "https" or port or not url.isprintable():
        return False
    return host[1] == topic[1] and parts.path[:1] in ("", "/")


def _certificate(pem: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise NotAmazon("what is at the address of its certificate is none") from None
