"""What servers say, and what they mean by it."""

from __future__ import annotations

import pytest

from publisher.subscribers.feedback.phrases.lines import plain
from publisher.subscribers.feedback.phrases.meaning import cause_in

SAID = {
    "no-such-address": [
        "550 5.1.1 The email account that you tried to reach does not exist. Please check it",
        "Recipient address rejected: User unknown in local recipient table",
        "550 Requested action not taken: no such user here",
        "sorry, no mailbox here by that name",
        "554 delivery error: dd This user doesn't have a mail.example account",
        "550 Invalid recipient",
        "550 #5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "User ann not listed in public Name & Address Book",
        "550 5.1.1 unknown or illegal alias: ann",
        "mailbox not found",
        "550 RC:NE The email account does not exist",
        "550 5.1.6 recipient no longer on server",
        "551 user has moved; please try another",
        "550 5.4.1 Recipient address rejected: Access denied",
        "该收件人不存在",
        "收件人邮箱地址有误",
        "找不到该用户",
        "宛先のアドレスが見つかりません",
        "пользователь не найден",
        "L'adresse du destinataire est inconnue",
        "Die Adresse existiert nicht",
        "El usuario no existe",
    ],
    "mailbox-full": [
        "552 5.2.2 mailbox is full",
        "The recipient's inbox is out of storage space",
        "user is over quota",
        "552 Requested mail action aborted: exceeded storage allocation",
        "Quota exceeded (mailbox for user is full)",
        "Not enough disk space",
        "452 4.2.2 The email account that you tried to reach is over quota",
        "552 this person's mailbox exceeds its size limit",
        "收件人邮箱已满",
        "对方邮箱空间不足",
        "メールボックスがいっぱいです",
        "ящик переполнен",
    ],
    "no-such-domain": [
        "Host or domain name not found. Name service error for name=x type=A: Host not found",
        "Domain does not exist",
        "Unrouteable address",
        "556 recipient domain has null MX",
        "The domain x doesn't accept mail",
        "Domain name not found: NXDOMAIN",
        "收件人域名不存在",
    ],
    "too-large": [
        "552 5.3.4 Message size exceeds fixed limit",
        "message too big",
        "Mail size limit exceeded",
        "邮件过大",
    ],
    "blocked": [
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using bl.example.net",
        "550 Your IP is listed at zen.spamhaus.org",
        "550 message rejected as spam",
        "421 too many connections from your host",
        "450 Client host rejected: cannot find your hostname",
        "554 poor reputation",
        "450 4.2.0 Greylisted, try again in 300 seconds",
        "daily sending quota exceeded",
        "该邮件被识别为垃圾邮件",
        "550 user unknown, but your host is blacklisted",
    ],
    "policy": [
        "554 relay access denied",
        "553 sorry, that domain isn't in my list of allowed rcpthosts",
        "550 SPF check failed",
        "550 5.7.26 Unauthenticated email is not accepted due to DMARC policy",
        "553 5.1.8 Sender address rejected: Domain not found",
        "550 unknown sender",
        "554 message contains a virus",
        "550 Denied by policy",
        "550 5.7.1 authentication required",
        "550 you are not allowed to post to this list",
        "发件人地址不存在",
    ],
    "disabled": [
        "550 5.2.1 The email account that you tried to reach is disabled",
        "account is locked",
        "mailbox temporarily suspended",
        "该用户已被禁用",
    ],
    "expired": [
        "retry timeout exceeded",
        "this message has been in the queue too long",
        "delivery was aborted after 5 days",
    ],
    "unreachable": [
        "connect to mx[192.0.2.1]:25: Connection timed out",
        "Name service error: Host not found, try again",
        "lost connection with mx while receiving the initial server greeting",
        "554 5.4.6 too many hops",
        "DNS lookup failure: host x temporarily not resolved",
    ],
    "system": [
        "451 4.3.0 Internal server error",
        'procmail: Couldn\'t create "/var/mail/ann": No such user',
        "421 Service not available",
    ],
}


@pytest.mark.parametrize(
    ("text", "cause"), [(text, cause) for cause, texts in SAID.items() for text in texts]
)
def test_each_sentence_has_its_meaning(text: str, cause: str) -> None:
    assert cause_in(plain(text)) == cause


@pytest.mark.parametrize("text", ["", "550", "sorry", "Good morning, Ann", "550 5.0.0 failed"])
def test_other_words_have_none(text: str) -> None:
    assert cause_in(plain(text)) is None
