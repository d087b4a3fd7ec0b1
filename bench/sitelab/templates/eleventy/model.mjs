// The pages of a publication as data: what each shows, and where it is. `pelican/model.py` too.

import { readFileSync } from "node:fs";

const { limits } = JSON.parse(readFileSync("words.json", "utf8"));
const { latest: LATEST, stories: STORIES, divided: DIVIDED, feed: FEED } = limits;
const FORMS = [
  { name: "RSS", file: "rss.xml", form: "rss" },
  { name: "Atom", file: "atom.xml", form: "atom" },
  { name: "JSON Feed", file: "feed.json", form: "json" },
];
const MONTHS =
  "January February March April May June July August September October November December".split(" ");

/** Every page of every edition; `entries` are the oldest first. */
export function pagesOf(entries, site) {
  const issues = issuesOf(entries);
  const newest = issues.toReversed().flatMap((issue) => issue.entries);
  const years = yearsOf(newest, issues);
  const tags = grouped(newest, (each) => each.tags);
  const stories = grouped(newest, (each) => (each.story ? [each.story] : []));
  const found = [];
  for (const ed of site.order) {
    const words = site.editions[ed];
    const page = (rel, kind, title, about, crumbs = [], more = {}) =>
      found.push({ ed, rel, kind, title, about, crumbs, ...more });
    own(page, words, site, issues, newest, years);
    tagPages(page, words, tags);
    storyPages(page, words, stories);
    for (const entry of newest) {
      const crumbs = [{ path: "entries/", name: words.entries }];
      const { title, about } = entry;
      page(entry.path, "entry", title[words.first], about[words.first], crumbs, { entry, day: entry.day });
    }
  }
  return found;
}

/** The feeds of the pages that have some. */
export function feedsOf(pages, site) {
  return pages.flatMap((page) =>
    (page.has ?? []).map(({ form, file }) => {
      const most = page.kind === "bulletin" ? site.editions[page.ed].issues : LATEST;
      return { ...page, newest: page.newest.slice(0, most), form, file };
    }),
  );
}

function grouped(entries, keys) {
  const found = new Map();
  for (const entry of entries)
    for (const key of keys(entry)) {
      if (!found.has(key)) found.set(key, []);
      found.get(key).push(entry);
    }
  return found;
}

function issuesOf(entries) {
  const days = grouped(entries, (each) => [each.day]);
  return [...days].map(([day, of], at) => {
    const carried = of.toSorted((a, b) => b.importance - a.importance || (a.id < b.id ? -1 : 1));
    const [year, month, date] = day.split("-").map(Number);
    const heads = carried.slice(1, 4).map((each) => each.title);
    const about = (lang) => heads.map((each) => each[lang]).join(" · ");
    return {
      day,
      number: at + 1,
      entries: carried,
      path: `daily/${day}/`,
      title: {
        zh: `每日十条 · ${year}年${month}月${date}日`,
        en: `Ten a Day · ${MONTHS[month - 1]} ${date}, ${year}`,
      },
      about: { zh: about("zh"), en: about("en") },
    };
  });
}

function yearsOf(newest, issues) {
  return [...grouped(newest, (each) => [each.year])].map(([name, of]) => {
    const months = [...grouped(of, (each) => [each.month])].map(([month, own]) => {
      const told = issues.filter((each) => each.day.startsWith(month)).toReversed();
      const path = month.replace("-", "/");
      return { name: month, path, of: own, told, entries: own.length, issues: told.length };
    });
    const sum = (unit) => months.reduce((most, each) => most + each[unit], 0);
    return { name, months, entries: sum("entries"), issues: sum("issues") };
  });
}

