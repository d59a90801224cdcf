import { describe, expect, test } from '@jest/globals';
import { Refusal } from '../../src/common/refusal.ts';
import { headerValues, parseIdempotencyKey, parseTraceId, requireHeaders } from '../../src/pipeline/headers.ts';

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
};

describe('headers as they came over the wire [wire.headers]', () => {
  test('every value of a name is found, in whatever letter case it was sent', () => {
    const raw = ['Content-Digest', 'a', 'x', 'content-digest', 'CONTENT-DIGEST', 'b'];
    expect(headerValues(raw, 'content-digest')).toEqual(['a', 'b']);
    expect(headerValues(raw, 'y')).toEqual([]);
  });

  test('a value is never taken for a name', () => {
    expect(headerValues(['a', 'authorization', 'b', 'authorization'], 'authorization')).toEqual([]);
  });

  test('required headers are answered by lower-case name', () => {
    expect(requireHeaders(['Signature', 's', 'TraceParent', 't'], ['traceparent', 'signature'])).toEqual({
      traceparent: 't',
      signature: 's',
    });
  });

  test.each(['signature', 'content-digest', 'idempotency-key'])('a missing or doubled %s is malformed', (name) => {
    expect(codeOf(() => requireHeaders(['other', 'x'], [name]))).toBe('malformed_request');
    expect(codeOf(() => requireHeaders([name, 'x', name.toUpperCase(), 'x'], [name]))).toBe('malformed_request');
  });

  test('a missing grant is unauthenticated, a doubled one malformed', () => {
    expect(codeOf(() => requireHeaders([], ['authorization']))).toBe('unauthenticated');
    expect(codeOf(() => requireHeaders(['authorization', 'a', 'Authorization', 'b'], ['authorization']))).toBe(
      'malformed_request',
    );
  });
});

describe('the idempotency key', () => {
  const uuid = '5f0c1d9e-ABCD-4000-8000-000000000001';

  test('is a UUID in double quotes, the same in either letter case', () => {
    expect(parseIdempotencyKey(`"${uuid}"`)).toBe(uuid.toLowerCase());
  });

  test.each([
    '',
    uuid,
    `'${uuid}'`,
    `"${uuid}" `,
    `"${uuid}";a=1`,
    `"${uuid}", "${uuid}"`,
    '"1842"',
    '""',
    `"${uuid}"\n`,
  ])('is not %j', (value) => {
    expect(codeOf(() => parseIdempotencyKey(value))).toBe('malformed_request');
  });
});

describe('the trace context', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const parent = '00f067aa0ba902b7';

  test('is of version 00 and names the trace', () => {
    expect(parseTraceId(`00-${trace}-${parent}-01`)).toBe(trace);
    expect(parseTraceId(`00-${trace}-${parent}-00`)).toBe(trace);
  });

  test.each([
    '',
    `01-${trace}-${parent}-01`,
    `ff-${trace}-${parent}-01`,
    `00-${'0'.repeat(32)}-${parent}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${parent}-01`,
    `00-${trace}-${parent}-1`,
    `00-${trace}-${parent}-01-extra`,
    `00-${trace.slice(1)}-${parent}-01`,
    ` 00-${trace}-${parent}-01`,
    `00-${trace}-${parent}-01\n`,
  ])('is not %j', (value) => {
    expect(codeOf(() => parseTraceId(value))).toBe('malformed_request');
  });
});
