import { beforeEach, expect, test } from '@jest/globals';
import { Settings } from '../../src/common/settings.ts';
import type { Database } from '../../src/database/database.ts';
import type { TasksTable } from '../../src/database/tasks-schema.ts';
import { insertInvitation } from '../../src/people/invitations/invitations-repository.ts';
import { insertPasskey } from '../../src/people/passkeys/passkeys-repository.ts';
import { insertPerson, insertPersonKey, removePerson, setRoles } from '../../src/people/people-repository.ts';
import { GRANT_TASK, taskIdOf } from '../../src/tasks/task-evidence.ts';
import type { Task } from '../../src/tasks/task.ts';
import { TasksService } from '../../src/tasks/tasks.service.ts';
import { findTask, insertTask } from '../../src/tasks/tasks-repository.ts';
import type { Stores } from '../support/engines.ts';
import { makeSigner, signAct, type Signer } from '../support/evidence.ts';
import { MINUTE, NOON, OWNER, REVIEWER } from '../support/rows.ts';
import { SoftAuthenticator } from '../support/soft-authenticator.ts';
import { grantOf, keyTask, passkeyTask, refundUse, taskOf } from '../support/task-rows.ts';

const ORIGIN = 'https://approve.example.com';
const settingsOf = (environment: string): Settings => {
  const settings = new Settings(environment);
  settings.publish({ backendUrl: 'http://127.0.0.1:4180', consoleUrl: ORIGIN });
  return settings;
};
const inProduction = new TasksService(settingsOf('production'));
const inDevelopment = new TasksService(settingsOf('development'));

