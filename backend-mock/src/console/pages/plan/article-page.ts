import { parseDraft } from '@narrow-deputies/contracts/draft';
import { MarkupTooComplex, renderMarkdown } from '../../../blog/render-markdown.ts';
import { Html, html } from '../../html.ts';

/**
 * An article as a document of its own, from the bytes that the plan carries, rendered as publishing them renders them.
 *
 * @returns undefined for bytes that are no draft.
 */
export function articlePage(bytes: Uint8Array): string | undefined {
  const parsed = parseDraft(bytes);
  const rendered = parsed.ok ? sanitised(parsed.draft.body) : undefined;
  if (!parsed.ok || !rendered) return undefined;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${parsed.draft.title}</title>
        <link rel="stylesheet" href="/article.css" />
      </head>
      <body>
        <h1 dir="auto">${parsed.draft.title}</h1>
        <article dir="auto">${rendered}</article>
      </body>
    </html> `.text;
}

function sanitised(body: string): Html | undefined {
  try {
    return new Html(renderMarkdown(body).html);
  } catch (error) {
    if (error instanceof MarkupTooComplex) return undefined;
    throw error;
  }
}
