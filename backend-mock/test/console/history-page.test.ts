import { describe, expect, test } from '@jest/globals';
import { historyAddress, readHistoryFilter } from '../../src/console/pages/history-filter.ts';
import { historyPage, PAGE_SIZE } from '../../src/console/pages/history-page.ts';
import type { PastPlan } from '../../src/console/pages/history-search.ts';
import { MINUTE, NOON } from '../support/rows.ts';
import { faultsOf } from './structure.ts';

const ATTACK = `"><script>alert(1)</script>`;
const past = (overrides: Partial<PastPlan> = {}): PastPlan => ({
  id: '00000000-0000-4000-8000-000000000001',
  tool: 'commit_publish_draft',
  clientId: 'blog-publisher',
  state: 'committed',
  preview: { action: 'unpublish', title: 'Tea', url: '/tea' },
  risk: { score: 50, level: 'medium', parts: [] },
  createdAt: NOON,
  expiresAt: NOON + 30 * MINUTE,
  committedAt: NOON + MINUTE,
  decisions: [{ name: 'owner', decision: 'approve', reason: null, at: NOON }],
  ...overrides,
});
const page = (plans: readonly PastPlan[], filter = {}): string =>
  historyPage(filter, plans, NOON + 2 * MINUTE).text.replaceAll(/\s*\n\s*/g, ' ');

describe('the history [approval.page]', () => {
  test('says what ended how, who decided and when', () => {
    const shown = page([past()]);
    for (const text of ['Done', '&quot;Tea&quot; is taken down', 'approved it', 'Done <time', 'Risk medium (50)']) {
      expect(shown).toContain(text);
    }
    expect(faultsOf(shown)).toEqual([]);
  });

  test.each([
    ['a title', past({ preview: { action: 'unpublish', title: ATTACK, url: '/x' } })],
    ['a tool', past({ preview: {}, tool: ATTACK })],
    ['a client', past({ clientId: ATTACK })],
    ['a name', past({ decisions: [{ name: ATTACK, decision: 'reject', reason: null, at: NOON }] })],
    ['a reason', past({ decisions: [{ name: 'x', decision: 'reject', reason: ATTACK, at: NOON }] })],
  ])('shows %s as text, whatever it says', (_where, plan) => {
    const shown = page([plan]);
    expect(shown).toContain('&quot;&gt;&lt;script&gt;');
    expect(shown).not.toContain('<script');
    expect(faultsOf(shown)).toEqual([]);
  });

  test('leads on where there is more, and back', () => {
    const many = Array.from({ length: PAGE_SIZE + 1 }, (_, index) => past({ createdAt: NOON - index }));
    const older = `before=${NOON - PAGE_SIZE + 1}_${past().id}`;
    expect(page(many, { state: 'committed' })).toContain(`href="/history?state=committed&amp;${older}" rel="next"`);
    expect(page(many.slice(1))).not.toContain('rel="next"');
    expect(page([], { before: past() })).toContain('Newest');
    expect(page([])).toContain('No plan has ended like this.');
  });

  test.each([{ state: 'pending_approval' }, { before: "1' or 1=1" }, { more: 'x' }, { state: ['committed', 'stale'] }])(
    'does not look for %j',
    (query) => expect(readHistoryFilter(query)).toBeUndefined(),
  );

  test('reads back its own addresses', () => {
    for (const filter of [{}, { state: 'stale' as const }, { before: { createdAt: NOON, id: past().id } }]) {
      const query = Object.fromEntries(new URL(historyAddress(filter), 'http://console.invalid').searchParams);
      expect(readHistoryFilter(query)).toEqual(filter);
    }
    expect(readHistoryFilter({ state: '', before: '' })).toEqual({});
  });
});
