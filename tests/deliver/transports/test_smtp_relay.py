"""Settings of a relay that cannot be meant."""

from __future__ import annotations

from typing import Any

import pytest

from publisher.deliver.transports.smtp import Relay
from publisher.errors import SettingsError

LOGIN = {"user": "ann", "password": "secret"}


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"host": ""}, "'' cannot be the relay's name"),
        ({"host": ".example"}, "'.example' cannot be the relay's name"),
        ({"host": "a b"}, "'a b' cannot be the relay's name"),
        ({"helo": "a\r\nDATA"}, r"'a\r\nDATA' cannot be our name there"),
        ({"port": 0}, "0 is no port of the relay"),
        ({"port": 65536}, "65536 is no port of the relay"),
        ({"security": "ssl"}, "'ssl' is no way to secure the relay"),
        ({"user": "ann", "password": "gehéim"}, "user and password of the relay cannot be used"),
        ({"user": "ann\0eve", "password": "x"}, "user and password of the relay cannot be used"),
        ({"password": "secret"}, "user and password of the relay cannot be used"),
        ({"security": "none", **LOGIN}, "the password would go to relay.example without"),
        ({"security": "none", "host": "192.0.2.1", **LOGIN}, "the password would go to 192.0.2.1"),
    ],
)
def test_settings_that_cannot_be_used_are_told(settings: dict[str, Any], what: str) -> None:
    """What is wrong, and what to write instead."""
    with pytest.raises(SettingsError) as caught:
        Relay(**{"host": "relay.example", "port": 587, **settings})
    assert what in str(caught.value)
    assert caught.value.remedy
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_a_password_may_stay_on_the_machine(host: str) -> None:
    """What does not leave it need not be encrypted."""
    assert Relay(host=host, port=25, security="none", user="ann", password="secret")


def test_a_password_is_not_shown() -> None:
    """Not in logs either."""
    assert "secret" not in repr(Relay(host="relay.example", port=587, user="a", password="secret"))
