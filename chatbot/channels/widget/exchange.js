/** One question and what came of it: waiting, a growing answer, the answer with its tools, or why there is none. */

import { fill, renderAnswer } from "./answer.js";
import { copyText, plainText } from "./clipboard.js";
import { button, countDown, element, icon, isolated } from "./elements.js";

const ICONS = {
  copy: "M10.5 9h7A1.5 1.5 0 0 1 19 10.5v8a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 9 18.5v-8A1.5 1.5 0 0 1 10.5 9ZM15 9V5.5A1.5 1.5 0 0 0 13.5 4h-7A1.5 1.5 0 0 0 5 5.5v8A1.5 1.5 0 0 0 6.5 15H9",
  done: "m5 12.5 4.5 4.5L19 7.5",
  again: "M19 12a7 7 0 1 1-2-4.9L19 9m0-5v5h-5",
  up: "M7.5 10.5V20H4v-9.5zl3.7-6.7a1.9 1.9 0 0 1 2.9 2L13.2 9.5h4.7a2 2 0 0 1 2 2.4l-1.2 6.5a2 2 0 0 1-2 1.6H7.5",
  down: "M16.5 13.5V4H20v9.5zl-3.7 6.7a1.9 1.9 0 0 1-2.9-2l.9-3.7H6.1a2 2 0 0 1-2-2.4l1.2-6.5a2 2 0 0 1 2-1.6h9.2",
};
/** The server's names, and those of the words for them. */
const REASONS = ["wrong", "incomplete", "unrelated", "outdated", "unclear", "other"];

let count = 0;

export class Exchange {
  /**
   * @param {object} record `{question, answer?, id?, thumb?}`, plain data that can be kept.
   * @param {object} panel What it is shown in: `host`, `words`, `say(text)`, `ask(question)`, `retry(exchange)`,
   *   `feedback(exchange, thumb, reason, note)`, `onCite`, `target`.
   */
  constructor(record, panel) {
    this.record = record;
    this.panel = panel;
    this.content = element("div", { class: "reply" });
    const label = element("span", { class: "unseen" }, `${panel.words.question} `);
    const question = element("p", { class: "question", part: "question" }, label, isolated(record.question));
    this.element = element("article", { class: "exchange", part: "exchange" }, question, this.content);
    this.prefix = `answer-${(count += 1)}`;
    if (record.answer) this.finish();
  }

  /** Shows what is being done, until something else is shown. */
  status(text) {
    const dots = () => element("span", { class: "dots" }, element("i"), element("i"), element("i"));
    this.line ||= element("p", { class: "status", part: "status" }, dots(), element("bdi"));
    this.line.lastChild.textContent = text;
    if (!this.line.isConnected) this.content.append(this.line);
  }

  /** Shows the answer as far as it has come. */
  draw(answer, id) {
    const shown = this.record.answer?.statements.length ?? 0;
    Object.assign(this.record, { answer, id });
    const { words, host, ask, onCite, target } = this.panel;
    const options = { strings: words, lang: host.language, onCite, target, shown, idPrefix: this.prefix, onSuggestion: ask };
    this.drawn = renderAnswer(answer, options);
    this.content.replaceChildren(this.drawn);
  }

  /** The answer is complete: shows its tools too. */
  finish() {
    if (!this.drawn?.isConnected || !this.record.answer.complete) this.draw(this.record.answer, this.record.id);
    this.content.replaceChildren(this.drawn);
    const tools = this.#tools();
    const next = this.drawn.querySelector(".chat-suggestions");
    if (next) next.before(tools);
    else this.drawn.append(tools);
  }

  /** The reader stopped it, or the connection broke: what there is stays, with a way to ask again. */
  halt(text) {
    this.line?.remove();
    this.content.append(element("p", { class: "halted" }, text), this.#retry());
  }

  /** Shows why there is no answer. */
  problem(problem) {
    const { words } = this.panel;
    const [title, text] = explanation(problem, words);
    const retry = this.#retry();
    const attributes = { class: "problem", part: "problem", "data-name": problem.name };
    const card = element("div", attributes, element("strong", {}, title), element("p", {}, text), retry);
    this.line?.remove();
    this.content.append(card);
    if (problem.retryAfter) this.#countDown(retry, problem.retryAfter);
    return `${title}. ${text}`;
  }

  /** An older exchange offers nothing to ask next. */
  settle() {
    this.content.querySelector(".chat-suggestions")?.remove();
    this.content.querySelectorAll(".retry, .again").forEach((button) => button.remove());
    this.endCountDown?.();
  }

  #retry() {
    return button({ class: "retry", part: "retry", onclick: () => this.panel.retry(this) }, this.panel.words.retry);
  }

