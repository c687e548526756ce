/** Elements, icons and what else a panel is made of. Text only ever becomes text nodes. */

/**
 * @param {string} tag
 * @param {object} [attributes] `on…` listeners (`onclick`) and attributes; false and null are left out.
 * @param {...(Node|string)} children
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child != null && child !== ""));
  return node;
}

/** A button that doesn't submit; `label` is its name where it shows an icon alone. */
export function button({ label, ...attributes }, ...children) {
  return element("button", { type: "button", "aria-label": label, title: label, ...attributes }, ...children);
}

/** Text by somebody else: inert, and unable to turn what stands around it. */
export function isolated(text, tag = "bdi", attributes = {}) {
  return element(tag, { dir: "auto", ...attributes }, String(text ?? ""));
}

/** A line drawing, 24 by 24, that says nothing to a screen reader. */
export function icon(path, attributes = {}) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS(svg.namespaceURI, "path");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": true, ...attributes })) svg.setAttribute(name, value);
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Shows how many seconds are left, at once and until none are; returns what ends that. */
export function countDown(seconds, show) {
  const ends = Date.now() + seconds * 1000;
  const timer = setInterval(tick, 500);
  function tick() {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    if (!left) clearInterval(timer);
    show(left);
  }
  tick();
  return () => clearInterval(timer);
}
