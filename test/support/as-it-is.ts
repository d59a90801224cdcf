import type { Fault } from './broken.ts';

interface Read {
  readonly ok: boolean;
  readonly rendered?: object;
}
type Reader = new (...given: unknown[]) => { read(bytes: Buffer, source: unknown): Promise<Read> };

/** A backend whose articles are what a draft says, with nothing made safe. */
export const NOTHING_MADE_SAFE: Fault = {
  module: 'backend-mock/src/blog/draft-reader.ts',
  instead: ({ DraftReader }) => ({
    DraftReader: class extends (DraftReader as Reader) {
      override async read(bytes: Buffer, source: unknown): Promise<Read> {
        const read = await super.read(bytes, source);
        const [, , ...body] = bytes.toString('utf8').split(/^---$/m);
        return { ...read, rendered: { ...read.rendered, html: body.join('---'), links: [], images: [] } };
      }
    },
  }),
};
