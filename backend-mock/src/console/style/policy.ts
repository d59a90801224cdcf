/** The page of the policy. */
export const POLICY = `
.rule.deny { border-left: 10px double var(--danger); }
.rule.require_approval { border-left: 6px dashed var(--warn); }
.rule.deny .outcome { border-style: dashed; border-color: var(--danger); color: var(--danger); }
.rule.require_approval .outcome { border-style: dotted; border-color: var(--warn); color: var(--warn); }
.rule.allow .outcome { border-color: var(--good); color: var(--good); }
.rule .what { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .6rem; }
.rule .facts b { color: var(--ink); font-weight: 400; }
input[type=file] { height: auto; }
[data-policy-preview] { margin: 1rem 0; padding: .25rem 1rem 1rem; border: 2px solid var(--edge); border-radius: .75rem; }
[data-policy-preview] h3:first-child { margin-top: .75rem; }
[data-policy-preview] :is(del, ins) { padding: 0 .15em; border-radius: .2em; }
[data-policy-preview] del { background: var(--danger-soft); }
[data-policy-preview] ins { background: var(--soft); text-decoration: none; }
[data-policy-preview] del + ins { font-weight: 600; }
.finding.error { border-left: 10px double var(--danger); }
.finding.warning { border-left: 6px dashed var(--warn); background: none; }
.finding.error .outcome { border-style: dashed; border-color: var(--danger); color: var(--danger); }
`;
