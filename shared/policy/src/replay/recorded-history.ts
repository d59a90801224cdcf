import type { PolicyCall, PolicyEvent } from '../engine/call.ts';
import { pointerTokens, valueAt } from '../engine/json.ts';
import { recordNumber, SEQUENCE_DEPTH, type Measure, type Measured, type Reading } from '../engine/measure.ts';

/** What a measure counts of one group of calls, in the order of their times. */
interface Series {
  readonly times: number[];
  /** What was counted up to and including each, so that any window is the difference of two. */
  readonly totals: number[];
  /** Record numbers, for `sequence` alone. */
  readonly numbers: (number | null)[];
}

/**
 * Earlier calls, kept so that each measure is read in logarithmic time: a long history can be decided again. Calls have to
 * be added in the order of their times.
 */
export class RecordedHistory {
  readonly #measures: readonly Measure[];
  readonly #series = new Map<string, Series>();

  /** @param measures the only ones that can be read. */
  constructor(measures: readonly Measure[]) {
    this.#measures = measures;
  }

  add(event: PolicyEvent): void {
    for (const measure of this.#measures) {
      if (measure.tools !== null && !measure.tools.includes(event.tool)) continue;
      const amount = counted(measure, event);
      const group = groupOf(measure, event);
      if (amount === null || group === null) continue;
      const series = this.#at(measure, group);
      series.times.push(event.time);
      series.totals.push((series.totals.at(-1) ?? 0) + amount);
      if (measure.of === 'sequence') series.numbers.push(numberOf(measure, event));
    }
  }

  /** What was added so far, as one call sees it. */
  readonly reading =
    (call: PolicyCall): Reading =>
    (measure) =>
      this.#read(measure, call);

  #at(measure: Measure, group: string): Series {
    const key = `${measure.key}\n${group}`;
    const known = this.#series.get(key);
    if (known) return known;
    const series: Series = { times: [], totals: [], numbers: [] };
    this.#series.set(key, series);
    return series;
  }

  #read(measure: Measure, call: PolicyCall): Measured {
    const group = groupOf(measure, call);
    const series = group === null ? undefined : this.#series.get(`${measure.key}\n${group}`);
    if (!series) return { value: 0, oldest: null };
    const { times, totals, numbers } = series;
    const start = firstAfter(times, call.time - measure.window);
    // All that was added came before this call, even where two clocks disagree by a moment.
    const end = times.length;
    if (start >= end) return { value: 0, oldest: null };
    const value =
      measure.of === 'sequence'
        ? neighbours(numbers.slice(start, end).filter((number) => number !== null))
        : (totals[end - 1] ?? 0) - (totals[start - 1] ?? 0);
    return { value, oldest: times[start] ?? null };
  }
}

/** @returns the first place whose time is later. */
function firstAfter(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

type Grouped = Pick<PolicyCall, 'run' | 'client' | 'agent' | 'owner' | 'tool' | 'sameness'>;

function groupOf({ per, of }: Measure, call: Grouped): string | null {
  const suffix = of === 'repeats' ? `\n${call.tool}\n${call.sameness}` : '';
  if (per === 'run') return call.run === null ? null : `${call.client}\n${call.owner}\n${call.run}${suffix}`;
  if (per === 'client') return `${call.client}\n${call.owner}${suffix}`;
  return `${call[per]}${suffix}`;
}

/** @returns null where the measure does not count this call. */
function counted({ of, pointer }: Measure, event: PolicyEvent): number | null {
  const served = event.outcome === 'served';
  switch (of) {
    case 'calls':
      return served ? 1 : null;
    case 'sum':
      return served ? amountAt(event, pointer ?? '') : null;
    case 'records':
      return served ? event.records : null;
    case 'risk':
      return served ? event.risk : null;
    case 'outside':
      return served && event.outside ? 1 : null;
    case 'denials':
      return served ? null : (event.count ?? 1);
    case 'repeats':
    case 'sequence':
      return 1;
  }
}

function amountAt(event: PolicyEvent, pointer: string): number {
  const value = valueAt(event.arguments, pointerTokens(pointer));
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

const numberOf = ({ pointer }: Measure, event: PolicyEvent): number | null =>
  recordNumber(valueAt(event.arguments, pointerTokens(pointer ?? '')));

function neighbours(asked: readonly number[]): number {
  const numbers = new Set(asked.slice(-SEQUENCE_DEPTH));
  return [...numbers].filter((number) => numbers.has(number - 1)).length;
}
