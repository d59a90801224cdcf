import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Product } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await Product.start();
});
afterAll(() => product.dispose());

const policyText = (environment: string, approval: string): string => `version: 1
name: trial
environment: ${environment}
time_zone: Europe/Berlin
rules:
  - { id: reads, effect: allow, when: { kinds: [read, plan] } }
  - { id: changes, effect: require_approval, approval: ${approval}, when: { kinds: [commit] } }
`;

interface Report {
  readonly ok: boolean;
  readonly peopleKnown: boolean;
  readonly findings: readonly { readonly code: string; readonly line: number }[];
}

async function check(environment: string, approval: string, ...args: string[]): Promise<Report> {
  const path = join(product.folder, 'trial.yaml');
  await writeFile(path, policyText(environment, approval));
  const { stdout } = await product.deputies('policy', 'check', path, '--json', ...args);
  return JSON.parse(stdout) as Report;
}

test('approvals are held against those who are enrolled in the store beside a running backend [policy-check.people]', async () => {
  expect(await check('development', 'owner')).toMatchObject({ ok: true, peopleKnown: true });
  expect(await check('development', 'reviewer')).toMatchObject({ ok: true });
  const found = await check('development', 'two_reviewers');
  expect(found).toMatchObject({ ok: false, findings: [{ code: 'nobody_approves', line: 7 }] });
});

test('nobody is asked for with --no-people, nor where the store is of another environment [policy-check.people]', async () => {
  expect(await check('development', 'two_reviewers', '--no-people')).toMatchObject({ ok: true, peopleKnown: false });
  expect(await check('staging', 'two_reviewers')).toMatchObject({ ok: true, peopleKnown: false });
});
