/** The box to ask in, and the switch that keeps to the page the reader is on. */

import { fill } from "./answer.js";
import { button, element, icon } from "./elements.js";

const ICONS = { send: "M12 19V5m-6 6 6-6 6 6", stop: "M7 7h10v10H7z" };

export class Box {
  /**
   * @param {object} panel What it belongs to: `words`, `config`, `ask(question)`, `stop()`.
   */
  constructor(panel) {
    this.panel = panel;
    const { placeholder, page, send } = panel.words;
    const oninput = () => this.#check();
    this.input = element("textarea", { part: "input", rows: 1, "aria-label": placeholder, placeholder, enterkeyhint: "send", oninput });
    this.sending = button({ type: "submit", class: "button send", part: "send", label: send }, icon(ICONS.send));
    const onclick = () => this.#keepTo(!this.only);
    this.switch = button({ role: "switch", class: "only", part: "page", onclick }, element("i"), page);
    this.excess = element("p", { class: "excess", id: "excess" });
    const onsubmit = (event) => {
      event.preventDefault();
      if (this.isAsking) panel.stop();
      else this.send();
    };
    const field = element("div", { class: "field" }, this.input, this.sending);
    this.form = element("form", { part: "form", onsubmit }, this.switch, this.excess, field);
  }

  /** Shows whether something is being asked, and the page's article, if there is one to keep to. */
  refresh(isAsking, article) {
    this.isAsking = isAsking;
    this.switch.hidden = !article;
    this.switch.title = article?.title || "";
    this.#keepTo(Boolean(article && this.only));
    const name = isAsking ? "stop" : "send";
    this.sending.className = `button ${name}`;
    this.sending.title = this.panel.words[name];
    this.sending.setAttribute("aria-label", this.panel.words[name]);
    this.sending.replaceChildren(icon(ICONS[name]));
    this.#check();
  }

  #keepTo(only) {
    this.only = only;
    this.switch.setAttribute("aria-checked", String(only));
  }

  /** Asks what was typed. */
  send() {
    const text = this.input.value.trim();
    if (!text || this.tooLong(text)) return;
    this.type("");
    this.panel.ask(text);
  }

  type(text) {
    this.input.value = text;
    this.#check();
    this.input.focus();
  }

  /** How many characters a question has too many. */
  tooLong(text) {
    return Math.max(0, [...text].length - (this.panel.config.limits?.question || 2000));
  }

  #check() {
    const { input, panel } = this;
    const text = input.value.trim();
    const over = this.tooLong(text);
    this.excess.textContent = over ? fill(panel.words.long, { count: over }) : "";
    input.setAttribute("aria-invalid", String(over > 0));
    if (over) input.setAttribute("aria-describedby", "excess");
    else input.removeAttribute("aria-describedby");
    this.sending.disabled = !this.isAsking && (!text || over > 0);
    input.style.setProperty("block-size", "auto");
    if (input.scrollHeight) input.style.setProperty("block-size", `${Math.min(input.scrollHeight, 140)}px`);
  }
}
