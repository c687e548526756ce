"use strict";

const theme = document.querySelector("#theme");
const dark = matchMedia("(prefers-color-scheme: dark)").matches;

function setTheme(isDark) {
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  theme.setAttribute("aria-pressed", String(isDark));
}

setTheme(dark);
theme.addEventListener("click", () => setTheme(document.documentElement.dataset.theme !== "dark"));

document.querySelector("#ask")?.addEventListener("click", () => window.articleChat.open());

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const code = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(code.textContent);
      document.querySelector("#copied").textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(code);
      document.querySelector("#copied").textContent = "Selected: press Ctrl+C to copy.";
    }
  });
}
