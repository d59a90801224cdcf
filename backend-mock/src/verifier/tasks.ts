import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { minorUnitDigits } from '@narrow-deputies/contracts/currencies';
import * as z from 'zod';
import { isFor, mayUse } from './acts.ts';
import { text } from './details.ts';
import { ensure } from './fault.ts';
import type { LoggedEntry } from './logged-entry.ts';
import { wasOver } from './patience.ts';
import type { People } from './people.ts';
import { evidence, taskIdOf, verifySignedAct } from './signed-act.ts';

/** What stands in `evidence.jsonl` of the task that a commit rests on. */
export const taskLine = z.strictObject({ id: z.string(), keyid: z.string(), evidence });
export type TaskLine = z.infer<typeof taskLine>;

/** What a person says yes to beforehand, as they sign it. */
const terms = z.strictObject({
  clientId: z.string(),
  tools: z.array(z.string()),
  resourceType: z.string(),
  resourceId: z.string(),
  upTo: z.string().optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  uses: z.int().optional(),
  expiresAt: z.iso.datetime({ precision: 3 }),
  reason: z.string(),
});
type Terms = z.infer<typeof terms>;

interface Granted {
  readonly expiresAt: number;
  revokedAt: number | null;
  spent: bigint;
  uses: number;
}

/** What a commit under a task is known to be, from its plan's digest input. */
export interface TaskUse {
  readonly arguments: JsonObject;
  readonly resources: readonly JsonObject[];
}

/** Tasks that can still be used at one place of the log; memory grows with those of one day at most. */
export class Tasks {
  readonly #granted = new Map<string, Granted>();

  /** Takes what a successful entry says about tasks. */
  read({ tool, details, time }: LoggedEntry): void {
    const id = text(details, 'taskId');
    if (id === undefined) return;
    if (tool === 'people.grant_task') {
      for (const [known, { expiresAt }] of this.#granted) if (wasOver(expiresAt, time)) this.#granted.delete(known);
      const expiresAt = Date.parse(text(details, 'expiresAt') ?? '');
      this.#granted.set(id, { expiresAt, revokedAt: null, spent: 0n, uses: 0 });
    }
    const task = this.#granted.get(id);
    if (tool === 'people.revoke_task' && task) task.revokedAt ??= time;
  }

  /**
   * Whether a task covers one more commit, verified from its person's signature.
   *
   * @throws Fault where it does not.
   */
  use(entry: LoggedEntry, line: TaskLine, use: TaskUse, people: People): void {
    const task = this.#granted.get(line.id);
    const isLive = task !== undefined && task.expiresAt > entry.time && !wasOver(task.revokedAt, entry.time);
    ensure(isLive, 'task_missing', 'It rests on a task that no earlier entry granted, or that was over.');
    const signed = signedTerms(entry, line, people);
    ensure(covers(signed, entry, use), 'task_invalid', 'It is not what the person said yes to with the task.');
    task.uses += 1;
    if (signed.upTo !== undefined) task.spent += BigInt(Number(use.arguments['amount']));
    const within =
      (signed.uses === undefined || task.uses <= signed.uses) &&
      (signed.upTo === undefined || task.spent <= minorUnits(signed.upTo, signed.currency ?? ''));
    ensure(within, 'task_exceeded', 'With it, the commits of its task went beyond what was said yes to.');
  }
}

/** @throws Fault unless the owner of the agent signed it with a key that was theirs. */
function signedTerms(entry: LoggedEntry, { id, keyid, evidence: given }: TaskLine, people: People): Terms {
  const { owner, time } = entry;
  const holder = people.holderOf(keyid, time);
  const signed = verifySignedAct(given, holder);
  const parsed = terms.safeParse(signed?.arguments);
  const isTheirs =
    signed?.action === 'grant_task' &&
    parsed.success &&
    id === taskIdOf(given) &&
    holder.person === owner &&
    isFor(signed, entry.environment, owner) &&
    mayUse(holder, entry);
  ensure(isTheirs, 'task_invalid', 'The signature of the task that it rests on does not hold.');
  ensure(
    people.holds(holder.person, ['owner'], time),
    'approver_not_entitled',
    'A task was granted by somebody who could not.',
  );
  return parsed.data;
}

function covers(signed: Terms, { client, tool, time }: LoggedEntry, { arguments: args, resources }: TaskUse): boolean {
  const touched = resources.filter((resource) => text(resource, 'type') === signed.resourceType);
  const hasSum = signed.upTo !== undefined;
  // What moves money says how much, in minor units, as "amount", and in which "currency".
  const isMoney = isAmount(args['amount']) && args['currency'] === signed.currency;
  return (
    signed.clientId === client &&
    signed.tools.includes(tool) &&
    touched.length > 0 &&
    touched.every((resource) => text(resource, 'id') === signed.resourceId) &&
    Date.parse(signed.expiresAt) > time &&
    hasSum === (signed.currency !== undefined) &&
    (!hasSum || isMoney)
  );
}

const isAmount = (value: JsonValue | undefined): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0;

/** A decimal amount in the minor units of its currency (ISO 4217), exactly. */
function minorUnits(decimal: string, currency: string): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  const digits = minorUnitDigits(currency);
  const significant = fraction.replace(/0+$/, '');
  return digits !== undefined && /^\d*$/.test(whole + significant) && significant.length <= digits
    ? BigInt(whole + significant.padEnd(digits, '0'))
    : 0n;
}
