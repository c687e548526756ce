/**
 * The widget's loader, served as /widget.js: `<script src="https://HOST/widget.js" defer></script>`.
 *
 * It defines <article-chat> and window.articleChat and draws the launcher. Nothing is requested and nothing stored
 * until a reader points at it, focuses it or presses it; then the panel is imported from HOST.
 */
(() => {
  "use strict";
  if (customElements.get("article-chat")) return;

  const BUILD = { version: "current", color: "#0f766e" };
  const isLoader = (tag) => /^[^?#]*\/widget\.js(?:[?#]|$)/.test(tag?.src);
  const tags = [...document.scripts].filter(isLoader);
  const marked = tags.find((tag) => "articleChat" in tag.dataset);
  // A module has no current script, and a tag manager's or bundler's may be another one.
  const current = document.currentScript;
  const script = isLoader(current) || current?.dataset.host ? current : marked || (tags.length === 1 ? tags[0] : null);
  const HOST = isLoader(script) ? new URL(".", script.src).href : "";
  const EVENTS = "article-chat:";

  const WORDS = {
    en: ["Ask a question", "Not available right now."],
    de: ["Frage stellen", "Gerade nicht erreichbar."],
    fr: ["Poser une question", "Indisponible pour le moment."],
    es: ["Hacer una pregunta", "No disponible ahora."],
    pt: ["Fazer uma pergunta", "Indisponível agora."],
    it: ["Fai una domanda", "Non disponibile ora."],
    nl: ["Stel een vraag", "Nu niet bereikbaar."],
    ar: ["اطرح سؤالًا", "غير متاح الآن."],
    he: ["שאלו שאלה", "לא זמין כעת."],
  };

  const STYLES = `
    :host { all: initial; display: block; }
    :host([hidden]), [hidden] { display: none !important; }
    .root { --a: var(--chat-accent, ${BUILD.color}); --on: var(--chat-on-accent, #fff); color-scheme: light dark;
      font: var(--chat-size, 15px)/1.5 var(--chat-font, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif); text-align: start; }
    .root.floating { position: fixed; z-index: var(--chat-z, 2147483000); inset-block-end: max(var(--chat-offset, 20px), env(safe-area-inset-bottom));
      inset-inline-end: var(--chat-offset, 20px); display: grid; justify-items: end; gap: 12px; pointer-events: none; }
    .root.floating > * { pointer-events: auto; }
    .start { inset-inline: var(--chat-offset, 20px) auto !important; justify-items: start !important; }
    dialog:not([open]) { display: none; }
    .launcher { display: inline-flex; align-items: center; justify-content: center; gap: .55em; box-sizing: border-box; min-inline-size: 54px; block-size: 54px;
      margin: 0; padding: 0 15px; border: 0; border-radius: 27px; background: var(--a); color: var(--on); font: inherit; font-weight: 600; cursor: pointer;
      box-shadow: 0 6px 20px rgb(10 20 30 / .25); transition: transform .15s; }
    .launcher:hover { transform: translateY(-2px); }
    .ask { display: flex; align-items: center; justify-content: space-between; gap: 1em; box-sizing: border-box; inline-size: 100%; min-block-size: 54px;
      padding: 8px 9px 8px 18px; border: 1px solid #858f9c; border-radius: 16px; background: transparent; color: inherit; font: inherit; cursor: text; text-align: start; }
    .inline { color: light-dark(#4d5866, #a3adba); }
    .ask svg { box-sizing: border-box; inline-size: 36px; block-size: 36px; padding: 8px; border-radius: 11px; background: var(--a); color: var(--on); }
    .launcher:focus-visible, .ask:focus-visible { outline: 3px solid var(--a); outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
    svg { inline-size: 24px; block-size: 24px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
    [aria-busy=true] svg { animation: breathe 1s ease-in-out infinite alternate; }
    @keyframes breathe { to { opacity: .35; } }
    .notice { max-inline-size: 17em; padding: .7em 1em; border-radius: 12px; background: #111418; color: #fff; }
    .notice:empty { display: none; }
    @media (prefers-reduced-motion: reduce) { *, svg { animation: none !important; transition: none !important; } }
    @media (forced-colors: active) { .launcher, .notice { border: 2px solid; } }
    @media print { :host { display: none; } }`;

  const CHAT = "M20 11.5a7.5 7.5 0 0 1-7.8 7.5 9 9 0 0 1-3-.5L4.5 20l1.3-3.9A7.2 7.2 0 0 1 4.7 12 7.5 7.5 0 0 1 12.2 4 7.6 7.6 0 0 1 20 11.5Z";
  const DOWN = "m6 9.5 6 6 6-6";
  const SEND = "M12 19V5m-6 6 6-6 6 6";

  function icon(path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.append(document.createElementNS(svg.namespaceURI, "path"));
    svg.firstChild.setAttribute("d", path);
    return svg;
  }

  /** Relative luminance of `[red, green, blue]` as WCAG has it, 0 to 1. */
  function luminance(rgb) {
    const [r, g, b] = rgb.map((value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  /** `light`, `dark` or, after the reader's system, both: what the owner says, then what the page says of itself. */
  function scheme(host) {
    const wanted = host.option("theme");
    if (/^(light|dark)$/.test(wanted)) return wanted;
    for (const node of [document.documentElement, document.body]) {
      const said = node.dataset.theme || node.dataset.bsTheme || (node.classList.contains("dark") && "dark");
      if (/^(light|dark)$/.test(said)) return said;
    }
    return getComputedStyle(document.documentElement).colorScheme.replace("normal", "light dark");
  }

  /** Where the server is: as the owner says, else where the script came from; never the page's own site by chance. */
  function server(given = script?.dataset.host) {
    const host = given ? /^https?:\/\//i.test(given) && given.replace(/\/*$/, "/") : HOST;
    if (!host) {
      console.error(
        'article-chat: it isn’t known where the server is. Write <article-chat floating data-host="https://HOST"></article-chat> ' +
          'in the page, or add data-host="https://HOST" to the script.',
      );
    }
    return host;
  }

  class ArticleChat extends HTMLElement {
    #panel = null;
    #tries = 0;
    #observer = null;

    connectedCallback() {
      if (!this.shadowRoot) this.#begin();
      if (!this.host) return;
      this.#follow();
      this.chat?.connect();
    }

    disconnectedCallback() {
      this.#observer?.disconnect();
      this.chat?.disconnect();
    }

    #begin() {
      this.attachShadow({ mode: "open" });
      this.host = server(this.dataset.host);
      if (!this.host) return;
      this.luminance = luminance;
      this.floating = this.hasAttribute("floating");
      this.language = this.#language();
      this.words = WORDS[this.language];
      this.adopt(STYLES);
      this.#draw();
      if (this.option("open") === "true" || this.#wasOpen()) this.open({ focus: false });
    }

    /** A `data-` option: the element's own, else the script's. */
    option(name) {
      const own = this.dataset[name];
      return own ?? (this.floating || !/^(open|position|title|label)$/.test(name) ? script?.dataset[name] : undefined);
    }

    adopt(css) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      this.shadowRoot.adoptedStyleSheets.push(sheet);
    }

    emit(type, detail = {}) {
      this.dispatchEvent(new CustomEvent(EVENTS + type, { detail, bubbles: true, composed: true }));
    }

    /** Sets the accent colour, the owner's or a given default, with black or white on it, whichever reads better. */
    paint(color) {
      const { root } = this;
      const wanted = [this.option("color"), getComputedStyle(this).getPropertyValue("--chat-accent"), color];
      const accent = wanted.find((one) => one && CSS.supports("color", one)) || BUILD.color;
      root.style.color = accent;
      // Any colour there is, in numbers; a browser that can't mix gives the older kinds as numbers anyway.
      root.style.color = `color-mix(in srgb, ${accent}, ${accent})`;
      const said = getComputedStyle(root).color;
      const numbers = said.match(/[-+.\de]+/g).map((number) => (said.startsWith("color") ? 255 : 1) * number || 0);
      this.accent = numbers.slice(0, 3).map((number) => Math.min(Math.max(Math.round(number), 0), 255));
      root.style.color = "";
      root.style.setProperty("--chat-accent", accent);
      root.style.setProperty("--chat-on-accent", luminance(this.accent) > 0.18 ? "#111418" : "#fff");
    }

    /** The panel's module, fetched once; a failed fetch is tried again at the next intent. */
    load() {
      this.#panel ||= import(`${this.host}widget/${BUILD.version}/panel.js${this.#tries ? `?try=${this.#tries}` : ""}`)
        .then((module) => module.attach(this))
        .then((panel) => (this.chat = panel))
        .catch((error) => {
          this.#panel = null;
          this.#tries += 1;
          throw error;
        });
      return this.#panel;
    }

    open(options) {
      return this.#do((panel) => panel.open(options));
    }

    close() {
      return this.#panel?.then((panel) => panel.close(), () => {});
    }

    toggle() {
      return this.launcher?.getAttribute("aria-expanded") === "true" ? this.close() : this.open();
    }

    /** Asks, with the panel open; without a question it only opens. */
    ask(question = "") {
      return this.#do((panel) => panel.ask(question));
    }

    clear() {
      return this.#do((panel) => panel.clear());
    }

    async #do(action) {
      if (!this.host) return;
      this.notice.textContent = "";
      this.launcher.setAttribute("aria-busy", "true");
      try {
        const panel = await this.load();
        return this.isConnected ? action(panel) : undefined;
      } catch (error) {
        this.notice.textContent = this.words[1];
        console.error("article-chat: the panel could not be started.", error);
      } finally {
        this.launcher.removeAttribute("aria-busy");
      }
    }

    #language() {
      const tags = [this.option("lang"), this.closest("[lang]")?.lang, ...navigator.languages, "en"];
      return tags.map((tag) => String(tag || "").slice(0, 2).toLowerCase()).find((tag) => WORDS[tag]);
    }

    #draw() {
      const label = this.option("label") || this.words[0];
      const root = (this.root = document.createElement("div"));
      root.lang = this.language;
      root.dir = /^(ar|he)$/.test(this.language) ? "rtl" : "ltr";
      root.className = `chat-theme root ${this.floating ? "floating" : "inline"}`;
      // left and right are the screen's, start and end the language's
      const position = this.option("position");
      if (position === "start" || position === (root.dir === "rtl" ? "right" : "left")) root.classList.add("start");

      this.panel = document.createElement(this.floating ? "dialog" : "section");
      this.panel.id = "panel";
      this.panel.hidden = !this.floating;
      this.panel.setAttribute("part", "panel");
      this.notice = document.createElement("div");
      this.notice.className = "notice";
      this.notice.setAttribute("role", "status");
      this.launcher = document.createElement("button");
      this.launcher.type = "button";
      this.launcher.className = this.floating ? "launcher" : "ask";
      const attributes = { part: "launcher", "aria-expanded": false, "aria-controls": "panel" };
      for (const name in attributes) this.launcher.setAttribute(name, attributes[name]);
      if (this.floating) this.#drawLauncher(label);
      else this.launcher.append(label, icon(SEND));
      this.launcher.addEventListener("click", () => this.toggle());
      const intent = () => this.load().catch(() => {});
      this.launcher.addEventListener("pointerenter", intent);
      this.launcher.addEventListener("focus", intent);
      root.append(this.panel, this.notice, this.launcher);
      this.shadowRoot.append(root);
      this.paint();
    }

    #drawLauncher(label) {
      this.launcher.setAttribute("aria-haspopup", "dialog");
      this.launcher.setAttribute("aria-label", label);
      this.launcher.append(icon(CHAT));
      if (!this.option("label")) return;
      this.launcher.append(document.createElement("span"));
      this.launcher.lastChild.textContent = label;
    }

    expanded(open) {
      this.launcher.setAttribute("aria-expanded", String(open));
      this.toggleAttribute("open", open);
      if (this.floating) this.launcher.firstChild.replaceWith(icon(open ? DOWN : CHAT));
      else this.launcher.hidden = open;
    }

    #follow() {
      const apply = () => this.root.style.setProperty("color-scheme", scheme(this));
      this.#observer = new MutationObserver(apply);
      for (const node of [document.documentElement, document.body, this]) this.#observer.observe(node, { attributes: true });
      apply();
    }

    /** Whether a conversation was open on the page before; on a phone the panel would cover this page. */
    #wasOpen() {
      try {
        const kept = this.floating && matchMedia("(min-width: 640px)").matches && sessionStorage.getItem("article-chat");
        return Boolean(kept && JSON.parse(kept).open);
      } catch {
        return false;
      }
    }
  }

  customElements.define("article-chat", ArticleChat);

  const find = (selector = "") => document.querySelector(`article-chat${selector}`);

  /** Puts the launcher into the page, and again into every body that takes the place of the one before. */
  function start() {
    if (script?.dataset.launcher !== "off" && !find("[floating]")) {
      if (HOST || script?.dataset.host) place();
      else if (!find()) server();
    }
    document.dispatchEvent(new CustomEvent(`${EVENTS}ready`));
  }

  function place() {
    const element = document.createElement("article-chat");
    element.setAttribute("floating", "");
    const keep = () => {
      // A body from a cache has a copy of it.
      document.querySelectorAll("article-chat[floating]").forEach((other) => other === element || other.remove());
      if (!element.isConnected) document.body?.append(element);
    };
    new MutationObserver(keep).observe(document.documentElement, { childList: true });
    keep();
  }

  const parsed = new Promise((resolve) => {
    if (document.body) resolve();
    else document.addEventListener("DOMContentLoaded", resolve);
  });
  const ready = parsed.then(start);

  const wrapped = new WeakMap();
  const wrap = (callback) => {
    if (!wrapped.has(callback)) wrapped.set(callback, (event) => callback(event.detail));
    return wrapped.get(callback);
  };
  const api = (window.articleChat = {
    version: BUILD.version,
    /** Calls back with the detail of every event of a type; returns what ends that. */
    on(type, callback) {
      document.addEventListener(EVENTS + type, wrap(callback));
      return () => api.off(type, callback);
    },
    off: (type, callback) => document.removeEventListener(EVENTS + type, wrap(callback)),
  });
  for (const name of ["open", "close", "toggle", "ask", "clear"]) {
    api[name] = async (...given) => {
      await ready;
      return (find("[floating]") || find())?.[name](...given);
    };
  }
})();
