import { describe, expect, test } from '@jest/globals';
import { planExportCustomers } from '../src/tools/plan-export-customers.ts';
import { exportPlan } from './answers.ts';
import {
  answer,
  callTool,
  expectRefused,
  expectSigned,
  grantReply,
  newBackend,
  problemReply,
  useMockedNetwork,
} from './support.ts';

const PATH = '/v1/crm/plan_export_customers';
const filter = { country: 'Germany', orderedSince: '2026-01-01' };
const fields = ['email', 'customerId'];

useMockedNetwork();

describe('plan_export_customers', () => {
  test('sends filter and fields, signed, and gives the plan back', async () => {
    answer('/oauth/token', grantReply());
    const sent = answer(PATH, [200, exportPlan]);
    const { content, isError } = await callTool(planExportCustomers(newBackend()), { filter, fields });
    expect(isError).toBe(false);
    expect(content).toEqual(exportPlan);
    expect(sent[0]?.body).toBe(
      '{"fields":["email","customerId"],"filter":{"country":"Germany","orderedSince":"2026-01-01"}}',
    );
    expectSigned(sent[0]);
  });

  test.each([
    ['rows beside the preview', { ...exportPlan, rows: ['mara@lindenhof.example'] }],
    ['rows in the preview', { ...exportPlan, preview: { ...exportPlan.preview, rows: ['mara@lindenhof.example'] } }],
    ['where a file lies', { ...exportPlan, preview: { ...exportPlan.preview, path: '/srv/lindenhof.csv' } }],
  ])('gives nothing of an answer on that holds %s', async (_what, body) => {
    answer('/oauth/token', grantReply());
    answer(PATH, [200, body]);
    const { content, isError } = await callTool(planExportCustomers(newBackend()), { filter, fields });
    expect(isError).toBe(true);
    expect(content).toMatchObject({ code: 'unavailable' });
    expect(JSON.stringify(content)).not.toContain('lindenhof');
  });

  test.each([
    ['all customers', { filter: {}, fields }, '/filter'],
    ['no filter', { fields }, '/filter'],
    [
      'a filter that is not on the list',
      { filter: { ...filter, companyName: 'Lindenhof' }, fields },
      '/filter/companyName',
    ],
    ['a condition', { filter: { country: { not: 'Germany' } }, fields }, '/filter/country'],
    ['an empty word', { filter: { country: '' }, fields }, '/filter/country'],
    ['a blank word', { filter: { city: '      ' }, fields }, '/filter/city'],
    ['a word that hides something', { filter: { city: 'Kiel\u200Bdorf' }, fields }, '/filter/city'],
    ['a word of two lines', { filter: { city: 'Kiel\ndorf' }, fields }, '/filter/city'],
    ['a day that is none', { filter: { orderedSince: '2026-02-30' }, fields }, '/filter/orderedSince'],
    ['a time', { filter: { orderedSince: '2026-01-01T00:00:00Z' }, fields }, '/filter/orderedSince'],
    ['no field', { filter, fields: [] }, '/fields'],
    ['a field twice', { filter, fields: ['email', 'email'] }, '/fields'],
    ['a field that is not on the list', { filter, fields: ['passwordHash'] }, '/fields/0'],
    ['a name for the file', { filter, fields, filename: '../everyone.csv' }, '/filename'],
  ])('refuses %s, and it is reported', async (_what, args, pointer) => {
    await expectRefused(planExportCustomers(newBackend()), args, pointer);
  });

  test('gives a lack of scope on: the first token of this server cannot export', async () => {
    answer('/oauth/token', grantReply());
    answer(PATH, problemReply('insufficient_scope'));
    const { content, refusals } = await callTool(planExportCustomers(newBackend()), { filter, fields });
    expect(content).toMatchObject({ code: 'insufficient_scope', auditId: 'audit-1', retryable: false });
    expect(refusals).toEqual([]);
  });
});
