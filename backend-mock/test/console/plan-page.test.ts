import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import * as fc from 'fast-check';
import type { PlanState } from '../../src/database/schema.ts';
import { noPlanPage } from '../../src/console/pages/plan-page.ts';
import { PREVIEWS } from '../support/previews.ts';
import { makePlan, MINUTE, NOON } from '../support/rows.ts';
import { makeDecision, shownPage } from '../support/shown-plans.ts';
import { faultsOf, structureOf } from './structure.ts';

const ATTACK = `"><script>alert('x')</script><img src=x onerror=y>&lt;`;
const ESCAPED = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&lt;img src=x onerror=y&gt;&amp;lt;';
const ELEMENTS = new Set(
  (
    'div section h1 h2 h3 p span dl dt dd bdi mark small strong b code pre ul ol li table caption thead tbody tr th td ' +
    'details summary time form label input button a iframe'
  ).split(' '),
);
const ATTRIBUTES = new Set(
  (
    'class id role hidden href target rel datetime title scope dir src sandbox loading type method name required maxlength ' +
    'autocomplete aria-labelledby data-plan data-state data-expires data-banner data-act data-arguments data-sign-in ' +
    'data-next data-label'
  ).split(' '),
);

/** Elements and attributes that a plan's page has no use for. */
const strangers = (page: string): string[] =>
  structureOf(page).flatMap((tag) => {
    const [name = '', ...attributes] = tag.replace(/^\//, '').split(' ');
    return [name, ...attributes].filter((word, index) => !(index === 0 ? ELEMENTS : ATTRIBUTES).has(word));
  });

describe('the page of a plan [approval.page]', () => {
  test('shows what will happen, why it asks, who asked and what is signed', () => {
    const plan = makePlan({ preview: PREVIEWS['publish'] ?? {} });
    const page = shownPage({ plan, contents: { draft: 'Boil <water>.\n' } });
    for (const text of [
      'publish draft',
      'This plan waits for a person.',
      'It expires',
      'becomes public at',
      'Tea &amp; water',
      'The exact text (draft)',
      'Boil &lt;water&gt;.',
      'a person agrees to first',
      'the person that the agent acts for',
      'Risk medium (50)',
      '<bdi>blog/ships</bdi> (+30)',
      '<dt>client</dt><dd>blog-publisher</dd>',
      '<dt>for</dt><dd>owner</dd>',
      plan.digest,
      plan.shownDigest,
      'One record, at the version that this plan saw.',
    ]) {
      expect(page).toContain(text);
    }
  });

  const outside: readonly (readonly [string, Parameters<typeof shownPage>[0]])[] = [
    ['a value of the preview', { plan: makePlan({ preview: { title: ATTACK } }) }],
    ['a name in the preview', { plan: makePlan({ preview: { [ATTACK]: 'x' } }) }],
    ['a list in the preview', { plan: makePlan({ preview: { tags: ['a', ATTACK] } }) }],
    ['a content', { contents: { draft: ATTACK } }],
    ["a content's name", { contents: { [ATTACK]: 'x' } }],
    ['the agent', { plan: makePlan({ agent: ATTACK }) }],
    ['the client', { plan: makePlan({ clientId: ATTACK }) }],
    ['the tool', { plan: makePlan({ commitTool: ATTACK }) }],
    ['the run', { plan: makePlan({ runId: ATTACK }) }],
    ['the receipt', { plan: makePlan({ state: 'committed', receipt: { x: ATTACK } }) }],
    ['the host', { host: { name: ATTACK } }],
    ['a name of a person', { names: new Map([['p_owner', ATTACK]]) }],
    ['a reason', { approvals: [makeDecision({ decision: 'reject', reason: ATTACK })] }],
  ];
  test.each(outside)('shows %s as text, whatever it says', (_where, differs) => {
    const page = shownPage(differs);
    expect(page).toContain(ESCAPED);
    expect([...strangers(page), ...faultsOf(page)]).toEqual([]);
  });

  test('no text in any place of any kind of plan brings in an element, or ends one', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom(ATTACK, '</pre>', '\u202E<b>', `${'x'.repeat(10_000)}<i>`, "' onload='x", '<!--', ']]>'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(PREVIEWS)), hostile, (kind, text) => {
        const preview = replaceTexts(kind, text);
        const plan = makePlan({ preview, agent: text, clientId: text, runId: text, commitTool: text });
        const approvals = [makeDecision({ reason: text })];
        const page = shownPage({ plan, contents: { [text]: text }, approvals, host: { [text]: text } });
        expect([...strangers(page), ...faultsOf(page)]).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('has no script, no style, and nothing from elsewhere', () => {
    for (const preview of Object.values(PREVIEWS)) {
      const page = shownPage({ plan: makePlan({ preview }) }) + noPlanPage.text;
      expect(page).not.toMatch(/<(script|style|img|base|object|embed)|\s(style|on\w+)=|(src|href|action)="(?![/#])/i);
    }
  });

  test.each([
    ['planned', 'is being made'],
    ['pending_approval', 'waits for a person'],
    ['released', 'is approved and may be committed once'],
    ['committed', 'was committed'],
    ['rejected', 'was rejected'],
    ['expired', 'has expired'],
    ['revoked', 'was revoked'],
    ['stale', 'is out of date'],
  ] as readonly (readonly [PlanState, string])[])('says of a plan that is %s that it %s', (state, words) => {
    const page = shownPage({ plan: makePlan({ state }) });
    expect(page).toContain(`This plan ${words}`);
    expect(page).toContain(`data-state="${state}"`);
  });

  test('a plan whose time has passed has expired, also before anybody wrote that down', () => {
    const page = shownPage({ now: NOON + 31 * MINUTE });
    expect(page).toContain('This plan has expired');
    expect(page).not.toMatch(/data-act|data-expires/);
  });

  test('says who decided, when and why, and shows the receipt', () => {
    const plan = makePlan({ state: 'committed', committedAt: NOON, receipt: { auditId: 'audit-1' } });
    const page = shownPage({ plan, approvals: [makeDecision({ reason: 'Fine <3' })] });
    for (const text of [
      '<b><bdi>reviewer</bdi></b> approved it',
      'with a passkey',
      'Fine &lt;3',
      'audit-1',
      'Committed',
    ]) {
      expect(page).toContain(text);
    }
  });

  test('names nobody to somebody who is not signed in', () => {
    const shown = { approvals: [makeDecision()], host: { hostname: 'desk-7' }, viewer: undefined };
    const page = shownPage({ ...shown, plan: makePlan({ state: 'released' }) });
    expect(page).toContain('A person approved it');
    expect(page).not.toMatch(/reviewer<|p_reviewer|p_owner|>owner<|desk-7/);
  });
});

function replaceTexts(value: JsonObject, text: string): JsonObject {
  const keep = new Set([
    'action',
    'change',
    'currency',
    'status',
    'priority',
    'field',
    'fetchedBy',
    'contentDigest',
    'fields',
  ]);
  const replaced = JSON.parse(
    JSON.stringify(value, (name, item: unknown) => (typeof item === 'string' && !keep.has(name) ? text : item)),
  ) as JsonObject;
  return Array.isArray(value['fields']) ? { ...replaced, fields: value['fields'] } : replaced;
}
