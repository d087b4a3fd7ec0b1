// Eleventy as bench/site sets it up: pages and feeds are paginated data.

import { readFileSync } from "node:fs";
import nunjucks from "nunjucks";
import { entriesOf } from "./entries.mjs";
import { feedsOf, pagesOf } from "./model.mjs";

const site = JSON.parse(readFileSync("words.json", "utf8"));
const escape = (text) =>
  String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const { markSafe: safe } = nunjucks.runtime;
const format = { year: "numeric", month: "long", day: "numeric", timeZone: "UTC" };
const FORMATS = {
  zh: new Intl.DateTimeFormat("zh-CN", format),
  en: new Intl.DateTimeFormat("en-US", format),
};

export default function (config) {
  const pages = pagesOf(entriesOf("entries"), site);
  config.addGlobalData("site", site);
  config.addGlobalData("pages", pages);
  config.addGlobalData("feeds", feedsOf(pages, site));
  config.setNunjucksEnvironmentOptions({ autoescape: true, trimBlocks: true, lstripBlocks: true });
  config.addNunjucksFilter("day", (text, lang) => FORMATS[lang].format(new Date(text)));
  config.addNunjucksFilter("rfc822", (text) => new Date(`${text}T10:00:00Z`).toUTCString());
  config.addNunjucksFilter("json", (data) => safe(JSON.stringify(data).replaceAll("<", "\\u003c")));
  config.addNunjucksFilter("markup", (text) => safe(escape(text)));
  return { htmlTemplateEngine: "njk", dir: { input: "pages", output: "public", includes: "../layouts" } };
}
