"""The site in an object store."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from buckets import Buckets
from newsroom import Newsroom, at

from publisher.archive.object_store import open_file_system
from publisher.errors import OutputError
from publisher.site.mirror import MANIFEST, Mirror

HEADERS = """/*
  X-Content-Type-Options: nosniff

/*/rss.xml
  Content-Type: application/rss+xml; charset=utf-8
  Cache-Control: public, max-age=900

/*.pdf
  Cache-Control: public, max-age=900

/assets/*
  Cache-Control: public, max-age=3600
"""


@pytest.fixture
def url(buckets: Buckets) -> str:
    return f"{buckets.fresh()}/site"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site of three files."""
    root = tmp_path / "site"
    for path, text in {
        "index.html": "home",
        "zh/daily/rss.xml": "<rss/>",
        "_headers": HEADERS,
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


Make = Callable[..., Mirror]


@pytest.fixture
def mirror(url: str, folder: Path, tmp_path: Path) -> Make:
    def make(**more: Any) -> Mirror:
        options: dict[str, Any] = {"marker": tmp_path / "mirrored", "open_": open_file_system}
        return Mirror(url, folder, **options | more)

    return make


def test_everything_is_brought_at_first(mirror: Make, url: str, buckets: Buckets) -> None:
    """And a manifest that says what it shows."""
    done = mirror().bring((), (), "log 1")

    found = buckets.objects(url)
    assert done.changed == 3
    assert json.loads(found.pop(MANIFEST)) == {"state": "log 1"}
    assert found["index.html"] == b"home"
    assert set(found) == {"index.html", "zh/daily/rss.xml", "_headers"}


def test_an_object_is_sent_as_the_headers_of_the_site_say(
    mirror: Make, url: str, folder: Path, buckets: Buckets
) -> None:
    """Media type and caching; the rest is the matter of whatever serves the store."""
    (folder / "assets").mkdir()
    (folder / "assets/style.css").write_text("")
    (folder / "zh/daily/issue.pdf").write_bytes(b"%PDF")
    mirror().bring((), (), "log 1")

    assert buckets.headers(f"{url}/zh/daily/rss.xml") == {
        "ContentType": "application/rss+xml; charset=utf-8", "CacheControl": "public, max-age=900",
    }  # fmt: skip
    assert buckets.headers(f"{url}/assets/style.css")["CacheControl"] == "public, max-age=3600"
    pdf = {"ContentType": "application/pdf", "CacheControl": "public, max-age=900"}
    assert buckets.headers(f"{url}/zh/daily/issue.pdf") == pdf
    assert buckets.headers(f"{url}/index.html") == {"ContentType": "text/html; charset=utf-8"}


def test_a_site_below_a_path_has_the_same_headers(
    mirror: Make, url: str, folder: Path, buckets: Buckets
) -> None:
    """Its rules begin with that path, its objects do not."""
    (folder / "_headers").write_text(
        HEADERS.replace("\n/", "\n/news/").replace("/*\n", "/news/*\n", 1)
    )
    mirror().bring((), (), "log 1")

    assert "rss+xml" in buckets.headers(f"{url}/zh/daily/rss.xml")["ContentType"]


def test_then_what_has_changed(mirror: Make, url: str, folder: Path, buckets: Buckets) -> None:
    """And nothing else, also where an object differs past us."""
    mirror().bring((), (), "log 1")
    buckets.put(f"{url}/index.html", b"past us")
    (folder / "zh/daily/rss.xml").write_text("<rss>new</rss>")
    (folder / "_headers").unlink()
    second = mirror()
    second.begin()
    done = second.bring(["zh/daily/rss.xml"], ["_headers"], "log 2")

    found = buckets.objects(url)
    assert (done.changed, done.removed) == (1, 1)
    assert found["index.html"] == b"past us"
    assert found["zh/daily/rss.xml"] == b"<rss>new</rss>"
    assert "_headers" not in found


def test_a_run_that_changes_nothing_asks_nobody(mirror: Make, tmp_path: Path) -> None:
    """The marker says that all is well."""
    mirror().bring((), (), "log 1")

    class Silent:
        pass

    assert mirror(open_=lambda url: (Silent(), "")).bring((), (), "log 1").changed == 0


def test_after_an_interrupted_run_everything_is_compared(
    mirror: Make, url: str, folder: Path, buckets: Buckets
) -> None:
    """Killed between the folder and the store: the next one finds what differs."""
    mirror().bring((), (), "log 1")
    interrupted = mirror()
    interrupted.begin()
    (folder / "index.html").write_text("new home")
    done = mirror().bring((), (), "log 2")

    assert done.changed == 1
    assert buckets.objects(url)["index.html"] == b"new home"


def test_another_machine_uploads_only_what_differs(
    mirror: Make, url: str, buckets: Buckets, tmp_path: Path
) -> None:
    """It has no marker, and compares by the hashes that the store tells."""
    mirror().bring((), (), "log 1")
    before = buckets.changed(url.removesuffix("/site") + "/site")
    done = mirror(marker=tmp_path / "other").bring((), (), "log 1")

    assert done.changed == 0
    assert {n: t for n, t in buckets.changed(url).items() if MANIFEST not in n} == {
        n: t for n, t in before.items() if MANIFEST not in n
    }


def test_what_is_no_page_any_more_is_deleted(
    mirror: Make, url: str, folder: Path, buckets: Buckets
) -> None:
    """Everything below the address is ours."""
    mirror().bring((), (), "log 1")
    shutil.rmtree(folder / "zh")
    mirror().bring_all("log 2")

    assert set(buckets.objects(url)) == {"index.html", "_headers", MANIFEST}


def test_the_manifest_comes_last(mirror: Make, url: str, buckets: Buckets) -> None:
    """A store that refuses in the middle has none, and the next run begins anew."""
    system, base = open_file_system(url)

    class Broken:
        def __getattr__(self, name: str) -> Any:
            return getattr(system, name)

        def pipe_file(self, path: str, data: bytes, **more: str) -> None:
            if path.endswith("rss.xml"):
                raise OSError("the network is gone")
            system.pipe_file(path, data, **more)

    with pytest.raises(OutputError, match=r"could not be written: the network is gone"):
        mirror(open_=lambda url: (Broken(), base)).bring((), (), "log 1")
    assert MANIFEST not in buckets.objects(url)
    assert mirror().bring((), (), "log 1").changed >= 1
    assert MANIFEST in buckets.objects(url)


def test_who_was_overtaken_uploads_nothing(mirror: Make, url: str, buckets: Buckets) -> None:
    """Another machine is at it by now."""

    def check() -> None:
        raise OutputError("another machine has taken over")

    with pytest.raises(OutputError, match="taken over"):
        mirror(check=check).bring((), (), "log 1")
    assert buckets.objects(url) == {}


class TestThePublication:
    """Archive and site in an object store, two machines beside each other."""

    @pytest.fixture
    def machine(self, quick: Newsroom, url: str, tmp_path: Path) -> Callable[[str, str], Any]:
        def open_(name: str, time: str = "18:05", day: str = "2026-04-26") -> Any:
            return quick.app(
                at(day, time), PUBLISHER_STATE=str(tmp_path / name), PUBLISHER_PUBLIC=url,
                PUBLISHER_ARCHIVE=url.replace("/site", "/archive"),
            )  # fmt: skip

        return open_

    def test_an_issue_is_published_there(
        self, quick: Newsroom, machine: Callable[..., Any], url: str, buckets: Buckets
    ) -> None:
        """Frozen in the archive, and every page uploaded."""
        quick.entry("one")
        machine("a").publish()

        site = buckets.objects(url)
        assert "zh/daily/2026-04-26/index.html" in site
        assert "issues/daily/2026-04-26/1.json" in buckets.objects(url.replace("/site", "/archive"))

    def test_a_second_machine_goes_on_from_there(
        self, quick: Newsroom, machine: Callable[..., Any], url: str, buckets: Buckets
    ) -> None:
        """It finds the first issue in the store, and adds the next one."""
        quick.entry("one")
        machine("a").publish()
        before = buckets.objects(url)
        quick.entry("two", "2026-04-27")
        report = machine("b", day="2026-04-27").publish()

        after = buckets.objects(url)
        assert report.published == ("daily 2026-04-27",)
        assert set(before) < set(after)
        assert "zh/daily/2026-04-27/index.html" in after

    def test_a_full_build_gives_the_same_objects(
        self, quick: Newsroom, machine: Callable[..., Any], url: str, buckets: Buckets
    ) -> None:
        """Byte by byte, on a machine that has nothing yet."""
        quick.entry("one")
        machine("a").publish()
        before = buckets.objects(url)
        machine("c").build()

        assert buckets.objects(url) == before
