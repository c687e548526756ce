/**
 * Asks the server: an answer as it grows, over server-sent events, or whole as JSON where a stream doesn't get through.
 */

const TRIES = 4;
const FIRST_WAIT = 600;
/** Without a byte, not even a heartbeat, for this long a stream counts as broken. */
const SILENCE = 20_000;
/** How long a small file may take to come. */
const PATIENCE = 5000;
const BUSY_WAIT = 5;

/** What kept an answer from coming; `name` is the server's name for it, or `offline`, `down`, `blocked`. */
export class Problem extends Error {
  constructor(name, detail = "", retryAfter = 0) {
    super(detail || name);
    Object.assign(this, { name, detail, retryAfter });
  }
}

/**
 * Yields `{id, citations}` once, as soon as sources are known, then `{id, answer}` for every state of the answer; the
 * last is complete. A connection that breaks is made anew, a few times and ever later; the last time as plain JSON.
 *
 * @param {string} host Where the server's paths begin, with a slash at the end.
 * @param {object} body As `POST /api/ask` takes it.
 * @param {AbortSignal} signal Ends it; the generator then raises the abort's reason.
 * @param {() => void} onAgain Told before each new try.
 * @throws {Problem}
 */
export async function* ask(host, body, signal, onAgain) {
  for (let tries = 1; ; tries += 1) {
    try {
      yield* tries < TRIES ? streamed(host, body, signal) : whole(host, body, signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      const problem = await explained(host, error, signal);
      signal.throwIfAborted();
      const wait = pause(problem, tries);
      if (!wait) throw problem;
      onAgain();
      await sleep(wait, signal);
    }
  }
}

/** Milliseconds until the next try; 0 when another one is no use. */
function pause(problem, tries) {
  if (tries >= TRIES) return 0;
  if (problem.name === "busy" && problem.retryAfter <= BUSY_WAIT) return 1000 * Math.max(1, problem.retryAfter);
  if (problem.name === "broken") return FIRST_WAIT * 2 ** (tries - 1) * (0.75 + Math.random() / 2);
  return problem.name === "down" && tries < 3 ? FIRST_WAIT * tries : 0;
}

async function* streamed(host, body, signal) {
  const connection = patient(signal, SILENCE);
  try {
    const response = await post(host, "api/ask", body, connection.signal, "text/event-stream");
    const id = response.headers.get("Answer-Id") || "";
    if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
      yield { id, answer: await response.json() };
      return;
    }
    for await (const event of events(response.body, connection.alive)) {
      const data = JSON.parse(event.data);
      if (event.type === "error") throw fromServer(data, response);
      if (event.type === "sources") yield { id: id || event.id, citations: data.citations };
      if (event.type !== "answer") continue;
      yield { id: id || event.id, answer: data };
      if (data.complete) return;
    }
    throw new Problem("broken");
  } finally {
    connection.end();
  }
}

/** A `signal` that ends with another one, with `end()`, or when nothing was `alive()` for some milliseconds. */
function patient(outer, milliseconds) {
  const inner = new AbortController();
  let timer;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(end, milliseconds);
  };
  const end = () => {
    clearTimeout(timer);
    outer?.removeEventListener("abort", end);
    inner.abort();
  };
  outer?.addEventListener("abort", end);
  alive();
  if (outer?.aborted) end();
  return { signal: inner.signal, alive, end };
}

async function* whole(host, body, signal) {
  const response = await post(host, "api/ask", body, signal);
  yield { id: response.headers.get("Answer-Id") || "", answer: await response.json() };
}

/** The events of a stream: `{type, id, data}`. Lines end with LF, CR or CRLF, anywhere between two chunks. */
export async function* events(stream, onBytes = () => {}) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let event = { type: "message", id: "", data: [] };
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      onBytes();
      text += decoder.decode(value, { stream: true });
      const lines = text.split(/\r\n|\n|\r(?!$)/);
      text = lines.pop();
      for (const line of lines) {
        if (line) readField(line, event);
        else {
          if (event.data.length) yield { ...event, data: event.data.join("\n") };
          event = { type: "message", id: event.id, data: [] };
        }
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function readField(line, event) {
  const [, name, value] = line.match(/^([^:]*):? ?(.*)$/s);
  if (name === "event") event.type = value;
  if (name === "id") event.id = value;
  if (name === "data") event.data.push(value);
}

/**
 * Posts JSON.
 *
 * @throws {Problem} The server refused it; whatever `fetch` raises where no response came.
 */
export async function post(host, path, body, signal, accept = "application/json") {
  const response = await fetch(host + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: accept },
    body: JSON.stringify(body),
    credentials: "omit",
    signal,
  });
  if (response.ok) return response;
  throw fromServer(await response.json().catch(() => ({})), response);
}

/** What page and widget show, as `GET /api/config` tells it; null where it can't be had. */
export async function configuration(host, page) {
  const response = await get(`${host}api/config?${new URLSearchParams({ page })}`);
  return response?.ok ? response.json().catch(() => null) : null;
}

/** What came of a small request: null where it was refused, undefined where nothing came in time. */
function get(url, options = {}, signal = null) {
  const connection = patient(signal, PATIENCE);
  return fetch(url, { credentials: "omit", signal: connection.signal, ...options }).catch(() => (connection.signal.aborted ? undefined : null));
}

/** Gateways tell in pages of their own that the server behind them is gone: without a problem's type it broke. */
function fromServer(problem, response) {
  const name = String(problem?.type || "").split(":").pop();
  const status = { 403: "origin", 429: "limit" }[response.status] || (response.status > 501 ? "broken" : "internal");
  const known = name || status;
  return new Problem(known === "origin" ? "blocked" : known, problem?.detail, Number(response.headers.get("Retry-After")) || 0);
}

/** A failed fetch looks the same whether the server is down or doesn't allow this site: its public files tell. */
async function explained(host, error, signal) {
  if (error instanceof Problem) return error;
  if (navigator.onLine === false) return new Problem("offline");
  const reached = await get(`${host}widget.js`, { method: "HEAD", cache: "no-store" }, signal);
  if (!reached || reached.status >= 500) return new Problem("down");
  return new Problem((await get(`${host}api/config`, { cache: "no-store" }, signal)) === null ? "blocked" : "broken");
}

function sleep(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), { once: true });
  });
}