export function taskEvidenceSuite(stores: Stores): void {
  let store: Database;
  let passkey: SoftAuthenticator;
  let signer: Signer;
  beforeEach(async () => {
    store = await stores.fresh();
    passkey = new SoftAuthenticator(ORIGIN);
    signer = makeSigner(OWNER.id);
    await store.transaction(async (tx) => {
      for (const person of [OWNER, REVIEWER]) await insertPerson(tx, person, NOON);
      await insertPersonKey(tx, signer.key, NOON);
      const { id, publicKey } = passkey;
      const once = { createdAt: NOON, expiresAt: NOON, usedAt: null };
      await insertInvitation(tx, { id, secretDigest: id, name: 'owner', roles: ['owner'], invitedBy: null, ...once });
      await insertPasskey(tx, {
        id,
        personId: OWNER.id,
        publicKey,
        counter: 0,
        transports: [],
        label: 'Phone',
        invitationId: id,
        state: 'active',
        createdAt: NOON,
        lastUsedAt: null,
      });
    });
  });
  const keep = async (task: Task): Promise<Task> => {
    await store.transaction((tx) => insertTask(tx, task));
    return task;
  };
  const holds = (service: TasksService, { id }: Task): Promise<boolean> =>
    store.transaction(async (tx) => {
      const stored = await findTask(tx, id);
      return stored !== undefined && service.verified(tx, stored);
    });
  const used = (service: TasksService, { id }: Task, amount = 1): Promise<boolean> =>
    store.transaction((tx) => service.use(tx, NOON, id, refundUse(amount)));

  test('what was signed with a passkey or, in development, with a key holds and can be used', async () => {
    const signed = await keep(passkeyTask(passkey, 'production'));
    expect([await holds(inProduction, signed), await used(inProduction, signed)]).toEqual([true, true]);
    const keyed = await keep(keyTask(signer));
    expect([await holds(inDevelopment, keyed), await used(inDevelopment, keyed)]).toEqual([true, true]);
    expect([await holds(inProduction, keyed), await used(inProduction, keyed)]).toEqual([false, false]);
    // How much is used is no term: it changes with every use.
    expect([await holds(inProduction, signed), await holds(inDevelopment, keyed)]).toEqual([true, true]);
  });

  const edits: readonly (readonly [string, Partial<TasksTable>])[] = [
    ['a higher sum', { sum_maximum: 500_000 }],
    ['another currency', { currency: 'USD' }],
    ['no bound on the sum', { sum_maximum: null }],
    ['a bound on its uses', { uses_maximum: 9 }],
    ['one more tool', { tools: '["commit_refund","commit_unpublish_article","commit_update_ticket"]' }],
    ['another record', { resource_id: '1843' }],
    ['another type of record', { resource_type: 'order' }],
    ['another client', { client_id: 'ticket-handler-two' }],
    ['another owner', { owner_id: REVIEWER.id }],
    ['somebody else who granted it', { created_by: REVIEWER.id }],
    ['a longer life', { expires_at: NOON + 31 * MINUTE }],
    ['another reason', { reason: 'Everything.' }],
    ['another credential', { keyid: 'x'.repeat(43) }],
  ];
  test.each(edits)('a row that was edited to say %s counts for nothing [task.reverified]', async (_what, edit) => {
    for (const [service, task] of [
      [inProduction, passkeyTask(passkey, 'production')],
      [inDevelopment, keyTask(signer)],
    ] as const) {
      await keep(task);
      expect(await holds(service, task)).toBe(true);
      await store.db.updateTable('tasks').set(edit).where('id', '=', task.id).execute();
      expect([await holds(service, task), await used(service, task)]).toEqual([false, false]);
      expect(await store.transaction((tx) => findTask(tx, task.id))).toMatchObject({ spent: 0, uses: 0 });
    }
  });

  test('one signature is one task: a copy of a row counts for nothing [task.reverified]', async () => {
    for (const [service, task] of [
      [inProduction, passkeyTask(passkey, 'production')],
      [inDevelopment, keyTask(signer)],
    ] as const) {
      await keep(task);
      const copy = await keep({ ...task, id: `${task.id}-again` });
      expect([await holds(service, task), await holds(service, copy), await used(service, copy)]).toEqual([
        true,
        false,
        false,
      ]);
    }
  });

  test('a signature over anything else makes no task [task.reverified]', async () => {
    const other = makeSigner(OWNER.id);
    const forged: readonly Task[] = [
      passkeyTask(passkey, 'staging'),
      passkeyTask(passkey, 'production', { action: 'approve' }),
      passkeyTask(passkey, 'production', { person: REVIEWER.id }),
      passkeyTask(passkey, 'production', { arguments: grantOf({ upTo: '5.00' }) }),
      passkeyTask(new SoftAuthenticator(ORIGIN), 'production'),
      { ...passkeyTask(new SoftAuthenticator(ORIGIN), 'production'), keyid: passkey.id },
      passkeyTask(passkey, 'production', { arguments: { ...grantOf(), also: 1 } }),
    ];
    for (const task of forged) expect(await holds(inProduction, await keep(task))).toBe(false);
    const keyid = signer.key.keyid;
    const requests: readonly Task[] = [
      taskOf(grantOf(), keyid, signAct(signer, 'approve', grantOf())),
      taskOf(grantOf(), keyid, signAct(signer, GRANT_TASK, grantOf({ upTo: '5.00' }))),
      taskOf(grantOf(), keyid, signAct(other, GRANT_TASK, grantOf())),
    ];
    for (const task of requests) expect(await holds(inDevelopment, await keep(task))).toBe(false);
  });

  test('a changed byte of the evidence is found [task.reverified]', async () => {
    const { evidence, keyid } = keyTask(signer);
    const { body, headers, ...rest } = evidence as ReturnType<typeof signAct>;
    const raised = { ...rest, headers, body: body.replace('50.00', '99.00') };
    expect(await holds(inDevelopment, await keep(taskOf(grantOf({ upTo: '99.00' }), keyid, raised)))).toBe(false);
    const renamed = { ...rest, body, headers: { ...headers, 'signature-input': `${headers['signature-input']} ` } };
    expect(taskIdOf(renamed)).not.toBe(taskIdOf(evidence));
    expect(await holds(inDevelopment, await keep(taskOf(grantOf(), keyid, renamed)))).toBe(false);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['was removed', () => store.transaction((tx) => removePerson(tx, OWNER.id))],
    ['owns no agents any more', () => store.transaction((tx) => setRoles(tx, OWNER.id, ['administrator']))],
    ['lost the passkey', () => store.db.updateTable('passkeys').set({ state: 'revoked' }).execute()],
    ['gave the passkey away', () => store.db.updateTable('passkeys').set({ person_id: REVIEWER.id }).execute()],
  ])('a task ends with its person, who %s [task.reverified]', async (_what, change) => {
    const task = await keep(passkeyTask(passkey, 'production'));
    expect(await holds(inProduction, task)).toBe(true);
    await change();
    expect([await holds(inProduction, task), await used(inProduction, task)]).toEqual([false, false]);
  });

  test('a task that does not cover the use is not used, however well it is signed [task.bounds]', async () => {
    const task = await keep(passkeyTask(passkey, 'production'));
    expect(await used(inProduction, task, 5001)).toBe(false);
    expect(await used(inProduction, task, 5000)).toBe(true);
    expect(await used(inProduction, task, 1)).toBe(false);
    expect(await store.transaction((tx) => inProduction.use(tx, NOON, 'other', refundUse(1)))).toBe(false);
  });

  test('a service that does not verify is caught by an edited row [check.twins, task.reverified]', async () => {
    class Believing extends TasksService {
      override verified(): Promise<boolean> {
        return Promise.resolve(true);
      }
    }
    const task = await keep(keyTask(signer));
    await store.db.updateTable('tasks').set({ sum_maximum: 500_000 }).execute();
    expect(await used(inDevelopment, task, 500_000)).toBe(false);
    expect(await used(new Believing(settingsOf('development')), task, 500_000)).toBe(true);
  });
}
