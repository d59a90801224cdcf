/**
 * Letters of other scripts that are drawn like Latin ones in common fonts (after Unicode's confusables, UTS #39), in
 * lower case. Not complete: enough that a name cannot be taken twice by changing its script.
 */
const DRAWN_ALIKE: Readonly<Record<string, string>> = {
  а: 'a',
  ɑ: 'a',
  α: 'a',
  е: 'e',
  ё: 'e',
  є: 'e',
  ε: 'e',
  о: 'o',
  ο: 'o',
  σ: 'o',
  ς: 'o',
  օ: 'o',
  р: 'p',
  ρ: 'p',
  с: 'c',
  ϲ: 'c',
  у: 'y',
  γ: 'y',
  ү: 'y',
  х: 'x',
  χ: 'x',
  і: 'i',
  ї: 'i',
  ι: 'i',
  ı: 'i',
  ɩ: 'i',
  ӏ: 'l',
  ј: 'j',
  ѕ: 's',
  һ: 'h',
  в: 'b',
  ь: 'b',
  β: 'b',
  н: 'h',
  η: 'n',
  п: 'n',
  ո: 'n',
  к: 'k',
  κ: 'k',
  м: 'm',
  μ: 'm',
  т: 't',
  τ: 't',
  г: 'r',
  ѵ: 'v',
  ν: 'v',
  υ: 'u',
  ս: 'u',
  ԁ: 'd',
  ԛ: 'q',
  ԝ: 'w',
  ω: 'w',
  ɡ: 'g',
  ց: 'g',
  ƒ: 'f',
  ʐ: 'z',
  ζ: 'z',
  0: 'o',
  1: 'l',
};

/** Capitals that are drawn like one Latin letter, while their small forms are drawn like another. */
const CAPITALS: Readonly<Record<string, string>> = { Η: 'H', Ν: 'N', Υ: 'Y' };

/** A letter of a script that is not written together with Latin ones. */
const APART =
  /[^\P{L}\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u;

/** The form in which names are compared: what differs in case, accents, width, blanks, hidden characters or look-alike
 * letters only is one name. */
export const foldName = (name: string): string =>
  Array.from(
    name
      .normalize('NFKD')
      .replaceAll(/[\p{M}\p{DI}\p{Cc}]/gu, '')
      // Some letters have one form more in small letters than in capitals ("ß", "ς").
      .toUpperCase()
      .toLowerCase()
      .normalize('NFKC')
      .replaceAll(/[\s._-]+/gu, '-')
      .replaceAll(/^-|-$/g, ''),
    (letter) => DRAWN_ALIKE[letter] ?? letter,
  ).join('');

/**
 * Whether a name could pass for another one that `foldName` does not know it by: Latin letters among ones of another
 * script, or capitals alone that read as a Latin name.
 */
export function isDeceptive(name: string): boolean {
  const drawn = name.normalize('NFKD').replaceAll(/[ΗΝΥ]/gu, (letter) => CAPITALS[letter] ?? letter);
  const folded = foldName(drawn);
  if (folded !== foldName(name) && !APART.test(folded)) return true;
  return /\p{Script=Latin}/u.test(name.normalize('NFKC')) && APART.test(foldName(name));
}
