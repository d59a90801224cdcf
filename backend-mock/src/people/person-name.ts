import * as z from 'zod';
import { foldName, isDeceptive } from './fold-name.ts';

/** What somebody may be called. */
export const personName = z
  .string()
  .max(64)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u, 'Letters, digits, blank, ".", "_" and "-".')
  .refine((text) => foldName(text) !== '', 'A name that can be read.')
  .refine((text) => !isDeceptive(text), 'A name in letters of one script.');
