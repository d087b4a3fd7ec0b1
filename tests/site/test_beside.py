"""Files beside the page of an issue: made before it, kept, and never in the way of it."""

from __future__ import annotations

import email.policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from newsroom import Newsroom, packaged_theme

from publisher.errors import OutputError, ThemeError, UsageError
from publisher.site.kept import Kept
from publisher.site.output import tree

PDF = "en/daily/2026-04-26/daily-2026-04-26-en.pdf"
PAGE = "en/daily/2026-04-26/index.html"
LINK = f'<a href="/{PDF}" type="application/pdf">PDF (0.1 MB)</a>'
KILLED = OutputError("the process was killed", "see to the memory")
LACKING = UsageError("a PDF needs Pango", "install it")
BROKEN = ThemeError("it cannot be set", "mend it")


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    """A daily that has PDFs, and an entry for it."""
    newsroom.bulletin("daily", pdf=True)
    newsroom.entry("one")
    return newsroom


def pdfs(room: Newsroom) -> dict[str, bytes]:
    return {path: data for path, data in room.files().items() if path.endswith(".pdf")}


def troubles(room: Newsroom) -> dict[str, str]:
    return {each.key: each.subject for each in room.app().post.troubles.all("beside:")}


def mail_of(room: Newsroom) -> tuple[str, str]:
    """The mail to the readers of the English edition: text and HTML."""
    for data in room.mails().values():
        found = BytesParser(policy=email.policy.default).parsebytes(data)
        if found["To"] == "en@example.org":
            parts = [found.get_body((kind,)) for kind in ("plain", "html")]
            text, html = (part.get_content() for part in parts if part is not None)
            return text, html
    raise AssertionError("nobody got a mail")


# Where all is well -------------------------------------------------------------------------------


def test_each_edition_has_its_own_and_links_to_it(room: Newsroom) -> None:
    """With the size."""
    assert room.publish().remarks == ()

    found = pdfs(room)
    assert list(found) == [PDF, PDF.replace("en", "zh")]
    assert b"Title one (en)" in found[PDF]
    assert LINK in room.page(PAGE)
    assert LINK not in room.page(PAGE.replace("en/", "zh/"))
    assert room.app().beside.kept.about("pdf", "en", "daily", "2026-04-26")


def test_mail_links_to_it(room: Newsroom) -> None:
    """As text and as HTML, with its whole address."""
    room.publish()

    text, html = mail_of(room)
    assert f"PDF (0.1 MB):\nhttps://news.example.com/{PDF}\n" in text
    assert f'href="https://news.example.com/{PDF}"' in html


def test_a_bulletin_that_asks_for_none_has_none(newsroom: Newsroom) -> None:
    """Nor any cost of it."""
    newsroom.entry("one")
    newsroom.publish()

    assert pdfs(newsroom) == {}
    assert "application/pdf" not in newsroom.page(PAGE)
    assert newsroom.printer.made == []
    assert not (newsroom.root / "var/beside").exists()


def test_what_is_unchanged_is_not_made_again(room: Newsroom) -> None:
    """Not by the next issue, nor by a full build into an empty folder."""
    room.publish()
    room.entry("two", "2026-04-27")
    room.publish("2026-04-27")
    assert len(room.printer.made) == 4

    before = room.files()
    room.app(PUBLISHER_PUBLIC=str(room.root / "other")).build()
    assert len(room.printer.made) == 4
    other = room.root / "other"
    assert {path: (other / path).read_bytes() for path in tree(other)} == before


def test_a_correction_makes_it_anew(room: Newsroom) -> None:
    """At the same address."""
    room.publish()
    room.correct("2026/04/26/one", title={"zh": "对", "en": "Put right"})
    room.publish("2026-04-26", "19:00")

    assert b"Put right" in pdfs(room)[PDF]
    assert len(room.printer.made) == 4


def test_issues_keep_theirs_when_a_bulletin_asks_for_no_more(room: Newsroom) -> None:
    """Their readers have links to them; issues from then on have none, and get none later."""
    room.publish()
    room.bulletin("daily", pdf=False)
    room.entry("two", "2026-04-27")
    room.publish("2026-04-27")

    assert list(pdfs(room)) == [PDF, PDF.replace("en", "zh")]
    assert LINK in room.page(PAGE)


