import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { createLogger } from '../../backend-mock/src/common/logger.ts';
import { CheckpointCopies } from '../../backend-mock/src/log/checkpoint-copies.ts';
import { exportLog } from '../../backend-mock/src/log/export-log.ts';
import { Sequencer } from '../../backend-mock/src/log/sequencer.ts';
import { verifyExport, type ExportVerdict } from '../../backend-mock/src/verifier/verify-export.ts';
import { TEST_LOG_KEY } from '../../backend-mock/test/support/log-key.ts';
import type { Lab } from './lab.ts';

/** What the offline verifier says of the log of a lab, exported as it is now. Nothing sequenced it before. */
export async function verdictOn({ backend: { database, environment } }: Lab): Promise<ExportVerdict> {
  const root = await mkdtemp(join(tmpdir(), 'deputies-holds-'));
  const copies = new CheckpointCopies(join(root, 'copies'));
  const sequencer = new Sequencer({ database, environment, key: TEST_LOG_KEY, copies, logger: createLogger('silent') });
  try {
    await sequencer.start();
    await sequencer.run();
    const folder = await mkdtemp(join(root, 'export-'));
    await exportLog(database, folder, { payloads: true });
    return await verifyExport({ folder });
  } finally {
    await sequencer.stop();
    await rm(root, { recursive: true, force: true });
  }
}

/**
 * Holds where everything that the lab's backend took can be verified from its exported log. Called once, at the end.
 *
 * @param planted codes of faults that the test itself made, such as by a policy that it wrote into the store.
 */
export async function expectLogHolds(lab: Lab, planted: readonly string[] = []): Promise<void> {
  const verdict = await verdictOn(lab);
  const faults = verdict.ok ? [] : verdict.faults;
  expect(faults.filter(({ code }) => !planted.includes(code))).toEqual([]);
}

/** Stops a lab in which people acted, whose log has to hold to the end but for what the test planted. */
export async function stopHolding(lab: Lab | undefined, planted: readonly string[] = []): Promise<void> {
  try {
    if (lab !== undefined) await expectLogHolds(lab, planted);
  } finally {
    await lab?.stop();
  }
}
