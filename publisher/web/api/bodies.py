"""What the API takes: the bodies of requests."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from publisher.storage.subscriber_rows import Consent
from publisher.subscribers.addresses import NAME_LENGTH

SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$"
Slug = Annotated[str, Field(pattern=SLUG, examples=["daily"])]
Reason = Annotated[str, Field(max_length=500, description="Why, for those who ask later.")]
_TEXT = r"^[^\x00]*$"
"""PostgreSQL keeps no U+0000."""


class Taken(BaseModel):
    """A body of a request: what is not known is an error, and no default."""

    model_config = ConfigDict(extra="forbid")


class ChoiceIn(Taken):
    """An edition of a bulletin."""

    bulletin: Slug
    edition: Slug


class ConsentIn(Taken):
    """The proof that somebody agreed, kept with the subscription (GDPR article 7)."""

    shown: Annotated[str, Field(min_length=1, max_length=4000, pattern=_TEXT,
                                description="The text that they agreed to.")]  # fmt: skip
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=35,
                                   examples=["zh-CN"])]  # fmt: skip
    source: Annotated[str, Field(min_length=1, max_length=60, pattern=_TEXT, examples=["shop"],
                                 description="Where they did.")]  # fmt: skip
    asked: AwareDatetime | None = None
    confirmed: AwareDatetime | None = None
    asked_from: Annotated[str, Field(max_length=60, pattern=_TEXT)] = ""
    confirmed_from: Annotated[str, Field(max_length=60, pattern=_TEXT)] = ""

    def proof(self) -> Consent:
        """The proof as it is kept."""
        return Consent(
            self.language, self.shown, self.source, self.asked_from, self.confirmed_from,
            self.asked, self.confirmed,
        )  # fmt: skip


class SubscriberIn(Taken):
    """Somebody who is to get bulletins.

    With `consent` they get them at once; without it a mail asks them to confirm, and nothing else
    happens before they do.
    """

    address: Annotated[str, Field(min_length=3, max_length=320, examples=["reader@example.com"])]
    name: Annotated[str, Field(max_length=NAME_LENGTH)] = ""
    subscriptions: Annotated[list[ChoiceIn], Field(min_length=1, max_length=50)]
    consent: ConsentIn | None = None


class SubscriptionIn(Taken):
    """What a subscription is to be; `consent` is needed where it begins, or begins anew."""

    edition: Slug
    state: Literal["active", "paused", "ended"] = "active"
    consent: ConsentIn | None = None


class ReasonIn(Taken):
    """Why something is done."""

    reason: Reason = ""


class ResendIn(Taken):
    """Which deliveries are sent once more; an uncertain one may arrive twice."""

    states: Annotated[list[Literal["failed", "uncertain"]], Field(min_length=1, max_length=2)]
