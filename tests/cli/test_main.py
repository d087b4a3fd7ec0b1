"""What all commands share: the publication's folder, the time, and errors in words."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from newsroom import Newsroom

from publisher.cli import COMMANDS, group, main
from publisher.errors import SettingsError, StepFailed
from publisher.version import VERSION

Run = Callable[..., tuple[int, str, str]]


def publisher(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the program as people do: not as root, whom no permission binds."""
    others = {key: value for key, value in os.environ.items() if not key.startswith("PUBLISHER_")}
    return subprocess.run(
        [sys.executable, "-m", "publisher", *arguments],
        cwd=cwd, env=others | {"PYTHONDONTWRITEBYTECODE": "1"}, preexec_fn=_obey_permissions,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def _obey_permissions() -> None:
    """Give up what lets root read and write everything (capabilities(7))."""
    dac_override, dac_read_search, drop = 1, 2, 24
    if os.geteuid() == 0:
        for capability in (dac_override, dac_read_search):
            ctypes.CDLL(None).prctl(drop, capability, 0, 0, 0)


# Help and versions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments", [("--help",), ("-h",), *((name, "--help") for name in COMMANDS)]
)
def test_every_command_has_help(arguments: tuple[str, ...]) -> None:
    """With one line that says what it does."""
    done = CliRunner().invoke(group, arguments)
    assert done.exit_code == 0
    assert "Usage:" in done.output


def test_help_lists_every_command() -> None:
    """In the order of their use, without importing one."""
    output = CliRunner().invoke(group, ["--help"]).output
    places = [output.index(f"\n  {name}") for name in COMMANDS]
    assert places == sorted(places)


def test_the_line_of_help_is_that_of_the_command() -> None:
    """What the list says is no promise of something else: both are there, and short."""
    for name, line in COMMANDS.items():
        command = group.get_command(click.Context(group), name)
        assert command is not None
        assert command.help, name
        assert line.endswith("."), name
        assert len(line) < 80, name


def test_version() -> None:
    """One line."""
    assert CliRunner().invoke(group, ["--version"]).output == f"publisher {VERSION}\n"


# Wrong use ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["publsh"], "there is no command “publsh”; did you mean “publish”?"),
        (["xyzzy"], "there is no command “xyzzy”; `publisher --help` lists them"),
        (["publish", "--backfil"], "No such option"),
        (["publish", "--until", "yesterday"], "'yesterday' is not one of"),
        (["explain", "daily"], "Missing argument 'ISSUE'"),
        (["render", "daily", "2026-04-26"], "Missing option '--edition'"),
        (["due", "--days", "0"], "0 is not in the range"),
        (["due", "--format", "xml"], "'xml' is not one of"),
        (["explain", "weakly", "2026-04-26"], "there is no bulletin “weakly”; bulletins: daily"),
        (["explain", "daily", "2026-W17"], "is not the name of a daily issue"),
        (["explain", "daily", "../x"], "is not the name of a daily issue"),
        (
            ["render", "weakly", "2026-04-26", "--edition", "zh", "--out", "o"],
            "no bulletin “weakly”",
        ),
    ],
)
def test_wrong_use(run: Run, arguments: list[str], told: str) -> None:
    """Exit code 2, and words."""
    code, _, errors = run(*arguments)
    assert code == 2
    assert told in errors


@pytest.mark.parametrize("now", ["yesterday", "2026-04-26", "2026-04-26T18:00", "26.4.2026 18:00"])
def test_a_time_without_offset(run: Run, now: str) -> None:
    """Is not taken for some zone."""
    code, _, errors = run("due", now=now)
    assert code == 2
    assert errors == (
        f"publisher: --now: {now} is no point in time with an offset; "
        "write it such as 2026-04-26T18:00+08:00\n"
    )


