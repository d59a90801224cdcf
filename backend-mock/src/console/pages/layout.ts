import { AUDIT_READERS } from '../../people/actions/audit.ts';
import { listTasks } from '../../people/actions/tasks.ts';
import type { Person, PersonRole } from '../../people/people-repository.ts';
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

/** Everybody but auditors, who read the log and nothing else. */
const DECIDERS: readonly PersonRole[] = ['owner', 'reviewer', 'support-lead', 'administrator'];

/** The page of those who read the log and nothing else. */
export const LOG_PAGE = '/activity';

/** Address, name, and the roles that a page is for. */
const PAGES: readonly (readonly [string, string, readonly PersonRole[]])[] = [
  ['/waiting', 'Waiting', DECIDERS],
  ['/history', 'History', DECIDERS],
  ['/exports', 'Exports', DECIDERS],
  [LOG_PAGE, 'Activity', AUDIT_READERS],
  ['/agents', 'Agents', DECIDERS],
  ['/tasks', 'Tasks', listTasks.roles],
  ['/policy', 'Policy', DECIDERS],
  ['/people', 'People', DECIDERS],
];

const holdsOne = (person: Pick<Person, 'roles'>, roles: readonly PersonRole[]): boolean =>
  roles.some((role) => person.roles.includes(role));

/** Whether plans are somebody's business: whoever decides, or names those who do. Not auditors. */
export const maySeePlans = (person: Pick<Person, 'roles'>): boolean => holdsOne(person, DECIDERS);

/** Whether somebody may open a page: whoever decides opens all of them, auditors theirs. */
export const mayOpen = (path: string, person: Person): boolean => path === LOG_PAGE || maySeePlans(person);

const navigation = (path: string, { person }: Viewer): Html =>
  html`<nav aria-label="Pages">
    <ul>
      ${PAGES.filter(([, , roles]) => holdsOne(person, roles)).map(
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
        <main id="main" tabindex="-1">
          ${live === true && viewer && html`<p class="banner" data-live-notice role="status" hidden></p>`}${body}
        </main>
      </body>
    </html> `;
  return page.text;
}
