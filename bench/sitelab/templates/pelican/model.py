"""The pages of a publication as data: what each shows and where it is (`eleventy/model.mjs`)."""

from __future__ import annotations

import json
from calendar import month_name
from itertools import groupby
from pathlib import Path

LIMITS = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))["limits"]
LATEST, STORIES, DIVIDED = LIMITS["latest"], LIMITS["stories"], LIMITS["divided"]
FEED = LIMITS["feed"]
FORMS = [
    {"name": "RSS", "file": "rss.xml", "form": "rss"},
    {"name": "Atom", "file": "atom.xml", "form": "atom"},
    {"name": "JSON Feed", "file": "feed.json", "form": "json"},
]


def pages_of(entries, site):
    """Every page of every edition; `entries` are the oldest first."""
    issues = _issues(entries)
    newest = [entry for issue in reversed(issues) for entry in issue["entries"]]
    years = _years(newest, issues)
    tags, stories = {}, {}
    for entry in newest:
        for tag in entry["tags"]:
            tags.setdefault(tag, []).append(entry)
        if entry["story"]:
            stories.setdefault(entry["story"], []).append(entry)
    for ed in site["order"]:
        words = site["editions"][ed]
        yield from _own(ed, words, site, issues, newest, years)
        yield from _tags(ed, words, tags)
        yield from _stories(ed, words, stories)
        for entry in newest:
            yield _page(
                ed, entry["path"], "entry", entry["title"][words["first"]],
                entry["about"][words["first"]], [("entries/", words["entries"])],
                entry=entry, day=entry["day"],
            )  # fmt: skip


def feeds_of(pages, site):
    """The feeds of the pages that have some."""
    for page in pages:
        for form in page.get("has", ()):
            items = page["newest"][
                : site["editions"][page["ed"]]["issues"] if page["kind"] == "bulletin" else LATEST
            ]
            yield {**page, "newest": items, "form": form["form"], "file": form["file"]}


def _page(ed, rel, kind, title, about, crumbs=(), **more):
    return {
        "ed": ed, "rel": rel, "kind": kind, "title": title, "about": about,
        "crumbs": [{"path": path, "name": name} for path, name in crumbs], **more,
    }  # fmt: skip


def _issues(entries):
    found = []
    for number, (day, of) in enumerate(groupby(entries, lambda each: each["day"]), 1):
        carried = sorted(of, key=lambda each: (-each["importance"], each["id"]))
        year, month, date = (int(each) for each in day.split("-"))
        name = f"{month_name[month]} {date}, {year}"
        titles = [each["title"] for each in carried[1:4]]
        found.append({
            "day": day, "number": number, "entries": carried, "path": f"daily/{day}/",
            "title": {"zh": f"每日十条 · {year}年{month}月{date}日", "en": f"Ten a Day · {name}"},
            "about": {lang: " · ".join(each[lang] for each in titles) for lang in ("zh", "en")},
        })  # fmt: skip
    return found


def _years(newest, issues):
    found = []
    for year, of in groupby(newest, lambda each: each["year"]):
        months = []
        for month, entries in groupby(of, lambda each: each["month"]):
            own = list(entries)
            told = [each for each in reversed(issues) if each["day"].startswith(month)]
            months.append({
                "name": month, "path": month.replace("-", "/"), "of": own, "told": told,
                "entries": len(own), "issues": len(told),
            })  # fmt: skip
        sums = {unit: sum(each[unit] for each in months) for unit in ("entries", "issues")}
        found.append({"name": year, "months": months, **sums})
    return found


