"""What an issue shows beside its entries, and who asks for it."""

from __future__ import annotations

from typing import Any

from builders import LANGUAGES, bulletin, section

from publisher.config.section import SectionSettings
from publisher.content.issue_file import IssueFile
from publisher.issue.supplies import image_of, images_named, tables_named


def sections(*settings: dict[str, Any]) -> list[SectionSettings]:
    """The sections of a bulletin."""
    return bulletin(*settings).sections


def test_the_issue_files_table_goes_before_the_standing_one() -> None:
    """A section that nobody gives a table has none."""
    found = sections(
        section("traffic", "table"), section("scale", "table", table="scale"),
        section("rates", "table", table="rates"), section("none", "table"), section(),
    )  # fmt: skip
    written = IssueFile.model_validate(
        {"sections": {"traffic": {"table": "w17/traffic"}, "rates": {"table": "w17/rates"}}},
        context=LANGUAGES,
    )
    assert tables_named(found, written) == {
        "traffic": "w17/traffic", "scale": "scale", "rates": "w17/rates",
    }  # fmt: skip


def test_images_are_those_of_codes() -> None:
    """Each once; a code that is made from an address has none."""
    image = {"image": "account.png", "alt": {"zh": "码", "en": "A code"}}
    codes = [{"url": "https://example.com"}, image, image]
    assert images_named(sections(section("codes", "qr-codes", codes=codes))) == ["account.png"]


def test_the_same_bytes_are_the_same_blob() -> None:
    """Its name is made from them, and ends as images of its kind do."""
    one, other = image_of(b"data", "png", 10, 20), image_of(b"other", "png", 10, 20)
    assert one == image_of(b"data", "png", 10, 20)
    assert one.blob == "3a6eb0790f39ac87c94f3856b2dd2c5d.png"
    assert other.blob != one.blob
    assert (one.width, one.height) == (10, 20)
