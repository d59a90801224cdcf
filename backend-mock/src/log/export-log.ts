import { mkdir, open, readdir, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize } from '@narrow-deputies/signing';
import {
  encodeEntryBundle,
  formatVerifierKey,
  TILE_WIDTH,
  tilePath,
  tileWidth,
  type NoteVerifier,
} from '@narrow-deputies/transparency-log';
import { errorCode } from '../common/error-code.ts';
import type { Database, Reader } from '../database/database.ts';
import { FILES, READ_ME } from '../verifier/export-files.ts';
import { Fault } from '../verifier/fault.ts';
import { readEntry, type LoggedEntry } from '../verifier/logged-entry.ts';
import { DELETIONS } from '../verifier/payloads.ts';
import { actLines, evidenceLines, keyLines, payloadLines, type PlacedEntry } from './export-evidence.ts';
import { logVerifier } from './log-identity.ts';
import { newestCheckpoint, tileReader, type StoredCheckpoint } from './log-repository.ts';
import { readSnapshot } from './read-snapshot.ts';

export interface ExportOptions {
  /** Whether what entries were about goes with them. */
  readonly payloads: boolean;
  readonly onBegin?: (entries: number) => void;
  /** Called about every 256 entries. */
  readonly onProgress?: (done: number) => void;
}

export interface Exported {
  readonly entries: number;
  /** The signed note of the log's head. */
  readonly checkpoint: string;
  readonly key: string;
}

/** Why nothing was exported, in words for the person at the terminal. */
export class NotExported extends Error {
  readonly code: 'not_empty' | 'no_log' | 'not_sequenced';

  constructor(code: NotExported['code'], message: string) {
    super(message);
    this.name = 'NotExported';
    this.code = code;
  }
}

/** A deletion has its place in the log two seconds after it happened. */
const ATTEMPTS = 20;
const BETWEEN_MS = 250;

/**
 * Writes the log up to its newest checkpoint into a folder, with everything that a verification takes. Only reads the
 * store; works beside a running backend, and in memory that does not grow with the log.
 *
 * @throws NotExported for a folder that is not empty, a store without a log, and while a deletion has no place in it yet.
 */
export async function exportLog(database: Database, folder: string, options: ExportOptions): Promise<Exported> {
  await prepare(folder);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const exported = await readSnapshot(database, async (tx) => {
      const checkpoint = await newestCheckpoint(tx);
      const verifier = await logVerifier(tx);
      if (!checkpoint || !verifier) {
        throw new NotExported('no_log', 'This store has no signed log yet. A backend that runs makes it.');
      }
      // What was deleted without its entry in the log would look like a theft of payloads.
      return (await deletionWaits(tx)) ? undefined : writeAll(tx, folder, { ...options, checkpoint, verifier });
    });
    if (exported) return exported;
    await wait(BETWEEN_MS);
  }
  throw new NotExported(
    'not_sequenced',
    'A deletion of payloads waits for its place in the log. A backend that runs gives it one; then export again.',
  );
}

async function prepare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error;
  });
  const names = await readdir(folder).catch((error: unknown) => {
    if (errorCode(error) === 'ENOTDIR') return ['it is a file'];
    throw error;
  });
  if (names.length > 0) throw new NotExported('not_empty', `${folder} is not an empty folder. Name another.`);
}

const deletionWaits = async (tx: Reader): Promise<boolean> =>
  (await tx
    .selectFrom('audit_entries')
    .select('position')
    .where('log_index', 'is', null)
    .where('tool', 'in', [...DELETIONS])
    .limit(1)
    .executeTakeFirst()) !== undefined;

interface Writing extends ExportOptions {
  readonly checkpoint: StoredCheckpoint;
  readonly verifier: NoteVerifier;
}

async function writeAll(tx: Reader, folder: string, writing: Writing): Promise<Exported> {
  const { checkpoint, verifier } = writing;
  const key = formatVerifierKey(verifier);
  writing.onBegin?.(checkpoint.size);
  await writeEntries(tx, folder, writing);
  await writeTiles(tx, folder, checkpoint.size);
  await writeNew(join(folder, FILES.readMe), READ_ME);
  await writeNew(join(folder, FILES.key), `${key}\n`);
  // Last: without it nothing verifies, and an export that was broken off has none.
  await writeNew(join(folder, FILES.checkpoint), checkpoint.note);
  return { entries: checkpoint.size, checkpoint: checkpoint.note, key };
}

async function writeEntries(tx: Reader, folder: string, { checkpoint, payloads, onProgress }: Writing): Promise<void> {
  const kinds = [
    { name: FILES.evidence, linesOf: evidenceLines },
    { name: FILES.credentials, linesOf: keyLines },
    { name: FILES.acts, linesOf: actLines },
    ...(payloads ? [{ name: FILES.payloads, linesOf: payloadLines }] : []),
  ];
  const files: { file: FileHandle; linesOf: typeof actLines }[] = [];
  try {
    for (const { name, linesOf } of kinds) files.push({ file: await open(join(folder, name), 'wx', 0o600), linesOf });
    for (let first = 0; first < checkpoint.size; first += TILE_WIDTH) {
      const width = Math.min(TILE_WIDTH, checkpoint.size - first);
      const rows = await writeBundle(tx, folder, first, width);
      if (rows.length > 0) for (const { file, linesOf } of files) await file.writeFile(textOf(await linesOf(tx, rows)));
      onProgress?.(first + width);
    }
  } finally {
    for (const { file } of files) await file.close();
  }
}

/** The entries that are there, whether they are all or not: what is wrong with them is for a verification to say. */
async function writeBundle(tx: Reader, folder: string, first: number, width: number): Promise<PlacedEntry[]> {
  const rows = await tx
    .selectFrom('audit_entries')
    .select(['log_index', 'audit_id', 'entry'])
    .where('log_index', '>=', first)
    .where('log_index', '<', first + width)
    .orderBy('log_index')
    .execute();
  const texts = rows.map(({ entry }) => Buffer.from(entry));
  if (texts.length > 0) {
    const path = tilePath({ level: 'entries', index: first / TILE_WIDTH, width });
    await writeNew(join(folder, path), encodeEntryBundle(texts));
  }
  return rows.map(({ log_index: index, audit_id: auditId }, at) => ({
    index: index ?? first + at,
    auditId,
    entry: readable(texts[at]),
  }));
}

function readable(text: Buffer | undefined): LoggedEntry | undefined {
  try {
    return text && readEntry(text);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

async function writeTiles(tx: Reader, folder: string, size: number): Promise<void> {
  const read = tileReader(tx);
  for (let level = 0; tileWidth(level, 0, size) > 0; level++) {
    for (let index = 0; tileWidth(level, index, size) > 0; index++) {
      const width = tileWidth(level, index, size);
      const bytes = await read(level, index, width);
      if (bytes) await writeNew(join(folder, tilePath({ level, index, width })), bytes);
    }
  }
}

const textOf = (lines: readonly JsonObject[]): string => lines.map((line) => `${canonicalize(line)}\n`).join('');

async function writeNew(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, content, { flag: 'wx', mode: 0o600 });
}
