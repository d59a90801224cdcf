import { describe, expect, test } from '@jest/globals';
import { OPERATION_PROFILE } from '../src/index.ts';
import { formatInput, parseInput } from '../src/signature-input.ts';
import { parameters } from './support/request.ts';

describe('signature input', () => {
  test.each([
    ['created', -1],
    ['created', 1.5],
    ['created', Number.NaN],
    ['expires', 1e15],
    ['expires', 1e21],
    ['nonce', 'A'.repeat(21)],
    ['nonce', 'A'.repeat(65)],
    ['nonce', `${'A'.repeat(22)}+`],
    ['nonce', `${'A'.repeat(22)}"`],
    ['keyid', 'short'],
    ['keyid', `${'A'.repeat(42)}\n`],
  ])('the parameter %s = %j is not signed', (name, value) => {
    expect(() => formatInput(OPERATION_PROFILE, { ...parameters, [name]: value })).toThrow(TypeError);
  });

  test.each([22, 64])('a nonce of %d characters is accepted', (length) => {
    const nonce = '-_aZ09'.repeat(11).slice(0, length);
    expect(parseInput(OPERATION_PROFILE, formatInput(OPERATION_PROFILE, { ...parameters, nonce }))?.nonce).toBe(nonce);
  });
});
