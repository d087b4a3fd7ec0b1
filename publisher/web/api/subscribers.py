"""Subscribers and their subscriptions."""

from __future__ import annotations

import logging
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Query, Response

from publisher.storage.subscriber_rows import Consent
from publisher.subscribers.addresses import Address, masked, read_address, read_name
from publisher.subscribers.subscriber import Choice, Subscriber
from publisher.web.api.asking import AfterNumber, BulletinName, Limit, SubscriberId, add, gone, rest
from publisher.web.api.bodies import SLUG, ChoiceIn, SubscriberIn, SubscriptionIn
from publisher.web.api.desk import AdminDesk
from publisher.web.api.models import Asked, Erased, SubscriberOut, SubscriberPage, SubscriptionOut
from publisher.web.api.problems import Refused

log = logging.getLogger("publisher.web.api")

State = Literal["ok", "suspended", "dead", "complained", "pending", "active", "paused", "ended"]
_Name = Annotated[str | None, Query(pattern=SLUG)]
_BY = "api"


def add_subscribers(app: FastAPI, desk: AdminDesk) -> None:
    """Add what can be done with subscribers."""
    on = Subscribers(desk)
    read, write = "subscribers:read", "subscribers:write"
    common: dict[str, Any] = {"tags": ["subscribers"]}
    asked = {202: {"model": Asked, "description": "They are asked to confirm."}}
    one = "/subscribers/{subscriber}"
    add(app, "GET", "/subscribers", on.page, read, response_model=SubscriberPage, **common)
    add(app, "POST", "/subscribers", on.create, write, response_model=SubscriberOut,
        status_code=201, also=asked, **common)  # fmt: skip
    add(app, "GET", one, on.get, read, response_model=SubscriberOut, **common)
    add(app, "DELETE", one, on.forget, write, response_model=Erased, **common)
    add(app, "PUT", f"{one}/subscriptions/{{bulletin}}", on.subscribe, write,
        response_model=SubscriptionOut, **common)  # fmt: skip


