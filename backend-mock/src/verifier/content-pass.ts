import { join } from 'node:path';
import { checkAct } from './acts.ts';
import { Commits, type ReleaseCounts } from './commits.ts';
import { isEffect, isEnrolment, isSignedAct } from './entry-kinds.ts';
import { FILES } from './export-files.ts';
import { FaultList } from './fault-list.ts';
import { ensure, Fault } from './fault.ts';
import { JsonLines } from './json-lines.ts';
import { readEntry, type LoggedEntry } from './logged-entry.ts';
import { PATIENCE_MS } from './patience.ts';
import { hasPayload, Payloads, type Payload } from './payloads.ts';
import { People } from './people.ts';
import { Policies } from './policies.ts';
import { Tasks } from './tasks.ts';
import { Writers } from './writers.ts';

/** How much was looked at, and what of it holds. */
export interface ContentCounts {
  /** Null where the export was made without them. */
  readonly payloads: { readonly present: number; readonly missing: number } | null;
  /** Effects by what released them. */
  readonly released: Readonly<ReleaseCounts>;
  /** Signed acts of people. */
  readonly acts: number;
  /** Keys that were enrolled. */
  readonly keys: number;
  /** Rows that somebody put into the store and that got no place in the log. */
  readonly refusedRows: number;
  /** Indexes of activations of a policy, in development, that nobody signed for; the first of them at most. */
  readonly unsignedPolicies: readonly number[];
  /** Indexes of entries by which somebody accepted a store that was restored; the first of them at most. */
  readonly breaks: readonly number[];
}

/**
 * One pass over what entries say, in their order, beside the pass over the tree. It goes on behind a fault, so that nothing that
 * comes later is hidden by it: each entry is held against what those before it say, theirs having been told where they do not
 * hold. Each file is read once, a line at a time.
 */
export class ContentPass {
  readonly faults = new FaultList();
  readonly #environment: string | undefined;
  readonly #payloadLines: JsonLines | undefined;
  readonly #evidence: JsonLines;
  readonly #keys: JsonLines;
  readonly #actLines: JsonLines;
  readonly #people = new People();
  readonly #policies = new Policies();
  readonly #tasks = new Tasks();
  readonly #commits = new Commits(this.#people, this.#tasks);
  readonly #payloads = new Payloads();
  readonly #writers = new Writers();
  #highest = 0;
  #acts = 0;

  /**
   * @param environment that all entries are of, by the name of the log.
   * @param withPayloads whether the export has them.
   */
  constructor(folder: string, environment: string | undefined, withPayloads: boolean) {
    this.#environment = environment;
    const lines = (name: string, codes: ConstructorParameters<typeof JsonLines>[2]): JsonLines =>
      new JsonLines(join(folder, name), name, codes);
    this.#payloadLines = withPayloads ? lines(FILES.payloads, PAYLOAD_CODES) : undefined;
    this.#evidence = lines(FILES.evidence, EVIDENCE_CODES);
    this.#keys = lines(FILES.credentials, { ...EVIDENCE_CODES, missing: 'enrolment_unfounded' });
    this.#actLines = lines(FILES.acts, { ...EVIDENCE_CODES, missing: 'act_missing' });
  }

  get counts(): ContentCounts {
    return {
      payloads: this.#payloadLines ? this.#payloads.counts : null,
      released: { ...this.#commits.released },
      acts: this.#acts,
      keys: this.#people.enrolled,
      refusedRows: this.#writers.refused,
      unsignedPolicies: [...this.#policies.unsigned],
      breaks: [...this.#writers.breaks],
    };
  }

  /** Looks at the next entry. @throws only what reading a file throws. */
  async look(index: number, bytes: Uint8Array): Promise<void> {
    for (const lines of this.#files()) {
      for (let stale = await lines.stale(index); stale; stale = await lines.stale(index)) this.faults.add(stale);
    }
    const entry = await this.#held(index, () => readEntry(bytes));
    if (entry) await this.#check(index, entry);
    else for (const lines of this.#files()) await lines.skip(index);
  }

  /** After the last entry. @throws only what reading a file throws. */
  async end(): Promise<void> {
    for (const lines of this.#files()) await this.#held(undefined, () => lines.end());
    if (this.#payloadLines) await this.#held(undefined, () => this.#payloads.end());
  }

  async close(): Promise<void> {
    for (const lines of this.#files()) await lines.close();
  }

  #files(): JsonLines[] {
    return [this.#payloadLines, this.#evidence, this.#keys, this.#actLines].filter((lines) => lines !== undefined);
  }

  /** Does one check. @returns undefined where it found a fault. */
  async #held<T>(index: number | undefined, check: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      this.faults.add(error, index);
      return undefined;
    }
  }

  async #check(index: number, entry: LoggedEntry): Promise<void> {
    await this.#held(index, () => this.#checkPlace(entry));
    await this.#held(index, () => this.#writers.check(index, entry));
    const payload = await this.#held(index, () => this.#payload(index, entry));
    await this.#held(index, () => this.#policies.check(entry));
    await this.#held(index, async () => {
      if (!isEffect(entry)) await this.#evidence.at(index, false);
      else this.#commits.check(entry, await this.#evidence.demand(index), payload);
    });
    await this.#held(index, async () => {
      if (!isSignedAct(entry)) await this.#actLines.at(index, false);
      else {
        checkAct(entry, await this.#actLines.demand(index), payload, this.#people);
        this.#acts += 1;
      }
    });
    await this.#learn(index, entry);
  }

  /** Of its environment, and not before what stands before it by more than calls beside one another are apart. */
  #checkPlace({ environment, time }: LoggedEntry): void {
    const isHere = environment === (this.#environment ?? environment);
    ensure(isHere, 'entry_environment', 'It is of another environment than the log.');
    ensure(time > this.#highest - PATIENCE_MS, 'entry_time', 'It is older than entries before it.');
    this.#highest = Math.max(this.#highest, time);
  }

  async #payload(index: number, entry: LoggedEntry): Promise<Payload | undefined> {
    if (!this.#payloadLines) return undefined;
    return this.#payloads.read(index, entry, await this.#payloadLines.at(index, hasPayload(entry)));
  }

  /** What later entries rest on. */
  async #learn(index: number, entry: LoggedEntry): Promise<void> {
    await this.#held(index, async () => {
      const key = isEnrolment(entry) ? await this.#keys.demand(index) : await this.#keys.at(index, false);
      if (entry.outcome === 'succeeded') this.#people.read(entry, key);
    });
    if (entry.outcome !== 'succeeded') return;
    await this.#held(index, () => this.#policies.read(index, entry));
    this.#tasks.read(entry);
  }
}

const PAYLOAD_CODES = {
  malformed: 'payload_malformed',
  missing: 'payload_missing',
  unexpected: 'payload_unexpected',
} as const;
const EVIDENCE_CODES = {
  malformed: 'evidence_malformed',
  missing: 'evidence_missing',
  unexpected: 'evidence_unexpected',
} as const;
