import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { commitUnpublishArticleContract } from '../../src/blog/unpublish-article.ts';
import type { Grantable } from '../../src/console/pages/tasks-grant.ts';
import { tasksPage, type Tasks } from '../../src/console/pages/tasks-page.ts';
import { commitRefundContract } from '../../src/tickets/refund.ts';
import { commitUpdateTicketContract } from '../../src/tickets/update-ticket.ts';
import type { Task } from '../../src/tasks/task.ts';
import { makeSigner } from '../support/evidence.ts';
import { MINUTE, NOON, OWNER } from '../support/rows.ts';
import { keyTask } from '../support/task-rows.ts';
import { faultsOf, structureOf } from './structure.ts';

const TASK = keyTask(makeSigner(OWNER.id));
const TICKETS: Grantable = {
  clientId: 'ticket-handler',
  agent: 'support-agent',
  resourceType: 'ticket',
  contracts: [commitRefundContract, commitUpdateTicketContract],
};
const ARTICLES: Grantable = {
  clientId: 'blog-publisher',
  agent: 'publisher-agent',
  resourceType: 'article',
  contracts: [commitUnpublishArticleContract],
};

const page = (overrides: Partial<Tasks> = {}): string =>
  tasksPage(
    { tasks: [TASK], names: new Map([[OWNER.id, 'owner']]), grantable: [ARTICLES, TICKETS], ...overrides },
    NOON + MINUTE,
  ).text.replaceAll(/\s*\n\s*/g, ' ');
const argumentsOf = (shown: string, act: string): unknown[] =>
  [...shown.matchAll(new RegExp(`data-act="${act}" data-arguments="([^"]*)"`, 'g'))].map(([, text = '']): unknown =>
    JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&amp;', '&')),
  );
const stateIn = (differs: Partial<Task>): string | undefined =>
  /<span class="state">([^<]*)</.exec(page({ tasks: [{ ...TASK, ...differs }] }))?.[1];

describe('the page of tasks [task.granted]', () => {
  test('says what a task covers, how much is used of how much, until when and by whose word', () => {
    const shown = page({ tasks: [{ ...TASK, spent: 1250, uses: 2 }] });
    for (const text of [
      'refund, update ticket on ticket 1842',
      'Used: 12.50 EUR of 50.00 EUR in 2 commits',
      'Ends <time datetime="2026-11-20T12:30:00.000Z"',
      'For support-agent with ticket-handler',
      'By owner, <time datetime="2026-11-20T12:00:00.000Z"',
      'For: Broken cups.',
    ]) {
      expect(shown).toContain(text);
    }
    expect(faultsOf(shown)).toEqual([]);
  });

  test('counts commits where there is no money, and how many there may be', () => {
    expect(page({ tasks: [{ ...TASK, sum: null, uses: 1 }] })).toContain('Used: 1 commit<');
    expect(page({ tasks: [{ ...TASK, sum: null, uses: 1, usesMaximum: 3 }] })).toContain('Used: 1 of 3 commits<');
  });

  test('ends a task by a form of its own, while it stands', () => {
    expect(argumentsOf(page(), 'revoke_task')).toEqual([{ taskId: TASK.id }]);
    const over: readonly Partial<Task>[] = [{ state: 'revoked' }, { expiresAt: NOON }, { usesMaximum: 1, uses: 1 }];
    expect(over.map(stateIn)).toEqual(['revoked', 'over', 'used up']);
    expect(stateIn({})).toBe('active');
    for (const differs of over) {
      const shown = page({ tasks: [{ ...TASK, ...differs }] });
      expect(argumentsOf(shown, 'revoke_task')).toEqual([]);
      expect(shown).toContain('Before (1)');
      expect(shown).toContain('No task runs: agents ask each time that policy says so.');
    }
  });

  test('offers a form for each agent and type of record, with tools that can be together', () => {
    const shown = page();
    expect(argumentsOf(shown, 'grant_task')).toEqual([
      { clientId: 'blog-publisher', resourceType: 'article' },
      { clientId: 'ticket-handler', resourceType: 'ticket' },
    ]);
    expect(
      [...shown.matchAll(/name="tools" value="([^"]+)"( checked)?/g)].map(([, tool, ticked]) => [tool, ticked]),
    ).toEqual([
      // The only one there is.
      ['commit_unpublish_article', ' checked'],
      ['commit_refund', undefined],
      ['commit_update_ticket', undefined],
    ]);
    expect(shown.match(/name="upTo"/g)).toHaveLength(1);
    expect(shown).toContain('Both are needed for: refund.');
    expect(shown).toMatch(/name="expiresAt" data-from-now value="30" min="1" max="480"/);
    expect(shown.match(/<form/g)).toHaveLength(shown.match(/<p role="alert">/g)?.length ?? 0);
  });

  test('offers nothing to whoever may grant nothing, and shows nothing to whoever may see nothing', () => {
    expect(argumentsOf(page({ grantable: null }), 'grant_task')).toEqual([]);
    expect(page({ grantable: [] })).toContain('None of your agents has a token');
    const shown = page({ tasks: null, grantable: null });
    expect(shown).toContain('Tasks are shown to owners and administrators.');
    expect(shown).not.toContain('1842');
  });

  test('no reason, record or name brings in an element or an attribute', () => {
    const hostile = (said: string): string =>
      page({
        tasks: [
          {
            ...TASK,
            id: said,
            reason: said,
            resource: { type: said, id: said },
            clientId: said,
            agent: said,
            tools: [said],
          },
        ],
        names: new Map([[OWNER.id, said]]),
        grantable: [{ ...TICKETS, clientId: said, agent: said }],
      });
    const plain = structureOf(hostile('x'));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (said) => {
        const shown = hostile(said);
        expect(structureOf(shown)).toEqual(plain);
        expect(faultsOf(shown)).toEqual([]);
      }),
    );
  });
});
