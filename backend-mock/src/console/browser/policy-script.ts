/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/* oxlint-disable unicorn/consistent-function-scoping -- the outer function is served as text and has to be whole */
import type { Preview } from '../pages/policy-preview.ts';
import type { PageTools } from './page-tools.ts';

/**
 * What runs on the page of the policy: it reads the chosen files, has them looked at, shows what comes of it, and gives
 * exactly those texts to the form that signs. Served as `consoleScript` is.
 */
export function policyScript(tools: PageTools): void {
  const { one, post, attempt } = tools;
  /** Texts by the names of their files. */
  interface Chosen {
    readonly file: string;
    readonly policy: string;
    readonly packs: Record<string, string>;
  }

  const desk = one('[data-policy-desk]');
  const files = one('form[data-policy-files]') as HTMLFormElement | null;
  const shown = one('[data-policy-preview]');
  const sign = one('[data-policy-sign]');
  const signing = sign?.querySelector<HTMLFormElement>('form') ?? null;
  const button = signing?.querySelector('button');
  if (!desk || !files || !shown || !sign || !signing || !button) return;
  const fileMax = Number(desk.dataset['fileMax']);
  let looked: Chosen | undefined;
  let checked = false;

  async function textOf(file: File): Promise<string> {
    if (file.size > fileMax) throw new Error(`${file.name} is larger than the ${fileMax / 1024} KiB of a policy.`);
    let bytes: ArrayBuffer;
    try {
      bytes = await file.arrayBuffer();
    } catch {
      throw new Error(`${file.name} has changed since you chose it, or cannot be read. Choose it again.`);
    }
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw new Error(`${file.name} is no text in UTF-8.`);
    }
  }

  const chosenIn = (name: string): File[] => {
    const input = files.elements.namedItem(name);
    return input instanceof HTMLInputElement ? Array.from(input.files ?? []) : [];
  };

  async function readChosen(): Promise<Chosen> {
    const [policy] = chosenIn('policy');
    if (!policy) throw new Error('Choose the file of the policy.');
    const packs: Record<string, string> = {};
    for (const pack of chosenIn('packs')) packs[pack.name] = await textOf(pack);
    return { file: policy.name, policy: await textOf(policy), packs };
  }

  function element(name: string, className: string, ...parts: (Node | string)[]): HTMLElement {
    const made = document.createElement(name);
    if (className !== '') made.className = className;
    made.append(...parts);
    return made;
  }
  /** Text among other text, which it cannot reorder. */
  const apart = (text: string): HTMLElement => element('bdi', '', text);
  const cards = (items: readonly HTMLElement[]): HTMLElement[] =>
    items.length === 0 ? [] : [element('ul', 'cards', ...items)];
  const numbered = (count: number, thing: string): string =>
    `${count.toLocaleString('en-US')} ${count === 1 ? thing : `${thing}s`}`;

  function findingsOf({ findings, problems, hints }: Preview): Node[] {
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    const said = `${numbered(errors, 'error')}, ${numbered(findings.length - errors, 'warning')}`;
    return [
      element('h3', '', findings.length === 0 && problems.length === 0 ? 'Nothing is wrong with it' : `Found: ${said}`),
      ...problems.map((words) => element('p', 'fault', apart(words))),
      ...hints.map((words) => element('p', 'hint', apart(words))),
      ...cards(
        findings.map(({ file, line, column, severity, code, message }) =>
          element(
            'li',
            severity === 'error' ? 'card finding error' : 'card finding',
            element(
              'p',
              'facts',
              element('span', 'outcome', severity),
              element('code', '', `${file}:${line}:${column}`),
              element('span', '', code),
            ),
            element('p', '', apart(message)),
          ),
        ),
      ),
    ];
  }

  function changesOf({ changes }: Preview): Node[] {
    if (changes === null) return [element('p', 'hint', 'There is nothing that it can be compared with.')];
    return [
      element('h3', '', `${numbered(changes.length, 'change')} to what decides now`),
      ...cards(
        changes.map(({ kind, what, id, lines }) =>
          element(
            'li',
            'card change',
            element('p', 'what', `${kind}: ${what} `, apart(id)),
            element('dl', '', ...lines.flatMap(({ label, before, after }) => lineOf(label, before, after))),
          ),
        ),
      ),
    ];
  }

  function lineOf(label: string, before: string | null, after: string | null): HTMLElement[] {
    const old = before === null ? [] : ['was ', element('del', '', apart(before))];
    const young = after === null ? [] : [before === null ? '' : ', is ', element('ins', '', apart(after))];
    return [element('dt', '', apart(label)), element('dd', '', ...old, ...young)];
  }

  function replayOf({ replay }: Preview): Node[] {
    if (replay === null) return [];
    const { calls, changed, groups, cut } = replay;
    if (calls === 0) return [element('h3', '', 'No call of the last 7 days could be decided again')];
    const count = changed.toLocaleString('en-US');
    const would = `${count} of ${numbered(calls, 'call')} of the last 7 days would change`;
    return [
      element('h3', '', would),
      element('p', 'hint', 'Each was decided again, as if this policy had been active.'),
      ...(cut ? [element('p', 'hint', 'There were too many: only the newest entries of the log were looked at.')] : []),
      ...cards(
        groups.map(({ tool, before, after, count: alike, examples }) =>
          element(
            'li',
            'card group',
            element('p', 'what', `${numbered(alike, 'call')} of ${tool}`),
            element('p', '', 'was ', element('del', '', before), ', would be ', element('ins', '', after)),
            element('p', 'facts', 'for example ', element('code', '', examples.join(', '))),
          ),
        ),
      ),
    ];
  }

  /** What was looked at is no longer what is chosen. */
  function forget(): void {
    looked = undefined;
    shown?.replaceChildren();
    for (const part of [shown, sign]) if (part) part.hidden = true;
  }

  async function look(): Promise<void> {
    forget();
    const chosen = await readChosen();
    const preview = (await post('/policy/preview', { ...chosen })) as unknown as Preview;
    looked = chosen;
    show(chosen, preview);
  }

  function show(chosen: Chosen, preview: Preview): void {
    if (!shown || !sign || !signing || !button) return;
    const { findings, problems } = preview;
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    const warnings = findings.length - errors;
    shown.replaceChildren(...findingsOf(preview), ...replayOf(preview), ...changesOf(preview));
    shown.hidden = false;
    const packs = Object.entries(preview.packs).map(([path, name]) => [path, chosen.packs[name]]);
    const { file, policy } = chosen;
    signing.dataset['arguments'] = JSON.stringify({ file, policy, packs: Object.fromEntries(packs) });
    button.textContent =
      warnings === 0 ? 'Activate' : `Activate it although there are ${numbered(warnings, 'warning')}`;
    button.disabled = errors + problems.length > 0;
    button.dataset['over'] = String(button.disabled);
    sign.hidden = false;
    shown.focus();
  }

  /** Lets the form go on. @throws Error where a chosen file no longer says what was looked at. */
  async function requireSame(): Promise<void> {
    try {
      checked = JSON.stringify(await readChosen()) === JSON.stringify(looked);
      if (!checked) throw new Error('What is chosen has changed since it was looked at. Look at it again.');
    } catch (error) {
      forget();
      throw error;
    }
  }

  const goOn = (): void => {
    if (checked) signing.requestSubmit();
  };

  files.addEventListener('change', forget);
  files.addEventListener('submit', (event) => {
    event.preventDefault();
    attempt(files, look);
  });
  // Before the passkey is asked: the form goes on to where all acts go only when the files still say the same.
  signing.addEventListener('submit', (event) => {
    if (checked) {
      checked = false;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    attempt(files, requireSame, goOn);
  });
  files.hidden = false;
  one('[data-policy-unscripted]', desk)?.remove();
}
