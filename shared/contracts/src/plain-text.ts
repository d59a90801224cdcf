import * as z from 'zod';
import { scanText } from './text.ts';

/** What keeps a text that a model wrote from being stored or shown; undefined when nothing does. */
function plainTextFault(text: string, oneLine: boolean): string | undefined {
  const [hidden] = scanText(text, 1);
  if (hidden) return `Has a hidden character, ${hidden.codePoint} (${hidden.name}). Write it without.`;
  if (oneLine && /[\t\n\r]/.test(text)) return 'Is one line.';
  return text.trim() === '' ? 'Says something.' : undefined;
}

const plain = (most: number, oneLine: boolean): z.ZodString =>
  z
    .string()
    .min(1)
    .max(most)
    .superRefine((text, context) => {
      const message = plainTextFault(text, oneLine);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    });

/** Text that says something and hides nothing: what people see of it is all there is. */
export const plainText = (most: number): z.ZodString => plain(most, false);

/** The same on one line. */
export const plainLine = (most: number): z.ZodString => plain(most, true);
