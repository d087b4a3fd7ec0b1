"""The workflows for a publication without a server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from deploy.conftest import DEPLOY
from newsroom import Newsroom, at

WORKFLOWS = sorted((DEPLOY / "github").glob("*.yml"))
BIN = Path(sys.executable).parent


def read(name: str) -> dict[str, Any]:
    # YAML 1.1 reads the key `on` as true.
    found = yaml.safe_load((DEPLOY / f"github/{name}.yml").read_text("utf-8"))
    return {("on" if key is True else key): value for key, value in found.items()}


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in read(name)["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda each: each.stem)
def test_a_workflow_follows_the_schema(workflow: Path) -> None:
    """GitHub's own, as schemastore keeps it."""
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows",
         workflow],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda each: each.stem)
def test_nothing_runs_for_strangers_with_our_rights(workflow: Path) -> None:
    """`pull_request_target` gives the secrets to whoever opens a pull request."""
    assert "pull_request_target" not in read(workflow.stem)["on"]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda each: each.stem)
def test_actions_are_pinned(workflow: Path) -> None:
    """By commit: a tag can be moved."""
    used = [step["uses"] for step in steps(workflow.stem) if "uses" in step]
    assert used
    assert [each for each in used if not re.search(r"@[0-9a-f]{40}$", each)] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda each: each.stem)
def test_what_others_wrote_is_never_part_of_a_script(workflow: Path) -> None:
    """An expression inside `run` would be text of the shell's; variables are data."""
    scripts = [step.get("run", "") + step.get("with", {}).get("script", "")
               for step in steps(workflow.stem)]  # fmt: skip
    assert [each for each in scripts if "${{" in each] == []


