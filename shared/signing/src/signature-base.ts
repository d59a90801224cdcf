/** A component's name and its value, as RFC 9421 section 2 derives it. */
export type Component = readonly [name: string, value: string];

const DERIVED_VALUE = /^[!-~]+$/;
const FIELD_VALUE = /^[\t -~]*$/;

/**
 * The signature base (RFC 9421 section 2.5): one line per component, `"@signature-params"` last, no newline at the end.
 * Field values lose the white space around them (section 2.1); derived values are taken as they are.
 *
 * @returns undefined when a value cannot stand in a base: a newline (which could forge a line), another control
 *   character, anything outside ASCII, or white space in a derived value.
 */
export function signatureBase(components: readonly Component[], signatureParams: string): string | undefined {
  let base = '';
  for (const [name, value] of components) {
    const fits = name.startsWith('@') ? DERIVED_VALUE : FIELD_VALUE;
    if (!fits.test(value)) return undefined;
    base += `"${name}": ${trimWhitespace(value)}\n`;
  }
  return `${base}"@signature-params": ${signatureParams}`;
}

/** Strips optional white space, space and tab only (RFC 9110 section 5.6.3); a loop, since a pattern would backtrack. */
function trimWhitespace(value: string): string {
  const blank = (at: number): boolean => value[at] === ' ' || value[at] === '\t';
  let start = 0;
  let end = value.length;
  while (start < end && blank(start)) start++;
  while (end > start && blank(end - 1)) end--;
  return value.slice(start, end);
}
