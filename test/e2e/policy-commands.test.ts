import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { runScript, type Finished } from '../support/processes.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deputies-policy-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const deputies = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> =>
  runScript('deputies', ['policy', ...args], {
    PATH: process.env['PATH'],
    HOME: folder,
    DEPUTIES_HOME: join(folder, 'home'),
    ...env,
  });

const file = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

const REFUNDS = `  - id: refunds
    effect: allow
    when:
      tools: [commit_refund]
      arguments:
        - { pointer: /amount, maximum: 2000 }
        - { pointer: /currency, enum: [EUR] }
`;
const policyText = (sum = 2000, more = ''): string => `version: 1
name: trial
environment: production
time_zone: Europe/Berlin
rules:
  - { id: reads, effect: allow, when: { kinds: [read, plan] } }
  - id: asked
    effect: require_approval
    approval: owner
    when: { tools: [commit_publish_draft, commit_unpublish_article, commit_export_customers, commit_create_ticket, commit_update_ticket, commit_reply_to_customer] }
${REFUNDS}${more}limits:
  - { id: day, when: { tools: [commit_refund] }, per: owner, window: 24h, maximum: ${sum}, sum: /amount, exceeded: deny }
`;
const casesText = (expected: string): string => `version: 1
policy: fine.yaml
cases:
  - name: a small refund
    call: { tool: commit_refund, arguments: { amount: 1500, currency: EUR } }
    expect: { effect: ${expected} }
`;

const json = ({ stdout }: Finished): JsonObject => JSON.parse(stdout) as JsonObject;

