/** The page's icons, how it counts, and how it scrolls. */

import { icon as draw } from "./elements.js";

const ICONS = {
  ask: "M12 19V5m-6.5 6.5L12 5l6.5 6.5",
  stop: "M8 8h8v8H8z",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  done: "M5 12.5l4.5 4.5L19 7.5",
  retry: "M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4.5 4.5V8H8",
  undo: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  up: "M7 11v9H4v-9zm0 0l4-7.5c1.4 0 2.3 1 2.1 2.4L12.5 10H19a1.6 1.6 0 0 1 1.6 2l-1.6 6.6A1.8 1.8 0 0 1 17.3 20H7",
  down: "M7 13V4H4v9zm0 0l4 7.5c1.4 0 2.3-1 2.1-2.4L12.5 14H19a1.6 1.6 0 0 0 1.6-2L19 5.4A1.8 1.8 0 0 0 17.3 4H7",
  filter: "M4 7h16M7 12h10M10 17h4",
  clear: "M5 7h14M10 7V4.5h4V7m-7 0l.8 12.5h8.4L17 7",
  close: "M6.5 6.5l11 11m0-11l-11 11",
  search: "M10.5 17a6.5 6.5 0 1 1 0-13 6.5 6.5 0 0 1 0 13zM20 20l-4.8-4.8",
  unplugged: "M9 3v4m6-4v4M6.5 7h11v4a5.5 5.5 0 0 1-5.5 5.5M12 16.5V21M4 4l16 16",
  clock: "M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18zm0-14v5l3.3 2",
  warning: "M12 4l9 16H3zm0 6v4.5m0 2.5v.3",
  latest: "M12 5v14m-6.5-6.5L12 19l6.5-6.5",
  chat: "M5 5h14a1.5 1.5 0 0 1 1.5 1.5v8A1.5 1.5 0 0 1 19 16h-7.5L7 20v-4H5a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 5 5z",
  next: "M5 12h13m-5.5-5.5L18 12l-5.5 5.5",
};

/** One of the page's line drawings. */
export function icon(name) {
  return draw(ICONS[name], { class: `icon icon-${name}` });
}

/** `1 article`, `3 articles` */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** How a scroll moves: at once for whoever wants less motion. */
export function scrolling() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}
