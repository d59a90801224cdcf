import { styleText } from 'node:util';
import { makeVisible } from '@narrow-deputies/contracts/text';

type Colour = 'red' | 'yellow' | 'green' | 'dim';

/** Colours a text where a person looks at it: on a terminal, and not where NO_COLOR asks for none. */
export const paint = (colour: Colour, text: string): string =>
  process.stdout.isTTY ? styleText(colour, makeVisible(text)) : makeVisible(text);

/** Writes lines that are painted already; every other part has to be visible text. */
export const printPainted = (lines: readonly string[]): void => {
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
};

/** `1 error`, `2 errors`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
