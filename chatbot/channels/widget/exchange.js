/** One question and what came of it: waiting, a growing answer, the answer with its tools, or why there is none. */

import { fill, renderAnswer } from "./answer.js";

const ICONS = {
  copy: "M10.5 9h7A1.5 1.5 0 0 1 19 10.5v8a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 9 18.5v-8A1.5 1.5 0 0 1 10.5 9ZM15 9V5.5A1.5 1.5 0 0 0 13.5 4h-7A1.5 1.5 0 0 0 5 5.5v8A1.5 1.5 0 0 0 6.5 15H9",
  done: "m5 12.5 4.5 4.5L19 7.5",
  again: "M19 12a7 7 0 1 1-2-4.9L19 9m0-5v5h-5",
  up: "M7.5 10.5V20H4v-9.5zl3.7-6.7a1.9 1.9 0 0 1 2.9 2L13.2 9.5h4.7a2 2 0 0 1 2 2.4l-1.2 6.5a2 2 0 0 1-2 1.6H7.5",
  down: "M16.5 13.5V4H20v9.5zl-3.7 6.7a1.9 1.9 0 0 1-2.9-2l.9-3.7H6.1a2 2 0 0 1-2-2.4l1.2-6.5a2 2 0 0 1 2-1.6h9.2",
};
const REASONS = ["wrong", "unrelated", "incomplete", "outdated"];

let count = 0;

