/** The page of one plan. */
export const PLAN = `
.plan > .state { display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin: 0 0 1rem; color: var(--faint); }
.banner, .warning { margin: 1rem 0; padding: .75rem 1rem; border: 2px solid var(--warn); border-radius: .5rem;
  background: var(--warn-soft); }
.banner { font-weight: 600; }
.warning ul { margin: .3rem 0 0; padding-left: 1.2rem; }
#what { margin-top: 1.25rem; }
.summary { margin: .5rem 0 1rem; font-size: 1.15rem; line-height: 1.45; }
.amount { margin: .75rem 0 .25rem; font-size: 2rem; font-weight: 700; line-height: 1.2; font-variant-numeric: tabular-nums; }
.amount small { font-size: 1rem; font-weight: 400; }
.money { max-width: 26rem; }
.money td { padding-right: 0; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.letter pre { background: var(--paper); border: 2px solid var(--edge); font: inherit; }
iframe { display: block; width: 100%; height: 24rem; border: 2px solid var(--edge); border-radius: .5rem;
  background: var(--paper); }
.long > summary { display: block; }
.long > summary small { color: var(--accent); text-decoration: underline; }
.long[open] > summary bdi { color: var(--faint); }
.jump { position: sticky; bottom: 0; z-index: 1; margin: 1rem -1rem 0; padding: 0 1rem; background: var(--paper); }
.jump a { display: block; padding: .6rem 0; font-weight: 600; }
.decide { margin: 2rem 0; padding: .25rem 1rem 1rem; border: 2px solid var(--ink); border-radius: .75rem; }
.decide > h2 { margin-top: .75rem; }
.choices { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem 1.5rem; align-items: end; }
.choices .act { max-width: none; margin: 0; padding: 0; border: 0; }
.choices .act[data-act=reject] { grid-column: 1 / -1; padding-top: .75rem; border-top: 1px solid var(--line); }
.choices .act button { width: 100%; text-align: center; }
.choices .act[data-act=reject] button { width: auto; }
@media (max-width: 34rem) {
  .choices { grid-template-columns: 1fr; }
  .choices .act[data-act=reject] button { width: 100%; }
}
`;
