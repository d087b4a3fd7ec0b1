"""The operator's settings."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from publisher.config.settings import read_settings
from publisher.errors import SettingsError

ROOT = Path("/srv/news")


def test_everything_lies_below_the_publication() -> None:
    """Where nothing is set."""
    found = read_settings(ROOT, {})
    assert (found.state, found.public) == (ROOT / "var", ROOT / "public")
    assert (found.archive, found.index) == (ROOT / "var/archive", ROOT / "var/index.sqlite")
    assert found.outbox == ROOT / "var/outbox"
    assert found.database_url == "sqlite:////srv/news/var/publisher.sqlite"


def test_what_belongs_to_the_state_moves_with_it() -> None:
    """Archive, database and outbox, unless they are set themselves."""
    found = read_settings(ROOT, {"PUBLISHER_STATE": "/state"})
    assert found.archive == Path("/state/archive")
    assert found.outbox == Path("/state/outbox")
    assert found.database_url == "sqlite:////state/publisher.sqlite"
    own = read_settings(ROOT, {"PUBLISHER_STATE": "/state", "PUBLISHER_OUTBOX": "/mail"})
    assert own.outbox == Path("/mail")


def test_a_relative_folder_is_below_the_publication() -> None:
    """Wherever the command is given."""
    assert read_settings(ROOT, {"PUBLISHER_PUBLIC": "out"}).public == ROOT / "out"
    assert read_settings(ROOT, {"PUBLISHER_PUBLIC": "../out"}).public == Path("/srv/out")


def test_home_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tilde, as in a shell."""
    monkeypatch.setenv("HOME", "/home/ann")
    assert read_settings(ROOT, {"PUBLISHER_PUBLIC": "~/out"}).public == Path("/home/ann/out")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("PUBLISHER_STAT", "did you mean PUBLISHER_STATE?"),
        ("PUBLISHER_PUBLIC_DIR", "did you mean PUBLISHER_PUBLIC?"),
        ("PUBLISHER_DATABASE", "did you mean PUBLISHER_DATABASE_URL?"),
        ("PUBLISHER_X", "known are PUBLISHER_STATE, PUBLISHER_PUBLIC"),
    ],
)
def test_a_setting_that_does_not_exist(name: str, told: str) -> None:
    """Is a slip of the pen, and refused."""
    with pytest.raises(SettingsError, match=f"there is no setting {name}") as caught:
        read_settings(ROOT, {name: "x"})
    assert told in str(caught.value)


def test_other_peoples_variables_are_not_looked_at() -> None:
    """Only those that begin with PUBLISHER_."""
    assert read_settings(ROOT, {"PATH": "/bin", "PUBLISHERX": "1"}) == read_settings(ROOT, {})


@pytest.mark.parametrize("name", ["PUBLISHER_STATE", "PUBLISHER_PUBLIC"])
@pytest.mark.parametrize("folder", [".", "content", "content/out", "/srv/news/content/entries"])
def test_what_is_made_does_not_mix_with_what_is_written(name: str, folder: str) -> None:
    """The publication itself and its content are the editors'."""
    with pytest.raises(SettingsError, match=f"{name}: .*; name a folder of its own"):
        read_settings(ROOT, {name: folder})


@pytest.mark.parametrize("url", ["mysql://x", "sqlite://", "postgresql://x/y", "x"])
def test_databases_that_are_not_supported(url: str) -> None:
    """Say which are; a password in the URL is not repeated."""
    with pytest.raises(SettingsError, match=r"not supported; use sqlite:///… or postgresql"):
        read_settings(ROOT, {"PUBLISHER_DATABASE_URL": url})


@pytest.mark.parametrize("url", ["sqlite:////data/x.sqlite", "postgresql+psycopg://u@h/db"])
def test_databases_that_are(url: str) -> None:
    """SQLite and PostgreSQL."""
    assert read_settings(ROOT, {"PUBLISHER_DATABASE_URL": url}).database_url == url


def test_an_empty_variable_is_not_set() -> None:
    """As `PUBLISHER_STATE= publisher …` means it."""
    empty = dict.fromkeys(
        ("PUBLISHER_STATE", "PUBLISHER_PUBLIC", "PUBLISHER_OUTBOX", "PUBLISHER_DATABASE_URL"), ""
    )
    assert read_settings(ROOT, empty) == read_settings(ROOT, {})


