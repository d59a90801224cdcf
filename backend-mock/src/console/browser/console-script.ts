/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/* oxlint-disable unicorn/consistent-function-scoping -- the outer function is served as text and has to be whole */
import type { Json, PageTools } from './page-tools.ts';

declare const SimpleWebAuthnBrowser: {
  startAuthentication(options: { optionsJSON: object }): Promise<unknown>;
  startRegistration(options: { optionsJSON: object }): Promise<unknown>;
};

/**
 * What runs in the console's pages: it asks the passkey and sends forms. It is served as the text of this function, so it
 * uses nothing from outside itself but the tools that it is handed. Pages say what they want in `data-` attributes;
 * nothing is ever set as HTML.
 */
export function consoleScript(tools: PageTools): void {
  const { one, post, attempt } = tools;

  /** Shows something that is seen once, such as a link or a token. */
  function showOnce(form: HTMLFormElement, label: string, text: string): void {
    const output = one('output', form);
    if (!output) return;
    output.replaceChildren();
    const code = document.createElement('code');
    code.textContent = text;
    output.append(label, code);
    output.hidden = false;
    output.focus();
  }

  const base64url = (bytes: Uint8Array): string =>
    btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

  /**
   * Fields of a form as an act's arguments: boxes make lists, numbers numbers, minutes from now a time, empty ones are
   * left out.
   */
  function fieldsOf(form: HTMLFormElement): Json {
    const fields: Json = {};
    for (const element of form.elements) {
      if (element instanceof HTMLInputElement && element.type === 'checkbox') {
        const list = (fields[element.name] ??= []) as string[];
        if (element.checked) list.push(element.value);
      } else if (element instanceof HTMLInputElement && element.type === 'number') {
        const value = element.valueAsNumber;
        if (Number.isNaN(value)) continue;
        const minutes = element.dataset['fromNow'] !== undefined;
        fields[element.name] = minutes ? new Date(Date.now() + value * 60_000).toISOString() : value;
      } else if (
        (element instanceof HTMLInputElement ||
          element instanceof HTMLTextAreaElement ||
          element instanceof HTMLSelectElement) &&
        element.name !== '' &&
        element.value.trim() !== ''
      ) {
        fields[element.name] = element.value;
      }
    }
    return fields;
  }

  /** What has to be made here because its secret half may not leave: a link's secret, a token's key. */
  async function prepare(
    kind: string | undefined,
    args: Json,
  ): Promise<{ args: Json; label: string; secret: string } | undefined> {
    if (kind === 'invite') {
      const secret = base64url(crypto.getRandomValues(new Uint8Array(32)));
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
      return {
        args: { ...args, secretDigest: hex(new Uint8Array(digest)) },
        label: 'Give this link to them; it works once, for a day: ',
        secret: `${location.origin}/enrol#${secret}`,
      };
    }
    if (kind === 'mint') {
      const key = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
      const jwk = await crypto.subtle.exportKey('jwk', key.privateKey);
      const seed = Uint8Array.from(atob((jwk.d ?? '').replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
        letter.charCodeAt(0),
      );
      const environment = document.body.dataset['environment'] ?? '';
      const head = `deputy_${environment}_${String(args['clientId'])}_${hex(seed)}`;
      return {
        args: { ...args, publicX: jwk.x },
        label: 'The token, for DEPUTY_TOKEN of that server. It is shown once and kept nowhere: ',
        secret: `${head}${crc32(head)}`,
      };
    }
    return undefined;
  }

  /** CRC-32 as in zlib, eight hex digits. */
  function crc32(text: string): string {
    let crc = -1;
    for (const byte of new TextEncoder().encode(text)) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ((crc ^ -1) >>> 0).toString(16).padStart(8, '0');
  }

  /** Gives the person a file that came as base64; it cannot be asked for again. */
  function keep(form: HTMLFormElement, name: string, content: string): void {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes], { type: 'text/csv' }));
    link.download = name;
    link.click();
    for (const button of form.querySelectorAll('button')) button.dataset['over'] = 'true';
    showOnce(form, 'Your browser has the file, as ', name);
  }

  async function act(form: HTMLFormElement): Promise<void> {
    const action = form.dataset['act'] ?? '';
    const fixed = JSON.parse(form.dataset['arguments'] ?? '{}') as Json;
    const given = { ...fieldsOf(form), ...fixed };
    const prepared = await prepare(form.dataset['prepare'], given);
    const args = prepared?.args ?? given;
    const { nonce, publicKey } = await post('/acts/options', { action, arguments: args });
    const response = await SimpleWebAuthnBrowser.startAuthentication({ optionsJSON: publicKey as object });
    const answer = await post('/acts', { action, arguments: args, nonce, response });
    const { download } = form.dataset;
    if (download !== undefined) return keep(form, download, String(answer['content']));
    if (prepared) return showOnce(form, prepared.label, prepared.secret);
    const { next } = form.dataset;
    // Going to the address that is open already would only jump, where it names a place in the page.
    if (next === undefined) location.reload();
    else location.assign(next);
  }

  async function signIn(next: string): Promise<void> {
    const { nonce, publicKey } = await post('/session/options', {});
    const response = await SimpleWebAuthnBrowser.startAuthentication({ optionsJSON: publicKey as object });
    await post('/session', { nonce, response });
    location.assign(next);
  }

  async function lookAtInvitation(page: HTMLElement): Promise<void> {
    const secret = location.hash.slice(1);
    const { name, roles } = await post('/enrolment/look', { secret });
    const greeting = one('[data-greeting]', page);
    if (greeting) greeting.textContent = `${String(name)}, you are invited as ${(roles as string[]).join(', ')}.`;
    const form = one('form', page);
    if (form) form.hidden = false;
  }

  async function enrol(form: HTMLFormElement): Promise<void> {
    const secret = location.hash.slice(1);
    const { nonce, publicKey } = await post('/enrolment/options', { secret });
    const response = await SimpleWebAuthnBrowser.startRegistration({ optionsJSON: publicKey as object });
    await post('/enrolment', { secret, nonce, response, label: fieldsOf(form)['label'] ?? 'passkey' });
    location.assign('/sign-in');
  }

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !('act' in form.dataset || 'enrol' in form.dataset)) return;
    event.preventDefault();
    attempt(form, () => ('enrol' in form.dataset ? enrol(form) : act(form)));
  });
  document.addEventListener('click', (event) => {
    const button =
      event.target instanceof Element ? event.target.closest<HTMLElement>('[data-sign-in], [data-sign-out]') : null;
    if (!button) return;
    if ('signIn' in button.dataset) attempt(button, () => signIn(button.dataset['next'] ?? '/waiting'));
    else attempt(button, () => post('/session/end', {}).then(() => location.assign('/sign-in')));
  });
  for (const page of document.querySelectorAll<HTMLElement>('[data-invitation]'))
    attempt(page, () => lookAtInvitation(page));
}
