import { beforeAll, describe, expect, test } from '@jest/globals';
import { checkPolicy, type PolicySource, type PolicyText } from '@narrow-deputies/policy';
import { declaredCatalogue } from '../../backend-mock/src/policy/declared-tools.ts';
import { ENVIRONMENTS, failing, shipped, type Environment, type Shipped } from './shipped-support.ts';

const all = new Map<Environment, Shipped>();
beforeAll(async () => {
  for (const environment of ENVIRONMENTS) all.set(environment, await shipped(environment));
});

function policyOf(environment: Environment): Shipped {
  const policy = all.get(environment);
  if (!policy) throw new Error(`There is no policy for ${environment}.`);
  return policy;
}

const without = <T>(items: readonly T[], item: T): T[] => items.filter((other) => other !== item);
const asText = ({ text }: Shipped, source: PolicySource): PolicyText => ({ ...text, policy: JSON.stringify(source) });

/** Every text that a policy becomes when one rule or one limit is taken away, by what is missing. */
function* shortened(policy: Shipped): Generator<readonly [string, PolicyText]> {
  const { source } = policy;
  for (const rule of source.rules) {
    yield [rule.id, asText(policy, { ...source, rules: without(source.rules, rule) })];
  }
  for (const limit of source.limits ?? []) {
    yield [limit.id, asText(policy, { ...source, limits: without(source.limits ?? [], limit) })];
  }
}

/** The same with one factor of a risk pack. */
function* lightened({ text, packs }: Shipped): Generator<readonly [string, PolicyText]> {
  for (const [file, pack] of Object.entries(packs)) {
    for (const factor of pack.factors) {
      const less = JSON.stringify({ ...pack, factors: without(pack.factors, factor) });
      yield [`${pack.domain}/${factor.id}`, { ...text, packs: { ...text.packs, [file]: less } }];
    }
  }
}

describe('a case notices', () => {
  test.each(ENVIRONMENTS)('each rule and limit that is missing in %s [policy-check.needed]', (environment) => {
    const policy = policyOf(environment);
    const texts = [...shortened(policy)];
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.filter(([, text]) => failing(policy, text).length === 0).map(([id]) => id)).toEqual([]);
  });

  test('each factor of a risk pack that is missing [policy-check.needed]', () => {
    const noticed = new Set<string>();
    const factors = new Set<string>();
    for (const policy of all.values()) {
      for (const [name, text] of lightened(policy)) {
        factors.add(name);
        if (!noticed.has(name) && failing(policy, text).length > 0) noticed.add(name);
      }
    }
    expect(factors.size).toBeGreaterThan(20);
    expect([...factors].filter((name) => !noticed.has(name))).toEqual([]);
  });
});

describe('in the policy for production', () => {
  const codes = (change: (policy: string) => string): string[] => {
    const { text } = policyOf('production');
    const policy = change(text.policy);
    expect(policy).not.toBe(text.policy);
    return checkPolicy({ ...text, policy }, declaredCatalogue()).map(({ code }) => code);
  };
  /** From the line that names a rule or limit on. */
  const inPart = (id: string, from: string, to: string) => (policy: string) => {
    const start = policy.indexOf(`- id: ${id}\n`);
    return policy.slice(0, start) + policy.slice(start).replace(from, to);
  };

  test('a day that may hold more than one refund is found [policy-check.money]', () => {
    expect(codes(inPart('small-refunds-add-up', 'maximum: 1000', 'maximum: 1001'))).toEqual(['splittable']);
  });

  test('a sum over less than a day bounds nothing, so that the next one is looked at [policy-check.money]', () => {
    expect(codes(inPart('small-refunds-add-up', 'window: 24h', 'window: 23h'))).toEqual(['splittable']);
  });

  test('a currency that nobody names is found [policy-check.money]', () => {
    expect(codes(inPart('small-refunds', '- { pointer: /currency, enum: [EUR] }\n', '\n'))).toContain('currency_open');
  });

  test('a publication that policy would release is found [policy-check.findings]', () => {
    const change = inPart('publishing-needs-the-owner', 'require_approval\n    approval: owner', 'allow');
    expect(codes(change)).toContain('releases_ships');
  });
});
