"""Answers that are kept for those who ask again."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from publisher.storage.answers import KEPT, PATIENCE, Answers, Claim
from publisher.storage.database import open_database
from publisher.storage.tables import answers as table
from publisher.storage.tokens import Tokens

NOW = dt.datetime(2026, 5, 1, 8, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def answers(database: str) -> Answers:
    engine = open_database(database)
    Tokens(engine).create("shop", ["issues:read"], NOW)
    return Answers(engine)


def test_the_first_one_does_it_and_others_hear_of_it(answers: Answers) -> None:
    assert answers.claim(1, "key", "request", NOW) == Claim("new")
    assert answers.claim(1, "key", "request", NOW).state == "busy"
    answers.keep(1, "key", 201, '{"名":"字"}')
    assert answers.claim(1, "key", "request", NOW) == Claim("known", 201, '{"名":"字"}')


def test_a_key_is_for_one_request(answers: Answers) -> None:
    """Whether the first one is done or not."""
    answers.claim(1, "key", "request", NOW)
    assert answers.claim(1, "key", "other", NOW).state == "other"


def test_who_died_at_work_is_replaced(answers: Answers) -> None:
    """After a minute by one, and not by two."""
    answers.claim(1, "key", "request", NOW)
    assert answers.claim(1, "key", "request", NOW + PATIENCE - SECOND).state == "busy"
    assert answers.claim(1, "key", "request", NOW + PATIENCE).state == "new"
    assert answers.claim(1, "key", "request", NOW + PATIENCE).state == "busy"


def test_the_first_answer_counts(answers: Answers) -> None:
    """Also where one that was taken for dead comes back later."""
    answers.claim(1, "key", "request", NOW)
    answers.keep(1, "key", 200, "first")
    answers.keep(1, "key", 409, "second")
    answers.drop(1, "key")
    assert answers.claim(1, "key", "request", NOW) == Claim("known", 200, "first")


def test_what_failed_may_be_tried_at_once(answers: Answers) -> None:
    answers.claim(1, "key", "request", NOW)
    answers.drop(1, "key")
    assert answers.claim(1, "key", "request", NOW).state == "new"


def test_after_a_day_it_is_forgotten(answers: Answers) -> None:
    """The rows of others, too."""
    for key in ("one", "two"):
        answers.claim(1, key, "request", NOW)
    assert answers.claim(1, "one", "other", NOW + KEPT + SECOND).state == "new"
    with answers._engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 1


def test_of_many_at_once_one_does_it(answers: Answers) -> None:
    """The others find that it is being done."""
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: answers.claim(1, "key", "request", NOW), range(8)))
    assert sorted(each.state for each in claims) == ["busy"] * 7 + ["new"]


def test_a_revoked_token_takes_its_answers_along(answers: Answers) -> None:
    answers.claim(1, "key", "request", NOW)
    Tokens(answers._engine).revoke("shop")
    with answers._engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 0
