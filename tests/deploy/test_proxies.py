"""Caddy and nginx serve the site as `_headers` says."""

from __future__ import annotations

import datetime as dt
import gzip
import http.client
import http.server
import os
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from deploy.conftest import DEPLOY, REPOSITORY, Run, program
from newsroom import Newsroom, at

from publisher.archive.records import Tombstone
from publisher.content.load import load_frame
from publisher.render.site_files import headers_file
from publisher.site.gone import gone_files

DOMAIN = "news.example.com"
PAGE = "<!doctype html><title>A page</title>" + "<p>some text</p>" * 200
FILES = {
    "index.html": PAGE,
    "404.html": "<!doctype html><title>Nothing is here</title>",
    "daily/zh/index.html": PAGE,
    "daily/zh/rss.xml": "<rss>" + " " * 2000 + "</rss>",
    "daily/zh/atom.xml": "<feed/>",
    "daily/zh/archive/2026-04-1/atom.xml": "<feed/>",
    "daily/zh/feed.json": "{}",
    "daily/zh/calendar.ics": "BEGIN:VCALENDAR",
    "daily/zh/traffic.csv": "a,b",
    "daily/zh/daily-2026-04-26-zh.pdf": "%PDF-1.7",
    "zh/feeds.opml": "<opml/>",
    "assets/style.css": "a {}" * 500,
}
LONG = "-".join(["a-name-as-long-as-any"] * 4)
TAKEN = ("2026/04/26/gone", f"2026/04/26/{LONG}")
BESIDE = ("2026/04/26/gone-not", f"2026/04/26/{LONG}-not", "2026/04/26")
SECRET = "What nobody may read any more"
FEEDS = [f"/{path}" for path in FILES if path.endswith((".xml", "feed.json"))]
CASES = [path for path in FILES if path != "404.html"]


def headers() -> str:
    """The file that hosts for static sites read."""
    return headers_file(load_frame(REPOSITORY).publication)["_headers"].decode()


def wanted(path: str) -> dict[str, str]:
    """What `_headers` says of a path."""
    found: dict[str, str] = {}
    for rule in headers().strip().split("\n\n"):
        pattern, *lines = rule.splitlines()
        if re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), f"/{path}"):
            found |= dict(line.strip().split(": ", 1) for line in lines)
    return found


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site."""
    root = tmp_path_factory.mktemp("site")
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    (root / "_headers").write_text(headers(), encoding="utf-8")
    (root / "copied.html").write_text("a page")
    (root / "copied.html.gz").write_bytes(gzip.compress(b"its copy", mtime=0))
    stones = [
        Tombstone(entry=each, names=[each], day=dt.date(2026, 4, 26), reason="secret")
        for each in TAKEN
    ]
    for path, data in gone_files(stones, ["zh", "en"], "https://news.example.com").items():
        (root / path).write_bytes(data)
    # As if the site were older than the list.
    for text, names in ((SECRET, TAKEN), (PAGE, BESIDE)):
        for name in names:
            for edition in ("zh", "en"):
                file = root / edition / "e" / name / "index.html"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
    return root


class _Service(http.server.BaseHTTPRequestHandler):
    """Stands for the pages for subscribers: says who asks."""

    def do_GET(self) -> None:
        told = f"{self.path} {self.headers.get('X-Forwarded-Proto', '')}".encode()
        self.send_response(200)
        self.send_header("Content-Security-Policy", "default-src 'none'; form-action 'self'")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def service() -> Iterator[int]:
    """The port of the service."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def until_open(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        assert process.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(log.read_text())


@pytest.fixture(scope="module")
def caddy(
    site: Path, service: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], http.client.HTTPConnection]]:
    """Caddy with deploy/Caddyfile, on a port of its own and without HTTPS."""
    home, port = tmp_path_factory.mktemp("caddy"), free_port()
    # Its own listener for orders is not wanted here.
    config = home / "Caddyfile"
    config.write_text("{\n\tadmin off\n}\n" + (DEPLOY / "Caddyfile").read_text("utf-8"))
    environment = {
        **os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "XDG_CONFIG_HOME": str(home),
        "SITE_DOMAIN": f"http://127.0.0.1:{port}", "SITE_ROOT": str(site),
        "SERVICE": f"127.0.0.1:{service}",
    }  # fmt: skip
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [program("caddy"), "run", "--config", str(config), "--adapter", "caddyfile"],
            env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        until_open(port, process, home / "log")
        yield lambda: http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    finally:
        process.terminate()
        process.wait(timeout=20)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the domain and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DOMAIN)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(DOMAIN)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    chain, private = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )  # fmt: skip
    return chain, private


