import * as z from 'zod';
import { commitAnswer, commitArguments, digest, planAnswer, timestamp } from './answers.ts';
import { draftFilenameFault, FILENAME_MAX_CHARACTERS } from './draft-filename.ts';
import { DRAFT_MAX_BYTES } from './draft-max-bytes.ts';
import { flags } from './outside.ts';

export { DRAFT_MAX_BYTES };
/** Most targets outside the site that one draft may link to, and show images from. */
export const EXTERNAL_TARGETS_MAX = 100;
/** Most drafts in one listing; a folder with more is cut and says so. */
export const DRAFTS_MAX = 200;
/** Most characters of a filename in a listing; one that can be published is shorter. */
export const LISTED_NAME_MAX = 1024;

const filename = z
  .string()
  .max(FILENAME_MAX_CHARACTERS)
  .superRefine((value, context) => {
    const fault = draftFilenameFault(value);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  })
  .describe('Filename as list_drafts returned it; ends in .md.');

/** The address of an article: lower-case letters and digits of any script, joined by single hyphens. */
export const slug = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+(-[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}]+)*$/u)
  .refine((value) => !/\p{Default_Ignorable_Code_Point}/u.test(value), 'A slug has no invisible characters.')
  .describe('Slug of a published article.');

/** `POST /v1/blog/list_drafts`: the server sends what lies in its folder, the backend says what it makes of it. */
export const listDraftsArguments = z.strictObject({
  drafts: z.array(z.strictObject({ filename: z.string().min(1).max(LISTED_NAME_MAX), digest })).max(DRAFTS_MAX),
});

export const listedDraft = z.strictObject({
  filename: z.string(),
  /** Null where the title could not be read. */
  title: z.string().nullable(),
  digest,
  publishable: z.boolean(),
  /** Whether exactly these bytes are live now. */
  published: z.boolean(),
  reason: z.string().optional(),
  /** What could not be seen in the filename or the title as they lie in the folder; left out where there is nothing. */
  flags: flags.optional(),
});
export const listDraftsOutput = z.strictObject({
  drafts: z.array(listedDraft),
  /** Set when the folder holds more drafts than one listing shows. */
  truncated: z.literal(true).optional(),
});
export type ListDraftsOutput = z.infer<typeof listDraftsOutput>;

/** The tool's own arguments; on the wire `content` (standard base64 of the file's exact bytes) joins them. */
export const planPublishDraftToolArguments = z.strictObject({ filename });
export const planPublishDraftArguments = z.strictObject({
  filename,
  content: z.base64().max(Math.ceil(DRAFT_MAX_BYTES / 3) * 4),
});

/** A character that a reader cannot see but a machine reads: where it stands and how Unicode names it. */
export const hiddenCharacter = z.strictObject({
  /** `U+202E` form. */
  codePoint: z.string(),
  name: z.string(),
  line: z.int().min(1),
  column: z.int().min(1),
});

export const publishPreview = z.strictObject({
  action: z.literal('publish'),
  /** `create`: new address; `replace`: other bytes are live there; `restore`: it was taken down; `none`: already live. */
  change: z.enum(['create', 'replace', 'restore', 'none']),
  filename: z.string(),
  title: z.string(),
  slug: z.string(),
  url: z.string(),
  /** Calendar date from the front matter, `YYYY-MM-DD`; null when the draft names none. */
  date: z.string().nullable(),
  description: z.string().nullable(),
  tags: z.array(z.string()),
  wordCount: z.int(),
  excerpt: z.string(),
  /** Targets outside this site, in order of appearance. */
  externalLinks: z.array(z.string()).max(EXTERNAL_TARGETS_MAX),
  externalImages: z.array(z.string()).max(EXTERNAL_TARGETS_MAX),
  /** Always empty in a plan: a draft with such characters is not publishable. Shown so that the absence is visible. */
  hiddenCharacters: z.array(hiddenCharacter),
  contentDigest: digest,
  contentBytes: z.int(),
});
export type PublishPreview = z.infer<typeof publishPreview>;

export const publishResult = z.strictObject({ slug: z.string(), url: z.string(), contentDigest: digest });
export type PublishResult = z.infer<typeof publishResult>;

export const planUnpublishArticleArguments = z.strictObject({ slug });
export const unpublishPreview = z.strictObject({
  action: z.literal('unpublish'),
  slug: z.string(),
  url: z.string(),
  title: z.string(),
  publishedAt: timestamp,
  contentDigest: digest,
  /** Taking an article down keeps its bytes: publishing the same draft again restores it. */
  reversible: z.literal(true),
});
export type UnpublishPreview = z.infer<typeof unpublishPreview>;
export const unpublishResult = z.strictObject({ slug: z.string(), url: z.string(), contentDigest: digest });

export const planPublishDraftAnswer = planAnswer(publishPreview);
export const commitPublishDraftAnswer = commitAnswer(publishResult);
export const planUnpublishArticleAnswer = planAnswer(unpublishPreview);
export const commitUnpublishArticleAnswer = commitAnswer(unpublishResult);
export const commitPublishDraftArguments = commitArguments;
export const commitUnpublishArticleArguments = commitArguments;
