/** The conversation as it is seen: the exchanges in a scrolling log, and what is there before the first one. */

import { icon, scrolling } from "./dom.js";
import { button, element, isolated } from "./elements.js";
import { drawExchange } from "./exchange.js";

const SUGGESTIONS = new URL("../../api/suggestions?limit=4", import.meta.url);
const NEAR = 24;

/**
 * @param {object} actions As of `drawExchange`.
 * @param {string} greeting Shown while there is no exchange.
 */
export function drawConversation(actions, greeting) {
  const drawn = new Map();
  const empty = drawEmpty(greeting, actions.ask);
  const list = element("div", { class: "exchanges" });
  const node = element(
    "section",
    { class: "log", role: "log", "aria-live": "off", "aria-label": "Conversation", tabindex: 0 },
    element("div", { class: "column" }, empty, list),
  );
  const latest = button({ class: "latest", label: "To the end", hidden: true, onclick: toEnd }, icon("latest"));

  function place(exchange) {
    const entry = drawExchange(exchange, actions);
    drawn.set(exchange.id, entry);
    return entry.node;
  }

  /** Before another exchange, or at the end. */
  function insert(exchange, next) {
    list.insertBefore(place(exchange), next ? drawn.get(next.id).node : null);
    show();
  }

  function restore(exchanges) {
    list.append(...exchanges.map(place));
    show();
  }

  function replace(exchange) {
    const old = drawn.get(exchange.id).node;
    old.replaceWith(place(exchange));
    show();
  }

  function remove(exchanges) {
    for (const { id } of exchanges) {
      drawn.get(id)?.node.remove();
      drawn.delete(id);
    }
    show();
  }

  function update(exchange) {
    drawn.get(exchange.id)?.update();
    show();
  }

  function mark(exchange, isEdited) {
    drawn.get(exchange.id)?.node.classList.toggle("edited", isEdited);
  }

  /** @param {"auto"|"smooth"|"instant"} [behavior] */
  function toTop(exchange, behavior = scrolling()) {
    const { node: entry } = drawn.get(exchange.id);
    entry.classList.add("fresh");
    requestAnimationFrame(() => entry.scrollIntoView({ block: "start", behavior }));
  }

  function toEnd() {
    end()?.scrollIntoView({ block: "end", behavior: scrolling() });
  }

  function end() {
    return list.lastElementChild?.lastElementChild;
  }

  /** The greeting where there is nothing else, and the way down while the end of the last answer is out of sight. */
  function show() {
    empty.hidden = drawn.size > 0;
    const bottom = end()?.getBoundingClientRect().bottom ?? 0;
    latest.hidden = bottom <= node.getBoundingClientRect().bottom + NEAR;
  }

  node.addEventListener("scroll", show, { passive: true });
  return { node, latest, insert, restore, replace, remove, update, mark, toTop, show };
}

function drawEmpty(greeting, ask) {
  const list = element("ul", { class: "examples", "aria-label": "Questions to try" });
  fill(list, ask);
  return element(
    "div",
    { class: "empty" },
    isolated(greeting, "p", { class: "greeting" }),
    element("p", { class: "promise" }, "Every answer shows the exact words behind it, with a link to where they stand."),
    list,
  );
}

async function fill(list, ask) {
  try {
    const questions = await (await fetch(SUGGESTIONS)).json();
    list.append(...questions.map((question) => element("li", {}, drawExample(question, ask))));
  } catch {
    // the page works without them
  }
}

function drawExample(question, ask) {
  return button({ class: "example", onclick: () => ask(question) }, isolated(question), icon("next"));
}
