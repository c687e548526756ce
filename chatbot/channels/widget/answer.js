/**
 * Draws one Answer record as DOM nodes: its statements with numbered marks, its sources, the questions to ask next.
 * The widget and the chat page share it and what it imports. It keeps nothing between calls and never parses HTML:
 * whatever an article or a reader wrote ends up in text nodes, isolated from its surroundings' writing direction.
 */

import { button, element, isolated } from "./elements.js";
import { quoteCard } from "./quote.js";

export { answerStyles } from "./answer-styles.js";

/** Every word this module shows; a caller replaces any of them. */
export const answerStrings = {
  sources: "Sources",
  source: "Source {number}: {title}",
  quotes: "{count} quotes",
  read: "Read it in the article",
  next: "Ask next",
  instead: "You could ask",
};

/** Groups with more quotes than this are folded. */
const SHOWN_QUOTES = 2;

/**
 * Renders an Answer record into a new element.
 *
 * @param {object} answer The record as the HTTP API gives it; `complete` may be false.
 * @param {object} [options]
 * @param {(citation: object, how: "quote"|"link", event: Event) => void} [options.onCite] A quote was opened, or a
 *   link to it followed (the event can be cancelled).
 * @param {(question: string) => void} [options.onSuggestion] Without it no suggestions are drawn.
 * @param {object} [options.strings] Replacements for `answerStrings`.
 * @param {string} [options.base] What paths in links are relative to; the page itself by default.
 * @param {string} [options.idPrefix] Keeps ids of several answers in one tree apart.
 * @param {string} [options.lang] Language of dates.
 * @param {(href: string) => string} [options.target] Where a link opens: `_self`, `_blank`.
 * @param {number} [options.shown] How many statements were there before: the others fade in.
 * @returns {HTMLElement} `div.chat-answer`
 */
export function renderAnswer(answer, options = {}) {
  const context = {
    ...options,
    strings: { ...answerStrings, ...options.strings },
    base: options.base || document.baseURI,
    idPrefix: options.idPrefix || "chat",
    citations: new Map((answer.citations || []).map((citation) => [citation.number, citation])),
  };
  const root = element("div", { class: "chat-answer" });
  root.dataset.found = String(Boolean(answer.found));
  root.dataset.complete = String(answer.complete !== false);
  root.dataset.composer = answer.composer || "";
  context.card = quoteCard(root, `${context.idPrefix}-quote`, (citation) => drawQuoted(citation, context), context.onCite);
  if (answer.note) root.append(isolated(answer.note, "p", { class: "chat-note" }));
  root.append(body(answer, context));
  if (context.citations.size) root.append(sources(answer, context));
  if (context.onSuggestion && answer.complete !== false && answer.suggestions?.length) {
    root.append(suggestions(answer, context));
  }
  return root;
}

