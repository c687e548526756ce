/**
 * The conversation in this browser, and nowhere else: finished exchanges in `localStorage`, one entry for each, so that
 * windows that write at the same time don't overwrite each other's; what is one window's alone in `sessionStorage`.
 */

const EXCHANGE = "article-chatbot:page:exchange:";
const WINDOW = "article-chatbot:page:window";
const MOST = 300;

/** The finished exchanges of all windows, oldest first: their ids begin with the time. */
export function load() {
  return stored()
    .map((key) => read("localStorage", key))
    .filter((exchange) => exchange?.id && exchange.question);
}

/** Keeps an exchange; where the browser has no room for it, the oldest others make way. */
export function put(exchange) {
  const key = EXCHANGE + exchange.id;
  const others = stored().filter((other) => other !== key);
  remove(others.splice(0, others.length + 1 - MOST));
  while (!write("localStorage", key, exchange) && others.length) remove(others.splice(0, Math.ceil(others.length / 2)));
}

/** Keeps what has changed of an exchange, unless another window has taken it away. */
export function update(exchange) {
  if (read("localStorage", EXCHANGE + exchange.id)) put(exchange);
}

/** Forgets exchanges. */
export function take(exchanges) {
  remove(exchanges.map(({ id }) => EXCHANGE + id));
}

/** Calls back with the id of each exchange that another window has changed, and with what it is now, if it still is. */
export function onOtherWindow(changed) {
  addEventListener("storage", ({ key, newValue }) => {
    if (key?.startsWith(EXCHANGE)) changed(key.slice(EXCHANGE.length), JSON.parse(newValue));
  });
}

/** This window's own: `filter`, `draft`, and `open`, the exchange that still waits for its answer. */
export function loadOwn() {
  const { filter, draft, open } = read("sessionStorage", WINDOW) || {};
  return { filter: filter || {}, draft: String(draft || ""), open: open?.id && open.question ? open : null };
}

export function saveOwn(own) {
  write("sessionStorage", WINDOW, own);
}

function stored() {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(EXCHANGE))
      .sort();
  } catch {
    return [];
  }
}

function read(storage, key) {
  try {
    return JSON.parse(window[storage].getItem(key));
  } catch {
    return null;
  }
}

function write(storage, key, value) {
  try {
    window[storage].setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false; // no room, or no storage at all
  }
}

function remove(keys) {
  try {
    for (const key of keys) localStorage.removeItem(key);
  } catch {
    // no storage at all
  }
}
