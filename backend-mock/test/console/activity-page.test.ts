import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { AuditEntry } from '../../src/audit/entry.ts';
import { readFilter } from '../../src/console/pages/activity-filter.ts';
import { activityPage, PAGE_SIZE, type Activity } from '../../src/console/pages/activity-page.ts';
import { NOON } from '../support/rows.ts';
import { faultsOf, structureOf } from './structure.ts';

const PLAN = '0f8fad5b-d9cb-469f-a165-70867728950e';
const ENTRY: AuditEntry = {
  v: 2,
  writer: { id: '0123456789abcdef.0', number: 1 },
  auditId: 'audit-1',
  time: '2026-11-20T12:00:00.000Z',
  environment: 'development',
  traceId: 'ab'.repeat(16),
  requestId: 'request-1',
  run: null,
  client: 'ticket-handler',
  keyid: 'k'.repeat(43),
  agent: 'support-agent',
  owner: 'p_owner',
  person: null,
  host: { user: 'somebody' },
  source: '127.0.0.1',
  tool: 'commit_refund',
  kind: 'commit',
  argumentsDigest: 'sha-256:00',
  resultDigest: null,
  decision: 'deny',
  rules: ['check:scope'],
  decisionInput: { amount: 5 },
  risk: { score: 70, level: 'high', parts: [] },
  outcome: 'refused',
  code: 'plan_stale',
  repeated: false,
  latencyMs: 1.5,
  plan: PLAN,
  approvals: [],
  task: null,
  details: { detail: 'It moved.' },
};

const page = (entries: readonly Partial<AuditEntry>[], overrides: Partial<Activity> = {}, query: object = {}): string =>
  activityPage(
    {
      filter: readFilter(query),
      found: entries.map((entry, index) => ({ position: 1000 - index, entry: { ...ENTRY, ...entry } })),
      counts: [],
      names: new Map([['p_owner', 'Oda']]),
      agents: ['support-agent'],
      tools: ['commit_refund'],
      erases: false,
      ...overrides,
    },
    NOON,
  ).text.replaceAll(/\s*\n\s*/g, ' ');

describe('the activity page', () => {
  test('says of an entry when, who, what, how it ended, and where to go on', () => {
    const shown = page([{}]);
    for (const text of [
      '2026-11-20 12:00:00</time>',
      '<b>support-agent</b> for Oda',
      '(ticket-handler)',
      '<code>commit_refund</code>',
      '>Denied</span>',
      '<code>plan_stale</code> The world changed since this plan was made',
      `<a href="/plans/${PLAN}">`,
      `<a href="/activity?trace=${'ab'.repeat(16)}">`,
      '<dt>decided by</dt>',
      'check:scope',
      'high (70)',
      '<dt>from</dt> <dd>127.0.0.1</dd>',
      '&quot;amount&quot;: 5',
    ]) {
      expect(shown).toContain(text);
    }
    expect(faultsOf(shown)).toEqual([]);
  });

  test.each([
    [{ person: 'p_owner', agent: null }, '<b>Oda</b>'],
    [{ person: 'p_gone', agent: null }, '<b>p_gone</b>'],
    [{ kind: 'noise', agent: null, client: null, owner: null }, 'Somebody unknown'],
    [{ kind: 'system', agent: null, client: null, owner: null }, 'The backend itself'],
    [{ kind: 'report', rules: ['self-reported'] }, 'Denied by the server itself</span>'],
    [{ kind: 'report', rules: ['self-reported'], details: { count: 96 } }, 'Denied by the server itself 96 times'],
    [{ kind: 'report', tool: 'refusals' }, '>Denied</span>'],
    [{ outcome: 'pending', code: 'approval_required' }, 'Waits for a person'],
    [{ outcome: 'failed', code: 'internal' }, 'Failed'],
    [{ outcome: 'succeeded', code: null, plan: null, traceId: null, risk: null }, 'Done'],
    [{ code: 'a_code_of_another_version' as 'internal' }, 'a_code_of_another_version'],
  ] satisfies [Partial<AuditEntry>, string][])('shows %j as "%s"', (differs, text) => {
    expect(page([differs])).toContain(text);
  });

  test('leads to older entries by the place of the last one, and keeps the filter', () => {
    const many = Array.from({ length: PAGE_SIZE + 1 }, () => ({}));
    const shown = page(many, {}, { agent: 'support-agent', before: '1001' });
    expect(shown.match(/<li class="entry/g)).toHaveLength(PAGE_SIZE);
    expect(shown).toContain(`href="/activity?agent=support-agent&amp;before=${1000 - PAGE_SIZE + 1}" rel="next"`);
    expect(shown).toContain('<a href="/activity?agent=support-agent">Newest</a>');
    expect(page(many.slice(1))).not.toContain('rel="next"');
  });

  test('says what is wrong with a filter instead of showing entries', () => {
    const shown = page([{}], {}, { trace: 'nothing' });
    expect(shown).toContain('A trace has 32 digits and letters from a to f.');
    expect(shown).toContain('value="nothing"');
    expect(shown).not.toContain('<li class="entry');
  });

  test('lets administrators erase payloads, and nobody else', () => {
    expect(page([])).not.toContain('erase_payloads');
    const shown = page([], { erases: true });
    expect(shown).toMatch(/<form class="act" method="post" data-act="erase_payloads"/);
    for (const subject of ['person', 'customer', 'plan', 'entry'])
      expect(shown).toContain(`<option value="${subject}">`);
    expect(faultsOf(shown)).toEqual([]);
  });

  test('shows the chart unless something is looked for that it would not show', () => {
    expect(page([])).toContain('No agent did anything');
    expect(page([], { counts: null })).not.toContain('No agent did anything');
  });

  test('keeps a choice that it does not know, and opens the filter that holds', () => {
    const shown = page([], {}, { tool: 'data.import' });
    expect(shown).toMatch(/<option value="data\.import" selected\s*>/);
    expect(shown).toMatch(/<details class="filter" open\s*>/);
    expect(shown).toContain('There is no such entry.');
  });

  test('whatever an entry or an address says, it brings in no element and no attribute', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    const hostile = (said: string): string =>
      page(
        [
          { tool: said, client: said, agent: said, rules: [said], run: said, task: said, requestId: said, keyid: said },
          {
            details: { [said]: said },
            decisionInput: { x: said },
            host: { user: said },
            approvals: [said],
            plan: said,
          },
        ],
        { names: new Map([['p_owner', said]]) },
      );
    const plain = structureOf(hostile('x'));
    fc.assert(
      fc.property(text, (said) => {
        const shown = hostile(said);
        expect(structureOf(shown)).toEqual(plain);
        expect(faultsOf(shown)).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(text, (said) => expect(faultsOf(page([], {}, { trace: said, tool: said, from: said }))).toEqual([])),
    );
  });

  test('writes out characters that a reader could not see', () => {
    expect(page([{ details: { why: 'a\u202Eb' } }])).toContain('a⟦U+202E⟧b');
  });
});
