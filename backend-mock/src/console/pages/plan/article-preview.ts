import type { PublishPreview, UnpublishPreview } from '@narrow-deputies/contracts/blog';
import { html, type Html } from '../../html.ts';
import { facts, openable } from './texts.ts';

const CHANGES: Readonly<Record<PublishPreview['change'], string>> = {
  create: 'A new article: nothing is public at this address now.',
  replace: 'Another text is public at this address now; this one takes its place.',
  restore: 'An article was at this address and was taken down; it comes back.',
  none: 'These very words are public there already.',
};

const targets = (heading: string, addresses: readonly string[]): Html | false =>
  addresses.length > 0 &&
  html`<h3>${heading}</h3>
    <ul>
      ${addresses.map((address) => html`<li>${openable(address)}</li>`)}
    </ul>`;

/** An article as its readers will see it. The frame can do nothing, and looks nothing up. */
export const publishPreviewOf = (preview: PublishPreview, planId: string): Html =>
  html`<p>${CHANGES[preview.change]}</p>
    ${facts([
      ['title', preview.title],
      ['address', preview.url],
      ['description', preview.description ?? undefined],
      ['date', preview.date ?? undefined],
      ['tags', preview.tags.length > 0 ? preview.tags.join(', ') : undefined],
      ['length', `${preview.wordCount.toLocaleString('en')} words`],
      ['file', preview.filename],
    ])}
    <h3>As readers will see it</h3>
    <iframe src="/plans/${planId}/article" sandbox title="The article as readers will see it" loading="lazy"></iframe>
    <p class="hint">
      <a href="/plans/${planId}/article" target="_blank" rel="noopener">Open it by itself</a>. Pictures from elsewhere
      are not loaded here.
    </p>
    ${targets('Links that lead away from this site', preview.externalLinks)}
    ${targets('Pictures from elsewhere', preview.externalImages)}`;

export const unpublishPreviewOf = ({ title, url, publishedAt }: UnpublishPreview): Html =>
  html`${facts([
      ['title', title],
      ['address', url],
      ['public since', publishedAt],
    ])}
    <p>Its words are kept: publishing the same draft again brings it back.</p>`;
