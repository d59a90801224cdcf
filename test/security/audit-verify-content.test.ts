import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize } from '@narrow-deputies/signing';
import type { LoggedEntry } from '../../backend-mock/src/verifier/logged-entry.ts';
import type { People as LogPeople } from '../../backend-mock/src/verifier/people.ts';
import { verifyExport, type ExportVerdict } from '../../backend-mock/src/verifier/verify-export.ts';
import { startHistory, type AuditedHistory } from '../support/audited-history.ts';
import { expectCaught } from '../support/broken.ts';
import { breakVerifier } from '../support/broken-verifier.ts';
import { copyOf, entriesIn, linesOf, renumbered, writeEntries, writeLines } from '../support/forged-export.ts';

/**
 * Everything here is done by somebody with the whole store and the key of the log, before anybody kept a checkpoint: the tree
 * is sound, and what the entries say has to give it away.
 */
type Verify = typeof verifyExport;

let history: AuditedHistory;
let exported: string;
let place: string;
let entries: JsonObject[];

beforeAll(async () => {
  history = await startHistory();
  exported = await history.export();
  place = await history.folder();
  entries = (await entriesIn(exported)).map((text) => JSON.parse(text) as JsonObject);
}, 120_000);
afterAll(() => history?.stop());

const FILES = ['payloads.jsonl', 'evidence.jsonl', 'people.jsonl', 'acts.jsonl'];

/** Signs a log of these entries; what stood beside an entry goes with it. */
async function signed(other: readonly JsonObject[], verify: Verify = verifyExport): Promise<ExportVerdict> {
  const folder = await copyOf(exported, join(place, 'copy'));
  for (const file of FILES) {
    const lines = new Map((await linesOf(folder, file)).map((line) => [line.index, line]));
    const moved = other.flatMap((entry, index) => {
      const before = entries.findIndex(({ auditId }) => auditId === entry['auditId']);
      const line = lines.get(before);
      return line ? [{ ...line, index }] : [];
    });
    await writeLines(folder, file, moved);
  }
  await writeEntries(
    folder,
    renumbered(other).map((entry) => canonicalize(entry)),
    { key: history.key },
  );
  return verify({ folder });
}

const indexOf = (tool: string, last = false): number =>
  entries[last ? 'findLastIndex' : 'findIndex']((entry) => entry['tool'] === tool && entry['outcome'] === 'succeeded');
const effectOf = (name: keyof AuditedHistory['plans']): number =>
  entries.findIndex(
    ({ plan, kind, repeated, outcome }) =>
      plan === history.plans[name] && kind === 'commit' && repeated === false && outcome === 'succeeded',
  );

/** The entries, one of them changed. */
const but = (index: number, change: JsonObject): JsonObject[] => entries.with(index, { ...entries[index], ...change });
const details = (index: number, change: JsonObject): JsonObject => ({
  details: { ...(entries[index]?.['details'] as JsonObject), ...change },
});

/** Of an entry of the forger's, beside which nothing stands. */
const NEW: JsonObject = { kind: 'system', argumentsDigest: null, resultDigest: null };

/** One more entry, as if it and everything before it had happened an hour earlier. */
function longBefore(index: number, entry: JsonObject): JsonObject[] {
  const earlier = (each: JsonObject): JsonObject => ({
    ...each,
    time: new Date(Date.parse(String(each['time'])) - 3_600_000).toISOString(),
  });
  const last = { ...entry, time: entries[index - 1]?.['time'] ?? null };
  return [...entries.slice(0, index), last].map(earlier).concat(entries.slice(index));
}

test('the untouched entries are what the forger begins with [verify.export]', async () => {
  expect(await signed(entries)).toMatchObject({ ok: true });
});

describe('an entry', () => {
  test('has exactly the members of its version, in canonical form [verify.entry]', async () => {
    expect(await signed(but(3, { v: 3 }))).toMatchObject({ code: 'entry_malformed', firstBad: 3 });
    expect(await signed(but(3, { v: 1 }))).toMatchObject({ code: 'entry_malformed', firstBad: 3 });
    expect(await signed(but(3, { more: true }))).toMatchObject({ code: 'entry_malformed', firstBad: 3 });
    expect(await signed(but(3, { outcome: 'fine' }))).toMatchObject({ code: 'entry_malformed', firstBad: 3 });
    expect(await signed(but(3, { time: 'yesterday' }))).toMatchObject({ code: 'entry_malformed', firstBad: 3 });
  });

  test('is of the environment of its log, and not from before the entries before it [verify.entry]', async () => {
    expect(await signed(but(3, { environment: 'production' }))).toMatchObject({
      code: 'entry_environment',
      firstBad: 3,
    });
    const early = new Date(Date.parse(String(entries[5]?.['time'])) - 600_000).toISOString();
    expect(await signed(but(5, { time: early }))).toMatchObject({ code: 'entry_time', firstBad: 5 });
  });
});

