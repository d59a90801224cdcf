import { describe, expect, test } from '@jest/globals';
import type { Code } from '@narrow-deputies/contracts';
import * as fc from 'fast-check';
import { RefusalTally, type KeyedReport, type Sent, type TalliedRefusal } from '../src/refusal-tally.ts';
import { traceparentFrom } from '../src/traceparent.ts';

const CALL = {
  traceparent: traceparentFrom(undefined),
  client: undefined,
  protocolVersion: undefined,
  signal: new AbortController().signal,
};
const refusal = (tool: string, code: Code = 'invalid_arguments'): TalliedRefusal => ({
  tool,
  code,
  pointers: ['/filename'],
  argumentsDigest: `sha-256:${'0'.repeat(64)}`,
  call: CALL,
});

/** What an attempt meets: the last two are recorded although the answer says nothing of it, or not recorded. */
type Fate = 'recorded' | 'limited' | 'refused' | 'recorded, no answer' | 'no answer';

/** A backend that counts each key once, and meets what it is told to. */
class Backend {
  readonly counts = new Map<string, number>();
  readonly warnings: string[] = [];
  readonly #fates: Fate[];
  #keys = 0;

  constructor(fates: readonly Fate[]) {
    this.#fates = [...fates];
  }

  get recorded(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** What was said to be lost: all of it, and how much of that nobody knows about. */
  get lost(): { all: number; unknown: number } {
    const counted = this.warnings.map((line) => [Number(/: (\d+) ×/.exec(line)?.[1]), /may be recorded/.test(line)]);
    const sum = (lines: typeof counted): number => lines.reduce((total, [count]) => total + Number(count), 0);
    return { all: sum(counted), unknown: sum(counted.filter(([, unknown]) => unknown)) };
  }

  readonly parts = {
    newKey: () => `key-${(this.#keys += 1)}`,
    warn: (line: string): void => {
      this.warnings.push(line);
    },
    send: async ({ report, key }: KeyedReport): Promise<Sent> => {
      await new Promise((resolve) => setImmediate(resolve));
      const fate = this.#fates.shift() ?? 'recorded';
      if (fate === 'limited') return { outcome: 'again', code: 'rate_limited' };
      if (fate === 'refused') return { outcome: 'refused', code: 'insufficient_scope' };
      if (fate !== 'no answer') this.counts.set(key, report.count ?? 1);
      if (fate === 'recorded') return { outcome: 'recorded' };
      throw new Error('no answer');
    },
  };
}

const PATIENCE = 60_000;
type Tally = Pick<RefusalTally, 'add' | 'finish'>;

async function expectAllCounted(make: (backend: Backend) => Tally, tools: string[], fates: Fate[]): Promise<void> {
  const backend = new Backend(fates);
  const tally = make(backend);
  for (const tool of tools) tally.add(refusal(tool));
  await tally.finish(PATIENCE);
  const { all, unknown } = backend.lost;
  const known = tools.length - all;
  // Exactly, but for what nobody can know; and that is said.
  expect(backend.recorded >= known && backend.recorded <= known + unknown).toBe(true);
}

const tools = fc.array(fc.constantFrom('plan_one', 'plan_two', 'commit_one'), { maxLength: 200 });
const fates = fc.array(fc.constantFrom<Fate>('recorded', 'limited', 'refused', 'recorded, no answer', 'no answer'), {
  maxLength: 12,
});
const real = (backend: Backend): Tally => new RefusalTally(backend.parts);

/** Drops what comes while four are on their way. */
function dropping({ parts }: Backend): Tally {
  const open = new Set<Promise<unknown>>();
  return {
    add: ({ tool, code, pointers, argumentsDigest, call }) => {
      if (open.size >= 4) return;
      const report = { tool, code, pointers: [...pointers], argumentsDigest };
      const sent = parts.send({ report, key: parts.newKey(), call }).catch(() => undefined);
      open.add(sent.finally(() => open.delete(sent)));
    },
    finish: async () => {
      await Promise.all(open);
    },
  };
}

describe('the tally of refusals', () => {
  test('counts each of them once, whatever becomes of its reports, or says so [report.counted]', async () => {
    await fc.assert(
      fc.asyncProperty(tools, fates, (asked, met) => expectAllCounted(real, asked, met)),
      { numRuns: 200 },
    );
  });

  test('one that drops what comes too fast is caught [check.twins, report.counted]', async () => {
    const asked = Array.from({ length: 100 }, () => 'plan_one');
    await expect(expectAllCounted(dropping, asked, [])).rejects.toThrow(/toBe/);
  });

  test('more than fit into one report are several [report.counted]', async () => {
    const backend = new Backend([]);
    const tally = real(backend);
    for (let at = 0; at < 2_505; at += 1) tally.add(refusal('plan_one'));
    await tally.finish(PATIENCE);
    expect([...backend.counts.values()].toSorted((one, other) => one - other)).toEqual([1, 1, 1, 1, 501, 1000, 1000]);
    expect(backend.warnings).toEqual([]);
  });

  test('a report is of one tool and one code', async () => {
    const reports: KeyedReport[] = [];
    const tally = new RefusalTally({
      ...new Backend([]).parts,
      send: async (keyed) => {
        reports.push(keyed);
        return { outcome: 'recorded' };
      },
    });
    for (let at = 0; at < 20; at += 1) {
      tally.add(refusal('plan_one'));
      tally.add(refusal('plan_one', 'not_found'));
      tally.add(refusal('plan_two'));
    }
    await tally.finish(PATIENCE);
    const together = reports.filter(({ report }) => report.count !== undefined).map(({ report }) => report);
    expect(together.map(({ tool, code }) => `${tool} ${code}`).toSorted()).toEqual([
      'plan_one invalid_arguments',
      'plan_one not_found',
      'plan_two invalid_arguments',
    ]);
  });

  test('where no answer comes it ends all the same, and says what it does not know [report.bounded]', async () => {
    const warnings: string[] = [];
    const tally = new RefusalTally({
      newKey: () => 'key',
      warn: (line) => {
        warnings.push(line);
      },
      send: () => new Promise(() => undefined),
    });
    for (let at = 0; at < 10; at += 1) tally.add(refusal('plan_one'));
    await tally.finish(1);
    expect(warnings).toEqual([
      ...Array.from({ length: 4 }, () =>
        expect.stringMatching(/^Not reported: 1 × plan_one, .* may be recorded or not\.$/),
      ),
      expect.stringMatching(/^Not reported: 6 × plan_one, .*; there was no time for it\.$/),
    ]);
  });
});
