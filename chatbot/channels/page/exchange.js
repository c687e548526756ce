/** Draws one exchange: a question, and what came of it. */

import { renderAnswer } from "./answer.js";
import { icon } from "./dom.js";
import { button, element, isolated } from "./elements.js";
import { drawFeedback } from "./feedback.js";
import { drawFilter } from "./filters.js";
import { drawProblem } from "./problems.js";

/**
 * The element of an exchange; `update` redraws what has changed since.
 *
 * @param {object} exchange `question`, `filter`, `answer`, `answerId`, `problem`, `state` ("asking", "done", "stopped").
 * @param {object} actions `ask`, `retry`, `undo`, `copy`, `rate`, `unfilter`.
 */
export function drawExchange(exchange, actions) {
  const question = isolated(exchange.question, "h2", { class: "question" });
  const reply = element("div", { class: "reply" });
  const tools = element("div", { class: "tools", role: "group", "aria-label": "Answer" });
  const node = element("article", { class: "exchange", "data-id": exchange.id }, question);
  if (hasFilter(exchange)) node.append(element("p", { class: "asked-within" }, "Asked within: ", drawFilter(exchange.filter)));
  node.append(reply, tools);
  let shown = 0;

  function update() {
    node.dataset.state = exchange.state;
    node.setAttribute("aria-busy", String(exchange.state === "asking"));
    reply.replaceChildren(...drawReply(exchange, shown, actions));
    tools.replaceChildren(...drawTools(exchange, actions));
    shown = exchange.answer?.statements.length || 0;
  }

  update();
  return { node, update };
}

function hasFilter({ filter }) {
  return Boolean(filter && (filter.articles?.length || filter.tags?.length || filter.since || filter.until));
}

function drawReply(exchange, shown, actions) {
  const drawn = [];
  if (hasAnswer(exchange)) drawn.push(drawAnswer(exchange, shown, actions));
  else if (exchange.state === "asking") drawn.push(drawWaiting(exchange.answer?.note));
  if (exchange.state === "stopped") drawn.push(element("p", { class: "stopped" }, "You stopped this answer."));
  if (exchange.problem) drawn.push(drawProblem(exchange.problem, actions.retry));
  return drawn;
}

/** Whether there is something to read; an answer that only waits for its turn says so in its note. */
function hasAnswer({ answer }) {
  return Boolean(answer && (answer.complete || answer.statements.length));
}

function drawAnswer(exchange, shown, actions) {
  const { answer } = exchange;
  const drawn = renderAnswer(answer, {
    onSuggestion: actions.ask,
    idPrefix: `answer-${exchange.id}`,
    target: () => "_blank",
    lang: document.documentElement.lang,
    shown: exchange.state === "asking" ? shown : undefined,
  });
  return isRefusal(answer) ? drawRefusal(drawn, exchange, actions) : drawn;
}

/** An answer that says that there is none; a greeting or a question back isn't one. */
function isRefusal(answer) {
  return !answer.found && answer.complete && !["smalltalk", "clarifying"].includes(answer.composer);
}

function drawRefusal(drawn, exchange, actions) {
  const head = element("p", { class: "refusal-head" }, icon("search"), "Not in the articles");
  const wider = hasFilter(exchange)
    ? element("p", { class: "refusal-wider" }, button({ class: "quiet", onclick: actions.unfilter }, "Ask all articles"))
    : "";
  return element("div", { class: "refusal" }, head, drawn, wider);
}

function drawWaiting(note) {
  const lines = element("div", { class: "waiting-lines", "aria-hidden": "true" }, ...[1, 2, 3].map(() => element("span")));
  return element("div", { class: "waiting" }, element("p", { class: "waiting-text" }, note || "Reading the articles"), lines);
}

function drawTools(exchange, actions) {
  const { answer, answerId, problem, state } = exchange;
  if (state === "asking") return [];
  const tools = [];
  if (hasAnswer(exchange)) tools.push(drawCopy(exchange, actions));
  if (!problem) tools.push(drawTool("retry", "Ask again", actions.retry));
  tools.push(drawTool("undo", "Take the question back", actions.undo));
  if (answerId && answer?.complete) tools.push(...drawFeedback(exchange, actions.rate));
  return tools;
}

function drawTool(name, label, onclick) {
  return button({ class: "tool latest-only", label, "data-tool": name, onclick }, icon(name));
}

function drawCopy(exchange, actions) {
  const copy = button({ class: "tool", label: "Copy the answer", "data-tool": "copy" }, icon("copy"));
  copy.addEventListener("click", async () => {
    const copied = await actions.copy(plainText(exchange.answer));
    copy.replaceChildren(icon(copied ? "done" : "copy"));
    setTimeout(() => copy.replaceChildren(icon("copy")), 1600);
  });
  return copy;
}

/** An answer with its sources as plain text, for the clipboard. */
export function plainText(answer) {
  const lines = answer.statements.map((statement) => {
    const marks = statement.citations.map((number) => ` [${number}]`).join("");
    return `${marker(statement)}${statement.text}${marks}`;
  });
  const sources = answer.citations.map((citation) => `[${citation.number}] ${citation.title}: ${citation.url}`);
  return [answer.note, lines.join("\n"), sources.join("\n")].filter(Boolean).join("\n\n");
}

function marker({ kind, number }) {
  if (number) return `${number}. `;
  return ["item", "row"].includes(kind) ? "- " : "";
}

/** Whether an exchange still waits for what will come of it: it is this window's alone until then. */
export function isOpen({ state, waits }) {
  return state === "asking" || Boolean(waits);
}

/** What came of a question, for those who listen. */
export function inWords({ answer, problem, state }) {
  if (problem) return problem.detail;
  if (state === "stopped") return "Stopped.";
  const texts = isRefusal(answer) ? ["Not in the articles."] : answer.statements.map(({ text, number }) => (number ? `${number}. ${text}` : text));
  const said = [answer.note, ...texts].filter(Boolean).join(" ");
  return isRefusal(answer) ? said : `Answer: ${said}`.slice(0, 400);
}
