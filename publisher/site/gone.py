"""What a web server answers with 410 Gone: the addresses of entries that were taken down by law.

Two files at the root of the site, for nginx and for Caddy, which no reader is shown
(deploy/nginx, deploy/Caddyfile).  They say addresses and no reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from publisher.archive.records import Tombstone
from publisher.render import paths

NGINX, CADDY = "_gone.nginx", "_gone.caddy"


def gone_files(
    stones: Iterable[Tombstone], editions: Iterable[str], base_url: str
) -> dict[str, bytes]:
    """Both lists; none where nothing was taken down."""
    base, names = urlsplit(base_url).path.rstrip("/"), list(editions)
    found = sorted(
        f"{base}{paths.entry(edition, name)}"
        for each in stones
        for name in each.names
        for edition in names
    )
    if not found:
        return {}
    # Names of editions and ids of entries are a-z 0-9 - /: nothing has to be quoted but the dots of
    # the site's own path.  As patterns, since nginx does not start with a plain name that is longer
    # than a bucket of its table (64 bytes, map_hash_bucket_size in ngx_http_map_module).
    nginx = "".join(f'"~^{_escaped(each)}(index\\.html)?$" 1;\n' for each in found)
    listed = " ".join(f"{each} {each}index.html" for each in found)
    caddy = f"@gone path {listed}\nerror @gone 410\n"
    return {NGINX: nginx.encode(), CADDY: caddy.encode()}


def _escaped(path: str) -> str:
    return re.escape(path).replace("\\-", "-")
