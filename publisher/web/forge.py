"""Requests of a git forge: whether one that says "there are new commits" is to be believed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping


def is_signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a request comes from who knows the secret.

    GitHub signs the body (``X-Hub-Signature-256: sha256=`` and the HMAC-SHA-256 in hexadecimal;
    docs: "Validating webhook deliveries"), Gitea and Forgejo likewise in a header of their own,
    without the prefix; GitLab sends the secret itself (``X-Gitlab-Token``; docs: "Webhooks").
    Without a secret nothing is believed.
    """
    if not secret:
        return False
    given = {name.lower(): value for name, value in headers.items()}
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    expected = {
        "x-hub-signature-256": f"sha256={signature}",
        "x-gitea-signature": signature,
        "x-forgejo-signature": signature,
        "x-gitlab-token": secret,
    }
    return any(
        hmac.compare_digest(given[name].encode(), right.encode())
        for name, right in expected.items()
        if name in given
    )
