/** Feedback for the site's owner. */

const FEEDBACK = new URL("../../api/feedback", import.meta.url);

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
