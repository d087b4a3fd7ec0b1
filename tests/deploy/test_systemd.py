"""The units of systemd."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from deploy.conftest import DEPLOY, Run

from publisher.cli import COMMANDS

UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [each for each in UNITS if each.suffix == ".service"]
LIMIT = 20
"""Tenths; systemd calls anything below 2.0 OK, and most services of a Debian have 9.6."""


def lines(unit: Path, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit.read_text("utf-8"), re.MULTILINE)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A root file system with the units and what they start."""
    units = tmp_path / "etc/systemd/system"
    units.mkdir(parents=True)
    for each in UNITS:
        (units / each.name).write_bytes(each.read_bytes())
    # What they order themselves by; a real machine has these.
    for name in ("multi-user", "network-online", "timers", "sysinit", "basic", "shutdown",
                 "local-fs", "time-set", "time-sync", "network", "umount"):  # fmt: skip
        (units / f"{name}.target").write_text(f"[Unit]\nDescription={name}\n")
    for name in ("opt/publisher/.venv/bin/publisher", "bin/kill"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_has_nothing_to_say(unit: Path, machine: Path, run: Run) -> None:
    """No misspelt setting, no program that is not there."""
    done = run("systemd-analyze", "verify", "--man=no", f"--root={machine}", unit.name)
    about = [line for line in done.stderr.splitlines() if "publisher" in line]
    assert (done.returncode, about) == (0, [])


def test_systemd_would_say_so(machine: Path, run: Run) -> None:
    """A misspelt setting is found: the test above can fail."""
    unit = machine / "etc/systemd/system/publisher.service"
    unit.write_text(unit.read_text().replace("NoNewPrivileges=true", "NoNewPrivilege=true"))
    done = run("systemd-analyze", "verify", "--man=no", f"--root={machine}", unit.name)
    assert "NoNewPrivilege" in done.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_is_shut_in(unit: Path, run: Run) -> None:
    """systemd's own measure of what a service could do to its machine."""
    done = run("systemd-analyze", "security", "--offline=true", f"--threshold={LIMIT}", unit)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_starts_a_command_that_there_is(unit: Path) -> None:
    """The program at the place that deploy/README.md names."""
    (start,) = lines(unit, "ExecStart")
    path, command, *_ = start.split()
    assert path == "/opt/publisher/.venv/bin/publisher"
    assert command in COMMANDS


def test_the_worker_is_shut_in_as_the_service_is() -> None:
    """The two units differ in what they start and say."""
    own = ("#", "Description=", "ExecStart=", "ExecReload=")
    service, worker = (
        [line for line in (DEPLOY / f"systemd/{name}.service").read_text().splitlines()
         if not line.startswith(own)]
        for name in ("publisher", "publisher-worker")
    )  # fmt: skip
    assert service == worker
