import type { PolicyCall, PolicyEvent } from './call.ts';
import { pointerTokens, valueAt } from './json.ts';
import { recordNumber, SEQUENCE_DEPTH, together, type Measure, type Measured, type Reading } from './measure.ts';

/**
 * Reads measures off a list of earlier calls, for cases and for history that is decided again. The backend asks its
 * database for the same numbers; one test holds both to the same answers.
 *
 * @param events in the order of their times.
 */
export const historyOf =
  (events: readonly PolicyEvent[], call: PolicyCall): Reading =>
  (measure) =>
    measureEvents(events, call, measure);

export function measureEvents(events: readonly PolicyEvent[], call: PolicyCall, measure: Measure): Measured {
  const counted = events.filter(
    (event) =>
      event.time > call.time - measure.window &&
      event.time <= call.time &&
      (measure.tools === null || measure.tools.includes(event.tool)) &&
      together(measure.per, event, call) &&
      counts(measure, event, call),
  );
  const value = valueOf(measure, counted);
  return { value, oldest: counted[0]?.time ?? null };
}

function counts({ of }: Measure, event: PolicyEvent, call: PolicyCall): boolean {
  switch (of) {
    case 'denials':
      return event.outcome === 'denied';
    case 'repeats':
      return event.tool === call.tool && event.sameness === call.sameness;
    case 'sequence':
      return true;
    case 'outside':
      return event.outcome === 'served' && event.outside;
    default:
      return event.outcome === 'served';
  }
}

function valueOf({ of, pointer }: Measure, events: readonly PolicyEvent[]): number {
  switch (of) {
    case 'sum':
      return total(events, (event) => amountAt(event, pointer ?? ''));
    case 'records':
      return total(events, (event) => event.records);
    case 'risk':
      return total(events, (event) => event.risk);
    case 'sequence':
      return neighbours(events, pointer ?? '');
    default:
      return events.length;
  }
}

const total = (events: readonly PolicyEvent[], of: (event: PolicyEvent) => number): number =>
  events.reduce((sum, event) => sum + of(event), 0);

function amountAt(event: PolicyEvent, pointer: string): number {
  const value = valueAt(event.arguments, pointerTokens(pointer));
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** How many of the newest records asked for have the record before them among them too. */
function neighbours(events: readonly PolicyEvent[], pointer: string): number {
  const tokens = pointerTokens(pointer);
  const asked = events.flatMap((event) => recordNumber(valueAt(event.arguments, tokens)) ?? []);
  const numbers = new Set(asked.slice(-SEQUENCE_DEPTH));
  return [...numbers].filter((number) => numbers.has(number - 1)).length;
}
