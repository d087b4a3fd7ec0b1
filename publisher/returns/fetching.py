"""Getting what is at an address of Amazon's."""

from __future__ import annotations

import httpx

_SECONDS = 10.0
_MOST_OCTETS = 64 * 1024


def fetch(url: str) -> bytes:
    """What is at an https address, at most 64 KB; redirects are not followed.

    Raises ConnectionError with what went wrong.
    """
    try:
        with httpx.stream("GET", url, timeout=_SECONDS, follow_redirects=False) as response:
            if response.status_code != 200:
                raise ConnectionError(f"{response.url.host} answered {response.status_code}")
            data = b""
            for part in response.iter_bytes():
                data += part
                if len(data) > _MOST_OCTETS:
                    raise ConnectionError(f"{response.url.host} sends more than it should")
            return data
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ConnectionError(str(error) or type(error).__name__) from error
