import { performance } from 'node:perf_hooks';
import { REPORTED_AT_ONCE, type Code, type RefusalReport } from '@narrow-deputies/contracts';
import type { Call } from './call.ts';

/** Reports on their way at the same time. */
const REPORTS_AT_ONCE = 4;
/** Below what the backend takes of one client (60 a minute, 30 at once), so that there is room left when the process ends. */
const SINGLES = { burst: 20, perMillisecond: 0.5 / 1000 };
/** Milliseconds between two reports that stand for several refusals. */
const TOGETHER_EVERY = 3_000;
const POINTERS_MAX = 16;
const POINTER_MAX_CHARACTERS = 200;
/** Milliseconds before reports are tried again that did not get through; doubled each time. */
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 60_000;

/** One refusal, with a digest in place of the arguments. */
export interface TalliedRefusal extends Pick<RefusalReport, 'tool' | 'argumentsDigest'> {
  /** RFC 6901 pointers. */
  readonly pointers: readonly string[];
  readonly code: Code;
  readonly call: Call;
}

/** One report; every attempt at it has the same idempotency key, so that it counts once however often it arrives. */
export interface KeyedReport {
  readonly report: RefusalReport;
  readonly key: string;
  readonly call: Call;
}

/**
 * What came of an attempt: `recorded`; `refused` for good; or `again` later, where the backend answered so with a code, or
 * where no answer came, and whether it was recorded is not known.
 */
export type Sent =
  | { readonly outcome: 'recorded' }
  | { readonly outcome: 'refused'; readonly code: Code }
  | { readonly outcome: 'again'; readonly code?: Code | undefined; readonly seconds?: number | undefined };

export interface TallyParts {
  /** A rejection is taken for no answer. */
  readonly send: (keyed: KeyedReport) => Promise<Sent>;
  readonly newKey: () => string;
  /** Told in a line what could not be reported. */
  readonly warn: (line: string) => void;
}

/** A report and why it is not known to be recorded; one that may have arrived once stays doubtful. */
interface Tried extends KeyedReport {
  readonly why: string | null;
}

/** Refusals of one tool and code that are reported together; places and digest are those of the first. */
interface Group {
  readonly first: TalliedRefusal;
  count: number;
}

/**
 * Keeps count of what a server refused by itself until all of it is reported: one by one while there is room, then as one
 * report for each tool and code. However many refusals come, it holds a few reports and one count for each tool and code.
 */
export class RefusalTally {
  readonly #parts: TallyParts;
  readonly #groups = new Map<string, Group>();
  /** Tried, and not known to be recorded. */
  readonly #again: Tried[] = [];
  readonly #running = new Map<Tried, Promise<void>>();
  #singles = { left: SINGLES.burst, at: performance.now() };
  #together = -Infinity;
  #pause = FIRST_PAUSE;
  #notBefore = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #ending = false;

  constructor(parts: TallyParts) {
    this.#parts = parts;
  }