# Delivery, feedback and service ------------------------------------------------------------------


def test_without_a_relay_mail_stays_on_the_machine() -> None:
    """Nothing is sent to anybody before somebody says how."""
    assert read_settings(ROOT, {}).delivery.smtp is None


@pytest.mark.parametrize(
    ("url", "port", "security", "user"),
    [
        ("smtp://news@mail.example.com", 587, "starttls", "news"),
        ("smtp://mail.example.com:2525", 2525, "starttls", ""),
        ("smtps://a%40b.org@mail.example.com", 465, "tls", "a@b.org"),
        ("smtp+plain://127.0.0.1", 25, "none", ""),
    ],
)
def test_a_relay_is_named_by_a_url(url: str, port: int, security: str, user: str) -> None:
    """Encrypted, unless its scheme says otherwise."""
    smtp = read_settings(ROOT, {"PUBLISHER_SMTP_URL": url}).delivery.smtp
    assert smtp is not None
    assert (smtp.port, smtp.security, smtp.user) == (port, security, user)


def test_a_password_comes_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    """Also not where settings are printed."""
    file = tmp_path / "password"
    file.write_text("hunter2\n")
    environment = {
        "PUBLISHER_SMTP_URL": "smtp://news@mail.example.com",
        "PUBLISHER_SMTP_PASSWORD_FILE": str(file),
        "PUBLISHER_WEBHOOK_SECRET": "hunter2",
    }
    found = read_settings(ROOT, environment)
    assert found.delivery.smtp is not None
    assert found.delivery.smtp.password == "hunter2"
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SMTP_URL", "mail.example.com", "write smtp://user@host:587"),
        ("SMTP_URL", "smtp://u:secret@mail.example.com", "holds a password"),
        ("SMTP_URL", "smtp://mail.example.com:x", "is no address"),
        ("SMTP_CONNECTIONS", "0", "at least 1"),
        ("RATE", "fast", "at least 0.001"),
        ("DOMAIN_RATES", "qq.com", "qq.com=2,163.com=5"),
        ("DOMAIN_RATES", "qq.com=0", "qq.com=2,163.com=5"),
        ("BOUNCE_DOMAIN", "a@b.org", "is no domain"),
        ("UNCERTAIN", "maybe", "write hold or resend"),
        ("REDIRECT", "me", "is no mail address"),
        ("CANARY", "1", "write a percentage such as 1%"),
        ("CANARY", "a@b.org,c", "is no mail address"),
        ("CANARY_WAIT", "soon", "write 30m, 12h or 90d"),
        ("CANARY_LIMIT", "101%", "write a percentage"),
        ("KEEP", "-1d", "write 30m, 12h or 90d"),
        ("OPERATOR", "op@", "is no mail address"),
        ("LISTEN", "8300", "write 127.0.0.1:8300"),
        ("PROXIES", "caddy", "is no network"),
        ("FEEDBACK", "imap://u@mail.example.com", "names no mailbox"),
        ("FEEDBACK", "imaps://mail.example.com", "names no mailbox"),
        ("SMTP_PASSWORD_FILE", "/nowhere/at/all", "cannot be read: No such file or directory"),
        ("ADMIN_LISTEN", "127.0.0.1:8300", "is where the pages for readers are served"),
    ],
)
def test_a_value_that_cannot_be_used(name: str, value: str, told: str) -> None:
    """The message names the setting and what would be right, and repeats no secret."""
    environment = {f"PUBLISHER_{name}": value}
    if name.startswith("SMTP_PASSWORD"):
        environment["PUBLISHER_SMTP_URL"] = "smtp://mail.example.com"
    with pytest.raises(SettingsError) as caught:
        read_settings(ROOT, environment)
    assert f"PUBLISHER_{name}" in str(caught.value)
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_password_given_twice_is_refused() -> None:
    """Nobody could say which counts."""
    environment = {
        "PUBLISHER_SMTP_URL": "smtp://mail.example.com",
        "PUBLISHER_SMTP_PASSWORD": "a",
        "PUBLISHER_SMTP_PASSWORD_FILE": "b",
    }
    with pytest.raises(SettingsError, match="both set"):
        read_settings(ROOT, environment)


