"""By a link of a mail: a look changes nothing, a button does what it says."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator

import pytest
from crowd import at_once
from reception import NOW, Desk, Web, language_of, main_of
from sqlalchemy import update
from webpages import tree

from publisher.storage.database import writing
from publisher.storage.tables import subscribers, subscriptions
from publisher.subscribers.subscriber import Choice
from publisher.subscribers.tokens import Keys, Kind, Token, bulletin_tag, make_keys

BOTH = (Choice("daily", "en"), Choice("weekly", "zh"))
EVIL = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def desk(database: str) -> Iterator[Desk]:
    """The service, over each kind of database."""
    made = Desk(database)
    yield made
    made.engine.dispose()


def forged(keys: Keys | None = None, kind: Kind = Kind.READER) -> str:
    """A token that another installation has signed, or one of another kind."""
    return (keys or make_keys()).write(Token(kind, 12345, bulletin_tag("daily")))


# Confirming ---------------------------------------------------------------------------------------


def asked(desk: Desk) -> str:
    """The token of a confirmation that was asked for."""
    desk.web().sign_up(data={"bulletin": ["daily", "weekly"], "edition.daily": "en"})
    return desk.writer.token


def test_what_would_be_confirmed_is_shown_with_one_button(desk: Desk, web: Web) -> None:
    """The address masked, in the language of what was chosen."""
    token = asked(desk)
    answer = web.get(f"/-/confirm/{token}")
    root = tree(answer.text)

    assert language_of(answer.text) == "en"
    assert "r…@example.org" in main_of(answer.text)
    assert "reader@example.org" not in answer.text
    items = ["".join(each.itertext()) for each in root.xpath("//ul[@class='form-items']/li")]
    assert items == ["Daily (en) (English)", "Weekly (en) (中文)"]
    assert root.xpath("//form/@action") == [f"/-/confirm/{token}"]
    assert len(root.xpath("//button")) == 1


def test_the_button_begins_the_subscriptions(desk: Desk, web: Web) -> None:
    """Then a welcome is sent, and the page leads to the preferences."""
    answer = web.post(f"/-/confirm/{asked(desk)}")
    (who,) = [row[0] for row in desk.rows()["subscribers"]]
    reader = desk.people.get(who)

    assert reader is not None
    assert main_of(answer.text).startswith("You are subscribed")
    assert (desk.state(reader), desk.state(reader, "weekly")) == ("active en", "active zh")
    assert desk.writer.written[-1][:3] == ("welcome", "reader@example.org", reader.id)
    (link,) = [each for each in tree(answer.text).xpath("//main//a/@href") if "pref" in each]
    assert web.get(link).status_code == 200


def test_the_button_counts_once_where_it_is_pressed_several_times_at_once(desk: Desk) -> None:
    """Nobody is told of an error of ours, and one welcome is sent."""
    token = asked(desk)
    webs = [desk.web() for _ in range(4)]  # FastAPI's own beginning is not made for threads
    answers = at_once(4, lambda which: webs[which].post(f"/-/confirm/{token}"))

    assert sorted(answer.status_code for answer in answers) == [200, 410, 410, 410]
    assert [kind for kind, *_ in desk.writer.written].count("welcome") == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("days", [0, 8])
def test_a_link_that_was_used_or_is_too_old_says_so(desk: Desk, days: int, method: str) -> None:
    """The same page for both: nobody can do anything about the difference."""
    token, web = asked(desk), desk.web()
    if not days:
        web.post(f"/-/confirm/{token}")
    desk.now = NOW + dt.timedelta(days=days)
    before = desk.rows()
    answer = web.ask(method, f"/-/confirm/{token}", headers={"Accept-Language": "en"})

    assert answer.status_code == 410
    assert main_of(answer.text).startswith("This link no longer works")
    assert "/-/en/subscribe" in answer.text
    assert desk.rows() == before


@pytest.mark.parametrize("token", ["x", "0" * 39, "z" * 40, "%2e%2e", "0" * 60])
def test_a_link_that_is_none_is_not_known(web: Web, token: str) -> None:
    """Part of it may be missing."""
    assert web.get(f"/-/confirm/{token}").status_code == 404
    assert web.post(f"/-/confirm/{token}").status_code == 404


def test_no_other_site_confirms_for_somebody(desk: Desk, web: Web) -> None:
    """Even if it knew the link."""
    token = asked(desk)

    assert web.post(f"/-/confirm/{token}", headers=EVIL).status_code == 403
    assert len(desk.rows()["confirmations"]) == 1


# Looking ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_changes_nothing(desk: Desk, method: str) -> None:
    """Programs that look for viruses open every link of a mail."""
    confirm, reader, web = asked(desk), desk.subscribe(address="other@example.org"), desk.web()
    token, before = desk.token(reader), desk.rows()
    statements = len(desk.statements)
    for path in (
        "/-/zh/subscribe", "/-/zh/subscribe?bulletin=daily&address=x@example.org",
        f"/-/confirm/{confirm}", f"/-/preferences/{token}", f"/-/leave/{token}", "/healthz",
        f"/-/leave/{token}?List-Unsubscribe=One-Click", f"/-/leave/{forged()}",
        f"/-/preferences/{token}?leave=all&state.daily=none", "/-/style.css",
    ):  # fmt: skip
        assert web.ask(method, path).status_code in (200, 404)

    told = [each.split()[0] for each in desk.statements[statements:]]
    assert set(told) <= {"SELECT", "PRAGMA", "BEGIN"}
    assert desk.rows() == before


# Choosing -----------------------------------------------------------------------------------------


def test_preferences_show_every_bulletin_as_it_is(desk: Desk, web: Web) -> None:
    """Edition and state of each; the address masked, in the language of the mail's edition."""
    reader = desk.subscribe(Choice("daily", "en"))
    answer = web.get(f"/-/preferences/{desk.token(reader)}")
    root = tree(answer.text)

    assert language_of(answer.text) == "en"
    assert "r…@example.org" in main_of(answer.text)
    assert reader.address not in answer.text
    assert root.xpath("//input[@type='radio'][@checked]/@id") == ["active-daily", "none-weekly"]
    assert root.xpath("//select[@id='edition-daily']/option[@selected]/@value") == ["en"]
    assert "since April 26, 2026" in main_of(answer.text)


