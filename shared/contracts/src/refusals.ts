import * as z from 'zod';
import { digest } from './answers.ts';
import { CODES, type Code } from './codes.ts';

const codes = Object.keys(CODES) as [Code, ...Code[]];

/** Refusals that one report stands for at most; more are several reports. */
export const REPORTED_AT_ONCE = 1000;

/**
 * `POST /v1/refusals`: what a server refused by itself. It names places and a digest, never the offending value. With
 * `count` it stands for that many refusals of one tool and code, and names places and the digest of one of them.
 */
export const refusalReport = z.strictObject({
  tool: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
  code: z.enum(codes),
  pointers: z.array(z.string().max(200)).max(16),
  argumentsDigest: digest,
  /** Left out for a single one. */
  count: z.int().min(2).max(REPORTED_AT_ONCE).optional(),
});
export type RefusalReport = z.infer<typeof refusalReport>;
