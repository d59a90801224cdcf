import { makeVisible } from '@narrow-deputies/contracts/text';

/**
 * The JSON of an answer with every string in it, keys included, as `makeVisible` writes it. Whoever made the answer should
 * have done so already, and listed what it found: this is the last wall, for what a backend or a tool forgot.
 *
 * @returns what `JSON.stringify` gives, with no character that a reader cannot see.
 */
export const visibleJson = (answer: object): string =>
  JSON.stringify(answer, (_key, value: unknown) => {
    if (typeof value === 'string') return makeVisible(value);
    return isRecord(value) && Object.keys(value).some(isHiding) ? withVisibleKeys(value) : value;
  });

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isHiding = (key: string): boolean => makeVisible(key) !== key;

const withVisibleKeys = (record: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [makeVisible(key), value]));
