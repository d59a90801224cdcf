import { SEQUENCE_DEPTH, type Measure, type Measured, type PolicyCall } from '@narrow-deputies/policy';
import { sql, type RawBuilder } from 'kysely';
import type { Engine } from '../database/database.ts';

/** One measure for one call. */
export interface Question {
  readonly call: PolicyCall;
  readonly measure: Measure;
  /** Milliseconds: what could be a sign of abuse counts only where it is newer. Left out = all of the window. */
  readonly signsAfter?: number | undefined;
}

const SIGNS: ReadonlySet<Measure['of']> = new Set(['denials', 'repeats', 'sequence']);

/**
 * An entry that PostgreSQL reads: its `jsonb` takes no text with a NUL, and what a client says of its machine may hold one.
 * Backslashes that stand for themselves are written otherwise first, so that what is left before `u0000` begins an escape.
 */
const WITHOUT_NUL = sql`replace(replace(entry, ${sql.lit('\\\\')}, ${sql.lit('\\u005c')}), ${sql.lit('\\u0000')}, ${sql.lit('\\ufffd')})`;

/** An argument of an earlier call, as its entry keeps it; anything but a whole number above 0 counts as nothing. */
function argumentOf(engine: Engine, pointer: string): RawBuilder<number> {
  const tokens = pointer.split('/').slice(1).map(unescapeToken);
  if (engine === 'postgres') {
    const path = sql.lit(`{${['decisionInput', 'arguments', ...tokens].map(quoted).join(',')}}`);
    const value = sql`(${WITHOUT_NUL}::jsonb #> ${path}::text[])`;
    const number = sql`${value}::text::numeric`;
    const whole = sql`jsonb_typeof(${value}) = 'number' and ${number} > 0 and ${number} % 1 = 0`;
    return sql<number>`case when ${whole} then ${number} else 0 end`;
  }
  const path = sql.lit(`$.decisionInput.arguments${tokens.map((token) => `.${quoted(token)}`).join('')}`);
  return sql<number>`case when json_type(entry, ${path}) = 'integer' then max(json_extract(entry, ${path}), 0) else 0 end`;
}

const unescapeToken = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');
const quoted = (token: string): string => `"${token.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

function whose({ measure, call }: Question): RawBuilder<boolean> {
  switch (measure.per) {
    case 'run':
      return call.run === null
        ? sql`1 = 0`
        : sql`run_id = ${call.run} and client_id = ${call.client} and owner_id = ${call.owner}`;
    case 'client':
      return sql`client_id = ${call.client} and owner_id = ${call.owner}`;
    case 'agent':
      return sql`agent = ${call.agent}`;
    case 'owner':
      return sql`owner_id = ${call.owner}`;
    case 'tool':
      return sql`tool = ${call.tool}`;
  }
}

const counted: Readonly<Record<Measure['of'], RawBuilder<boolean> | null>> = {
  calls: sql`served = 1`,
  sum: sql`served = 1`,
  records: sql`served = 1`,
  risk: sql`served = 1`,
  outside: sql`served = 1 and outside = 1`,
  denials: sql`outcome = 'refused'`,
  repeats: null,
  sequence: null,
};

function conditions(question: Question): RawBuilder<boolean> {
  const { measure, call } = question;
  const since = call.time - measure.window;
  const after = SIGNS.has(measure.of) ? Math.max(since, question.signsAfter ?? since) : since;
  // Without an end: a call that took its locks first may have begun later, by the clock, than this one that waited.
  const parts = [whose(question), sql`time > ${after}`];
  if (measure.tools !== null) {
    parts.push(measure.tools.length === 0 ? sql`1 = 0` : sql`tool in (${sql.join(measure.tools)})`);
  }
  const how = counted[measure.of];
  if (how) parts.push(how);
  if (measure.of === 'repeats') parts.push(sql`tool = ${call.tool} and sameness = ${call.sameness}`);
  return sql`${sql.join(parts, sql` and `)}`;
}

function valueOf(engine: Engine, { of, pointer }: Measure): RawBuilder<number> {
  switch (of) {
    case 'sum':
      return sql`coalesce(sum(${argumentOf(engine, pointer ?? '')}), 0)`;
    case 'records':
      return sql`coalesce(sum(records), 0)`;
    case 'risk':
      return sql`coalesce(sum(risk), 0)`;
    case 'denials':
      return sql`coalesce(sum(refusals), 0)`;
    default:
      return sql`count(*)`;
  }
}

/** Scalar subquery with the value of a measure, over entries that {@link Measure} describes. */
export function valueQuery(engine: Engine, question: Question): RawBuilder<number> {
  if (question.measure.of === 'sequence') return neighbours(question);
  return sql`(select ${valueOf(engine, question.measure)} from audit_entries where ${conditions(question)})`;
}

/** Scalar subquery with the time of the oldest entry that was counted; only denials need it. */
export const oldestQuery = (question: Question): RawBuilder<number | null> =>
  sql`(select min(time) from audit_entries where ${conditions(question)})`;

/** How many of the newest records asked for have the record before them among them too. */
function neighbours(question: Question): RawBuilder<number> {
  const newest = (name: string) => sql`(select distinct record_number from (
    select record_number from audit_entries where ${conditions(question)} and record_number is not null
    order by position desc limit ${sql.lit(SEQUENCE_DEPTH)}) as newest) as ${sql.ref(name)}`;
  return sql`(select count(*) from ${newest('one')} join ${newest('next')}
    on one.record_number = next.record_number - 1)`;
}

export const NOTHING: Measured = { value: 0, oldest: null };