def test_checking_may_only_read() -> None:
    """No secret, no right to write, no credentials left in the clone."""
    check = read("check")
    assert check["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in check["jobs"].values())
    assert "secrets." not in (DEPLOY / "github/check.yml").read_text("utf-8")
    clones = [step for step in steps("check") if "checkout" in step.get("uses", "")]
    assert all(step["with"]["persist-credentials"] is False for step in clones)


def test_commenting_runs_nothing_of_the_pull_request() -> None:
    """It has a token that may comment, so it clones nothing."""
    assert read("comment")["on"] == {
        "workflow_run": {"workflows": ["check"], "types": ["completed"]}
    }
    assert [step for step in steps("comment") if "checkout" in step.get("uses", "")] == []
    assert [step for step in steps("comment") if "run" in step] == []


def test_publishing_waits_for_the_one_before() -> None:
    """A run that is cut off while it mails would leave deliveries uncertain."""
    assert read("publish")["concurrency"] == {"group": "publish", "cancel-in-progress": False}


def test_the_archive_is_kept_before_anybody_is_told() -> None:
    """Write, push, deploy, and then the rest."""
    order = [step["id"] for step in steps("publish") if "id" in step]
    assert order == ["archive", "settings", "write", "push", "pages", "mail"]


class Runner:
    """A machine of GitHub's: runs the steps of `publish` that are shell, in a fresh clone."""

    def __init__(self, folder: Path, remote: Path) -> None:
        self.workspace = folder / "workspace"
        self.variables = folder / "env"
        self.variables.touch()
        self.number = folder.name
        self._git("clone", "--quiet", "--branch", "main", str(remote), str(self.workspace))
        with (self.workspace / ".git/info/exclude").open("a") as file:
            file.write("\n".join([".program/", ".state/", ".site/", ".published/", ""]))

    def _git(self, *arguments: str) -> None:
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        subprocess.run(["git", *arguments], check=True, env={**os.environ, **own})

    def run(self, step: str, now: str, **secrets: str) -> subprocess.CompletedProcess[str]:
        """One step; `publisher` stands there as the program at a time."""
        (found,) = (each for each in steps("publish") if each.get("id") == step)
        binaries = self.workspace / ".program/bin"
        binaries.mkdir(parents=True, exist_ok=True)
        tool = binaries / "publisher"
        tool.write_text(f'#!/bin/sh\nexec {BIN / "publisher"} --now {now} "$@"\n')
        tool.chmod(0o755)
        named = read("publish")["jobs"]["publish"]["env"]
        place = str(self.workspace)
        environment = {
            key: str(value).replace("${{ github.workspace }}", place)
            for key, value in named.items()
            # There is no host that serves the pages here.
            if key not in ("PUBLISHER_LIVE_CHECK", "PUBLISHER_LIVE_TIMEOUT")
        }
        for key in found.get("env", {}):
            environment[key] = secrets.get(key, "")
        for line in self.variables.read_text().splitlines():
            key, _, value = line.partition("=")
            environment[key] = value
        bare = {k: v for k, v in os.environ.items() if not k.startswith(("PUBLISHER_", "GIT_"))}
        return subprocess.run(
            ["bash", "-e", "-c", found["run"]], cwd=self.workspace, check=False,
            capture_output=True, text=True, timeout=120,
            env={**bare, **environment, "PATH": f"{binaries}:{os.environ['PATH']}",
                 "GITHUB_WORKSPACE": place, "GITHUB_ENV": str(self.variables),
                 "GITHUB_RUN_ID": self.number, "GITHUB_RUN_ATTEMPT": "1",
                 "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
        )  # fmt: skip

    def publish(self, now: str, **secrets: str) -> list[str]:
        """All of them, in order; what each printed."""
        told = []
        for step in ("archive", "settings", "write", "push", "mail"):
            done = self.run(step, now, **secrets)
            assert done.returncode == 0, (step, done.stdout, done.stderr)
            told.append(done.stdout + done.stderr)
        return told


@pytest.fixture
def remote(quick: Newsroom, tmp_path: Path) -> Path:
    """The publication's repository on a host, with one entry."""
    quick.plain()
    quick.entry("one")
    quick.commit()
    quick.git("branch", "--move", "main")
    quick.git("add", "themes")
    quick.git("commit", "--quiet", "--message", "theme")
    bare = tmp_path / "remote.git"
    shutil.copytree(quick.root / ".git", bare)
    subprocess.run(["git", "-C", bare, "config", "core.bare", "true"], check=True)
    return bare


def published(remote: Path) -> list[str]:
    """The files of the branch with the archive."""
    done = subprocess.run(
        ["git", "-C", remote, "ls-tree", "-r", "--name-only", "published"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()


NOW = at("2026-04-26").isoformat()


def test_a_first_run_publishes_and_keeps_the_archive(remote: Path, tmp_path: Path) -> None:
    """The steps of the workflow as they stand, in a fresh clone, against a real remote."""
    runner = Runner(tmp_path, remote)
    told = runner.publish(NOW)

    assert "::notice::No DATABASE_URL" in told[1]
    assert "archive/issues/daily/2026-04-26/1.json" in published(remote)
    assert (runner.workspace / ".site/zh/daily/2026-04-26/index.html").is_file()


def test_the_next_runner_knows_what_was_published(remote: Path, tmp_path: Path) -> None:
    """It has nothing but the branch, and makes the same site of it without a new commit."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first, second = (Runner(tmp_path / name, remote) for name in ("one", "two"))
    first.publish(NOW)
    before = published(remote)
    second.publish(NOW)

    assert published(remote) == before
    log = subprocess.run(
        ["git", "-C", remote, "log", "--oneline", "published"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert len(log.stdout.splitlines()) == 1
    old, new = (
        {path.relative_to(each.workspace / ".site").as_posix(): path.read_bytes()
         for path in (each.workspace / ".site").rglob("*") if path.is_file()}
        for each in (first, second)
    )  # fmt: skip
    assert old == new


def test_a_runner_that_was_overtaken_stops_before_anybody_is_told(
    remote: Path, tmp_path: Path
) -> None:
    """The branch has moved: its push is refused, and the job ends there."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    slow, quick_one = (Runner(tmp_path / name, remote) for name in ("one", "two"))
    for step in ("archive", "settings", "write"):
        assert slow.run(step, NOW).returncode == 0
    quick_one.publish(NOW)

    refused = slow.run("push", NOW)
    assert refused.returncode != 0
    assert "rejected" in refused.stderr


def test_a_database_without_keys_is_refused(remote: Path, tmp_path: Path) -> None:
    """New keys would make the links in all old mails useless."""
    runner = Runner(tmp_path, remote)
    done = runner.run("settings", NOW, DATABASE_URL="postgresql+psycopg://db/publisher")

    assert done.returncode == 1
    assert "::error::KEYS is missing" in done.stdout


def test_the_secrets_for_mail_become_settings(remote: Path, tmp_path: Path) -> None:
    """In the environment of the steps that follow, and files for the two that are secret."""
    runner = Runner(tmp_path, remote)
    done = runner.run(
        "settings", NOW, DATABASE_URL="postgresql+psycopg://db/publisher", KEYS='{"a": 1}',
        SMTP_URL="smtps://news@mail.example.com", SMTP_PASSWORD="hunter2",
        OPERATOR="me@example.com",
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    kept = runner.variables.read_text()
    assert "PUBLISHER_DATABASE_URL=postgresql+psycopg://db/publisher\n" in kept
    assert "hunter2" not in kept
    assert (runner.workspace / ".state/keys.json").read_text() == '{"a": 1}'
    assert (runner.workspace / ".state/smtp-password").stat().st_mode & 0o077 == 0
