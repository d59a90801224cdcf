import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import type { Flag } from '@narrow-deputies/contracts/outside';
import { makeVisible } from '@narrow-deputies/contracts/text';
import { formatMoney } from '../common/money.ts';

/** One thing that a preview says. Hidden characters are written out; a value may run over several lines. */
export interface PreviewLine {
  readonly label: string;
  readonly value: string;
}

/** Fields that hold minor units of the currency that stands beside them. */
const MINOR_UNITS: ReadonlySet<string> = new Set(['refundedBefore', 'refundedAfter', 'leftAfter', 'left']);
/** Fields that hold a text which the plan also carries as a content. */
const TEXTS: ReadonlySet<string> = new Set(['text', 'note']);

/** What the lines of one record have in common. */
interface Place {
  /** Label of the record that they belong to; '' at the top. */
  readonly within: string;
  /** Whether it came from outside: data that somebody else wrote. */
  readonly outside: boolean;
  readonly contents: Readonly<Record<string, string>>;
}

/**
 * A preview as lines for people, in its own order; the same on a page and on a terminal. Pure. What came from outside is
 * labelled so.
 *
 * @param contents the exact texts that are shown along with it, by name; they are not said twice.
 */
export const previewLines = (
  preview: JsonObject,
  contents: Readonly<Record<string, string>> = {},
): readonly PreviewLine[] => recordLines(preview, { within: '', outside: false, contents });

function recordLines(record: JsonObject, place: Place): PreviewLine[] {
  const currency = Object.values(record).find(isMoney)?.currency;
  return Object.entries(record).flatMap(([name, value]) => {
    if (name === 'untrusted' && isRecord(value)) return recordLines(value, { ...place, outside: true });
    if (name === 'flags' && Array.isArray(value)) return [flagsLine(value as unknown as Flag[], place)];
    if (currency !== undefined && MINOR_UNITS.has(name) && Number.isInteger(value)) {
      return [line(name, formatMoney({ amount: Number(value), currency }), place)];
    }
    const carried = Object.keys(place.contents).find((content) => place.contents[content] === value);
    if (carried !== undefined && TEXTS.has(name)) return [line(name, `below, as the exact text (${carried})`, place)];
    return valueLines(name, value, place);
  });
}

function valueLines(name: string, value: JsonValue, place: Place): PreviewLine[] {
  if (isMoney(value)) return [line(name, formatMoney(value), place)];
  if (isChange(value)) return [line(value.field, `${plain(value.before)} → ${plain(value.after)}`, place)];
  if (isRecord(value)) return recordLines(value, { ...place, within: labelOf(name, place) });
  if (!Array.isArray(value)) return [line(name, plain(value), place)];
  if (value.length === 0) return [line(name, 'none', place)];
  if (!value.some((item) => typeof item === 'object' && item !== null)) {
    return [line(name, value.map(plain).join(', '), place)];
  }
  return value.flatMap((item, at) => valueLines(value.length === 1 ? name : `${name} ${at + 1}`, item, place));
}

function flagsLine(flags: readonly Flag[], place: Place): PreviewLine {
  const found = flags.map(
    ({ field, codePoint, name, count }) =>
      `${codePoint} ${name} in ${words(field)}, ${count === 1 ? 'once' : `${count} times`}`,
  );
  return line('hiddenCharacters', found.length === 0 ? 'none' : found.join('; '), { ...place, outside: true });
}

const line = (name: string, value: string, place: Place): PreviewLine => ({
  label: `${labelOf(name, place)}${place.outside ? ' (from outside)' : ''}`,
  value: makeVisible(value),
});

const labelOf = (name: string, { within }: Place): string =>
  makeVisible(within === '' ? words(name) : `${within}: ${words(name)}`);

/** `contentDigest` → `content digest`. */
const words = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function plain(value: JsonValue): string {
  if (value === null) return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const isRecord = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasExactly = (value: JsonObject, names: readonly string[]): boolean =>
  Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));

const isMoney = (value: JsonValue): value is { amount: number; currency: string } =>
  isRecord(value) &&
  hasExactly(value, ['amount', 'currency']) &&
  Number.isInteger(value['amount']) &&
  /^[A-Z]{3}$/.test(String(value['currency']));

const isChange = (value: JsonValue): value is { field: string; before: JsonValue; after: JsonValue } =>
  isRecord(value) && hasExactly(value, ['field', 'before', 'after']) && typeof value['field'] === 'string';