describe('policy check', () => {
  test('a policy in which nothing is found ends with 0, and makes no home [policy-check.cli, people.cli]', async () => {
    const path = await file('fine.yaml', policyText());
    const { code, stdout, stderr } = await deputies(['check', path]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${path}: nothing to say.\n`, stderr: '' });
    expect(existsSync(join(folder, 'home'))).toBe(false);
  });

  test('findings are said as compilers say them, and end with 1 [policy-check.cli, people.cli]', async () => {
    const path = await file('split.yaml', policyText(10_000));
    const { code, stdout } = await deputies(['check', path]);
    expect(code).toBe(1);
    expect(stdout).toBe(
      `${path}:11:5  error    splittable  5 calls of commit_refund with EUR 20.00 would pass where one with EUR 100.00 would not.\n` +
        `${path}: 1 error, 0 warnings.\n`,
    );
    const reported = await deputies(['check', path, '--json']);
    expect(reported.code).toBe(1);
    expect(json(reported)).toMatchObject({
      ok: false,
      file: path,
      findings: [{ file: path, line: 11, column: 5, severity: 'error', code: 'splittable' }],
    });
  });

  test('a warning alone is not well either [policy-check.cli]', async () => {
    const path = await file('warned.yaml', policyText(2000, REFUNDS.replace('id: refunds', 'id: again')));
    const { code, stdout } = await deputies(['check', path]);
    expect({ code, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({
      code: 1,
      last: `${path}: 0 errors, 1 warning.`,
    });
  });

  test('what is no policy is said with its place, hidden characters made visible [policy-check.cli]', async () => {
    const path = await file('broken.yaml', 'version: 1\nname: "\\e[31mtrial"\n');
    const { code, stdout } = await deputies(['check', path]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/:2:1 {2}error {4}invalid/);
    expect(stdout).not.toContain('\u001B');
  });

  test('without a file it is the policy of the environment, and it has to be for that [policy-check.cli]', async () => {
    const own = await deputies(['check', '--json'], { DEPUTIES_ENVIRONMENT: 'staging' });
    expect(String(json(own)['file'])).toMatch(/policies[/\\]staging\.yaml$/);
    const none = await deputies(['check', '--json'], { DEPUTIES_ENVIRONMENT: '../staging' });
    expect(none.code).toBe(1);
    expect(json(none)).toMatchObject({ error: { code: 'missing_file' } });
  });

  test('a file that is missing, no text, too large, or a pack that leads out of the folder is refused [policy-check.files]', async () => {
    await mkdir(join(folder, 'apart'));
    await file('secret.yaml', 'version: 1\ndomain: secret\nfactors: [{ id: a, score: 1 }]\n');
    await symlink(join(folder, 'secret.yaml'), join(folder, 'apart', 'pack.yaml'));
    const packed = policyText().replace('rules:', 'risk: { packs: [pack.yaml] }\nrules:');
    const refused: [string, string][] = [
      [join(folder, 'nowhere.yaml'), 'missing_file'],
      [folder, 'unreadable_file'],
      [await file('large.yaml', '#'.repeat(2 * 1024 * 1024 + 1)), 'file_too_large'],
      [await file('apart/policy.yaml', packed), 'outside_folder'],
    ];
    const binary = join(folder, 'binary.yaml');
    await writeFile(binary, Buffer.from([0xc3, 0x28]));
    for (const [path, code] of [...refused, [binary, 'not_utf8'] as const]) {
      const result = await deputies(['check', path, '--json']);
      expect({ status: result.code, error: json(result)['error'] }).toMatchObject({ status: 1, error: { code } });
      expect(result.stdout).not.toContain('secret\n');
    }
  });

  test('a pack that does not exist is a finding on the line that names it [policy-check.files]', async () => {
    const path = await file(
      'packless.yaml',
      policyText().replace('rules:', 'risk: { packs: [risk/none.yaml] }\nrules:'),
    );
    expect(json(await deputies(['check', path, '--json']))).toMatchObject({ findings: [{ code: 'invalid', line: 5 }] });
  });
});

describe('policy test', () => {
  test('cases that pass end with 0 [policy-check.cli, people.cli]', async () => {
    const path = await file('fine.yaml', policyText());
    const cases = await file('fine.cases.yaml', casesText('allow'));
    for (const named of [path, cases]) {
      const { code, stdout } = await deputies(['test', named]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: `ok    a small refund\n${cases}: 1 case, 0 failed.\n` });
    }
  });

  test('a case that fails says what is otherwise and why, and ends with 1 [policy-check.cli, people.cli]', async () => {
    const path = await file('fine.yaml', policyText());
    const cases = await file('fine.cases.yaml', casesText('deny'));
    const { code, stdout } = await deputies(['test', path]);
    expect(code).toBe(1);
    expect(stdout.split('\n')).toEqual([
      `FAIL  a small refund  (${cases}:4)`,
      '      effect: allow, expected deny',
      '      rule   refunds  allow  matched',
      '      limit  day      deny   not exceeded  0 before this call, 2000 at most',
      `${cases}: 1 case, 1 failed.`,
      '',
    ]);
    const reported = await deputies(['test', path, '--json']);
    expect(reported.code).toBe(1);
    expect(json(reported)).toMatchObject({
      ok: false,
      failed: 1,
      results: [{ differences: [{ field: 'effect', expected: 'deny', actual: 'allow' }] }],
    });
  });

  test('cases that cannot be read, and none at all [policy-check.cli]', async () => {
    const path = await file('fine.yaml', policyText());
    await file('fine.cases.yaml', casesText('maybe'));
    const { code, stdout } = await deputies(['test', path]);
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/fine\.cases\.yaml:6:\d+ {2}error {2}/),
    });
    await rm(join(folder, 'fine.cases.yaml'));
    expect(json(await deputies(['test', path, '--json']))).toMatchObject({ error: { code: 'missing_file' } });
  });
});

describe('policy explain', () => {
  const refund = (amount: number): string[] => [
    '--tool',
    'commit_refund',
    '--arguments',
    `{"amount":${amount},"currency":"EUR"}`,
  ];

  test('says of each part whether it matched, or why not, and decides [policy-check.explain, people.cli]', async () => {
    const path = await file('fine.yaml', policyText());
    const { code, stdout } = await deputies(['explain', path, ...refund(2001), '--time', '2026-03-02T10:00:00+01:00']);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'rule   refunds  allow  did not match  arguments /amount: does not hold',
      'limit  day      deny   exceeded       0 before this call, 2000 at most',
      '',
      'deny by no-rule',
      'time           2026-03-02T09:00:00.000Z',
      'risk           0',
      'agent is told  other_arguments',
      'retry at       waiting does not help',
      '',
    ]);
  });

  test('what happened before counts, and the past is told in JSON too [policy-check.explain, people.cli]', async () => {
    const path = await file('fine.yaml', policyText());
    const history = await file('history.yaml', '- { tool: commit_refund, arguments: { amount: 900 }, ago: 6h }\n');
    const call = [
      ...refund(1500),
      '--time',
      '2026-03-02T12:00:00Z',
      '--run',
      'r1',
      '--owner',
      'p_1',
      '--agent',
      'support-agent',
    ];
    const alone = await deputies(['explain', path, ...call, '--json']);
    expect(json(alone)).toMatchObject({ effect: 'allow', rules: ['refunds'], denial: null });
    const after = await deputies(['explain', path, ...call, '--history', history, '--json']);
    expect(after.code).toBe(0);
    expect(json(after)).toMatchObject({
      effect: 'deny',
      rules: ['day'],
      call: { owner: 'p_1', run: 'r1', agent: 'support-agent', time: '2026-03-02T12:00:00.000Z' },
      denial: { conditions: ['smaller_amount'], retryAt: '2026-03-03T12:00:00.000Z', taskMissing: false },
    });
  });

  test.each([
    [['--tool', 'commit_refunds'], 'unknown_tool', 'commit_refund,'],
    [['--tool', 'commit_refund', '--arguments', '{'], 'invalid_arguments', 'no JSON'],
    [['--tool', 'commit_refund', '--arguments', '[]'], 'invalid_arguments', 'JSON object'],
    [['--tool', 'commit_refund', '--arguments', '{"total":1}'], 'invalid_arguments', 'amount'],
    [['--tool', 'commit_refund', '--time', 'noon'], 'invalid_arguments', 'RFC 3339'],
    [['--tool', 'commit_refund', '--history', '/nowhere.yaml'], 'missing_file', 'nowhere'],
  ])('%j cannot be decided [policy-check.explain]', async (args, code, words) => {
    const path = await file('fine.yaml', policyText());
    const result = await deputies(['explain', path, ...args, '--json']);
    expect(result.code).toBe(1);
    expect(json(result)['error']).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  test('a policy that cannot decide is refused with its faults [policy-check.explain]', async () => {
    const path = await file('broken.yaml', 'version: 2\n');
    const result = await deputies(['explain', path, '--tool', 'commit_refund', '--json']);
    expect(result.code).toBe(1);
    expect(json(result)['error']).toMatchObject({
      code: 'invalid_policy',
      message: expect.stringContaining(`${path}:1:1: `),
    });
  });
});

test.each([['check'], ['test'], ['explain']])('policy %s has help [people.cli]', async (command) => {
  const { code, stdout } = await deputies([command, '--help']);
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`Usage: deputies policy ${command}`),
  });
});
