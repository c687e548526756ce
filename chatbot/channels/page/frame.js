/** What stands around the conversation: the bar on top, colours, style sheets. */

import { answerStyles } from "./answer.js";
import { icon } from "./dom.js";
import { element, isolated } from "./elements.js";

/** The owner's name and logo, and the buttons that are always there. */
export function drawBar({ title, logo }, ...buttons) {
  const source = new URL(`../../${logo}`, import.meta.url);
  const mark = logo ? element("img", { class: "logo", src: source, alt: "" }) : element("span", { class: "logo" }, icon("chat"));
  return element("div", { class: "bar" }, mark, isolated(title, "h1"), element("div", { class: "bar-buttons" }, ...buttons));
}

/** Puts the page up in the owner's colours, by day or by night as Gradio has it. */
export async function dress(root, page, colors) {
  const sheets = [answerStyles, await (await fetch(new URL("page.css", import.meta.url))).text()];
  const shadow = root.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = sheets.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  for (const [name, value] of Object.entries(colors)) page.style.setProperty(`--${name.replace("_", "-")}`, value);
  document.documentElement.lang ||= "en";
  const dim = () => page.classList.toggle("dark", Boolean(root.closest(".dark")));
  dim();
  new MutationObserver(dim).observe(document.body, { attributeFilter: ["class"] });
  shadow.append(page);
}
