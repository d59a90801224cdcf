import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { startLab, type Lab, type WirePerson } from '../support/lab.ts';
import { enrol } from '../support/plans-and-people.ts';
import { policyWith } from '../support/policies.ts';
import type { WireReply } from '../support/wire-client.ts';

/** As good as any, and told apart by its name. */
const named = (name: string): string => policyWith('').replace('name: test', `name: ${name}`);
const askedFor = (policy: string, packs: JsonObject = {}): JsonObject => ({ file: 'test.yaml', policy, packs });

let lab: Lab;
let lead: WirePerson;
beforeAll(async () => {
  lab = await startLab();
  lead = await enrol(lab, 'lead', ['owner', 'reviewer', 'support-lead']);
}, 60_000);
afterAll(() => lab?.stop());
beforeEach(() => lab.backend.database.db.deleteFrom('limits').execute());

const policies = (on: Lab): Promise<JsonObject[]> =>
  on.backend.database.db.selectFrom('policies').selectAll().orderBy('position').execute();
const activeName = async (on: Lab): Promise<unknown> => (await policies(on)).at(-1)?.['name'];
const acts = async (on: Lab): Promise<number> =>
  (
    await on.backend.database.db
      .selectFrom('person_acts')
      .select('id')
      .where('action', '=', 'activate_policy')
      .execute()
  ).length;

/** Refused: no policy and no act is another, and one entry says who tried. */
async function expectRefused(on: Lab, person: WirePerson, args: JsonObject, code: string): Promise<WireReply> {
  const before = { policies: await policies(on), acts: await acts(on), entries: (await on.entries()).length };
  const reply = await person.call('activate_policy', args);
  expect({ code: reply.json['code'], text: reply.text }).toEqual({ code, text: reply.text });
  expect({ policies: await policies(on), acts: await acts(on) }).toEqual({
    policies: before.policies,
    acts: before.acts,
  });
  expect((await on.entries()).slice(before.entries)).toMatchObject([
    {
      auditId: reply.json['auditId'],
      tool: 'people.activate_policy',
      keyid: person.keyid,
      person: expect.stringMatching(/^p_/),
      outcome: 'refused',
      decision: 'deny',
      code,
    },
  ]);
  return reply;
}

describe('activating a policy', () => {
  test("is an administrator's act, with its proof and one entry [policy.activation]", async () => {
    const before = {
      policies: (await policies(lab)).length,
      acts: await acts(lab),
      entries: (await lab.entries()).length,
    };
    const { status, json } = await lab.people.owner.call('activate_policy', askedFor(named('first')));
    expect(status).toBe(200);
    expect(json).toMatchObject({ policy: 'first', digest: expect.stringMatching(/^sha-256:/), repeated: false });
    const rows = await policies(lab);
    expect(rows).toHaveLength(before.policies + 1);
    const entries = (await lab.entries()).slice(before.entries);
    expect(entries).toMatchObject([{ tool: 'people.activate_policy', outcome: 'succeeded', details: json }]);
    expect(rows.at(-1)).toMatchObject({
      name: 'first',
      digest: json['digest'],
      activated_by: entries[0]?.['person'],
      audit_id: entries[0]?.['auditId'],
    });
    expect(await acts(lab)).toBe(before.acts + 1);
    const shown = await lab.people.reviewer.call('show_policy', {});
    expect(shown.json).toMatchObject({ name: 'first', activatedBy: 'owner', policy: named('first') });
  });

  test('that is active already is said, and is no second row [policy.activation]', async () => {
    await lab.people.owner.call('activate_policy', askedFor(named('again')));
    const before = await policies(lab);
    const { json } = await lab.people.owner.call('activate_policy', askedFor(named('again')));
    expect(json).toMatchObject({ policy: 'again', repeated: true });
    expect(await policies(lab)).toEqual(before);
  });

  const byOthers = async (on: Lab, others: readonly WirePerson[]): Promise<void> => {
    for (const person of others) await expectRefused(on, person, askedFor(named('theirs')), 'insufficient_scope');
  };

  test('is refused to every other role, and recorded [policy.activation]', () =>
    byOthers(lab, [lab.people.reviewer, lead]));

  test('a backend that lets reviewers do it is caught [check.twins, policy.activation]', async () => {
    const module = 'backend-mock/src/people/action.ts';
    const defineAction = (action: object): object => ({ ...action, roles: ['reviewer'] });
    const broken = await startBrokenLab({ module, instead: () => ({ defineAction }) });
    try {
      await expectCaught(() => byOthers(broken, [broken.people.reviewer]));
    } finally {
      await broken.stop();
    }
  }, 30_000);

  test('is nothing that an agent can do [policy.activation, approval.person]', async () => {
    const before = await policies(lab);
    const wire = lab.wireOf('ticket-handler');
    for (const path of ['/people/activate_policy', '/v1/tickets/activate_policy', '/v1/policy/activate_policy']) {
      const { status } = await wire.call(path, askedFor(named('mine')));
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
    }
    expect(await policies(lab)).toEqual(before);
  });
});

