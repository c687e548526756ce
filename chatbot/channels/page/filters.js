/** Which articles may answer: the drawer where that is chosen, and the chips that show it. */

import { counted, icon } from "./dom.js";
import { button, element, isolated } from "./elements.js";

const ARTICLES = new URL("../../api/articles", import.meta.url);
const DAY = { dateStyle: "medium", timeZone: "UTC" };

/** Whether a filter leaves anything out. */
export function isActive(filter) {
  return Boolean(filter.articles?.length || filter.tags?.length || filter.since || filter.until);
}

/** A filter in words, without anything to press. */
export function drawFilter(filter) {
  const words = element("span");
  for (const { text } of parts(filter)) words.append(words.childNodes.length ? ", " : "", isolated(text));
  return words;
}

/** A chip for each part of a filter; each takes its part away. */
export function drawChips(filter, change) {
  return parts(filter).map(({ text, rest }) =>
    element(
      "li",
      { class: "chip" },
      isolated(text, "span"),
      button({ label: `Remove the filter ${text}`, onclick: () => change(rest) }, icon("close")),
    ),
  );
}

function parts(filter) {
  const { articles = [], tags = [], since, until, titles = {} } = filter;
  const found = articles.map((slug) => ({ text: titles[slug] || slug, rest: without("articles", slug) }));
  found.push(...tags.map((tag) => ({ text: tag, rest: without("tags", tag) })));
  if (since || until) found.push({ text: period(since, until), rest: { ...filter, since: "", until: "" } });
  return found;

  function without(name, value) {
    return { ...filter, [name]: filter[name].filter((item) => item !== value) };
  }
}

function period(since, until) {
  if (since && until) return `${day(since)} to ${day(until)}`;
  return since ? `since ${day(since)}` : `until ${day(until)}`;
}

function day(date) {
  const parsed = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(parsed.getTime()) ? date : parsed.toLocaleDateString("en-GB", DAY);
}

/** The drawer. `open` shows a filter in it; `change` is called with the one that is chosen. */
export function drawDrawer(change) {
  const post = element("select", { id: "filter-post", name: "post" });
  const tags = element("div", { class: "choices" });
  const tagSet = element("fieldset", { class: "field filter-tags" }, element("legend", {}, "Topics"), tags);
  const since = element("input", { id: "filter-since", type: "date", name: "since" });
  const until = element("input", { id: "filter-until", type: "date", name: "until" });
  const note = element("p", { class: "filter-note", role: "status" });
  const form = element(
    "form",
    { method: "dialog", onsubmit: () => change(chosen()), onchange: count },
    field("Article", post),
    tagSet,
    element(
      "fieldset",
      { class: "field filter-dates" },
      element("legend", {}, "Published"),
      field("From", since),
      field("To", until),
    ),
    note,
    element(
      "div",
      { class: "drawer-buttons" },
      button({ class: "quiet", onclick: reset }, "Reset"),
      element("button", { type: "submit", class: "solid" }, "Apply"),
    ),
  );
  const drawer = element(
    "dialog",
    { class: "drawer", "aria-labelledby": "drawer-title" },
    element(
      "div",
      { class: "drawer-head" },
      element("h2", { id: "drawer-title" }, "Search in"),
      button({ class: "tool", label: "Close", onclick: () => drawer.close() }, icon("close")),
    ),
    element("p", { class: "drawer-text" }, "Answers come only from the articles that fit."),
    form,
  );
  drawer.addEventListener("click", (event) => event.target === drawer && drawer.close());
  let articles = [];

  function field(label, control) {
    return element("div", { class: "field" }, element("label", { for: control.id }, label), control);
  }

  async function open(filter) {
    drawer.showModal();
    try {
      const response = await fetch(ARTICLES);
      if (!response.ok) throw new Error(response.statusText);
      articles = await response.json();
    } catch {
      note.textContent = "The articles can't be listed right now. Try again in a moment.";
      return;
    }
    fill(filter);
    count();
  }

  function fill(filter) {
    const options = articles.map(({ slug, title }) => element("option", { value: slug }, title));
    post.replaceChildren(element("option", { value: "" }, "All articles"), ...options);
    post.value = filter.articles?.[0] || "";
    const known = [...new Set(articles.flatMap((article) => article.tags))].sort((one, other) => one.localeCompare(other));
    tags.replaceChildren(...known.map((tag) => drawTag(tag, filter.tags?.includes(tag))));
    tagSet.hidden = !known.length;
    since.value = filter.since || "";
    until.value = filter.until || "";
  }

  function drawTag(tag, checked) {
    const box = element("input", { type: "checkbox", name: "tag", value: tag });
    box.checked = Boolean(checked);
    return element("label", { class: "choice" }, box, isolated(tag));
  }

  function chosen() {
    const titles = post.value ? { [post.value]: post.selectedOptions[0].textContent } : {};
    const wanted = new FormData(form).getAll("tag");
    return { articles: post.value ? [post.value] : [], tags: wanted, since: since.value, until: until.value, titles };
  }

  function reset() {
    fill({});
    count();
  }

  function count() {
    const filter = chosen();
    const number = articles.filter((article) => passes(article, filter)).length;
    note.textContent = number ? counted(number, "article fits", "articles fit") : "No article fits.";
  }

  return { node: drawer, open };
}

function passes(article, { articles, tags, since, until }) {
  if (articles.length && !articles.includes(article.slug)) return false;
  if (tags.length && !tags.some((tag) => article.tags.includes(tag))) return false;
  if ((since || until) && !article.date) return false;
  return (!since || article.date >= since) && (!until || article.date <= until);
}
