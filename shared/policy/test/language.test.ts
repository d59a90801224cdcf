import { describe, expect, test } from '@jest/globals';
import {
  compilePolicy,
  durationMs,
  LONGEST_WINDOW,
  packSchema,
  policySchema,
  readPolicy,
  readYaml,
} from '../src/index.ts';
import { minuteOfDay } from '../src/language/duration.ts';
import { SOURCE_MAX } from '../src/language/read-yaml.ts';
import { CATALOGUE } from './support/tools.ts';

const HEAD = 'version: 1\nname: trial\nenvironment: production\ntime_zone: Europe/Berlin\n';
const RULE = '  - id: give\n    effect: allow\n    when:\n      kinds: [read]\n';
const TEXT = `${HEAD}rules:\n${RULE}`;

/** `line:column pointer message` of each fault. */
function faultsOf(text: string, schema: typeof policySchema | typeof packSchema = policySchema): string[] {
  const read = readYaml(text, schema);
  if (read.ok) return [];
  return read.faults.map(({ line, column, pointer, message }) => `${line}:${column} ${pointer} ${message}`);
}
const faulty = (from: string, to: string): string[] => faultsOf(TEXT.replace(from, to));
const inRule = (line: string): string[] => faultsOf(`${TEXT}      ${line}\n`);

