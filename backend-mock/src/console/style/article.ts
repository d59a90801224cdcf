/** An article by itself, in its frame. It is told by nobody how the blog looks; it has to be read. */
export const ARTICLE_STYLE = `
:root { color-scheme: light dark; --ink: #1b1b20; --paper: #fff; --line: #c9c9d2; --soft: #f4f4f7; --accent: #1d4ed8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececf1; --paper: #16161a; --line: #44444e; --soft: #212127; --accent: #9db8ff; }
}
* { box-sizing: border-box; }
body { max-width: 44rem; margin: 0 auto; padding: 1rem; background: var(--paper); color: var(--ink);
  font: 1.05rem/1.6 ui-serif, Georgia, serif; overflow-wrap: anywhere; }
h1 { line-height: 1.25; }
a { color: var(--accent); }
img { display: inline-block; min-width: 3rem; min-height: 1.5rem; padding: .2rem .5rem; border: 1px dashed var(--line); }
pre { padding: .75rem; background: var(--soft); white-space: pre-wrap; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 4px solid var(--line); }
table { border-collapse: collapse; }
th, td { padding: .3rem .6rem; border: 1px solid var(--line); text-align: left; }
`;
