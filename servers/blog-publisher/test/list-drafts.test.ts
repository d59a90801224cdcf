import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { listDraftsArguments, listDraftsOutput } from '@narrow-deputies/contracts/blog';
import { digestOfBytes } from '@narrow-deputies/signing';
import * as z from 'zod';
import { listDrafts } from '../src/tools/list-drafts.ts';
import {
  answer,
  callTool,
  expectSigned,
  grantReply,
  newBackend,
  problemReply,
  temporaryFolder,
  useMockedNetwork,
} from './support.ts';

const GOOD = '---\ntitle: First post\ndate: 2026-01-02\n---\n# Hello\n';
const UNTITLED = 'no front matter\n';
const digest = (text: string): string => digestOfBytes(Buffer.from(text));

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
useMockedNetwork();

describe('list_drafts', () => {
  test('sends names and digests, signed, and merges what both sides know', async () => {
    mkdirSync(join(folder, 'trips'));
    writeFileSync(join(folder, 'first.md'), GOOD);
    writeFileSync(join(folder, 'trips', 'rome.md'), GOOD.replace('First', 'Second'));
    writeFileSync(join(folder, 'untitled.md'), UNTITLED);
    const token = answer('/oauth/token', grantReply());
    const sent = answer('/v1/blog/list_drafts', [
      200,
      {
        drafts: [
          { filename: 'first.md', title: null, digest: digest(GOOD), publishable: true, published: true },
          {
            filename: 'trips/rome.md',
            title: null,
            digest: digest(GOOD.replace('First', 'Second')),
            publishable: false,
            published: false,
            reason: 'Another article lives at this address.',
          },
          { filename: 'untitled.md', title: null, digest: digest(UNTITLED), publishable: true, published: false },
        ],
      },
    ]);
    const { content, isError } = await callTool(listDrafts(folder, newBackend()), {});
    expect(isError).toBe(false);
    expect(content['drafts']).toEqual([
      { filename: 'first.md', title: 'First post', digest: digest(GOOD), publishable: true, published: true },
      expect.objectContaining({
        title: 'Second post',
        publishable: false,
        reason: 'Another article lives at this address.',
      }),
      expect.objectContaining({ title: null, publishable: false, published: false, reason: expect.any(String) }),
    ]);
    expect(sent).toHaveLength(1);
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      drafts: [
        { digest: digest(GOOD), filename: 'first.md' },
        { digest: digest(GOOD.replace('First', 'Second')), filename: 'trips/rome.md' },
        { digest: digest(UNTITLED), filename: 'untitled.md' },
      ],
    });
    expectSigned(sent[0]);
    expect(token[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  test('makes visible what a filename hides, says so, and leaves flags away where there is nothing [text.labelled]', async () => {
    writeFileSync(join(folder, 'a\u202Eb\u3164\u3164.md'), GOOD);
    writeFileSync(join(folder, 'first.md'), GOOD);
    answer('/oauth/token', grantReply());
    const sent = answer('/v1/blog/list_drafts', [200, { drafts: [] }]);
    const { content } = await callTool(listDrafts(folder, newBackend()), {});
    const [odd, plain] = listDraftsOutput.parse(content).drafts;
    expect(odd).toMatchObject({ filename: 'a\uFFFDb⟦U+3164 ×2⟧.md', publishable: false, reason: expect.any(String) });
    expect(odd?.flags).toEqual([
      { field: 'filename', codePoint: 'U+202E', name: 'RIGHT-TO-LEFT OVERRIDE', count: 1 },
      { field: 'filename', codePoint: 'U+3164', name: 'HANGUL FILLER', count: 2 },
    ]);
    expect(plain).not.toHaveProperty('flags');
    expect(sent[0]?.body).toContain(`"filename":"${odd?.filename ?? ''}"`);
  });

  test('shows no title that hides something, and says why', async () => {
    writeFileSync(join(folder, 'first.md'), GOOD.replace('First', 'First\u200B'));
    answer('/oauth/token', grantReply());
    answer('/v1/blog/list_drafts', [200, { drafts: [] }]);
    const { content } = await callTool(listDrafts(folder, newBackend()), {});
    expect(content['drafts']).toEqual([
      expect.objectContaining({ title: null, reason: expect.stringContaining('U+200B') }),
    ]);
  });

  test('lists a draft whose path is longer than a backend takes', async () => {
    const deep = Array.from({ length: 8 }, () => 'd'.repeat(150));
    mkdirSync(join(folder, ...deep), { recursive: true });
    writeFileSync(join(folder, ...deep, 'far.md'), GOOD);
    answer('/oauth/token', grantReply());
    const sent = answer('/v1/blog/list_drafts', [200, { drafts: [] }]);
    const { content } = await callTool(listDrafts(folder, newBackend()), {});
    expect(content['drafts']).toEqual([
      expect.objectContaining({ publishable: false, reason: expect.stringContaining('characters') }),
    ]);
    expect(listDraftsArguments.safeParse(JSON.parse(sent[0]?.body ?? '')).success).toBe(true);
  });

  test('never calls a draft publishable that the backend did not judge', async () => {
    writeFileSync(join(folder, 'first.md'), GOOD);
    answer('/oauth/token', grantReply());
    answer('/v1/blog/list_drafts', [200, { drafts: [] }]);
    const { content } = await callTool(listDrafts(folder, newBackend()), {});
    expect(content['drafts']).toEqual([expect.objectContaining({ publishable: false, reason: expect.any(String) })]);
  });

  test('answers unavailable while the backend is away, naming its address and no folder', async () => {
    writeFileSync(join(folder, 'first.md'), GOOD);
    const { content, isError } = await callTool(listDrafts(folder, newBackend()), {});
    expect(isError).toBe(true);
    expect(content).toMatchObject({ code: 'unavailable', retryable: true });
    expect(content['detail']).toContain('http://127.0.0.1:4180 cannot be reached');
    expect(JSON.stringify(content)).not.toContain(folder);
  });

  test('answers unavailable where the backend does not answer in the expected shape', async () => {
    for (const body of ['not json', '{}', '{"drafts":[{"filename":"a.md"}]}', '{"drafts":[],"internal":1}']) {
      answer('/oauth/token', grantReply());
      answer('/v1/blog/list_drafts', [200, body]);
      const { content } = await callTool(listDrafts(folder, newBackend()), {});
      expect(content).toMatchObject({ code: 'unavailable' });
    }
  });

  test('gives a problem of the backend on, without members that it does not know', async () => {
    answer('/oauth/token', grantReply());
    const [status, body] = problemReply('rate_limited', { retryAfter: 7 });
    answer('/v1/blog/list_drafts', [status, { ...z.looseObject({}).parse(body), stack: 'at secret.ts:1' }]);
    const { content, refusals } = await callTool(listDrafts(folder, newBackend()), {});
    expect(content).toMatchObject({ code: 'rate_limited', retryAfter: 7, auditId: 'audit-1' });
    expect(JSON.stringify(content)).not.toContain('secret');
    expect(refusals).toEqual([]);
  });

  test('refuses any argument', async () => {
    const { content, refusals } = await callTool(listDrafts(folder, newBackend()), { folder: '/etc' });
    expect(content).toMatchObject({ code: 'invalid_arguments', errors: [{ pointer: '/folder' }] });
    expect(refusals).toHaveLength(1);
  });
});
