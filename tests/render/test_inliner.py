"""premailer is imported without requests; who needs that gets it all the same."""

from __future__ import annotations

import subprocess
import sys

_ONLY = """
import sys
from publisher.render.inliner import premailer
premailer()("<p>a</p>", allow_network=False).transform()
print("urllib3" in sys.modules)
import requests
print(requests.Session.__name__, sys.modules["requests"].__version__ >= "2")
"""


def test_the_network_library_is_loaded_when_it_is_used() -> None:
    """Inlining does without it, and whoever imports it later finds it whole."""
    done = subprocess.run([sys.executable, "-c", _ONLY], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["False", "Session True"]
