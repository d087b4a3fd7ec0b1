// The entries of a publication, from their YAML files, with their texts as HTML.

import { readFileSync, readdirSync } from "node:fs";
import yaml from "js-yaml";
import MarkdownIt from "markdown-it";

const markdown = new MarkdownIt();

/** Every entry under a folder, the oldest first. */
export function entriesOf(top) {
  const names = readdirSync(top, { recursive: true }).filter((each) => each.endsWith(".yaml"));
  return names.sort().map((name) => entry(`${top}/${name}`, name.slice(0, -".yaml".length)));
}

function entry(file, id) {
  const read = yaml.load(readFileSync(file, "utf8"));
  const [year, month, date] = id.split("/");
  const sources = read.sources.map((each) => ({ ...each, site: new URL(each.url).hostname }));
  const plain = both(read.summary, (text) => text.replaceAll("**", "").trim());
  const html = (texts) => both(texts, (text) => markdown.render(text).trim());
  return {
    id,
    path: `e/${id}/`,
    anchor: id.replaceAll("/", "-"),
    day: `${year}-${month}-${date}`,
    month: `${year}-${month}`,
    year,
    short: `${month}-${date}`,
    title: read.title,
    plain,
    about: both(plain, (text) => `${text.slice(0, 150)}…`),
    summary: html(read.summary),
    why: html(read.fields.why_it_matters),
    sources,
    site: sources[0].site,
    tags: read.tags,
    story: read.story ?? "",
    importance: read.importance,
  };
}

function both(texts, change) {
  return Object.fromEntries(Object.entries(texts).map(([lang, text]) => [lang, change(text)]));
}
