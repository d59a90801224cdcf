import { describe, expect, test } from '@jest/globals';
import { getCustomer } from '../src/tools/get-customer.ts';
import { customer, ORDERS_TO_THE_MODEL } from './answers.ts';
import {
  answer,
  callTool,
  expectRefused,
  expectSigned,
  grantReply,
  newBackend,
  outsideUntrusted,
  problemReply,
  useMockedNetwork,
} from './support.ts';

const PATH = '/v1/crm/get_customer';

useMockedNetwork();

describe('get_customer', () => {
  test('sends the id, signed, and gives the customer back', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(PATH, [200, customer]);
    const { content, isError } = await callTool(getCustomer(newBackend()), { customerId: 'TRICK' });
    expect(isError).toBe(false);
    expect(content).toEqual(customer);
    expect(sent[0]?.body).toBe('{"customerId":"TRICK"}');
    expectSigned(sent[0]);
  });

  test('keeps what customers wrote under untrusted [text.labelled, text.contained]', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, [200, customer]);
    const { content } = await callTool(getCustomer(newBackend()), { customerId: 'TRICK' });
    expect(JSON.stringify(content)).toContain(ORDERS_TO_THE_MODEL);
    expect(outsideUntrusted(content, ORDERS_TO_THE_MODEL)).toEqual([]);
  });

  test('makes visible what the backend forgot [text.labelled]', async () => {
    const untrusted = { ...customer.untrusted, companyName: 'a\u202Eb\u001B[31m' };
    answer('/oauth/token', grantReply());
    answer(PATH, [200, { ...customer, untrusted }]);
    const { content } = await callTool(getCustomer(newBackend()), { customerId: 'TRICK' });
    expect(content).toMatchObject({ untrusted: { companyName: 'a⟦U+202E⟧b⟦U+001B⟧[31m' } });
  });

  test.each([
    ['an address', { address: 'Hafenstrasse 7' }],
    ['a credit limit', { creditLimit: 'Hafenstrasse 7' }],
    ['contact data beside the masked', { contact: { ...customer.contact, fax: 'Hafenstrasse 7' } }],
  ])('gives nothing of an answer on that holds %s [crm.masked]', async (_what, more) => {
    answer('/oauth/token', grantReply());
    answer(PATH, [200, { ...customer, ...more }]);
    const { content, isError } = await callTool(getCustomer(newBackend()), { customerId: 'TRICK' });
    expect(isError).toBe(true);
    expect(content).toMatchObject({ code: 'unavailable' });
    expect(JSON.stringify(content)).not.toContain('Hafenstrasse');
  });

  test('gives not_found on', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, problemReply('not_found'));
    const { content, refusals } = await callTool(getCustomer(newBackend()), { customerId: 'NOBODY' });
    expect(content).toMatchObject({ code: 'not_found', auditId: 'audit-1' });
    expect(refusals).toEqual([]);
  });

  test.each([
    '',
    '../LINDE',
    'LINDE/../TRICK',
    '-LINDE',
    'LINDE%00',
    'LINDE\u200B',
    'L'.repeat(41),
    10248,
    ['LINDE'],
    null,
  ])('refuses the id %j, and it is reported', async (customerId) => {
    await expectRefused(getCustomer(newBackend()), { customerId }, '/customerId');
  });

  test('takes no word about what is shown', async () => {
    await expectRefused(getCustomer(newBackend()), { customerId: 'LINDE', masked: false }, '/masked');
  });
});
