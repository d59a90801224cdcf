import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT, runScript, type Finished } from '../support/processes.ts';

const ENVIRONMENTS = ['development', 'staging', 'production'];
const { PATH, HOME } = process.env;

/** As in CI: no home, no store, no backend. */
const policy = (command: string, environment: string, ...args: string[]): Promise<Finished> =>
  runScript('deputies', ['policy', command, ...args], {
    PATH,
    HOME,
    DEPUTIES_HOME: join(ROOT, 'nowhere'),
    DEPUTIES_ENVIRONMENT: environment,
  });

interface TestReport {
  readonly ok: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly results: readonly { readonly name: string; readonly passed: boolean }[];
}

describe.each(ENVIRONMENTS)('the shipped policy for %s', (environment) => {
  test('nothing is found in it [policy-check.shipped]', async () => {
    const { code, stdout } = await policy('check', environment, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, findings: [] });
    expect(code).toBe(0);
  });

  test('it decides as its cases say [policy-check.shipped]', async () => {
    const { code, stdout } = await policy('test', environment, '--json');
    const report = JSON.parse(stdout) as TestReport;
    expect(report.results.filter(({ passed }) => !passed)).toEqual([]);
    expect(report).toMatchObject({ ok: true, failed: 0 });
    expect(report.passed).toBeGreaterThan(0);
    expect(code).toBe(0);
  });
});
