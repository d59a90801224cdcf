import { describe, expect, test } from '@jest/globals';
import type { PlanState } from '../../src/database/schema.ts';
import { noPlanPage, planPage as render } from '../../src/console/plan-page.ts';
import type { Plan } from '../../src/plans/plan.ts';
import { makePlan } from '../support/rows.ts';

const ATTACK = `"><script>alert('x')</script><img src=x onerror=y>&lt;`;
const ESCAPED = '&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&lt;img src=x onerror=y&gt;&amp;lt;';
const TAGS = /<(?!\/?(?:!doctype|html|head|meta|title|link|body|main|h1|h2|p|dl|dt|dd|pre)\b)/i;

/** The page without the white space between its elements, which says nothing. */
const planPage = (plan: Plan, contents: Readonly<Record<string, string>> = {}): string =>
  render(plan, contents).replaceAll(/>\s+</g, '><');

describe('the page of a plan [approval.page]', () => {
  test('shows what will happen, who asked and how to decide', () => {
    const plan = makePlan({
      preview: { action: 'publish', title: 'Tea & water', tags: ['a', 'b'], links: [], date: null },
    });
    const page = planPage(plan, { draft: 'Boil <water>.\n' });
    for (const text of [
      '<h1>publish draft</h1>',
      'This plan waits for a person.',
      '<dt>title</dt><dd>Tea &amp; water</dd>',
      '<dt>tags</dt><dd>a, b</dd>',
      '<dt>links</dt><dd>none</dd>',
      '<dt>date</dt><dd>-</dd>',
      '<h2>The exact text (draft)</h2><pre>\nBoil &lt;water&gt;.\n</pre>',
      '<dt>client</dt><dd>blog-publisher</dd>',
      '<dt>needs</dt><dd>approval by owner</dd>',
      '<dt>expires</dt><dd>2026-11-20T12:30:00.000Z</dd>',
      `<dd>${plan.digest}</dd>`,
      `approvals approve ${plan.id}`,
    ]) {
      expect(page).toContain(text);
    }
  });

  const outside: readonly (readonly [string, Partial<Plan>, Record<string, string>])[] = [
    ['a value of the preview', { preview: { title: ATTACK } }, {}],
    ['a name in the preview', { preview: { [ATTACK]: 'x' } }, {}],
    ['a list in the preview', { preview: { tags: ['a', ATTACK] } }, {}],
    ['a content', {}, { draft: ATTACK }],
    ["a content's name", {}, { [ATTACK]: 'x' }],
    ['the agent', { agent: ATTACK }, {}],
    ['the client', { clientId: ATTACK }, {}],
    ['the tool', { commitTool: ATTACK }, {}],
  ];
  test.each(outside)('shows %s as text, whatever it says', (_where, differs, contents) => {
    const page = planPage(makePlan(differs), contents);
    expect(page).toContain(ESCAPED);
    expect(page).not.toMatch(TAGS);
  });

  test('shows a structure in the preview as text', () => {
    const page = planPage(makePlan({ preview: { hidden: [{ name: '<b>' }], to: { untrusted: { name: '<i>' } } } }));
    expect(page).toContain('<dt>hidden: name</dt><dd>&lt;b&gt;</dd>');
    expect(page).toContain('<dt>to: name (from outside)</dt><dd>&lt;i&gt;</dd>');
    expect(page).not.toMatch(TAGS);
  });

  test('writes out characters that a reader could not see', () => {
    const page = planPage(makePlan({ preview: { title: 'a\u202Eb', tags: ['c\u200Bd'] } }), { draft: 'e\u2066f' });
    for (const text of ['a⟦U+202E⟧b', 'c⟦U+200B⟧d', 'e⟦U+2066⟧f']) expect(page).toContain(text);
    expect(page).not.toMatch(/[\u202E\u200B\u2066]/);
  });

  test('shows every content that the plan carries', () => {
    const page = planPage(makePlan(), { draft: 'one', cover: 'two' });
    expect(page).toContain('<h2>The exact text (draft)</h2><pre>\none</pre>');
    expect(page).toContain('<h2>The exact text (cover)</h2><pre>\ntwo</pre>');
  });

  test('has no place for content where a plan carries none', () => {
    expect(planPage(makePlan())).not.toContain('The exact text');
    expect(planPage(makePlan(), { draft: '' })).toContain('The exact text');
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
    expect(planPage(makePlan({ state }))).toContain(`This plan ${words}`);
  });

  test('has no script, no form and nothing from elsewhere', () => {
    const page = planPage(makePlan(), { draft: 'text' }) + noPlanPage();
    expect(page).not.toMatch(/<(script|form|iframe|img|base)|https?:|\son\w+=/i);
  });
});

test('an address that leads to no plan is told so and no more', () => {
  expect(noPlanPage()).toContain('There is no plan at this address.');
});
