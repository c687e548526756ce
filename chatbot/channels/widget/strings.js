/** Every word of the panel in English, and how to get another language's. */

export const english = {
  title: "Ask a question",
  greeting: "Ask anything. The answers are taken from this site’s articles, word for word.",
  placeholder: "Ask a question…",
  conversation: "Conversation",
  send: "Send",
  stop: "Stop",
  close: "Close",
  clear: "New conversation",
  examples: "For example",
  question: "You asked:",
  searching: "Searching the articles…",
  reading: "Reading “{title}”…",
  slow: "This is taking longer than usual…",
  again: "The connection broke. Trying again…",
  ready: "Answer: {text}",
  count: "Sources: {count}.",
  sources: "Sources",
  source: "Source {number}: {title}",
  quotes: "{count} quotes",
  read: "Read it in the article",
  next: "Ask next",
  instead: "You could ask",
  copy: "Copy answer",
  copied: "Copied",
  retry: "Ask again",
  up: "Helpful",
  down: "Not helpful",
  thanks: "Thank you for telling us.",
  unsent: "That could not be sent.",
  why: "What was wrong with it?",
  wrong: "Incorrect",
  unrelated: "Off topic",
  incomplete: "Incomplete",
  outdated: "Out of date",
  unclear: "Hard to follow",
  other: "Something else",
  note: "Anything to add? (optional)",
  submit: "Send feedback",
  page: "Only this page",
  stopped: "Stopped.",
  cut: "The connection broke, so this answer may not be complete.",
  long: "{count} characters too many",
  wait: "Ask again in {seconds} s",
  offlineTitle: "You are offline",
  offlineText: "Your question is kept. Ask again once you are connected.",
  downTitle: "The assistant can’t be reached",
  downText: "It may be restarting. Please try again in a moment.",
  blockedTitle: "Not set up for this site yet",
  blockedText: "The assistant doesn’t take questions from this address. Its owner can allow it.",
  limitTitle: "One moment, please",
  limitText: "That was a lot of questions in a short time.",
  busyTitle: "Many people are asking",
  busyText: "Please try again in a few seconds.",
  deadlineTitle: "That took too long",
  deadlineText: "Please try again, or ask more briefly.",
  internalTitle: "Something went wrong",
  internalText: "Please try again. If it happens again, tell the site’s owner.",
};

/** The words of a language; English for what it lacks, or where it can't be fetched. */
export async function wordsOf(language) {
  if (language === "en") return english;
  try {
    const { words } = await import(`./words-${language}.js`);
    return { ...english, ...words };
  } catch {
    return english;
  }
}
