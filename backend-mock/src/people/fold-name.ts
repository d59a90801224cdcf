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
};

/** The form in which names are compared: what differs in case, accents, width, blanks, hidden characters or look-alike
 * letters only is one name. */
export const foldName = (name: string): string =>
  Array.from(
    name
      .normalize('NFKD')
      .replaceAll(/[\p{M}\p{DI}\p{Cc}]/gu, '')
      .toLowerCase()
      .normalize('NFKC')
      .replaceAll(/[\s._-]+/gu, '-')
      .replaceAll(/^-|-$/g, ''),
    (letter) => DRAWN_ALIKE[letter] ?? letter,
  ).join('');
