import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CommanderError, type Command } from 'commander';
import { errorCode } from '../../../common/error-code.ts';
import type { Reader } from '../../../database/database.ts';
import { committedEntry, proveEntry } from '../../../log/prove-entry.ts';
import type { ProofFile } from '../../../verifier/verify-proof.ts';
import { Failure } from '../../failure.ts';
import { describe, printJson, printLines } from '../../output.ts';
import type { Session } from '../../session.ts';
import { KEY_HELP, KEY_OPTION, readGiven, trustedKey } from './trusted-key.ts';
import { withStore } from './with-store.ts';

/** An entry has its place two seconds after it was written. */
const ATTEMPTS = 16;
const BETWEEN_MS = 250;

async function proofOf(db: Reader, id: string): Promise<ProofFile> {
  const auditId = (await committedEntry(db, id)) ?? id;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const proof = await proveEntry(db, auditId);
    if (!proof) throw new Failure('not_found', 'There is no such entry, and no such plan that was committed.');
    if (proof !== 'waiting') return proof;
    await wait(BETWEEN_MS);
  }
  throw new Failure('not_sequenced', 'This entry has no place in the log yet. A backend that runs gives it one.');
}

async function prove(session: Session, id: string, out: string | undefined): Promise<void> {
  const proof = await withStore(session, ({ db }) => proofOf(db, id));
  if (out === undefined) return printJson(proof);
  const path = resolve(out);
  try {
    await writeFile(path, `${JSON.stringify(proof, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new Failure('unusable_file', `${path} cannot be made (${errorCode(error) ?? 'the disk refused it'}).`);
  }
  if (session.options.json) return printJson({ path });
  printLines(`The proof is in ${path}. "audit verify-proof" verifies it, anywhere.`);
}

async function verifyProof(session: Session, file: string, given: string | undefined): Promise<void> {
  const text = (await readGiven(file, 'The proof')).toString('utf8');
  const key = await trustedKey(given, 'the proof');
  const { verifyProofFile } = await import('../../../verifier/verify-proof.ts');
  const verdict = verifyProofFile(text, key);
  if (!verdict.ok) {
    if (session.options.json) printJson({ ...verdict });
    else printLines(`DOES NOT HOLD: ${verdict.reason}`);
    // All is printed: this only ends the command with its status.
    throw new CommanderError(1, 'deputies.audit.verify-proof', 'The proof does not hold.');
  }
  const { index, treeSize, origin, entry } = verdict;
  const facts = {
    auditId: entry.auditId,
    time: new Date(entry.time).toISOString(),
    tool: entry.tool,
    outcome: entry.outcome,
    client: entry.client,
    owner: entry.owner,
    plan: entry.plan,
  };
  if (session.options.json) return printJson({ ok: true, index, treeSize, origin, ...facts });
  printLines(`It holds: entry ${index} of ${treeSize} in ${origin}.`, ...describe(facts));
}

/** `deputies audit prove` and `verify-proof`: one entry, and that it is in the log. */
export function addProve(audit: Command, open: (command: Command) => Session): void {
  audit
    .command('prove <id>')
    .description("prove that an entry, or a plan's commit, is in the log; opens the store directly")
    .option('--out <file>', 'a file that does not exist yet; without it the proof is printed')
    .action(async (id: string, options: { out?: string }, command: Command) => prove(open(command), id, options.out));

  audit
    .command('verify-proof <file>')
    .description('verify such a proof, offline')
    .option(KEY_OPTION, KEY_HELP)
    .action(async (file: string, options: { key?: string }, command: Command) =>
      verifyProof(open(command), file, options.key),
    );
}
