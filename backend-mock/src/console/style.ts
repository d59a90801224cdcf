/** The one stylesheet of what people see. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1a1a1f; --paper: #fff; --line: #d8d8de; --soft: #f4f4f7; --accent: #8a4b00; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececf1; --paper: #17171b; --line: #3a3a42; --soft: #222228; --accent: #ffb866; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { margin: 0 0 .25rem; font-size: 1.6rem; text-transform: capitalize; }
h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; }
.state { margin: 0; color: var(--accent); font-weight: 600; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .35rem 1rem; margin: 0; }
dt { color: inherit; opacity: .75; }
dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; word-break: normal; }
pre { margin: 0; padding: .75rem 1rem; background: var(--soft); border: 1px solid var(--line); border-radius: .5rem;
  overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .9rem; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .6rem; } }
`;
