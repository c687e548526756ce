/** Thumbs beneath an answer, with a reason and a note for whoever wants to give them. */

import { icon, scrolling } from "./dom.js";
import { button, element } from "./elements.js";

/** Names that the owner's feedback file has, the same from everywhere, and their words for readers. */
const REASONS = {
  wrong: "Wrong",
  incomplete: "Incomplete",
  unrelated: "Not what I asked",
  outdated: "Out of date",
  unclear: "Hard to follow",
  other: "Something else",
};
const LABELS = { up: "Good answer", down: "Bad answer" };
const QUESTIONS = { up: "What was good? (optional)", down: "What was wrong? (optional)" };

/** Two buttons and what opens beneath them. */
export function drawFeedback(exchange, rate) {
  const place = element("div", { class: "feedback-place" });
  const thumbs = Object.keys(LABELS).map((thumb) => {
    const pressed = String(exchange.thumb === thumb);
    return button({ class: "tool thumb", label: LABELS[thumb], "aria-pressed": pressed, "data-tool": thumb }, icon(thumb));
  });
  for (const node of thumbs) node.addEventListener("click", () => pressed(node.dataset.tool));

  async function pressed(thumb) {
    exchange.thumb = thumb;
    for (const node of thumbs) node.setAttribute("aria-pressed", String(node.dataset.tool === thumb));
    place.replaceChildren(drawForm(thumb, send, close));
    place.scrollIntoView({ block: "nearest", behavior: scrolling() });
    show(await rate(exchange, { thumb }), "");
  }

  async function send(details) {
    show(await rate(exchange, { thumb: exchange.thumb, ...details }), "Thank you. That helps to improve the answers.");
  }

  function close() {
    place.replaceChildren();
    thumbs.find((node) => node.dataset.tool === exchange.thumb)?.focus();
  }

  function show(problem, thanks) {
    const said = problem || thanks;
    if (!said) return;
    place.replaceChildren(element("p", { class: problem ? "feedback-problem" : "feedback-thanks", role: "status" }, said));
  }

  return [...thumbs, place];
}

function drawForm(thumb, send, close) {
  const note = element("textarea", { rows: 2, maxlength: 1000, "aria-label": "Note", placeholder: "Anything to add?" });
  const buttons = element(
    "div",
    { class: "feedback-buttons" },
    button({ class: "quiet", onclick: close }, "No, thanks"),
    element("button", { type: "submit", class: "solid" }, "Send"),
  );
  return element(
    "form",
    {
      class: "feedback",
      onsubmit: (event) => {
        event.preventDefault();
        send({ reason: new FormData(event.target).get("reason") || "", note: note.value.trim() });
      },
      onkeydown: (event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        close();
      },
    },
    element("fieldset", {}, element("legend", {}, QUESTIONS[thumb]), thumb === "down" ? drawReasons() : ""),
    note,
    buttons,
  );
}

function drawReasons() {
  const choices = Object.entries(REASONS).map(([value, label]) =>
    element("label", { class: "choice" }, element("input", { type: "radio", name: "reason", value }), label),
  );
  return element("div", { class: "choices" }, ...choices);
}
