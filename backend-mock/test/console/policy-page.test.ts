import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { policyPage, type PolicyView } from '../../src/console/pages/policy-page.ts';
import { digestOfPolicy } from '../../src/policy/policies-repository.ts';
import { MINUTE, NOON, OWNER } from '../support/rows.ts';
import { POLICY, readOf, textOf } from './policy-texts.ts';
import { faultsOf, structureOf } from './structure.ts';

const text = textOf();
const ACTIVE = { digest: digestOfPolicy(text), name: 'house-rules', text, activatedBy: OWNER.id, activatedAt: NOON };
const SIGNED = { digest: ACTIVE.digest, name: 'house-rules', at: NOON, by: OWNER.id, because: null };
const CHANGED = { ...SIGNED, name: 'older', at: NOON - MINUTE, by: null, because: 'changed-file' };
const FIRST = { ...SIGNED, name: 'oldest', at: NOON - 2 * MINUTE, by: null, because: 'first-start' };

const page = (overrides: Partial<PolicyView> = {}): string =>
  policyPage(
    {
      viewer: { roles: ['owner'] },
      active: ACTIVE,
      read: readOf(),
      activations: [SIGNED, CHANGED, FIRST],
      names: new Map([[OWNER.id, 'Olive']]),
      ...overrides,
    },
    NOON + MINUTE,
  ).text.replaceAll(/\s*\n\s*/g, ' ');
const plain = (shown: string): string => shown.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');

describe('the page of the policy [policy-page.shown]', () => {
  test('says which policy decides, since when, and by whose word', () => {
    const shown = page();
    for (const words of [
      '<dt>name</dt> <dd>house-rules</dd>',
      '<dt>environment</dt> <dd>development</dd>',
      '<dt>by</dt> <dd>Olive</dd>',
      '<dt>since</dt> <dd><time datetime="2026-11-20T12:00:00.000Z"',
      `<code>${ACTIVE.digest.slice(8, 16)} … ${ACTIVE.digest.slice(-8)}</code>`,
    ]) {
      expect(shown).toContain(words);
    }
    expect(faultsOf(shown)).toEqual([]);
  });

  test('lists what became active before, and says so where nobody signed', () => {
    const rows = [...page().matchAll(/<td data-label="Policy">(.*?)<\/td> <td data-label="By">(.*?)<\/td>/g)];
    expect(rows.map(([, name = '', by]) => [plain(name), by])).toEqual([
      ['house-rules', 'Olive'],
      ['older', 'a changed file'],
      ['oldest', 'the first start'],
    ]);
    expect(page({ activations: [{ ...FIRST, because: null }] })).toContain('nobody who signed');
    expect(page({ names: new Map() })).toContain(OWNER.id);
  });

  test('says each rule and limit in words: effect, who approves, why, and when', () => {
    const shown = plain(page());
    for (const words of [
      'Rules (3)',
      'allow reads-and-plans kinds: read, plan',
      'ask two reviewers with the role support-lead refunds-ask Money is looked at. tools: commit_refund',
      '/amount: at most 1000 /currency: is EUR hours: mon, tue 08:00 to 18:00',
      'deny no-take-downs actions: unpublish shortly before: text from outside, within 10m',
      'Limits (2)',
      'beyond: deny a-day a sum of 20000 over /amount for each owner in 24h tools: commit_refund',
      'beyond: ask the owner in-a-run 5 calls in a run, and for an owner in 1h kinds: plan',
      'risk/crm.yaml crm, 2 factors',
    ]) {
      expect(shown).toContain(words);
    }
  });

  test('has the exact text of each file, whole and escaped', () => {
    const policy = `${POLICY}# <script>alert(1)</script> & "quotes"\u202E\n`;
    const shown = policyPage(
      {
        viewer: { roles: [] },
        active: { ...ACTIVE, text: textOf(policy) },
        read: undefined,
        activations: [],
        names: new Map(),
      },
      NOON,
    ).text;
    const [first = '', second = ''] = [...shown.matchAll(/<pre dir="auto">\n([^]*?)<\/pre>/g)].map(([, each]) => each);
    expect(first).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;<mark>⟦U+202E⟧</mark>');
    expect(first.startsWith('version: 1\nname: house-rules\n')).toBe(true);
    expect(second).toContain('domain: crm');
  });

  test('says it when what is stored cannot be read, and still shows what became active', () => {
    const shown = page({ active: undefined, read: undefined });
    expect(shown).toContain('every call is refused');
    expect(shown).toContain('house-rules');
    expect(faultsOf(shown)).toEqual([]);
  });

  test('has the form for administrators, and for nobody else [policy-page.administrators]', () => {
    for (const roles of [['owner'], ['reviewer'], ['support-lead'], []] as const) {
      const shown = page({ viewer: { roles } });
      expect(shown).not.toMatch(/<form|<input|<script|data-act/);
      expect(shown).toContain('An administrator activates another one.');
    }
    const shown = page({ viewer: { roles: ['administrator'] } });
    expect(shown).toContain('data-act="activate_policy" data-arguments="{}"');
    expect(shown).toMatch(/<input type="file" name="packs" accept=".yaml,.yml" multiple \/>/);
    expect(shown).toContain('<script src="/policy.js" defer></script>');
    // Nothing of it is seen before its script runs.
    expect(shown).toMatch(/<form class="act" method="post" data-policy-files hidden>/);
    expect(shown).toMatch(/<div data-policy-sign hidden>/);
    expect(faultsOf(shown)).toEqual([]);
  });

  test('no text brings in an element or an attribute', () => {
    const hostile = (said: string): string => {
      const read = readOf();
      const rules = read.source.rules.map((rule) => ({ ...rule, id: said, why: said, when: { tools: [said] } }));
      return page({
        viewer: { roles: ['administrator'] },
        active: { ...ACTIVE, name: said },
        read: { ...read, source: { ...read.source, name: said, rules } },
        activations: [{ ...SIGNED, name: said, by: said }],
        names: new Map(),
      });
    };
    const structure = structureOf(hostile('x')).filter((each) => !each.startsWith('mark') && each !== '/mark');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (said) => {
        const shown = hostile(said);
        expect(structureOf(shown).filter((each) => !each.startsWith('mark') && each !== '/mark')).toEqual(structure);
        expect(faultsOf(shown)).toEqual([]);
      }),
    );
  });
});
