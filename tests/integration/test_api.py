"""The API against a program that reads its description and tries everything (schemathesis)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from frontoffice import NOW, Office
from newsroom import Newsroom, plain_theme
from schemathesis.checks import CHECKS
from schemathesis.specs.openapi import checks as its_checks

from publisher.web.admin import making

LOCAL = {"Host": "localhost"}
# All that there are but one: an address may fit the description and be none (what is an address
# is no regular expression), and a bulletin may be unknown, so that what fits is refused at times.
CHECKED = [each for each in CHECKS.get_all() if each is not its_checks.positive_data_acceptance]


@pytest.fixture(params=["sqlite", "postgres"])
def office(request: pytest.FixtureRequest, swift: Path) -> Office:
    """A publication with a mailing, and readers, in a database of either kind."""
    newsroom = Newsroom(swift / "publication", plain_theme)
    newsroom.publication(service_url="https://subscribe.example.com")
    environment = {}
    if request.param == "postgres":
        environment["PUBLISHER_DATABASE_URL"] = str(request.getfixturevalue("postgres"))
    made = Office(newsroom, **environment)
    for number in range(3):
        made.person(f"r{number}@example.org")
    made.desk.mailings.open("daily", "2026-04-25", {"zh": b".", "en": b"."}, NOW)
    made.ask("POST", "/issues/daily/2026-04-26/skip")
    return made


def apart(what: Callable[[], Any]) -> Any:
    """Do something in a thread of its own: a browser of other tests keeps a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(what).result()


def test_nothing_that_is_asked_breaks_it(office: Office) -> None:
    """Every operation, with what fits and what does not: no 5xx, and what is described."""
    path = f"{making.PATH}/openapi.json"
    schema = apart(lambda: schemathesis.openapi.from_asgi(path, office.app, headers=LOCAL))

    @schema.auth()
    class Token:
        def get(self, case: Any, context: Any) -> str:
            return office.token

        def set(self, case: Any, data: str, context: Any) -> None:
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}

    operations = [each.ok() for each in schema.get_all_operations()]
    done = {each.label: apart(lambda each=each: tried(office, each)) for each in operations}

    assert len(done) == 16
    # Each of them was not only refused.
    assert [label for label, statuses in done.items() if min(statuses) >= 300] == []


def tried(office: Office, operation: Any) -> set[int]:
    """Try an operation; the statuses that were answered."""
    statuses = set()
    person = office.person("aim@example.org")
    fits = operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)
    misfits = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
    aimed = fits.map(lambda case: aim(case, person))

    def ask(case: Any) -> None:
        # Unknown tokens are tried, too: as many as are answered before one has to wait.
        office.seconds += 3600
        statuses.add(case.call_and_validate(headers=LOCAL, checks=CHECKED).status_code)

    for cases, number in ((hypothesis.strategies.one_of(misfits, fits), 20), (aimed, 10)):
        examples = hypothesis.settings(
            max_examples=number, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(hypothesis.HealthCheck),
        )  # fmt: skip
        examples(hypothesis.given(cases)(ask))()
    return statuses


def aim(case: Any, person: str) -> Any:
    """The same request for something that is there."""
    there = {"subscriber": person, "mailing": 1, "bulletin": "daily", "issue": "2026-04-26"}
    for name in case.path_parameters or {}:
        case.path_parameters[name] = there[name]
    if isinstance(case.body, dict):
        choice = {"bulletin": "daily", "edition": "en"}
        real = {"address": "new@example.org", "edition": "en", "subscriptions": [choice]}
        case.body |= {name: value for name, value in real.items() if name in case.body}
        if case.body.keys() <= {"edition", "state", "consent"}:
            # With a proof a subscription may begin, go on or begin anew, whatever came before.
            proof = {"shown": "Send it to me.", "language": "en", "source": "test"}
            case.body = {"edition": "en", "state": "active", "consent": proof}
    # One that was used for another request is refused.
    case.headers = {name: value for name, value in (case.headers or {}).items()
                    if name.lower() != "idempotency-key"}  # fmt: skip
    return case