def test_a_canary_is_a_share_or_a_list() -> None:
    """Of the readers, or by address."""
    share = read_settings(ROOT, {"PUBLISHER_CANARY": "1.5%"}).delivery
    assert (share.canary_share, share.canary_addresses) == (0.015, ())
    listed = read_settings(ROOT, {"PUBLISHER_CANARY": "A@b.org c@D.org"}).delivery
    assert (listed.canary_share, listed.canary_addresses) == (0.0, ("a@b.org", "c@d.org"))


def test_limits_and_times() -> None:
    """As they are written in the documentation."""
    environment = {
        "PUBLISHER_RATE": "14",
        "PUBLISHER_DOMAIN_RATES": "qq.com=2, 163.com=0.5",
        "PUBLISHER_CANARY_WAIT": "2h",
        "PUBLISHER_KEEP": "30d",
    }
    found = read_settings(ROOT, environment).delivery
    assert found.rate == 14
    assert found.domain_rates == (("163.com", 0.5), ("qq.com", 2.0))
    assert (found.canary_wait.total_seconds(), found.keep.days) == (7200, 30)


def test_feedback_is_a_maildir_or_a_mailbox() -> None:
    """A folder below the publication, or IMAP with TLS."""
    assert read_settings(ROOT, {"PUBLISHER_FEEDBACK": "back"}).feedback.maildir == ROOT / "back"
    found = read_settings(ROOT, {"PUBLISHER_FEEDBACK": "imaps://b@mail.example.com/Back"}).feedback
    assert (found.imap_host, found.imap_port, found.imap_folder) == (
        "mail.example.com", 993, "Back",
    )  # fmt: skip


def test_who_is_believed_about_addresses() -> None:
    """Nobody, unless it is said."""
    assert read_settings(ROOT, {}).service.proxies == ()
    found = read_settings(ROOT, {"PUBLISHER_PROXIES": "127.0.0.1, 10.0.0.0/8 ::1"})
    assert found.service.proxies == ("127.0.0.1", "10.0.0.0/8", "::1")


# Who is told -------------------------------------------------------------------------------------

HOOK = {"PUBLISHER_HOOKS": "https://example.com/hook"}
SECRET = "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@pytest.mark.parametrize("given", [SECRET, f"whsec_{SECRET}", f" whsec_{SECRET}\n"])
def test_the_key_of_webhooks_is_base64(given: str) -> None:
    """With the prefix that the specification gives it, or without."""
    found = read_settings(ROOT, HOOK | {"PUBLISHER_HOOKS_SECRET": given}).announce
    assert (found.hooks, found.key) == (("https://example.com/hook",), base64.b64decode(SECRET))
    assert "key" not in repr(found)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("", "not signed"), ("correct horse battery staple!", "not in base64"),
     ("whsec_c2hvcnQ=", "too short")],
)  # fmt: skip
def test_a_key_that_nobody_could_check_is_refused(given: str, expected: str) -> None:
    """With what makes a good one."""
    with pytest.raises(SettingsError, match=f"{expected}.*openssl rand"):
        read_settings(ROOT, HOOK | {"PUBLISHER_HOOKS_SECRET": given})


@pytest.mark.parametrize(
    "url", ["http://example.com/", "ftp://example.com/", "example.com", "https://"]
)
def test_others_are_told_over_tls_only(url: str) -> None:
    """But on this machine."""
    secret = {"PUBLISHER_HOOKS_SECRET": SECRET}
    with pytest.raises(SettingsError, match="PUBLISHER_HOOKS"):
        read_settings(ROOT, {"PUBLISHER_HOOKS": url} | secret)
    local = {"PUBLISHER_HOOKS": "http://127.0.0.1:9/a, http://localhost:9/b"}
    assert len(read_settings(ROOT, local | secret).announce.hooks) == 2


def test_pages_are_looked_for_where_the_operator_says_so() -> None:
    """For half an hour, unless another time is given."""
    off = read_settings(ROOT, {}).announce
    assert (off.live_check, off.live_timeout.total_seconds()) == (False, 1800)
    environment = {"PUBLISHER_LIVE_CHECK": "on", "PUBLISHER_LIVE_TIMEOUT": "2h"}
    on = read_settings(ROOT, environment).announce
    assert (on.live_check, on.live_timeout.total_seconds()) == (True, 7200)
    with pytest.raises(SettingsError, match="write on or off"):
        read_settings(ROOT, {"PUBLISHER_LIVE_CHECK": "yes"})
