/**
 * The chat page. Gradio carries the questions and the answers; everything that is seen is drawn here, in a shadow tree
 * that Gradio's styles don't reach, and the conversation is kept in this browser.
 */

import { copyText } from "./clipboard.js";
import { drawComposer } from "./composer.js";
import { watchOver, whenBack } from "./connection.js";
import { drawConversation } from "./conversation.js";
import { icon } from "./dom.js";
import { button, element } from "./elements.js";
import { inWords, isOpen } from "./exchange.js";
import { drawChips, drawDrawer, isActive } from "./filters.js";
import { drawBar, dress } from "./frame.js";
import { unreachable } from "./problems.js";
import { rate } from "./services.js";
import { load, loadOwn, onOtherWindow, put, saveOwn, take, update } from "./store.js";

const TURNS = 10;
const TRIES = 4;
const CLEARED_FOR = 8000;

/**
 * @param {HTMLElement} root Gradio's element.
 * @param {object} gradio `props` with what the owner's settings show, `watch` for new values, `ask(asking)`, `stop()`.
 */
export async function start(root, gradio) {
  const { props } = gradio;
  const own = loadOwn();
  const state = { exchanges: load().filter(({ id }) => id !== own.open?.id), editing: null, cleared: [] };
  const copy = (text) => copyText(text, page);
  const actions = { ask, retry, undo, copy, rate: judge, unfilter: () => again(last(), { filter: {} }) };
  let watching = null;

  const conversation = drawConversation(actions, props.greeting);
  const composer = drawComposer({ limit: props.limit, ask: submit, stop, edit, leave, changed: (draft) => keep({ draft }) });
  const drawer = drawDrawer(chooseFilter);
  const filterButton = button({ class: "bar-button filter-open", onclick: () => drawer.open(own.filter) }, icon("filter"), "Filter");
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
    if (state.editing) drop([state.editing]);
    leave();
    composer.value = "";
    ask(question);
  }

  function ask(question) {
    if (asking() || last()?.waits) return;
    forget();
    const id = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
    const exchange = { id, question, filter: own.filter, tries: 0, state: "asking" };
    state.exchanges.push(exchange);
    conversation.insert(exchange);
    send(exchange);
  }

  function again(exchange, { filter = exchange.filter, scroll } = {}) {
    const { id, question, tries } = exchange;
    const fresh = { id, question, filter, tries, state: "asking" };
    swap(exchange, fresh);
    send(fresh, scroll);
  }

  function swap(exchange, fresh) {
    state.exchanges.splice(state.exchanges.indexOf(exchange), 1, fresh);
    conversation.replace(fresh);
  }

  function send(exchange, scroll) {
    exchange.tries += 1;
    watching = watchOver(() => lost(exchange));
    clearButton.hidden = false;
    composer.busy(true);
    conversation.toTop(exchange, scroll);
    keep({ open: exchange });
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
    if (!isOpen(exchange)) put(exchange);
    keep({ open: isOpen(exchange) ? exchange : null });
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

  function judge(exchange, details) {
    update(exchange);
    return rate(exchange, details);
  }

  // ---- taking back ----

  function undo() {
    const exchange = last();
    if (!exchange || asking()) return;
    leave();
    drop([exchange]);
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
    unmark();
    composer.value = "";
    composer.focus();
  }

  function unmark() {
    conversation.mark(state.editing, false);
    state.editing = null;
    composer.editing(false);
  }

  function drop(dropped) {
    take(dropped);
    keep({ open: null });
    forgo(dropped);
    return dropped;
  }

  function forgo(dropped) {
    state.exchanges = state.exchanges.filter((exchange) => !dropped.includes(exchange));
    conversation.remove(dropped);
    clearButton.hidden = !state.exchanges.length;
  }

  function clear() {
    stop();
    leave();
    forget();
    state.cleared = drop(state.exchanges).filter((exchange) => !isOpen(exchange));
    toast.replaceChildren("Conversation cleared.", button({ class: "link", onclick: unclear }, "Undo"));
    state.forgetting = setTimeout(forget, CLEARED_FOR);
    composer.focus();
  }

  function unclear() {
    const { cleared } = state;
    forget();
    cleared.forEach(put);
    cleared.forEach(insert);
    composer.focus();
  }

  function forget() {
    clearTimeout(state.forgetting);
    state.cleared = [];
    toast.replaceChildren();
  }

  // ---- keeping ----

  function setFilter(filter) {
    own.filter = isActive(filter) ? filter : {};
    composer.chips.replaceChildren(...drawChips(own.filter, chooseFilter));
    filterButton.classList.toggle("active", isActive(own.filter));
    keep();
  }

  function chooseFilter(filter) {
    setFilter(filter);
    composer.focus();
  }

  function keep(change = {}) {
    saveOwn(Object.assign(own, change));
  }

  /** A question that was cut off by a reload is asked again, a few times at most. */
  function resume() {
    const exchange = last();
    if (!exchange) return;
    conversation.toTop(exchange, "instant");
    if (!isOpen(exchange)) return;
    if (exchange.tries < TRIES) again(exchange, { scroll: "instant" });
    else finish(Object.assign(exchange, { waits: false }), "stopped");
  }

  /** Shows what another window has kept; only that one keeps it, or the two would go on answering each other. */
  function fromOtherWindow(id, exchange) {
    const known = state.exchanges.find((one) => one.id === id);
    if (known && isOpen(known)) return;
    if (known && known === state.editing) unmark();
    if (known && exchange) swap(known, exchange);
    else if (known) forgo([known]);
    else if (exchange) insert(exchange);
  }

  /** Puts an exchange where it belongs by its time, though never after one that is being asked. */
  function insert(exchange) {
    const index = state.exchanges.findIndex((other) => other.id > exchange.id || isOpen(other));
    conversation.insert(exchange, state.exchanges[index]);
    state.exchanges.splice(index < 0 ? state.exchanges.length : index, 0, exchange);
    clearButton.hidden = false;
  }

  function fit() {
    page.style.setProperty("--log-height", `${conversation.node.clientHeight}px`);
    composer.grown();
    conversation.show();
  }

  await dress(root, page, props.colors);
  if (own.open) state.exchanges.push(own.open);
  conversation.restore(state.exchanges);
  clearButton.hidden = !state.exchanges.length;
  setFilter(own.filter);
  composer.value = own.draft;
  gradio.watch("value", () => receive(props.value));
  onOtherWindow(fromOtherWindow);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || drawer.node.open) return;
    if (asking()) stop();
    else leave();
  });
  fit();
  new ResizeObserver(fit).observe(conversation.node);
  const embedded = self !== top || root.closest("gradio-app[src]");
  if (matchMedia("(hover: hover)").matches && !embedded) composer.focus();
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
