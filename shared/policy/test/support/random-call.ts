import type { PolicyCall, PolicyEvent, ToolFacts } from '../../src/index.ts';
import { chance, pick, present, times, type Random } from './random.ts';
import { TOOLS } from './tools.ts';

/** Nights in which clocks are moved, as the zones' own law has it, and days on which they are not. */
const NIGHTS = [
  '2026-03-29T01:00Z', // Europe/Berlin, an hour forward
  '2026-10-25T01:00Z', // and back
  '2026-03-08T07:00Z', // America/New_York, forward
  '2026-11-01T06:00Z', // and back
  '2026-10-03T15:30Z', // Australia/Lord_Howe, half an hour forward
  '2026-04-04T15:00Z', // and back
  '2026-12-31T18:15Z', // midnight in Asia/Kathmandu
] as const;
const DAYS = ['2026-01-14T07:00Z', '2026-05-22T16:30Z', '2026-07-18T22:00Z', '2026-11-20T12:00Z'] as const;
const MINUTE = 60_000;
const EDGES = [0, 0, 1, -1, 30_000] as const;

/** Milliseconds since the epoch, often at the very edge of an hour, a half or a quarter. */
export function randomTime(random: Random): number {
  const near = Date.parse(chance(random, 50) ? pick(random, NIGHTS) : pick(random, DAYS));
  return near + (random.below(48) - 24) * 15 * MINUTE + pick(random, EDGES);
}

type Json = PolicyCall['arguments'][string];
type Make = (random: Random) => Json | undefined;

const AMOUNTS = [10, 50, 100, 0, 1, 9, 11, 49, 51, 90, 99, 101, 500, 501] as const;
const of =
  (usual: readonly [Json, ...Json[]], odd: readonly [Json, ...Json[]]): Make =>
  (random) => {
    if (chance(random, 4)) return undefined;
    return chance(random, 8) ? pick(random, odd) : pick(random, usual);
  };
const length: Make = of([{ length: 5 }, { length: 0 }, { length: 4 }, { length: 6 }, { length: 200 }], [5, {}, null]);

const ARGUMENTS: Readonly<Record<string, Make>> = {
  amount: of(AMOUNTS, ['50', null, true, -10, 10.5, [50], { length: 5 }]),
  currency: of(['EUR', 'CHF', 'USD'], [5, null, ['EUR'], '']),
  order: of([{ total: 50, id: 'O7' }, { total: 100 }, { total: 501 }, {}], ['O7', null, { total: '50' }, [50]]),
  reason: length,
  note: length,
  query: length,
  rows: of([10, 1, 11, 100], ['10', null]),
  customerId: of(['C7', 'C8', 'C9', 'D7', 'C10', 'C11'], [7, 'none', null]),
  ticketId: of(['T1', 'T2', 'T3', 'T10', 'X2'], [2, 'T', ['T1']]),
  'a/b~c': of(['x', 'y'], [1, {}]),
  filename: of(['blog/a.md', 'blog/ä.md', 'notes/b.md', 'x', 'blog/🍵.md'], [1, null]),
  fields: of([['name'], ['name', 'city'], []], ['name', { length: 1 }]),
  status: of(['open', 'solved', 'spam'], [1, true, null]),
  tags: of([['vip'], ['vip', 'late'], [], ['late', 'vip', 'new']], ['vip', 3]),
};

const argumentsOf = (random: Random, { readable }: ToolFacts): PolicyCall['arguments'] =>
  present(
    Object.fromEntries(Object.keys(readable).map((name) => [name, ARGUMENTS[name]?.(random)])),
  ) as PolicyCall['arguments'];

const CLIENTS = ['c1', 'c2', 'c3'] as const;
export const AGENTS = ['tickets-agent', 'crm-agent', 'blog-agent'] as const;
export const OWNERS = ['p_1', 'p_2'] as const;
const RUNS = ['r1', 'r2', null] as const;
export const ROLES = ['support-lead', 'reviewer', 'administrator'] as const;

type Asked = Omit<PolicyCall, 'time' | 'ownerRoles' | 'task' | 'contentFlags'>;

function asked(random: Random, tools: readonly ToolFacts[]): Asked & { facts: ToolFacts } {
  const facts = tools[random.below(tools.length)] as ToolFacts;
  const values = argumentsOf(random, facts);
  return {
    facts,
    tool: facts.name,
    client: pick(random, CLIENTS),
    agent: pick(random, AGENTS),
    owner: pick(random, OWNERS),
    run: pick(random, RUNS),
    arguments: values,
    sameness: `${facts.name} ${JSON.stringify(values)}`,
  };
}

export function randomCall(random: Random, time: number, tools = TOOLS): PolicyCall {
  const { facts: _, ...call } = asked(random, tools);
  return {
    ...call,
    time,
    ownerRoles: ROLES.filter(() => chance(random, 30)),
    task: chance(random, 30),
    contentFlags: chance(random, 25) ? 1 + random.below(3) : 0,
  };
}

/** How long ago, at and beside every edge of the windows that random policies look through. */
const AGES = [90_000, 600_000, 3_600_000, 86_400_000, 604_800_000, 31 * 86_400_000] as const;

function randomAge(random: Random): number {
  const age = pick(random, AGES);
  return chance(random, 40) ? age + pick(random, [0, 1, -1]) : random.below(age);
}

/** Earlier calls, a few of which are not so early, by their times. */
export function randomPast(random: Random, now: number, most = 24, tools = TOOLS): PolicyEvent[] {
  const past = times(random.below(most + 1), (): PolicyEvent => {
    const { facts, ...call } = asked(random, tools);
    const served = chance(random, 80);
    return {
      ...call,
      time: chance(random, 4) ? now + random.below(3) : now - randomAge(random),
      outcome: served ? 'served' : 'denied',
      records: served && facts.kind === 'read' ? random.below(6) : 0,
      risk: pick(random, [0, 5, 20, 60]),
      outside: served && facts.showsOutside && chance(random, 70),
    };
  });
  return past.toSorted((a, b) => a.time - b.time);
}
