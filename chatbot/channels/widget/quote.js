/** The quote behind a mark of an answer. */

import { element } from "./elements.js";

const HOVER_DELAY = 120;
const LEAVE_DELAY = 250;

/**
 * The one card of an answer, which shows the quote of the mark that is pointed at, focused or pressed. It can be
 * dismissed with Escape, pointed at, and stays until left (WCAG 1.4.13). In the document it follows its mark, so that
 * Tab leads from the mark to the link.
 *
 * @param {Element} root The answer: the card keeps within its width.
 * @param {string} id The card's.
 * @param {(citation: object) => Node[]} draw What it shows.
 * @param {(citation: object, how: "quote", event: Event) => void} [onCite] Told when it opens.
 * @returns {{attach: (mark: Element, citation: object) => void}} Makes a button a mark.
 */
export function quoteCard(root, id, draw, onCite) {
  const card = element("span", { class: "chat-card", id, role: "group" });
  card.popover = "manual";
  card.hidden = !card.showPopover;
  const state = { mark: null, pinned: false, timer: 0, listening: null, dismissed: null };

  function open(mark, citation, pinned, event) {
    clearTimeout(state.timer);
    if (state.mark !== mark) {
      close();
      state.mark = mark;
      card.replaceChildren(...draw(citation));
      card.setAttribute("aria-label", mark.getAttribute("aria-label"));
      mark.after(card);
      show(card, true);
      mark.setAttribute("aria-expanded", "true");
      mark.setAttribute("aria-controls", card.id);
      listen();
      place(card, mark, root);
      onCite?.(citation, "quote", event);
    }
    state.pinned ||= pinned;
  }

  function close() {
    clearTimeout(state.timer);
    if (!state.mark) return;
    state.listening.abort();
    state.mark.setAttribute("aria-expanded", "false");
    state.mark.removeAttribute("aria-controls");
    show(card, false);
    card.remove();
    state.mark = null;
    state.pinned = false;
  }

  function later(action, delay) {
    clearTimeout(state.timer);
    state.timer = setTimeout(action, delay);
  }

  function leave() {
    const focused = card.getRootNode().activeElement;
    if (!state.pinned && focused !== state.mark && !card.contains(focused)) later(close, LEAVE_DELAY);
  }

  function escape(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const mark = state.mark;
    const inside = card.contains(card.getRootNode().activeElement);
    close();
    state.dismissed = inside ? mark : null;
    if (inside) mark.focus();
  }

  function outside(event) {
    const path = event.composedPath();
    if (!path.includes(card) && !path.includes(state.mark)) close();
  }

  function listen() {
    state.listening = new AbortController();
    const { signal } = state.listening;
    const follow = () => (state.mark?.isConnected ? place(card, state.mark, root) : close());
    addEventListener("keydown", escape, { capture: true, signal });
    addEventListener("pointerdown", outside, { capture: true, signal });
    addEventListener("scroll", follow, { capture: true, passive: true, signal });
    addEventListener("resize", follow, { signal });
    root.getRootNode().addEventListener("scroll", follow, { capture: true, passive: true, signal });
  }

  card.addEventListener("pointerenter", () => clearTimeout(state.timer));
  card.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
  card.addEventListener("focusout", (event) => {
    if (event.relatedTarget !== state.mark && !card.contains(event.relatedTarget)) later(close, 0);
  });

  return {
    attach(mark, citation) {
      mark.addEventListener("pointerenter", (event) => {
        if (event.pointerType === "mouse") later(() => open(mark, citation, false, event), HOVER_DELAY);
      });
      mark.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
      mark.addEventListener("focus", (event) => {
        if (mark.matches(":focus-visible") && state.dismissed !== mark) open(mark, citation, false, event);
        state.dismissed = null;
      });
      mark.addEventListener("blur", (event) => {
        if (!state.pinned && !card.contains(event.relatedTarget)) later(close, 0);
      });
      mark.addEventListener("click", (event) => {
        if (state.mark === mark && state.pinned) close();
        else open(mark, citation, true, event);
      });
    },
  };
}

/** In the top layer where there is one, so that no scrolling box cuts it off. */
function show(card, shown) {
  if (!card.showPopover) card.hidden = !shown;
  else if (shown) card.showPopover();
  else if (card.matches(":popover-open")) card.hidePopover();
}

/** Beneath the mark, or above it where there is more room; within the answer's width where that is wide enough. */
function place(card, mark, root) {
  const gap = 6;
  const margin = 8;
  const at = mark.getBoundingClientRect();
  const area = root.getBoundingClientRect();
  const width = Math.min(336, Math.max(area.width, 256), innerWidth - 2 * margin);
  card.style.setProperty("inline-size", `${width}px`);
  const height = card.offsetHeight;
  const left = clamp(at.left + at.width / 2 - width / 2, area.left, Math.max(area.left, area.right - width));
  const below = at.bottom + gap;
  const top = below + height > innerHeight - margin && at.top > innerHeight - at.bottom ? at.top - gap - height : below;
  card.style.setProperty("left", `${clamp(left, margin, innerWidth - width - margin)}px`);
  card.style.setProperty("top", `${clamp(top, margin, Math.max(margin, innerHeight - height - margin))}px`);
}

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
