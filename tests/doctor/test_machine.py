"""Folders, secrets and the clock."""

from __future__ import annotations

import datetime as dt
import http.server
import threading
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path

import pytest

from publisher.config.settings import Settings, read_settings
from publisher.doctor.finding import Finding
from publisher.doctor.machine import (
    check_clock,
    check_folders,
    check_pdf,
    check_secrets,
    check_versions,
)
from publisher.errors import UsageError

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(tmp_path, {})


def by_state(found: Iterator[Finding]) -> dict[str, list[Finding]]:
    kept: dict[str, list[Finding]] = {}
    for each in found:
        kept.setdefault(each.state, []).append(each)
    return kept


def test_folders_that_can_be_written_are_fine(settings: Settings) -> None:
    """Also where they are not there yet: what is above them counts."""
    found = by_state(check_folders(settings))
    assert "problem" not in found
    assert {each.what for each in found["ok"]} == {"disk"}


def test_a_file_where_a_folder_should_be_is_looked_past(settings: Settings) -> None:
    """The nearest folder above it is the one that is looked at."""
    settings.state.write_text("")
    assert list(check_folders(settings))


def test_versions_are_told(settings: Settings) -> None:
    """The program's, Python's, and those of the time zones."""
    (found,) = check_versions()
    assert found.state == "ok"
    assert "time zones of 20" in found.seen


class TestPdf:
    def test_what_makes_them_is_there(self) -> None:
        """It could be loaded."""
        (found,) = check_pdf(lambda: None)
        assert found.state == "ok"

    def test_what_makes_them_is_missing(self) -> None:
        """With the lines to type."""

        def make() -> None:
            raise UsageError("a PDF needs Pango", "install it")

        (found,) = check_pdf(make)
        assert (found.state, found.seen, found.remedy) == (
            "problem", "a PDF needs Pango", "install it",
        )  # fmt: skip


class TestKeys:
    def test_readable_for_others_is_a_problem(self, settings: Settings) -> None:
        """The command that mends it is told."""
        settings.keys.parent.mkdir()
        settings.keys.write_text("{}")
        settings.keys.chmod(0o644)
        (found,) = check_secrets(settings)
        assert (found.state, found.remedy) == ("problem", f"chmod 600 {settings.keys}")

    def test_for_their_owner_alone_is_fine(self, settings: Settings) -> None:
        """As they are made."""
        settings.keys.parent.mkdir()
        settings.keys.write_text("{}")
        settings.keys.chmod(0o600)
        assert [each.state for each in check_secrets(settings)] == ["ok"]

    def test_not_there_yet_is_a_warning(self, settings: Settings) -> None:
        """They will be made, and then need a copy."""
        assert [each.state for each in check_secrets(settings)] == ["warning"]


@pytest.fixture
def told() -> Iterator[tuple[str, list[dt.datetime]]]:
    """A web server that tells a time, and the time that it tells."""
    times = [NOW]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(200)
            self.send_header("Date", format_datetime(times[0], usegmt=True))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", times
    server.shutdown()
    server.server_close()
    thread.join()


class TestTheClock:
    @pytest.mark.parametrize(
        ("off", "state"), [(0, "ok"), (20, "ok"), (-20, "ok"), (3600, "problem"), (-60, "problem")]
    )
    def test_is_compared_with_the_web_server(
        self, told: tuple[str, list[dt.datetime]], off: int, state: str
    ) -> None:
        """An hour either way would publish too early, or too late."""
        url, times = told
        times[0] = NOW + dt.timedelta(seconds=off)
        assert [each.state for each in check_clock(url, NOW, None)] == [state]

    def test_is_not_checked_where_nobody_tells(self) -> None:
        """A site that is not up yet."""
        assert [each.state for each in check_clock("http://127.0.0.1:1", NOW, None)] == [
            "unchecked"
        ]

    def test_an_issue_of_the_future_shows_that_it_is_wrong(
        self, told: tuple[str, list[dt.datetime]]
    ) -> None:
        """It went back, or was ahead when that was published."""
        found = list(check_clock(told[0], NOW, NOW + 60 * MINUTE))
        assert [each.state for each in found] == ["problem", "ok"]
        assert "nothing is published twice" in found[0].remedy
