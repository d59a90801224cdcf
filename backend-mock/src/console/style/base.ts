/** Colours, type, the frame of a page. Every pair of colours that carries text has a contrast of 4.5 or more. */
export const BASE = `
:root { color-scheme: light dark; --ink: #1b1b20; --faint: #5b5b66; --paper: #fff; --soft: #f4f4f7; --line: #d5d5dd;
  --edge: #80808c; --accent: #1d4ed8; --on-accent: #fff; --danger: #b3141d; --on-danger: #fff; --warn: #8a4b00;
  --warn-soft: #fff4e0; --danger-soft: #fdecec; --mark: #ffe08a; --mark-ink: #3d2b00; --good: #1c6b3a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececf1; --faint: #a9a9b6; --paper: #16161a; --soft: #212127; --line: #383841; --edge: #7d7d8a;
    --accent: #9db8ff; --on-accent: #10131c; --danger: #ff9a94; --on-danger: #2a0606; --warn: #ffc37a;
    --warn-soft: #33260f; --danger-soft: #3a1a1a; --mark: #6b5200; --mark-ink: #fff3cf; --good: #7fd6a0; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: .2rem; }
main:focus { outline: none; }
[hidden] { display: none !important; }
a { color: var(--accent); text-underline-offset: .15em; }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--paper); z-index: 2; }
.skip:focus { left: .5rem; top: .5rem; }
body > header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.25rem; padding: .5rem 1rem;
  background: var(--soft); border-bottom: 1px solid var(--line); }
body > header p { margin: 0; }
.name { font-weight: 700; }
.environment { padding: .1rem .45rem; border: 1px solid var(--edge); border-radius: 1rem; color: var(--faint);
  font-size: .8rem; font-weight: 400; }
header nav ul, .choose ul { display: flex; flex-wrap: wrap; gap: .15rem; margin: 0; padding: 0; list-style: none; }
header nav a, .choose a { display: block; padding: .35rem .6rem; border-radius: .4rem; color: inherit;
  text-decoration: none; }
header nav a:hover, .choose a:hover { background: var(--line); }
[aria-current] { font-weight: 700; box-shadow: inset 0 -3px 0 var(--accent); }
.viewer { display: flex; align-items: center; gap: .6rem; margin-left: auto !important; overflow-wrap: anywhere; }
main { max-width: 46rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 .25rem; font-size: 1.6rem; line-height: 1.25; }
h1::first-letter { text-transform: uppercase; }
h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; line-height: 1.3; }
h3 { margin: 1.25rem 0 .35rem; font-size: 1rem; }
h2::first-letter { text-transform: uppercase; }
p { margin: .5rem 0; }
small, .hint, .facts, .axis { color: var(--faint); font-size: .9rem; }
h2 small { font-weight: 400; }
code, pre { font-family: ui-monospace, "SFMono-Regular", Consolas, monospace; font-size: .9em; }
pre { margin: 0; padding: .75rem 1rem; background: var(--soft); border: 1px solid var(--line); border-radius: .5rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .35rem 1rem; margin: .5rem 0; }
dt { color: var(--faint); }
dd { margin: 0; min-width: 0; white-space: pre-wrap; }
dd > :not(mark) { white-space: normal; }
.long bdi { white-space: pre-wrap; }
dd > details, dd summary { margin: 0; padding: 0; }
dd code { word-break: break-all; }
dd ul, .columns { margin: 0; padding-left: 1.2rem; }
details { margin: .5rem 0; }
summary { padding: .35rem 0; cursor: pointer; }
mark { padding: 0 .15em; background: var(--mark); color: var(--mark-ink); border-radius: .2em; }
@media (max-width: 34rem) {
  dl { grid-template-columns: fit-content(36%) 1fr; gap: .3rem .75rem; }
  header nav { width: 100%; order: 3; }
  header nav ul { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0; }
  header nav a { padding: .5rem .3rem; }
}
@media (prefers-reduced-motion: reduce) { * { scroll-behavior: auto !important; transition: none !important; } }
`;