def nginx_config(folder: Path, site: Path, service: int, ports: tuple[int, int]) -> Path:
    """deploy/nginx/publication.conf inside a whole configuration, at other places."""
    chain, key = certificate(folder)
    text = (DEPLOY / "nginx/publication.conf").read_text("utf-8")
    for old, new in {
        r"listen \[::\]:\d+.*;": "",
        r"listen 80;": f"listen 127.0.0.1:{ports[0]};",
        r"listen 443 ": f"listen 127.0.0.1:{ports[1]} ",
        r"ssl_certificate .*;": f"ssl_certificate {chain};",
        r"ssl_certificate_key .*;": f"ssl_certificate_key {key};",
        r"root /srv/www/publication;": f"root {site};",
        r"/srv/www/publication/_gone": f"{site}/_gone",
        r"127\.0\.0\.1:8300": f"127.0.0.1:{service}",
    }.items():
        text, number = re.subn(old, new, text)
        assert number, old
    paths = "".join(
        f"{kind}_temp_path {folder / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off;\nmaster_process off;\npid {folder / 'pid'};\nerror_log stderr;\n"
        "events {}\nhttp {\ninclude /etc/nginx/mime.types;\naccess_log off;\n"
        f"{paths}{text}\n}}\n"
    )
    return config


@pytest.fixture(scope="module")
def nginx(
    site: Path, service: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], http.client.HTTPConnection]]:
    """An nginx with deploy/nginx/publication.conf, over HTTPS."""
    home, ports = tmp_path_factory.mktemp("nginx"), (free_port(), free_port())
    binary = program("nginx")
    config = nginx_config(home, site, service, ports)
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [binary, "-p", str(home), "-c", str(config), "-e", "stderr"], stdout=log, stderr=log
        )
    trusted = ssl.create_default_context(cafile=str(home / "chain.pem"))
    trusted.check_hostname = False
    try:
        until_open(ports[1], process, home / "log")
        yield lambda: http.client.HTTPSConnection(
            "127.0.0.1", ports[1], timeout=10, context=trusted
        )
    finally:
        process.terminate()
        process.wait(timeout=20)


Connect = Callable[[], http.client.HTTPConnection]


@pytest.fixture(params=["caddy", "nginx"])
def connect(request: pytest.FixtureRequest) -> Connect:
    """Both of them."""
    found: Connect = request.getfixturevalue(request.param)
    return found


def ask(connect: Connect, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = connect()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers={"Host": DOMAIN} | named)
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}
    body = answer.read()
    connection.close()
    return *found, body


def host(connect: Connect) -> str:
    """The host that a server knows: Caddy here goes by its address."""
    made = connect()
    return DOMAIN if isinstance(made, http.client.HTTPSConnection) else f"{made.host}:{made.port}"


@pytest.mark.parametrize("path", CASES)
def test_a_file_comes_with_the_headers_of_the_site(connect: Connect, path: str) -> None:
    """Media types, caching and security: what `public/_headers` says, no more and no less."""
    status, found, _ = ask(connect, f"/{path}", Host=host(connect))
    told = wanted(path)
    kept = ("content-security-policy", "content-type", "cache-control",
            "access-control-allow-origin", "x-content-type-options", "referrer-policy",
            "strict-transport-security", "permissions-policy")  # fmt: skip
    assert status == 200
    for name in kept:
        value = {key.lower(): each for key, each in told.items()}.get(name)
        if name == "cache-control" and value:
            # nginx writes the age alone: public is what an answer without a cookie is.
            assert found[name].removeprefix("public, ") == value.removeprefix("public, ")
        elif value is not None or name == "access-control-allow-origin":
            assert found.get(name) == value, name


def test_what_is_not_there_is_told_by_the_page_of_the_site(connect: Connect) -> None:
    """404.html, with status 404 and the site's policy."""
    status, found, body = ask(connect, "/nowhere", Host=host(connect))
    assert status == 404
    assert b"Nothing is here" in body
    assert found["content-security-policy"] == wanted("index.html")["Content-Security-Policy"]


def test_the_list_of_headers_is_not_a_page(connect: Connect) -> None:
    """It is for hosts that read it."""
    assert ask(connect, "/_headers", Host=host(connect))[0] == 404


@pytest.mark.parametrize("ending", ["", "index.html", "?from=mail"])
@pytest.mark.parametrize("edition", ["zh", "en"])
@pytest.mark.parametrize("entry", TAKEN, ids=["short", "long"])
def test_what_was_taken_down_is_gone(
    connect: Connect, entry: str, edition: str, ending: str
) -> None:
    """410 in each edition, with nothing of the page, though the file lies there still."""
    path = f"/{edition}/e/{entry}/{ending}"
    status, found, body = ask(connect, path, Host=host(connect))
    assert status == 410
    assert SECRET.encode() not in body
    assert b"Nothing is here" in body
    assert found["content-security-policy"] == wanted("index.html")["Content-Security-Policy"]


