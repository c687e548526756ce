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
  const script = document.currentScript || document.querySelector('script[src*="/widget.js"]');
  const HOST = new URL(".", script?.src || location.href).href;
  const EVENTS = "article-chat:";

  const WORDS = {
    en: ["Ask a question", "The assistant can’t be reached. Please try again."],
    de: ["Frage stellen", "Der Assistent ist nicht erreichbar. Bitte noch einmal versuchen."],
    fr: ["Poser une question", "L’assistant est injoignable. Veuillez réessayer."],
    es: ["Hacer una pregunta", "El asistente no responde. Inténtelo de nuevo."],
    pt: ["Fazer uma pergunta", "O assistente não responde. Tente novamente."],
    it: ["Fai una domanda", "L’assistente non risponde. Riprova."],
    nl: ["Stel een vraag", "De assistent is niet bereikbaar. Probeer het opnieuw."],
    ar: ["اطرح سؤالًا", "تعذّر الوصول إلى المساعد. حاول مرة أخرى."],
    he: ["שאלו שאלה", "העוזר אינו זמין. נסו שוב."],
  };

  const CSS = `
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

  class ArticleChat extends HTMLElement {
    #panel = null;
    #tries = 0;

    connectedCallback() {
      if (this.shadowRoot) return;
      Object.assign(this, { host: HOST, icon, luminance });
      this.floating = this.hasAttribute("floating");
      this.language = this.#language();
      this.words = WORDS[this.language];
      this.attachShadow({ mode: "open" });
      this.adopt(CSS);
      this.#draw();
      this.#follow();
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
      const accent = this.option("color") || getComputedStyle(this).getPropertyValue("--chat-accent") || color || BUILD.color;
      root.style.color = accent;
      this.accent = getComputedStyle(root).color.match(/^rgba?\((\d+), (\d+), (\d+)/)?.slice(1).map(Number) || [0, 0, 0];
      root.style.color = "";
      root.style.setProperty("--chat-accent", accent);
      root.style.setProperty("--chat-on-accent", luminance(this.accent) > 0.18 ? "#111418" : "#fff");
    }

    /** The panel's module, fetched once; a failed fetch is tried again at the next intent. */
    load() {
      this.#panel ||= import(`${HOST}widget/${BUILD.version}/panel.js${this.#tries ? `?try=${this.#tries}` : ""}`)
        .then((module) => module.attach(this))
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
      return this.#panel?.then((panel) => panel.close());
    }

    toggle() {
      return this.launcher.getAttribute("aria-expanded") === "true" ? this.close() : this.open();
    }

    /** Asks, with the panel open; without a question it only opens. */
    ask(question = "") {
      return this.#do((panel) => panel.ask(question));
    }

    clear() {
      return this.#do((panel) => panel.clear());
    }

    async #do(action) {
      this.notice.textContent = "";
      this.launcher.setAttribute("aria-busy", "true");
      try {
        return action(await this.load());
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
      const observer = new MutationObserver(apply);
      for (const node of [document.documentElement, document.body, this]) observer.observe(node, { attributes: true });
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

  const find = (selector) => document.querySelector(`article-chat${selector}`);
  if (script?.dataset.launcher !== "off" && !find("[floating]")) {
    const element = document.createElement("article-chat");
    element.setAttribute("floating", "");
    document.body.append(element);
  }

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
    api[name] = (...given) => (find("[floating]") || find(""))[name](...given);
  }
  document.dispatchEvent(new CustomEvent(`${EVENTS}ready`));
})();