class Subscribers:
    """What can be done with subscribers."""

    def __init__(self, desk: AdminDesk) -> None:
        self._desk = desk

    def page(
        self, limit: Limit = 100, after: AfterNumber = None, state: State | None = None,
        bulletin: _Name = None, edition: _Name = None,
        match: Annotated[str | None, Query(max_length=320)] = None,
    ) -> SubscriberPage:  # fmt: skip
        """List subscribers by number.

        `state` is that of the address or of a subscription; `match` is a part of the address.
        """
        people = self._desk.pages.subscribers(
            -1 if after is None else after, limit, bulletin=bulletin or "", edition=edition or "",
            state=state or "", search=match or "",
        )  # fmt: skip
        items = [SubscriberOut.of(each) for each in people]
        return SubscriberPage(items=items, next=rest(people, limit, lambda each: each.id))

    def get(self, subscriber: SubscriberId) -> SubscriberOut:
        """Show a subscriber."""
        return SubscriberOut.of(self._one(subscriber))

    def create(self, body: SubscriberIn) -> Any:
        """Add somebody.

        With `consent` they get the bulletins at once (201); without it a mail asks them to
        confirm (202).  An address that is known already is refused (409): change its
        subscriptions instead.  One that was forgotten is refused, too; its owner may sign up
        anew on the publication's own page.
        """
        address, choices = read_address(body.address), self._choices(body.subscriptions)
        self._refuse_forgotten(address)
        known, name = self._desk.people.find(address), read_name(body.name)
        if body.consent is None:
            self._ask(address, name, choices, known)
            asked = Asked().model_dump_json()
            return Response(asked, status_code=202, media_type="application/json")
        if known is not None:
            what = f"{masked(address.text)} is subscriber {known.id} already"
            raise Refused(409, what, "change its subscriptions with PUT")
        proof, now = body.consent.proof(), self._desk.clock()
        who = self._desk.people.add(address, name, choices, proof, now)
        log.info("subscriber %d was added through the API", who)
        return SubscriberOut.of(self._one(who))

    def _ask(
        self, address: Address, name: str, choices: list[Choice], known: Subscriber | None
    ) -> None:
        if known is not None and known.state == "complained":
            what = f"{masked(address.text)} has complained about mail"
            raise Refused(409, what, "its owner may sign up anew on the publication's page")
        proof = Consent("en", "Asked through the API to confirm by mail.", _BY)
        edition, now = choices[0].edition, self._desk.clock()
        self._desk.subscribing.ask(address.text, name, choices, proof, edition, now)

    def forget(self, subscriber: SubscriberId) -> Erased:
        """Erase a person: everything but a keyed hash, so that no import brings them back."""
        desk = self._desk
        address = read_address(self._one(subscriber).address)
        hashed = desk.keys.suppression_hash(address.match)
        desk.people.forget(address, hashed, desk.clock())
        log.info("a person was forgotten through the API")
        return Erased(is_complete=desk.people.leave_no_trace(patience=2.0))

    def subscribe(
        self, subscriber: SubscriberId, bulletin: BulletinName, body: SubscriptionIn
    ) -> SubscriptionOut:
        """Begin, change, pause or end a subscription.

        Beginning it, also after its end, needs `consent`, and an address that gets mail.
        """
        person = self._one(subscriber)
        (choice,) = self._choices([ChoiceIn(bulletin=bulletin, edition=body.edition)])
        self._change(person, choice, body)
        found = self._one(subscriber).subscription(bulletin)
        if found is None:
            raise gone(f"subscription of {subscriber} to {bulletin}")
        return SubscriptionOut.of(found)

    def _change(self, person: Subscriber, choice: Choice, body: SubscriptionIn) -> None:
        people, now = self._desk.people, self._desk.clock()
        before = person.subscription(choice.bulletin)
        if body.state == "ended":
            people.move(person.id, choice.bulletin, "ended", now, _BY)
            return
        if before is not None and before.state in ("active", "paused"):
            people.choose(person.id, choice, now)
            people.move(person.id, choice.bulletin, body.state, now)
            return
        if body.state == "paused":
            state = before.state if before else "not there"
            raise Refused(409, f"the subscription is {state}: it cannot be paused", "begin it")
        if person.state != "ok":
            what = f"the address is {person.state}, and gets no mail"
            raise Refused(409, what, "create it without consent: who confirms by mail is back")
        if body.consent is None:
            what = "a subscription begins only with the proof that its reader agreed"
            raise Refused(409, what, "send `consent`, or create it without: a mail then asks")
        people.renew(person.id, choice, body.consent.proof(), now)

    def _one(self, subscriber: int) -> Subscriber:
        found = self._desk.people.get(subscriber)
        if found is None:
            raise gone(f"subscriber {subscriber}")
        return found

    def _choices(self, given: list[ChoiceIn]) -> list[Choice]:
        known = self._desk.editions()
        chosen = {}
        for each in given:
            if each.bulletin not in known:
                listed = ", ".join(known) or "none"
                raise Refused(
                    404, f"there is no bulletin “{each.bulletin}”", f"bulletins: {listed}"
                )
            if each.edition not in known[each.bulletin]:
                what = f"{each.bulletin} has no edition “{each.edition}”"
                raise Refused(404, what, f"editions: {', '.join(known[each.bulletin])}")
            chosen[each.bulletin] = Choice(each.bulletin, each.edition)
        return list(chosen.values())

    def _refuse_forgotten(self, address: Address) -> None:
        hashed = self._desk.keys.suppression_hash(address.match)
        if self._desk.people.is_suppressed(hashed):
            what = f"{masked(address.text)} was forgotten, and gets no mail"
            raise Refused(409, what, "its owner may ask anew: `publisher subscribers add --again`")