  #countDown(retry, seconds) {
    const { words } = this.panel;
    this.endCountDown = countDown(seconds, (left) => {
      retry.disabled = left > 0;
      retry.textContent = left > 0 ? fill(words.wait, { seconds: left }) : words.retry;
    });
  }

  // ---- tools: copy, thumbs, ask again -------------------------------------------------------------------------------

  #tools() {
    const tools = element("div", { class: "tools" }, this.#tool("copy", () => this.#copy()));
    if (this.record.id) tools.append(this.#tool("up", () => this.#rate("up")), this.#tool("down", () => this.#rate("down")));
    tools.append(this.#tool("again", () => this.panel.retry(this)));
    this.tools = tools;
    this.#press();
    return tools;
  }

  #tool(name, onclick) {
    const label = this.panel.words[name === "again" ? "retry" : name];
    return button({ class: `tool ${name}`, part: `tool ${name}`, label, onclick }, icon(ICONS[name]));
  }

  #press() {
    for (const name of ["up", "down"]) this.tools.querySelector(`.${name}`)?.setAttribute("aria-pressed", String(this.record.thumb === name));
  }

  async #copy() {
    const { say, words } = this.panel;
    if (!(await copyText(plainText(this.record.answer, words.sources), this.element))) return;
    const copy = this.tools.querySelector(".copy");
    copy.replaceChildren(icon(ICONS.done));
    say(words.copied);
    setTimeout(() => copy.replaceChildren(icon(ICONS.copy)), 1600);
  }

  /** The thumb is sent at once; a reason or a note follows, and the server keeps what came last. */
  async #rate(thumb) {
    if (this.record.thumb === thumb) return;
    this.record.thumb = thumb;
    this.#press();
    this.form?.remove();
    const sent = this.#send("", "");
    if (thumb === "up") this.#thank(await sent);
    else this.#askWhy(sent);
  }

  #askWhy(sent) {
    const { words } = this.panel;
    const legend = element("legend", {}, words.why);
    const reasons = REASONS.map((value) => {
      const choice = element("input", { type: "radio", name: "reason", value, class: "unseen" });
      return element("label", { class: "reason" }, choice, element("span", {}, words[value]));
    });
    const note = element("textarea", { rows: 2, maxlength: 1000, placeholder: words.note, "aria-label": words.note });
    const onsubmit = async (event) => {
      event.preventDefault();
      const chosen = new FormData(event.target).get("reason") || "";
      await sent;
      this.#thank(await this.#send(chosen, note.value.trim()));
    };
    const choices = element("fieldset", {}, legend, element("div", { class: "reasons" }, ...reasons));
    this.form = element("form", { class: "why", part: "feedback", onsubmit }, choices, note, element("button", { class: "submit" }, words.submit));
    this.tools.after(this.form);
    this.form.scrollIntoView({ block: "nearest" });
    reasons[0].firstChild.focus({ preventScroll: true });
  }

  #send(reason, note) {
    return this.panel.feedback(this, this.record.thumb, reason, note);
  }

  #thank(sent) {
    const { words, say } = this.panel;
    const focused = this.form?.contains(this.element.getRootNode().activeElement);
    this.form?.remove();
    this.form = element("p", { class: "halted" }, sent ? words.thanks : words.unsent);
    this.tools.after(this.form);
    say(this.form.textContent);
    if (focused) this.tools.querySelector(".down").focus();
  }
}

/** Title and text for a problem: in the reader's words where there are any, else in the server's. */
function explanation({ name, detail }, words) {
  const known = name === "broken" ? "down" : name;
  if (words[`${known}Title`]) return [words[`${known}Title`], words[`${known}Text`]];
  return [words.internalTitle, (name === "question" && detail) || words.internalText];
}