def test_another_release_makes_all_anew(room: Newsroom) -> None:
    """Though nothing else has changed."""
    room.publish()
    room.printer.release = "2"
    room.publish("2026-04-26", "19:00")

    assert pdfs(room)[PDF].startswith(b"%PDF-1.7 by 2")


# Where it is not ---------------------------------------------------------------------------------


def test_nothing_to_make_them_with(room: Newsroom) -> None:
    """The issue goes out; it is said once, and over as soon as there is something."""
    room.printer.errors["https"] = LACKING
    report = room.publish()

    assert report.published == ("daily 2026-04-26",)
    assert report.mailed == 2
    assert report.remarks == (
        "PDFs were left out: a PDF needs Pango; install it; then `publisher build` makes them",
    )
    assert "application/pdf" not in room.page(PAGE)
    assert ".pdf" not in "".join(mail_of(room))
    assert troubles(room) == {"beside:pdf": "No PDFs can be made here"}

    room.printer.errors.clear()
    assert room.publish("2026-04-26", "19:00").remarks == ()
    assert LINK in room.page(PAGE)
    assert PDF in pdfs(room)
    assert troubles(room) == {}


def test_without_the_package_no_process_is_started(room: Newsroom) -> None:
    """It is known beforehand; the lines to type are told."""
    room.printer.release = ""
    (remark,) = room.publish().remarks
    assert "WeasyPrint, which is not installed; install it with `pip install" in remark
    assert room.printer.made == []

    room.printer.release = "1"
    room.publish("2026-04-26", "19:00")
    assert LINK in room.page(PAGE)


def test_one_that_cannot_be_made(room: Newsroom) -> None:
    """The other edition has its own; runs do not try it again, a build does."""
    room.printer.errors["/en/"] = BROKEN
    report = room.publish()
    assert report.remarks == ("no PDF of daily/2026-04-26 (en): it cannot be set; mend it",)
    assert list(pdfs(room)) == [PDF.replace("en", "zh")]
    assert troubles(room) == {"beside:pdf:daily/2026-04-26": "No PDF of daily/2026-04-26"}

    room.printer.errors.clear()
    room.publish("2026-04-26", "19:00")
    assert PDF not in pdfs(room)

    room.app().build()
    assert PDF in pdfs(room)
    assert LINK in room.page(PAGE)


@pytest.mark.parametrize("error", [KILLED, RuntimeError("a mistake of ours"), MemoryError()])
def test_whatever_happens_the_issue_goes_out(room: Newsroom, error: Exception) -> None:
    """And the next run tries again."""
    room.printer.errors["/en/"] = error
    report = room.publish()
    assert report.mailed == 2
    assert len(report.remarks) == 1
    assert PDF not in pdfs(room)

    room.printer.errors.clear()
    room.publish("2026-04-26", "19:00")
    assert LINK in room.page(PAGE)
    assert troubles(room) == {}


def test_a_theme_that_fails_on_paper(room: Newsroom) -> None:
    """It fails nowhere else: pages and mail go out."""
    room.theme_of = None
    room.file("themes/ink/pdf/issue.html", "{{ nothing.here }}")
    room.bulletin("daily", pdf=True, theme="ink")
    report = room.publish()

    assert report.mailed == 2
    (remark,) = report.remarks
    assert "themes/ink/pdf/issue.html:1" in remark
    assert remark.startswith("no PDF of daily/2026-04-26 (zh), daily/2026-04-26 (en): ")


def test_those_for_which_there_is_no_time_come_later(room: Newsroom) -> None:
    """The newest issue first; a run that has nothing else to do goes on."""
    room.publish()
    room.printer.release = "2"
    room.entry("two", "2026-04-27")
    app = room.app(now=None)
    app.now = app.now.replace(day=27)
    ticks = iter([0.0, 0.0, 0.0, 0.0, 0.0])
    app.beside.processes = 1
    app.beside.clock = lambda: next(ticks, 999.0)
    report = app.publish()

    assert report.mailed == 2
    assert report.remarks == (
        "2 PDFs are still to come: later runs make them, `publisher build` makes all at once",
    )
    # What says the same stays until then.
    assert pdfs(room)[PDF].startswith(b"%PDF-1.7 by 1")
    assert all(b"by 2" in data for path, data in pdfs(room).items() if "2026-04-27" in path)

    room.publish("2026-04-27", "19:00")
    assert pdfs(room)[PDF].startswith(b"%PDF-1.7 by 2")