def _own(ed, words, site, issues, newest, years):
    first = words["first"]
    name, about, recent = site["bulletin"][first], site["about"][first], issues[::-1][:LATEST]
    daily, shelf = [("daily/", name)], [("entries/", words["entries"])]
    yield _page(ed, "", "home", site["name"][first], about, issues=recent[:9])
    yield _page(ed, "daily/", "bulletin", name, about, issues=recent, years=years, of="daily/",
                unit="issues", follow=True, has=FORMS, newest=recent)  # fmt: skip
    yield _page(ed, "entries/", "list", words["all"], about, entries=newest[:LATEST], years=years,
                of="entries/", unit="entries", follow=True, has=FORMS,
                newest=newest[:LATEST])  # fmt: skip
    yield _feed_page(ed, words, "daily/", name, FORMS)
    yield _feed_page(ed, words, "entries/", words["all"], FORMS)
    yield _page(ed, "about/", "about", words["aboutus"], about)
    for at, issue in enumerate(issues):
        near = {}
        if at:
            near["previous"] = issues[at - 1]["day"]
        if at + 1 < len(issues):
            near["next"] = issues[at + 1]["day"]
        yield _page(ed, issue["path"], "issue", issue["title"][first], issue["about"][first], daily,
                    name=issue["title"], number=issue["number"], day=issue["day"],
                    entries=issue["entries"], **near)  # fmt: skip
    for year in years:
        at, own = year["name"], [each for month in year["months"] for each in month["told"]]
        yield _page(ed, f"daily/{at}/", "year", f"{name}, {at}", about, daily, issues=own)
        yield _page(ed, f"entries/{at}/", "months", f"{words['entries']}, {at}", about, shelf,
                    years=[year], of="entries/", unit="entries")  # fmt: skip
        for month in year["months"]:
            title, path = month["name"], month["path"]
            yield _page(ed, f"daily/{path}/", "month", f"{name}, {title}", about, daily,
                        issues=month["told"])  # fmt: skip
            heading = f"{words['entries']} {title}"
            yield _page(ed, f"entries/{path}/", "short", heading, about, shelf,
                        grouped=[{"name": title, "entries": month["of"]}])  # fmt: skip


def _feed_page(ed, words, of, name, forms):
    return _page(ed, f"{of}feed/", "feed", name, words["copy"], [("feeds/", words["feeds"])],
                 kicker=words["feeds"], subtitle=words["copy"], of=of, forms=forms)  # fmt: skip


def _count(name, path, number):
    return {"name": name, "path": path, "count": number}


def _tags(ed, words, tags):
    crumbs, counts = [("tags/", words["tags"])], []
    for tag, entries in sorted(tags.items()):
        counts.append(_count(tag, f"tags/{tag}/", len(entries)))
        on = []
        for year, of in (
            groupby(entries, lambda each: each["year"]) if len(entries) > LATEST else ()
        ):
            own = list(of)
            months = [
                {"name": month, "entries": list(each)}
                for month, each in groupby(own, lambda each: each["month"])
            ]
            path, title = f"tags/{tag}/{year}/", f"{tag}, {year}"
            on.append(_count(year, path, len(own)))
            if len(own) <= DIVIDED:
                yield _page(ed, path, "short", title, tag, crumbs, kicker=words["tags"],
                            grouped=months)  # fmt: skip
                continue
            parts = []
            for each in months:
                at = f"tags/{tag}/{each['name'].replace('-', '/')}/"
                parts.append(_count(each["name"], at, len(each["entries"])))
                yield _page(ed, at, "short", f"{tag}, {each['name']}", tag, crumbs,
                            kicker=words["tags"], grouped=[each])  # fmt: skip
            yield _page(ed, path, "divided", title, tag, crumbs, kicker=words["tags"],
                        counts=parts)  # fmt: skip
        yield _page(ed, f"tags/{tag}/", "list", tag, tag, crumbs, kicker=words["tags"], follow=True,
                    entries=entries[:LATEST], counts=on, has=FORMS[1:2],
                    newest=entries[:FEED])  # fmt: skip
        yield _feed_page(ed, words, f"tags/{tag}/", tag, FORMS[1:2])
    yield _page(ed, "tags/", "tags", words["tags"], words["tags"], counts=counts)
    yield _page(ed, "feeds/", "feeds", words["feeds"], words["copy"], counts=counts, forms=FORMS)


def _stories(ed, words, stories):
    crumbs, counts, years = [("stories/", words["stories"])], [], {}
    for at, (story, entries) in enumerate(stories.items()):
        path = f"stories/{story}/"
        if at < STORIES:
            counts.append(_count(story, path, len(entries)))
        for year, of in groupby(entries, lambda each: each["year"]):
            years.setdefault(year, []).append(_count(story, path, len(list(of))))
        yield _page(ed, path, "list", story, story, crumbs, kicker=words["story"], entries=entries)
    for year, own in years.items():
        counts.append(_count(year, f"stories/year/{year}/", len(own)))
        yield _page(ed, f"stories/year/{year}/", "stories", f"{words['stories']}, {year}", year,
                    crumbs, counts=own)  # fmt: skip
    yield _page(ed, "stories/", "stories", words["stories"], words["stories"], counts=counts)
