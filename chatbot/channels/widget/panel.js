/** The panel: the conversation, the box to ask in, and how both open and close. Imported by the loader. */

import { answerStyles, fill } from "./answer.js";
import { Exchange, make } from "./exchange.js";
import { ask, configuration, post } from "./stream.js";
import { wordsOf } from "./strings.js";
import { panelStyles } from "./styles.js";

/** Earlier turns sent along with a question. */
const TURNS = 10;
/** Exchanges kept for the site's next page. */
const KEPT = 50;
const SLOW = 5000;
const ICONS = {
  close: "M6 6l12 12M18 6 6 18",
  clear: "M20 12.5V18a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2h5.5M18.5 3.5a1.8 1.8 0 0 1 2.5 2.5L13 14l-3.5 1 1-3.5Z",
  send: "M12 19V5m-6 6 6-6 6 6",
  stop: "M7 7h10v10H7z",
};

/** Fills an <article-chat> element; called once for each. */
export async function attach(host) {
  return new Panel(host, await wordsOf(host.language));
}

class Panel {
  #asking = null;
  #following = true;
  #exchanges = [];
  #narrow = matchMedia("(max-width: 639.98px)");
  #configured = "";

  constructor(host, words) {
    Object.assign(this, { host, words, element: host.panel, config: {} });
    // Handed to exchanges as plain functions.
    this.ask = this.ask.bind(this);
    this.say = this.say.bind(this);
    this.onCite = this.onCite.bind(this);
    this.target = this.target.bind(this);
    host.adopt(answerStyles + panelStyles);
    this.#draw();
    this.#restore();
    this.#configure();
    this.#narrow.addEventListener("change", () => this.#isOpen() && this.#show());
    visualViewport?.addEventListener("resize", () => this.#fit());
    visualViewport?.addEventListener("scroll", () => this.#fit());
  }

  // ---- opening and closing ------------------------------------------------------------------------------------------

  open({ focus = true } = {}) {
    if (!this.#isOpen()) {
      this.#show();
      this.host.expanded(true);
      this.#configure();
      this.#keep();
      this.host.emit("open");
    }
    if (focus) this.#focus();
  }

  close({ focus = true } = {}) {
    if (!this.#isOpen()) return;
    this.#hide();
    this.host.expanded(false);
    this.#keep();
    if (focus) this.host.launcher.focus({ preventScroll: true });
    this.host.emit("close");
  }

  #isOpen() {
    return this.host.floating ? this.element.open : !this.element.hidden;
  }

  /** On a phone it takes the whole screen and the page beneath rests; else the page stays in use. */
  #show() {
    if (!this.host.floating) {
      this.element.hidden = false;
      return;
    }
    this.#hide();
    if (this.#narrow.matches) {
      this.element.showModal();
      this.overflow = document.documentElement.style.overflow;
      document.documentElement.style.overflow = "hidden";
    } else {
      // Unlike show() this leaves the focus where it is.
      this.element.open = true;
    }
    this.#fit();
    this.#follow();
  }

  #hide() {
    if (!this.host.floating) {
      this.element.hidden = true;
      return;
    }
    if (this.element.matches(":modal")) document.documentElement.style.overflow = this.overflow;
    if (this.element.open) this.element.close();
  }

