import { openCheckpoint, type CheckpointTrust } from '../checkpoint.ts';
import { sameBytes } from '../hash.ts';
import type { ReadTile } from '../stored-tiles.ts';
import { EntrySource, type EntryStream } from './entry-source.ts';
import { LogPass, type EntryCheck } from './log-pass.ts';
import { sentence, type LogFinding, type LogVerdict } from './verdict.ts';

/** Everything that a log is verified with. */
export interface LogToVerify extends CheckpointTrust {
  stream: EntryStream;
  readTile: ReadTile;
  /** The newest checkpoint, a signed note. */
  checkpoint: string | Uint8Array;
  /** A checkpoint of the same log that was kept elsewhere. */
  kept?: string | Uint8Array;
  /** Called for each entry in order, once its hash was compared with its tile. */
  onEntry?: EntryCheck;
  /** Called about every 256 entries with the entries done and the tree size. */
  onProgress?: (done: number, total: number) => void;
}

/**
 * Verifies a whole log in one pass: the checkpoints' signatures, every entry against the leaf hashes, every hash of every
 * tile (C2SP tlog-tiles), the root (RFC 9162 section 2.1.1), and that the log continues the kept checkpoint. Memory is two
 * bundles and 16 KiB for each level of tiles, whatever the size of the log.
 *
 * @throws only what the stream, `readTile` or a callback throws. A log that does not hold is an answer.
 */
export async function verifyLog(log: LogToVerify): Promise<LogVerdict> {
  const newest = openCheckpoint(log.checkpoint, log);
  if (!newest.ok) return verdict({ reason: `checkpoint_${newest.fault}` }, 0, 0);
  const head = newest.checkpoint;
  const kept = log.kept === undefined ? undefined : openCheckpoint(log.kept, log);
  if (kept?.ok === false) return verdict({ reason: `kept_${kept.fault}` }, 0, head.size);
  if (kept !== undefined && kept.checkpoint.size > head.size) return verdict({ reason: 'rolled_back' }, 0, head.size);
  if (kept?.checkpoint.size === head.size && !sameBytes(kept.checkpoint.root, head.root)) {
    return verdict({ reason: 'fork' }, 0, head.size);
  }

  const { readTile, onEntry, onProgress } = log;
  const source = new EntrySource(log.stream);
  try {
    const pass = new LogPass({
      source,
      readTile,
      head,
      ...(kept === undefined ? {} : { kept: kept.checkpoint }),
      ...(onEntry === undefined ? {} : { onEntry }),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    const finding = await pass.run();
    return verdict(finding, source.taken, head.size);
  } finally {
    await source.close();
  }
}

function verdict(finding: LogFinding | undefined, entries: number, treeSize: number): LogVerdict {
  if (finding === undefined) return { ok: true, entries, treeSize };
  return { ok: false, entries, treeSize, message: sentence(finding, entries, treeSize), ...finding };
}
