"""Mail that no person has written (RFC 3834): it may not act as a reader's wish."""

from __future__ import annotations

from publisher.subscribers.feedback.mail import Headers, parse
from publisher.subscribers.feedback.notice import has_null_path
from publisher.subscribers.feedback.phrases.lines import one_of

_MARKS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "x-failed-recipients",
    "list-id",
    "list-unsubscribe",
    "x-loop",
)
_SUBJECT = one_of(r"""
^\W*(out of (the )?office|auto(matic)?[- ]?(reply|response|answer)|autoreply|vacation\b|on vacation)
^\W*(automatische antwort|abwesenheit|réponse automatique|respuesta automática|risposta automatica)
^\W*(自动回复|自動回覆|自动答复|自動返信|自動応答|автоответ)|\b(out of office|vacation reply)\b
""")
_SENDER = one_of(r"""
(mailer[-_.]?daemon|post_?master|no-?reply|do-?not-?reply|auto-?reply|listserv|majordomo)@
^mailer-daemon$|-(request|owner|bounces)@|\bowner-\S{1,60}@
""")


def is_automatic(message: bytes) -> bool:
    """Whether a mail is an absence note, a bounce, a list's, or our own come back.

    What a person sends to leave a list has none of these marks; when in doubt it is a person's.
    """
    headers = parse(message).headers
    return (
        any(headers.get(name) for name in _MARKS)
        or _says_so(headers)
        or bool(_SENDER.search(headers.text("from")))
        or bool(_SUBJECT.search(headers.text("subject")))
    )


def _says_so(headers: Headers) -> bool:
    submitted = headers.get("auto-submitted").lower()
    precedence = headers.get("precedence").lower()
    suppressed = headers.get("x-auto-response-suppress").lower()
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or precedence in {"bulk", "list", "junk", "auto_reply"}
        or suppressed == "all"
        or has_null_path(headers)
        or "multipart/report" in headers.get("content-type").lower()
    )
