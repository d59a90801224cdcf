/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/* oxlint-disable unicorn/consistent-function-scoping -- the outer function is served as text and has to be whole */

export type Json = Record<string, unknown>;

/** What every script of the console's pages needs. */
export interface PageTools {
  readonly one: (selector: string, root?: ParentNode) => HTMLElement | null;
  /** Sends JSON to one of our own addresses. @throws Error in the words of the refusal. */
  readonly post: (path: string, body: Json) => Promise<Json>;
  /** Runs what a button asks for; whatever goes wrong stands beside it, in words. Then, in either case, `after`. */
  readonly attempt: (control: HTMLElement, work: () => Promise<void>, after?: () => void) => void;
}

/** Makes them; served as the text of this function, in front of each script. */
export function pageTools(): PageTools {
  const one = (selector: string, root: ParentNode = document): HTMLElement | null =>
    root.querySelector<HTMLElement>(selector);
  const csrf = (): string => one('meta[name=csrf]')?.getAttribute('content') ?? '';

  /** What a problem says, and what was wrong with each argument. */
  function wordsOf(answer: Json): string {
    const detail = typeof answer['detail'] === 'string' ? answer['detail'] : 'That did not work.';
    const errors = (Array.isArray(answer['errors']) ? answer['errors'] : []) as { message?: unknown }[];
    return [detail, ...errors.map(({ message }) => String(message))].join(' ');
  }

  async function post(path: string, body: Json): Promise<Json> {
    const reply = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrf() },
      body: JSON.stringify(body),
    });
    const answer = (await reply.json()) as Json;
    if (!reply.ok) throw new Error(wordsOf(answer));
    return answer;
  }

  async function tryOut(control: HTMLElement, work: () => Promise<void>): Promise<void> {
    const place = control.closest('form, section, main') ?? document.body;
    const alert = one('[role=alert]', place);
    const buttons = place.querySelectorAll('button');
    if (alert) alert.textContent = '';
    for (const button of buttons) button.disabled = true;
    try {
      await work();
    } catch (error) {
      const gaveUp = error instanceof Error && error.name === 'NotAllowedError';
      const text = gaveUp ? 'You did not confirm, so nothing happened.' : error instanceof Error ? error.message : '';
      if (alert) alert.textContent = text === '' ? 'That did not work.' : text;
    } finally {
      for (const button of buttons) button.disabled = button.dataset['over'] === 'true';
    }
  }

  const attempt: PageTools['attempt'] = (control, work, after = () => undefined) => {
    tryOut(control, work).then(after).catch(reportError);
  };

  return { one, post, attempt };
}
