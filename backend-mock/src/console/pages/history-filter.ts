import * as z from 'zod';

/** How a plan's life ends. */
export const OVER = ['committed', 'rejected', 'expired', 'stale', 'revoked'] as const;
export type Over = (typeof OVER)[number];

/** Where a page of plans goes on: behind this one. */
export interface Place {
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly id: string;
}

export interface HistoryFilter {
  readonly state?: Over | undefined;
  readonly before?: Place | undefined;
}

const shape = z.strictObject({
  state: z.enum(OVER).optional(),
  before: z
    .string()
    .regex(/^[0-9]{1,15}_[0-9a-f-]{36}$/)
    .transform((text) => ({ createdAt: Number(text.split('_')[0]), id: text.split('_')[1] ?? '' }))
    .optional(),
});

/** Reads the page's query parameters; an empty one is one that was left out. @returns undefined for anything else. */
export function readHistoryFilter(query: unknown): HistoryFilter | undefined {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== '');
  return shape.safeParse(Object.fromEntries(given)).data;
}

/** The page's address with these parameters. */
export function historyAddress({ state, before }: HistoryFilter): string {
  const query = new URLSearchParams({
    ...(state && { state }),
    ...(before && { before: `${before.createdAt}_${before.id}` }),
  }).toString();
  return query === '' ? '/history' : `/history?${query}`;
}
