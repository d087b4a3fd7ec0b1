"""The preview over HTTP: a real server on a free port, and a newsroom behind it."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from builders import both
from newsroom import Newsroom, at, plain_theme

from publisher.app import App
from publisher.preview.server import PreviewServer
from publisher.preview.studio import Studio
from publisher.preview.watch import Watch

DAY = "2026-04-26"
ISSUE = f"/-/issue/daily/{DAY}"


@dataclass
class Answer:
    """What came back."""

    status: int
    type: str
    text: str


@dataclass
class Preview:
    """The server, and a browser without eyes."""

    server: PreviewServer

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for a path."""
        connection = self.connect()
        connection.request(method, path, headers=headers)
        found = connection.getresponse()
        answer = Answer(found.status, found.headers["Content-Type"], found.read().decode())
        connection.close()
        return answer

    def connect(self) -> http.client.HTTPConnection:
        """A connection to the server."""
        return http.client.HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=60)

    def save(self) -> None:
        """Notice at once what was saved."""
        self.server.watch.look()


@pytest.fixture
def preview(newsroom: Newsroom) -> Iterator[Preview]:
    """A preview of the newsroom, with themes of one line a page."""

    def make_app() -> App:
        app = App(newsroom.root, {}, at(DAY, "12:00"))
        app.theme_of = plain_theme
        return app

    watch = Watch([newsroom.root / "content"])
    server = PreviewServer(Studio(make_app), watch)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Preview(server)
    watch.stop()
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_issue_that_is_not_published(preview: Preview, newsroom: Newsroom) -> None:
    """Its frame says so, and nothing of it is kept."""
    newsroom.entry("one")
    answer = preview.get(ISSUE)
    assert answer.status == 200
    assert "not published yet" in answer.text
    assert not (newsroom.root / "var/archive").exists()
    assert not (newsroom.root / "public").exists()


@pytest.mark.parametrize("edition", ["zh", "en"])
@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/{edition}/daily/2026-04-26/", "text/html"),
        ("/-/mail/daily/2026-04-26/{edition}", "text/html"),
        ("/-/mail/daily/2026-04-26/{edition}?form=text", "text/plain"),
        ("/-/feed/daily/2026-04-26/{edition}?form=atom", "text/plain"),
        ("/-/feed/daily/2026-04-26/{edition}?form=json", "text/plain"),
    ],
)
def test_every_form_of_it(
    preview: Preview, newsroom: Newsroom, path: str, media_type: str, edition: str
) -> None:
    """Page, mail, text and feeds, in each edition."""
    newsroom.entry("one")
    preview.get(ISSUE)
    answer = preview.get(path.format(edition=edition))
    assert (answer.status, answer.type) == (200, f"{media_type}; charset=utf-8")
    assert answer.text


def test_saving_shows_at_once(preview: Preview, newsroom: Newsroom) -> None:
    """The next look is at what was saved."""
    entry = newsroom.entry("one")
    mail = f"/-/mail/daily/{DAY}/en"
    before = preview.get(mail).text
    newsroom.edit(entry, title=both("Another headline"))
    newsroom.bulletin("daily", title=both("{lead}"))
    preview.save()
    after = preview.get(mail).text
    assert "Another headline" not in before
    assert "Another headline" in after


def test_a_published_issue_with_its_correction(preview: Preview, newsroom: Newsroom) -> None:
    """It is shown as the next `publish` would show it, and stays published as it was."""
    entry = newsroom.entry("one")
    newsroom.publish()
    newsroom.correct(entry)
    preview.save()
    answer = preview.get(ISSUE)
    assert "published, as it is shown now" in answer.text
    assert newsroom.entry_of(entry).revision == 1


def test_a_broken_file_is_shown_with_its_place(preview: Preview, newsroom: Newsroom) -> None:
    """Path, line and remedy instead of the issue; it comes back when that is mended."""
    newsroom.entry("one")
    newsroom.issue(DAY, titel="x")
    broken = preview.get(ISSUE)
    assert broken.status == 500
    assert f"content/issues/daily/{DAY}.yaml:" in broken.text
    assert "title" in broken.text
    assert "Traceback" not in broken.text
    newsroom.issue(DAY)
    preview.save()
    assert preview.get(ISSUE).status == 200


