"""Compressed copies: the same bytes every time, beside texts only, and never of another text."""

from __future__ import annotations

import gzip

import pytest
from newsroom import Newsroom

from publisher.site.compress import Copies, original_of

TEXT = b"<p>A text that repeats itself.</p>" * 100


def test_a_copy_unpacks_to_its_file() -> None:
    """And is made the same way again, with no time in it."""
    (copy,) = Copies(["gz"]).of("a/index.html", TEXT)
    packed = copy.make()
    assert copy.path == "a/index.html.gz"
    assert packed == copy.make()
    assert packed[4:8] == b"\0\0\0\0"
    assert gzip.decompress(packed) == TEXT
    assert copy.holds(packed)


@pytest.mark.parametrize("packed", [b"", b"no archive", gzip.compress(b"another text", mtime=0)])
def test_what_is_no_copy_of_the_file_is_seen(packed: bytes) -> None:
    """Damaged, or of an older text."""
    (copy,) = Copies(["gz"]).of("a/index.html", TEXT)
    assert not copy.holds(packed)


def test_small_files_and_images_have_none() -> None:
    """Nor has anything where no kind is asked for."""
    assert not list(Copies(["gz"]).of("a.html", b"short"))
    assert not list(Copies(["gz"]).of("a.png", TEXT))
    assert not list(Copies().of("a.html", TEXT))
    assert original_of("a.html.gz") == "a.html"
    assert not original_of("a.tar.gz")


def test_brotli_copies() -> None:
    """Where it is installed."""
    brotli = pytest.importorskip("brotli")
    first, second = Copies(["gz", "br"]).of("a.css", TEXT)
    assert [first.path, second.path] == ["a.css.br", "a.css.gz"]
    assert brotli.decompress(first.make()) == TEXT
    assert first.holds(first.make())
    assert not first.holds(b"no archive")


def test_copies_follow_the_setting(quick: Newsroom) -> None:
    """With it they are there and fit, also after a change; without it they are gone."""
    quick.entry("one")
    quick.publish()
    plain = quick.files()
    quick.environment = {"PUBLISHER_COMPRESS": "gz"}
    quick.publish(time="18:10")
    quick.publication(name={"zh": "新", "en": "New"})
    quick.publish(time="18:15")
    found = quick.files()
    copies = {path for path in found if path.endswith(".gz")}
    assert copies
    assert all(gzip.decompress(found[path]) == found[original_of(path)] for path in copies)
    dates = quick.dates()
    assert quick.app().build().changed == ()
    assert quick.dates() == dates
    quick.environment = {}
    quick.publish(time="18:20")
    assert quick.files().keys() == plain.keys()
