"""A certificate of one's own."""

from __future__ import annotations

import datetime as dt
import ssl
import stat
from pathlib import Path

import pytest
from cryptography import x509

from publisher.fakes.certificate import server_context, write_certificate

NOW = dt.datetime(2026, 4, 26, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize("host", ["relay.example", "127.0.0.1", "::1"])
def test_it_is_for_one_host_and_one_year(tmp_path: Path, host: str) -> None:
    """A name or an address."""
    path = write_certificate(tmp_path / "tls.pem", host, NOW)
    made = x509.load_pem_x509_certificate(path.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(each.value) for each in names] == [host]
    assert made.not_valid_before_utc < NOW < made.not_valid_after_utc
    assert (made.not_valid_after_utc - NOW).days == 365


def test_a_server_can_show_it(tmp_path: Path) -> None:
    """The key is in the same file, which is private."""
    path = write_certificate(tmp_path / "tls.pem", "127.0.0.1", NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert isinstance(server_context(path), ssl.SSLContext)
