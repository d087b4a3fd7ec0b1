"""An overview tells of everything, and of what could not be looked at in words."""

from __future__ import annotations

import json
import sqlite3

from newsroom import Newsroom, at

from publisher.overview.look import last_run, look, signs
from publisher.storage.copies import Copies
from publisher.storage.facts import Facts

NOW = at("2026-04-26")


def test_everything_is_in_it(quick: Newsroom) -> None:
    """After an issue came out."""
    quick.entry("one")
    commit = quick.commit()
    quick.subscribe()
    app = quick.app(NOW)
    app.publish()
    app.post.trouble("pull", "The remote cannot be reached", ["no route"])
    Facts(app.post.engine).set("publish.last", json.dumps({"at": NOW.isoformat(), "held": ["x"]}))
    Facts(app.post.engine).set("run:here", json.dumps({"at": NOW.isoformat(), "pid": 7}))

    seen = look(app, NOW)
    assert seen.unseen == {}
    assert (seen.publication, seen.commit) == ("news.example.com,2026", commit)
    assert [(str(each), each.step) for each in seen.issues] == [("daily 2026-04-26", "mailed")]
    assert [(each.state, each.counts) for each in seen.mailings] == [("finished", {"sent": 2})]
    assert [str(each) for each in seen.coming] == ["daily 2026-04-27"]
    assert [each.key for each in seen.troubles] == ["pull"]
    assert seen.last_run is not None
    assert seen.last_run.held == ("x",)
    assert [(each.kind, each.host, each.pid) for each in seen.signs] == [("run", "here", 7)]
    assert seen.overdue == ()
    assert (seen.lag.delivery, seen.lag.publishing) == (0, 0)
    assert {each.what for each in seen.disks} == {"state", "site"}
    assert seen.database is not None


def test_a_restored_copy(quick: Newsroom) -> None:
    """Until somebody says that it is the only one."""
    app = quick.app(NOW)
    Copies(app.post.engine).mark(NOW, NOW)
    assert look(app, NOW).copy_of == NOW
    Copies(app.post.engine).confirm(NOW)
    assert look(app, NOW).copy_of is None


def test_what_is_due_and_not_out(quick: Newsroom) -> None:
    """Five minutes after its slot."""
    seen = look(quick.app(NOW), NOW)

    assert [str(each) for each in seen.overdue] == ["daily 2026-04-26"]
    assert seen.lag.publishing == 300


def test_a_broken_publication_hides_only_its_own_part(quick: Newsroom) -> None:
    """The mailings are still told of."""
    quick.entry("one")
    quick.subscribe()
    quick.app(NOW).publish()
    quick.file("content/publication.yaml", "name: [")

    seen = look(quick.app(NOW), NOW)
    assert list(seen.unseen) == ["content"]
    assert "publication.yaml" in seen.unseen["content"]
    assert len(seen.mailings) == 1


def test_a_database_that_cannot_be_used_is_told(quick: Newsroom) -> None:
    """The archive is still looked at, and the disks."""
    app = quick.app(NOW)
    app.settings.state.mkdir(parents=True)
    (app.settings.state / "publisher.sqlite").write_bytes(b"not a database" * 100)

    seen = look(app, NOW)
    assert list(seen.unseen) == ["database"]
    assert "the database cannot be used" in seen.unseen["database"]
    assert seen.database is None
    assert seen.disks


def test_an_archive_that_cannot_be_read_is_told(quick: Newsroom) -> None:
    """A record of it is damaged, and nothing is known of it yet."""
    quick.entry("one")
    app = quick.app(NOW)
    app.publish()
    app.settings.index.unlink()
    for record in (app.settings.archive / "log").iterdir():
        record.chmod(0o644)
        record.write_text("{")

    assert list(look(quick.app(NOW), NOW).unseen) == ["archive"]


def test_an_archive_that_is_gone_is_told(quick: Newsroom) -> None:
    """A disk that was not mounted looks like an archive without issues."""
    quick.entry("one")
    app = quick.app(NOW)
    app.publish()
    app.settings.archive.rename(app.settings.archive.with_name("elsewhere"))

    assert "though issues were published" in look(quick.app(NOW), NOW).unseen["archive"]


def test_a_newer_database_is_told(quick: Newsroom) -> None:
    """It is left alone."""
    app = quick.app(NOW)
    assert app.people.get(0) is None
    with sqlite3.connect(app.settings.state / "publisher.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    assert "newer version" in look(quick.app(NOW), NOW).unseen["database"]


def test_facts_that_nobody_understands_are_passed_over() -> None:
    """Another version may write them otherwise."""
    for fact in (None, "", "[]", "{}", "{", '{"at": 1}', '{"at": "yesterday"}'):
        assert last_run(fact) is None
    assert list(signs({"run:a": "{}", "run:b": "x", "worker:c:1": "[]", "keys": "y"})) == []


def test_a_worker_is_known_by_its_machine() -> None:
    """Its number is that of the process."""
    told = json.dumps({"at": "2026-04-26T10:00:00+00:00", "pid": 12})
    (found,) = signs({"worker:host:12": told})

    assert (found.kind, found.host, found.pid) == ("worker", "host", 12)


def test_it_can_be_written_as_json(quick: Newsroom) -> None:
    """Times with their zone, and what is derived, too."""
    data = json.loads(json.dumps(look(quick.app(NOW), NOW).data()))

    assert data["at"] == "2026-04-26T18:05:00+08:00"
    assert data["lag"] == {"delivery": 0.0, "publishing": 300.0}