@pytest.mark.parametrize(
    ("data", "daily", "weekly"),
    [
        ({"state.daily": "active", "edition.daily": "zh"}, "active zh", "active zh"),
        ({"state.daily": "paused"}, "paused en", "active zh"),
        ({"state.daily": "none"}, "ended en", "active zh"),
        ({"state.daily": "paused", "edition.daily": "bilingual", "state.weekly": "none"},
         "paused bilingual", "ended zh"),
        ({"leave": "all"}, "ended en", "ended zh"),
        ({}, "active en", "active zh"),
        ({"state.nothing": "active"}, "active en", "active zh"),
    ],
)  # fmt: skip
def test_what_is_chosen_is_saved(
    desk: Desk, web: Web, data: dict[str, str], daily: str, weekly: str
) -> None:
    """What the form does not name stays as it is."""
    reader = desk.subscribe(*BOTH)
    token = desk.token(reader)
    answer = web.post(f"/-/preferences/{token}", data=data)

    assert answer.status_code == 200
    assert (desk.state(reader), desk.state(reader, "weekly")) == (daily, weekly)
    assert f"/-/preferences/{token}" in answer.text


@pytest.mark.parametrize(
    ("state", "expected"), [("active", "active zh"), ("paused", "none"), ("none", "none")]
)
def test_a_bulletin_may_be_added_with_its_proof(
    desk: Desk, web: Web, state: str, expected: str
) -> None:
    """Whoever holds the link reads the mail of the address; a pause of nothing is nothing."""
    reader = desk.subscribe(Choice("daily", "zh"))
    web.post(f"/-/preferences/{desk.token(reader)}", data={"state.weekly": state})

    assert desk.state(reader, "weekly") == expected
    kept = [each for each in desk.people.consents(reader.id) if each["bulletin"] == "weekly"]
    assert [(each["source"], each["asked_from"]) for each in kept] == (
        [("preferences", "192.0.2.1")] if expected != "none" else []
    )


@pytest.mark.parametrize(
    "data", [{"state.daily": "king"}, {"state.daily": "active", "edition.daily": "klingon"},
             {"state.weekly": "active", "edition.weekly": "bilingual"}],
)  # fmt: skip
def test_a_form_that_asks_for_what_there_is_not_saves_nothing(
    desk: Desk, web: Web, data: dict[str, str]
) -> None:
    """The page says so, and can be used again."""
    reader = desk.subscribe(*BOTH)
    before = desk.rows()
    answer = web.post(f"/-/preferences/{desk.token(reader)}", data={"state.daily": "none"} | data)

    assert answer.status_code == 422
    assert tree(answer.text).xpath("//*[@role='alert']")
    assert desk.rows() == before


def test_no_other_site_chooses_for_somebody(desk: Desk, web: Web) -> None:
    """Its form is refused in words."""
    reader = desk.subscribe()
    path = f"/-/preferences/{desk.token(reader)}"
    answer = web.post(path, data={"leave": "all"}, headers=EVIL)

    assert answer.status_code == 403
    assert main_of(answer.text).startswith("表单来自其他网站")
    assert desk.state(reader) == "active zh"


def test_somebody_whose_mail_came_back_is_told(desk: Desk, web: Web) -> None:
    """Why nothing comes, and what to do."""
    reader = desk.subscribe()
    with writing(desk.engine) as connection:
        connection.execute(update(subscribers).values(state="suspended"))
    told = main_of(web.get(f"/-/preferences/{desk.token(reader)}").text)

    assert "我们已停止向这个地址寄送" in told


# Leaving ------------------------------------------------------------------------------------------


