/**
 * Of each of these, or of lines, in one draft. A long real one has some thousands; what a Markdown parser takes seconds for
 * has hundreds of thousands, whatever else it holds.
 */
export const MARKS_MAX = 40_000;

const MARKS = [
  ['[', 'brackets'],
  ['<', 'angle brackets'],
  ['&', 'ampersands'],
  ['\n', 'lines'],
] as const;

/** Looks at bytes and at nothing that they mean; some milliseconds for the largest draft. @returns what there is too much of. */
export function markupFault(bytes: Uint8Array): string | undefined {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  const [, name] = MARKS.find(([mark]) => (counts[mark.charCodeAt(0)] ?? 0) > MARKS_MAX) ?? [];
  return name && `It has more than ${MARKS_MAX} ${name}.`;
}