describe('a file that is no good policy', () => {
  const rule = (when: string, effect = 'allow'): string => `  - id: odd\n    effect: ${effect}\n    when: ${when}\n`;
  const PACKED = policyWith('').replace('rules:', 'risk: { packs: [packs/a.yaml] }\nrules:');
  const bad: readonly (readonly [string, string, JsonObject, RegExp, string])[] = [
    ['no YAML', 'version: 1\nname: [test\n', {}, /^test\.yaml:3:1 /, '/test.yaml/3/1'],
    ['an unknown field', `${policyWith('')}extra: 1\n`, {}, /^test\.yaml:9:1 /, '/test.yaml/9/1'],
    ['an anchor', policyWith('').replace('rules:', 'rules: &all'), {}, /^test\.yaml:\d+:\d+ Anchors/, ''],
    ['a tool twice', policyWith(rule('{ kinds: [commit], kinds: [read] }')), {}, /^test\.yaml:11:\d+ /, ''],
    [
      'a text that the log does not keep',
      policyWith(rule('{ tools: [commit_reply_to_customer], arguments: [{ pointer: /text, prefix: Dear }] }', 'deny')),
      {},
      /^test\.yaml:9:5 The log does not keep \/text/,
      '/test.yaml/9/5',
    ],
    [
      'money without a sum',
      policyWith(rule('{ tools: [commit_refund] }')),
      {},
      /^test\.yaml:9:5 .*without a limit/,
      '',
    ],
    ['what ships', policyWith(rule('{ tools: [commit_publish_draft] }')), {}, /^test\.yaml:9:5 .*No policy may/, ''],
    ['no pack where one is named', PACKED, {}, /^test\.yaml:\d+:\d+ There is no file packs\/a\.yaml/, ''],
    [
      'a pack that is none',
      PACKED,
      { 'packs/a.yaml': 'version: 1\ndomain: a\nfactors:\n  - { id: odd, scores: 1 }\n' },
      /^packs\/a\.yaml:4:\d+ /,
      '',
    ],
  ];

  test.each(bad)('for %s changes nothing, and the answer names the place [policy.activation]', async (...row) => {
    const [, policy, packs, message, pointer] = row;
    const { json } = await expectRefused(lab, lab.people.owner, askedFor(policy, packs), 'invalid_arguments');
    const [error] = json['errors'] as JsonObject[];
    expect(error?.['message']).toMatch(message);
    if (pointer !== '') expect(error?.['pointer']).toBe(pointer);
  });

  test('because it is for another environment changes nothing [policy.activation, env.policy]', async () => {
    const { json } = await expectRefused(
      lab,
      lab.people.owner,
      askedFor(policyWith('', 'production')),
      'invalid_arguments',
    );
    expect(JSON.stringify(json['errors'])).toContain('production');
    expect(await activeName(lab)).not.toBe('test');
  });
});
