"""Facts of the installation: short texts by name, the last one written holds.

Signs of life (``run:HOST``), what the last run came to (``publish.last``), and the like.  Facts
that never change once they are there are kept by `People.fact`.
"""

from __future__ import annotations

from sqlalchemy import Engine, delete, select, text

from publisher.storage.database import reading, writing
from publisher.storage.tables import facts

_NAME = 60
# In one statement, for another machine may write the same fact now.
_SET = text(
    "INSERT INTO facts (name, value) VALUES (:name, :value) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


class Facts:
    """The facts, in a database; a name has at most 60 characters, and is cut where it has more."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def set(self, name: str, value: str) -> None:
        """Write a fact, over the one there was."""
        with writing(self._engine) as connection:
            connection.execute(_SET, {"name": name[:_NAME], "value": value})

    def get(self, name: str) -> str | None:
        """A fact; None where nobody has written it."""
        with reading(self._engine) as connection:
            found = connection.scalar(select(facts.c.value).where(facts.c.name == name[:_NAME]))
        return None if found is None else str(found)

    def all(self, prefix: str = "") -> dict[str, str]:
        """The facts whose names begin so, by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(facts).order_by(facts.c.name)).all()
        return {row.name: row.value for row in rows if row.name.startswith(prefix)}

    def drop(self, name: str) -> bool:
        """Forget a fact; whether there was one."""
        with writing(self._engine) as connection:
            gone = connection.execute(delete(facts).where(facts.c.name == name[:_NAME]))
        return bool(gone.rowcount)