@pytest.mark.parametrize("entry", BESIDE, ids=["short", "long", "above"])
def test_what_lies_beside_it_is_there(connect: Connect, entry: str) -> None:
    """Also where its name begins with the other's."""
    status, _, body = ask(connect, f"/en/e/{entry}/", Host=host(connect))
    assert (status, body.decode()) == (200, PAGE)


def test_the_lists_of_what_is_gone_are_not_pages(connect: Connect) -> None:
    """They are for the web server."""
    for name in ("_gone.nginx", "_gone.caddy"):
        assert ask(connect, f"/{name}", Host=host(connect))[0] == 404


@pytest.mark.parametrize("path", ["index.html", "assets/style.css", "daily/zh/rss.xml"])
def test_text_is_compressed_where_a_reader_can_take_it(connect: Connect, path: str) -> None:
    """And says so to caches."""
    status, found, _ = ask(connect, f"/{path}", Host=host(connect), Accept_Encoding="gzip")
    assert (status, found.get("content-encoding")) == (200, "gzip")
    assert "accept-encoding" in found["vary"].lower()


def test_a_compressed_copy_is_sent_as_it_is(connect: Connect) -> None:
    """With the type of the page; who takes nothing compressed gets the page."""
    _, found, body = ask(connect, "/copied.html", Host=host(connect), Accept_Encoding="gzip")
    assert found["content-encoding"] == "gzip"
    assert found["content-type"] == "text/html; charset=utf-8"
    assert "accept-encoding" in found["vary"].lower()
    assert gzip.decompress(body) == b"its copy"
    assert ask(connect, "/copied.html", Host=host(connect))[2] == b"a page"


def test_a_reader_that_takes_nothing_gets_it_plain(connect: Connect) -> None:
    """Some feed readers send no Accept-Encoding at all."""
    _, found, body = ask(connect, "/daily/zh/rss.xml", Host=host(connect))
    assert "content-encoding" not in found
    assert body.decode() == FILES["daily/zh/rss.xml"]


@pytest.mark.parametrize("accepted", ["identity", "gzip"])
@pytest.mark.parametrize(
    ("told", "condition"), [("etag", "If_None_Match"), ("last-modified", "If_Modified_Since")]
)
def test_an_unchanged_feed_is_not_sent_again(
    connect: Connect, told: str, condition: str, accepted: str
) -> None:
    """304 to the tag or the time of the version that a reader has (RFC 9110, section 13)."""
    asked = {"Host": host(connect), "Accept_Encoding": accepted}
    for path in FEEDS:
        status, first, body = ask(connect, path, **asked)
        again = ask(connect, path, **asked, **{condition: first[told]})
        assert (status, bool(body)) == (200, True)
        assert (again[0], again[2]) == (304, b"")


def test_a_feed_keeps_its_tag_until_something_is_new_in_it(
    connect: Connect, site: Path, quick: Newsroom
) -> None:
    """The next issue, and writing the whole site again, leave other feeds as they are."""
    public = Path(tempfile.mkdtemp(dir=site))
    quick.environment["PUBLISHER_PUBLIC"] = str(public)
    quick.entry("one", tags=["x"])
    quick.publish()
    kept, grown = f"/{public.name}/en/tags/x/atom.xml", f"/{public.name}/en/entries/atom.xml"
    has = {path: ask(connect, path, Host=host(connect))[1]["etag"] for path in (kept, grown)}

    quick.entry("two", "2026-04-27")
    quick.publish("2026-04-27")
    quick.app(at("2026-04-27")).build()

    def answer(path: str) -> int:
        return ask(connect, path, Host=host(connect), If_None_Match=has[path])[0]

    assert (answer(kept), answer(grown)) == (304, 200)


def test_the_pages_of_the_service_are_handed_on_with_their_own_headers(connect: Connect) -> None:
    """The policy of the site would forbid their forms."""
    status, found, body = ask(connect, "/-/subscribe", Host=host(connect))
    assert (status, body.split()[0]) == (200, b"/-/subscribe")
    assert found["content-security-policy"] == "default-src 'none'; form-action 'self'"


def test_caddy_takes_its_file(tmp_path: Path, run: Run) -> None:
    """As it stands in deploy/."""
    file = DEPLOY / "Caddyfile"
    done = run(
        "caddy", "validate", "--config", file, "--adapter", "caddyfile",
        env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    formatted = run("caddy", "fmt", file, env={**os.environ, "HOME": str(tmp_path)})
    assert formatted.stdout == file.read_text("utf-8")


def test_nginx_takes_its_file(tmp_path: Path, run: Run) -> None:
    """Inside an ordinary http block, with other places for files."""
    config = nginx_config(tmp_path, tmp_path, 8300, (8080, 8443))
    done = run("nginx", "-t", "-p", tmp_path, "-c", config, "-e", "stderr")
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr
