"""The form to subscribe with, and its one answer."""

from __future__ import annotations

from typing import Any

import pytest
from reception import NOW, SITE, Desk, Web, language_of, main_of
from sqlalchemy import update
from webpages import tree

from publisher.config.settings import ServiceSettings
from publisher.storage.database import writing
from publisher.storage.tables import consents, subscribers
from publisher.subscribers.subscriber import Choice
from publisher.web.limits import Limits


def test_the_form_offers_every_bulletin_in_its_editions(web: Web) -> None:
    """In the language of the edition, and its own edition chosen."""
    root = tree(web.get("/-/en/subscribe").text)

    assert root.get("lang") == "en"
    assert root.xpath("//input[@name='bulletin']/@value") == ["daily", "weekly"]
    assert root.xpath("//select[@name='edition.daily']/option/@value") == ["zh", "en", "bilingual"]
    assert root.xpath("//select/option[@selected]/@value") == ["en", "en"]
    assert root.xpath("//form/@action") == ["/-/en/subscribe"]


def test_a_link_may_mark_a_bulletin(web: Web) -> None:
    """What there is not, it does not."""
    root = tree(web.get("/-/en/subscribe?bulletin=weekly&bulletin=nothing").text)

    assert root.xpath("//input[@name='bulletin'][@checked]/@value") == ["weekly"]


def test_every_field_has_its_label(web: Web) -> None:
    """Whatever is typed or chosen is named for those who do not see."""
    root = tree(web.get("/-/zh/subscribe").text)
    fields = root.xpath("//input/@id|//select/@id")

    assert len(fields) == 7
    assert set(fields) == set(root.xpath("//label/@for"))


def test_what_is_chosen_is_asked_for(web: Web, desk: Desk) -> None:
    """In the edition that was chosen, else in that of the page."""
    data = {"bulletin": ["daily", "weekly"], "edition.daily": "bilingual"}
    answer = web.sign_up("Reader@EXAMPLE.org", data=data)

    assert answer.status_code == 200
    assert main_of(answer.text).startswith("请查收邮件")
    choices = (Choice("daily", "bilingual"), Choice("weekly", "zh"))
    assert desk.writer.written == [
        ("confirm", "Reader@example.org", "zh", choices, desk.writer.token)
    ]


def test_the_proof_is_the_text_that_was_shown(web: Web, desk: Desk) -> None:
    """With its language, where it was given, and the address of whoever asked."""
    web.sign_up()
    shown = tree(web.get("/-/zh/subscribe").text).xpath("//p[@class='form-consent']")[0]

    (proof,) = desk.rows()["consents"]
    kept = dict(zip(consents.c.keys(), proof, strict=True))
    assert "".join(shown.itertext()).startswith(kept["shown"])
    assert (kept["language"], kept["source"]) == ("zh-CN", "form")
    assert kept["asked_from"] == "192.0.2.1"


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"address": ""}, "sign-up-address", "请填写邮箱地址"),
        ({"address": "no address"}, "sign-up-address", "不是有效的邮箱地址"),
        ({"address": "a@b.org\r\nBcc: x@y.org"}, "sign-up-address", "不是有效的邮箱地址"),
        ({"address": "<script>@example.org"}, "sign-up-address", "不是有效的邮箱地址"),
        ({"bulletin": []}, "", "请至少选择一种"),
        ({"bulletin": "nothing"}, "", "请至少选择一种"),
        ({"edition.daily": "klingon"}, "", "请至少选择一种"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    web: Web, desk: Desk, data: dict[str, Any], field: str, words: str
) -> None:
    """The error is tied to the field, what was typed stays, and nothing was asked for."""
    answer = web.sign_up(data={"name": "N&N", **data})
    root = tree(answer.text)

    assert answer.status_code == 422
    described = root.xpath("//*[@aria-describedby][contains(@aria-describedby, 'error')]")[0]
    (error,) = root.xpath(f"//*[@id='{described.get('aria-describedby')}']")
    assert words in "".join(error.itertext())
    assert described.get("id", "") == field
    typed = root.xpath("//input[@name='address']/@value")[0]
    assert typed == data.get("address", "reader@example.org").replace("\r", "")
    assert root.xpath("//input[@name='name']/@value") == ["N&N"]
    assert desk.writer.written == []


# Nobody learns who is known ----------------------------------------------------------------------


def known(desk: Desk) -> dict[str, str]:
    """An address of each kind."""
    desk.subscribe(address="active@example.org")
    desk.subscribe(address="paused@example.org", state="paused")
    desk.subscribe(address="ended@example.org", state="ended")
    desk.subscribe(address="pending@example.org", state="pending")
    desk.subscribe(address="dead@example.org")
    with writing(desk.engine) as connection:
        at = subscribers.c.match == "dead@example.org"
        connection.execute(update(subscribers).where(at).values(state="dead"))
    desk.subscribing.forget("forgotten@example.org", NOW)
    return {
        each: f"{each}@example.org"
        for each in ("unknown", "active", "paused", "ended", "pending", "dead", "forgotten")
    }


def test_the_answer_is_the_same_for_every_address(desk: Desk) -> None:
    """Status, headers and body, to the last byte."""
    found = set()
    for address in known(desk).values():
        answer = desk.web().sign_up(address)
        found.add((answer.status_code, tuple(sorted(answer.headers.items())), answer.content))

    assert len(found) == 1


def test_a_mail_is_written_for_every_address(desk: Desk) -> None:
    """What takes the time is done also where it is thrown away."""
    addresses = known(desk)
    for address in addresses.values():
        desk.web().sign_up(address)

    assert [each[1] for each in desk.writer.written] == list(addresses.values())
    assert len(desk.rows()["confirmations"]) == len(addresses) - 1


def test_the_answer_waits_for_its_time(desk: Desk) -> None:
    """Asking the database takes longer for some: the answer does not."""
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    addresses = known(desk)
    for address in addresses.values():
        desk.web(patience=1000, wait=wait).sign_up(address)

    assert len(waits) == len(addresses)
    assert all(0 < each < 1000 for each in waits)


@pytest.mark.parametrize("trap", ["https://spam.example", "x"])
def test_a_program_that_fills_in_everything_gets_the_same_answer_and_nothing_is_done(
    desk: Desk, trap: str
) -> None:
    """It cannot tell that it was found out."""
    person, program = desk.web().sign_up(), desk.web().sign_up(data={"subject": trap})

    assert (program.status_code, program.text) == (person.status_code, person.text)
    assert len(desk.writer.written) == 1


# Where it comes from -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": SITE, "Sec-Fetch-Site": "same-site"}, 200),
        ({"Origin": "https://subscribe.example.com"}, 200),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_the_form_of_the_site_may_be_sent_and_no_others(
    web: Web, desk: Desk, headers: dict[str, str], status: int
) -> None:
    """Another site could make its visitors ask for mail."""
    answer = web.sign_up(headers=headers)

    assert answer.status_code == status
    assert bool(desk.writer.written) is (status == 200)
    assert language_of(answer.text) == "zh-CN"


def test_a_client_that_asks_too_often_has_to_wait(desk: Desk) -> None:
    """Others need not; the answer says when to come again."""
    web, other = desk.web(limits=Limits(timer=lambda: 0.0)), "198.51.100.1"
    answers = [web.sign_up(f"r{n}@example.org") for n in range(31)]

    assert [each.status_code for each in answers] == [200] * 30 + [429]
    assert answers[-1].headers["retry-after"] == "300"
    assert main_of(answers[-1].text).startswith("请求过于频繁")
    web.peer = other
    assert web.sign_up("r99@example.org").status_code == 200


def test_behind_a_proxy_every_reader_is_a_client(desk: Desk) -> None:
    """By the address that the proxy has written."""
    proxied = ServiceSettings(proxies=("192.0.2.1",))
    web = desk.web(settings=proxied, limits=Limits(timer=lambda: 0.0))

    def ask(n: int, forwarded: str) -> int:
        sent = web.sign_up(f"r{n}@example.org", headers={"X-Forwarded-For": forwarded})
        return sent.status_code

    assert [ask(n, f"203.0.113.{n}") for n in range(40)] == [200] * 40
    assert [ask(n, f"6.6.6.{n}, 203.0.113.99") for n in range(40, 71)] == [200] * 30 + [429]


def test_an_address_is_not_written_to_too_often(desk: Desk) -> None:
    """Whoever asks, and however it is spelled; whether it is known or not."""
    web = desk.web(limits=Limits(timer=lambda: 0.0))
    spelled = ["v@example.org", "V@example.org", "v@EXAMPLE.org", "v@example.org"]
    found = []
    for n, address in enumerate(spelled):
        web.peer = f"198.51.100.{n}"
        found.append(web.sign_up(address).status_code)

    assert found == [200, 200, 200, 429]
