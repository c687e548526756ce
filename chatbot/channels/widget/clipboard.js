/** An answer for another program: as plain text, on the clipboard. */

import { element } from "./elements.js";

/** An answer as text to paste, with the addresses of its sources under a heading. */
export function plainText({ note, statements, citations }, heading = "Sources") {
  const text = (note ? `${note}\n\n` : "") + statements.reduce((all, line, index) => all + joint(statements[index - 1]?.kind, line.kind) + drawLine(line), "");
  if (!citations.length) return text;
  const sources = citations.map(({ number, title, url }) => `[${number}] ${title}: ${url}`);
  return [text, "", heading, ...sources].join("\n");
}

function drawLine({ text, citations, kind, number }) {
  const marks = citations.map((number) => `[${number}]`).join("");
  const marker = number ? `${number}. ` : kind === "item" || kind === "row" ? "- " : "";
  return `${marker}${text} ${marks}`.trim();
}

function joint(before, kind) {
  if (!before) return "";
  return before === kind && kind === "sentence" ? " " : before === kind ? "\n" : "\n\n";
}

/**
 * Copies a text; the focus stays where it is.
 *
 * @param {string} text
 * @param {Element} place Where a text box may stand for a moment: without a secure context there is no clipboard but
 *   the old command, which takes what is selected.
 * @returns {Promise<boolean>} Whether that worked.
 */
export async function copyText(text, place) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const focused = place.getRootNode().activeElement;
    const box = element("textarea", { class: "unseen", readonly: true });
    box.value = text;
    place.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    focused?.focus({ preventScroll: true });
    return done;
  }
}
