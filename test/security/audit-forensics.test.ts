import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CODES, type Code } from '@narrow-deputies/contracts';
import { startPostgres, type PostgresServer } from '../../backend-mock/test/support/engines.ts';
import { expectCaught } from '../support/broken.ts';
import { RECORDED, type Forensic, type Scene } from '../support/forensic-cases.ts';
import { COUNTED, type Noise } from '../support/forensic-noise.ts';
import { GRANTS, REPORTS } from '../support/forensic-others.ts';
import { entryOf, expectAnswers, expectCounted, TalkativeClient } from '../support/forensics.ts';
import { startLab, type Lab, type WirePerson } from '../support/lab.ts';
import { enrol } from '../support/plans-and-people.ts';

/** What leaves no entry, for what it says is that none can be written: other tests look at it. */
const NEVER: readonly Code[] = ['audit_unavailable'];

let postgres: PostgresServer;
let lab: Lab;
let scene: Scene;
beforeAll(async () => {
  // On this engine every code there is can be come by.
  postgres = await startPostgres();
  lab = await startLab({ databaseUrl: await postgres.createDatabase() });
}, 120_000);
beforeEach(async () => {
  const { db } = lab.backend.database;
  await db.deleteFrom('limits').execute();
  await db.deleteFrom('suspensions').execute();
  await db.deleteFrom('policies').where('name', '=', 'test').execute();
  await db.updateTable('plans').set({ state: 'revoked' }).where('state', '!=', 'committed').execute();
  // What came before is no part of any history: many denials in a row would look like abuse.
  await db
    .updateTable('audit_entries')
    .set((entry) => ({ time: entry('time', '-', 40 * 86_400_000) }))
    .execute();
  scene = { lab, client: new TalkativeClient(lab.backend.backendUrl, lab.token) };
});
afterAll(async () => {
  await lab?.stop();
  await postgres?.stop();
}, 60_000);

test('every code there is has its case here [audit.forensics]', () => {
  const covered = new Set<string>([...Object.keys(RECORDED), ...Object.keys(COUNTED), ...NEVER]);
  expect([...covered].toSorted()).toEqual(Object.keys(CODES).toSorted());
});

describe('an entry about a refused call answers who, what, when, from where, why, in which trace and run', () => {
  test.each(Object.entries(RECORDED) as [Code, Forensic][])('%s [audit.forensics]', async (code, forensic) => {
    const since = Date.now();
    const reply = await forensic.make(scene);
    await expectAnswers(lab, scene.client, { ...forensic, code }, since, reply);
  });
});

describe('so does one about a grant that was not given', () => {
  test.each(GRANTS.map((each) => [each.code, each] as const))('%s [audit.forensics]', async (_code, grant) => {
    const since = Date.now();
    await expectAnswers(lab, scene.client, grant, since, await grant.make(scene));
  });
});

describe('so does one about a report', () => {
  test.each(REPORTS.map((each) => [`${each.tool}: ${each.code}`, each] as const))(
    '%s [audit.forensics]',
    async (_name, report) => {
      const since = Date.now();
      await expectAnswers(lab, scene.client, report, since, await report.make(scene));
    },
  );
});

describe('a count of refusals before anybody was known says what, where, when and how often', () => {
  test.each(Object.entries(COUNTED) as [Code, Noise][])(
    '%s [audit.forensics, law.noise-counted]',
    async (code, noise) => {
      await expectCounted(lab, code, noise.route, await noise.make(scene));
    },
  );
});

describe("an entry about a person's refused act", () => {
  test.each([
    ['insufficient_scope', 'revoke_task', { taskId: crypto.randomUUID() }],
    ['invalid_arguments', 'list_plans', { plan: 'x' }],
  ] as const)('says who, with what, from where and why: %s [audit.forensics]', async (code, action, args) => {
    const name = `somebody-${code.replaceAll('_', '-')}`;
    const person: WirePerson = await enrol(lab, name, ['reviewer']);
    const reply = await person.call(action, args);
    expect(reply.json['code']).toBe(code);
    expect(await entryOf(lab, reply)).toMatchObject({
      tool: `people.${action}`,
      kind: 'person',
      person: `p_${name}`,
      keyid: person.keyid,
      source: '127.0.0.1',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      argumentsDigest: expect.stringMatching(/^sha-256:/),
      outcome: 'refused',
      decision: 'deny',
      code,
      details: { detail: expect.any(String) },
    });
  });
});

describe('a broken twin', () => {
  test('whose entries say nothing of where a call came from is caught [check.twins, audit.forensics]', async () => {
    const since = Date.now();
    const reply = await RECORDED.invalid_arguments.make(scene);
    const silent: Lab = {
      ...lab,
      entries: async () => (await lab.entries()).map((entry) => ({ ...entry, source: null })),
    };
    const question = { ...RECORDED.invalid_arguments, code: 'invalid_arguments' } as const;
    await expectAnswers(lab, scene.client, question, since, reply);
    await expectCaught(() => expectAnswers(silent, scene.client, question, since, reply));
  });
});
