// The search of an edition: Pagefind finds, this orders what it found and shows it.
// Pagefind finds what has the words anywhere; so whatever has the query as it was written comes
// first, and what has not even its parts is left out.

const AT_MOST = 60;  // records that are looked at, for each way of asking
const AROUND = 70;   // characters that are shown on each side of a match
// Han text is searched by its characters: records and queries have a space around each.
const CHARS = "\\u3000-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff00-\\uffef\\u{20000}-\\u{3ffff}";
const HAN = new RegExp(`[${CHARS}]`, "u");
const RUNS = new RegExp(`[${CHARS}]+|[^${CHARS}\\s\\p{P}]+`, "gu");
const BETWEEN = new RegExp(`(?<=[${CHARS}])(?=\\S)|(?<=\\S)(?=[${CHARS}])`, "gu");
const SPACES = new RegExp(`\\s+(?=[${CHARS}])|(?<=[${CHARS}])\\s+`, "gu");

const form = document.querySelector("form.search");
const status = document.querySelector(".search-status");
const list = document.querySelector(".search-results");
const say = (key, values = {}) => {
  list.ariaBusy = String(key === "busy");
  status.textContent = form.dataset[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
};
let turn = 0;
let loaded = null;

// Text as it is compared, with the place in the text of each of its characters.
function folded(text) {
  const places = [];
  let all = "";
  let at = 0;
  for (const char of text) {
    const plain = char.normalize("NFKC").toLowerCase();
    for (let n = 0; n < plain.length; n += 1) places.push(at);
    all += plain;
    at += char.length;
  }
  places.push(at);
  return { all, places };
}

// What has to occur: each word, of a long one all but its ending; of Han text each two characters.
function partsOf(query) {
  return (query.match(RUNS) ?? []).flatMap((run) => {
    if (!HAN.test(run)) return [run.length > 5 ? run.slice(0, -2) : run];
    const chars = [...run];
    return chars.length < 3 ? [run] : chars.slice(1).map((char, n) => chars[n] + char).filter((pair) => !/\p{P}/u.test(pair));
  });
}

function judged(found, query, parts) {
  const title = folded(found.meta.title).all;
  const text = `${title} ${folded(found.meta.second ?? "").all} ${folded(found.content).all}`;
  if (title.includes(query)) return 0;
  if (text.includes(query)) return 1;
  return parts.length && parts.every((part) => text.includes(part)) ? 2 : -1;
}

async function load() {
  const answer = await fetch(`${form.dataset.index}index.json`, { cache: "no-cache" });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(answer.status);
  const { years } = await answer.json();
  const [newest, ...older] = years;
  if (!newest) return null;
  const folder = (year) => `${form.dataset.index}${year}/`;
  const pagefind = await import(`${folder(newest)}pagefind.js`);
  await pagefind.options({ baseUrl: "/", noWorker: true });
  await pagefind.init();
  await Promise.all(older.map((year) => pagefind.mergeIndex(folder(year), { baseUrl: "/" })));
  return { pagefind, years };
}

// What has a query as it was written.  Between Han characters a mark takes a place in the index that
// no query can name: then it is what has the text on each side of the marks.
async function phrased(pagefind, query, options) {
  const pieces = HAN.test(query) ? query.split(/[\p{P}\p{S}]+/u) : [query.replaceAll('"', " ")];
  let found = null;
  for (const piece of pieces.filter((each) => each.trim())) {
    const { results } = await pagefind.search(`"${piece.replace(BETWEEN, " ").trim()}"`, options);
    const has = new Set(results.map((each) => each.id));
    found = found ? found.filter((each) => has.has(each.id)) : results;
    if (!found.length) break;
  }
  return found ?? [];
}

// Exact phrases first, so that they are among what is looked at; each record once.
async function ask(query, year) {
  const { pagefind } = await loaded;
  const options = year ? { filters: { year } } : {};
  const found = [];
  const take = (results) =>
    found.push(...results.slice(0, AT_MOST).map((each) => ({ each, isCut: results.length > AT_MOST })));
  take(await phrased(pagefind, query, options));
  // Of a common phrase there is enough to show; in ten years the words alone take seconds.
  if (found.length < AT_MOST) {
    const words = query.replaceAll('"', " ").replace(BETWEEN, " ");
    take((await pagefind.search(words, options)).results);
  }
  const records = await Promise.all(
    found.map(async ({ each }) => {
      const data = await each.data();
      return { ...data, content: data.content.replace(SPACES, ""), score: each.score };
    }),
  );
  const plain = folded(query).all;
  const parts = partsOf(plain);
  const once = new Map();
  for (const each of records) {
    const rank = judged(each, plain, parts);
    if (rank >= 0 && !once.has(each.url)) once.set(each.url, { ...each, rank });
  }
  const kept = [...once.values()].sort((a, b) => a.rank - b.rank || b.score - a.score);
  // Where all that was looked at fits, there may be more.
  return { kept, isCut: found.some(({ isCut }) => isCut) && kept.length >= AT_MOST };
}

function langOf(text) {
  const langs = form.dataset.langs.split(" ");
  const isHan = (lang) => /^(zh|ja|yue)\b/.test(lang);
  return langs.find((lang) => isHan(lang) === HAN.test(text)) ?? langs[0];
}

// A text with what was looked for marked in it.
function marked(element, text, wanted) {
  const { all, places } = folded(text);
  let shown = 0;
  for (let from = 0; from < all.length;) {
    const hits = wanted.map((each) => [all.indexOf(each, from), each.length]).filter(([at]) => at >= 0);
    if (!hits.length) break;
    const [at, length] = hits.sort((a, b) => a[0] - b[0] || b[1] - a[1])[0];
    const mark = document.createElement("mark");
    mark.textContent = text.slice(places[at], places[at + length]);
    element.append(text.slice(shown, places[at]), mark);
    shown = places[at + length];
    from = at + length;
  }
  element.append(text.slice(shown));
}

function excerpt(text, wanted) {
  const { all, places } = folded(text);
  const hits = wanted.map((each) => all.indexOf(each)).filter((at) => at >= 0);
  const hit = places[hits.length ? Math.min(...hits) : 0];
  let from = Math.max(0, hit - AROUND);
  let to = Math.min(text.length, hit + 2 * AROUND);
  while (from > 0 && from > hit - AROUND - 12 && /\w/.test(text[from - 1])) from -= 1;
  while (to < text.length && to < hit + 2 * AROUND + 12 && /\w/.test(text[to])) to += 1;
  return `${from ? "…" : ""}${text.slice(from, to).trim()}${to < text.length ? "…" : ""}`;
}

function line(tag, name, lang) {
  const made = document.createElement(tag);
  made.className = name;
  if (lang) made.lang = lang;
  return made;
}

function row(found, query, parts) {
  const { meta } = found;
  const wanted = found.rank < 2 ? [query] : parts;
  const item = document.createElement("li");
  const facts = line("p", "row-facts");
  const time = document.createElement("time");
  time.dateTime = meta.iso;
  time.textContent = meta.date;
  facts.append(time);
  const heading = line("h2", "row-title");
  const link = document.createElement("a");
  link.href = found.url;
  link.lang = meta.lang;
  marked(link, meta.title, wanted);
  heading.append(link);
  item.append(facts, heading);
  // A record begins with its title, so that this is found, too.
  const title = meta.title.replace(SPACES, "");
  const body = found.content.startsWith(title) ? found.content.slice(title.length).trim() : found.content;
  const shown = excerpt(body, wanted);
  if (shown) {
    const text = line("p", "search-excerpt", langOf(shown));
    marked(text, shown, wanted);
    item.append(text);
  }
  return item;
}

async function search() {
  const mine = (turn += 1);
  const query = form.q.value.normalize("NFKC").trim();
  list.replaceChildren();
  if (!query) {
    status.textContent = "";
    list.ariaBusy = "false";
    return;
  }
  say("busy");
  try {
    const { kept, isCut } = await ask(query, form.year.value);
    if (mine !== turn) return;
    const plain = folded(query).all;
    list.append(...kept.map((each) => row(each, plain, partsOf(plain))));
    const many = kept.length === 1 ? "one" : isCut ? "first" : "many";
    say(kept.length ? many : "nothing", { n: kept.length, query });
  } catch {
    if (mine === turn) say("broken");
  }
}

function fill() {
  const asked = new URLSearchParams(location.search);
  form.q.value = asked.get("q") ?? "";
  form.year.value = asked.get("year") ?? "";
  if (form.year.selectedIndex < 0) form.year.value = "";
  search();
}

function remember() {
  const address = new URL(location.href);
  for (const name of ["q", "year"]) {
    const value = form[name].value.trim();
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  if (address.href !== location.href) history.pushState(null, "", address);
}

loaded = load();
try {
  const ready = await loaded;
  if (ready) {
    for (const year of ready.years) form.year.add(new Option(year, year));
    form.year.closest("p").hidden = ready.years.length < 2;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      remember();
      search();
    });
    form.year.addEventListener("change", () => form.requestSubmit());
    addEventListener("popstate", fill);
    fill();
  } else {
    say("notThere");
  }
} catch {
  say("broken");
}
