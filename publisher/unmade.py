"""What could not be made beside issues (PDFs, share pictures): told, and in nobody's way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from publisher.site.beside import Beside
from publisher.site.editions import Editions

if TYPE_CHECKING:  # SQLAlchemy takes a fifth of a second to import, and `build` needs no database
    from publisher.announcing.announcer import Operator
    from publisher.site.bringing import Brought, Failed

_KEY = "beside:"
"""Begins the keys of troubles: ``beside:pdf`` where none can be made, ``beside:pdf:daily/…``."""
_NAMES = {"pdf": "PDF", "cover": "share picture"}
_LATER = "later runs make them, `publisher build` makes all at once"

_SHOWN = 3
"""Issues that a line names."""


def remarks(beside: Beside) -> Iterator[str]:
    """What a run says at its end."""
    for kind in beside.kinds:
        name, brought = _name(kind.name), beside.brought
        lacking = _lacking(brought, kind.name)
        failed: dict[str, dict[str, None]] = defaultdict(dict)
        for each in (each for b in brought for each in b.failed if each.kind == kind.name):
            failed[each.why][f"{each.issue} ({each.edition})"] = None
        for why, of in lacking.items():
            yield f"{name}s{of} were left out: {why}; then `publisher build` makes them"
        for why, found in failed.items():
            more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
            yield f"no {name} of {', '.join([*found][:_SHOWN])}{more}: {why}"
        if not (lacking or failed) and (left := sum(b.left[kind.name] for b in brought)):
            yield f"{left} {name}s are still to come: {_LATER}"
        yield from kind.notes()


def tell(operator: Operator, beside: Beside, site: Editions) -> None:
    """Remember what a person has to see to, and end what is over."""
    by_key: dict[str, list[Failed]] = defaultdict(list)
    made, kinds = set(), set()
    for brought in beside.brought:
        made |= {f"{_KEY}{kind}:{issue}" for kind, issue, _ in brought.made}
        kinds |= {f"{_KEY}{kind}" for kind, _, _ in brought.made}
        for each in brought.failed:
            by_key[f"{_KEY}{each.kind}:{each.issue}"].append(each)
    lacking = {
        kind.name: reasons
        for kind in beside.kinds
        if (reasons := _lacking(beside.brought, kind.name))
    }
    for kind, reasons in lacking.items():
        name = _name(kind)
        some = all(reasons.values())
        subject = f"Some {name}s cannot be made here" if some else f"No {name}s can be made here"
        lines = [f"{why}{of}." for why, of in reasons.items()]
        operator.trouble(f"{_KEY}{kind}", subject, [*lines, "Issues are published without them."])
    for key, found in by_key.items():
        one = found[0]
        lines = [f"{each.edition}: {each.why}" for each in found]
        lines.append("The issue was published without. `publisher build` tries again.")
        operator.trouble(key, f"No {_name(one.kind)} of {one.issue}", lines)
    asked = beside.bulletins(site)
    for known in operator.troubles.all(_KEY):
        is_over = known.key in made - by_key.keys() or not asked
        if is_over or (known.key in kinds and known.key.removeprefix(_KEY) not in lacking):
            operator.settled(known.key)


def _lacking(brought: Iterable[Brought], kind: str) -> dict[str, str]:
    """Why files of a kind cannot be made here, and of which editions where not of all."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for each in (each for b in brought for each in b.lacking if each.kind == kind):
        found[each.why][each.edition] = None
    return {why: "" if "" in of else f" ({', '.join(of)})" for why, of in found.items()}


def _name(kind: str) -> str:
    return _NAMES.get(kind, kind)