def test_a_broken_publication(preview: Preview, newsroom: Newsroom) -> None:
    """Even then there is a page that says what is wrong."""
    newsroom.file("content/publication.yaml", "name: [")
    preview.save()
    for path in ("/", ISSUE, "/en/"):
        answer = preview.get(path)
        assert answer.status in (404, 500)
        assert "content/publication.yaml" in answer.text


def test_a_broken_bulletin(preview: Preview, newsroom: Newsroom) -> None:
    """Its own mistake is told, not that there is no such bulletin."""
    newsroom.entry("one")
    newsroom.bulletin("daily", cadense="daily")
    preview.save()
    answer = preview.get(ISSUE)
    assert "content/bulletins/daily.yaml:" in answer.text
    assert "cadence" in answer.text


def test_the_overview(preview: Preview, newsroom: Newsroom) -> None:
    """Lists what was published, what is written and what comes, and what check says."""
    newsroom.entry("one")
    newsroom.publish()
    newsroom.issue("2026-05-20")
    newsroom.entry("two", colour="red")
    preview.save()
    text = preview.get("/").text
    for name, state in (("2026-04-26", "published"), ("2026-05-20", "written"),
                        ("2026-04-27", "coming")):  # fmt: skip
        (row,) = [line for line in text.splitlines() if f"/daily/{name}" in line]
        assert f"<td>{state}</td>" in row
    assert "colour" in text


def test_a_coming_one_off_hides_no_issue(preview: Preview, newsroom: Newsroom) -> None:
    """Both are in the overview."""
    entry = newsroom.entry("one")
    newsroom.publish()
    newsroom.issue(
        "2026-04-27-launch", publish_at="2026-04-27T09:30+08:00",
        sections={"top": {"entries": [{"id": entry, "again": True}]}},
    )  # fmt: skip
    preview.save()
    text = preview.get("/").text
    assert "/daily/2026-04-27-launch" in text
    assert "/daily/2026-04-27?" in text or '/daily/2026-04-27"' in text


@pytest.mark.parametrize(
    "path",
    ["/-/issue/nope/2026-04-26", "/-/issue/daily/2026-13-40", "/nowhere/", "/-/feed/daily/x",
     "/-/mail/daily/2026-04-26/fr", "/-/feed/daily/2026-04-26/en?form=gopher", "/../../etc/passwd",
     "/%2e%2e/%2e%2e/etc/passwd"],
)  # fmt: skip
def test_what_is_not_there(preview: Preview, newsroom: Newsroom, path: str) -> None:
    """A page that says so, never a traceback or a file of the machine."""
    newsroom.entry("one")
    answer = preview.get(path)
    assert answer.status == 404
    assert "Something is to be mended" in answer.text


@pytest.mark.parametrize("query", ["edition=xx&view=zz&width=1&scheme=y", "edition=%00", "="])
def test_an_address_that_asks_amiss(preview: Preview, newsroom: Newsroom, query: str) -> None:
    """The first of each choice stands in."""
    newsroom.entry("one")
    assert preview.get(f"{ISSUE}?{query}").text == preview.get(ISSUE).text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example"])
def test_a_name_that_is_not_this_machines(preview: Preview, host: str) -> None:
    """A page elsewhere cannot read unpublished issues by pointing a name to this machine."""
    assert preview.get("/", Host=host).status == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:1", "[::1]:8000"])
def test_the_names_of_this_machine(preview: Preview, host: str) -> None:
    """However the editor writes it."""
    assert preview.get("/", Host=host).status == 200


def test_head(preview: Preview) -> None:
    """The same without the text."""
    answer = preview.get("/", method="HEAD")
    assert (answer.status, answer.text) == (200, "")


def test_the_browser_is_told(preview: Preview, newsroom: Newsroom) -> None:
    """An event with a new number each time something was saved."""
    connection = preview.connect()
    connection.request("GET", "/-/events")
    events = connection.getresponse()
    assert events.headers["Content-Type"].startswith("text/event-stream")
    assert events.readline() == b"data: 1\n"
    newsroom.entry("one")
    preview.save()
    assert events.readline() == b"\n"
    assert events.readline() == b"data: 2\n"
    connection.close()


def test_a_browser_that_leaves_is_not_reported(
    preview: Preview, capsys: pytest.CaptureFixture[str]
) -> None:
    """It does so each time a page is loaded again; the editor's terminal stays as it is."""
    for error in (BrokenPipeError(), ConnectionResetError()):
        try:
            raise error
        except OSError:
            preview.server.handle_error(None, ("127.0.0.1", 1))
    assert capsys.readouterr() == ("", "")
