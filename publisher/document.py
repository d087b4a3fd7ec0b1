"""YAML files as editors write them: plain data, and the place of everything in it.

YAML is read as the core schema of YAML 1.2 (section 10.3) has it: ``no``, ``12:30`` and
``2026-04-13`` are text.  Anchors, aliases, tags, merge keys, duplicate names and further
documents are refused, each with its place and a remedy.  `read` is the only function here that
touches a disk.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import yaml
from yaml.cyaml import CParser
from yaml.resolver import BaseResolver

from publisher import characters
from publisher.mistakes import Mistake
from publisher.reading import Builder, build

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 256 * 1024

Key = str | int
Severity = Literal["error", "warning"]
