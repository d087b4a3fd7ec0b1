"""The tables of the derived index.

Whatever a page lists is kept in its order: a `list` holds the entries of one shelf (the set of
bulletins that carried them) that have a tag, a story or a month, and `posting` has them by time.
So the newest of a list are read from its end, and how many there are was counted before.
"""

from __future__ import annotations

# A file with another version is made anew.
VERSION = 4

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- `last_log` is the record of the newest issue: notices count from when it came out.
CREATE TABLE bulletin (
    slug TEXT PRIMARY KEY, issues INTEGER, numbered INTEGER, last_log INTEGER
) WITHOUT ROWID;
CREATE TABLE issue (
    bulletin TEXT, name TEXT, revision INTEGER, slot TEXT, day TEXT, number INTEGER,
    weight INTEGER, PRIMARY KEY (bulletin, name)
) WITHOUT ROWID;
CREATE INDEX issue_slot ON issue (slot, bulletin, name);
CREATE INDEX issue_bulletin_slot ON issue (bulletin, slot, name);
CREATE INDEX issue_day ON issue (day);
CREATE INDEX issue_bulletin_day ON issue (bulletin, day);
-- The months of the issues' days, and those (of UTC) in which they came out.
CREATE TABLE issue_month (
    bulletin TEXT, what TEXT, month TEXT, count INTEGER, PRIMARY KEY (bulletin, what, month)
) WITHOUT ROWID;
-- When an entry filed in a month, or an issue of its days, last came, was changed or left: in
-- microseconds since 1970.
CREATE TABLE month (month TEXT PRIMARY KEY, changed INTEGER) WITHOUT ROWID;

CREATE TABLE carried (
    entry TEXT, bulletin TEXT, name TEXT, as_news INTEGER, as_date INTEGER,
    PRIMARY KEY (entry, bulletin, name)
) WITHOUT ROWID;
CREATE INDEX carried_news ON carried (bulletin, entry, name) WHERE as_news;
CREATE INDEX carried_date ON carried (bulletin) WHERE as_date;
CREATE TABLE rejected (
    bulletin TEXT, entry TEXT, why TEXT, PRIMARY KEY (bulletin, entry)
) WITHOUT ROWID;

-- `published` is in microseconds since 1970, `tags` are divided by spaces.
CREATE TABLE entry (
    n INTEGER PRIMARY KEY, id TEXT UNIQUE, current TEXT, revision INTEGER, weight INTEGER,
    published INTEGER, month TEXT, story TEXT, tags TEXT, starts TEXT, ends TEXT, shelf INTEGER
);
CREATE INDEX entry_ends ON entry (ends) WHERE ends IS NOT NULL;
CREATE TABLE shelf (id INTEGER PRIMARY KEY, bulletins TEXT UNIQUE);
-- `what` is all, tag, story, month or feed (the month, of UTC, in which an entry was published);
-- a tag and a story have a list for each year, too, under which entries are filed.
CREATE TABLE list (
    id INTEGER PRIMARY KEY, what TEXT, value TEXT, year TEXT, shelf INTEGER,
    count INTEGER NOT NULL DEFAULT 0, last INTEGER
);
CREATE UNIQUE INDEX list_key ON list (what, year, value, shelf);
CREATE INDEX list_year ON list (what, value, year);
CREATE INDEX list_last ON list (year, shelf, last) WHERE what = 'story';
CREATE TABLE posting (
    list INTEGER, published INTEGER, n INTEGER, PRIMARY KEY (list, published, n)
) WITHOUT ROWID;
CREATE TRIGGER posted AFTER INSERT ON posting BEGIN
    UPDATE list SET count = count + 1, last = max(coalesce(last, NEW.published), NEW.published)
    WHERE id = NEW.list;
END;
CREATE TRIGGER taken_away AFTER DELETE ON posting BEGIN
    UPDATE list SET count = count - 1,
        last = (SELECT max(published) FROM posting WHERE list = OLD.list)
    WHERE id = OLD.list;
END;

CREATE TABLE alias (alias TEXT PRIMARY KEY, entry TEXT) WITHOUT ROWID;
CREATE INDEX alias_entry ON alias (entry);
CREATE TABLE correction (
    entry TEXT, place INTEGER, log INTEGER, PRIMARY KEY (entry, place)
) WITHOUT ROWID;
CREATE INDEX correction_log ON correction (log);
CREATE TABLE issue_correction (
    bulletin TEXT, name TEXT, place INTEGER, log INTEGER, PRIMARY KEY (bulletin, name, place)
) WITHOUT ROWID;
CREATE INDEX issue_correction_log ON issue_correction (bulletin, log);
"""
