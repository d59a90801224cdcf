import type { WireReply } from './wire-client.ts';

/** What a reply is, and so what it has to carry. */
export type ReplyKind = 'page' | 'frame' | 'asset' | 'redirect' | 'program' | 'stream';

const FLAT: Readonly<Record<string, RegExp>> = {
  'x-content-type-options': /^nosniff$/,
  'referrer-policy': /^no-referrer$/,
};
const ISOLATED: Readonly<Record<string, RegExp>> = {
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'cross-origin-embedder-policy': /^require-corp$/,
};

function directivesOf(policy: string): Map<string, string[]> {
  const parts = policy.split(';').map((directive) => directive.trim().split(/\s+/));
  return new Map(parts.map(([name = '', ...sources]) => [name.toLowerCase(), sources]));
}

/** Sources that let in more than this origin itself. */
const isLoose = (source: string): boolean =>
  /unsafe|\*|^https?:|^wss?:|^data:|^blob:|nonce-|strict-dynamic/.test(source) && source !== "'report-sample'";

function faultsOfPolicy(policy: string, kind: ReplyKind): string[] {
  const directives = directivesOf(policy);
  const faults: string[] = [];
  const expectDirective = (name: string, allowed: readonly string[]): void => {
    const said = directives.get(name)?.join(' ');
    if (said === undefined || !allowed.includes(said)) faults.push(`csp ${name}: ${said ?? 'missing'}`);
  };
  expectDirective('default-src', ["'none'"]);
  expectDirective('frame-ancestors', [kind === 'frame' ? "'self'" : "'none'"]);
  for (const [name, sources] of directives) {
    if (sources.some((source) => isLoose(source))) faults.push(`csp ${name} is loose: ${sources.join(' ')}`);
  }
  if (kind === 'page') {
    expectDirective('base-uri', ["'none'"]);
    expectDirective('form-action', ["'self'", "'none'"]);
    expectDirective('script-src', ["'self'"]);
    expectDirective('style-src', ["'self'"]);
    expectDirective('require-trusted-types-for', ["'script'"]);
    expectDirective('trusted-types', ["'none'"]);
  }
  if (kind === 'frame') {
    expectDirective('sandbox', ['']);
    expectDirective('base-uri', ["'none'"]);
    expectDirective('form-action', ["'none'"]);
    for (const name of ['script-src', 'img-src', 'connect-src', 'frame-src']) {
      if (directives.has(name)) faults.push(`csp ${name} in a frame that can do nothing`);
    }
  }
  return faults;
}

/**
 * Grades the headers of one reply.
 *
 * @param shared what a frame of another origin may load: ours has none (`sandbox`), and yet needs its stylesheet.
 * @returns what is wrong with them, in words; empty when nothing is.
 */
export function headerFaults(
  reply: Pick<WireReply, 'headers'>,
  kind: ReplyKind,
  { tls = false, shared = false } = {},
): string[] {
  const { headers } = reply;
  const text = (name: string): string | undefined => [headers[name]].flat()[0];
  const faults: string[] = [];
  const expectHeader = (name: string, wanted: RegExp): void => {
    if (!wanted.test(text(name) ?? '')) faults.push(`${name}: ${text(name) ?? 'missing'}`);
  };
  for (const [name, wanted] of Object.entries(FLAT)) expectHeader(name, wanted);
  for (const [name, wanted] of Object.entries(ISOLATED)) {
    expectHeader(name, shared && name === 'cross-origin-resource-policy' ? /^cross-origin$/ : wanted);
  }
  expectHeader('cache-control', kind === 'asset' ? /^(no-store|public, max-age=\d{1,3})$/ : /^no-store$/);
  if (kind === 'page' || kind === 'frame') {
    expectHeader('content-type', /^text\/html; charset=utf-8$/);
    expectHeader('x-frame-options', kind === 'page' ? /^DENY$/ : /^SAMEORIGIN$/);
    for (const feature of ['camera', 'geolocation', 'microphone', 'payment', 'usb']) {
      expectHeader('permissions-policy', new RegExp(`(^|, )${feature}=\\(\\)`));
    }
  }
  faults.push(...faultsOfPolicy(text('content-security-policy') ?? '', kind));
  const strict = text('strict-transport-security');
  if (!tls && strict !== undefined) faults.push('strict-transport-security without TLS');
  if (tls && !/^max-age=(31536000|63072000)/.test(strict ?? '')) faults.push('no strict-transport-security');
  for (const chatty of ['server', 'x-powered-by']) if (headers[chatty] !== undefined) faults.push(`${chatty} is told`);
  for (const name of Object.keys(headers)) if (name.startsWith('access-control-')) faults.push(`${name} is there`);
  return faults;
}
