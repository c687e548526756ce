/**
 * The chat page. Gradio carries the questions and the answers; everything that is seen is drawn here, in a shadow tree
 * that Gradio's styles don't reach, and the conversation is kept in this browser.
 */

import { drawComposer } from "./composer.js";
import { watchOver, whenBack } from "./connection.js";
import { drawConversation } from "./conversation.js";
import { button, element, icon } from "./dom.js";
import { isRefusal } from "./exchange.js";
import { drawChips, drawDrawer, isActive } from "./filters.js";
import { drawBar, dress } from "./frame.js";
import { unreachable } from "./problems.js";
import { copy, rate } from "./services.js";
import { load, onOtherWindow, save } from "./store.js";

const TURNS = 10;
const TRIES = 4;
const KEPT_AFTER = 150;
const CLEARED_FOR = 8000;

/**
 * @param {HTMLElement} root Gradio's element.
 * @param {object} gradio `props` with what the owner's settings show, `watch` for new values, `ask(asking)`, `stop()`.
 */
export async function start(root, gradio) {
  const { props } = gradio;
  const state = { ...load(), editing: null, cleared: [] };
  const actions = { ask, retry, undo, copy, rate, unfilter: () => again(last(), { filter: {} }) };
  let watching = null;
  let keeping = 0;

  const conversation = drawConversation(actions, props.greeting);
  const composer = drawComposer({ limit: props.limit, ask: submit, stop, edit, leave, changed: (draft) => keep({ draft }) });
  const drawer = drawDrawer(chooseFilter);
  const filterButton = button({ class: "bar-button filter-open", onclick: () => drawer.open(state.filter) }, icon("filter"), "Filter");
  const clearButton = button({ class: "bar-button clear", onclick: clear }, icon("clear"), "Clear");
  const status = element("p", { class: "unseen", role: "status" });
  const toast = element("div", { class: "toast", role: "status" });
  const foot = element("div", { class: "column" }, conversation.latest, toast, composer.node);
  const page = element(
    "div",
    { class: "page" },
    drawBar(props, filterButton, clearButton),
    conversation.node,
    element("div", { class: "foot" }, foot),
    status,
    drawer.node,
  );

  // ---- asking ----

  function submit(question) {
    if (last()?.waits) return;
    if (state.editing) drop(state.exchanges.indexOf(state.editing));
    leave();
    composer.value = "";
    ask(question);
  }

  function ask(question) {
    if (asking() || last()?.waits) return;
    forget();
    const id = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    const exchange = { id, question, filter: state.filter, tries: 0, state: "asking" };
    state.exchanges.push(exchange);
    conversation.append(exchange);
    send(exchange);
  }

  function again(exchange, { filter = exchange.filter, scroll } = {}) {
    const { id, question, tries } = exchange;
    const fresh = { id, question, filter, tries, state: "asking" };
    state.exchanges.splice(state.exchanges.indexOf(exchange), 1, fresh);
    conversation.replace(fresh);
    send(fresh, scroll);
  }

  function send(exchange, scroll) {
    exchange.tries += 1;
    watching = watchOver(() => lost(exchange));
    clearButton.hidden = false;
    composer.busy(true);
    conversation.toTop(exchange, scroll);
    keep();
    gradio.ask({ ask: token(exchange), question: exchange.question, history: before(exchange), filter: plain(exchange.filter) });
  }

  function before(exchange) {
    const earlier = state.exchanges.slice(0, state.exchanges.indexOf(exchange)).filter(({ answer }) => answer?.complete);
    return earlier.slice(-TURNS).map(({ question, answer }) => ({ question, answer: answer.text }));
  }

  function receive(frame) {
    const exchange = asking();
    if (!exchange || frame?.ask !== token(exchange)) return;
    const { answer, error, id } = JSON.parse(JSON.stringify(frame));
    watching.heard();
    if (answer) Object.assign(exchange, { answer, answerId: id });
    if (error) exchange.problem = { ...error, until: error.retry_after ? Date.now() + 1000 * error.retry_after : 0 };
    if (error || answer.complete) finish(exchange, "done");
    else conversation.update(exchange);
  }

  function finish(exchange, how) {
    watching?.end();
    exchange.state = how;
    composer.busy(false);
    conversation.update(exchange);
    status.textContent = inWords(exchange);
    keep();
  }

  function stop() {
    const exchange = asking();
    if (!exchange) return;
    gradio.stop();
    finish(exchange, "stopped");
    composer.focus();
  }

  /** Gradio's connection doesn't outlive its server: once that is back, the page starts anew and asks again. */
  function lost(exchange) {
    Object.assign(exchange, { problem: unreachable, waits: true, answer: undefined });
    finish(exchange, "done");
    whenBack(() => location.reload());
  }

  function retry() {
    if (last() && !asking()) again(last());
  }

  function last() {
    return state.exchanges.at(-1);
  }

  function asking() {
    return last()?.state === "asking" ? last() : null;
  }

  // ---- taking back ----

  function undo() {
    const exchange = last();
    if (!exchange || asking()) return;
    leave();
    drop(state.exchanges.length - 1);
    composer.value = exchange.question;
    composer.focus();
  }

  function edit() {
    if (!last() || asking()) return;
    state.editing = last();
    conversation.mark(state.editing, true);
    composer.editing(true);
    composer.value = state.editing.question;
  }

  function leave() {
    if (!state.editing) return;
    conversation.mark(state.editing, false);
    state.editing = null;
    composer.editing(false);
    composer.value = "";
    composer.focus();
  }

  function drop(index) {
    const dropped = state.exchanges.splice(index);
    conversation.remove(dropped);
    clearButton.hidden = !state.exchanges.length;
    keep();
    return dropped;
  }

  function clear() {
    stop();
    leave();
    forget();
    state.cleared = drop(0);
    toast.replaceChildren("Conversation cleared.", button({ class: "link", onclick: unclear }, "Undo"));
    state.forgetting = setTimeout(forget, CLEARED_FOR);
    composer.focus();
  }

  function unclear() {
    const { cleared } = state;
    forget();
    restore(cleared);
    composer.focus();
  }

  function forget() {
    clearTimeout(state.forgetting);
    state.cleared = [];
    toast.replaceChildren();
  }

  // ---- keeping ----

  function setFilter(filter) {
    state.filter = isActive(filter) ? filter : {};
    composer.chips.replaceChildren(...drawChips(state.filter, chooseFilter));
    filterButton.classList.toggle("active", isActive(state.filter));
    keep();
  }

  function chooseFilter(filter) {
    setFilter(filter);
    composer.focus();
  }

  function keep(change = {}) {
    Object.assign(state, change);
    clearTimeout(keeping);
    keeping = setTimeout(write, KEPT_AFTER);
  }

  function write() {
    clearTimeout(keeping);
    save(state);
  }

  function restore(exchanges) {
    state.exchanges = exchanges;
    conversation.restore(exchanges);
    clearButton.hidden = !exchanges.length;
    keep();
  }

  /** A question that was cut off by a reload is asked again, a few times at most. */
  function resume() {
    const exchange = last();
    if (!exchange) return;
    conversation.toTop(exchange, "instant");
    if (exchange.state !== "asking" && !exchange.waits) return;
    if (exchange.tries < TRIES) again(exchange, { scroll: "instant" });
    else finish(Object.assign(exchange, { waits: false }), "stopped");
  }

  function fromOtherWindow() {
    if (asking() || state.editing) return;
    conversation.remove(state.exchanges);
    restore(load().exchanges);
  }

  function fit() {
    page.style.setProperty("--log-height", `${conversation.node.clientHeight}px`);
    composer.grown();
    conversation.show();
  }

  await dress(root, page, props.colors);
  restore(state.exchanges);
  setFilter(state.filter);
  composer.value = state.draft;
  gradio.watch("value", () => receive(props.value));
  onOtherWindow(fromOtherWindow);
  addEventListener("pagehide", write);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || drawer.node.open) return;
    if (asking()) stop();
    else leave();
  });
  fit();
  new ResizeObserver(fit).observe(conversation.node);
  if (matchMedia("(hover: hover)").matches && self === top) composer.focus();
  resume();
}

/** Names one try at a question: what still comes of an earlier one is not for it. */
function token({ id, tries }) {
  return `${id}/${tries}`;
}

/** A filter as the server takes it. */
function plain({ articles = [], tags = [], since, until } = {}) {
  return { articles, tags, since: since || null, until: until || null };
}

/** What came of a question, for those who listen. */
function inWords({ answer, problem, state }) {
  if (problem) return problem.detail;
  if (state === "stopped") return "Stopped.";
  if (isRefusal(answer)) return "Not in the articles.";
  return `Answer: ${answer.statements.map(({ text }) => text).join(" ")}`.slice(0, 400);
}
