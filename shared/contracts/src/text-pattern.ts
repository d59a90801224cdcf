/**
 * What a reader cannot see: controls except tab and line feed, everything that Unicode calls default ignorable (zero
 * width, bidirectional and deprecated format characters, fillers, tags, variation selectors, invisible operators), line
 * and paragraph separators, interlinear annotation, lone surrogates, noncharacters and private use.
 */
const HIDDEN = String.raw`[[\p{Cc}\p{DI}\p{Cs}\p{Co}\p{NChar}\u2028\u2029\uFFF9-\uFFFB]--[\t\n]]`;

/** Scripts whose letters take other shapes beside each other, so that a joiner between two of them is orthography. */
const JOINING_SCRIPTS = ['Adlm', 'Arab', 'Mand', 'Mani', 'Mong', 'Nkoo', 'Phag', 'Phlp', 'Rohg', 'Sogd', 'Syrc'];
const JOINING = `[[[${JOINING_SCRIPTS.map((script) => String.raw`\p{scx=${script}}`).join('')}]&&[\\p{L}\\p{M}\\p{Nd}]]--\\p{DI}]`;

/** Canonical combining class 9 (Virama) of the Unicode Character Database; after one a joiner chooses the conjunct's form. */
const VIRAMA =
  '[\\u{94D}\\u{9CD}\\u{A4D}\\u{ACD}\\u{B4D}\\u{BCD}\\u{C4D}\\u{CCD}\\u{D3B}\\u{D3C}\\u{D4D}\\u{DCA}\\u{E3A}\\u{EBA}\\u{F84}' +
  '\\u{1039}\\u{103A}\\u{1714}\\u{1715}\\u{1734}\\u{17D2}\\u{1A60}\\u{1B44}\\u{1BAA}\\u{1BAB}\\u{1BF2}\\u{1BF3}\\u{2D7F}' +
  '\\u{A806}\\u{A82C}\\u{A8C4}\\u{A953}\\u{A9C0}\\u{AAF6}\\u{ABED}\\u{10A3F}\\u{11046}\\u{11070}\\u{1107F}\\u{110B9}' +
  '\\u{11133}\\u{11134}\\u{111C0}\\u{11235}\\u{112EA}\\u{1134D}\\u{113CE}-\\u{113D0}\\u{11442}\\u{114C2}\\u{115BF}\\u{1163F}' +
  '\\u{116B6}\\u{1172B}\\u{11839}\\u{1193D}\\u{1193E}\\u{119E0}\\u{11A34}\\u{11A47}\\u{11A99}\\u{11C3F}\\u{11D44}\\u{11D45}' +
  '\\u{11D97}\\u{11F41}\\u{11F42}]';
const LETTER_OR_MARK = String.raw`[[\p{L}\p{M}]--\p{DI}]`;
const EMOJI = String.raw`\p{ExtPict}`;
/** Mathematical operators, East Asian punctuation and Myanmar letters with a standardised variant (StandardizedVariants.txt). */
const TAKES_FIRST_SELECTOR = String.raw`[\p{Sm}\u3001\u3002\uFF01\uFF0C\uFF0E\uFF1A\uFF1B\uFF1F\u1000-\u1021\u1075-\u1080\uAA60-\uAA7F]`;
const TAG = (text: string): string =>
  Array.from(text, (letter) => `\\u{${(0xe0000 + letter.charCodeAt(0)).toString(16)}}`).join('');

/**
 * Where real text needs such a character. Each alternative begins with the character itself and looks back from behind
 * it, so that the engine leaves at once at any other character; whatever an alternative looks at is itself visible.
 */
const ORDINARY = [
  String.raw`\r(?=\n)`,
  // The three subdivision flags that Unicode recommends for interchange (UTS #51, annex C).
  ...['gbeng', 'gbsct', 'gbwls'].map((region) => `\\u{1F3F4}${TAG(region)}\\u{E007F}`),
  // Emoji joined into one (UTS #51, ED-16).
  String.raw`\u200D(?<=${EMOJI}[\uFE0F\u{1F3FB}-\u{1F3FF}]?\u200D)(?=${EMOJI})`,
  // Text or emoji style, and keycaps (UTS #51, ED-9a and ED-14c).
  String.raw`[\uFE0E\uFE0F](?<=${EMOJI}.)`,
  String.raw`\uFE0F(?<=[0-9#*].)(?=\u20E3)`,
  // Ideographs: standardised and registered variants (UTS #37); registrations end well below U+E0120.
  String.raw`[\uFE00-\uFE02\u{E0100}-\u{E011F}](?<=\p{Unified_Ideograph}.)`,
  String.raw`\uFE00(?<=${TAKES_FIRST_SELECTOR}.)`,
  // Joiners of Indic scripts (RFC 5892, appendices A.1 and A.2), with the form before a virama that Bengali uses.
  `[\\u200C\\u200D](?<=${LETTER_OR_MARK}${VIRAMA}.)`,
  `[\\u200C\\u200D](?<=\\p{Lo}.)(?=${VIRAMA})`,
  `[\\u200C\\u200D](?<=${JOINING}.)(?=${JOINING})`,
  // Mongolian forms: a selector after its letter, and the separator before a final vowel.
  String.raw`[\u180B-\u180D\u180F](?<=[[\p{Script=Mong}&&\p{L}]--\p{DI}].)`,
  String.raw`\u180E(?<=[[\p{Script=Mong}&&\p{L}]--\p{DI}].)(?=[\u1820\u1821])`,
];

/** One pass over text: a match with the group `hidden` is a character to report, any other match is in its place. */
export const TEXT_PATTERN = new RegExp(`${ORDINARY.join('|')}|(?<hidden>${HIDDEN})`, 'gsv');
