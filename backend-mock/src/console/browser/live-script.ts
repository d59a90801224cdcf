/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/* oxlint-disable unicorn/consistent-function-scoping -- the outer function is served as text and has to be whole */
import type { PageTools } from './page-tools.ts';

/**
 * What keeps an open page true: it follows what waits, says when it may be behind, catches up by itself, and says when
 * nobody is signed in any more. Served as `consoleScript` is.
 */
export function liveScript({ one }: PageTools): void {
  const RETRY_MS = 3_000;
  const notice = one('[data-live-notice]');
  const plan = one('[data-plan]');
  let source: EventSource | undefined;

  /** @param text what the page has to say of itself; undefined = it is as it should be. */
  function say(text: string | undefined, link?: { readonly text: string; readonly address: string }): void {
    if (!notice) return;
    notice.replaceChildren(text ?? '');
    if (link) {
      const anchor = document.createElement('a');
      anchor.href = link.address;
      anchor.textContent = link.text;
      notice.append(' ', anchor);
    }
    notice.hidden = text === undefined;
  }

  const behind = (): void =>
    say('What stands here may be old: the service cannot say how things are. This page catches up by itself.');

  function later(work: () => Promise<void>): void {
    setTimeout(() => {
      work().catch(reportError);
    }, RETRY_MS);
  }

  function closeButtons(): void {
    for (const button of document.querySelectorAll<HTMLButtonElement>('form[data-act] button')) {
      button.disabled = true;
      button.dataset['over'] = 'true';
    }
  }

  /** A plan that is over while somebody looks at it can no longer be decided: the page says so instead of failing later. */
  function closePlan(page: HTMLElement, why: string): void {
    const banner = one('[data-banner]', page);
    if (banner) {
      banner.textContent = why;
      banner.hidden = false;
    }
    closeButtons();
  }

  function watchPlan(page: HTMLElement): void {
    const left = Date.parse(page.dataset['expires'] ?? '') - Date.now();
    const close = (): void => closePlan(page, 'This plan has expired. The agent has to make a new one.');
    if (Number.isFinite(left)) setTimeout(close, Math.min(Math.max(left, 0), 2 ** 31 - 1));
  }

  function sessionOver(): void {
    source?.close();
    closeButtons();
    const address = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
    say('Your session is over, and this page no longer follows.', { text: 'Sign in again', address });
  }

  /** What is not certain to be there is not gone to: the page that stands here would be lost. */
  async function loadAnew(): Promise<void> {
    const address = new URL(location.href);
    address.searchParams.set('by-itself', '');
    const reply = await fetch(address, { redirect: 'manual' }).catch(() => undefined);
    if (reply?.ok) location.replace(address);
    else if (reply?.type === 'opaqueredirect') sessionOver();
    else {
      behind();
      later(loadAnew);
    }
  }

  function take(waiting: Readonly<Record<string, string>>): void {
    say(undefined);
    if (plan) {
      if (waiting[plan.dataset['plan'] ?? ''] === undefined && plan.dataset['state'] === 'pending_approval') {
        closePlan(plan, 'This plan has changed meanwhile. Load the page again to see how it stands.');
      }
      return;
    }
    const shown = new Set(
      Array.from(document.querySelectorAll<HTMLElement>('[data-waits]'), (each) => each.dataset['waits']),
    );
    // Held against what the page shows, so that nothing is missed that came while it was loading.
    if (Object.keys(waiting).length !== shown.size || Object.keys(waiting).some((id) => !shown.has(id))) {
      loadAnew().catch(reportError);
    }
  }

  /** The browser gives up after an answer that is no stream, and does not say which it was: it is asked again. */
  async function comeBack(): Promise<void> {
    const stop = new AbortController();
    const reply = await fetch('/events', { signal: stop.signal }).catch(() => undefined);
    const status = reply?.status;
    stop.abort();
    if (status === 200) follow();
    else if (status === 401) sessionOver();
    else if (status !== 403) later(comeBack);
  }

  function follow(): void {
    const stream = new EventSource('/events');
    source = stream;
    stream.addEventListener('waiting', (event) => take(JSON.parse(String(event.data)) as Record<string, string>));
    stream.addEventListener('behind', behind);
    stream.addEventListener('over', sessionOver);
    stream.addEventListener('elsewhere', () => {
      stream.close();
      say('You have many pages open, so this one no longer follows until you come back to it.');
      document.addEventListener('visibilitychange', followWhenSeen);
    });
    stream.addEventListener('error', () => {
      behind();
      if (stream.readyState === EventSource.CLOSED) later(comeBack);
    });
  }

  function followWhenSeen(): void {
    if (document.visibilityState !== 'visible') return;
    document.removeEventListener('visibilitychange', followWhenSeen);
    follow();
  }

  // The address is to be what a person would type; loading it again is then theirs.
  const here = new URL(location.href);
  if (here.searchParams.has('by-itself')) {
    here.searchParams.delete('by-itself');
    history.replaceState(null, '', here);
  }
  if (plan) watchPlan(plan);
  if (document.body.dataset['live'] === undefined) return;
  addEventListener('pagehide', () => source?.close());
  // A page that comes back out of the browser's memory follows again.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) follow();
  });
  follow();
}
