import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { generateSeed, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import { mintClient } from '../support/clients.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { enrol } from '../support/plans-and-people.ts';
import { expectCaughtIn, ownerOf, setScene, type Scene } from '../support/shared-client.ts';
import { expectDenied, stateOf } from '../support/tickets.ts';
import { send, type WireReply } from '../support/wire-client.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await setScene(await startLab());
}, 60_000);
afterAll(() => scene?.lab.stop());

describe('a client id', () => {
  const mintFor = (on: Lab, args: JsonObject): Promise<WireReply> =>
    on.people.owner.call('mint_token', {
      clientId: 'crm-reader',
      publicX: randomPublicX(),
      agent: 'lookup-agent',
      scopes: ['crm:get_customer'],
      owner: 'owner',
      expiresInDays: 1,
      ...args,
    });
  const tokenRows = async (on: Lab): Promise<number> =>
    (await on.backend.database.db.selectFrom('api_tokens').select('keyid').execute()).length;

  const belongsToOne = async ({ lab }: Scene): Promise<void> => {
    for (const other of [{ owner: 'bob' }, { agent: 'export-agent' }]) {
      const before = await tokenRows(lab);
      const reply = await expectDenied(lab, () => mintFor(lab, other), 'invalid_arguments');
      expect(reply.json['errors']).toMatchObject([{ pointer: '/clientId' }]);
      expect(reply.json['detail']).toMatch(/belongs to another owner or agent/);
      expect(await tokenRows(lab)).toBe(before);
    }
    expect((await mintFor(lab, {})).status).toBe(200);
  };

  test('is minted for its own owner and agent again, and for no other [principal.client]', () => belongsToOne(scene));

  test('a backend that mints it for anybody is caught [check.twins, principal.client]', async () => {
    const module = 'backend-mock/src/grants/clients-repository.ts';
    await expectCaughtIn({ module, instead: () => ({ claimClient: () => Promise.resolve(true) }) }, belongsToOne);
  }, 60_000);

  const rowGivesNothing = async ({ lab, clients }: Scene): Promise<void> => {
    const { owner, bob } = clients['blog-publisher'];
    expect((await owner('/v1/blog/list_drafts', { drafts: [] })).status).toBe(200);
    const { db } = lab.backend.database;
    // Bob's grant is good; then the client is the owner's again.
    expect((await bob('/v1/blog/list_drafts', { drafts: [] })).status).toBe(200);
    await db
      .updateTable('clients')
      .set({ owner_id: await ownerOf(lab) })
      .execute();
    const wire = clients['blog-publisher'].wires.bob;
    const denied = await expectDenied(lab, () => wire.call('/v1/blog/list_drafts', { drafts: [] }), 'unauthenticated');
    expect(denied.json['detail']).toMatch(/belongs to another owner or agent/);
    await expect(wire.grant()).rejects.toThrow(/belongs to another owner or agent/);
  };

  test('with a token row of another owner gives that one neither a grant nor a call [principal.client]', () =>
    rowGivesNothing(scene));
});

describe('a token [token.owner]', () => {
  const endsWithItsOwner = async (on: Scene): Promise<void> => {
    const { lab } = on;
    await enrol(lab, 'gil', ['owner']);
    const wire = await mintClient(lab, 'ticket-handler-gil', 'gil');
    const args = { ticketId: '1842', note: 'Of somebody who leaves.' };
    const { json, text } = await wire.call('/v1/tickets/plan_update_ticket', args);
    expect(text).toContain('planId');
    const removed = await lab.people.owner.call('remove_person', { personId: 'p_gil' });
    expect(removed.json).toMatchObject({ personId: 'p_gil', revokedPlans: 1 });
    expect(await stateOf(lab, String(json['planId']))).toBe('revoked');
    const denied = await expectDenied(
      lab,
      () => wire.call('/v1/tickets/get_ticket', { ticketId: '1845' }),
      'unauthenticated',
    );
    expect(denied.json['detail']).toMatch(/the person that it acted for was removed/);
    await expect(wire.grant()).rejects.toThrow(/was removed/);
    expect((await send(wire.tokenRequest())).json['code']).toBe('unauthenticated');
  };

  test('ends with the person that it acts for, and so do its open plans [token.owner]', () => endsWithItsOwner(scene));

  test('a backend that looks at the token alone is caught [check.twins, token.owner]', async () => {
    const module = 'backend-mock/src/grants/tokens-repository.ts';
    const instead = ({ findToken }: Readonly<Record<string, unknown>>) => ({
      findToken: async (...args: unknown[]) => {
        const token = await (findToken as (...args: unknown[]) => Promise<object | undefined>)(...args);
        return token && { ...token, state: 'active' };
      },
    });
    await expectCaughtIn({ module, instead }, endsWithItsOwner);
  }, 60_000);
});

const randomPublicX = (): string => publicJwk(privateKeyFromSeed(generateSeed())).x;
