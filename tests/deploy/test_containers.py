"""The container and what compose makes of it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from email.mime.text import MIMEText
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any

import dkim
import pytest
import yaml
from deploy.conftest import DEPLOY, REPOSITORY, Run, program
from deploy.relayed import DOMAIN, record, relay

from publisher.cli import COMMANDS
from publisher.fakes.smtp_server import ScriptedSmtpServer
from publisher.site.paper import FONTS, LIBRARIES

CONTAINER = (DEPLOY / "container/Containerfile").read_text("utf-8")
SCHEMA = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
CAPABLE = {"caddy", "relay", "postgres"}
"""Made by others, who need more than nothing: a low port, a user for each part."""


def place() -> str:
    """A folder in memory, where there is one: Postfix waits for the disk at each step."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"


def instructions(text: str) -> list[tuple[str, str]]:
    """Each instruction of a Containerfile, its lines joined."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    return [(word, rest) for line in joined.splitlines() if line
            for word, _, rest in [line.partition(" ")]]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """deploy/ as an operator has it, with the files that they write."""
    root = tmp_path / "deploy"
    shutil.copytree(DEPLOY, root)
    shutil.copy(root / "publisher.env.example", root / "publisher.env")
    (root / "postgres-password").write_text("secret")
    return root


def services() -> dict[str, dict[str, Any]]:
    """What compose starts."""
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    found: dict[str, dict[str, Any]] = yaml.safe_load(text)["services"]
    return found


def test_compose_takes_its_file(folder: Path, run: Run) -> None:
    """With every profile: no name that is not there, no setting that is unknown."""
    done = run("docker-compose", "--file", folder / "compose.yaml", "--profile", "postgres",
               "--profile", "relay", "config", "--quiet")  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_compose_follows_the_specification() -> None:
    """The published schema of compose files."""
    done = subprocess.run(
        [*SCHEMA, "vendor.compose-spec", DEPLOY / "compose.yaml"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", sorted(set(services()) - CAPABLE))
def test_our_containers_may_do_nothing_but_their_work(name: str) -> None:
    """No capability, no new privilege, nothing written outside volumes."""
    found = services()[name]
    assert found["read_only"]
    assert found["cap_drop"] == ["ALL"]
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in found


def test_every_command_in_compose_is_there() -> None:
    """`worker`, and what the image starts by itself."""
    named = [command for each in services().values() for command in each.get("command", [])]
    (default,) = (rest for word, rest in instructions(CONTAINER) if word == "CMD")
    assert {*named, *yaml.safe_load(default)} <= set(COMMANDS)


def test_the_image_runs_as_somebody_without_rights() -> None:
    """By number, so that a cluster can see that it is not root."""
    users = [rest for word, rest in instructions(CONTAINER) if word == "USER"]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", users[-1])


def test_what_the_image_copies_is_there() -> None:
    """Every source of a COPY lies in the repository."""
    for word, rest in instructions(CONTAINER):
        if word == "COPY" and not rest.startswith("--from"):
            *sources, _ = shlex.split(rest)
            assert [each for each in sources if not (REPOSITORY / each).exists()] == []


def test_the_image_installs_what_the_lock_pins() -> None:
    """The groups that it names give pins, each with hashes."""
    groups = re.findall(r"lock_subset\.py ([^>]+) >", CONTAINER)
    assert groups
    for each in groups:
        done = subprocess.run(
            [sys.executable, REPOSITORY / "tools/lock_subset.py", *each.split()],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        pins = re.findall(r"^[a-zA-Z0-9]\S*==", done.stdout, re.MULTILINE)
        assert pins
        assert done.stdout.count("--hash=sha256:") >= len(pins)


@pytest.mark.parametrize("file", ["container/Containerfile", "github/publish.yml"])
def test_pdfs_can_be_made_where_it_runs(file: str) -> None:
    """Libraries and fonts are those that a message names where they are missing."""
    installed = (DEPLOY / file).read_text("utf-8").split()
    assert {*LIBRARIES.split(), *FONTS.split()} <= set(installed)


def test_the_image_asks_whether_it_is_well() -> None:
    """At the listener for operators, which the program serves by default."""
    (check,) = (rest for word, rest in instructions(CONTAINER) if word == "HEALTHCHECK")
    assert "http://127.0.0.1:8301/healthz" in check


def test_every_setting_that_is_named_there_is_known() -> None:
    """In the image, in compose, in the units, in the example and the workflows."""
    known = set(
        re.findall(
            r'"(PUBLISHER_[A-Z_]+)"', (REPOSITORY / "publisher/config/settings.py").read_text()
        )
    )
    # Variables of a repository on GitHub, not of the program.
    known |= {"PUBLISHER_REPOSITORY", "PUBLISHER_COMMIT"}
    files = [each for each in DEPLOY.rglob("*") if each.is_file()]
    named = {
        (each.name, name)
        for each in files
        for name in re.findall(r"\bPUBLISHER_[A-Z_]+\b", each.read_text("utf-8"))
    }
    assert named
    assert {each for each in named if each[1] not in known} == set()


class TestTheRelay:
    def test_postfix_knows_every_parameter(self, tmp_path: Path, run: Run) -> None:
        """None is misspelt, and the services are those of a whole Postfix."""
        for name in ("main.cf", "master.cf"):
            shutil.copy(DEPLOY / "relay" / name, tmp_path)
        for option in ("-n", "-M"):
            done = run("postconf", "-c", tmp_path, option)
            assert (done.returncode, done.stderr) == (0, "")

    def test_postfix_would_say_so(self, tmp_path: Path, run: Run) -> None:
        """A misspelt parameter is found: the test above can fail."""
        shutil.copy(DEPLOY / "relay/master.cf", tmp_path)
        text = (DEPLOY / "relay/main.cf").read_text("utf-8")
        (tmp_path / "main.cf").write_text(text.replace("mynetworks_style", "mynetwork_style"))
        assert "mynetwork_style" in run("postconf", "-c", tmp_path, "-n").stderr

    def test_opendkim_takes_its_file(self, tmp_path: Path, run: Run) -> None:
        """With the names that `start` puts in, and the key that it makes."""
        run("opendkim-genkey", "--bits=2048", "--restrict", "--domain=news.example.com",
            "--selector=s1", f"--directory={tmp_path}")  # fmt: skip
        text = (DEPLOY / "relay/opendkim.conf").read_text("utf-8")
        places = {
            "@MAIL_DOMAIN@": "news.example.com",
            "@DKIM_SELECTOR@": "s1",
            "/etc/dkimkeys": str(tmp_path),
            "/run/opendkim": str(tmp_path),
        }
        for old, new in places.items():
            assert old in text
            text = text.replace(old, new)
        # A folder for tests is nothing that only root can write to.
        (tmp_path / "opendkim.conf").write_text(f"{text}\nRequireSafeKeys no\n")
        done = run("opendkim", "-n", "-x", tmp_path / "opendkim.conf")
        assert done.returncode == 0, done.stderr

    @pytest.mark.skipif(os.geteuid() != 0, reason="needs root: Postfix starts for nobody else")
    def test_what_it_sends_is_signed(self, run: Run) -> None:
        """The files as they stand, really run: a mail goes in, and out to the next host, signed."""
        for name in ("postfix", "opendkim", "opendkim-genkey"):
            program(name)
        mail = MIMEText("Good morning.")
        mail["From"], mail["To"], mail["Subject"] = f"news@{DOMAIN}", "a@example.org", "Hello"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain=DOMAIN)
        # The names of its sockets are short only near the root.
        with tempfile.TemporaryDirectory(prefix="relay-", dir=place()) as folder:
            with (
                ScriptedSmtpServer(keeps_data=True) as far,
                relay(Path(folder), f"smtp:[127.0.0.1]:{far.port}") as port,
                smtplib.SMTP("127.0.0.1", port, timeout=30) as near,
            ):
                near.send_message(mail)
                end = time.monotonic() + 30
                while not far.accepted and time.monotonic() < end:
                    time.sleep(0.05)
            key = record(Path(folder)).encode()
        (received,) = far.accepted
        assert dkim.verify(received.data, dnsfunc=lambda name, timeout=5: key)
        signed = re.search(rb"\bh=([^;]*);", received.data)
        assert signed
        assert {b"from", b"message-id", b"list-unsubscribe-post"} <= {
            each.strip().lower() for each in signed[1].split(b":")
        }

    def test_the_start_script_is_sound(self, run: Run) -> None:
        """As the shell reads it."""
        done = run("sh", "-n", DEPLOY / "relay/start")
        assert (done.returncode, done.stderr) == (0, "")
