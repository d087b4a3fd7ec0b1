"""Files of people, as other programs export them and as people make them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.document import Problem
from publisher.errors import ContentError, PublisherError, UsageError
from publisher.subscribers.addresses import AddressRefused, read_address
from publisher.subscribers.csv_read import Addresses, Person, Terms, read_people
from publisher.subscribers.subscriber import Choice

EDITIONS = {"daily": ("zh", "en"), "weekly": ("zh", "en", "bilingual")}
OWN = Terms(EDITIONS)
GIVEN = Terms(EDITIONS, ("daily", "weekly"), "en")
HEADER = "address,name,bulletin,edition,state,confirmed,source\n"
LISTMONK = "uuid,email,name,attributes,status,created_at,updated_at\n"
GHOST = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,"
    "deleted_at,labels,tiers\r\n"
)
MAILCHIMP = (
    '"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,'
    "CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,"
    "NOTES,TAGS\n"
)
MAILCHIMP_LEFT = (
    '"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,'
    "CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,UNSUB_TIME,"
    "UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER,LEID,EUID,NOTES,TAGS\n"
)
MAILCHIMP_CLEANED = (
    '"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,'
    "CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,CLEAN_TIME,"
    "CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID,LEID,EUID,NOTES,TAGS\n"
)


def read(data: str | bytes, terms: Terms = OWN) -> list[Person | Problem]:
    raw = data.encode() if isinstance(data, str) else data
    return list(read_people(raw.splitlines(keepends=True), "people.csv", terms))


def people(found: Iterable[Person | Problem]) -> list[Person]:
    assert all(isinstance(each, Person) for each in found), list(found)
    return [each for each in found if isinstance(each, Person)]


def refused(data: str | bytes, terms: Terms = OWN) -> list[str]:
    """What is wrong with a file that cannot be read to its end."""
    with pytest.raises(ContentError) as caught:
        read(data, terms)
    return [str(each) for each in caught.value.problems]


def test_a_line_is_a_subscription() -> None:
    line = "Anna@Example.com,Anna A.,daily,zh,paused,2026-04-01T08:00:00+08:00,form\n"
    (anna,) = people(read(HEADER + line))
    assert anna.address.text == "Anna@example.com"
    assert (anna.name, anna.state, anna.source) == ("Anna A.", "paused", "form")
    assert anna.choices == (Choice("daily", "zh"),)
    assert anna.proof is not None
    assert anna.proof.confirmed == dt.datetime(2026, 4, 1, tzinfo=dt.UTC)


def test_only_the_address_must_be_there() -> None:
    (anna,) = people(read("Address\nanna@example.com\n", GIVEN))
    assert anna.choices == (Choice("daily", "en"), Choice("weekly", "en"))
    assert (anna.state, anna.proof) == ("active", None)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_separators_line_ends_and_marks_are_taken(separator: str, end: str, mark: str) -> None:
    rows = ['"Address"', "NAME", "Bulletin", "edition"], ["a@example.com", '"A, B"', "daily", "zh"]
    text = mark + "".join(separator.join(row) + end for row in rows)
    (found,) = people(read(text))
    assert (found.name, found.choices) == ("A, B", (Choice("daily", "zh"),))


def test_excels_line_about_the_separator_and_empty_rows_are_passed_over() -> None:
    text = "sep=;\r\naddress;bulletin;edition\r\n;;\r\n\r\na@example.com;daily;zh\r\n"
    (found,) = people(read(text))
    assert found.line == 5


def test_listmonk_says_who_is_enabled() -> None:
    when = "2024-05-03 10:20:30.123456 +0000 UTC"
    text = LISTMONK + "".join(
        f'0b5b2c3d-0000-4000-8000-00000000000{n},{status}@example.com,N,"{{""city"": ""X""}}",'
        f"{status},{when},{when}\n"
        for n, status in enumerate(("enabled", "disabled", "blocklisted"))
    )
    found = people(read(text, GIVEN))
    assert [each.left_out for each in found] == ["", "disabled", "blocklisted"]
    assert [each.format for each in found] == ["listmonk"] * 3
    assert found[0].choices == (Choice("daily", "en"), Choice("weekly", "en"))
    assert found[0].proof is None


def test_listmonks_own_import_files_are_taken() -> None:
    (found,) = people(read("email,name,attributes\na@example.com,A,{}\n", GIVEN))
    assert (found.format, found.name) == ("listmonk", "A")


def test_ghost_says_who_gets_mails() -> None:
    text = (
        GHOST
        + "61f,a@example.com,A,,true,false,,2024-01-15T10:00:00.000Z,,vip,Gold\r\n"
        + "62f,b@example.com,B,,false,false,,2024-01-15T10:00:00.000Z,,,\r\n"
        + "63f,c@example.com,C,,true,false,,2024-01-15T10:00:00.000Z,2024-02-01T10:00:00.000Z,,"
    )
    found = people(read(text, GIVEN))
    assert [each.left_out for each in found] == ["", "not subscribed to mails", "deleted"]
    assert [each.format for each in found] == ["Ghost"] * 3


def test_ghosts_newer_and_older_columns_are_taken() -> None:
    for header in (GHOST.strip() + ",gift_id\n", GHOST.replace("tiers", "products")):
        (found,) = people(read(header + "61f,a@example.com,A,,true,false,,,,,\n", GIVEN))
        assert found.left_out == ""


def test_mailchimp_proves_who_signed_up() -> None:
    text = MAILCHIMP + (
        'a@example.com,Anna,A,2,"2015-03-16 14:40:00",192.0.2.1,"2015-03-16 14:40:47",192.0.2.2,'
        ',,,,,,,"2015-03-16 14:40:47",1,2,,"""VIP"",""Blog"""\n'
    )
    (anna,) = people(read(text, GIVEN))
    assert (anna.name, anna.format) == ("Anna A", "Mailchimp")
    assert anna.proof is not None
    assert anna.proof.asked == dt.datetime(2015, 3, 16, 14, 40, tzinfo=dt.UTC)
    assert anna.proof.confirmed == dt.datetime(2015, 3, 16, 14, 40, 47, tzinfo=dt.UTC)
    assert (anna.proof.asked_from, anna.proof.confirmed_from) == ("192.0.2.1", "192.0.2.2")


def test_mailchimps_time_without_an_ip_proves_nothing() -> None:
    """It is that of an import by somebody else."""
    text = MAILCHIMP + 'a@example.com,,,2,,,"2015-03-16 14:40:47",,,,,,,,,,1,2,,\n'
    (found,) = people(read(text, GIVEN))
    assert found.proof is None


def test_who_left_at_mailchimp_is_no_reader() -> None:
    proof = '"2015-03-16 14:40:00",192.0.2.1,"2015-03-16 14:40:47",192.0.2.2'
    left = f'a@example.com,A,,2,{proof},,,,,,,,"2016-01-01 00:00:00","News",1,"NORMAL",,1,2,,\n'
    cleaned = f'b@example.com,B,,2,{proof},,,,,,,,"2016-01-01 00:00:00","News",1,1,2,,\n'
    assert [each.left_out for each in people(read(MAILCHIMP_LEFT + left, GIVEN))] == [
        "unsubscribed"
    ]
    assert [each.left_out for each in people(read(MAILCHIMP_CLEANED + cleaned, GIVEN))] == [
        "cleaned"
    ]


def test_every_wrong_line_is_told_with_its_place() -> None:
    text = HEADER + (
        "a@example.com,A,daly,zh,active,,\n"
        "b@example.com,B,daily,zhh,active,,\n"
        "no address,C,daily,zh,active,,\n"
        "d@example.com,D,daily,zh,activ,,\n"
        "e@example.com,E,daily,zh,active,yesterday,\n"
        "f@example.com,F,daily,zh,active,,form,more\n"
        "g@example.com,G,daily,zh,active,,form\n"
    )
    *wrong, right = read(text)
    assert isinstance(right, Person)
    assert [str(each).split(";")[0] for each in wrong] == [
        "people.csv:2:17: there is no bulletin “daly”",
        "people.csv:3:23: daily has no edition “zhh”",
        "people.csv:4:1: “no address” is no mail address: An email address must have an @-sign",
        "people.csv:5:26: there is no state “activ”",
        "people.csv:6:33: “yesterday” is no time",
        "people.csv:7:39: this line has 8 cells, the header 7",
    ]
    assert 'did you mean "daily"?' in str(wrong[0])
    assert 'did you mean "active"?' in str(wrong[3])


def test_the_place_of_a_line_counts_line_breaks_within_cells() -> None:
    text = HEADER + '"a@example.com","A\nB",daily,zh,active,,\nb@example.com,"x",daily,no,,,\n'
    first, second = read(text)
    assert isinstance(first, Person)
    assert first.name == "A B"
    assert str(second).startswith("people.csv:4:25: daily has no edition “no”")


@pytest.mark.parametrize("address", ["a@example.com\x0bBcc: x@example.com", "a\u202e@example.com"])
def test_an_address_with_control_characters_is_a_wrong_line(address: str) -> None:
    (found,) = read(f"address,bulletin,edition\n{address},daily,zh\n".encode(), OWN)
    assert isinstance(found, Problem)
    assert "control character" in found.what


def test_a_file_that_contradicts_itself_is_told() -> None:
    text = HEADER + (
        "a@example.com,,daily,zh,active,,\nA@example.com,,daily,zh,ended,,\n"
        "a@example.com,,weekly,zh,active,,\na@example.com,,daily,zh,active,,\n"
    )
    one, two, three, four = read(text)
    assert all(isinstance(each, Person) for each in (one, three, four))
    assert str(two).startswith(
        "people.csv:3:1: line 2 says something else of this address and daily"
    )


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("gb18030", "GB18030"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"),
     ("latin-1", "Latin-1")],
)  # fmt: skip
def test_another_encoding_is_named(encoding: str, named: str) -> None:
    name = "读者甲的名字" if encoding == "gb18030" else "Zoë Müller"
    text = f"{HEADER}a@example.com,A,daily,zh,active,,\nb@example.com,{name},daily,zh,active,,\n"
    (told,) = refused(text.encode(encoding))
    assert named in told
    assert told.startswith("people.csv:1:1:" if named == "UTF-16" else "people.csv:3:")
    assert "save it as UTF-8" in told


def test_an_unknown_header_lists_what_there_may_be() -> None:
    (told,) = refused("mail,who\na@example.com,A\n", GIVEN)
    assert told.startswith("people.csv:1:1: this is no header of a file of people; ")
    for part in ("address,name,bulletin", "Mailchimp: email address,", "Ghost: email,", "listmonk"):
        assert part in told


def test_a_column_that_is_not_ours_is_told() -> None:
    told = refused("address,nam,bulletin,edition,edition\n")
    assert told[0].startswith("people.csv:1:9: there is no column “nam”; did you mean")
    assert told[1].startswith("people.csv:1:30: the column “edition” is there twice")


def test_an_empty_file_is_told() -> None:
    assert refused(b"") == ["people.csv:1:1: the file is empty; export it again"]
    assert refused(b"\xef\xbb\xbf\n\n") == ["people.csv:1:1: the file is empty; export it again"]


@pytest.mark.parametrize(
    "line", ['a@example.com,"A,daily,zh,active,,\n', 'a@example.com,"A"B,daily,zh,active,,\n']
)
def test_quotation_marks_that_do_not_match_end_the_reading(line: str) -> None:
    (told,) = refused(HEADER + line)
    assert told.startswith("people.csv:2:")
    assert "the quotation marks of this row do not match" in told


def test_what_a_file_says_is_not_said_again() -> None:
    with pytest.raises(UsageError, match="says the bulletin of each line itself; leave --bulletin"):
        read(HEADER, GIVEN)


def test_what_a_file_does_not_say_must_be_said() -> None:
    with pytest.raises(UsageError, match="which bulletin people want; name it with --bulletin"):
        read("address\na@example.com\n")
    with pytest.raises(UsageError, match="which edition people want; name it with --edition"):
        read("address,bulletin\na@example.com,daily\n")


@given(st.lists(st.one_of(
    st.emails(),
    st.from_regex(r"[a-zA-Z0-9.+_-]{1,70}@(example|EXAMPLE|例子)\.(com|test)", fullmatch=True),
)))  # fmt: skip
def test_addresses_are_read_as_everywhere(addresses: list[str]) -> None:
    reader = Addresses()
    for each in ["x@example.com", "x@例子.test", *addresses, *addresses]:
        assert outcome(reader.read, each) == outcome(read_address, each)


def outcome(reader: object, text: str) -> object:
    try:
        return reader(text)  # type: ignore[operator]
    except AddressRefused as error:
        return str(error)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (HEADER + text).encode()))
def test_no_file_ends_in_a_traceback(data: bytes) -> None:
    with suppress(PublisherError):
        read(data)