/** An address a reader may follow, absolute; empty unless it is http(s) or a path. */
export function safeUrl(url, base = document.baseURI) {
  const text = String(url || "").trim();
  const isPath = /^\/(?![/\\])/.test(text);
  if (!isPath && !/^https?:\/\//i.test(text)) return "";
  try {
    const parsed = new URL(text, base);
    if (isPath && parsed.origin !== new URL(base).origin) return "";
    if (parsed.username || parsed.password) return "";
    return "fragmentDirective" in document ? parsed.href : withoutDirective(parsed.href);
  } catch {
    return "";
  }
}

/** The address without its text directive: a browser that doesn't know those would look for an id of that name. */
export function withoutDirective(url) {
  return url.replace(/#?:~:.*$/s, "");
}

/** Fills `{name}` in a string of the interface. */
export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// ---- statements -----------------------------------------------------------------------------------------------------

const BLOCKS = { sentence: "p", item: "ul", row: "ul", code: "div" };

function body(answer, context) {
  const text = element("div", { class: "chat-text" });
  let block;
  let kind = "";
  let numbered = false;
  (answer.statements || []).forEach((statement, index) => {
    const { number } = statement;
    if (statement.kind !== kind || kind === "code" || Boolean(number) !== numbered) {
      kind = statement.kind;
      numbered = Boolean(number);
      block = element(numbered ? "ol" : BLOCKS[kind] || "p", { class: `chat-${kind}s` });
      if (numbered) block.start = number;
      block.dir = "auto";
      text.append(block);
    }
    const drawn = drawStatement(statement, context);
    if (numbered) drawn.value = number;
    if (index >= (context.shown ?? Infinity)) drawn.classList.add("chat-new");
    if (kind === "sentence" && block.childNodes.length) block.append(" ");
    block.append(drawn);
  });
  return text;
}

function drawStatement(statement, context) {
  const marks = drawMarks(statement, context);
  if (statement.kind === "code") return drawCode(statement, marks);
  const tag = statement.kind === "sentence" ? "span" : "li";
  return element(tag, { class: "chat-statement" }, ...drawText(statement, marks));
}

/** The text and its marks: an item's heading line stands out, and no mark is alone on a line. */
function drawText({ text, kind }, marks) {
  const [lead, ...rest] = String(text ?? "").split("\n");
  const headed = kind === "item" && rest.length && lead.length <= 100;
  const whole = headed ? rest.join("\n") : String(text ?? "");
  const [, most, last] = whole.match(/^(.*\s)?(\S*)$/s);
  const tail = last.length <= 24 ? element("span", { class: "chat-tail" }, isolated(last), marks) : null;
  const nodes = tail ? [isolated(most || ""), tail] : [isolated(whole), marks];
  return headed ? [isolated(lead, "strong"), "\n", ...nodes] : nodes;
}

function drawCode(statement, marks) {
  const pre = element("pre", {}, element("code", {}, statement.text));
  pre.tabIndex = 0;
  pre.dir = "ltr";
  return element("div", { class: "chat-statement" }, pre, marks);
}

function drawMarks(statement, context) {
  const marks = element("span", { class: "chat-marks" });
  for (const number of statement.citations || []) {
    const citation = context.citations.get(number);
    if (citation) marks.append(drawMark(citation, context));
  }
  return marks;
}

function drawMark(citation, context) {
  const label = fill(context.strings.source, citation);
  const attributes = { class: "chat-mark", "data-number": citation.number, "aria-label": label, "aria-expanded": "false" };
  const mark = element("button", { type: "button", ...attributes }, String(citation.number));
  context.card.attach(mark, citation);
  return mark;
}

/** What the card behind a mark shows. */
function drawQuoted(citation, context) {
  const content = [isolated(citation.quote, "q", { class: "chat-card-quote" }), drawPlace(citation, context, citation.title)];
  const link = drawLink(citation, context, context.strings.read, "chat-card-link");
  return link.href ? [...content, link] : content;
}

// ---- sources --------------------------------------------------------------------------------------------------------

function sources(answer, context) {
  const heading = element("div", { class: "chat-label" }, context.strings.sources);
  heading.id = `${context.idPrefix}-sources`;
  const list = element("ul", { class: "chat-source-list" }, ...grouped(answer.citations).map((group) => drawSource(group, context)));
  list.setAttribute("aria-labelledby", heading.id);
  return element("div", { class: "chat-sources" }, heading, list);
}

/** Citations of one section of one post together, in the order of their first one. */
function grouped(citations) {
  const groups = new Map();
  for (const citation of citations) {
    const key = JSON.stringify([citation.slug, citation.headings]);
    groups.set(key, [...(groups.get(key) || []), citation]);
  }
  return [...groups.values()];
}

function drawSource(group, context) {
  const [first] = group;
  // One quote: the title leads to the very sentence; several: to their section, and each quote to its own sentence.
  const section = { ...first, url: group.length > 1 ? withoutDirective(first.url || "") : first.url };
  const title = drawLink(section, context, isolated(first.title), "chat-source-title");
  const entry = element("li", { class: "chat-source" }, title);
  const place = drawPlace(first, context);
  if (place.childNodes.length) entry.append(place);
  const quotes = element("ol", { class: "chat-quotes" }, ...group.map((citation) => drawQuote(citation, context)));
  entry.append(group.length > SHOWN_QUOTES ? folded(quotes, group, context) : quotes);
  return entry;
}

function folded(quotes, group, context) {
  const numbers = element("span", { class: "chat-numbers" }, ...group.map((citation) => drawNumber(citation)));
  const label = element("span", { class: "chat-fold-label" }, fill(context.strings.quotes, { count: group.length }));
  return element("details", { class: "chat-fold" }, element("summary", {}, label, numbers), quotes);
}

function drawQuote(citation, context) {
  const link = drawLink(citation, context, isolated(citation.quote, "q"), "chat-quote");
  link.prepend(drawNumber(citation));
  return element("li", {}, link);
}

function drawNumber(citation) {
  return element("span", { class: "chat-number" }, String(citation.number));
}

/** `Title · Section › Subsection · 13 Jul 2024`, as far as known. */
function drawPlace(citation, context, title = "") {
  const place = element("span", { class: "chat-place" });
  const parts = [title && isolated(title), citation.headings?.length && drawHeadings(citation), drawDate(citation, context)];
  for (const part of parts.filter(Boolean)) {
    if (place.childNodes.length) place.append(" · ");
    place.append(part);
  }
  return place;
}

function drawHeadings(citation) {
  const path = element("span");
  citation.headings.forEach((heading, index) => path.append(index ? " › " : "", isolated(heading)));
  return path;
}

function drawDate(citation, context) {
  const [year, month, day] = String(citation.date || "").split("-").map(Number);
  if (!year || !month || !day) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  const format = new Intl.DateTimeFormat(context.lang || undefined, { dateStyle: "medium", timeZone: "UTC" });
  const time = element("time", {}, format.format(date));
  time.dateTime = citation.date;
  return time;
}

/** A link, or plain text where the address isn't one to follow. */
function drawLink(citation, context, content, className) {
  const href = safeUrl(citation.url, context.base);
  const link = element(href ? "a" : "span", { class: className }, content);
  if (!href) return link;
  link.href = href;
  link.rel = "noopener";
  const target = context.target?.(href);
  if (target) link.target = target;
  link.addEventListener("click", (event) => context.onCite?.(citation, "link", event));
  return link;
}

// ---- suggestions ----------------------------------------------------------------------------------------------------

function suggestions(answer, context) {
  const label = element("div", { class: "chat-label" }, answer.found ? context.strings.next : context.strings.instead);
  label.id = `${context.idPrefix}-next`;
  const list = element("ul", { class: "chat-suggestion-list" }, ...answer.suggestions.map((text) => drawSuggestion(text, context)));
  list.setAttribute("aria-labelledby", label.id);
  return element("div", { class: "chat-suggestions" }, label, list);
}

function drawSuggestion(text, context) {
  return element("li", {}, button({ class: "chat-suggestion", onclick: () => context.onSuggestion(text) }, isolated(text)));
}
