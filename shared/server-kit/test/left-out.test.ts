import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import * as z from 'zod';
import { withoutLeftOut } from '../src/left-out.ts';

const input = z.strictObject({
  ticketId: z.string(),
  note: z.string().optional(),
  assignee: z.string().nullable().optional(),
  filter: z.strictObject({ city: z.string().optional(), country: z.string() }).optional(),
});
const sample = fc.record({
  ticketId: fc.oneof(fc.string(), fc.constant(null)),
  note: fc.oneof(fc.string(), fc.constant(null)),
  assignee: fc.oneof(fc.string(), fc.constant(null)),
});

describe('null for an argument [host.null-is-absent]', () => {
  test('is absent where the argument is optional, at any depth, and stays where it is required or takes null', () => {
    const given = { ticketId: null, note: null, assignee: null, filter: { city: null, country: null }, unknown: null };
    expect(withoutLeftOut(input, given)).toEqual({
      ticketId: null,
      assignee: null,
      filter: { country: null },
      unknown: null,
    });
    expect(given.note).toBeNull();
  });

  test('whatever else is given stays as it is', () => {
    fc.assert(
      fc.property(sample, (given) => {
        const { note, ...rest } = given;
        expect(withoutLeftOut(input, given)).toEqual(note === null ? rest : given);
      }),
    );
    fc.assert(
      fc.property(fc.anything(), (given) => {
        expect(() => withoutLeftOut(input, given)).not.toThrow();
      }),
    );
  });

  test('a property of the prototype is nothing that was given', () => {
    const given = JSON.parse('{"__proto__":null,"ticketId":"1"}') as unknown;
    expect(Object.hasOwn(withoutLeftOut(input, given) as object, '__proto__')).toBe(true);
  });
});