describe('an effect', () => {
  test('has its approvals by as many people as had to give one, and by the right ones [verify.release]', async () => {
    const index = effectOf('takenDown');
    const fails = async (change: JsonObject, code: string): Promise<void> =>
      expect(await signed(but(index, change))).toMatchObject({ ok: false, code, firstBad: index });
    await fails(details(index, { release: { approval: 'owner', reviewerRoles: [] } }), 'release_lowered');
    await fails(details(index, { release: { approval: 'none' } }), 'release_missing');
    await fails(details(index, { verdict: null }), 'release_missing');
    await fails({ approvals: [] }, 'approval_missing');
    await fails(
      details(index, { release: { approval: 'two_reviewers', reviewerRoles: ['auditor'] } }),
      'approver_not_entitled',
    );

    const own = effectOf('published');
    const reviewed = but(own, details(own, { release: { approval: 'reviewer', reviewerRoles: [] } }));
    expect(await signed(reviewed)).toMatchObject({ code: 'approver_not_entitled', firstBad: own });
    const two = but(own, details(own, { release: { approval: 'two_reviewers', reviewerRoles: [] } }));
    expect(await signed(two)).toMatchObject({ ok: false, firstBad: own });
  });

  test('of a person who was asked is not released by policy, and what ships never is [verify.release]', async () => {
    const index = effectOf('byPolicy');
    const input = entries[index]?.['decisionInput'] as JsonObject;
    const asked = details(index, {
      verdict: { effect: 'require_approval', approval: 'owner', rules: [] },
      release: { approval: 'owner', reviewerRoles: [] },
    });
    expect(await signed(but(index, asked))).toMatchObject({ code: 'release_missing', firstBad: index });
    const ships = but(index, { decisionInput: { ...input, ships: true } });
    expect(await signed(ships)).toMatchObject({ code: 'release_missing', firstBad: index });
    const denied = but(index, details(index, { verdict: { effect: 'deny', approval: 'none', rules: [] } }));
    expect(await signed(denied)).toMatchObject({ code: 'release_lowered', firstBad: index });
  });

  test('happens once for each plan, and before the plan expires [verify.plan]', async () => {
    const index = effectOf('byPolicy');
    const again = entries.toSpliced(index + 1, 0, entries[index] as JsonObject);
    expect(await signed(again)).toMatchObject({ code: 'plan_repeated', firstBad: index + 1 });
    const late = new Date(Date.parse(String(entries[index]?.['time'])) + 31 * 60_000).toISOString();
    expect(await signed(but(index, { time: late }))).toMatchObject({ code: 'plan_expired', firstBad: index });
  });

  test('was decided by a policy that an earlier entry made active [verify.policy]', async () => {
    const index = indexOf('people.activate_policy');
    const first = entries.findIndex((entry) =>
      String((entry['decisionInput'] as JsonObject)['policy']).startsWith('test@'),
    );
    expect(first).toBeGreaterThan(index);
    const isFound = async (verify: Verify): Promise<void> =>
      expect(await signed(entries.toSpliced(index, 1), verify)).toMatchObject({
        ok: false,
        code: 'policy_not_activated',
        firstBad: first - 1,
      });
    await isFound(verifyExport);
    const credulous = await breakVerifier({
      module: 'policies.ts',
      instead: ({ Policies }) => ({
        Policies: class extends (Policies as new () => object) {
          check(): void {}
        },
      }),
    });
    await expectCaught(() => isFound(credulous));
    const effect = effectOf('byPolicy');
    expect(await signed(but(effect, { decisionInput: {} }))).toMatchObject({
      code: 'policy_not_activated',
      firstBad: effect,
    });
  });

  test('under a task is one that was granted before, and within it [verify.task]', async () => {
    const granted = indexOf('people.grant_task');
    const effect = effectOf('byTask');
    const isGone = await signed(entries.toSpliced(granted, 1));
    expect(isGone).toMatchObject({ code: 'task_missing', firstBad: effect - 1 });
    const revoked = { ...(entries[granted] as JsonObject), ...NEW, tool: 'people.revoke_task' };
    const after = await signed(longBefore(granted + 1, { ...revoked, auditId: randomUUID() }));
    expect(after).toMatchObject({ code: 'task_missing', firstBad: effect + 1 });
    const over = but(effect, { task: randomUUID() });
    expect(await signed(over)).toMatchObject({ code: 'task_missing', firstBad: effect });
  });
});

