import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { makeProblem, type Code, type ProblemParts } from '@narrow-deputies/contracts';
import { runTool, type Call, type ObservedRefusal, type Tool } from '@narrow-deputies/server-kit';
import {
  contentDigest,
  keyThumbprint,
  OPERATION_PROFILE,
  parseSignature,
  privateKeyFromSeed,
  publicJwk,
  publicKeyFromX,
  signatureTimeFault,
  verifySignature,
} from '@narrow-deputies/signing';
import nock from 'nock';
import * as z from 'zod';
import { createBackend, type Backend } from '../src/backend.ts';
import { NAME } from '../src/version.ts';

// nock puts every request of a file on one socket, and each listens for its end.
EventEmitter.defaultMaxListeners = 100;

// nock replaces Node's own http as soon as it is imported, also for the files that run in this process afterwards.
afterAll(() => nock.restore());

export const BACKEND = 'http://127.0.0.1:4180';
const SEED = new Uint8Array(32).fill(7);
const PUBLIC = publicJwk(privateKeyFromSeed(SEED));
export const KEYID = keyThumbprint(PUBLIC);

/** The backend's client is given its own copy of the seed, which it erases. */
export const newBackend = (): Backend => {
  const seed = Uint8Array.from(SEED);
  return createBackend({ backendUrl: BACKEND, token: { environment: 'development', clientId: NAME, seed } });
};

export const temporaryFolder = (): string => realpathSync(mkdtempSync(join(tmpdir(), `${NAME}-`)));

export const CALL: Call = {
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  client: { name: 'test host', version: '1.0' },
  protocolVersion: '2025-11-25',
  signal: new AbortController().signal,
};

/**
 * No test of a file reaches the network. The patches are taken back at its end: the next file of the same worker brings a
 * copy of its own, and one would answer for the other.
 */
export function useMockedNetwork(): void {
  beforeAll(() => nock.disableNetConnect());
  afterEach(() => nock.cleanAll());
}

/** One request as it left the process. */
export interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Reply = readonly [status: number, body: unknown, headers?: Record<string, string>];

/** Answers one request after another on a path and keeps what was sent. */
export function answer(path: string, ...replies: Reply[]): Sent[] {
  const sent: Sent[] = [];
  for (const [status, body, headers] of replies) {
    const reply = async (request: Request): Promise<readonly [number, string, Record<string, string>]> => {
      const { pathname, search } = new URL(request.url);
      sent.push({ path: pathname + search, headers: Object.fromEntries(request.headers), body: await request.text() });
      const type = status < 300 ? 'application/json' : 'application/problem+json';
      return [status, typeof body === 'string' ? body : JSON.stringify(body), { 'content-type': type, ...headers }];
    };
    nock(BACKEND).post(path).reply(reply);
  }
  return sent;
}

/** Cuts the connection of one request on a path, and keeps the headers that were sent. */
export function cutOff(path: string): Pick<Sent, 'headers'>[] {
  const sent: Pick<Sent, 'headers'>[] = [];
  nock(BACKEND)
    .post(path)
    .reply((request: Request) => {
      sent.push({ headers: Object.fromEntries(request.headers) });
      throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    });
  return sent;
}

export const grantReply = (headers: Record<string, string> = {}): Reply => [
  200,
  { access_token: `grant-${randomUUID()}`, token_type: 'Bearer', expires_in: 300 },
  { date: new Date().toUTCString(), ...headers },
];

export const problemReply = (code: Code, parts: ProblemParts = {}): Reply => {
  const body = makeProblem(code, { auditId: 'audit-1', ...parts });
  return [body.status, body];
};

const idempotencyKey = z.string().regex(/^"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"$/);

/** Fails unless a request has each header that the wire wants, with a signature over them that verifies. */
export function expectSigned(sent: Sent | undefined): void {
  const headers = sent?.headers ?? {};
  const { 'signature-input': signatureInput = '', signature = '' } = headers;
  expect(headers['content-type']).toBe('application/json');
  expect(headers['content-encoding']).toBeUndefined();
  expect(headers['content-digest']).toBe(contentDigest(Buffer.from(sent?.body ?? '')));
  expect(headers['authorization']).toMatch(/^Bearer grant-/);
  expect(headers['traceparent']).toBe(CALL.traceparent);
  idempotencyKey.parse(headers['idempotency-key']);
  const parsed = parseSignature(OPERATION_PROFILE, { signatureInput, signature });
  if (parsed === undefined) throw new Error(`not the profile: ${signatureInput}`);
  const message = { method: 'POST', targetUri: `${BACKEND}${sent?.path ?? ''}`, headers };
  expect(verifySignature(OPERATION_PROFILE, message, parsed, publicKeyFromX(PUBLIC.x))).toBe(true);
  expect(parsed.parameters.keyid).toBe(KEYID);
  expect(signatureTimeFault(parsed.parameters, Math.floor(Date.now() / 1000))).toBeUndefined();
}

export interface ToolAnswer {
  readonly isError: boolean;
  readonly content: Record<string, unknown>;
  readonly refusals: readonly ObservedRefusal[];
  readonly errors: readonly unknown[];
}

/** Calls a tool through the wall, as a server does. */
export async function callTool(tool: Tool, args: unknown, call: Call = CALL): Promise<ToolAnswer> {
  const refusals: ObservedRefusal[] = [];
  const errors: unknown[] = [];
  const { result } = await runTool(tool, args, call, {
    onRefusal: (refusal) => {
      refusals.push(refusal);
    },
    onError: (error) => {
      errors.push(error);
    },
  });
  const content = z.record(z.string(), z.unknown()).parse(result.structuredContent);
  return { isError: result.isError === true, content, refusals, errors };
}

function* strings(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) yield* strings(inner);
}

/**
 * Fails unless a tool refuses arguments by itself: naming the place, without a request (there is no answer to one), without
 * giving back what it was given, and with one report.
 */
export async function expectRefused(tool: Tool, args: object, pointer: string): Promise<void> {
  const { isError, content, refusals } = await callTool(tool, args);
  expect({ isError, content }).toMatchObject({ isError: true, content: { code: 'invalid_arguments' } });
  expect(content['errors']).toContainEqual({ pointer, message: expect.any(String) });
  const given = [...strings(args)].filter((text) => text.length > 4);
  expect(given.filter((text) => JSON.stringify(content).includes(text))).toEqual([]);
  expect(refusals).toEqual([expect.objectContaining({ tool: tool.name, code: 'invalid_arguments', arguments: args })]);
}

/** Where a text stands in an answer, by JSON pointer, except below a key `untrusted`. */
export function outsideUntrusted(answered: unknown, text: string, at = ''): string[] {
  if (typeof answered === 'string') return answered.includes(text) ? [at] : [];
  if (typeof answered !== 'object' || answered === null) return [];
  return Object.entries(answered).flatMap(([key, inner]) => [
    ...(key.includes(text) ? [`${at}/${key}`] : []),
    ...(key === 'untrusted' ? [] : outsideUntrusted(inner, text, `${at}/${key}`)),
  ]);
}