def test_an_older_look_stays_and_older_words_do_not(room: Newsroom) -> None:
    """Where another cannot be made."""
    room.publish()
    room.printer.errors["https"] = BROKEN
    room.printer.release = "2"
    room.publish("2026-04-26", "19:00")
    assert pdfs(room)[PDF].startswith(b"%PDF-1.7 by 1")
    assert LINK in room.page(PAGE)

    room.correct("2026/04/26/one", title={"zh": "对", "en": "Put right"})
    room.publish("2026-04-26", "20:00")
    assert pdfs(room) == {}
    assert "application/pdf" not in room.page(PAGE)


def test_characters_without_a_font_are_told(room: Newsroom) -> None:
    """So that somebody installs one."""
    room.printer.unknown = "望"
    (remark,) = room.publish().remarks
    assert remark.startswith("no font of this machine has “望”, which PDFs show as boxes")


# Taken down --------------------------------------------------------------------------------------


@pytest.fixture
def told(room: Newsroom) -> Newsroom:
    """An entry with words that must not stay, which a later one of its story names."""
    room.theme_of = packaged_theme
    room.entry("bad", title={"zh": "不可说", "en": "Unspeakable"}, story="case")
    room.publish()
    room.entry("later", "2026-04-27", story="case")
    room.publish("2026-04-27")
    assert len([each for each in pdfs(room).values() if b"Unspeakable" in each]) == 2
    return room


def test_a_takedown_makes_them_anew(told: Newsroom) -> None:
    """Also of issues that only named the entry; nothing of it stays among what is kept."""
    told.app().takedown("2026/04/26/bad", "a court order")

    assert len(pdfs(told)) == 4
    kept = [each for each in (told.root / "var/beside").rglob("*") if each.is_file()]
    for data in [*pdfs(told).values(), *(each.read_bytes() for each in kept)]:
        assert b"Unspeakable" not in data


@pytest.mark.parametrize("error", [LACKING, BROKEN, KILLED])
def test_a_takedown_where_none_can_be_made(told: Newsroom, error: Exception) -> None:
    """Those with a word of it go, and pages have no link to them; the others stay."""
    told.printer.errors["https"] = error
    told.app().takedown("2026/04/26/bad", "a court order")

    assert not [each for each in pdfs(told).values() if b"Unspeakable" in each]
    kept = [each for each in (told.root / "var/beside").rglob("*") if each.is_file()]
    assert not [each for each in kept if b"Unspeakable" in each.read_bytes()]
    assert "application/pdf" not in told.page(PAGE)


# What is kept ------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", [b"", b"{}\n", b"[1]\nx", b"\xff\n", b'{"says": "x"}\n'])
def test_a_damaged_file_is_none(tmp_path: Path, damage: bytes) -> None:
    """It is made anew, then."""
    kept, name = Kept(tmp_path), ("pdf", "en", "daily", "2026-04-26")
    kept.keep(name, "says", "key", b"data")
    assert kept.read(*name) == (kept.about(*name), b"data")

    tmp_path.joinpath(*name).write_bytes(damage)
    assert kept.about(*name) is None
    assert kept.read(*name) is None


def test_half_a_file_is_none(tmp_path: Path) -> None:
    """As a disk may leave it behind after a power cut."""
    kept, name = Kept(tmp_path), ("pdf", "en", "daily", "2026-04-26")
    kept.keep(name, "says", "key", b"data")
    place = tmp_path.joinpath(*name)
    place.write_bytes(place.read_bytes()[:-1])
    assert kept.read(*name) is None
    assert kept.about(*name) is None


def test_what_is_damaged_is_made_again(room: Newsroom) -> None:
    """By the next full build at the latest."""
    room.publish()
    (room.root / "var/beside/pdf/en/daily/2026-04-26").write_bytes(b"\x00")
    before = room.files()
    room.app().build()
    assert room.files() == before
    assert len(room.printer.made) == 3
