import { describe, expect, test } from '@jest/globals';
import { searchCustomers } from '../src/tools/search-customers.ts';
import { ORDERS_TO_THE_MODEL, searchPage } from './answers.ts';
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

const PATH = '/v1/crm/search_customers';

useMockedNetwork();

describe('search_customers', () => {
  test('sends the words, signed, and gives the page back', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(PATH, [200, searchPage]);
    const { content, isError } = await callTool(searchCustomers(newBackend()), { query: 'Köln & Söhne' });
    expect(isError).toBe(false);
    expect(content).toEqual(searchPage);
    expect(sent[0]?.path).toBe(PATH);
    expect(sent[0]?.body).toBe('{"query":"Köln & Söhne"}');
    expectSigned(sent[0]);
  });

  test('sends how many and where to go on in canonical order', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(PATH, [200, { customers: [], truncated: true }]);
    const args = { query: 'lind', limit: 20, cursor: searchPage.nextCursor };
    const { content } = await callTool(searchCustomers(newBackend()), args);
    expect(content).toEqual({ customers: [], truncated: true });
    expect(sent[0]?.body).toBe(`{"cursor":"${searchPage.nextCursor}","limit":20,"query":"lind"}`);
  });

  test('keeps what customers wrote under untrusted [text.labelled, text.contained]', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, [200, searchPage]);
    const { content } = await callTool(searchCustomers(newBackend()), { query: 'lind' });
    expect(JSON.stringify(content)).toContain(ORDERS_TO_THE_MODEL);
    expect(outsideUntrusted(content, ORDERS_TO_THE_MODEL)).toEqual([]);
    expect(outsideUntrusted({ ...content, note: ORDERS_TO_THE_MODEL }, ORDERS_TO_THE_MODEL)).toEqual(['/note']);
  });

  test.each([
    ['a field that no contract lists', { ...searchPage.customers[0], email: 'mara@lindenhof.example' }],
    ['outside text in another place', { ...searchPage.customers[0], companyName: 'mara@lindenhof.example' }],
    ['a record without its label', { customerId: 'LINDE', companyName: 'mara@lindenhof.example', flags: [] }],
  ])('gives nothing of an answer on that holds %s', async (_what, customer) => {
    answer('/oauth/token', grantReply());
    answer(PATH, [200, { customers: [customer] }]);
    const { content, isError } = await callTool(searchCustomers(newBackend()), { query: 'lind' });
    expect(isError).toBe(true);
    expect(content).toMatchObject({ code: 'unavailable' });
    expect(JSON.stringify(content)).not.toContain('lindenhof');
  });

  test.each([
    ['one letter', { query: 'l' }, '/query'],
    ['wildcards', { query: '%%%%%%' }, '/query'],
    ['other wildcards', { query: '*?_*?_' }, '/query'],
    ['blanks', { query: '      ' }, '/query'],
    ['what cannot be seen', { query: '\u200B\u200B\u200B\u200B\u200B' }, '/query'],
    ['more than a hundred characters', { query: 'lindenhof'.repeat(12) }, '/query'],
    ['nothing to look for', {}, '/query'],
    ['a list', { query: ['lindenhof'] }, '/query'],
    ['a page of none', { query: 'lind', limit: 0 }, '/limit'],
    ['a page of more than twenty', { query: 'lind', limit: 21 }, '/limit'],
    ['half a customer', { query: 'lind', limit: 1.5 }, '/limit'],
    ['a number in words', { query: 'lind', limit: 'twenty' }, '/limit'],
    ['a cursor that is none', { query: 'lind', cursor: 'offset=100' }, '/cursor'],
    ['a cursor without an end', { query: 'lind', cursor: 'c'.repeat(1025) }, '/cursor'],
    ['a query language', { query: 'lind', where: '1=1 or name' }, '/where'],
  ])('refuses %s, and it is reported', async (_what, args, pointer) => {
    await expectRefused(searchCustomers(newBackend()), args, pointer);
  });

  test('gives a denial of the backend on and does not report it as its own', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, problemReply('rate_limited', { retryAfter: 7 }));
    const { content, refusals } = await callTool(searchCustomers(newBackend()), { query: 'lind' });
    expect(content).toMatchObject({ code: 'rate_limited', retryAfter: 7, auditId: 'audit-1' });
    expect(refusals).toEqual([]);
  });
});
