"""The style sheet of a report's page."""

CSS = """
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #fff; --line: #e3e7ec; --text: #16202b; --quiet: #5b6775;
  --first: #0f766e; --second: #8b98a8; --faint: #dff1ee; --bad: #b42318; --worse: #fdecea; --grid: #edf0f3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101419; --card: #181e25; --line: #2a323c; --text: #e6eaef; --quiet: #9aa7b5;
    --first: #4fd1c0; --second: #6d7b8b; --faint: #153733; --bad: #ff9b8f; --worse: #3a1f1d; --grid: #242c35;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 1080px; margin: 0 auto; padding: 40px 20px 64px; }
h1 { font-size: 28px; line-height: 1.2; letter-spacing: -.01em; margin: 0 0 6px; }
h2 { font-size: 19px; letter-spacing: -.005em; margin: 44px 0 4px; }
h3 { font-size: 15px; margin: 0 0 2px; }
p { margin: 0; max-width: 76ch; }
.quiet, figcaption { color: var(--quiet); font-size: 13.5px; }
.grid { display: grid; gap: 14px; margin-top: 16px; }
.tiles { grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); margin-top: 24px; }
.plots { grid-template-columns: repeat(auto-fit, minmax(min(100%, 310px), 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 16px 18px; margin: 0; }
.tile b { display: block; font-size: 26px; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile span { display: block; font-size: 13.5px; }
.tile small { color: var(--quiet); font-size: 12.5px; }
.warning { border-color: var(--bad); background: var(--worse); margin-top: 16px; }
figure svg { display: block; width: 100%; height: auto; max-width: 460px; margin: 8px auto 4px; overflow: visible; }
svg text { fill: var(--quiet); font-size: 11px; font-family: inherit; }
svg .said { fill: var(--text); paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
svg .label { font-size: 11.5px; }
.axis { stroke: var(--second); }
svg .grid { stroke: var(--grid); }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
.line.first { stroke: var(--first); }
.line.second { stroke: var(--second); stroke-width: 1.6; }
.line.ideal { stroke: var(--second); stroke-width: 1.2; stroke-dasharray: 4 4; }
.dot.first { fill: var(--first); stroke: var(--card); stroke-width: 1.5; }
.bar.first { fill: var(--first); }
.bar.second { fill: var(--second); opacity: .3; }
.rule { stroke: var(--text); stroke-width: 1; stroke-dasharray: 2 3; }
.key { display: inline-block; width: 16px; height: 3px; border-radius: 2px; }
.key { vertical-align: middle; margin: 0 5px 2px 6px; }
.key.first { background: var(--first); }
.key.second { background: var(--second); }
.table { padding: 4px 18px 10px; margin-top: 16px; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 600; }
thead th { color: var(--quiet); font-size: 12.5px; font-weight: 500; padding: 10px 0 0 14px; }
tbody th { padding: 18px 0 4px; font-size: 14px; border-bottom: 1px solid var(--line); }
td { padding: 6px 0 6px 14px; border-bottom: 1px solid var(--grid); vertical-align: middle; }
th:first-child, td:first-child { padding-left: 0; }
.number, thead .number { text-align: right; white-space: nowrap; }
.track { display: block; width: 100%; min-width: 60px; height: 10px; }
.way { fill: var(--grid); }
.span { fill: var(--first); opacity: .4; }
.at { fill: var(--first); }
.chip {
  display: inline-block; font-size: 12px; line-height: 1.3; font-weight: 600; border-radius: 99px; padding: 3px 10px;
  background: var(--worse); color: var(--bad); white-space: nowrap;
}
.chip.good { background: var(--faint); color: var(--first); }
.cases { list-style: none; padding: 0; }
.case { overflow-wrap: anywhere; }
.case h3 { margin: 8px 0; font-size: 16px; line-height: 1.35; }
dl { display: grid; grid-template-columns: 84px 1fr; gap: 4px 12px; margin: 0; font-size: 14px; }
dt { color: var(--quiet); }
dd { margin: 0; }
dd + dd { grid-column: 2; }
dd.none { color: var(--quiet); font-style: italic; }
.more { margin-top: 12px; }
.further { margin-top: 28px; }
summary { cursor: pointer; color: var(--first); }
@media (max-width: 560px) {
  main { padding: 24px 14px 48px; }
  h1 { font-size: 24px; }
  .card { padding: 14px; }
  .tile b { font-size: 23px; }
  .tiles { grid-template-columns: 1fr 1fr; gap: 10px; }
  .table { padding: 2px 14px 8px; }
  .wide { display: none; }
  td { padding-left: 10px; font-size: 14px; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 6px; }
  dd + dd { grid-column: 1; }
}
@media print { body { background: none; } .card, tr { break-inside: avoid; } }
"""
