import * as z from 'zod';

/** Bytes in base64url without padding, in the one spelling that encoding them gives (RFC 4648 section 3.5). */
export const base64url = z
  .string()
  .refine((text) => Buffer.from(text, 'base64url').toString('base64url') === text, 'base64url in its one spelling');