function own(page, words, site, issues, newest, years) {
  const name = site.bulletin[words.first];
  const about = site.about[words.first];
  const recent = issues.toReversed().slice(0, LATEST);
  const latest = newest.slice(0, LATEST);
  const daily = [{ path: "daily/", name }];
  const shelf = [{ path: "entries/", name: words.entries }];
  const follow = { follow: true, has: FORMS, years };
  page("", "home", site.name[words.first], about, [], { issues: recent.slice(0, 9) });
  page("daily/", "bulletin", name, about, [], {
    ...follow, issues: recent, of: "daily/", unit: "issues", newest: recent,
  });
  page("entries/", "list", words.all, about, [], {
    ...follow, entries: latest, of: "entries/", unit: "entries", newest: latest,
  });
  feedPage(page, words, "daily/", name, FORMS);
  feedPage(page, words, "entries/", words.all, FORMS);
  page("about/", "about", words.aboutus, about);
  issues.forEach((issue, at) => {
    page(issue.path, "issue", issue.title[words.first], issue.about[words.first], daily, {
      name: issue.title,
      number: issue.number,
      day: issue.day,
      entries: issue.entries,
      previous: issues[at - 1]?.day,
      next: issues[at + 1]?.day,
    });
  });
  for (const year of years) {
    const told = year.months.flatMap((month) => month.told);
    const more = { years: [year], of: "entries/", unit: "entries" };
    page(`daily/${year.name}/`, "year", `${name}, ${year.name}`, about, daily, { issues: told });
    page(`entries/${year.name}/`, "months", `${words.entries}, ${year.name}`, about, shelf, more);
    for (const month of year.months) {
      const at = `${month.path}/`;
      page(`daily/${at}`, "month", `${name}, ${month.name}`, about, daily, { issues: month.told });
      page(`entries/${at}`, "short", `${words.entries} ${month.name}`, about, shelf, {
        grouped: [{ name: month.name, entries: month.of }],
      });
    }
  }
}

function feedPage(page, words, of, name, forms) {
  const crumbs = [{ path: "feeds/", name: words.feeds }];
  const more = { kicker: words.feeds, subtitle: words.copy, of, forms };
  page(`${of}feed/`, "feed", name, words.copy, crumbs, more);
}

function tagPages(page, words, tags) {
  const crumbs = [{ path: "tags/", name: words.tags }];
  const counts = [];
  for (const tag of [...tags.keys()].sort()) {
    const entries = tags.get(tag);
    const latest = entries.slice(0, LATEST);
    const on = [];
    counts.push({ name: tag, path: `tags/${tag}/`, count: entries.length });
    if (entries.length > LATEST)
      for (const [year, of] of grouped(entries, (each) => [each.year])) {
        const months = [...grouped(of, (each) => [each.month])].map(([name, entries]) => ({ name, entries }));
        const path = `tags/${tag}/${year}/`;
        const kicker = words.tags;
        on.push({ name: year, path, count: of.length });
        if (of.length <= DIVIDED) {
          page(path, "short", `${tag}, ${year}`, tag, crumbs, { kicker, grouped: months });
          continue;
        }
        const parts = months.map((month) => {
          const at = `tags/${tag}/${month.name.replace("-", "/")}/`;
          page(at, "short", `${tag}, ${month.name}`, tag, crumbs, { kicker, grouped: [month] });
          return { name: month.name, path: at, count: month.entries.length };
        });
        page(path, "divided", `${tag}, ${year}`, tag, crumbs, { kicker, counts: parts });
      }
    page(`tags/${tag}/`, "list", tag, tag, crumbs, {
      kicker: words.tags, follow: true, entries: latest, counts: on, has: FORMS.slice(1, 2), newest: latest.slice(0, FEED),
    });
    feedPage(page, words, `tags/${tag}/`, tag, FORMS.slice(1, 2));
  }
  page("tags/", "tags", words.tags, words.tags, [], { counts });
  page("feeds/", "feeds", words.feeds, words.copy, [], { counts, forms: FORMS });
}

function storyPages(page, words, stories) {
  const crumbs = [{ path: "stories/", name: words.stories }];
  const counts = [];
  const years = new Map();
  for (const [story, entries] of stories) {
    const path = `stories/${story}/`;
    if (counts.length < STORIES) counts.push({ name: story, path, count: entries.length });
    for (const [year, of] of grouped(entries, (each) => [each.year])) {
      if (!years.has(year)) years.set(year, []);
      years.get(year).push({ name: story, path, count: of.length });
    }
    page(path, "list", story, story, crumbs, { kicker: words.story, entries });
  }
  for (const [year, own] of years) {
    const path = `stories/year/${year}/`;
    counts.push({ name: year, path, count: own.length });
    page(path, "stories", `${words.stories}, ${year}`, year, crumbs, { counts: own });
  }
  page("stories/", "stories", words.stories, words.stories, [], { counts });
}
