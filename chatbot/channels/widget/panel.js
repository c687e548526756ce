/** The panel: what is in it, how it opens and closes, and what the server says of itself. Imported by the loader. */

import { answerStyles } from "./answer.js";
import { Box } from "./box.js";
import { Conversation } from "./conversation.js";
import { button, element, icon } from "./elements.js";
import { address, onNavigation, samePage, target } from "./here.js";
import { configuration } from "./stream.js";
import { wordsOf } from "./strings.js";
import { panelStyles } from "./styles.js";
import { linkColor } from "./tint.js";

const ICONS = {
  close: "M6 6l12 12M18 6 6 18",
  clear: "M20 12.5V18a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2h5.5M18.5 3.5a1.8 1.8 0 0 1 2.5 2.5L13 14l-3.5 1 1-3.5Z",
};

/** Fills an <article-chat> element; called once for each. */
export async function attach(host) {
  return new Panel(host, await wordsOf(host.language));
}

class Panel {
  #narrow = matchMedia("(max-width: 639.98px)");
  #connection = null;
  #configured = null;
  #overflow = null;

  constructor(host, words) {
    Object.assign(this, { host, words, element: host.panel, config: {} });
    this.onCite = this.onCite.bind(this);
    this.target = (href) => target(host, href);
    host.adopt(answerStyles + panelStyles);
    this.conversation = new Conversation(this);
    this.box = new Box(this);
    this.#draw();
    this.conversation.restore();
    if (host.isConnected) this.connect();
  }

  /** Its element is in the document, at first or again: pages that are swapped without a load take it out. */
  connect() {
    this.disconnect();
    const { signal } = (this.#connection = new AbortController());
    this.#narrow.addEventListener("change", () => this.isOpen() && this.#show(), { signal });
    for (const type of ["resize", "scroll"]) visualViewport?.addEventListener(type, () => this.#fit(), { signal });
    onNavigation(() => this.isOpen() && this.#configure(), signal);
    this.#configure();
    this.#paint();
    if (this.isOpen()) this.#show();
    this.conversation.follow(true);
  }

  /** Its element was taken out of the document; on a phone the panel doesn't cover the next page. */
  disconnect() {
    this.#connection?.abort();
    if (this.#overflow !== null) this.close({ focus: false });
  }

  // ---- opening and closing ------------------------------------------------------------------------------------------

  open({ focus = true } = {}) {
    if (!this.isOpen()) {
      this.#show();
      this.host.expanded(true);
      this.#configure();
      this.conversation.keep();
      this.host.emit("open");
    }
    if (focus) this.#focus();
  }

  close({ focus = true } = {}) {
    if (!this.isOpen()) return;
    this.#hide();
    this.#closed(focus);
  }

  #closed(focus) {
    this.host.expanded(false);
    this.conversation.keep();
    if (focus) this.host.launcher.focus({ preventScroll: true });
    this.host.emit("close");
  }

  isOpen() {
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
      this.#rest();
    } else {
      // Unlike show() this leaves the focus where it is.
      this.element.open = true;
    }
    this.#fit();
    this.conversation.follow();
  }

  #hide() {
    if (this.host.floating) {
      this.#wake();
      if (this.element.open) this.element.close();
    } else this.element.hidden = true;
  }

  #rest() {
    const { style } = document.documentElement;
    this.#overflow = style.overflow;
    style.overflow = "hidden";
  }

  #wake() {
    if (this.#overflow !== null) document.documentElement.style.overflow = this.#overflow;
    this.#overflow = null;
  }

  /** Android's Back may close it without asking. */
  #onClosed() {
    if (this.isOpen() || this.#overflow === null) return;
    this.#wake();
    this.#closed(true);
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
    (touch && this.host.floating ? this.title : this.box.input).focus({ preventScroll: true });
  }

  // ---- asking -------------------------------------------------------------------------------------------------------

  ask(question = "") {
    this.open();
    const text = String(question).trim();
    if (!text) return;
    if (this.box.tooLong(text)) {
      this.box.type(text);
      return;
    }
    this.#configure();
    this.conversation.ask(text);
  }

