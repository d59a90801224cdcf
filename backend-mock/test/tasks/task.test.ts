import { describe, expect, test } from '@jest/globals';
import type { Contract } from '@narrow-deputies/contracts';
import { commitUnpublishArticleContract } from '../../src/blog/unpublish-article.ts';
import { commitPublishDraftContract } from '../../src/blog/publish-draft.ts';
import { commitExportCustomersContract } from '../../src/customers/export-customers.ts';
import { commitRefundContract, planRefundContract } from '../../src/tickets/refund.ts';
import { commitReplyToCustomerContract } from '../../src/tickets/reply-to-customer.ts';
import { commitUpdateTicketContract } from '../../src/tickets/update-ticket.ts';
import { covers, taskState, taskUse, untaskable, type Task, type TaskUse } from '../../src/tasks/task.ts';
import { makeSigner } from '../support/evidence.ts';
import { MINUTE, NOON, OWNER } from '../support/rows.ts';
import { keyTask, refundUse } from '../support/task-rows.ts';

const SIGNER = makeSigner(OWNER.id);
const TASK = keyTask(SIGNER);
const WHO = { clientId: 'ticket-handler', ownerId: OWNER.id };
const TICKET = { type: 'ticket', id: '1842' };
const ORDER = { type: 'order', id: '501' };
const ARGS = { ticketId: '1842', orderId: '501', amount: 500, currency: 'EUR' };

describe('what a task can be about [task.never-ships]', () => {
  test.each<[string, Contract, string | undefined]>([
    ['a refund', commitRefundContract, undefined],
    ['a change of a ticket', commitUpdateTicketContract, undefined],
    ['taking an article down', commitUnpublishArticleContract, undefined],
    ['a publication', commitPublishDraftContract, 'ships text'],
    ['a reply', commitReplyToCustomerContract, 'ships text'],
    ['an export', commitExportCustomersContract, 'takes data out'],
    ['a plan', planRefundContract, 'commits nothing'],
    ['what takes a reviewer', { ...commitRefundContract, approval: 'reviewer' }, 'takes a reviewer'],
    ['what takes two', { ...commitRefundContract, approval: 'two_reviewers' }, 'takes a reviewer'],
  ])('%s', (_what, contract, why) => {
    if (why === undefined) expect(untaskable(contract)).toBeUndefined();
    else expect(untaskable(contract)).toContain(why);
    expect(taskUse(WHO, contract, [{ type: contract.resourceType, id: 'x' }], ARGS) === undefined).toBe(
      why !== undefined,
    );
  });
});

describe('what a commit asks of a task [task.bounds]', () => {
  test('is one record of its own type, and the money that its plan moves', () => {
    expect(taskUse(WHO, commitRefundContract, [TICKET, ORDER], ARGS)).toEqual(refundUse(500));
    expect(taskUse(WHO, commitUpdateTicketContract, [TICKET], {})).toEqual(
      refundUse(0, { tool: 'commit_update_ticket', money: null }),
    );
  });

  test('is nothing where it is about no record of its type, or several', () => {
    expect(taskUse(WHO, commitRefundContract, [ORDER], ARGS)).toBeUndefined();
    expect(taskUse(WHO, commitRefundContract, [], ARGS)).toBeUndefined();
    expect(taskUse(WHO, commitRefundContract, [TICKET, { type: 'ticket', id: '1843' }], ARGS)).toBeUndefined();
    expect(taskUse(WHO, commitRefundContract, [TICKET, TICKET], ARGS)).toBeDefined();
  });

  test.each([[undefined], [null], ['500'], [0], [-1], [0.5], [Number.NaN], [2 ** 53]])(
    'is nothing where it moves %p of money',
    (amount) => {
      const args = { ...ARGS, amount: amount as number };
      expect(taskUse(WHO, commitRefundContract, [TICKET], args)).toBeUndefined();
    },
  );

  test('is nothing where it says no currency, or its pointer leads nowhere', () => {
    expect(taskUse(WHO, commitRefundContract, [TICKET], { amount: 1 })).toBeUndefined();
    const nested = { ...commitRefundContract, money: '/refund/amount' };
    expect(taskUse(WHO, nested, [TICKET], { refund: [1] })).toBeUndefined();
    expect(taskUse(WHO, nested, [TICKET], { refund: { amount: 1, currency: 'EUR' } })).toEqual(
      refundUse(1, { money: { pointer: '/refund/amount', amount: 1, currency: 'EUR' } }),
    );
  });
});

describe('a task [task.bounds]', () => {
  test('covers up to its last minor unit and its last millisecond', () => {
    expect(covers(TASK, refundUse(5000), NOON)).toBe(true);
    expect(covers({ ...TASK, spent: 4999 }, refundUse(1), TASK.expiresAt - 1)).toBe(true);
    expect(covers(TASK, refundUse(0, { tool: 'commit_update_ticket', money: null }), NOON)).toBe(true);
  });

  const nothing: readonly (readonly [string, Partial<Task>, TaskUse, number])[] = [
    ['more than its sum', {}, refundUse(5001), NOON],
    ['more than is left', { spent: 4000 }, refundUse(1001), NOON],
    ['once more than it may', { usesMaximum: 2, uses: 2 }, refundUse(1), NOON],
    ['after its time', {}, refundUse(1), TASK.expiresAt],
    ['after it was revoked', { state: 'revoked' }, refundUse(1), NOON],
    ["another client's", {}, refundUse(1, { clientId: 'ticket-handler-two' }), NOON],
    ["another owner's", {}, refundUse(1, { ownerId: 'p_reviewer' }), NOON],
    ['another tool', {}, refundUse(1, { tool: 'commit_reply_to_customer' }), NOON],
    ['another record', {}, refundUse(1, { resource: { type: 'ticket', id: '1843' } }), NOON],
    ['a record of another type', {}, refundUse(1, { resource: { type: 'order', id: '1842' } }), NOON],
    ['another currency', {}, refundUse(1, { money: { pointer: '/amount', amount: 1, currency: 'USD' } }), NOON],
    ['another argument', {}, refundUse(1, { money: { pointer: '/fee', amount: 1, currency: 'EUR' } }), NOON],
    ['money without a sum', { sum: null, sumPointer: null }, refundUse(1), NOON],
  ];
  test.each(nothing)('does not cover %s', (_what, differs, use, now) => {
    expect(covers({ ...TASK, ...differs }, use, now)).toBe(false);
  });

  test('stands as it is used, over or revoked', () => {
    expect(taskState(TASK, NOON)).toBe('active');
    expect(taskState({ ...TASK, usesMaximum: 1, uses: 1 }, NOON)).toBe('used_up');
    expect(taskState(TASK, NOON + 30 * MINUTE)).toBe('expired');
    expect(taskState({ ...TASK, state: 'revoked' }, NOON + 30 * MINUTE)).toBe('revoked');
  });
});
