import { findHidden, locate, type Found, type HiddenCharacter } from './text-scan.ts';

/** Named references to hidden characters (HTML, section 13.5); names are case-sensitive. */
const NAMED: Readonly<Record<string, string>> = {
  shy: '\u00AD',
  ZeroWidthSpace: '\u200B',
  NegativeVeryThinSpace: '\u200B',
  NegativeThinSpace: '\u200B',
  NegativeMediumSpace: '\u200B',
  NegativeThickSpace: '\u200B',
  zwnj: '\u200C',
  zwj: '\u200D',
  lrm: '\u200E',
  rlm: '\u200F',
  NoBreak: '\u2060',
  af: '\u2061',
  ApplyFunction: '\u2061',
  it: '\u2062',
  InvisibleTimes: '\u2062',
  ic: '\u2063',
  InvisibleComma: '\u2063',
};

/** HTML reads a numeric reference and `&shy` without their semicolon too, all other names above only with it. */
const REFERENCE = new RegExp(`&(?:#[xX]([0-9a-fA-F]+);?|#([0-9]+);?|(shy);?|(${Object.keys(NAMED).join('|')});)`, 'g');

/** In numeric references HTML reads these as windows-1252, where they can be seen; the other C1 controls stay controls. */
const isWindows1252 = (codePoint: number): boolean =>
  codePoint >= 0x80 && codePoint <= 0x9f && ![0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(codePoint);

/** What a numeric reference stands for (HTML, section 13.2.5.80); the replacement character stands for anything visible. */
function numeric(codePoint: number): string {
  const replaced =
    codePoint === 0 || codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff) || isWindows1252(codePoint);
  return replaced ? '\uFFFD' : String.fromCodePoint(codePoint);
}

interface Decoded {
  readonly text: string;
  /** Ascending pairs: from `at` in the decoded text on, offsets correspond to those from `origin` on in the source. */
  readonly anchors: readonly { readonly at: number; readonly origin: number }[];
}

function decodeReferences(source: string): Decoded {
  const anchors = [{ at: 0, origin: 0 }];
  let text = '';
  let end = 0;
  for (const match of source.matchAll(REFERENCE)) {
    const [whole, hex, decimal, shy, name] = match;
    const character =
      hex === undefined && decimal === undefined
        ? (NAMED[name ?? shy ?? ''] ?? whole)
        : numeric(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
    text += source.slice(end, match.index);
    anchors.push({ at: text.length, origin: match.index });
    text += character;
    end = match.index + whole.length;
    anchors.push({ at: text.length, origin: end });
  }
  return { text: text + source.slice(end), anchors };
}

/**
 * Finds hidden characters in text that will be read as Markdown or HTML: those that stand there, and if there are none,
 * those that character references (`&#x202E;`, `&zwnj;`) stand for, located where the reference begins. References are
 * read everywhere, in code too: telling code apart would need a Markdown parser in front of this check.
 */
export function scanMarkup(source: string, limit: number): HiddenCharacter[] {
  const plain = findHidden(source, limit);
  if (plain.length > 0 || !source.includes('&')) return locate(source, plain);
  const decoded = decodeReferences(source);
  let next = 0;
  const found = findHidden(decoded.text, limit).map(({ index, codePoint }): Found => {
    while ((decoded.anchors[next + 1]?.at ?? Infinity) <= index) next += 1;
    const anchor = decoded.anchors[next] ?? { at: 0, origin: 0 };
    return { index: anchor.origin + index - anchor.at, codePoint };
  });
  return locate(source, found);
}
