"""A resolver for tests: answers what it was told, and may be out of order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class FakeResolver:
    """Records by name; `error` is raised instead of any answer."""

    txt: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mx: Mapping[str, Sequence[str]] = field(default_factory=dict)
    a: Mapping[str, Sequence[str]] = field(default_factory=dict)
    error: Exception | None = None

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name."""
        return self._answer(self.txt, name)

    def exchanges(self, name: str) -> list[str]:
        """The hosts that take the mail of a domain."""
        return self._answer(self.mx, name)

    def addresses(self, name: str) -> list[str]:
        """The addresses of a host."""
        return self._answer(self.a, name)

    def _answer(self, records: Mapping[str, Sequence[str]], name: str) -> list[str]:
        if self.error is not None:
            raise self.error
        return list(records.get(name, ()))
