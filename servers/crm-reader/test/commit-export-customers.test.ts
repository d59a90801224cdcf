import { expect, test } from '@jest/globals';
import { commitExportCustomers } from '../src/tools/commit-export-customers.ts';
import { exportReceipt, PLAN_ID } from './answers.ts';
import { describeCommit } from './commit.suite.ts';
import { answer, callTool, grantReply, newBackend, useMockedNetwork } from './support.ts';

const PATH = '/v1/crm/commit_export_customers';

describeCommit('commit_export_customers', { create: commitExportCustomers, path: PATH, receipt: exportReceipt });

useMockedNetwork();

test('commit_export_customers gives no row and no place of a file on, whatever the backend says', async () => {
  const { receipt } = exportReceipt;
  for (const more of [{ rows: ['mara@lindenhof.example'] }, { path: '/srv/lindenhof.csv' }]) {
    answer('/oauth/token', grantReply());
    answer(PATH, [200, { ...exportReceipt, receipt: { ...receipt, result: { ...receipt.result, ...more } } }]);
    const { content, isError } = await callTool(commitExportCustomers(newBackend()), { planId: PLAN_ID });
    expect(isError).toBe(true);
    expect(content).toMatchObject({ code: 'unavailable' });
    expect(JSON.stringify(content)).not.toContain('lindenhof');
  }
});