def test_the_page_to_leave_names_the_bulletin(desk: Desk, web: Web) -> None:
    """One button, and a way to pause instead."""
    reader = desk.subscribe(*BOTH)
    token = desk.token(reader)
    root = tree(web.get(f"/-/leave/{token}").text)

    assert "".join(root.xpath("//h1")[0].itertext()) == "Unsubscribe from Daily (en)?"
    assert root.xpath("//form/@action") == [f"/-/leave/{token}"]
    assert f"/-/preferences/{token}" in root.xpath("//main//a/@href")


def test_the_button_ends_that_bulletin_alone(desk: Desk, web: Web) -> None:
    """Pressed again, it is as good as the first time."""
    reader = desk.subscribe(*BOTH)
    first, again = (web.post(f"/-/leave/{desk.token(reader)}") for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert main_of(first.text).startswith("You have unsubscribed")
    assert (desk.state(reader), desk.state(reader, "weekly")) == ("ended en", "active zh")
    by = dict(zip(subscriptions.c.keys(), desk.rows()["subscriptions"][0], strict=True))
    assert by["ended_by"] == "page"


ONE_CLICK = [
    {"data": {"List-Unsubscribe": "One-Click"}},
    {"files": {"List-Unsubscribe": (None, "One-Click")}},
    {"content": b"List-Unsubscribe=One-Click"},
    {"content": b"List-Unsubscribe=One-Click\r\n", "headers": {"Content-Type": "text/plain"}},
    {"data": {"List-Unsubscribe": "One-Click"}, "headers": EVIL},
]


@pytest.mark.parametrize("options", ONE_CLICK)
def test_one_click_of_a_mail_program_is_enough(
    desk: Desk, web: Web, options: dict[str, object]
) -> None:
    """RFC 8058: in either encoding, answered at once without a cookie, page or redirect."""
    reader = desk.subscribe(*BOTH)
    answer = web.post(f"/-/leave/{desk.token(reader)}", **options)

    assert (answer.status_code, answer.text) == (200, "Unsubscribed.\n")
    assert answer.headers["content-type"].startswith("text/plain")
    assert not {"set-cookie", "location"} & set(answer.headers)
    assert desk.state(reader) == "ended en"


def test_one_click_works_for_somebody_who_was_forgotten(desk: Desk, web: Web) -> None:
    """The link is genuine, and there is nothing left to end."""
    reader = desk.subscribe()
    token = desk.token(reader)
    desk.subscribing.forget(reader.address, NOW)
    answer = web.post(f"/-/leave/{token}", data={"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, answer.text) == (200, "Unsubscribed.\n")
    assert web.post(f"/-/leave/{token}").status_code == 200
    assert web.get(f"/-/leave/{token}").status_code == 410
    assert web.get(f"/-/preferences/{token}").status_code == 410
    assert web.post(f"/-/preferences/{token}", data={"leave": "all"}).status_code == 410


def test_no_other_site_leaves_by_the_button(desk: Desk, web: Web) -> None:
    """That is for readers on our page."""
    reader = desk.subscribe()

    assert web.post(f"/-/leave/{desk.token(reader)}", headers=EVIL).status_code == 403
    assert desk.state(reader) == "active zh"


# Forged -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["leave", "preferences"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_forged_link_is_refused_told_once_and_changes_nothing(
    desk: Desk, page: str, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Signed by somebody else, of another kind, or no token at all."""
    reader = desk.subscribe()
    token, web, before = desk.token(reader), desk.web(), desk.rows()
    wrong = [
        forged(), forged(desk.subscribing.keys, Kind.DELIVERY), "x", token[:-1],
        token[:-1] + ("0" if token[-1] != "0" else "1"),
    ]  # fmt: skip
    for each in wrong:
        caplog.clear()
        answer = web.ask(method, f"/-/{page}/{each}", headers={"Accept-Language": "en"})
        assert answer.status_code == 404
        assert main_of(answer.text).startswith("This link is not known")
        assert [each.levelno for each in caplog.records if "publisher" in each.name] == [
            logging.WARNING
        ]

    assert desk.rows() == before


def test_one_click_with_a_forged_token_is_refused_in_plain_text(web: Web) -> None:
    """A program reads the answer."""
    answer = web.post(f"/-/leave/{forged()}", data={"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/plain")


# Feedback -----------------------------------------------------------------------------------------


def test_feedback_is_handed_on_with_headers_and_body(desk: Desk) -> None:
    """What becomes of it is told as the hook says; without one there is no such place."""
    seen: list[tuple[str, str, bytes]] = []

    def hook(kind: str, headers: object, body: bytes) -> tuple[int, str]:
        seen.append((kind, headers["x-signature"], body))  # type: ignore[index]
        return 202, "taken\n"

    options = {"content": b"{}", "headers": {"X-Signature": "s"}}
    answer = desk.web(feedback=hook).post("/-/feedback/json", **options)

    assert (answer.status_code, answer.text) == (202, "taken\n")
    assert seen == [("json", "s", b"{}")]
    assert desk.web().post("/-/feedback/json", **options).status_code == 404
