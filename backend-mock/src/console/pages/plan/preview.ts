import type { JsonObject } from '@narrow-deputies/contracts';
import { publishPreview, unpublishPreview } from '@narrow-deputies/contracts/blog';
import { exportPreview } from '@narrow-deputies/contracts/crm';
import {
  createTicketPreview,
  refundPreview,
  replyPreview,
  updateTicketPreview,
} from '@narrow-deputies/contracts/tickets';
import type * as z from 'zod';
import type { Plan } from '../../../plans/plan.ts';
import { previewLines } from '../../../plans/preview-lines.ts';
import { html, type Html } from '../../html.ts';
import { publishPreviewOf, unpublishPreviewOf } from './article-preview.ts';
import { exportPreviewOf } from './export-preview.ts';
import { refundPreviewOf } from './money-preview.ts';
import { exactly, facts } from './texts.ts';
import { createPreviewOf, replyPreviewOf, updatePreviewOf } from './ticket-preview.ts';

/** A preview in its reader's terms; undefined where it is not as it should be. */
type Show = (preview: JsonObject, planId: string) => Html | undefined;

const of =
  <S extends z.ZodType>(shape: S, show: (preview: z.infer<S>, planId: string) => Html): Show =>
  (preview, planId) => {
    const parsed = shape.safeParse(preview);
    return parsed.success ? show(parsed.data, planId) : undefined;
  };

/** By the action that a preview names. */
const KINDS: Readonly<Record<string, Show>> = {
  publish: of(publishPreview, publishPreviewOf),
  unpublish: of(unpublishPreview, unpublishPreviewOf),
  refund: of(refundPreview, refundPreviewOf),
  export_customers: of(exportPreview, exportPreviewOf),
  create_ticket: of(createTicketPreview, createPreviewOf),
  update_ticket: of(updateTicketPreview, updatePreviewOf),
  reply_to_customer: of(replyPreview, replyPreviewOf),
};

/**
 * What a plan would do, for whoever decides: in the reader's terms first, then all of it, then its exact texts. Of a row that
 * was changed by hand only what stands in it: nothing is made of it.
 */
export function previewOf({ id, preview }: Plan, contents: Readonly<Record<string, string>>, intact: boolean): Html {
  const action = String(preview['action']);
  const shown = intact && Object.hasOwn(KINDS, action) ? KINDS[action]?.(preview, id) : undefined;
  const all = facts(previewLines(preview, shown ? {} : contents).map(({ label, value }) => [label, value] as const));
  if (!shown) return html`${all} ${texts(contents)}`;
  return html`${shown}
    <details>
      <summary>Every field, and the exact text</summary>
      ${all} ${texts(contents)}
    </details>`;
}

const texts = (contents: Readonly<Record<string, string>>): Html[] =>
  Object.entries(contents).map(
    ([name, text]) =>
      html`<h3>The exact text (${name})</h3>
        ${exactly(text)}`,
  );