/** Makes an element; a string in `children` becomes text. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

export class Exchange {
  /**
   * @param {object} record `{question, answer?, id?, thumb?}`, plain data that can be kept.
   * @param {object} panel What it is shown in: `host`, `words`, `say(text)`, `ask(question)`, `retry(exchange)`,
   *   `feedback(exchange, thumb, reason, note)`, `onCite`, `target`.
   */
  constructor(record, panel) {
    this.record = record;
    this.panel = panel;
    this.content = make("div", { class: "reply" });
    const label = make("span", { class: "unseen" }, `${panel.words.question} `);
    const text = make("bdi", { dir: "auto" }, record.question);
    this.element = make("article", { class: "exchange", part: "exchange" }, make("p", { class: "question", part: "question" }, label, text), this.content);
    this.prefix = `answer-${(count += 1)}`;
    if (record.answer) this.finish();
  }

  /** Shows what is being done, until something else is shown. */
  status(text) {
    this.line ||= make("p", { class: "status", part: "status" }, make("span", { class: "dots" }, make("i"), make("i"), make("i")), make("bdi"));
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
    this.content.append(make("p", { class: "halted" }, text), this.#retry());
  }

  /** Shows why there is no answer. */
  problem(problem) {
    const { words } = this.panel;
    const [title, text] = explanation(problem, words);
    const retry = this.#retry();
    const card = make("div", { class: "problem", part: "problem", "data-name": problem.name }, make("strong", {}, title), make("p", {}, text), retry);
    this.line?.remove();
    this.content.append(card);
    if (problem.retryAfter) this.#countDown(retry, problem.retryAfter);
    return `${title}. ${text}`;
  }

  /** An older exchange offers nothing to ask next. */
  settle() {
    this.content.querySelector(".chat-suggestions")?.remove();
    this.content.querySelectorAll(".retry, .again").forEach((button) => button.remove());
    clearInterval(this.timer);
  }

  #retry() {
    return make("button", { type: "button", class: "retry", part: "retry", click: () => this.panel.retry(this) }, this.panel.words.retry);
  }

  #countDown(button, seconds) {
    const ends = Date.now() + seconds * 1000;
    const { words } = this.panel;
    const tick = () => {
      const left = Math.ceil((ends - Date.now()) / 1000);
      button.disabled = left > 0;
      button.textContent = left > 0 ? fill(words.wait, { seconds: left }) : words.retry;
      if (left <= 0) clearInterval(this.timer);
    };
    this.timer = setInterval(tick, 500);
    tick();
  }

  // ---- tools: copy, thumbs, ask again -------------------------------------------------------------------------------

  #tools() {
    const tools = make("div", { class: "tools" }, this.#tool("copy", () => this.#copy()));
    if (this.record.id) tools.append(this.#tool("up", () => this.#rate("up")), this.#tool("down", () => this.#rate("down")));
    tools.append(this.#tool("again", () => this.panel.retry(this)));
    this.tools = tools;
    this.#press();
    return tools;
  }

  #tool(name, click) {
    const label = this.panel.words[name === "again" ? "retry" : name];
    const button = make("button", { type: "button", class: `tool ${name}`, part: `tool ${name}`, "aria-label": label, title: label, click });
    button.append(this.panel.host.icon(ICONS[name]));
    return button;
  }

  #press() {
    for (const name of ["up", "down"]) this.tools.querySelector(`.${name}`)?.setAttribute("aria-pressed", String(this.record.thumb === name));
  }

  async #copy() {
    const { host, say, words } = this.panel;
    if (!(await copied(plainText(this.record.answer, words), this.element))) return;
    const button = this.tools.querySelector(".copy");
    button.replaceChildren(host.icon(ICONS.done));
    say(words.copied);
    setTimeout(() => button.replaceChildren(host.icon(ICONS.copy)), 1600);
  }

  async #rate(thumb) {
    if (this.record.thumb === thumb) return;
    this.record.thumb = thumb;
    this.#press();
    this.form?.remove();
    const sent = this.#send("", "");
    if (thumb === "up") this.#thank(await sent);
    else this.#askWhy();
  }

  #askWhy() {
    const { words } = this.panel;
    const reasons = REASONS.map((name) => make("button", { type: "button", class: "reason", "aria-pressed": "false", "data-reason": name }, words[name]));
    for (const reason of reasons) reason.addEventListener("click", () => reason.setAttribute("aria-pressed", String(reason.ariaPressed !== "true")));
    const note = make("textarea", { rows: 2, maxlength: 1000, placeholder: words.note, "aria-label": words.note });
    const legend = make("p", { id: `${this.prefix}-why` }, words.why);
    const parts = [legend, make("div", { class: "reasons" }, ...reasons), note, make("button", { class: "submit" }, words.submit)];
    const submit = async (event) => {
      event.preventDefault();
      const chosen = reasons.filter((reason) => reason.ariaPressed === "true").map((reason) => reason.dataset.reason);
      this.#thank(await this.#send(chosen.join(", "), note.value.trim()));
    };
    this.form = make("form", { class: "why", part: "feedback", "aria-labelledby": legend.id, submit }, ...parts);
    this.tools.after(this.form);
    this.form.scrollIntoView({ block: "nearest" });
    reasons[0].focus({ preventScroll: true });
  }

  #send(reason, note) {
    return this.panel.feedback(this, this.record.thumb, reason, note);
  }

  #thank(sent) {
    const { words, say } = this.panel;
    const focused = this.form?.contains(this.element.getRootNode().activeElement);
    this.form?.remove();
    this.form = make("p", { class: "halted" }, sent ? words.thanks : words.unsent);
    this.tools.after(this.form);
    say(this.form.textContent);
    if (focused) this.tools.querySelector(".down").focus();
  }
}

/** Title and text for a problem: in the reader's words where there are any, else in the server's. */
function explanation({ name, detail }, words) {
  if (words[`${name}Title`]) return [words[`${name}Title`], words[`${name}Text`]];
  return [words.internalTitle, (name === "question" && detail) || words.internalText];
}

/** An answer as text to paste, with the addresses of its sources. */
export function plainText(answer, words) {
  const lines = answer.statements.map(({ text, citations, kind }) => {
    const marks = citations.map((number) => `[${number}]`).join("");
    return { kind, text: `${kind === "item" || kind === "row" ? "- " : ""}${text} ${marks}`.trim() };
  });
  const text = lines.reduce((all, line, index) => all + joint(lines[index - 1]?.kind, line.kind) + line.text, "");
  if (!answer.citations.length) return text;
  const sources = answer.citations.map(({ number, title, url }) => `[${number}] ${title}: ${url}`);
  return `${text}\n\n${words.sources}\n${sources.join("\n")}`;
}

function joint(before, kind) {
  if (!before) return "";
  return before === kind && kind === "sentence" ? " " : before === kind ? "\n" : "\n\n";
}

/** Without a secure context there is no clipboard but the old command. */
async function copied(text, place) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = make("textarea", { class: "unseen", readonly: true });
    area.value = text;
    place.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