describe('a policy file', () => {
  test('that is right has no fault [policy.strict-files]', () => {
    expect(faultsOf(TEXT)).toEqual([]);
    expect(faultsOf(`\uFEFF${TEXT}`)).toEqual([]);
    expect(faultsOf(TEXT.replaceAll('\n', '\r\n'))).toEqual([]);
    const read = readYaml(TEXT, policySchema);
    expect(faultsOf(JSON.stringify(read.ok && read.value))).toEqual([]);
  });

  test.each<[string, string, string, RegExp]>([
    ['an unknown field', 'name: trial', 'nam: trial', /^2:1 \/nam Unrecognized key/m],
    ['an unknown field inside', 'kinds: [read]', 'kind: [read]', /^9:7 \/rules\/0\/when\/kind Unrecognized key/],
    ['a wrong type', 'name: trial', 'name: [trial]', /^2:1 \/name /],
    ['a wrong type in a list', 'kinds: [read]', 'kinds: [read, 5]', /^9:21 \/rules\/0\/when\/kinds\/1 /],
    ['a wrong word', 'effect: allow', 'effect: allowed', /^7:5 \/rules\/0\/effect /],
    ['a wrong version', 'version: 1', 'version: 2', /^1:1 \/version /],
    ['a version in quotes', 'version: 1', 'version: "1"', /^1:1 \/version /],
    ['a zone that is none', 'Europe/Berlin', 'Europe/Bärlin', /^4:1 \/time_zone An IANA time zone/],
    ['a key twice', 'name: trial', 'name: trial\nname: other', /^3:1 {2}Map keys must be unique/],
    ['a key twice, quoted', 'name: trial', 'name: trial\n"name": other', /^3:1 {2}Map keys must be unique/],
    ['an anchor', 'rules:', 'rules: &all', /^6:3 {2}Anchors, aliases and tags are not accepted/],
    ['an alias', 'name: trial', 'name: *all', /^2:7 {2}Anchors, aliases and tags/],
    ['an anchor on a key', 'name: trial', '&key name: trial', /^2:6 {2}Anchors, aliases and tags/],
    ['a tag', 'name: trial', 'name: !!str trial', /^2:13 {2}Anchors, aliases and tags/],
    ['a tag of its own', 'name: trial', 'name: !env NAME', /^2:7 {2}Unresolved tag/],
    ['a merge key', 'kinds: [read]', '<<: { kinds: [read] }', /^9:7 \/rules\/0\/when\/<< Unrecognized key/],
    ['__proto__', 'kinds: [read]', '__proto__: { kinds: [read] }', /^9:7 \/rules\/0\/when\/__proto__ Unrecognized/],
    ['constructor', 'kinds: [read]', 'constructor: { kinds: [read] }', /^9:7 \/rules\/0\/when\/constructor Unrec/],
    ['a key that is a map', 'kinds: [read]', '? { a: b }\n      : c', /^8:5 \/rules\/0\/when\/\{ a: b \} Unrecognized/],
    ['a tab', '  - id: give', '\t- id: give', /^6:1 {2}Tabs are not allowed/],
    ['a bracket that stays open', 'kinds: [read]', 'kinds: [read', /^10:1 {2}Flow sequence/],
    ['two documents', 'rules:', 'rules: []\n---\nrules:', /^6:1 {2}A file holds one document\./],
    ['nothing', TEXT, '', /^1:1 {2}Invalid input: expected object/],
    ['something else', TEXT, 'hello', /^1:1 {2}Invalid input: expected object/],
    ['another version of YAML', 'version: 1', '%YAML 1.3\n---\nversion: 1', /Unsupported YAML version/],
  ])('with %s is refused, by line and column [policy.strict-files]', (_, from, to, expected) => {
    expect(faulty(from, to).join('\n')).toMatch(expected);
  });

  test('of an older YAML means what it says today [policy.strict-files]', () => {
    const read = readYaml(`%YAML 1.1\n---\n${TEXT.replace('name: trial', 'name: yes')}`, policySchema);
    expect(read).toMatchObject({ ok: true, value: { name: 'yes' } });
  });

  test('that is too large, or too deep, is refused without being read [policy.strict-files]', () => {
    expect(faultsOf(`${TEXT}#${' '.repeat(SOURCE_MAX)}`)).toEqual(['1:1  The file is too large.']);
    expect(faultsOf('['.repeat(20_000)).length).toBeGreaterThan(0);
    expect(faultsOf(`${'{a: '.repeat(3000)}1${'}'.repeat(3000)}`).length).toBeGreaterThan(0);
  });

  test('never reaches the prototypes of our objects [policy.strict-files]', () => {
    readYaml('__proto__: { polluted: true }\nconstructor: { prototype: { polluted: true } }\n', policySchema);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('tells every fault at once, each at its place [policy.strict-files]', () => {
    const text = TEXT.replace('name: trial', 'name: Trial').replace('kinds: [read]', 'kinds: []');
    expect(faultsOf(text).map((fault) => fault.split(' ')[0])).toEqual(['2:1', '9:7']);
  });

  test.each<[string, string]>([
    ['approval: owner', 'an approval without its effect'],
    ['effect: require_approval', 'an effect without its approval'],
    [
      'effect: require_approval\n    approval: owner\n    reviewer_role: reviewer',
      'a reviewer where the owner approves',
    ],
    ['id: law', 'a name that decisions use'],
    ['id: no-rule', 'a name that decisions use'],
    ['id: abuse', 'a name that decisions use'],
    ['id: Give', 'an id with capitals'],
  ])('has no rule with %s (%s) [policy.strict-files]', (fields) => {
    const [name = ''] = fields.split(':');
    const line = new RegExp(`${name}: (give|allow)`);
    const text = line.test(TEXT)
      ? TEXT.replace(line, fields)
      : TEXT.replace('effect: allow', `effect: allow\n    ${fields}`);
    expect(faultsOf(text)[0]).toMatch(/^\d+:\d+ \/rules\/0/);
  });

  test.each([
    'tools: [Refund]',
    'tools: []',
    'tools: [a.b, c]',
    'hours: { from: "8:00", to: "18:00" }',
    'hours: { from: "24:00", to: "18:00" }',
    'hours: { from: "08:00", to: "24:01" }',
    'hours: { from: "08:00", to: "18:00", days: [monday] }',
    'hours: { from: "08:00", to: "18:00", time_zone: Mars/Olympus }',
    'recent: { within: 10m }',
    'recent: { within: 10m, outside_text: true, tools: [a] }',
    'recent: { within: 10m, outside_text: false }',
    'recent: { within: 32d, outside_text: true }',
    'recent: { within: 0m, outside_text: true }',
    'first_time_in: 1w',
    'content_flags: { minimum: 0 }',
    'risk: { minimum: 1.5 }',
    'task: maybe',
    'arguments: [{ pointer: /amount }]',
    'arguments: [{ pointer: amount, maximum: 5 }]',
    'arguments: [{ pointer: /a~2, maximum: 5 }]',
    'arguments: [{ pointer: /amount, maximum: .inf }]',
    'arguments: [{ pointer: /amount, maximum: "5" }]',
    'arguments: [{ pointer: /amount, pattern: a+ }]',
  ])('has no condition %s [policy.strict-files]', (line) => {
    expect(inRule(line)[0]).toMatch(/^\d+:\d+ \/rules\/0\/when\//);
  });

  test.each([
    '{ id: l, when: {}, exceeded: deny }',
    '{ id: l, when: {}, exceeded: deny, per: owner, window: 1h }',
    '{ id: l, when: {}, exceeded: deny, per: run, window: 1h, maximum: 5 }',
    '{ id: l, when: {}, exceeded: deny, max_calls_per_run: 5, maximum: 5 }',
    '{ id: l, when: {}, exceeded: deny, max_calls_per_run: 5, sum: /amount }',
    '{ id: l, when: {}, exceeded: allow, max_calls_per_run: 5 }',
    '{ id: l, when: {}, exceeded: require_approval, max_calls_per_run: 5 }',
    '{ id: give, when: {}, exceeded: deny, max_calls_per_run: 5 }',
    '{ id: law, when: {}, exceeded: deny, max_calls_per_run: 5 }',
  ])('has no limit %s [policy.strict-files]', (limit) => {
    expect(faultsOf(`${TEXT}limits:\n  - ${limit}\n`)).not.toEqual([]);
  });

  test.each([
    '{ id: f }',
    '{ id: f, score: 5, measure: calls, within: 1h, bands: [{ from: 1, score: 1 }] }',
    '{ id: f, measure: calls, within: 1h }',
    '{ id: f, measure: calls, bands: [{ from: 1, score: 1 }] }',
    '{ id: f, measure: content_flags, within: 1h, bands: [{ from: 1, score: 1 }] }',
    '{ id: f, measure: sum, within: 1h, bands: [{ from: 1, score: 1 }] }',
    '{ id: f, measure: calls, within: 1h, bands: [{ from: 2, score: 1 }, { from: 2, score: 3 }] }',
    '{ id: f, score: 101 }',
    '{ id: f, score: 5, abuse: false }',
    '{ id: f, score: 5, when: { risk: { minimum: 5 } } }',
  ])('has no factor %s [policy.strict-files]', (factor) => {
    const text = `version: 1\ndomain: trial\nfactors:\n  - { id: fine, score: 5 }\n  - ${factor}\n`;
    expect(faultsOf(text, packSchema)[0]).toMatch(/^5:\d+ \/factors\/1/);
  });
});

describe('a policy and its packs', () => {
  const text = TEXT.replace('rules:', 'risk: { packs: [money.yaml] }\nrules:');
  const read = (packs: Record<string, string>): string[] => {
    const outcome = readPolicy({ file: 'trial.yaml', policy: text, packs });
    return outcome.ok
      ? []
      : outcome.faults.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
  };

  test('are read together, and each fault names its file [policy.strict-files]', () => {
    expect(read({ 'money.yaml': 'version: 1\ndomain: money\nfactors: [{ id: f, score: 5 }]\n' })).toEqual([]);
    expect(read({})).toEqual(['trial.yaml:5:17 There is no file money.yaml beside the policy.']);
    expect(read({ 'money.yaml': 'version: 1\ndomain: money\nfactors: []\n' })[0]).toMatch(/^money\.yaml:3:1 /);
  });

  test('only ask for what the log keeps [policy.strict-files]', () => {
    const compile = (rest: string): string[] => {
      const outcome = compilePolicy({ file: 'trial.yaml', policy: HEAD + rest, packs: {} }, CATALOGUE);
      return outcome.ok ? [] : outcome.faults.map(({ line, column, message }) => `${line}:${column} ${message}`);
    };
    const rule = (constraint: string): string =>
      `rules:\n  - { id: r, effect: deny, when: { tools: [commit_update], arguments: [${constraint}] } }\n`;
    expect(compile(rule('{ pointer: /note, max_length: 5 }'))).toEqual([]);
    expect(compile(rule('{ pointer: /note, prefix: a }'))[0]).toMatch(
      /^6:5 The log does not keep \/note of commit_update/,
    );
    const limit = (tools: string): string =>
      `rules: []\nlimits:\n  - { id: l, when: { tools: [${tools}] }, per: owner, window: 1d, sum: /amount, maximum: 5, exceeded: deny }\n`;
    expect(compile(limit('commit_refund'))).toEqual([]);
    expect(compile(limit('commit_update'))).toEqual(['7:5 commit_update has no readable argument /amount to add up.']);
    expect(compile(limit('commit_*'))).toHaveLength(1);
  });
});

test('durations and times of day [policy.strict-files]', () => {
  expect(['90s', '10m', '24h', '7d', '9999s'].map(durationMs)).toEqual([
    90_000, 600_000, 86_400_000, 604_800_000, 9_999_000,
  ]);
  expect(LONGEST_WINDOW).toBe(31 * 86_400_000);
  expect(['00:00', '08:30', '23:59', '24:00'].map(minuteOfDay)).toEqual([0, 510, 1439, 1440]);
});
