import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { mcpbFaults } from './bundle-check.ts';
import { ENTRY_POINT, manifestOf } from './bundle-manifest.ts';
import type { Program } from './bundle-program.ts';
import { runNode, staged } from './bundle-staging.ts';

/** The packer of the format's makers, as a program: as a library it writes to our standard output. */
const MCPB = join(dirname(createRequire(import.meta.url).resolve('@anthropic-ai/mcpb')), 'cli', 'cli.js');

const END = 0x06_05_4b_50;
const CENTRAL = 0x02_01_4b_50;
/** 1 January 1980, 0:00: the beginning of the format's time. */
const [TIME, DATE] = [0, 0x21];

/**
 * Gives every entry of a ZIP archive the same time, where the packer put the present one (APPNOTE 4.3.7 and 4.3.12: the
 * fields stand twice, at an entry and in the directory at the end).
 *
 * @throws Error for what is no plain archive.
 */
export function withFixedTimes(archive: Buffer): Buffer {
  const bytes = Buffer.from(archive);
  const end = bytes.length - 22;
  if (end < 0 || bytes.readUInt32LE(end) !== END) throw new Error('The archive does not end as one without a comment.');
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (bytes.readUInt32LE(at) !== CENTRAL) throw new Error("The archive's directory is not as it should be.");
    const entry = bytes.readUInt32LE(at + 42);
    for (const place of [at + 12, entry + 10]) {
      bytes.writeUInt16LE(TIME, place);
      bytes.writeUInt16LE(DATE, place + 2);
    }
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return bytes;
}

/** Packs a server as an MCPB bundle. @throws Error when it would not be as it has to be. */
export async function packMcpb(program: Program, file: string): Promise<void> {
  const manifest = manifestOf(program);
  const files = {
    LICENSE: program.licence,
    'THIRD-PARTY-LICENSES.txt': program.thirdParty,
    'manifest.json': `${JSON.stringify(manifest, null, 2)}\n`,
    [ENTRY_POINT]: program.program,
    'server/telemetry.cjs': program.telemetry,
  };
  const faults = mcpbFaults(Object.keys(files), manifest);
  if (faults.length > 0) throw new Error(`The bundle of ${program.server} is not sound:\n${faults.join('\n')}`);
  await staged(files, async (folder) => {
    await runNode([MCPB, 'validate', 'manifest.json'], folder);
    await runNode([MCPB, 'pack', folder, file], folder);
  });
  await writeFile(file, withFixedTimes(await readFile(file)));
}
