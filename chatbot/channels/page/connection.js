/** Whether the server is there, as long as somebody waits for it. */

const HEALTH = new URL("../../healthz", import.meta.url);
const QUIET = 1200;
const AGAIN = 4000;
const PATIENCE = 4000;

/**
 * Watches over a question that was asked.
 *
 * @param {() => void} lost Called once, when the server doesn't answer.
 * @returns {{heard: () => void, end: () => void}} To be told of every frame, and of the end.
 */
export function watchOver(lost) {
  let timer = setTimeout(look, QUIET);
  let ended = false;

  async function look() {
    const alive = await isAlive();
    if (ended) return;
    if (alive) timer = setTimeout(look, AGAIN);
    else lost();
  }

  return {
    heard() {
      clearTimeout(timer);
      timer = setTimeout(look, QUIET);
    },
    end() {
      ended = true;
      clearTimeout(timer);
    },
  };
}

/** Calls back when the server is there again. */
export async function whenBack(back) {
  while (!(await isAlive())) await new Promise((resume) => setTimeout(resume, 2000));
  back();
}

async function isAlive() {
  try {
    return (await fetch(HEALTH, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })).ok;
  } catch {
    return false;
  }
}
