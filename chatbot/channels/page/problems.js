/** What went wrong, and what to do now: one card for each kind of problem. */

import { counted, icon } from "./dom.js";
import { button, countDown, element } from "./elements.js";

const LOOKS = {
  unreachable: ["unplugged", "The server can't be reached"],
  limit: ["clock", "That was a lot of questions"],
  busy: ["clock", "Many people are asking right now"],
  deadline: ["clock", "That took too long"],
  question: ["warning", "This question can't be asked"],
};
const OTHER = ["warning", "Something went wrong"];
const UNREACHABLE =
  "Your conversation is safe in this browser. The page keeps trying, and asks again as soon as the server is back.";

/** The problem of a server that doesn't answer. */
export const unreachable = { type: "urn:article-chatbot:problem:unreachable", detail: UNREACHABLE, retry_after: 0 };

/** The last part of a problem's type. */
export function kindOf(problem) {
  return String(problem.type || "").split(":").pop();
}

export function drawProblem(problem, retry) {
  const kind = kindOf(problem);
  const [picture, title] = LOOKS[kind] || OTHER;
  const seconds = (problem.until - Date.now()) / 1000;
  const detail = element("p", { class: "problem-detail" }, problem.detail);
  const again = button({ class: "solid problem-retry", onclick: retry }, "Try again");
  const card = element(
    "div",
    { class: "problem", "data-problem": kind },
    element("p", { class: "problem-title" }, icon(picture), title),
    detail,
  );
  if (kind === "unreachable") card.append(element("p", { class: "reconnecting" }, element("span", { class: "pulse" }), "Reconnecting"));
  else if (kind !== "question") card.append(again);
  if (seconds > 0) hold(seconds, detail, again);
  return card;
}

/** Holds the button until the time is up; the seconds are shown, not spoken. */
function hold(seconds, detail, again) {
  countDown(seconds, (left) => {
    again.disabled = left > 0;
    again.textContent = left > 0 ? `Try again in ${left} s` : "Try again";
    detail.textContent = left > 0 ? `You can ask again in ${counted(left, "second")}.` : "You can ask again now.";
  });
}
