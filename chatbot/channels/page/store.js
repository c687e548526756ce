/** The conversation in this browser: kept in `localStorage`, and nowhere else. */

const KEY = "article-chatbot:page:1";
const MOST = 300;

/** What was kept: `{exchanges, filter, draft}`. */
export function load() {
  const empty = { exchanges: [], filter: {}, draft: "" };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY)) || {};
    const exchanges = Array.isArray(kept.exchanges) ? kept.exchanges.filter((exchange) => exchange?.question) : [];
    return { exchanges, filter: kept.filter || {}, draft: String(kept.draft || "") };
  } catch {
    return empty;
  }
}

/** Keeps a conversation; where the browser has no room for all of it, the latest part. */
export function save({ exchanges, filter, draft }) {
  for (let most = MOST; most >= 1; most = Math.floor(most / 2)) {
    try {
      localStorage.setItem(KEY, JSON.stringify({ exchanges: exchanges.slice(-most), filter, draft }));
      return;
    } catch {
      // no room, or no storage at all
    }
  }
}

/** Calls back when another window has changed the conversation. */
export function onOtherWindow(changed) {
  addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) changed();
  });
}
