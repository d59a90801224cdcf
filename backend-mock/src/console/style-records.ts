/** Looks of the log, of agents and of people: beside what every page shares. */
export const RECORDS_STYLE = `
.stopped { padding: .6rem 1rem; border-block: 2px solid var(--danger); background: var(--danger-soft); text-align: center; }
.stopped b { color: var(--danger); }
.stopped b::before { content: "\\25A0\\00a0" / ""; }
.card.stop { border-left: 10px double var(--danger); }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: .25rem 2rem; }
.charts > :is(h2, p, details) { grid-column: 1 / -1; margin-bottom: 0; }
.charts > h2 { margin-top: 1rem; }
.chart { margin: .5rem 0 0; }
.chart figcaption { font-variant-numeric: tabular-nums; }
.chart svg { display: block; width: 100%; height: 4.5rem; }
.chart .calls { fill-opacity: .7; }
.chart .denials { color: var(--danger); }
.axis { display: flex; justify-content: space-between; margin: .1rem 0 .4rem; }
.scroll { max-height: 22rem; overflow: auto; }
.scroll table { margin: 0; font-variant-numeric: tabular-nums; }
.scroll :is(th, td):nth-child(n + 3) { text-align: right; }
.scroll thead th { position: sticky; top: 0; background: var(--paper); }

.filters { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); gap: .25rem 1rem;
  padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--soft); }
.filters .buttons { grid-column: 1 / -1; }

.entries { margin: 0; padding: 0; list-style: none; }
.entry { padding: .5rem 0; border-top: 1px solid var(--line); }
.entry > p { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .6rem; margin: 0; }
.entry > .what { font-weight: 400; }
.entry > .facts { gap: .1rem 1rem; }
.entry > details { margin: 0; }
.entry > details > summary { font-size: .9rem; }
.entry.pending .outcome { border-style: dotted; border-color: var(--warn); color: var(--warn); }
.entry dl { padding: .75rem; border-radius: .5rem; background: var(--soft); font-size: .9rem; }
.entry dd, .scopes dd { white-space: normal; }
.entry pre { padding: 0; border: 0; white-space: pre-wrap; }
.entry time { font-variant-numeric: tabular-nums; }
nav.paging { justify-content: space-between; }

.token .state, .task .state { font-weight: 600; }
:is(.token, .task).active .state { color: var(--good); }
.token:is(.suspended, .revoked, .expired) .state, .task.revoked .state { color: var(--danger); }
.card:is(.revoked, .expired, .removed, .used_up) { border-style: dashed; }
.passkeys { margin: .5rem 0; padding-left: 1.2rem; }
.what small { font-weight: 400; }

.act { max-width: 34rem; margin: .25rem 0 1rem; padding: .1rem 0 .1rem 1rem; border-left: 3px solid var(--line); }
.act .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: 0 1rem; }
.act .pair label { display: flex; flex-direction: column; justify-content: flex-end; }
.act .box { align-items: center; min-height: 2.5rem; margin: 0; }
.act .box input { flex: none; }
.act button { text-align: left; }
`;
