import type { JsonObject } from '@narrow-deputies/contracts';
import { parseVerifierKey, verifyLog, type LogReason, type NoteVerifier } from '@narrow-deputies/transparency-log';
import { ContentPass, type ContentCounts } from './content-pass.ts';
import { FILES, READ_ME } from './export-files.ts';
import { ExportFolder } from './export-folder.ts';
import { FaultList, type ListedFault } from './fault-list.ts';
import { Fault, type ExportCode } from './fault.ts';

/** What an exported log is verified with. */
export interface ExportToVerify {
  readonly folder: string;
  /** The log's verifier key, as it was kept elsewhere; left out, the export's own is taken, which proves only that the log is whole. */
  readonly key?: string | undefined;
  /** A checkpoint that was kept elsewhere. */
  readonly kept?: Uint8Array | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Called for each entry that can be read, in order; it counts only once the verdict is there. */
  readonly onEntry?: ((index: number, entry: JsonObject) => void) | undefined;
}

/**
 * The verdict; `firstBad` is the smallest index known to be wrong, where one entry is. `code` and `reason` are those of the
 * first fault: where the tree does not hold, its own, and the other faults are those of the entries that were read before.
 */
export type ExportVerdict = {
  /** Entries that were read. */
  readonly entries: number;
  /** How many the checkpoint counts; 0 where it could not be trusted. */
  readonly treeSize: number;
} & (
  | { readonly ok: true; readonly counts: ContentCounts }
  | {
      readonly ok: false;
      readonly code: ExportCode | LogReason;
      /** A sentence for people that repeats nothing from the log. */
      readonly reason: string;
      readonly firstBad?: number;
      /** Everything that was found, up to `FAULTS_MAX`. */
      readonly faults: readonly ListedFault[];
      /** How many more there are, by code. */
      readonly furtherFaults: FaultList['further'];
    }
);

/** `narrow-deputies/<environment>/<random>`: what each log of this product is called. */
const ORIGIN = /^narrow-deputies\/([a-z]+)\/[0-9a-f]{16}$/;

/**
 * Verifies an exported log from nothing but its folder, a key and, where there is one, a checkpoint that was kept elsewhere:
 * the tree over its entries, and what the entries say against the evidence beside them. One pass, in memory that does not
 * grow with the log.
 *
 * @throws only what the file system throws. A log that does not hold is an answer.
 */
export async function verifyExport(given: ExportToVerify): Promise<ExportVerdict> {
  const folder = new ExportFolder(given.folder);
  try {
    return await verifyFolder(folder, given);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const faults = new FaultList();
    faults.add(error);
    return refused(faults, 0, 0);
  }
}

async function verifyFolder(folder: ExportFolder, given: ExportToVerify): Promise<ExportVerdict> {
  await folder.requireFiles();
  const verifier = await readKey(folder, given.key);
  const checkpoint = (await folder.read(FILES.checkpoint)) ?? Buffer.alloc(0);
  const files = new FaultList();
  if ((await folder.read(FILES.readMe))?.toString('utf8') !== READ_ME) {
    files.add(new Fault('file_damaged', 'README.txt is not as it was exported.'));
  }
  const size = sizeIn(checkpoint);
  const content = new ContentPass(folder.folder, ORIGIN.exec(verifier.name)?.[1], await folder.has(FILES.payloads));
  try {
    const tree = await verifyLog({
      origin: verifier.name,
      verifiers: [verifier],
      checkpoint,
      ...(given.kept && { kept: given.kept }),
      stream: { bundles: folder.bundles(size) },
      readTile: folder.readTile,
      onEntry: async (index, bytes) => {
        await content.look(index, bytes);
        if (given.onEntry && content.faults.listed.length === 0)
          given.onEntry(index, JSON.parse(Buffer.from(bytes).toString()) as JsonObject);
        return undefined;
      },
      ...(given.onProgress && { onProgress: given.onProgress }),
    });
    if (tree.ok) {
      await listFault(files, () => folder.refuseOthers(size));
      await content.end();
    }
    return verdictOf(tree, content, files);
  } finally {
    await content.close();
  }
}

/** Keeps a fault and goes on. */
async function listFault(faults: FaultList, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    faults.add(error);
  }
}

/**
 * What the tree proves comes first: what entries say counts only while they are those that were logged. Then what is wrong
 * with the files as such.
 */
function verdictOf(
  tree: Awaited<ReturnType<typeof verifyLog>>,
  { faults, counts }: ContentPass,
  files: FaultList,
): ExportVerdict {
  const { entries, treeSize } = tree;
  const all = new FaultList();
  if (!tree.ok) {
    all.put({ ...(tree.firstBad !== undefined && { index: tree.firstBad }), code: tree.reason, reason: tree.message });
  }
  all.take(files);
  all.take(faults);
  if (all.listed.length === 0) return { ok: true, entries, treeSize, counts };
  return refused(all, entries, treeSize, tree.ok ? undefined : tree.message);
}

/** @param said the reason, where the first fault is not about the one entry that it names. */
function refused(faults: FaultList, entries: number, treeSize: number, said?: string): ExportVerdict {
  const [first] = faults.listed;
  if (!first) throw new Error('A log without a fault holds.');
  const { listed, further, firstBad } = faults;
  return {
    ok: false,
    entries,
    treeSize,
    code: first.code,
    reason: said ?? (first.index === undefined ? '' : `Entry ${first.index}: `) + first.reason,
    ...(firstBad !== undefined && { firstBad }),
    faults: listed,
    furtherFaults: further,
  };
}

/** The key that is trusted. The export's own has to be the same. */
async function readKey(folder: ExportFolder, given: string | undefined): Promise<NoteVerifier> {
  const own = (await folder.read(FILES.key))?.toString('utf8') ?? '';
  const trusted = parseVerifierKey(given?.trim() ?? own.replace(/\n$/, ''));
  if (!trusted) throw new Fault('key_unusable', 'The key is no verifier key of a log.');
  const same = own.endsWith('\n') && (given === undefined || own.slice(0, -1) === given.trim());
  if (!same) throw new Fault('key_mismatch', 'The log is signed with another key than the one that is trusted.');
  return trusted;
}

/** What the checkpoint says, before anything vouches for it: only how far to read. */
function sizeIn(checkpoint: Buffer): number {
  const size = Number(checkpoint.toString('utf8').split('\n')[1]);
  return Number.isSafeInteger(size) && size >= 0 ? size : 0;
}
