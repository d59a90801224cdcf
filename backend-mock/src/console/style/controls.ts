/** What people press and fill in. Targets are 44 pixels high or more (WCAG 2.2, 2.5.5). */
export const CONTROLS = `
button { min-height: 2.75rem; padding: .5rem 1.1rem; border: 2px solid var(--accent); border-radius: .5rem;
  background: transparent; color: var(--accent); font: inherit; font-weight: 600; cursor: pointer; }
button:hover { background: var(--soft); }
button:disabled { border-color: var(--line); background: var(--soft); color: var(--faint); cursor: not-allowed; }
[data-sign-in], [data-enrol] button, [data-act=approve_and_apply] button { background: var(--accent);
  color: var(--on-accent); }
[data-sign-in]:hover, [data-enrol] button:hover, [data-act=approve_and_apply] button:hover { background: var(--accent);
  box-shadow: inset 0 0 0 2px var(--on-accent); }
button.danger { border-style: dashed; border-color: var(--danger); color: var(--danger); }
button.danger::before { content: "\\2715\\00a0" / ""; }
button.quiet { min-height: 2.25rem; padding: .2rem .7rem; border-width: 1px; border-color: var(--edge); color: inherit;
  font-weight: 400; }
[data-act=approve_and_apply] button:disabled { background: var(--soft); color: var(--faint); }
label { display: block; margin: .6rem 0; font-weight: 600; }
label.box { display: flex; align-items: baseline; gap: .5rem; margin: .35rem 0; font-weight: 400; }
input:not([type=checkbox]), select, textarea { display: block; width: 100%; min-height: 2.75rem; margin-top: .2rem;
  padding: .5rem .6rem; border: 1px solid var(--edge); border-radius: .4rem; background: var(--paper); color: inherit;
  font: inherit; font-weight: 400; }
input[type=checkbox] { width: 1.1rem; height: 1.1rem; accent-color: var(--accent); }
fieldset { margin: .6rem 0; padding: .5rem .8rem; border: 1px solid var(--line); border-radius: .5rem; }
.buttons { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; }
[role=alert]:empty { display: none; }
[role=alert], .fault { padding: .5rem .75rem; border-left: 4px solid var(--danger); background: var(--danger-soft); }
output { display: block; margin: .75rem 0; padding: .75rem 1rem; border: 2px solid var(--good); border-radius: .5rem; }
output code { display: block; margin-top: .4rem; user-select: all; }
`;
