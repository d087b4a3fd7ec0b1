"""Requests of a git forge are believed where they are signed."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.web.forge import is_signed

SECRET, BODY = "it is a long secret of ours", b'{"ref": "refs/heads/main"}'
SIGNED = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Hub-Signature-256": f"sha256={SIGNED}"},
        {"X-Gitea-Signature": SIGNED},
        {"x-forgejo-signature": SIGNED},
        {"X-Gitlab-Token": SECRET},
    ],
)
def test_a_signed_request(headers: dict[str, str]) -> None:
    """Each forge has its own header, however its name is written."""
    assert is_signed(SECRET, headers, BODY)
    assert not is_signed("another secret", headers, BODY)
    assert not is_signed("", headers, BODY)


def test_a_signature_is_of_one_body() -> None:
    """It does not do for another."""
    assert not is_signed(SECRET, {"X-Hub-Signature-256": f"sha256={SIGNED}"}, BODY + b" ")


def test_a_known_signature() -> None:
    """The example of GitHub's documentation ("Validating webhook deliveries")."""
    digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    headers = {"X-Hub-Signature-256": f"sha256={digest}"}
    assert is_signed("It's a Secret to Everybody", headers, b"Hello, World!")


@given(
    st.dictionaries(
        st.sampled_from(["X-Hub-Signature-256", "X-Gitea-Signature", "X-Gitlab-Token", "Other"]),
        st.text(max_size=80),
    ),
    st.binary(max_size=50),
)
def test_whatever_is_sent_is_not_believed(headers: dict[str, str], body: bytes) -> None:
    """No header of a stranger passes, and none breaks the check."""
    assert not is_signed(SECRET, headers, body)
    assert not is_signed("", headers, body)