  /** Counts one refusal, and reports it as soon as there is room. */
  add(refusal: TalliedRefusal): void {
    if (this.#hasRoom() && this.#takeSingle()) return this.#send(this.#keyed(refusal, 1));
    this.#count(refusal);
    this.#work();
  }

  /** Reports what is left, within some milliseconds, and says what could not be reported. Called once, at the end. */
  async finish(milliseconds: number): Promise<void> {
    this.#ending = true;
    clearTimeout(this.#timer);
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([this.#last(), over]);
    clearTimeout(timer);
    this.#sayWhatIsLeft();
  }

  /** A last attempt at each, without a pause: nobody will try again. */
  async #last(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
    for (const keyed of this.#again.splice(0)) this.#send(keyed);
    for (let keyed = this.#nextTogether(); keyed; keyed = this.#nextTogether()) this.#send(keyed);
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  #hasRoom(): boolean {
    return this.#running.size < REPORTS_AT_ONCE && this.#again.length === 0 && performance.now() >= this.#notBefore;
  }

  #takeSingle(): boolean {
    const now = performance.now();
    const left = Math.min(SINGLES.burst, this.#singles.left + (now - this.#singles.at) * SINGLES.perMillisecond);
    this.#singles = { left: left >= 1 ? left - 1 : left, at: now };
    return left >= 1;
  }

  #count(refusal: TalliedRefusal, times = 1): void {
    const name = `${refusal.tool} ${refusal.code}`;
    const group = this.#groups.get(name);
    if (group) group.count += times;
    else this.#groups.set(name, { first: { ...refusal, pointers: bounded(refusal.pointers) }, count: times });
  }

  #keyed({ tool, code, pointers, argumentsDigest, call }: TalliedRefusal, count: number): Tried {
    const single = { tool, code, pointers: bounded(pointers), argumentsDigest };
    return { report: count === 1 ? single : { ...single, count }, key: this.#parts.newKey(), call, why: null };
  }

  /** The report of the group that waits longest. */
  #nextTogether(): Tried | undefined {
    const [longest] = this.#groups;
    if (!longest) return undefined;
    const [name, group] = longest;
    const count = Math.min(group.count, REPORTED_AT_ONCE);
    this.#groups.delete(name);
    if (group.count > count) this.#groups.set(name, { ...group, count: group.count - count });
    return this.#keyed(group.first, count);
  }

  /** Sends what may be sent now, and comes back when more may. */
  #work(): void {
    if (this.#ending) return;
    const now = performance.now();
    if (now < this.#notBefore) return this.#wakeIn(this.#notBefore - now);
    while (this.#again.length > 0 && this.#running.size < REPORTS_AT_ONCE) {
      const [keyed] = this.#again.splice(0, 1);
      if (keyed) this.#send(keyed);
    }
    if (this.#groups.size === 0 || this.#running.size >= REPORTS_AT_ONCE) return;
    const due = this.#together + TOGETHER_EVERY;
    if (now < due) return this.#wakeIn(due - now);
    this.#together = now;
    const keyed = this.#nextTogether();
    if (keyed) this.#send(keyed);
    if (this.#groups.size > 0) this.#wakeIn(TOGETHER_EVERY);
  }

  #wakeIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#work(), milliseconds);
    // Whatever waits is reported at the end; it does not keep the process alive.
    this.#timer.unref();
  }

  #send(keyed: Tried): void {
    this.#running.set(keyed, this.#run(keyed));
  }

  async #run(keyed: Tried): Promise<void> {
    await this.#attempt(keyed);
    this.#running.delete(keyed);
    this.#work();
  }

  async #attempt(keyed: Tried): Promise<void> {
    const sent = await this.#parts.send(keyed).catch((): Sent => ({ outcome: 'again' }));
    if (sent.outcome === 'recorded') {
      this.#pause = FIRST_PAUSE;
    } else if (sent.outcome === 'refused') {
      this.#say(keyed.report, whyNot(keyed, sent.code));
    } else {
      const why = whyNot(keyed, sent.code);
      // What is known not to be recorded goes with others: there is more room for those.
      if (why === UNKNOWN || this.#ending) this.#again.push({ ...keyed, why });
      else this.#count({ ...keyed.report, call: keyed.call }, keyed.report.count);
      if (sent.code === 'rate_limited') this.#singles = { left: 0, at: performance.now() };
      this.#notBefore = performance.now() + Math.max(this.#pause, (sent.seconds ?? 0) * 1000);
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    }
  }

  #sayWhatIsLeft(): void {
    for (const { report } of this.#running.keys()) this.#say(report, UNKNOWN);
    for (const { report, why } of this.#again) this.#say(report, why ?? UNKNOWN);
    for (const { first, count } of this.#groups.values()) this.#say({ ...first, count }, 'there was no time for it');
  }

  #say({ tool, code, count = 1 }: Pick<RefusalReport, 'tool' | 'code' | 'count'>, why: string): void {
    this.#parts.warn(`Not reported: ${count} × ${tool}, refused here with ${code}; ${why}.`);
  }
}

const UNKNOWN = 'no answer came, so it may be recorded or not';

const whyNot = ({ why }: Tried, code: Code | undefined): string =>
  code === undefined || why === UNKNOWN ? UNKNOWN : `the backend answered ${code}`;

const bounded = (pointers: readonly string[]): string[] =>
  pointers.slice(0, POINTERS_MAX).map((pointer) => pointer.slice(0, POINTER_MAX_CHARACTERS));
