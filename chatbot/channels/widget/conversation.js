/** The conversation: its questions and answers, asking another one, and keeping them for the site's next page. */

import { fill } from "./answer.js";
import { element } from "./elements.js";
import { Exchange } from "./exchange.js";
import { ask, post } from "./stream.js";

/** Earlier turns sent along with a question. */
const TURNS = 10;
/** Exchanges kept for the site's next page. */
const KEPT = 50;
const SLOW = 5000;

export class Conversation {
  #asking = null;
  #following = true;
  #exchanges = [];

  /**
   * @param {object} panel What it is shown in: `host`, `words`, `isOpen()`, `ask(question)`, `scope()` as part of a
   *   question's body, `refresh()`, `onCite`, `target`.
   */
  constructor(panel) {
    const { host, words, onCite, target } = panel;
    const say = (text) => this.say(text);
    const retry = (exchange) => this.retry(exchange);
    const feedback = (...given) => this.#feedback(...given);
    // What exchanges get.
    this.place = { host, words, onCite, target, say, retry, feedback, ask: (question) => panel.ask(question) };
    Object.assign(this, { panel, host, words });
    this.empty = element("div", { class: "empty", part: "empty" });
    const attributes = { part: "log", role: "log", "aria-live": "off", "aria-label": words.conversation, tabindex: 0 };
    this.log = element("div", { class: "log", ...attributes }, this.empty);
    for (const type of ["wheel", "touchmove", "keydown"]) this.log.addEventListener(type, () => (this.#following = false), { passive: true });
    this.live = element("div", { class: "unseen", role: "status" });
  }

  get isAsking() {
    return Boolean(this.#asking);
  }

  get isEmpty() {
    return !this.#exchanges.length;
  }

  ask(question) {
    this.stop();
    this.#exchanges.at(-1)?.settle();
    const exchange = new Exchange({ question }, this.place);
    this.#add(exchange);
    this.#run(exchange);
  }

  /** Asks anew; the latest question doesn't stay there twice. */
  retry(exchange) {
    if (exchange === this.#exchanges.at(-1)) {
      this.stop();
      exchange.settle();
      exchange.element.remove();
      this.#exchanges.pop();
    }
    this.panel.ask(exchange.record.question);
  }

  stop() {
    this.#asking?.abort("stopped");
  }

  clear() {
    this.stop();
    this.#exchanges.forEach((exchange) => exchange.settle());
    this.#exchanges = [];
    this.log.replaceChildren(this.empty);
    this.#forget();
  }

  /** Has the live region say it, politely. */
  say(text) {
    this.live.textContent = "";
    setTimeout(() => (this.live.textContent = text), 50);
  }

  /** Scrolls with a growing answer until its question has come to the top: reading on is the reader's. */
  follow(anew = false) {
    this.#following ||= anew;
    const last = this.#exchanges.at(-1)?.element;
    if (last && this.#following) this.log.scrollTop = Math.min(last.offsetTop - 12, this.log.scrollHeight);
  }

  #add(exchange) {
    this.#exchanges.push(exchange);
    this.empty.remove();
    this.log.append(exchange.element);
    this.#following = true;
    this.panel.refresh();
  }

  async #run(exchange) {
    const asking = (this.#asking = new AbortController());
    const { question } = exchange.record;
    const body = { question, history: this.#history(), ...this.panel.scope() };
    const slow = setTimeout(() => exchange.record.answer || exchange.status(this.words.slow), SLOW);
    exchange.status(this.words.searching);
    this.panel.refresh();
    this.follow();
    this.host.emit("ask", { question });
    try {
      const again = () => exchange.status(this.words.again);
      for await (const event of ask(this.host.host, body, asking.signal, again)) this.#grow(exchange, event);
      this.#finish(exchange);
    } catch (error) {
      this.#fail(exchange, error, asking.signal);
    } finally {
      clearTimeout(slow);
      if (this.#asking === asking) this.#asking = null;
      this.panel.refresh();
      this.follow();
    }
  }

  #history() {
    const asked = this.#complete().slice(-TURNS);
    return asked.map(({ question, answer }) => ({ question, answer: answer.text }));
  }

  #complete() {
    return this.#exchanges.map(({ record }) => record).filter(({ answer }) => answer?.complete);
  }

  #grow(exchange, { id, citations, answer }) {
    if (citations?.length) exchange.status(fill(this.words.reading, citations[0]));
    // one without statements waits for its turn, and its note says so
    if (answer && (answer.complete || answer.statements.length)) exchange.draw(answer, id);
    else if (answer) exchange.status(answer.note || this.words.searching);
    this.follow();
  }

  #finish(exchange) {
    const { answer, id } = exchange.record;
    exchange.finish();
    this.keep();
    const told = answer.statements.map(({ text, number }) => (number ? `${number}. ${text}` : text));
    const text = [answer.note, ...told].filter(Boolean).join(" ");
    const sources = answer.citations.length ? ` ${fill(this.words.count, { count: answer.citations.length })}` : "";
    this.say(fill(this.words.ready, { text: text.slice(0, 600) }) + sources);
    this.host.emit("answer", { id, answer });
  }

  #fail(exchange, error, signal) {
    if (!this.#exchanges.includes(exchange)) return;
    const { stopped, cut } = this.words;
    const halted = signal.aborted ? stopped : exchange.record.answer && cut;
    if (halted) exchange.halt(halted);
    this.say(halted || exchange.problem(error));
    if (signal.aborted) return;
    if (error.name === "blocked") this.#advise();
    this.host.emit("error", { name: error.name, detail: error.detail || String(error) });
  }

  #advise() {
    console.warn(`article-chat: ${this.host.host} doesn't allow this site. Its owner can add "${location.origin}" to the setting allowed_origins.`);
  }

  async #feedback({ record }, thumb, reason, note) {
    try {
      await post(this.host.host, "api/feedback", { answer_id: record.id, thumb, reason, note });
    } catch {
      return false;
    }
    this.host.emit("feedback", { id: record.id, thumb, reason, note });
    this.keep();
    return true;
  }

  // ---- keeping it ---------------------------------------------------------------------------------------------------

  #key() {
    return this.host.floating ? "article-chat" : `article-chat:${location.pathname}#${this.host.id}`;
  }

  /** For this tab only, and not before the first answer. */
  keep() {
    const exchanges = this.#complete().slice(-KEPT);
    if (!exchanges.length) return;
    try {
      sessionStorage.setItem(this.#key(), JSON.stringify({ open: this.panel.isOpen(), exchanges }));
    } catch {
      // Storage is full or forbidden: the conversation lasts as long as the page.
    }
  }

  restore() {
    try {
      JSON.parse(sessionStorage.getItem(this.#key()))?.exchanges.forEach((record) => {
        this.#exchanges.at(-1)?.settle();
        this.#add(new Exchange(record, this.place));
      });
    } catch {
      this.#forget();
    }
  }

  #forget() {
    try {
      sessionStorage.removeItem(this.#key());
    } catch {
      // Nothing could have been kept either.
    }
  }
}
