import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Code, JsonObject } from '@narrow-deputies/contracts';
import { signClientAssertion } from '@narrow-deputies/signing';
import type { Lab } from './lab.ts';
import { send, WireClient, type RequestOptions, type WireReply, type WireRequest } from './wire-client.ts';

export const RUN = '6f1c7f3e-7d0f-4f5a-9a3c-8a0a2f6c1d11';
export const HOST = { user: 'somebody', hostname: 'desk-7', mcpClient: 'test-host', mcpVersion: '1.0.0' };

/** A client that says all that one can about where it runs, and keeps what it sent last. */
export class TalkativeClient extends WireClient {
  last: WireRequest | undefined;

  override assertion(now = Math.floor(Date.now() / 1000), audience = this.issuer): string {
    const claims = { clientId: this.clientId, audience, jti: randomUUID(), now, host: HOST };
    return signClientAssertion(claims, this.keyid, this.key);
  }

  override grant(fields: Readonly<Record<string, string>> = {}): Promise<string> {
    return super.grant({ run_id: RUN, ...fields });
  }

  override async call(path: string, args: JsonObject, options: RequestOptions = {}): Promise<WireReply> {
    return this.send(await this.operation(path, args, options));
  }

  send(request: WireRequest): Promise<WireReply> {
    this.last = request;
    return send(request);
  }
}

/** What an entry has to answer beyond who, when, from where and why, which each of them does. */
export interface Question {
  readonly code: Code;
  readonly tool: string;
  readonly kind: string;
  readonly outcome?: 'refused' | 'failed' | 'pending';
  /** Rules that decided, where it was not one of the pipeline's checks. */
  readonly rules?: unknown;
  /** Whether policy had its say: then its input and its verdict are there. */
  readonly judged?: boolean;
  readonly details?: object;
}

const DIGEST = /^sha-256:[0-9a-f]{64}$/;
const LOOPBACK = /^(127\.0\.0\.1|::1|::ffff:127\.0\.0\.1)$/;

const headerOf = (request: WireRequest | undefined, name: string): string =>
  request?.headers.find(([header]) => header === name)?.[1] ?? '';

/** The one entry under the id of an answer, between two moments. */
export async function entryOf(lab: Lab, reply: WireReply): Promise<JsonObject> {
  const found = (await lab.entries()).filter(({ auditId }) => auditId === reply.json['auditId']);
  expect(found).toHaveLength(1);
  return found[0] ?? {};
}

/** Who, what, when, from where, why, and in which trace and run: all of it, of a client that is known. */
export async function expectAnswers(
  lab: Lab,
  client: TalkativeClient,
  { code, tool, kind, outcome = 'refused', rules, judged, details }: Question,
  since: number,
  reply: WireReply,
): Promise<void> {
  expect({ code: reply.json['code'], text: reply.text }).toEqual({ code, text: reply.text });
  const entry = await entryOf(lab, reply);
  expect(entry).toMatchObject({
    // Who.
    client: client.clientId,
    keyid: client.keyid,
    agent: 'publisher-agent',
    owner: expect.stringMatching(/^p_/),
    // What.
    tool,
    kind,
    environment: lab.backend.environment,
    // From where.
    host: HOST,
    source: expect.stringMatching(LOOPBACK),
    // Why.
    outcome,
    code,
    decision: outcome === 'pending' ? 'require_approval' : 'deny',
    rules: rules ?? [expect.stringMatching(/^check:[a-z-]+$/)],
    details: { ...(kind !== 'report' && { detail: expect.any(String) }), ...details },
    // Which run.
    run: RUN,
  });
  // When.
  const time = Date.parse(String(entry['time']));
  expect([time >= since - 1, time <= Date.now() + 1]).toEqual([true, true]);
  if (kind !== 'grant') {
    // Which trace and request.
    expect(entry['traceId']).toBe(headerOf(client.last, 'traceparent').split('-')[1]);
    expect(`"${String(entry['requestId'])}"`).toBe(headerOf(client.last, 'idempotency-key'));
  }
  if (kind !== 'grant' && kind !== 'report') {
    expect(entry['argumentsDigest']).toMatch(DIGEST);
    expect(entry['latencyMs']).toEqual(expect.any(Number));
  }
  if (judged === true) {
    expect(entry).toMatchObject({
      decisionInput: { policy: expect.any(String), tool: expect.any(String), agent: 'publisher-agent' },
      details: { verdict: { effect: expect.any(String), rules: expect.any(Array) } },
      risk: { score: expect.any(Number) },
    });
  }
}

/** Refused before anybody was known: counted under the id of the answer, with where it came from. */
export async function expectCounted(lab: Lab, code: Code, route: string, reply: WireReply): Promise<void> {
  expect({ code: reply.json['code'], text: reply.text }).toEqual({ code, text: reply.text });
  const listed = await lab.people.owner.call('list_audit', { limit: 1000 });
  const counts = (listed.json['entries'] as JsonObject[]).filter(({ auditId }) => auditId === reply.json['auditId']);
  expect(counts).toMatchObject([
    {
      kind: 'noise',
      tool: route,
      code,
      source: expect.stringMatching(LOOPBACK),
      outcome: 'refused',
      decision: 'deny',
      details: {
        count: expect.any(Number),
        first: expect.any(String),
        last: expect.any(String),
        sampleDigest: expect.stringMatching(DIGEST),
      },
    },
  ]);
}