  /** Keeps clear of the on-screen keyboard, which shrinks the visual viewport alone. */
  #fit() {
    if (!this.host.floating) return;
    const modal = this.element.open && this.element.matches(":modal");
    const { height, offsetTop } = visualViewport || {};
    this.element.style.setProperty("block-size", modal && height ? `${height}px` : "");
    this.element.style.setProperty("inset-block-start", modal && height ? `${offsetTop}px` : "");
  }

  /** With a finger the box is not focused: the keyboard would cover half of what there is to see. */
  #focus() {
    const touch = matchMedia("(pointer: coarse)").matches;
    (touch && this.host.floating ? this.title : this.box).focus({ preventScroll: true });
  }

  // ---- asking -------------------------------------------------------------------------------------------------------

  ask(question = "") {
    this.open();
    const text = String(question).trim();
    if (!text || this.#tooLong(text)) {
      if (text) this.#type(text);
      return;
    }
    this.stop();
    this.#exchanges.at(-1)?.settle();
    const exchange = new Exchange({ question: text }, this);
    this.#add(exchange);
    this.#run(exchange);
  }

  retry(exchange) {
    this.stop();
    const index = this.#exchanges.indexOf(exchange);
    if (index < this.#exchanges.length - 1) {
      this.ask(exchange.record.question);
      return;
    }
    exchange.settle();
    exchange.element.remove();
    this.#exchanges.pop();
    this.ask(exchange.record.question);
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
    this.#refresh();
    this.box.focus();
    this.host.emit("clear");
  }

  /** Has the live region say it, politely. */
  say(text) {
    this.live.textContent = "";
    setTimeout(() => (this.live.textContent = text), 50);
  }

  async feedback({ record }, thumb, reason, note) {
    try {
      await post(this.host.host, "api/feedback", { answer_id: record.id, thumb, reason, note });
    } catch {
      return false;
    }
    this.host.emit("feedback", { id: record.id, thumb, reason, note });
    this.#keep();
    return true;
  }

  #add(exchange) {
    this.#exchanges.push(exchange);
    this.empty.remove();
    this.log.append(exchange.element);
    this.#following = true;
    this.#refresh();
  }

  async #run(exchange) {
    const asking = (this.#asking = new AbortController());
    const { question } = exchange.record;
    const body = this.#body(question);
    const slow = setTimeout(() => exchange.record.answer || exchange.status(this.words.slow), SLOW);
    exchange.status(this.words.searching);
    this.#refresh();
    this.#follow();
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
      this.#refresh();
      this.#follow();
    }
  }

  #grow(exchange, { id, citations, answer }) {
    if (citations?.length) exchange.status(fill(this.words.reading, citations[0]));
    if (answer) exchange.draw(answer, id);
    this.#follow();
  }

  #finish(exchange) {
    const { answer, id } = exchange.record;
    exchange.finish();
    this.#keep();
    const text = answer.statements.map((statement) => statement.text).join(" ");
    const sources = answer.citations.length ? ` ${fill(this.words.count, { count: answer.citations.length })}` : "";
    this.say(fill(this.words.ready, { text: text.slice(0, 600) }) + sources);
    this.host.emit("answer", { id, answer });
  }

  #fail(exchange, error, signal) {
    if (!exchange.element.isConnected) return;
    if (signal.aborted) {
      exchange.halt(this.words.stopped);
      this.say(this.words.stopped);
      return;
    }
    if (exchange.record.answer) {
      exchange.halt(this.words.cut);
      this.say(this.words.cut);
    } else {
      this.say(exchange.problem(error));
    }
    if (error.name === "blocked") this.#advise();
    this.host.emit("error", { name: error.name, detail: error.detail || String(error) });
  }

  #advise() {
    console.warn(`article-chat: ${this.host.host} doesn't allow this site. Its owner can add "${location.origin}" to the setting allowed_origins.`);
  }

  #body(question) {
    const asked = this.#exchanges.filter(({ record }) => record.answer?.complete).slice(-TURNS);
    const history = asked.map(({ record }) => ({ question: record.question, answer: record.answer.text }));
    const body = { question, history };
    if (!this.#aware()) return body;
    if (this.only.getAttribute("aria-checked") === "true") return { ...body, filter: { articles: [this.config.article.slug] } };
    return { ...body, page: this.#page() };
  }

  // ---- the page the reader is on ------------------------------------------------------------------------------------

  #aware() {
    return this.host.option("pageAware") !== "off";
  }

  /** Its address, without what may be private to the reader. */
  #page() {
    return (this.host.option("page") || location.origin + location.pathname).slice(0, 2000);
  }

  async #configure() {
    const page = this.#aware() ? this.#page() : "";
    if (this.#configured === (page || "none")) return;
    this.#configured = page || "none";
    this.config = await configuration(this.host.host, page);
    if (!this.config.title) this.#configured = "";
    this.host.paint(this.config.color);
    this.#tint();
    this.#refresh();
  }

  /** Makes of the accent colour one that reads as text, on light grounds and on dark ones. */
  #tint() {
    const { host } = this;
    if (getComputedStyle(host).getPropertyValue("--chat-link")) return;
    const light = this.#readable([255, 255, 255], [0, 0, 0], 5.6);
    const dark = this.#readable([23, 27, 33], [255, 255, 255], 7.5);
    const both = CSS.supports("color", "light-dark(#000, #fff)") ? `light-dark(${light}, ${dark})` : light;
    host.root.style.setProperty("--chat-link", both);
  }

  #readable(ground, other, ratio) {
    const base = this.host.luminance(ground) + 0.05;
    let mixed = this.host.accent;
    for (let part = 0.05; part < 1; part += 0.05) {
      const own = this.host.luminance(mixed) + 0.05;
      if (Math.max(own / base, base / own) >= ratio) break;
      mixed = this.host.accent.map((value, index) => Math.round(value + (other[index] - value) * part));
    }
    return `rgb(${mixed.join(" ")})`;
  }

  // ---- following sources --------------------------------------------------------------------------------------------

  /** A link into this very page gets the panel out of its way where that covers the page. */
  onCite(citation, how, event) {
    this.host.emit("cite", { citation, how });
    if (how === "link" && this.element.matches(":modal") && samePage(event.currentTarget.href)) this.close({ focus: false });
  }

  target(href) {
    const wanted = this.host.option("links");
    const same = wanted ? wanted !== "new" : new URL(href).origin === location.origin;
    return same ? "_self" : "_blank";
  }

  // ---- keeping the conversation -------------------------------------------------------------------------------------

  #key() {
    return this.host.floating ? "article-chat" : `article-chat:${location.pathname}#${this.host.id}`;
  }

  /** For this tab only, and not before the first answer. */
  #keep() {
    const records = this.#exchanges.map(({ record }) => record).filter(({ answer }) => answer?.complete);
    if (!records.length) return;
    try {
      sessionStorage.setItem(this.#key(), JSON.stringify({ open: this.#isOpen(), exchanges: records.slice(-KEPT) }));
    } catch {
      // Storage is full or forbidden: the conversation lasts as long as the page.
    }
  }

  #restore() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#key()));
      kept?.exchanges.forEach((record) => {
        this.#exchanges.at(-1)?.settle();
        this.#add(new Exchange(record, this));
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

  // ---- drawing ------------------------------------------------------------------------------------------------------

  #draw() {
    const { words, host } = this;
    this.title = make("h2", { id: "title", part: "title", tabindex: -1 });
    this.clearing = this.#button("clear", () => this.clear());
    const closing = this.#button("close", () => this.close());
    const header = make("div", { class: "header", part: "header" }, this.title, this.clearing, closing);
    if (host.option("logo")) header.prepend(make("img", { class: "logo", src: host.option("logo"), alt: "" }));
    this.empty = make("div", { class: "empty", part: "empty" });
    this.log = make("div", { class: "log", part: "log", role: "log", "aria-live": "off", "aria-label": words.conversation, tabindex: 0 }, this.empty);
    for (const type of ["wheel", "touchmove", "keydown"]) this.log.addEventListener(type, () => (this.#following = false), { passive: true });
    this.live = make("div", { class: "unseen", role: "status" });
    this.element.setAttribute("aria-labelledby", "title");
    this.element.classList.add("panel");
    this.element.append(header, this.log, this.#drawForm(), this.live);
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.element.addEventListener("cancel", (event) => (event.preventDefault(), this.close()));
    this.#refresh();
  }

  #drawForm() {
    const { words } = this;
    const typed = () => this.#onInput();
    this.box = make("textarea", { part: "input", rows: 1, "aria-label": words.placeholder, placeholder: words.placeholder, enterkeyhint: "send", input: typed });
    this.sending = this.#button("send");
    this.sending.type = "submit";
    this.only = make("button", { type: "button", role: "switch", class: "only", part: "page", "aria-checked": "false", hidden: true });
    this.only.append(make("i"), words.page);
    this.only.addEventListener("click", () => this.only.setAttribute("aria-checked", String(this.only.ariaChecked !== "true")));
    this.excess = make("p", { class: "excess", id: "excess" });
    const submit = (event) => {
      event.preventDefault();
      if (!this.#asking) this.#onSubmit();
      else {
        this.stop();
        this.#focus();
      }
    };
    const field = make("div", { class: "field" }, this.box, this.sending);
    return make("form", { part: "form", submit }, this.only, this.excess, field);
  }

  #button(name, click) {
    const label = this.words[name];
    const button = make("button", { type: "button", class: `button ${name}`, part: name, "aria-label": label, title: label });
    if (click) button.addEventListener("click", click);
    button.append(this.host.icon(ICONS[name]));
    return button;
  }

  /** Shows what depends on the settings and on whether something is asked or being asked. */
  #refresh() {
    const { host, words, config } = this;
    this.title.replaceChildren(make("bdi", {}, host.option("title") || config.title || words.title));
    this.clearing.hidden = !this.#exchanges.length;
    this.only.hidden = !(this.#aware() && config.article);
    this.only.title = config.article?.title || "";
    if (this.only.hidden) this.only.setAttribute("aria-checked", "false");
    this.#refreshEmpty();
    const name = this.#asking ? "stop" : "send";
    if (!this.sending.classList.contains(name)) {
      this.sending.className = `button ${name}`;
      this.sending.ariaLabel = this.sending.title = words[name];
      this.sending.replaceChildren(host.icon(ICONS[name]));
    }
    this.#onInput();
  }

  #refreshEmpty() {
    const { host, words, config } = this;
    const greeting = make("p", { class: "greeting", dir: "auto" }, host.option("greeting") || config.greeting || words.greeting);
    const given = host.option("suggestions")?.split("|").map((text) => text.trim()).filter(Boolean);
    const questions = (given || config.suggestions || []).map((text) => {
      const button = make("button", { type: "button", class: "example", part: "example", click: () => this.ask(text) }, make("bdi", {}, text));
      return make("li", {}, button);
    });
    this.empty.replaceChildren(greeting);
    if (!questions.length) return;
    const label = make("p", { class: "chat-label", id: "examples" }, words.examples);
    this.empty.append(label, make("ul", { "aria-labelledby": "examples" }, ...questions));
  }

  /** Scrolls with a growing answer until its question has come to the top: reading on is the reader's. */
  #follow() {
    const last = this.#exchanges.at(-1)?.element;
    if (!last || !this.#following) return;
    this.log.scrollTop = Math.min(last.offsetTop - 12, this.log.scrollHeight);
  }

  // ---- typing -------------------------------------------------------------------------------------------------------

  #onSubmit() {
    const text = this.box.value.trim();
    if (!text || this.#tooLong(text)) return;
    this.#type("");
    this.ask(text);
  }

  #type(text) {
    this.box.value = text;
    this.#onInput();
    this.box.focus();
  }

  #onInput() {
    const { box, words } = this;
    const over = this.#tooLong(box.value.trim());
    this.excess.textContent = over ? fill(words.long, { count: over }) : "";
    box.setAttribute("aria-invalid", String(over > 0));
    if (over) box.setAttribute("aria-describedby", "excess");
    else box.removeAttribute("aria-describedby");
    this.sending.disabled = !this.#asking && (!box.value.trim() || over > 0);
    box.style.setProperty("block-size", "auto");
    if (box.scrollHeight) box.style.setProperty("block-size", `${Math.min(box.scrollHeight, 140)}px`);
  }

  /** How many characters a question has too many. */
  #tooLong(text) {
    return Math.max(0, [...text].length - (this.config.limits?.question || 2000));
  }

  #onKey(event) {
    if (event.isComposing) return;
    if (event.key === "Escape" && this.host.floating) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
    if (event.key === "Enter" && !event.shiftKey && event.target === this.box) {
      event.preventDefault();
      this.#onSubmit();
    }
  }
}

function samePage(href) {
  const url = new URL(href);
  return url.origin + url.pathname + url.search === location.origin + location.pathname + location.search;
}
