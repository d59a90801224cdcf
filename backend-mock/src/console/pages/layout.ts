import { listTasks } from '../../people/actions/tasks.ts';
import type { Person } from '../../people/people-repository.ts';
import { html, type Html } from '../html.ts';

/** Who looks at a page, and what their forms have to send back. */
export interface Viewer {
  readonly person: Person;
  readonly csrf: string;
}

export interface PageParts {
  readonly title: string;
  /** Absent for somebody who is not signed in. */
  readonly viewer?: Viewer | undefined;
  readonly environment: string;
  /** Path of the page, to mark it in the navigation. */
  readonly path: string;
  /** Whether the page follows what waits. */
  readonly live?: boolean;
  /** What everybody who is signed in has to know, whatever page they are on. */
  readonly notice?: Html | undefined;
  readonly body: Html | readonly Html[];
}

/** Address and name, and the roles that a page is for where it is not for everybody. */
const PAGES: readonly (readonly [string, string, (readonly string[])?])[] = [
  ['/waiting', 'Waiting'],
  ['/history', 'History'],
  ['/exports', 'Exports'],
  ['/activity', 'Activity'],
  ['/agents', 'Agents'],
  ['/tasks', 'Tasks', listTasks.roles],
  ['/people', 'People'],
];

const navigation = (path: string, { person }: Viewer): Html =>
  html`<nav aria-label="Pages">
    <ul>
      ${PAGES.filter(
        ([, , roles]) => roles === undefined || roles.some((role) => person.roles.some((own) => own === role)),
      ).map(
        ([address, name]) =>
          html`<li><a href="${address}" ${path === address && html`aria-current="page"`}>${name}</a></li>`,
      )}
    </ul>
  </nav>`;

const whoIsHere = ({ person }: Viewer): Html =>
  html`<p class="viewer">${person.name} <button type="button" class="quiet" data-sign-out>Sign out</button></p>`;

/** One page of the console, whole. Nothing in it runs or looks but what `/console.js` and `/style.css` say. */
export function layout({ title, viewer, environment, path, live, notice, body }: PageParts): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${viewer && html`<meta name="csrf" content="${viewer.csrf}" />`}
        <title>${title} - Narrow Deputies</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/style.css" />
        <script src="/webauthn.js" defer></script>
        <script src="/console.js" defer></script>
      </head>
      <body data-environment="${environment}" ${live === true && viewer && html`data-live`}>
        <a class="skip" href="#main">Skip to the page</a>
        <header>
          <p class="name">Narrow Deputies <span class="environment">${environment}</span></p>
          ${viewer && navigation(path, viewer)} ${viewer && whoIsHere(viewer)}
        </header>
        ${viewer && notice}
        <main id="main" tabindex="-1">${body}</main>
      </body>
    </html> `;
  return page.text;
}
