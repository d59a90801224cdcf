import type { StoredRendering } from '../../../blog/stored-rendering.ts';
import { Html, html } from '../../html.ts';

const page = (title: string, body: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="stylesheet" href="/article.css" />
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;

/** An article as a document of its own: what its plan carries, which is what publishing it publishes. */
export const articlePage = ({ title, html: sanitised }: Pick<StoredRendering, 'title' | 'html'>): string =>
  page(
    title,
    html`<h1 dir="auto">${title}</h1>
      <article dir="auto">${new Html(sanitised)}</article>`,
  );

/** The same of a plan that carries no such thing, because an earlier version made it. */
export const sourcePage = (draft: string): string =>
  page(
    'Source of an article',
    html`<p>An earlier version made this plan. It cannot be committed any more; this is the draft's source.</p>
      <pre dir="auto">${draft}</pre>`,
  );
