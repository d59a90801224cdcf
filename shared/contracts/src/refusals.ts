import * as z from 'zod';
import { digest } from './answers.ts';
import { CODES, type Code } from './codes.ts';

const codes = Object.keys(CODES) as [Code, ...Code[]];

/** `POST /v1/refusals`: what a server refused by itself. It names places and a digest, never the offending value. */
export const refusalReport = z.strictObject({
  tool: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
  code: z.enum(codes),
  pointers: z.array(z.string().max(200)).max(16),
  argumentsDigest: digest,
});
export type RefusalReport = z.infer<typeof refusalReport>;
