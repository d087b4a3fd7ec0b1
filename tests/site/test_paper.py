"""An issue as a PDF: what is handed to the program that sets it, and what if that is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import builders
import pytest
from builders import both, section
from shelf import Shelf, written

from publisher.errors import UsageError
from publisher.issue.supplies import Supplies, image_of
from publisher.render.pdf import Printable
from publisher.site.editions import Editions
from publisher.site.paper import Maker, issue_pdf, maker

if TYPE_CHECKING:
    from publisher.site.weasy import Pdf

IMAGE = image_of(b"a picture", "png", 20, 20)
CODES = section("codes", "qr-codes", codes=[{"image": "account.png", "alt": both("Account")}])


class Handed:
    """Stands for the program that makes a PDF: keeps what it is given, and makes nothing."""

    def __init__(self) -> None:
        self.printable: Printable | None = None
        self.files: Mapping[str, bytes] = {}

    def __call__(self, found: Printable, files: Mapping[str, bytes]) -> Pdf:
        self.printable, self.files = found, files
        raise UsageError("nothing is made here")


@pytest.fixture
def shelf() -> Shelf:
    """An issue with an image."""
    found = Shelf()
    supplies = Supplies(tables={}, images={"account.png": (IMAGE, b"a picture")})
    found.publish(written(), name="2026-04-26", sections=[section("top"), CODES], supplies=supplies)
    return found


def made(shelf: Shelf, make: Maker, edition: str = "en") -> Pdf:
    site = Editions(builders.publication(), shelf.library, lambda _: builders.theme(), "1")
    revision = shelf.library.published("daily", "2026-04-26")
    assert revision is not None
    return issue_pdf(site, revision, edition, make)


def test_only_images_of_the_issue_are_handed_over(shelf: Shelf) -> None:
    """By the addresses that they have on the site; the text names the same."""
    handed = Handed()
    with pytest.raises(UsageError, match="nothing is made here"):
        made(shelf, handed)

    address = f"https://news.example.com/assets/images/{IMAGE.blob}"
    assert handed.files == {address: b"a picture"}
    assert handed.printable is not None
    assert f'src="{address}"' in handed.printable.html


def test_an_edition_that_is_not_there(shelf: Shelf) -> None:
    """Names those there are."""
    with pytest.raises(UsageError, match="has no edition “fr”; use one of zh, en, bilingual"):
        made(shelf, Handed(), "fr")


def without_package() -> Maker:
    """As if the extra was not installed."""
    raise ModuleNotFoundError("No module named 'weasyprint'")


def without_library() -> Maker:
    """As if Pango was not installed: it prints a text of its own, then fails."""
    print("\n-----\n\nWeasyPrint could not import some external libraries.")
    raise OSError("cannot load library 'libpango-1.0-0': no such file\nand more")


@pytest.mark.parametrize(
    ("load", "what"),
    [
        (without_package, "a PDF needs WeasyPrint, which is not installed"),
        (without_library, "cannot be loaded (cannot load library 'libpango-1.0-0': no such file)"),
    ],
)
def test_what_is_missing_is_told_once_with_the_lines_to_type(
    capsys: pytest.CaptureFixture[str], load: object, what: str
) -> None:
    """In one message; what the library prints by itself is not seen."""
    with pytest.raises(UsageError) as caught:
        maker(load)  # type: ignore[arg-type]

    told = str(caught.value)
    assert what in told
    assert "pip install 'publisher[pdf]'" in told
    assert "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0" in told
    assert "\n" not in told
    assert capsys.readouterr() == ("", "")
