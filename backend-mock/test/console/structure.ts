const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z][a-z0-9-]*(?:="[^"<>]*")?)*)\s*(\/?)>/gi;
const VOID = new Set(['input', 'meta', 'link', 'br', 'hr', 'img']);

/** Elements and names of attributes in order, without any text: what a text must never change. */
export const structureOf = (page: string): string[] =>
  [...page.matchAll(TAG)].map(([, close = '', name = '', attributes = '']) =>
    `${close}${name} ${attributes
      .replaceAll(/="[^"]*"/g, '')
      .replaceAll(/\s+/g, ' ')
      .trim()}`.trim(),
  );

/** What keeps this from being well-formed: a bracket outside of a tag, or an element that does not end where it has to. */
export function faultsOf(page: string): string[] {
  const faults: string[] = [...page.replaceAll(TAG, '').matchAll(/[<>]/g)].map(([bracket]) => `a loose ${bracket}`);
  const open: string[] = [];
  for (const [, close, name = '', , selfClosing] of page.matchAll(TAG)) {
    if (close === '/') {
      const expected = open.pop();
      if (expected !== name) faults.push(`</${name}> where ${String(expected)} is open`);
    } else if (selfClosing !== '/' && !VOID.has(name)) open.push(name);
  }
  return [...faults, ...open.map((name) => `<${name}> has no end`)];
}
