import type { JsonObject } from '@narrow-deputies/contracts';
import { keyThumbprint, publicKeyFromX } from '@narrow-deputies/signing';
import * as z from 'zod';
import { rfc3339 } from '../../common/clock.ts';
import { Refusal } from '../../common/refusal.ts';
import { listClients } from '../../grants/clients-repository.ts';
import { profileOf } from '../../grants/server-profiles.ts';
import {
  findToken,
  insertToken,
  listTokens as readTokens,
  liveTokensOf,
  revokeToken as revokeRow,
  tokenFault,
  type TokenRecord,
} from '../../grants/tokens-repository.ts';
import { revokePlans } from '../../plans/plans-repository.ts';
import { listSuspensions } from '../../suspensions/suspensions-repository.ts';
import { defineAction } from '../action.ts';
import { findPersonByName, listPeople } from '../people-repository.ts';

const DAY_MS = 24 * 3_600_000;
const keyid = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

function isKey(x: string): boolean {
  try {
    return publicKeyFromX(x).type === 'public';
  } catch {
    return false;
  }
}

const tokenForPeople = (token: TokenRecord, now: number, suspended: boolean): JsonObject => ({
  keyid: token.keyid,
  clientId: token.clientId,
  environment: token.environment,
  agent: token.agent,
  ownerId: token.ownerId,
  scopes: [...token.scopes],
  state: tokenFault(token, now) ?? (suspended ? 'suspended' : 'active'),
  createdAt: rfc3339(token.createdAt),
  expiresAt: rfc3339(token.expiresAt),
});

export const listTokens = defineAction({
  name: 'list_tokens',
  reads: true,
  roles: ['owner', 'administrator'],
  arguments: z.strictObject({}),
  async run(_args, { tx, now }) {
    const names = new Map((await listPeople(tx)).map((person) => [person.id, person.name]));
    const tokens = await readTokens(tx);
    const stopped = await listSuspensions(tx);
    const isStopped = ({ keyid: id, agent }: TokenRecord): boolean =>
      stopped.some(
        ({ kind, target }) =>
          kind === 'everything' || (kind === 'token' && target === id) || (kind === 'agent' && target === agent),
      );
    return {
      body: {
        tokens: tokens.map((token) => ({
          ...tokenForPeople(token, now, isStopped(token)),
          owner: names.get(token.ownerId) ?? null,
        })),
        clients: (await listClients(tx)).map(({ clientId, ownerId, agent }) => ({
          clientId,
          agent,
          owner: names.get(ownerId) ?? null,
        })),
      },
    };
  },
});

/** Registers the public half of a token; the secret half never leaves the machine that made it. */
export const mintToken = defineAction({
  name: 'mint_token',
  roles: ['administrator'],
  arguments: z.strictObject({
    clientId: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      .max(64),
    publicX: keyid.refine(isKey, 'The public key of an Ed25519 key, in its one spelling.'),
    agent: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
    scopes: z.array(z.string().max(128)).min(1).max(64),
    /** Name of the person that the agent acts for. */
    owner: z
      .string()
      .max(64)
      .regex(/^[^\p{Cc}]*$/u),
    expiresInDays: z.int().min(1).max(366),
  }),
  async run(args, { tx, now, settings, operations }) {
    const server = profileOf(args.clientId);
    if (!server?.agents.some(({ scopes }) => args.scopes.every((scope) => scopes.includes(scope)))) {
      throw new Refusal('invalid_arguments', {
        detail: 'A client is named after its server, and holds scopes of that server alone.',
        errors: [{ pointer: '/clientId', message: '<server> or <server>-<suffix>' }],
      });
    }
    const known = new Map(operations.all().map(({ contract }) => [contract.scope as string, contract]));
    const unfit = args.scopes.filter((scope) => !known.get(scope)?.roles.includes(args.agent));
    if (unfit.length > 0) {
      throw new Refusal('invalid_arguments', {
        detail: `The agent "${args.agent}" may not hold: ${unfit.join(', ')}.`,
        errors: [{ pointer: '/scopes', message: `Scopes of a ${args.agent}.` }],
      });
    }
    const owner = await findPersonByName(tx, args.owner);
    if (!owner || owner.state !== 'active') throw new Refusal('not_found', { detail: 'There is no such person.' });
    const id = keyThumbprint({ kty: 'OKP', crv: 'Ed25519', x: args.publicX });
    if (await findToken(tx, id)) {
      throw new Refusal('invalid_arguments', { detail: 'This key is registered already.' });
    }
    const token: TokenRecord = {
      keyid: id,
      clientId: args.clientId,
      environment: settings.environment,
      publicX: args.publicX,
      agent: args.agent,
      ownerId: owner.id,
      scopes: args.scopes,
      state: 'active',
      createdAt: now,
      expiresAt: now + args.expiresInDays * DAY_MS,
    };
    if (!(await insertToken(tx, token))) throw clientTaken(args.clientId);
    const body = tokenForPeople(token, now, false);
    return { body, entry: { details: body } };
  },
});

/** What one client planned, or was approved, is never another's, so neither is its name. */
const clientTaken = (clientId: string): Refusal =>
  new Refusal('invalid_arguments', {
    detail: `The client id "${clientId}" belongs to another owner or agent, for good. Choose one that is free.`,
    errors: [{ pointer: '/clientId', message: '<server>-<suffix> that no other owner or agent has.' }],
  });

/** Ends a token at once, and the open plans of a client, for this owner, that has no other. */
export const revokeToken = defineAction({
  name: 'revoke_token',
  roles: ['administrator'],
  arguments: z.strictObject({ keyid }),
  async run(args, { tx, now }) {
    const token = await findToken(tx, args.keyid);
    if (!token) throw new Refusal('not_found', { detail: 'There is no such token. "token list" shows what there is.' });
    const revoked = await revokeRow(tx, args.keyid);
    const left = await liveTokensOf(tx, token, now);
    const plans = left.length === 0 ? await revokePlans(tx, token) : 0;
    const body: JsonObject = {
      keyid: token.keyid,
      clientId: token.clientId,
      state: 'revoked',
      repeated: !revoked,
      revokedPlans: plans,
    };
    return { body, entry: { details: body } };
  },
});
