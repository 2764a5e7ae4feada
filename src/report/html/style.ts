/** The report's style sheet: no font, picture or script from anywhere; light, dark and printed. */
export const style = `
:root {
  color-scheme: light dark;
  --back: #ffffff; --card: #f5f7f9; --text: #1b2430; --muted: #586574; --line: #dbe1e8; --faint: #aeb9c6;
  --good: #1a7547; --bad: #b3261e; --unsure: #8a5a00; --accent: #24589f;
  --before: #6b7a8c; --passed: #b9d8c6; --failed: #cc4b3f; --after: #1a7547;
  --band: rgb(204 75 63 / .13); --recovery: rgb(36 88 159 / .08); --range: rgb(36 88 159 / .32);
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #11161c; --card: #19202a; --text: #e4e9f0; --muted: #9ba8b7; --line: #2d3743; --faint: #556374;
    --good: #56c48c; --bad: #ff8a80; --unsure: #e0b04c; --accent: #86b1ff;
    --before: #9ba8b7; --passed: #29543d; --failed: #ee7466; --after: #56c48c;
    --band: rgb(238 116 102 / .17); --recovery: rgb(134 177 255 / .10); --range: rgb(134 177 255 / .38);
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 28px 20px 56px; max-width: 1040px; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
h1 { margin: 6px 0 4px; font-size: 26px; line-height: 1.25; font-weight: 650; }
h2 { margin: 44px 0 12px; padding-bottom: 6px; border-bottom: 1px solid var(--line); font-size: 18px; font-weight: 650; }
h3 { margin: 22px 0 6px; font-size: 15px; font-weight: 650; }
p { margin: 6px 0; }
.muted, .meta { color: var(--muted); }
.meta { font-size: 13px; }
.lead { font-size: 16px; }
.badge {
  display: inline-block; padding: 2px 10px; border: 1px solid currentColor; border-radius: 4px;
  font-size: 13px; font-weight: 650; letter-spacing: .02em;
}
.good { color: var(--good); } .bad { color: var(--bad); } .unsure { color: var(--unsure); } .neutral { color: var(--text); }
.answers { margin: 20px 0 0; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.answers > div { display: grid; grid-template-columns: 220px 1fr; gap: 2px 16px; padding: 11px 16px; border-top: 1px solid var(--line); }
.answers > div:first-child { border-top: 0; }
.answers dt { color: var(--muted); }
.answers dd { margin: 0; }
.answers strong { font-weight: 650; }
.answers ul { margin: 2px 0 0; padding: 0; list-style: none; color: var(--muted); font-size: 13.5px; }
figure { margin: 18px 0 26px; }
figcaption { margin-bottom: 6px; font-size: 13.5px; }
figcaption strong { margin-right: 10px; font-weight: 650; }
.key { display: inline-block; margin-right: 12px; color: var(--muted); white-space: nowrap; }
.swatch { display: inline-block; width: 18px; height: 10px; margin-right: 5px; vertical-align: -1px; }
.swatch[class*="line-"] { height: 0; border-top: 2px solid; vertical-align: 4px; }
.line-p50 { border-color: var(--before) !important; border-top-style: dashed !important; }
.line-p95 { border-color: var(--accent) !important; }
.line-max { border-color: var(--faint) !important; border-top-width: 1px !important; }
.line-limit { border-color: var(--bad) !important; border-top-style: dashed !important; border-top-width: 1px !important; }
.line-before { border-color: var(--before) !important; border-top-style: dashed !important; }
.line-during { border-color: var(--failed) !important; }
.line-after { border-color: var(--after) !important; border-top-style: dotted !important; }
.swatch.passed { background: var(--passed); } .swatch.failed { background: var(--failed); }
.swatch.band { background: var(--band); } .swatch.recovery { background: var(--recovery); outline: 1px solid var(--line); outline-offset: -1px; }
.swatch.dot, .swatch.small-dot { width: 10px; border-radius: 50%; background: var(--muted); }
.swatch.small-dot { width: 8px; height: 8px; background: var(--accent); vertical-align: 0; }
.swatch.range { height: 8px; background: var(--range); vertical-align: 0; } .swatch.tick { width: 2px; height: 14px; background: var(--text); vertical-align: -3px; }
.swatch.bar-good { background: var(--good); } .swatch.bar-bad { background: var(--failed); } .swatch.bar-unsure { background: var(--unsure); }
a { color: var(--accent); }
svg { display: block; width: 100%; height: auto; }
svg text { font-family: inherit !important; }
svg.narrow { display: none; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 0 24px; } .sides > div { min-width: 0; }
.sides svg.wide { display: none; } .sides svg.narrow { display: block; }
table { width: 100%; border-collapse: collapse; font-size: 13.5px; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--muted); font-weight: 500; }
.scroll { overflow-x: auto; }
.wrap td { min-width: 9ch; overflow-wrap: anywhere; }
details { margin: 8px 0; font-size: 13.5px; }
summary { color: var(--muted); cursor: pointer; }
pre, code { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
pre { margin: 8px 0; padding: 12px 14px; border-radius: 6px; background: var(--card); white-space: pre-wrap; overflow-wrap: anywhere; }
.facts { display: grid; grid-template-columns: 160px 1fr; gap: 4px 16px; margin: 8px 0; font-size: 13.5px; }
.facts dt { color: var(--muted); } .facts dd { margin: 0; }
ol.advice { margin: 0; padding-left: 20px; } ol.advice li { margin: 10px 0; }
@media (max-width: 640px) {
  body { padding: 18px 14px 40px; }
  h1 { font-size: 22px; }
  svg.wide { display: none; } svg.narrow { display: block; }
  .answers > div, .facts, .sides { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: 6px; }
  .scroll table:has(th:nth-child(4)) { min-width: 560px; }
  .scroll table:has(th:nth-child(7)) { min-width: 940px; }
}
@media print {
  :root {
    --back: #ffffff; --card: #f5f7f9; --text: #000000; --muted: #444c56; --line: #c8d0d8; --faint: #97a3b0;
    --good: #1a7547; --bad: #b3261e; --unsure: #8a5a00; --accent: #24589f;
    --before: #6b7a8c; --passed: #b9d8c6; --failed: #cc4b3f; --after: #1a7547;
    --band: rgb(204 75 63 / .13); --recovery: rgb(36 88 159 / .08); --range: rgb(36 88 159 / .32);
  }
  body { max-width: none; padding: 0; font-size: 11pt; print-color-adjust: exact; }
  svg.wide { display: block; } svg.narrow { display: none; }
  .sides svg.wide { display: none; } .sides svg.narrow { display: block; }
  figure, tr, .answers > div, ol.advice li { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  summary { list-style: none; }
  .scroll { overflow: visible; } .scroll table:has(th:nth-child(n)) { min-width: 0; }
}
`;
