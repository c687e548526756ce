/** How an answer looks, on the chat page and in the widget. */

/**
 * The style sheet. A page sets any `--chat-…` property; the defaults follow `color-scheme`. `.chat-theme` on another
 * element gives it the same tokens.
 */
export const answerStyles = `
.chat-answer, .chat-theme {
  --c-text: var(--chat-text, #1c2430); --c-muted: var(--chat-muted, #5b6675); --c-surface: var(--chat-surface, #fff);
  --c-raised: var(--chat-raised, #f4f6f8); --c-line: var(--chat-line, #dde2e8); --c-edge: var(--chat-edge, #858f9c);
  --c-accent: var(--chat-accent, #0f766e); --c-on-accent: var(--chat-on-accent, #fff);
  --c-link: var(--chat-link, #0f766e); --c-radius: var(--chat-radius, 14px);
  --c-tint: color-mix(in srgb, var(--c-link) 10%, var(--c-surface));
}
@supports (color: light-dark(#000, #fff)) {
  .chat-answer, .chat-theme {
    --c-text: var(--chat-text, light-dark(#1c2430, #e8ebf0)); --c-muted: var(--chat-muted, light-dark(#5b6675, #a3adba));
    --c-surface: var(--chat-surface, light-dark(#fff, #171b21)); --c-raised: var(--chat-raised, light-dark(#f4f6f8, #20262e));
    --c-line: var(--chat-line, light-dark(#dde2e8, #343c47)); --c-edge: var(--chat-edge, light-dark(#858f9c, #77818f));
    --c-link: var(--chat-link, light-dark(#0f766e, #4fd1c0));
  }
}
.chat-answer { color: var(--c-text); line-height: 1.55; overflow-wrap: anywhere; text-align: start; }
.chat-answer *, .chat-answer ::before { box-sizing: border-box; }
.chat-answer :is(ul, ol) { list-style: none; margin: 0; padding: 0; }
.chat-answer :focus-visible { outline: 2px solid var(--c-link); outline-offset: 2px; }
.chat-answer :is(bdi, q, li.chat-statement) { white-space: pre-line; }
.chat-tail { white-space: nowrap; }
.chat-answer .chat-text > * { margin: 0 0 .65em; }
.chat-answer .chat-text > :last-child { margin-bottom: 0; }
.chat-answer .chat-text ul { padding-inline-start: 1.2em; list-style: disc; }
.chat-answer .chat-text ol { padding-inline-start: 1.9em; list-style: decimal; }
.chat-answer .chat-text ol + ul.chat-items { padding-inline-start: 3.1em; }
.chat-text li { margin-block: .3em; }
.chat-text li::marker { color: var(--c-muted); }
.chat-text pre { margin: 0 0 .3em; padding: .7em .85em; overflow-x: auto; background: var(--c-raised); border: 1px solid var(--c-line);
  border-radius: calc(var(--c-radius) * .6); font: .86em/1.5 ui-monospace, Consolas, monospace; white-space: pre; overflow-wrap: normal; }
.chat-new { animation: chat-in .3s ease-out; }
@keyframes chat-in { from { opacity: 0; } }
.chat-marks { margin-inline-start: .18em; }
.chat-mark, .chat-number { display: inline-grid; place-items: center; box-sizing: border-box; min-inline-size: 1.5em; block-size: 1.5em; padding: 0 .35em;
  border: 0; border-radius: .5em; background: var(--c-tint); color: var(--c-link); font-family: inherit; font-size: .72em; font-weight: 600; line-height: 1;
  font-variant-numeric: tabular-nums; }
.chat-mark { position: relative; margin: 0 .12em; cursor: pointer; vertical-align: .18em; transition: background .12s, color .12s; }
.chat-mark::before { content: ""; position: absolute; inset: -5px -3px; }
.chat-mark:hover, .chat-mark[aria-expanded=true] { background: var(--c-accent); color: var(--c-on-accent); }
.chat-card { position: fixed; inset: auto; margin: 0; padding: .8rem .9rem; display: none; gap: .45rem; max-block-size: min(18rem, 60vh);
  overflow: auto; background: var(--c-surface); color: var(--c-text); border: 1px solid var(--c-line); border-radius: calc(var(--c-radius) * .8);
  box-shadow: 0 10px 30px rgb(10 20 30 / .18), 0 2px 6px rgb(10 20 30 / .08); font-size: .9em; font-weight: 400; line-height: 1.5;
  text-align: start; z-index: 9; white-space: normal; cursor: auto; }
.chat-card:popover-open { display: grid; }
@supports not selector(:popover-open) { .chat-card:not([hidden]) { display: grid; } }
.chat-card-quote { quotes: "“" "”"; padding-inline-start: .7rem; border-inline-start: 3px solid var(--c-link); }
.chat-place { color: var(--c-muted); font-size: .92em; display: block; }
.chat-answer .chat-note { color: var(--c-muted); font-size: .92em; margin: 0 0 .65em; }
.chat-card-link { color: var(--c-link); font-weight: 600; justify-self: start; padding-block: .15rem; text-underline-offset: .2em; }
.chat-label { margin: 0 0 .4rem; color: var(--c-muted); font-size: .78em; font-weight: 600; }
.chat-sources, .chat-suggestions { margin-block-start: .95rem; }
.chat-answer .chat-source-list { display: grid; gap: .5rem; }
.chat-source { padding: .6rem .75rem; background: var(--c-raised); border-radius: calc(var(--c-radius) * .7); font-size: .9em; min-inline-size: 0; }
.chat-source-title { display: inline-block; color: var(--c-text); font-weight: 600; line-height: 1.35; text-decoration: none; min-block-size: 24px; padding-block: .1rem; }
a.chat-source-title:hover { color: var(--c-link); text-decoration: underline; text-underline-offset: .2em; }
.chat-answer .chat-quotes { display: grid; gap: .15rem; margin-block-start: .35rem; }
.chat-quote { display: grid; grid-template-columns: auto 1fr; gap: .5rem; align-items: baseline; min-block-size: 24px; padding: .2rem .3rem; margin-inline: -.3rem;
  border-radius: .45rem; color: var(--c-muted); text-decoration: none; line-height: 1.45; }
.chat-quote q { quotes: "“" "”"; min-inline-size: 0; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden;
  white-space: normal; }
.chat-answer a[target=_blank]::after { content: " ↗"; content: " ↗" / ""; font-weight: 400; }
.chat-answer a.chat-quote[target=_blank]::after { content: none; }
a.chat-quote:hover { background: var(--c-tint); color: var(--c-text); }
.chat-fold { margin-block-start: .3rem; }
.chat-fold summary { display: flex; flex-wrap: wrap; align-items: center; gap: .3rem .5rem; min-block-size: 28px; cursor: pointer; color: var(--c-link);
  font-weight: 600; list-style: none; border-radius: .4rem; }
.chat-fold summary::-webkit-details-marker { display: none; }
.chat-fold-label::before { content: ""; display: inline-block; inline-size: .38em; block-size: .38em; margin-inline: .15em .55em; border: solid currentColor;
  border-width: 0 2px 2px 0; transform: translateY(-.2em) rotate(45deg); transition: transform .15s; }
.chat-fold[open] .chat-fold-label::before { transform: translateY(.05em) rotate(225deg); }
.chat-numbers { display: inline-flex; flex-wrap: wrap; gap: .2rem; }
.chat-fold[open] .chat-numbers { display: none; }
.chat-answer .chat-suggestion-list { display: grid; gap: .4rem; justify-items: start; }
.chat-suggestion { max-inline-size: 100%; min-block-size: 36px; padding: .42rem .85rem; border: 1px solid var(--c-edge); border-radius: 1.15rem;
  background: transparent; color: var(--c-link); font: inherit; font-size: .92em; line-height: 1.35; text-align: start; cursor: pointer;
  overflow-wrap: anywhere; transition: background .12s; }
.chat-suggestion:hover { background: var(--c-tint); }
@media (prefers-reduced-motion: reduce) { .chat-answer *, .chat-answer ::before { animation: none; transition: none; } }
@media (forced-colors: active) {
  .chat-mark, .chat-number, .chat-source, .chat-card, .chat-suggestion { border: 1px solid; forced-color-adjust: auto; }
}
`;