@pytest.mark.parametrize("command", ["publish", "build", "due", "check", "migrate", "run"])
def test_no_publication(tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str],
                        monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Says where it looked, and how to begin."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main([command])
    told = capsys.readouterr().err
    assert caught.value.code == 2
    assert told.startswith("publisher: no publication here: neither ")
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("root", "told"),
    [("nowhere", "is no folder"), ("file", "is a file"), ("empty", "holds no content/publication")],
)
def test_a_root_that_is_none(
    tmp_path: Path, root: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that is not there, a file, a folder without a publication."""
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit) as caught:
        main(["--root", str(tmp_path / root), "due"])
    assert caught.value.code == 2
    assert told in capsys.readouterr().err


def test_the_nearest_publication_upward(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From any folder below it."""
    newsroom.entry("one")
    monkeypatch.chdir(newsroom.root / "content/entries/2026")
    with pytest.raises(SystemExit):
        main(["--now", "2026-04-26T12:00+08:00", "due", "--days", "1"])
    assert "daily     2026-04-26" in capsys.readouterr().out


def test_a_setting_that_does_not_exist(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is refused by every command that would use it."""
    monkeypatch.setenv("PUBLISHER_STAT", "x")
    code, _, errors = run("due")
    assert code == SettingsError.exit_code == 2
    assert errors == (
        "publisher: there is no setting PUBLISHER_STAT; did you mean PUBLISHER_STATE?\n"
    )


# Bad surroundings --------------------------------------------------------------------------------


def broken_yaml(newsroom: Newsroom) -> None:
    newsroom.file("content/publication.yaml", "name: [\n")


def unknown_theme(newsroom: Newsroom) -> None:
    newsroom.bulletin("daily", theme="nowhere")


def theme_extends_itself(newsroom: Newsroom) -> None:
    newsroom.bulletin("daily", theme="own")
    newsroom.file("themes/own/theme.toml", 'extends = "own"')


def template_extends_itself(newsroom: Newsroom) -> None:
    newsroom.bulletin("daily", theme="own")
    newsroom.file("themes/own/web/issue.html", '{% extends "web/issue.html" %}')


def template_syntax(newsroom: Newsroom) -> None:
    newsroom.bulletin("daily", theme="own")
    newsroom.file("themes/own/web/issue.html", "line one\n{% if %}")


def template_name(newsroom: Newsroom) -> None:
    newsroom.bulletin("daily", theme="own")
    newsroom.file("themes/own/web/issue.html", "line one\n{{ isue.title }}")


def theme_setting(newsroom: Newsroom) -> None:
    newsroom.bulletin("daily", theme="own")
    newsroom.file("themes/own/theme.toml", "tokens = [")


def theme_is_not_utf8(newsroom: Newsroom) -> None:
    newsroom.bulletin("daily", theme="own")
    newsroom.file("themes/own/web/issue.html", "x").write_bytes(b"\xff\xfe")


def state_is_a_file(newsroom: Newsroom) -> None:
    newsroom.file("var", "")


def site_is_a_file(newsroom: Newsroom) -> None:
    newsroom.file("public", "")


def archive_is_a_file(newsroom: Newsroom) -> None:
    newsroom.file("var/archive", "")


def database_is_a_folder(newsroom: Newsroom) -> None:
    (newsroom.root / "var/publisher.sqlite").mkdir(parents=True)


def index_is_a_folder(newsroom: Newsroom) -> None:
    (newsroom.root / "var/index.sqlite").mkdir(parents=True)


def database_is_damaged(newsroom: Newsroom) -> None:
    newsroom.file("var/publisher.sqlite", "nonsense " * 1000)


def database_of_tomorrow(newsroom: Newsroom) -> None:
    newsroom.publish(until="frozen")
    engine = newsroom.app().rows._engine
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")


def archive_is_damaged(newsroom: Newsroom) -> None:
    newsroom.publish(until="frozen")
    file = newsroom.root / "var/archive/entries/2026/04/26/one/1.json"
    file.chmod(0o644)
    file.write_text("{")
    (newsroom.root / "var/index.sqlite").unlink()


def archive_lacks_a_file(newsroom: Newsroom) -> None:
    newsroom.publish(until="frozen")
    (newsroom.root / "var/archive/issues/daily/2026-04-26/1.json").unlink()
    (newsroom.root / "var/index.sqlite").unlink()


def unknown_kind(newsroom: Newsroom) -> None:
    newsroom.bulletin("daily", sections=[{"id": "top", "block": "entries",
                                          "select": {"kinds": ["evnt"]}}])  # fmt: skip


def file_in_the_way(newsroom: Newsroom) -> None:
    newsroom.file("public/zh", "")


def link_in_the_site(newsroom: Newsroom) -> None:
    (newsroom.root / "public").mkdir()
    (newsroom.root / "public/zh").symlink_to("/etc")


@pytest.mark.parametrize(
    ("break_it", "code", "told"),
    [
        (broken_yaml, 1, "content/publication.yaml:"),
        (
            unknown_theme,
            1,
            "there is no theme “nowhere”; use one of: analyst, default, report, spark",
        ),
        (theme_extends_itself, 1, "the theme “own” extends itself"),
        (template_extends_itself, 1, "themes/own/web/issue.html"),
        (template_syntax, 1, "themes/own/web/issue.html:2"),
        (template_name, 1, "themes/own/web/issue.html:2: 'isue' is undefined"),
        (theme_setting, 1, "themes/own/theme.toml"),
        (theme_is_not_utf8, 1, "themes/own/web/issue.html:1:1: is not UTF-8"),
        (unknown_kind, 1, "did you mean"),
        (state_is_a_file, 2, "var cannot be used: File exists"),
        (site_is_a_file, 3, "public could not be written"),
        (archive_is_a_file, 3, "var/archive"),
        (database_is_a_folder, 3, "the database cannot be used"),
        (index_is_a_folder, 3, "var/index.sqlite"),
        (database_is_damaged, 3, "the database cannot be used: file is not a database"),
        (database_of_tomorrow, 2, "newer version of publisher"),
        (archive_is_damaged, 3, "entries/2026/04/26/one/1.json of the archive"),
        (archive_lacks_a_file, 3, "issues/daily/2026-04-26/1.json is missing from the archive"),
        (file_in_the_way, 3, "zh is in the way"),
        (link_in_the_site, 3, "is a link or a device"),
    ],
)
def test_publish_says_what_is_wrong(
    run: Run, newsroom: Newsroom, break_it: Callable[[Newsroom], None], code: int, told: str
) -> None:
    """In words, with the exit code of its kind, and never as a traceback."""
    newsroom.entry("one")
    break_it(newsroom)
    found, output, errors = run("publish")
    assert told in errors, errors
    assert found == code
    assert "Traceback" not in output + errors
    assert errors.rstrip().splitlines()[-1].count("; ") >= 1, "says what to do"


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", "daily", "2026-04-26"), ("due",), ("build",), ("check",), ("migrate",),
        ("render", "daily", "2026-04-26", "--edition", "zh", "--out", "out"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "break_it", [broken_yaml, state_is_a_file, database_is_damaged, archive_is_damaged]
)
def test_no_command_shows_a_traceback(
    run: Run, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    arguments: tuple[str, ...], break_it: Callable[[Newsroom], None],
) -> None:  # fmt: skip
    """Whatever is broken around it: it works all the same, or says why not."""
    monkeypatch.chdir(tmp_path)
    newsroom.entry("one")
    break_it(newsroom)
    code, _, errors = run(*arguments)
    assert code in {0, 1, 2, 3}
    assert code == 0 or "publisher: " in errors or arguments == ("check",)


def test_an_output_that_nobody_reads(newsroom: Newsroom) -> None:
    """`publisher … | head` ends quietly."""
    newsroom.entry("one")
    command = f"{sys.executable} -m publisher due --days 400 | head -n 1"
    done = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", command], cwd=newsroom.root,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("bulletin")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("folder", "mode", "command", "told"),
    [
        ("content/entries/2026/04/26", 0o000, "publish", "content/entries/2026/04/26"),
        ("public", 0o555, "publish", "public/.publisher-staged could not be written"),
        ("var", 0o000, "build", "var"),
        ("themes", 0o000, "check", "themes"),
    ],
)
def test_folders_that_may_not_be_used(
    newsroom: Newsroom, folder: str, mode: int, command: str, told: str
) -> None:
    """Without the right to read or to write: words that name the folder."""
    newsroom.entry("one")
    newsroom.plain()
    place = newsroom.root / folder
    place.mkdir(exist_ok=True)
    place.chmod(mode)
    arguments = ("--root", str(newsroom.root), "--now", "2026-04-26T18:05+08:00", command)
    done = publisher(*arguments, cwd=Path("/"))
    place.chmod(0o755)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode in {1, 2, 3}, done.stderr
    assert told in done.stdout + done.stderr


def test_an_interrupted_command(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    """Ctrl-C ends with a word and the code that shells know."""

    def stop(*_: object, **__: object) -> None:
        raise click.exceptions.Abort

    monkeypatch.setattr(group, "invoke", stop)
    assert run("due")[::2] == (130, "stopped\n")


def test_a_step_that_failed_may_be_run_again(run: Run, newsroom: Newsroom) -> None:
    """Exit code 3, and 0 when it was mended."""
    newsroom.entry("one")
    newsroom.file("public", "")
    assert run("publish")[0] == StepFailed.exit_code == 3
    (newsroom.root / "public").unlink()
    code, output, _ = run("publish")
    assert code == 0
    assert "daily     2026-04-26" in output
    shutil.rmtree(newsroom.root / "public")
