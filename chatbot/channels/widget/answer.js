/**
 * Draws one Answer record as DOM nodes: its statements with numbered marks, its sources, the questions to ask next.
 * The widget and the chat page share it. It imports nothing, keeps nothing between calls and never parses HTML:
 * whatever an article or a reader wrote ends up in text nodes, isolated from its surroundings' writing direction.
 */

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
const HOVER_DELAY = 120;
const LEAVE_DELAY = 250;

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
  const root = element("div", "chat-answer");
  root.dataset.found = String(Boolean(answer.found));
  root.dataset.complete = String(answer.complete !== false);
  root.dataset.composer = answer.composer || "";
  context.card = quoteCard(root, context);
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

function element(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

/** Text by somebody else: inert, and unable to turn what stands around it. */
function isolated(text, tag = "bdi", className = "") {
  const node = element(tag, className, String(text ?? ""));
  node.dir = "auto";
  return node;
}

// ---- statements -----------------------------------------------------------------------------------------------------

const BLOCKS = { sentence: "p", item: "ul", row: "ul", code: "div" };

function body(answer, context) {
  const text = element("div", "chat-text");
  let block;
  let kind = "";
  (answer.statements || []).forEach((statement, index) => {
    if (statement.kind !== kind || kind === "code") {
      kind = statement.kind;
      block = element(BLOCKS[kind] || "p", `chat-${kind}s`);
      block.dir = "auto";
      text.append(block);
    }
    const drawn = drawStatement(statement, context);
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
  return element(tag, "chat-statement", ...drawText(statement, marks));
}

/** The text and its marks: an item's heading line stands out, and no mark is alone on a line. */
function drawText({ text, kind }, marks) {
  const [lead, ...rest] = String(text ?? "").split("\n");
  const headed = kind === "item" && rest.length && lead.length <= 100;
  const whole = headed ? rest.join("\n") : String(text ?? "");
  const [, most, last] = whole.match(/^(.*\s)?(\S*)$/s);
  const tail = last.length <= 24 ? element("span", "chat-tail", isolated(last), marks) : null;
  const nodes = tail ? [isolated(most || ""), tail] : [isolated(whole), marks];
  return headed ? [isolated(lead, "strong"), "\n", ...nodes] : nodes;
}

function drawCode(statement, marks) {
  const pre = element("pre", "", element("code", "", statement.text));
  pre.tabIndex = 0;
  pre.dir = "ltr";
  return element("div", "chat-statement", pre, marks);
}

function drawMarks(statement, context) {
  const marks = element("span", "chat-marks");
  for (const number of statement.citations || []) {
    const citation = context.citations.get(number);
    if (citation) marks.append(drawMark(citation, context));
  }
  return marks;
}

function drawMark(citation, context) {
  const mark = element("button", "chat-mark", String(citation.number));
  mark.type = "button";
  mark.dataset.number = citation.number;
  mark.setAttribute("aria-label", fill(context.strings.source, citation));
  mark.setAttribute("aria-expanded", "false");
  context.card.attach(mark, citation);
  return mark;
}

// ---- the quote behind a mark ----------------------------------------------------------------------------------------

/**
 * The one card of an answer, which shows the quote of the mark that is pointed at, focused or pressed. It can be
 * dismissed with Escape, pointed at, and stays until left (WCAG 1.4.13). In the document it follows its mark, so that
 * Tab leads from the mark to the link.
 */
function quoteCard(root, context) {
  const card = element("span", "chat-card");
  card.id = `${context.idPrefix}-quote`;
  card.setAttribute("role", "group");
  card.popover = "manual";
  card.hidden = !card.showPopover;
  const state = { mark: null, pinned: false, timer: 0, listening: null, dismissed: null };

  function open(mark, citation, pinned, event) {
    clearTimeout(state.timer);
    if (state.mark !== mark) {
      close();
      state.mark = mark;
      card.replaceChildren(...cardContent(citation, context));
      card.setAttribute("aria-label", mark.getAttribute("aria-label"));
      mark.after(card);
      show(card, true);
      mark.setAttribute("aria-expanded", "true");
      mark.setAttribute("aria-controls", card.id);
      listen();
      place(card, mark, root);
      context.onCite?.(citation, "quote", event);
    }
    state.pinned ||= pinned;
  }

  function close() {
    clearTimeout(state.timer);
    if (!state.mark) return;
    state.listening.abort();
    state.mark.setAttribute("aria-expanded", "false");
    state.mark.removeAttribute("aria-controls");
    show(card, false);
    card.remove();
    state.mark = null;
    state.pinned = false;
  }

  function later(action, delay) {
    clearTimeout(state.timer);
    state.timer = setTimeout(action, delay);
  }

  function leave() {
    const focused = card.getRootNode().activeElement;
    if (!state.pinned && focused !== state.mark && !card.contains(focused)) later(close, LEAVE_DELAY);
  }

  function escape(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const mark = state.mark;
    const inside = card.contains(card.getRootNode().activeElement);
    close();
    state.dismissed = inside ? mark : null;
    if (inside) mark.focus();
  }

  function outside(event) {
    const path = event.composedPath();
    if (!path.includes(card) && !path.includes(state.mark)) close();
  }

  function listen() {
    state.listening = new AbortController();
    const { signal } = state.listening;
    const follow = () => (state.mark?.isConnected ? place(card, state.mark, root) : close());
    addEventListener("keydown", escape, { capture: true, signal });
    addEventListener("pointerdown", outside, { capture: true, signal });
    addEventListener("scroll", follow, { capture: true, passive: true, signal });
    addEventListener("resize", follow, { signal });
    root.getRootNode().addEventListener("scroll", follow, { capture: true, passive: true, signal });
  }

  card.addEventListener("pointerenter", () => clearTimeout(state.timer));
  card.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
  card.addEventListener("focusout", (event) => {
    if (event.relatedTarget !== state.mark && !card.contains(event.relatedTarget)) later(close, 0);
  });

  return {
    attach(mark, citation) {
      mark.addEventListener("pointerenter", (event) => {
        if (event.pointerType === "mouse") later(() => open(mark, citation, false, event), HOVER_DELAY);
      });
      mark.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
      mark.addEventListener("focus", (event) => {
        if (mark.matches(":focus-visible") && state.dismissed !== mark) open(mark, citation, false, event);
        state.dismissed = null;
      });
      mark.addEventListener("blur", (event) => {
        if (!state.pinned && !card.contains(event.relatedTarget)) later(close, 0);
      });
      mark.addEventListener("click", (event) => {
        if (state.mark === mark && state.pinned) close();
        else open(mark, citation, true, event);
      });
    },
  };
}

function cardContent(citation, context) {
  const content = [isolated(citation.quote, "q", "chat-card-quote"), drawPlace(citation, context, citation.title)];
  const link = drawLink(citation, context, context.strings.read, "chat-card-link");
  if (link.href) content.push(link);
  return content;
}

/** In the top layer where there is one, so that no scrolling box cuts it off. */
function show(card, shown) {
  if (!card.showPopover) card.hidden = !shown;
  else if (shown) card.showPopover();
  else if (card.matches(":popover-open")) card.hidePopover();
}

/** Beneath the mark, or above it where there is more room; within the answer's width where that is wide enough. */
function place(card, mark, root) {
  const gap = 6;
  const margin = 8;
  const at = mark.getBoundingClientRect();
  const area = root.getBoundingClientRect();
  const width = Math.min(336, Math.max(area.width, 256), innerWidth - 2 * margin);
  card.style.setProperty("inline-size", `${width}px`);
  const height = card.offsetHeight;
  const left = clamp(at.left + at.width / 2 - width / 2, area.left, Math.max(area.left, area.right - width));
  const below = at.bottom + gap;
  const top = below + height > innerHeight - margin && at.top > innerHeight - at.bottom ? at.top - gap - height : below;
  card.style.setProperty("left", `${clamp(left, margin, innerWidth - width - margin)}px`);
  card.style.setProperty("top", `${clamp(top, margin, Math.max(margin, innerHeight - height - margin))}px`);
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

// ---- sources --------------------------------------------------------------------------------------------------------

function sources(answer, context) {
  const heading = element("div", "chat-label", context.strings.sources);
  heading.id = `${context.idPrefix}-sources`;
  const list = element("ul", "chat-source-list", ...grouped(answer.citations).map((group) => drawSource(group, context)));
  list.setAttribute("aria-labelledby", heading.id);
  return element("div", "chat-sources", heading, list);
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
  const entry = element("li", "chat-source", title);
  const place = drawPlace(first, context);
  if (place.childNodes.length) entry.append(place);
  const quotes = element("ol", "chat-quotes", ...group.map((citation) => drawQuote(citation, context)));
  entry.append(group.length > SHOWN_QUOTES ? folded(quotes, group, context) : quotes);
  return entry;
}

function folded(quotes, group, context) {
  const numbers = element("span", "chat-numbers", ...group.map((citation) => drawNumber(citation)));
  const label = element("span", "chat-fold-label", fill(context.strings.quotes, { count: group.length }));
  return element("details", "chat-fold", element("summary", "", label, numbers), quotes);
}

function drawQuote(citation, context) {
  const link = drawLink(citation, context, isolated(citation.quote, "q"), "chat-quote");
  link.prepend(drawNumber(citation));
  return element("li", "", link);
}

function drawNumber(citation) {
  return element("span", "chat-number", String(citation.number));
}

/** `Title · Section › Subsection · 13 Jul 2024`, as far as known. */
function drawPlace(citation, context, title = "") {
  const place = element("span", "chat-place");
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
  const time = element("time", "", format.format(date));
  time.dateTime = citation.date;
  return time;
}

/** A link, or plain text where the address isn't one to follow. */
function drawLink(citation, context, content, className) {
  const href = safeUrl(citation.url, context.base);
  const link = element(href ? "a" : "span", className, content);
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
  const label = element("div", "chat-label", answer.found ? context.strings.next : context.strings.instead);
  label.id = `${context.idPrefix}-next`;
  const list = element("ul", "chat-suggestion-list", ...answer.suggestions.map((text) => drawSuggestion(text, context)));
  list.setAttribute("aria-labelledby", label.id);
  return element("div", "chat-suggestions", label, list);
}

function drawSuggestion(text, context) {
  const button = element("button", "chat-suggestion", isolated(text));
  button.type = "button";
  button.addEventListener("click", () => context.onSuggestion(text));
  return element("li", "", button);
}

// ---- looks ----------------------------------------------------------------------------------------------------------

/**
 * The style sheet. A page sets any `--chat-…` property; the defaults follow `color-scheme`. `.chat-theme` on another
 * element gives it the same tokens.
 */
export const answerStyles = `
.chat-answer, .chat-theme {
  --c-text: var(--chat-text, #1c2430); --c-muted: var(--chat-muted, #5b6675); --c-surface: var(--chat-surface, #fff);
  --c-raised: var(--chat-raised, #f4f6f8); --c-line: var(--chat-line, #dde2e8); --c-edge: var(--chat-edge, #858f9c);
  --c-accent: var(--chat-accent, #0f766e); --c-on-accent: var(--chat-on-accent, #fff);
  --c-link: var(--chat-link, #0f766e); --c-radius: var(--chat-radius, 14px);
  --c-tint: color-mix(in srgb, var(--c-link) 10%, var(--c-surface));
}
@supports (color: light-dark(#000, #fff)) {
  .chat-answer, .chat-theme {
    --c-text: var(--chat-text, light-dark(#1c2430, #e8ebf0)); --c-muted: var(--chat-muted, light-dark(#5b6675, #a3adba));
    --c-surface: var(--chat-surface, light-dark(#fff, #171b21)); --c-raised: var(--chat-raised, light-dark(#f4f6f8, #20262e));
    --c-line: var(--chat-line, light-dark(#dde2e8, #343c47)); --c-edge: var(--chat-edge, light-dark(#858f9c, #77818f));
    --c-link: var(--chat-link, light-dark(#0f766e, #4fd1c0));
  }
}
.chat-answer { color: var(--c-text); line-height: 1.55; overflow-wrap: anywhere; text-align: start; }
.chat-answer *, .chat-answer ::before { box-sizing: border-box; }
.chat-answer :is(ul, ol) { list-style: none; margin: 0; padding: 0; }
.chat-answer :focus-visible { outline: 2px solid var(--c-link); outline-offset: 2px; }
.chat-answer :is(bdi, q, li.chat-statement) { white-space: pre-line; }
.chat-tail { white-space: nowrap; }
.chat-answer .chat-text > * { margin: 0 0 .65em; }
.chat-answer .chat-text > :last-child { margin-bottom: 0; }
.chat-answer .chat-text ul { padding-inline-start: 1.2em; list-style: disc; }
.chat-text li { margin-block: .3em; }
.chat-text li::marker { color: var(--c-muted); }
.chat-text pre { margin: 0 0 .3em; padding: .7em .85em; overflow-x: auto; background: var(--c-raised); border: 1px solid var(--c-line);
  border-radius: calc(var(--c-radius) * .6); font: .86em/1.5 ui-monospace, Consolas, monospace; white-space: pre; overflow-wrap: normal; }
.chat-new { animation: chat-in .3s ease-out; }
@keyframes chat-in { from { opacity: 0; } }
.chat-marks { margin-inline-start: .18em; }
.chat-mark, .chat-number { display: inline-grid; place-items: center; box-sizing: border-box; min-inline-size: 1.5em; block-size: 1.5em; padding: 0 .35em;
  border: 0; border-radius: .5em; background: var(--c-tint); color: var(--c-link); font-family: inherit; font-size: .72em; font-weight: 600; line-height: 1;
  font-variant-numeric: tabular-nums; }
.chat-mark { position: relative; margin: 0 .12em; cursor: pointer; vertical-align: .18em; transition: background .12s, color .12s; }
.chat-mark::before { content: ""; position: absolute; inset: -5px -3px; }
.chat-mark:hover, .chat-mark[aria-expanded=true] { background: var(--c-accent); color: var(--c-on-accent); }
.chat-card { position: fixed; inset: auto; margin: 0; padding: .8rem .9rem; display: none; gap: .45rem; max-block-size: min(18rem, 60vh);
  overflow: auto; background: var(--c-surface); color: var(--c-text); border: 1px solid var(--c-line); border-radius: calc(var(--c-radius) * .8);
  box-shadow: 0 10px 30px rgb(10 20 30 / .18), 0 2px 6px rgb(10 20 30 / .08); font-size: .9em; font-weight: 400; line-height: 1.5;
  text-align: start; z-index: 9; white-space: normal; cursor: auto; }
.chat-card:popover-open { display: grid; }
@supports not selector(:popover-open) { .chat-card:not([hidden]) { display: grid; } }
.chat-card-quote { quotes: "“" "”"; padding-inline-start: .7rem; border-inline-start: 3px solid var(--c-link); }
.chat-place { color: var(--c-muted); font-size: .92em; display: block; }
.chat-card-link { color: var(--c-link); font-weight: 600; justify-self: start; padding-block: .15rem; text-underline-offset: .2em; }
.chat-label { margin: 0 0 .4rem; color: var(--c-muted); font-size: .78em; font-weight: 600; }
.chat-sources, .chat-suggestions { margin-block-start: .95rem; }
.chat-answer .chat-source-list { display: grid; gap: .5rem; }
.chat-source { padding: .6rem .75rem; background: var(--c-raised); border-radius: calc(var(--c-radius) * .7); font-size: .9em; min-inline-size: 0; }
.chat-source-title { display: inline-block; color: var(--c-text); font-weight: 600; line-height: 1.35; text-decoration: none; min-block-size: 24px; padding-block: .1rem; }
a.chat-source-title:hover { color: var(--c-link); text-decoration: underline; text-underline-offset: .2em; }
.chat-answer .chat-quotes { display: grid; gap: .15rem; margin-block-start: .35rem; }
.chat-quote { display: grid; grid-template-columns: auto 1fr; gap: .5rem; align-items: baseline; min-block-size: 24px; padding: .2rem .3rem; margin-inline: -.3rem;
  border-radius: .45rem; color: var(--c-muted); text-decoration: none; line-height: 1.45; }
.chat-quote q { quotes: "“" "”"; min-inline-size: 0; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden;
  white-space: normal; }
.chat-answer a[target=_blank]::after { content: " ↗"; content: " ↗" / ""; font-weight: 400; }
.chat-answer a.chat-quote[target=_blank]::after { content: none; }
a.chat-quote:hover { background: var(--c-tint); color: var(--c-text); }
.chat-fold { margin-block-start: .3rem; }
.chat-fold summary { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .5rem; min-block-size: 28px; cursor: pointer; color: var(--c-link);
  font-weight: 600; list-style: none; border-radius: .4rem; }
.chat-fold summary::-webkit-details-marker { display: none; }
.chat-fold-label::before { content: ""; display: inline-block; inline-size: .38em; block-size: .38em; margin-inline: .15em .55em; border: solid currentColor;
  border-width: 0 2px 2px 0; transform: translateY(-.2em) rotate(45deg); transition: transform .15s; }
.chat-fold[open] .chat-fold-label::before { transform: translateY(.05em) rotate(225deg); }
.chat-numbers { display: inline-flex; flex-wrap: wrap; gap: .2rem; }
.chat-fold[open] .chat-numbers { display: none; }
.chat-answer .chat-suggestion-list { display: grid; gap: .4rem; justify-items: start; }
.chat-suggestion { max-inline-size: 100%; min-block-size: 36px; padding: .42rem .85rem; border: 1px solid var(--c-edge); border-radius: 1.15rem;
  background: transparent; color: var(--c-link); font: inherit; font-size: .92em; line-height: 1.35; text-align: start; cursor: pointer;
  overflow-wrap: anywhere; transition: background .12s; }
.chat-suggestion:hover { background: var(--c-tint); }
@media (prefers-reduced-motion: reduce) { .chat-answer *, .chat-answer ::before { animation: none; transition: none; } }
@media (forced-colors: active) {
  .chat-mark, .chat-number, .chat-source, .chat-card, .chat-suggestion { border: 1px solid; forced-color-adjust: auto; }
}
`;