  stop() {
    this.conversation.stop();
    this.#focus();
  }

  clear() {
    this.conversation.clear();
    this.refresh();
    this.box.input.focus();
    this.host.emit("clear");
  }

  /** The part of a question's body that says which page it is about. */
  scope() {
    if (!this.#aware()) return {};
    const page = address(this.host);
    return this.box.only ? { page, filter: { articles: [this.config.article.slug] } } : { page };
  }

  /** A link into this very page gets the panel out of its way where that covers the page. */
  onCite(citation, how, event) {
    this.host.emit("cite", { citation, how });
    if (how === "link" && this.element.matches(":modal") && samePage(event.currentTarget.href)) this.close({ focus: false });
  }

  // ---- what the server says of itself and of the page the reader is on ----------------------------------------------

  #aware() {
    return this.host.option("pageAware") !== "off";
  }

  /** Asks for it where that is about another page or hasn't come; until it comes no article is this page's. */
  async #configure() {
    const page = this.#aware() ? address(this.host) : "";
    if (this.#configured === page) return;
    this.#configured = page;
    this.config = { ...this.config, article: null };
    this.refresh();
    const config = await configuration(this.host.host, page);
    if (this.#configured !== page) return;
    if (!config) this.#configured = null;
    this.config = config || this.config;
    this.#paint();
    this.refresh();
  }

  /** Outside a document no colour can be computed. */
  #paint() {
    const { host } = this;
    if (!host.isConnected) return;
    host.paint(this.config.color);
    if (!getComputedStyle(host).getPropertyValue("--chat-link")) host.root.style.setProperty("--chat-link", linkColor(host));
  }

  // ---- drawing ------------------------------------------------------------------------------------------------------

  #draw() {
    const { host, conversation } = this;
    const closing = this.#button("close", () => this.close());
    this.clearing = this.#button("clear", () => this.clear());
    this.title = element("h2", { id: "title", part: "title", tabindex: -1 });
    const header = element("div", { class: "header", part: "header" }, this.title, this.clearing, closing);
    if (host.option("logo")) header.prepend(element("img", { class: "logo", src: host.option("logo"), alt: "" }));
    this.element.setAttribute("aria-labelledby", "title");
    this.element.classList.add("panel");
    this.element.append(header, conversation.log, this.box.form, conversation.live);
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.element.addEventListener("cancel", (event) => (event.preventDefault(), this.close()));
    this.element.addEventListener("close", () => this.#onClosed());
    this.refresh();
  }

  #button(name, onclick) {
    return button({ class: `button ${name}`, part: name, label: this.words[name], onclick }, icon(ICONS[name]));
  }

  /** Shows what depends on the settings and on whether something is asked or being asked. */
  refresh() {
    const { host, words, config, conversation } = this;
    this.title.replaceChildren(element("bdi", {}, host.option("title") || config.title || words.title));
    this.clearing.hidden = conversation.isEmpty;
    this.box.refresh(conversation.isAsking, config.article);
    this.#refreshEmpty();
  }

  #refreshEmpty() {
    const { host, words, config } = this;
    const greeting = element("p", { class: "greeting", dir: "auto" }, host.option("greeting") || config.greeting || words.greeting);
    const given = host.option("suggestions")?.split("|").map((text) => text.trim()).filter(Boolean);
    const questions = (given || config.suggestions || []).map((text) => {
      const example = button({ class: "example", part: "example", onclick: () => this.ask(text) }, element("bdi", {}, text));
      return element("li", {}, example);
    });
    const label = element("p", { class: "chat-label", id: "examples" }, words.examples);
    const examples = questions.length ? [label, element("ul", { "aria-labelledby": "examples" }, ...questions)] : [];
    this.conversation.empty.replaceChildren(greeting, ...examples);
  }

  #onKey(event) {
    if (event.isComposing) return;
    if (event.key === "Escape" && this.host.floating) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
    if (event.key === "Enter" && !event.shiftKey && event.target === this.box.input) {
      event.preventDefault();
      this.box.send();
    }
  }
}
