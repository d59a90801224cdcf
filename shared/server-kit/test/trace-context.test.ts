import { describe, expect, test } from '@jest/globals';
import { parseTraceparent, traceIdOf } from '../src/trace-context.ts';
import { traceparentFrom } from '../src/traceparent.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const GIVEN = `00-${TRACE}-${SPAN}-01`;

describe('the trace that a host sends', () => {
  test.each([
    ['version 00', GIVEN, GIVEN],
    ['a trace that is not sampled', `00-${TRACE}-${SPAN}-00`, `00-${TRACE}-${SPAN}-00`],
    ['flags of trace context level 2', `00-${TRACE}-${SPAN}-03`, `00-${TRACE}-${SPAN}-03`],
    ['a later version, whose further flags are not known', `01-${TRACE}-${SPAN}-ff`, GIVEN],
    ['a later version with further parts', `cc-${TRACE}-${SPAN}-01-what-the-future-brings`, GIVEN],
  ])('is passed on as version 00: %s [trace.context]', (_what, given, passedOn) => {
    expect(traceparentFrom(given)).toBe(passedOn);
    expect(traceIdOf(given)).toBe(TRACE);
  });

  test.each([
    undefined,
    null,
    7,
    [GIVEN],
    '',
    TRACE,
    ` ${GIVEN}`,
    `${GIVEN}\n`,
    `${GIVEN}-`,
    `${GIVEN}-00`,
    GIVEN.toUpperCase(),
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.slice(1)}-${SPAN}-01`,
    `01-${TRACE}-${SPAN}-01x`,
    `01-${TRACE}-${SPAN}-01-${'a'.repeat(512)}`,
  ])('is begun anew where it is not valid: %j [trace.context]', (given) => {
    expect(parseTraceparent(given)).toBeUndefined();
    const [one, other] = [traceparentFrom(given), traceparentFrom(given)];
    expect(one).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/);
    expect(traceIdOf(one)).not.toBe(traceIdOf(other));
    expect(traceIdOf(one)).not.toBe(TRACE);
  });
});
