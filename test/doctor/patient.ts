import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { writeReady, type Ready, type ServerEntry } from '@narrow-deputies/backend-mock';
import { runScript, type Finished } from '../support/processes.ts';
import { PASSPHRASE, Product } from '../support/product.ts';

export const SERVER = 'blog-publisher';

export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly found: string;
  readonly advice?: string;
}

export interface Report {
  readonly code: number | null;
  readonly checks: ReadonlyMap<string, Check>;
  /** Names of what failed. */
  readonly failed: readonly string[];
}

export function entryOf(ready: Ready): ServerEntry {
  const entry = ready.servers[SERVER];
  if (!entry) throw new Error(`The ready file has no ${SERVER}.`);
  return entry;
}

export const withEntry = (ready: Ready, change: Partial<ServerEntry>): Ready => ({
  ...ready,
  servers: { ...ready.servers, [SERVER]: { ...entryOf(ready), ...change } },
});

export const withEnv = (ready: Ready, env: Readonly<Record<string, string>>): Ready =>
  withEntry(ready, { env: { ...entryOf(ready).env, ...env } });

/** A running product, and the doctor's word about it. */
export class Patient {
  readonly product: Product;
  readonly token: string;

  private constructor(product: Product) {
    this.product = product;
    this.token = entryOf(product.ready).env['DEPUTY_TOKEN'] ?? '';
  }

  static async start(): Promise<Patient> {
    return new Patient(await Product.start());
  }

  /** `deputies doctor …`. Whatever it says, it says no secret. */
  async run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    const finished = await runScript('deputies', ['doctor', ...args], { ...this.product.env, ...env });
    const output = finished.stdout + finished.stderr;
    expect(output).not.toContain(this.token.slice(-72));
    expect(output).not.toContain(this.token.slice(-72, -40));
    expect(output).not.toContain(PASSPHRASE);
    return finished;
  }

  /** The same with `--json`, read; whatever is not in order comes with advice. */
  async examine(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Report> {
    const { code, stdout, stderr } = await this.run([...args, '--json'], env);
    if (stdout === '') throw new Error(`The doctor said nothing: ${stderr}`);
    const report = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
    expect(report.ok).toBe(code === 0);
    for (const check of report.checks) expect(check.status === 'ok' || (check.advice ?? '') !== '').toBe(true);
    return {
      code,
      checks: new Map(report.checks.map((check) => [check.name, check])),
      failed: report.checks.filter(({ status }) => status === 'fail').map(({ name }) => name),
    };
  }

  /** The doctor's report about a home whose ready file differs from the real one. */
  async examineWith(change: (ready: Ready) => Ready, prepare?: (home: string) => Promise<void>): Promise<Report> {
    const home = await mkdtemp(join(this.product.folder, 'other-'));
    await writeReady(join(home, 'ready.json'), change(this.product.ready));
    await prepare?.(home);
    return this.examine(['--home', home]);
  }

  dispose(): Promise<void> {
    return this.product.dispose();
  }
}
