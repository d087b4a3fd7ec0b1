"""The relay of deploy/relay outside its container: its files as they stand, at other places."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

RELAY = Path(__file__).parents[2] / "deploy/relay"
DOMAIN, SELECTOR = "news.example.com", "s1"
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
_PATIENCE = 30.0


@contextmanager
def relay(folder: Path, next_hop: str) -> Iterator[int]:
    """The port of a running relay that signs, and hands everything to a next hop of Postfix's.

    `next_hop` is such as ``smtp:[127.0.0.1]:2525`` or ``discard:``.  Needs root, as Postfix does.
    """
    port = _free_port()
    _configure(folder, port, next_hop)
    signer = subprocess.Popen(
        [_program("opendkim"), "-f", "-x", folder / "opendkim.conf"], stdin=subprocess.DEVNULL
    )
    postfix = [_program("postfix"), "-c", str(folder / "etc")]
    try:
        _until((folder / "run/opendkim.sock").exists, "OpenDKIM")
        _run(*postfix, "start")
        _until(lambda: _answers(port), "Postfix")
        yield port
    finally:
        _run(*postfix, "stop", check=False)
        signer.kill()
        signer.wait()


def record(folder: Path) -> str:
    """The key's record for the DNS, as the relay shows it at its start."""
    text = (folder / "keys" / f"{SELECTOR}.txt").read_text("ascii")
    return "".join(text.split('"')[1::2])


def _configure(folder: Path, port: int, next_hop: str) -> None:
    for name, owner in {"": "root", "etc": "root", "spool": "root", "run": "root", "keys": "root",
                        "data": "postfix"}.items():  # fmt: skip
        (folder / name).mkdir(exist_ok=True)
        (folder / name).chmod(0o755)
        shutil.chown(folder / name, owner)
    _run("opendkim-genkey", "--bits=2048", "--restrict", f"--domain={DOMAIN}",
         f"--selector={SELECTOR}", f"--directory={folder / 'keys'}")  # fmt: skip
    # As `start` does it.
    shutil.chown(folder / "keys" / f"{SELECTOR}.private", "opendkim")
    shutil.chown(folder / "run", "opendkim", "postfix")
    (folder / "run").chmod(0o750)
    text = (RELAY / "opendkim.conf").read_text("utf-8")
    for old, new in {
        "@MAIL_DOMAIN@": DOMAIN, "@DKIM_SELECTOR@": SELECTOR, "/etc/dkimkeys": f"{folder}/keys",
        "/run/opendkim": f"{folder}/run",
    }.items():  # fmt: skip
        text = text.replace(old, new)
    # A folder for tests is nothing that only root can write to.
    (folder / "opendkim.conf").write_text(f"{text}\nRequireSafeKeys no\n")
    main = (RELAY / "main.cf").read_text("utf-8")
    for old, new in {
        "/var/spool/postfix": f"{folder}/spool", "/dev/stdout": f"{folder}/log",
        "unix:/run/opendkim": f"unix:{folder}/run",
        "inet_interfaces = all": "inet_interfaces = 127.0.0.1",
    }.items():  # fmt: skip
        assert old in main, old
        main = main.replace(old, new)
    (folder / "etc/main.cf").write_text(
        f"{main}\ndata_directory = {folder}/data\nmaillog_file_prefixes = {folder}\n"
        f"myhostname = mail.{DOMAIN}\nmyorigin = {DOMAIN}\ndefault_transport = {next_hop}\n"
        # Nothing leaves this machine, and no name is looked up.
        "disable_dns_lookups = yes\nsmtp_host_lookup = native\n"
    )
    master = (RELAY / "master.cf").read_text("utf-8")
    listener = next(line for line in master.splitlines() if line.startswith("smtp      inet"))
    (folder / "etc/master.cf").write_text(
        master.replace(listener, listener.replace("smtp ", f"127.0.0.1:{port} ", 1))
    )


def _program(name: str) -> str:
    return shutil.which(name, path=_PATH) or name


def _run(name: str, *arguments: str, check: bool = True) -> None:
    done = subprocess.run(
        [_program(name), *arguments], capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": _PATH},
    )  # fmt: skip
    assert not check or done.returncode == 0, done.stdout + done.stderr


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            return connection.recv(512).startswith(b"220 ")
    except OSError:
        return False


def _until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + _PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)
