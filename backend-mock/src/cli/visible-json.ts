import type { JsonValue } from '@narrow-deputies/contracts';

/** What a terminal or a reader cannot show as it is. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{DI}]/gu;

/** JSON on one line that says the same, with everything that cannot be seen written as an escape. */
export const jsonLine = (value: JsonValue): string => escapeHidden(JSON.stringify(value));

/** The same over several lines, for one document. */
export const jsonDocument = (value: JsonValue): string =>
  JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => escapeHidden(line))
    .join('\n');

const escapeHidden = (text: string): string =>
  text.replaceAll(HIDDEN, (found) =>
    Array.from({ length: found.length }, (_, at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
