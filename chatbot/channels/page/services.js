/** What an answer's buttons do beyond the page: the clipboard, and feedback for the site's owner. */

const FEEDBACK = new URL("../../api/feedback", import.meta.url);

/** Puts a text on the clipboard, which browsers give to secure pages only; elsewhere the old way still works. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyFromBox(text);
  }
}

function copyFromBox(text) {
  const focused = document.activeElement;
  const box = document.createElement("textarea");
  box.value = text;
  box.style.cssText = "position: fixed; inset-block-start: -9rem";
  document.body.append(box);
  box.select();
  const copied = document.execCommand("copy");
  box.remove();
  focused?.focus();
  return copied;
}

/** Sends a thumb; returns what went wrong, in words. */
export async function rate({ answerId }, { thumb, reason = "", note = "" }) {
  const body = JSON.stringify({ answer_id: answerId, thumb, reason, note });
  try {
    const response = await fetch(FEEDBACK, { method: "POST", headers: { "Content-Type": "application/json" }, body });
    return response.ok ? "" : (await response.json()).detail;
  } catch {
    return "The server can't be reached. Try again in a moment.";
  }
}
