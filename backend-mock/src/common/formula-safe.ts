/**
 * Where a spreadsheet may see a formula: at the beginning of a cell, and behind what begins another cell or line to a
 * reader that divides at something else than commas, as Excel does at semicolons in much of Europe. Blanks, quotes and what
 * cannot be seen may stand before it; the signs count in every width.
 */
const FORMULA =
  /(^|[;\t\n\v\f\r\u0085\u2028\u2029])([[\s\p{Z}\p{C}\p{DI}"'＂＇]--[\t\n\v\f\r\u0085\u2028\u2029]]*)(?=[=+\-@＝＋－＠﹦﹢﹣﹫−])/gv;

/**
 * A cell that is no formula to any spreadsheet. An apostrophe before a sign says "this is text"; a telephone number that
 * begins with + gets one too. The CSV library's own `escape_formulas` looks at a cell's very first character alone.
 */
export const formulaSafe = (value: string | number | null): string | number | null =>
  typeof value === 'string' ? value.replaceAll(FORMULA, "$1'$2").replace(/^[\t\r\n]/, "'$&") : value;
