/** Where questions are written. */

import { icon } from "./dom.js";
import { button, element } from "./elements.js";

const COUNTED_FROM = 0.8;

/**
 * @param {object} options
 * @param {number} options.limit Most characters of a question.
 * @param {(question: string) => void} options.ask
 * @param {() => void} options.stop
 * @param {() => void} options.edit The reader wants the last question back.
 * @param {() => void} options.leave The reader leaves editing.
 * @param {(draft: string) => void} options.changed
 */
export function drawComposer({ limit, ask, stop, edit, leave, changed }) {
  const box = element("textarea", {
    id: "question",
    class: "question-box",
    rows: 1,
    placeholder: "Ask a question",
    "aria-label": "Ask a question",
    "aria-describedby": "question-hint",
    enterkeyhint: "send",
    autocomplete: "off",
  });
  const send = element("button", { type: "submit", class: "send", "aria-label": "Ask", title: "Ask" }, icon("ask"));
  const halt = button({ class: "send stop", label: "Stop", onclick: stop, hidden: true }, icon("stop"));
  const count = element("span", { class: "count", "aria-live": "polite" });
  const chips = element("ul", { class: "chips", "aria-label": "Search in" });
  const editing = element(
    "p",
    { class: "editing", hidden: true },
    "You are changing your last question. ",
    button({ class: "link", onclick: leave }, "Keep it as it was"),
  );
  const form = element(
    "form",
    { class: "composer", onsubmit: submitted },
    editing,
    chips,
    element("div", { class: "box" }, box, count, send, halt),
    element("p", { class: "hint", id: "question-hint" }, "Enter asks, Shift + Enter begins a new line"),
  );

  function submitted(event) {
    event?.preventDefault();
    const question = box.value.trim();
    if (!question || question.length > limit || !halt.hidden) return;
    ask(question);
    // A keyboard on the screen would hide the answer.
    if (matchMedia("(hover: none)").matches) box.blur();
  }

  function grown() {
    box.style.blockSize = "auto";
    box.style.blockSize = `${box.scrollHeight}px`;
    const length = box.value.trim().length;
    send.disabled = !length || length > limit;
    count.textContent = length > COUNTED_FROM * limit ? `${length.toLocaleString("en")} / ${limit.toLocaleString("en")}` : "";
    count.classList.toggle("over", length > limit);
    box.setAttribute("aria-invalid", String(length > limit));
  }

  box.addEventListener("input", () => {
    grown();
    changed(box.value);
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) submitted(event);
    else if (event.key === "ArrowUp" && !box.value) {
      event.preventDefault();
      edit();
    }
  });

  return {
    node: form,
    chips,
    grown,
    focus: () => box.focus({ preventScroll: true }),
    get value() {
      return box.value;
    },
    set value(text) {
      box.value = text;
      box.setSelectionRange(text.length, text.length);
      grown();
      changed(text);
    },
    busy(isBusy) {
      const focused = form.getRootNode().activeElement;
      send.hidden = isBusy;
      halt.hidden = !isBusy;
      if ([send, halt].includes(focused)) box.focus({ preventScroll: true });
    },
    editing(isEditing) {
      editing.hidden = !isEditing;
    },
  };
}
