import { expect } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { send, type WireRequest } from './wire-client.ts';

/** The simplest operation, and what it takes. */
export const LIST = '/v1/blog/list_drafts';
export const NOTHING: JsonObject = { drafts: [] };
export const PLAN = '/v1/blog/plan_publish_draft';

export const without = (request: WireRequest, name: string): WireRequest => ({
  ...request,
  headers: request.headers.filter(([header]) => header !== name),
});

export const doubled = (request: WireRequest, name: string): WireRequest => ({
  ...request,
  headers: request.headers.flatMap((header) => (header[0] === name ? [header, header] : [header])),
});

export const withHeader = (request: WireRequest, name: string, value: string): WireRequest => ({
  ...request,
  headers: [...request.headers.filter(([header]) => header !== name), [name, value]],
});

/** Seconds since the epoch. */
export const now = (): number => Math.floor(Date.now() / 1000);

/** A refusal is a problem of the closed shape that says what would be accepted and leaks nothing internal. */
export async function expectRefused(request: WireRequest, status: number, code: string): Promise<JsonObject> {
  const reply = await send(request);
  expect({ status: reply.status, code: reply.json['code'] }).toEqual({ status, code });
  expect(reply.headers['content-type']).toBe('application/problem+json');
  expect(reply.json).toMatchObject({ title: expect.any(String), detail: expect.any(String), status });
  expect(typeof reply.json['auditId']).toBe('string');
  expect(reply.text).not.toMatch(/node_modules|\.ts:|at .*\(|SQLITE/);
  return reply.json;
}
