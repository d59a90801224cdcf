/** Lists and tables. Risk is told by its word and by the edge's shape, colour only repeats it. */
export const CARDS = `
.cards { display: grid; gap: .75rem; margin: .5rem 0; padding: 0; list-style: none; }
.card { padding: .7rem .9rem; border: 1px solid var(--line); border-left: 6px solid var(--edge); border-radius: .5rem; }
.card.medium { border-left: 6px dashed var(--warn); }
.card.high { border-left: 10px double var(--danger); }
.card p { margin: .2rem 0; }
.what { font-weight: 600; }
.what a { text-decoration-thickness: 1px; }
.look { color: var(--warn); font-weight: 600; }
.facts { display: flex; flex-wrap: wrap; gap: .1rem .9rem; }
.facts a { display: inline-block; min-height: 1.6rem; padding-block: .1rem; }
.risk { white-space: nowrap; color: var(--ink); }
.risk::before { content: "\\25cb\\00a0" / ""; }
.risk.medium::before, .medium .risk::before { content: "\\25d0\\00a0" / ""; color: var(--warn); }
.risk.high::before, .high .risk::before { content: "\\25cf\\00a0" / ""; color: var(--danger); }
.risk.high, .high .risk { font-weight: 700; }
.outcome { display: inline-block; padding: 0 .5rem; border: 1px solid var(--edge); border-radius: 1rem; font-size: .85rem; }
.refused .outcome, .failed .outcome, .rejected .outcome { border-style: dashed; border-color: var(--danger);
  color: var(--danger); }
.succeeded .outcome, .committed .outcome { border-color: var(--good); color: var(--good); }
.decisions, .past { margin: .3rem 0; padding-left: 1.2rem; }
.card.past { padding-left: .9rem; }
.count { display: inline-block; min-width: 1.6em; padding: 0 .4em; border-radius: 1em; background: var(--soft);
  text-align: center; }
.empty { padding: 2rem 1rem; border: 1px dashed var(--edge); border-radius: .5rem; color: var(--faint);
  text-align: center; }
.choose, .paging { margin: .75rem 0; }
.paging { display: flex; gap: 1rem; }
.paging a { padding: .5rem 0; }
table { width: 100%; margin: .5rem 0; border-collapse: collapse; }
caption { padding: .3rem 0; font-weight: 600; text-align: left; }
caption.hidden-label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th[scope=row] { font-weight: 400; color: var(--faint); }
thead th { color: var(--faint); font-size: .9rem; }
@media (max-width: 34rem) {
  .stack, .stack caption, .stack tbody, .stack tr, .stack th, .stack td { display: block; border: 0; padding: 0; }
  .stack thead { display: none; }
  .stack tr { margin: .5rem 0; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: .5rem; }
  .stack th[scope=row] { color: inherit; font-weight: 600; }
  .stack [data-label] { display: grid; grid-template-columns: 5rem 1fr; }
  .stack [data-label]::before { content: attr(data-label); color: var(--faint); }
}
`;
