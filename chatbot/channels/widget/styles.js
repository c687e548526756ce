/** How the panel looks. Colours and measures come from the tokens of answer.js, which follow any `--chat-…` property. */
export const panelStyles = `
.panel, .panel * { box-sizing: border-box; }
.panel { display: grid; grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr); padding: 0; margin: 0; border: 1px solid var(--c-line); overflow: hidden;
  border-radius: calc(var(--c-radius) * 1.3); background: var(--c-surface); color: var(--c-text); font-size: inherit; text-align: start; }
.panel[hidden] { display: none; }
.floating .panel { position: static; inline-size: min(var(--chat-width, 410px), calc(100vw - 2 * var(--chat-offset, 20px)));
  block-size: min(var(--chat-height, 660px), calc(100dvh - 66px - 2 * var(--chat-offset, 20px))); max-inline-size: none; max-block-size: none;
  box-shadow: 0 24px 64px rgb(10 20 30 / .22), 0 4px 14px rgb(10 20 30 / .1); }
.inline .panel { max-block-size: var(--chat-height, min(720px, 85dvh)); }
.floating .panel[open] { animation: panel-in .18s ease-out; }
@keyframes panel-in { from { opacity: 0; transform: translateY(10px) scale(.985); } }
.floating .panel:modal { position: fixed; inset: 0; inline-size: 100%; block-size: 100dvh; border: 0; border-radius: 0; animation-name: chat-in; }
.panel::backdrop { background: none; }
:where(.panel) :where(button, textarea) { font: inherit; color: inherit; margin: 0; cursor: pointer; }
:where(.panel) :where(textarea) { cursor: text; }
:where(.panel) :where(button:disabled) { cursor: default; }
.panel :focus-visible { outline: 2px solid var(--c-link); outline-offset: 2px; }
.panel :is(.log, textarea):focus-visible { outline-offset: -2px; }
.panel h2:focus-visible { outline: 0; }
.panel [hidden] { display: none !important; }
:where(.panel) :where(p) { margin: 0; }
.panel bdi { overflow-wrap: anywhere; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.panel .header { display: flex; align-items: center; gap: .25rem; min-block-size: 56px; padding: .5rem .6rem .5rem 0; padding-inline: 1.15rem .6rem;
  border-block-end: 1px solid var(--c-line); }
.panel h2 { flex: 1; margin: 0; font-size: 1.05em; font-weight: 650; line-height: 1.3; outline: 0; overflow: hidden; }
.panel h2 bdi { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.logo { block-size: 26px; max-inline-size: 90px; margin-inline-end: .5rem; object-fit: contain; }
.button { display: grid; place-items: center; inline-size: 40px; block-size: 40px; padding: 0; flex: none; border: 0; border-radius: 11px; background: none; }
.header .button { color: var(--c-muted); }
.header .button:hover, .tool:hover { background: var(--c-raised); color: var(--c-text); }
.button svg { inline-size: 20px; block-size: 20px; }

.log { position: relative; overflow-y: auto; overscroll-behavior: contain; padding: 1.1rem 1.15rem; scrollbar-width: thin; scrollbar-color: var(--c-line) transparent; }
.floating .log { display: flow-root; }
.empty { display: grid; gap: 0; align-content: start; }
.greeting { margin-block-end: 1.6rem; font-size: 1.28em; font-weight: 600; line-height: 1.4; letter-spacing: -.008em; text-wrap: balance; overflow-wrap: anywhere; }
.empty ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem; }
.chat-label { color: var(--c-muted); font-size: .82em; font-weight: 600; }
.empty .chat-label { margin-block-end: .55rem; }
.example { display: flex; align-items: center; justify-content: space-between; gap: .8rem; inline-size: 100%; min-block-size: 46px; padding: .6rem .95rem;
  border: 1px solid var(--c-line); border-radius: calc(var(--c-radius) * .9); background: none; line-height: 1.4; text-align: start; transition: background .12s, border-color .12s; }
.example::after { content: ""; flex: none; inline-size: .42em; block-size: .42em; border: solid var(--c-muted); border-width: 2px 2px 0 0; transform: rotate(45deg); }
[dir=rtl] .example::after { transform: rotate(-135deg); }
.example:hover { background: var(--c-tint); border-color: var(--c-link); }

.exchange { content-visibility: auto; contain-intrinsic-size: auto 320px; padding: 4px; margin: -4px -4px 1.5rem; }
.exchange:last-child { content-visibility: visible; margin-block-end: 0; }
.question { inline-size: fit-content; max-inline-size: 86%; margin: 0 0 1rem; margin-inline-start: auto; padding: .6rem .95rem;
  background: var(--c-tint); border-radius: calc(var(--c-radius) * 1.2); border-end-end-radius: .35rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.status { display: flex; align-items: center; gap: .65rem; color: var(--c-muted); }
.reply > .chat-answer + .status { margin-block-start: .7rem; }
.dots { display: inline-flex; gap: 4px; flex: none; }
.dots i { inline-size: 6px; block-size: 6px; border-radius: 50%; background: var(--c-link); animation: dot 1.1s ease-in-out infinite alternate; }
.dots i:nth-child(2) { animation-delay: .18s; }
.dots i:nth-child(3) { animation-delay: .36s; }
@keyframes dot { from { opacity: .2; } 60% { opacity: 1; } }
.chat-answer[data-found=false]:not([data-composer=smalltalk], [data-composer=clarifying]) .chat-text { padding: .85rem 1rem; border-radius: var(--c-radius); background: var(--c-raised); }

.tools { display: flex; gap: .1rem; margin: .55rem 0 0 -.45rem; margin-inline: -.45rem 0; }
.tool { display: grid; place-items: center; inline-size: 32px; block-size: 32px; padding: 0; border: 0; border-radius: 9px; background: none; color: var(--c-muted); }
.tool svg { inline-size: 17px; block-size: 17px; }
.tool:hover { color: var(--c-text); }
.tool[aria-pressed=true] { color: var(--c-link); background: var(--c-tint); }
.tool[aria-pressed=true] svg { fill: color-mix(in srgb, currentColor 25%, transparent); }
.why { display: grid; gap: .6rem; margin-block-start: .5rem; padding: .85rem; border: 1px solid var(--c-line); border-radius: var(--c-radius); font-size: .93em; }
.reasons { display: flex; flex-wrap: wrap; gap: .4rem; }
.why fieldset { margin: 0; padding: 0; border: 0; min-inline-size: 0; }
.why legend { padding: 0; margin-block-end: .6rem; }
.reason { position: relative; cursor: pointer; }
.reason span { display: grid; place-items: center; min-block-size: 34px; padding: .25rem .75rem; border: 1px solid var(--c-edge); border-radius: 17px; }
.reason :checked + span { background: var(--c-accent); border-color: var(--c-accent); color: var(--c-on-accent); }
.reason :focus-visible + span { outline: 2px solid var(--c-link); outline-offset: 2px; }
.why textarea { display: block; inline-size: 100%; padding: .5rem .7rem; border: 1px solid var(--c-edge); border-radius: 10px; background: none; resize: none; }
.panel textarea::placeholder { color: var(--c-muted); opacity: 1; }
.submit, .retry { justify-self: start; min-block-size: 36px; padding: .35rem .95rem; border: 0; border-radius: 18px; background: var(--c-accent); color: var(--c-on-accent); font-weight: 600; }
.retry:disabled { background: var(--c-line); color: var(--c-text); font-variant-numeric: tabular-nums; }
.halted { margin-block: .7rem; color: var(--c-muted); font-size: .92em; }
.tools + .halted { margin-block: .3rem 0; }
.problem { display: grid; gap: .25rem; padding: 1rem 1.1rem; border: 1px solid var(--c-line); border-inline-start: 4px solid var(--c-warn); border-radius: .5rem var(--c-radius) var(--c-radius) .5rem; }
.problem p { color: var(--c-muted); }
.problem .retry { margin-block-start: .6rem; }
.reply > .chat-answer + .problem { margin-block-start: .8rem; }
.panel { --c-warn: #b45309; }

.panel > form { padding: .65rem .9rem .9rem; padding-block-end: max(.9rem, env(safe-area-inset-bottom)); border-block-start: 1px solid var(--c-line); }
.inline .panel > form { border-block-start: 0; padding-block-start: .2rem; }
.field { display: flex; align-items: flex-end; gap: .3rem; padding: 5px; border: 1px solid var(--c-edge); border-radius: calc(var(--c-radius) * 1.15); background: var(--c-surface); }
.field:focus-within { border-color: var(--c-link); box-shadow: 0 0 0 1px var(--c-link); }
.field textarea { flex: 1; min-inline-size: 0; min-block-size: 40px; border: 0; background: none; resize: none; padding: .55rem .7rem; line-height: 1.4; outline: 0 !important; overflow-y: auto; font-size: max(1em, 15px); }
.send, .stop { background: var(--c-accent); color: var(--c-on-accent); }
.send:disabled { background: var(--c-raised); color: var(--c-muted); }
.stop svg { fill: currentColor; }
.only { display: inline-flex; align-items: center; gap: .5rem; min-block-size: 28px; margin-block-end: .45rem; padding: 0 .3rem; border: 0; border-radius: 8px; background: none; color: var(--c-muted); font-size: .87em; }
.only i { position: relative; inline-size: 30px; block-size: 18px; border-radius: 9px; background: var(--c-edge); transition: background .15s; }
.only i::before { content: ""; position: absolute; inset-block-start: 2px; inset-inline-start: 2px; inline-size: 14px; block-size: 14px; border-radius: 50%; background: #fff; transition: inset-inline-start .15s; }
.only[aria-checked=true] { color: var(--c-text); }
.only[aria-checked=true] i { background: var(--c-accent); }
.only[aria-checked=true] i::before { inset-inline-start: 14px; }
.excess { color: var(--c-warn); font-size: .87em; padding-block-end: .35rem; }
.excess:empty { display: none; }

@supports (color: light-dark(#000, #fff)) { .panel { --c-warn: light-dark(#b45309, #fbbf24); } }
@media (pointer: coarse) { .field textarea { font-size: 16px; } .tool { inline-size: 40px; block-size: 40px; } }
@media (prefers-reduced-motion: reduce) { .panel, .panel *, .panel ::before { animation: none !important; transition: none !important; } }
@media (forced-colors: active) {
  .field:focus-within { outline: 2px solid Highlight; outline-offset: 2px; }
  .panel, .field, .question, .example, .problem, .retry, .submit, .send, .stop, .only i { border: 1px solid; }
  .dots i, .only i::before { background: CanvasText; forced-color-adjust: none; }
  .tool[aria-pressed=true], .reason :checked + span, .only[aria-checked=true] i { background: Highlight; color: HighlightText; forced-color-adjust: none; }
}
`;
