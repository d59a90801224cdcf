import type { LogReason } from '@narrow-deputies/transparency-log';
import type { ExportCode, Fault } from './fault.ts';

/** One thing that does not hold, and the entry that it is about, where it is about one. */
export interface ListedFault {
  readonly index?: number;
  readonly code: ExportCode | LogReason;
  /** A sentence for people that repeats nothing from the log. */
  readonly reason: string;
}

/** So many faults are told in full; of the rest only the number, by code, so that no log fills memory. */
export const FAULTS_MAX = 100;

/** The faults of one log, in the order in which they were found. */
export class FaultList {
  readonly listed: ListedFault[] = [];
  /** How many there are beyond those, by code. */
  readonly further: Partial<Record<ExportCode | LogReason, number>> = {};
  #firstBad: number | undefined;

  /** The smallest index known to be wrong. */
  get firstBad(): number | undefined {
    return this.#firstBad;
  }

  /** @param index of the entry that was looked at, where the fault names no other. */
  add(fault: Fault, index?: number): void {
    const at = fault.index ?? index;
    this.put({ ...(at !== undefined && { index: at }), code: fault.code, reason: fault.message });
  }

  put(fault: ListedFault): void {
    if (fault.index !== undefined) this.#firstBad = Math.min(this.#firstBad ?? fault.index, fault.index);
    if (this.listed.length < FAULTS_MAX) this.listed.push(fault);
    else this.further[fault.code] = (this.further[fault.code] ?? 0) + 1;
  }

  /** Takes all of another list after its own. */
  take({ listed, further, firstBad }: FaultList): void {
    for (const fault of listed) this.put(fault);
    for (const [code, count] of Object.entries(further) as [ListedFault['code'], number][]) {
      this.further[code] = (this.further[code] ?? 0) + count;
    }
    if (firstBad !== undefined) this.#firstBad = Math.min(this.#firstBad ?? firstBad, firstBad);
  }
}
