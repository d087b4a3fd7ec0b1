"""`publisher render`."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from pathlib import Path

import pytest
from newsroom import Newsroom

Run = Callable[..., tuple[int, str, str]]
ISSUE = ("render", "daily", "2026-04-26")


def test_three_files(run: Run, newsroom: Newsroom, tmp_path: Path) -> None:
    """HTML, text and the whole message, in a folder that is made; each is named with its size."""
    newsroom.entry("one")
    out = tmp_path / "some/where"
    code, output, _ = run(*ISSUE, "--edition", "en", "--out", str(out))
    assert code == 0
    names = ["email.html", "email.txt", "message.eml"]
    assert sorted(each.name for each in out.iterdir()) == names
    assert [line.split()[0] for line in output.splitlines()] == [str(out / name) for name in names]
    raw = (out / "message.eml").read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["To"] == "readers+en@news.example.com"
    assert (out / "email.txt").read_text()
    assert not (newsroom.root / "var/archive").exists()


def test_an_edition_that_is_not_there(run: Run, newsroom: Newsroom, tmp_path: Path) -> None:
    """Names those there are, and writes nothing."""
    newsroom.entry("one")
    code, _, errors = run(*ISSUE, "--edition", "fr", "--out", str(tmp_path / "out"))
    assert (code, errors) == (2, "publisher: daily has no edition “fr”; use one of zh, en\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("below", ["", "/further"])
def test_a_file_in_the_way(run: Run, newsroom: Newsroom, tmp_path: Path, below: str) -> None:
    """Of the folder, or above it."""
    newsroom.entry("one")
    (tmp_path / "out").write_text("")
    code, _, errors = run(*ISSUE, "--edition", "en", "--out", f"{tmp_path}/out{below}")
    assert code in {2, 3}
    assert "Traceback" not in errors
    assert f"{tmp_path}/out" in errors


# For WeChat --------------------------------------------------------------------------------------

WECHAT = (*ISSUE, "--edition", "en", "--as", "wechat")


def test_an_article(run: Run, newsroom: Newsroom, tmp_path: Path) -> None:
    """One file, and what the editor asks for beside it."""
    newsroom.entry("one")
    code, output, errors = run(*WECHAT, "--out", str(tmp_path / "out"))

    assert (code, errors) == (0, "")
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["wechat.html"]
    lines = output.splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["title", "digest", "original"]
    assert lines[3].endswith(" https://news.example.com/en/daily/2026-04-26/")
    assert lines[4].endswith("notes: 0; pictures to upload: 0")
    assert not (newsroom.root / "var/archive").exists()


def test_pictures_to_upload_are_listed_in_their_order(
    run: Run, newsroom: Newsroom, tmp_path: Path
) -> None:
    """With address, size and words; the theme says what is shown."""
    newsroom.entry("one")
    image = '<img src="https://a.example/{}.png" width="20" height="10" alt="{}">'
    template = image.format(1, "One") + image.format(2, "Two")
    newsroom.file("themes/default/wechat/issue.html", template)
    code, output, _ = run(*WECHAT, "--out", str(tmp_path / "out"))

    assert code == 0
    assert output.splitlines()[-2:] == [
        "  1  https://a.example/1.png  20 × 10 px  One",
        "  2  https://a.example/2.png  20 × 10 px  Two",
    ]


def test_an_article_that_is_too_long_is_written_with_a_warning(
    run: Run, newsroom: Newsroom, tmp_path: Path
) -> None:
    """WeChat refuses it; whoever publishes may cut it there."""
    newsroom.entry("one")
    newsroom.file("themes/default/wechat/issue.html", "字" * 20_000)
    code, output, errors = run(*WECHAT, "--out", str(tmp_path / "out"))

    assert code == 0
    assert "20,000 characters, 20,001 with tags" in output
    assert errors.startswith("warning: the article has 20,000 characters; WeChat takes fewer than")
    assert (tmp_path / "out/wechat.html").read_text("utf-8") == "字" * 20_000 + "\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "where should the article go?; name a folder with --out"),
        (["--out", "{}", "--to", "a@b.example"], "not sent by mail; leave --to out"),
        (["--out", "{}", "--edition", "fr"], "daily has no edition “fr”; use one of zh, en"),
        (["--out", "{}", "--as", "word"], "'word' is not one of 'mail', 'pdf', 'wechat'."),
    ],
)
def test_wrong_use(
    run: Run, newsroom: Newsroom, tmp_path: Path, arguments: list[str], told: str
) -> None:
    """Said in a line, and nothing is written."""
    newsroom.entry("one")
    out = tmp_path / "out"
    code, _, errors = run(*WECHAT, *(each.format(out) for each in arguments))

    assert code == 2
    assert told in errors
    assert not out.exists()


# As a PDF ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "where should the PDF go?; name a folder with --out"),
        (["--out", "{}", "--to", "a@b.example"], "a PDF is not sent by mail; leave --to out"),
        (["--out", "{}", "--edition", "fr"], "daily has no edition “fr”; use one of zh, en"),
    ],
)
def test_wrong_use_for_a_pdf(
    run: Run, newsroom: Newsroom, tmp_path: Path, arguments: list[str], told: str
) -> None:
    """Said in a line, and nothing is written."""
    newsroom.entry("one")
    out = tmp_path / "out"
    pdf = (*ISSUE, "--edition", "en", "--as", "pdf")
    code, _, errors = run(*pdf, *(each.format(out) for each in arguments))

    assert code == 2
    assert told in errors
    assert not out.exists()
