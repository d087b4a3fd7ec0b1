"""Bringing people in from a file: all of them or none, and only with proof that they agreed.

The file is read to its end before the database is locked: what is fit waits in a temporary file,
so that memory stays the same for any number of people and a running mailing is not held up.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from publisher.document import Problem
from publisher.errors import ContentError
from publisher.storage.arrivals import Arrival, Arrived
from publisher.storage.subscriber_rows import Consent
from publisher.storage.subscribers import People
from publisher.subscribers.addresses import Address
from publisher.subscribers.csv_formats import Proof
from publisher.subscribers.csv_read import SOURCE_LENGTH, Person, Terms, read_people
from publisher.subscribers.subscriber import Choice, SubscriberState, SubscriptionState
from publisher.subscribers.tokens import Keys

log = logging.getLogger("publisher.importing")

MOST_PROBLEMS = 1000
"""Problems that are kept to be shown."""
_NO_PROOF = "without proof of consent"


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be imported: `name` is what it is called in messages and proofs.

    With `is_confirmed` the operator asserts the consent of those whose lines do not prove it.
    """

    name: str
    terms: Terms
    is_confirmed: bool = False
    skips_bad: bool = False


@dataclass(slots=True)
class Imported:
    """What an import has come to; `left_out` counts by reason those who are no readers."""

    format: str = ""
    lines: int = 0
    arrived: Arrived = field(default_factory=Arrived)
    left_out: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    bad: int = 0
    unproven: int = 0
    first_unproven: int = 0


@dataclass(frozen=True, slots=True)
class Importing:
    """Imports into an installation; `folder` is for what waits."""

    people: People
    keys: Keys
    folder: Path

    def run(self, lines: Iterable[bytes], wish: Wish, now: dt.datetime) -> Imported:
        """Import a file; raises ContentError, and imports nothing, where a line is wrong.

        With `skips_bad` the others are imported all the same.
        """
        done = Imported()
        with tempfile.TemporaryFile("w+", encoding="utf-8", dir=self.folder) as waiting:
            for person in self._fit(lines, wish, done):
                waiting.write(_written(person))
            _refuse(done, wish)
            waiting.seek(0)
            arrivals = (_arrival(each, wish) for each in _read(waiting))
            done.arrived = self.people.bring(arrivals, self.keys.suppression_hash, now)
        log.info("%d people imported", done.arrived.people)
        return done

    def _fit(self, lines: Iterable[bytes], wish: Wish, done: Imported) -> Iterator[Person]:
        """The people of a file who may come; the others are counted."""
        try:
            for found in read_people(lines, wish.name, wish.terms):
                done.lines += 1
                if isinstance(found, Problem):
                    done.bad += 1
                    if len(done.problems) < MOST_PROBLEMS:
                        done.problems.append(found)
                elif _may_come(found, wish, done):
                    yield found
        except ContentError as error:
            # Here also `skips_bad` ends: nobody knows what the rest would be.
            problems = [*done.problems, *error.problems]
            raise ContentError(f"nothing was imported: {error.what}", "", problems) from None


def _may_come(person: Person, wish: Wish, done: Imported) -> bool:
    done.format = person.format
    if person.left_out:
        done.left_out[person.left_out] += 1
        return False
    needs_proof = person.state not in ("ended", "complained")
    if needs_proof and person.proof is None and not wish.is_confirmed:
        done.unproven += 1
        done.first_unproven = done.first_unproven or person.line
        if wish.skips_bad:
            done.left_out[_NO_PROOF] += 1
        return False
    return True


def _refuse(done: Imported, wish: Wish) -> None:
    if wish.skips_bad:
        return
    if done.bad:
        more = done.bad - len(done.problems)
        what = f"nothing was imported: {done.bad} of {done.lines} lines are wrong"
        what += f" ({more} more than are shown)" if more else ""
        raise ContentError(what, "mend them, or add --skip-bad to import the others", done.problems)
    if done.unproven:
        raise ContentError(
            f"nothing was imported: {wish.name} does not prove that {done.unproven} of "
            f"{done.lines} people agreed (the first is in line {done.first_unproven})",
            "add --confirmed if you can prove yourself that each of them asked for this mail "
            "(GDPR article 7); else ask them, with `publisher subscribers add ADDRESS`",
        )


# What waits ------------------------------------------------------------------------------------


def _written(person: Person) -> str:
    """A person as a line of JSON."""
    address, proof = person.address, person.proof
    times = [proof.confirmed.isoformat(), proof.asked.isoformat() if proof.asked else "",
             proof.asked_from, proof.confirmed_from] if proof else None  # fmt: skip
    return json.dumps([
        person.line, [address.text, address.match, address.domain], person.name,
        [[each.bulletin, each.edition] for each in person.choices], person.state, person.source,
        times, person.left_out, person.format,
    ]) + "\n"  # fmt: skip


def _read(waiting: IO[str]) -> Iterator[Person]:
    for text in waiting:
        line, address, name, choices, state, source, times, left_out, form = json.loads(text)
        proof = None
        if times:
            asked = dt.datetime.fromisoformat(times[1]) if times[1] else None
            proof = Proof(dt.datetime.fromisoformat(times[0]), asked, *times[2:])
        chosen = tuple(Choice(*each) for each in choices)
        yield Person(
            line, Address(*address), name, chosen, state, source, proof, left_out, form
        )  # fmt: skip


# As rows ---------------------------------------------------------------------------------------

_STANDINGS: Mapping[str, tuple[SubscriberState, SubscriptionState]] = {
    "complained": ("complained", "ended"),
    "suspended": ("suspended", "active"),
    "dead": ("dead", "active"),
}


def _arrival(person: Person, wish: Wish) -> Arrival:
    default: tuple[SubscriberState, SubscriptionState]
    default = ("ok", cast(SubscriptionState, person.state))
    standing, state = _STANDINGS.get(person.state, default)
    wanted = [(choice, state) for choice in person.choices]
    return Arrival(person.address, person.name, wanted, _consent(person, wish), standing)


def _consent(person: Person, wish: Wish) -> Consent:
    """The proof: what the file says, or what the operator asserts."""
    source = (person.source or f"import: {Path(wish.name).name}")[:SOURCE_LENGTH]
    proof = person.proof
    of_whom = f"{Path(wish.name).name}, line {person.line}, a file of {person.format}"
    if proof is None:
        shown = f"Imported from {of_whom}. "
        shown += "The operator asserts that this person asked for these mails."
        if person.state in ("ended", "complained"):
            shown = f"Imported from {of_whom}, as somebody who gets no mail."
        return Consent("en", shown, source)
    shown = f"Imported from {of_whom}, which keeps when, and from where, this person agreed."
    return Consent(
        "en", shown, source, proof.asked_from, proof.confirmed_from, proof.asked, proof.confirmed
    )