describe('people', () => {
  /** A system entry of the forger's. */
  const made = (tool: string, change: JsonObject): JsonObject => ({
    ...(entries[indexOf('people.add_first')] as JsonObject),
    auditId: randomUUID(),
    tool,
    ...change,
  });

  test('are enrolled by an invitation that somebody signed, or are the first two [verify.enrolment]', async () => {
    const invited = indexOf('people.invite');
    const enrolled = indexOf('people.enrol_passkey');
    const isFound = async (verify: Verify): Promise<void> =>
      expect(await signed(entries.toSpliced(invited, 1), verify)).toMatchObject({
        ok: false,
        code: 'enrolment_unfounded',
        firstBad: enrolled - 1,
      });
    await isFound(verifyExport);
    const credulous = await breakVerifier({
      module: 'people.ts',
      instead: ({ People }) => ({
        People: class extends (People as new () => object) {
          read(): void {}
          holds = (): boolean => true;
        },
      }),
    });
    await expectCaught(() => isFound(credulous));

    const third = made('people.add_first', { person: 'p_third', details: { roles: ['owner'] } });
    expect(await signed([...entries, third])).toMatchObject({ code: 'enrolment_unfounded', firstBad: entries.length });
    const uninvited = made('people.invite_first', {
      details: { invitationId: randomUUID(), roles: ['administrator'] },
    });
    expect(await signed([...entries, uninvited])).toMatchObject({
      code: 'enrolment_unfounded',
      firstBad: entries.length,
    });
    const roles = but(enrolled, details(enrolled, { roles: ['administrator'] }));
    expect(await signed(roles)).toMatchObject({ code: 'enrolment_unfounded', firstBad: enrolled });
  });

  test('are enrolled by links that nobody ended before [verify.enrolment]', async () => {
    const { person: inviter = null, details: said } = entries[indexOf('people.invite')] as JsonObject;
    const { invitationId = null } = said as JsonObject;
    const enrolled = indexOf('people.enrol_passkey');
    const ends = [
      made('people.remove_person', { details: { personId: inviter } }),
      made('people.change_roles', { details: { personId: inviter, roles: ['owner'] } }),
      made('people.revoke_invitation', { details: { invitationId } }),
      made('people.change_roles', {
        details: { personId: entries[3]?.['person'] ?? null, roles: ['reviewer'], endedInvitations: [invitationId] },
      }),
    ];
    const areFound = async (verify: Verify): Promise<void> => {
      for (const end of ends) {
        expect(await signed(longBefore(enrolled, { ...end, auditId: randomUUID() }), verify)).toMatchObject({
          code: 'enrolment_unfounded',
          firstBad: enrolled + 1,
        });
      }
    };
    await areFound(verifyExport);
    const forgetful = await breakVerifier({
      module: 'people.ts',
      instead: ({ People }) => ({
        People: class extends (People as typeof LogPeople) {
          override read(entry: LoggedEntry, line: JsonObject | undefined): void {
            if (entry.tool !== 'people.revoke_invitation') super.read(entry, line);
          }
        },
      }),
    });
    await expectCaught(() => areFound(forgetful));
    // What was taken back a moment before could have been opened beside it.
    const beside = { ...ends[2], time: entries[enrolled]?.['time'] ?? null };
    expect(await signed(entries.toSpliced(enrolled, 0, beside))).toMatchObject({ ok: true });
  });

  test('approve with keys that were enrolled before, and not revoked long ago [verify.enrolment]', async () => {
    const enrolled = entries.findIndex(
      ({ tool, person }) => tool === 'people.enrol_first' && person === entries[3]?.['person'],
    );
    const without = await signed(entries.toSpliced(enrolled, 1));
    expect(without).toMatchObject({ code: 'approver_not_enrolled' });
    const passkeyId = entries[indexOf('people.enrol_passkey')]?.['keyid'] ?? null;
    const revoked = made('people.revoke_passkey', { details: { passkeyId } });
    const at = indexOf('people.activate_policy');
    expect(await signed(longBefore(at, revoked))).toMatchObject({
      code: 'approver_revoked',
      firstBad: entries.findIndex(({ tool, keyid }) => tool === 'people.approve' && keyid === passkeyId) + 1,
    });
    // What was revoked a moment before could have been used beside it.
    expect(await signed(entries.toSpliced(at, 0, { ...revoked, time: entries[at]?.['time'] ?? null }))).toMatchObject({
      ok: true,
    });
  });

  test('who were not administrators did nothing that takes one [verify.acts]', async () => {
    const at = indexOf('people.activate_policy');
    const personId = entries[at]?.['person'] ?? null;
    const demoted = made('people.change_roles', { details: { personId, roles: ['owner'] } });
    expect(await signed(longBefore(at, demoted))).toMatchObject({ code: 'act_not_entitled', firstBad: at + 1 });
  });
});
