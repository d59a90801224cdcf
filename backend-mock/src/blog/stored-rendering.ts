import * as z from 'zod';
import type { RenderedDraft } from './read-draft.ts';

const storedRendering = z.strictObject({
  title: z.string(),
  description: z.string().nullable(),
  date: z.string().nullable(),
  tags: z.array(z.string()),
  html: z.string(),
});

/** What readers get of a draft, as a plan carries it: people look at this, and this is what is published. */
export type StoredRendering = z.infer<typeof storedRendering>;

export const writeRendering = ({ title, description, date, tags, html }: RenderedDraft): Buffer =>
  Buffer.from(JSON.stringify({ title, description, date, tags, html }));

/** @throws Error for bytes that {@link writeRendering} did not write. */
export const readRendering = (bytes: Uint8Array): StoredRendering =>
  storedRendering.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
