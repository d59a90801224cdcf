import { Inject, Injectable } from '@nestjs/common';
import { compilePolicy, measuresOf, type Catalogue, type Measured } from '@narrow-deputies/policy';
import { sql, type RawBuilder } from 'kysely';
import { Settings } from '../common/settings.ts';
import { Database, type Tx } from '../database/database.ts';
import { OperationRegistry } from '../operations/registry.ts';
import { lastResumed } from '../suspensions/suspensions-repository.ts';
import { catalogueOf } from './catalogue.ts';
import { oldestQuery, valueQuery, type Question } from './history-query.ts';
import { Judgement, keyOf, type ActivePolicy, type AskedCall, type Findings } from './judgement.ts';
import { activeMark, findActivePolicy, unreadablePolicy, type FoundPolicy } from './policies-repository.ts';

/** What is asked about calls of one owner before they are decided. */
export interface Inquiry {
  /** The credential behind them. */
  readonly keyid: string;
  readonly calls: readonly AskedCall[];
  /** Scalar subquery: the task that covers them, or null. */
  readonly task?: RawBuilder<string | null> | undefined;
}

const NO_TASK: RawBuilder<string | null> = sql`null`;

/** Compiled policies that a process keeps: the active one, and the one that the self-check tries things under. */
const KEPT = 4;

/**
 * Decides by the policy that is active in the store at this moment. Policy, history, the owner's roles and the task come
 * with one statement in the call's own transaction, so that no replica ever decides by yesterday's policy.
 */
@Injectable()
export class PolicyDesk {
  readonly #compiled = new Map<string, ActivePolicy>();
  #last: ActivePolicy | undefined;
  #catalogue: Catalogue | undefined;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(OperationRegistry) private readonly operations: OperationRegistry,
  ) {}

  /** Every tool that policy can name. */
  get catalogue(): Catalogue {
    return (this.#catalogue ??= catalogueOf(this.operations.all()));
  }

  /**
   * Looks up all that deciding these calls takes: one statement, and another where a credential would be suspended.
   *
   * @throws Refusal `unavailable` when no policy is active, or the active one cannot be read: then nothing is decided, and
   * nothing done.
   */
  async judge(tx: Tx, inquiry: Inquiry): Promise<Judgement> {
    const judgement = await this.#judge(tx, inquiry);
    if (judgement.policy.compiled.suspendAt === null) return judgement;
    if (!inquiry.calls.some((call) => judgement.decide(call).suspend)) return judgement;
    // What an administrator has looked at, and resumed the credential all the same, is no sign any more.
    const resumedAt = await lastResumed(tx, inquiry.keyid);
    return resumedAt === null ? judgement : this.#judge(tx, inquiry, resumedAt);
  }

  async #judge(tx: Tx, inquiry: Inquiry, signsAfter?: number): Promise<Judgement> {
    let policy = this.#last ?? (await this.#load(tx));
    for (;;) {
      const { active, findings } = await this.#ask(tx, policy, inquiry, signsAfter);
      if (active === policy.mark) {
        this.#last = policy;
        return new Judgement(policy, findings);
      }
      // Also for one that was active before: what makes it active again has to be proven anew.
      policy = await this.#load(tx);
    }
  }

  /** When the oldest call of each measure was, for those that a denial is explained with. */
  async oldest(tx: Tx, judgement: Judgement, call: AskedCall): Promise<Map<string, number | null>> {
    const questions = this.#questions(judgement.policy, { calls: [call] });
    if (questions.length === 0) return new Map();
    const columns = questions.map((question, at) => sql`${oldestQuery(question)} as ${sql.ref(`m${at}`)}`);
    const { rows } = await sql<Record<string, unknown>>`select ${sql.join(columns)}`.execute(tx);
    const row = rows[0] ?? {};
    return new Map(
      questions.map(({ call: asked, measure }, at) => {
        const time = row[`m${at}`];
        return [keyOf(asked.tool, measure.key), time === null || time === undefined ? null : Number(time)];
      }),
    );
  }

  #questions({ compiled }: ActivePolicy, { calls }: Pick<Inquiry, 'calls'>): Question[] {
    return calls.flatMap((call) =>
      measuresOf(compiled, [call.tool]).map((measure) => ({
        measure,
        call: { ...call, ownerRoles: [], task: false },
      })),
    );
  }

  async #ask(
    tx: Tx,
    policy: ActivePolicy,
    inquiry: Inquiry,
    signsAfter?: number,
  ): Promise<{ active: string | null; findings: Findings }> {
    const questions = this.#questions(policy, inquiry).map((question) => ({ ...question, signsAfter }));
    const owner = inquiry.calls[0]?.owner ?? '';
    const columns = [
      sql`${activeMark(this.settings.environment)} as active`,
      sql`(select roles from people where id = ${owner}) as roles`,
      sql`${inquiry.task ?? NO_TASK} as task`,
      ...questions.map((question, at) => sql`${valueQuery(this.database.engine, question)} as ${sql.ref(`m${at}`)}`),
    ];
    const { rows } = await sql<Record<string, unknown>>`select ${sql.join(columns)}`.execute(tx);
    const row = rows[0] ?? {};
    const values = questions.map(({ call, measure }, at): [string, Measured] => [
      keyOf(call.tool, measure.key),
      { value: Number(row[`m${at}`] ?? 0), oldest: null },
    ]);
    const roles = typeof row['roles'] === 'string' ? (JSON.parse(row['roles']) as string[]) : [];
    const taskId = typeof row['task'] === 'string' ? row['task'] : null;
    const active = typeof row['active'] === 'string' ? row['active'] : null;
    return { active, findings: { values: new Map(values), ownerRoles: roles, taskId } };
  }

  async #load(tx: Tx): Promise<ActivePolicy> {
    const stored = await findActivePolicy(tx, this.settings.environment);
    if (!stored) throw unreadablePolicy('there is none');
    const active = this.#compile(stored);
    if (this.#compiled.size >= KEPT) this.#compiled.clear();
    this.#compiled.set(active.digest, active);
    return (this.#last = active);
  }

  #compile({ digest, name, text, mark }: FoundPolicy): ActivePolicy {
    const known = this.#compiled.get(digest);
    if (known) return { ...known, mark };
    const outcome = compilePolicy(text, this.catalogue);
    if (!outcome.ok) throw unreadablePolicy(`"${name}": ${outcome.faults[0]?.message}`);
    if (outcome.policy.environment !== this.settings.environment) {
      throw unreadablePolicy(`"${name}" is for ${outcome.policy.environment}`);
    }
    return {
      digest,
      mark,
      version: `${name}@${digest.slice('sha-256:'.length).slice(0, 12)}`,
      compiled: outcome.policy,
    };
  }
}
