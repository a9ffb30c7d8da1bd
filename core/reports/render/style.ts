/** The look of a report's page. */
export const STYLE = `
:root { --fg: #1f2328; --muted: #59636e; --bg: #ffffff; --line: #d1d9e0; --soft: #f6f8fa; --link: #0969da;
  --c0: #2f6fdb; --c1: #d9822b; --c2: #7a869a; --c3: #2e8b57; --c4: #8957c9; --c5: #c43d5c; }
@media (prefers-color-scheme: dark) { :root { --fg: #e6edf3; --muted: #9198a1; --bg: #0d1117; --line: #3d444d; --soft: #151b23; --link: #4493f8;
  --c0: #5b9bff; --c1: #f0a04b; --c2: #8b96a8; --c3: #4cc38a; --c4: #b58cf0; --c5: #f0708c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1100px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 28px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 40px 0 8px; } h3 { font-size: 15px; margin: 20px 0 4px; }
p { margin: 6px 0; max-width: 85ch; } a { color: var(--link); } sup a { text-decoration: none; }
.note { color: var(--muted); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(170px, 1fr)); gap: 12px; margin: 20px 0; }
.facts div { border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px; background: var(--soft); }
.facts dt { color: var(--muted); font-size: 13px; } .facts dd { margin: 0; font-size: 20px; font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 12px 0; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 5px 10px; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
.place { overflow-wrap: anywhere; min-width: 18ch; }
th { border-bottom-width: 2px; } tbody tr:hover { background: var(--soft); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code, pre { font: 13px/1.45 ui-monospace, monospace; } pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: 12px; overflow-x: auto; }
figure { margin: 16px 0; max-width: 860px; } figcaption { color: var(--muted); font-size: 13px; margin-bottom: 6px; }
svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: var(--fg); } svg .value { fill: var(--muted); font-variant-numeric: tabular-nums; }
.axis { stroke: var(--muted); } .grid { stroke: var(--line); } .mark { stroke: var(--muted); stroke-dasharray: 4 3; } text.mark { stroke: none; }
.s0 { fill: var(--c0); } .s1 { fill: var(--c1); } .s2 { fill: var(--c2); } .s3 { fill: var(--c3); } .s4 { fill: var(--c4); } .s5 { fill: var(--c5); }
path { fill: none; stroke-width: 2; } .p0 { stroke: var(--c0); } .p1 { stroke: var(--c1); } .p2 { stroke: var(--c2); } .p3 { stroke: var(--c3); } .p4 { stroke: var(--c4); } .p5 { stroke: var(--c5); }
@media print { body { font-size: 11px; } main { max-width: none; padding: 0; } section { break-inside: auto; } tr, figure, .facts div { break-inside: avoid; } h2 { break-after: avoid; }
  thead { display: table-header-group; } .scroll { overflow: visible; } a { color: inherit; } }
`;
