"""The API as a whole: its description, and what is not there."""

from __future__ import annotations

from frontoffice import Office

from publisher.storage.tokens import SCOPES


def test_every_operation_names_its_scope(office: Office) -> None:
    """One that a token can have; each operation has a name of its own."""
    told = office.get("/openapi.json", token="")
    every = [one for path in told["paths"].values() for one in path.values()]
    assert {one["security"][0]["bearer"][0] for one in every} <= set(SCOPES)
    assert len({one["operationId"] for one in every}) == len(every) == 16


def test_every_change_takes_an_idempotency_key(office: Office) -> None:
    """And nothing else does."""
    for path in office.get("/openapi.json", token="")["paths"].values():
        for method, one in path.items():
            names = [each["name"] for each in one.get("parameters", [])]
            assert ("Idempotency-Key" in names) == (method != "get")


def test_the_description_has_one_shape_for_problems(office: Office) -> None:
    """That of RFC 9457; FastAPI's own shape is nowhere."""
    text = office.ask("GET", "/openapi.json", token="").text
    assert "HTTPValidationError" not in text
    assert "application/problem+json" in text


def test_what_is_not_there_is_a_problem(office: Office) -> None:
    """So is a method that is not known; it names those that are."""
    assert office.told("GET", "/nothing") == (404, "there is nothing here")
    answer = office.ask("PATCH", "/subscribers")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


def test_a_large_request_is_a_problem(office: Office) -> None:
    """It is not read to its end."""
    assert office.told("POST", "/subscribers", content=b"x" * 70_000)[0] == 413


def test_a_database_that_is_away_is_a_problem(office: Office) -> None:
    """With a remedy, and a time to ask again."""
    office.desk.engine.dispose()
    office.desk.__dict__["tokens"]._engine = _broken(office)
    answer = office.ask("GET", "/mailings")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert "PUBLISHER_DATABASE_URL" in answer.json()["remedy"]


def _broken(office: Office) -> object:
    from publisher.storage.database import open_database

    path = office.newsroom.root / "other.sqlite"
    engine = open_database(f"sqlite:///{path}")
    path.write_bytes(b"this is no database" * 100)
    return engine
