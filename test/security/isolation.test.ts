import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SERVER_PROFILES } from '@narrow-deputies/backend-mock';
import type { JsonObject } from '@narrow-deputies/contracts';
import { mintWith } from '../support/clients.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { rowCounts } from '../support/stored.ts';
import { seedRecords, VALID } from '../support/valid-calls.ts';
import { send, type WireClient, type WireReply } from '../support/wire-client.ts';

/** A token, and what was granted to it. */
interface Holder {
  readonly wire: WireClient;
  readonly agent: string;
  readonly scopes: readonly string[];
}

let lab: Lab;
const holders = new Map<string, Holder>();
beforeAll(async () => {
  lab = await startLab();
  await seedRecords(lab);
  for (const { server, agents } of SERVER_PROFILES) {
    const [first] = agents;
    holders.set(server, { wire: lab.wireOf(server), ...first });
    for (const { agent, scopes } of agents) {
      await hold(`${server}-${agent}`, agent, scopes);
      for (const scope of scopes) await hold(`${server}-${agent}-${scope.replaceAll(/[:_]/g, '-')}`, agent, [scope]);
    }
  }
});
afterAll(() => lab.stop());

async function hold(clientId: string, agent: string, scopes: readonly string[]): Promise<void> {
  holders.set(clientId, { wire: await mintWith(lab, clientId, agent, scopes), agent, scopes });
}

/** Quotas are not what is looked at here. */
const forgetLimits = (): Promise<unknown> => lab.backend.database.db.deleteFrom('limits').execute();

async function call(wire: WireClient, path: string, args: JsonObject, grant?: string): Promise<WireReply> {
  await forgetLimits();
  return send(await wire.operation(path, args, grant === undefined ? {} : { grant }));
}

const codeOf = (reply: WireReply): string => (reply.status === 200 ? 'ok' : String(reply.json['code']));
/** What a caller can tell two refusals apart by: everything but the name of the entry and the clock. */
const told = ({ status, headers, json }: WireReply): unknown => {
  const { auditId: _entry, ...rest } = json;
  const { date: _date, ratelimit: _left, ...others } = headers;
  return { status, headers: others, rest };
};

describe('every token against every operation', () => {
  test('reaches what its scopes name and nothing else, as the contracts say [isolation.matrix]', async () => {
    const { contracts } = lab.backend;
    const expected: Record<string, string> = {};
    const found: Record<string, string> = {};
    for (const [clientId, { wire, agent, scopes }] of holders) {
      const grant = await wire.grant();
      for (const { context, name, kind, scope, roles } of contracts) {
        const cell = `${clientId} ${name}`;
        const may = scopes.includes(scope) && roles.includes(agent);
        const reached = kind === 'commit' ? 'not_found' : 'ok';
        expected[cell] = may ? reached : 'insufficient_scope';
        const args = kind === 'commit' ? { planId: randomUUID() } : (VALID[name] ?? {});
        found[cell] = codeOf(await call(wire, `/v1/${context}/${name}`, args, grant));
      }
    }
    expect(Object.keys(expected).length).toBe(holders.size * contracts.length);
    expect(found).toEqual(expected);
  });

  test('a call beyond the scopes leaves one entry and nothing else [isolation.matrix, law.denials-recorded]', async () => {
    for (const [clientId, { wire, scopes }] of holders) {
      const beyond = lab.backend.contracts.filter(({ scope }) => !scopes.includes(scope)).slice(0, 3);
      for (const { context, name } of beyond) {
        const grant = await wire.grant();
        await forgetLimits();
        const before = await rowCounts(lab);
        const request = await wire.operation(`/v1/${context}/${name}`, VALID[name] ?? { planId: randomUUID() }, {
          grant,
        });
        expect(codeOf(await send(request))).toBe('insufficient_scope');
        const { nonces: _nonces, limits: _limits, ...after } = await rowCounts(lab);
        expect({ clientId, name, ...after }).toMatchObject({
          ...without(before, ['nonces', 'limits', 'audit_entries', 'audit_payloads']),
          audit_entries: (before['audit_entries'] ?? 0) + 1,
        });
      }
    }
  });

  test('a grant is refused for every scope that the token does not hold [isolation.matrix, grant.scope]', async () => {
    const all = lab.backend.contracts.map(({ scope }) => scope);
    for (const [clientId, { wire, scopes }] of holders) {
      for (const scope of all) {
        const { json } = await send(wire.tokenRequest({ scope }));
        const given = 'access_token' in json;
        expect([clientId, scope, given]).toEqual([clientId, scope, scopes.includes(scope)]);
      }
    }
  });

  test('a token is minted only with scopes that the contracts give its role [isolation.matrix]', async () => {
    const roles = [...new Set(lab.backend.contracts.flatMap((contract) => contract.roles)), 'superuser'];
    for (const agent of roles) {
      for (const { scope, context, roles: may } of lab.backend.contracts) {
        const server = { blog: 'blog-publisher', crm: 'crm-reader', tickets: 'ticket-handler' }[context];
        const minted = await mintWith(lab, `${server}-x${randomUUID().slice(0, 8)}`, agent, [scope]).catch(
          () => undefined,
        );
        expect([agent, scope, minted !== undefined]).toEqual([agent, scope, may.includes(agent)]);
      }
    }
  });
});

const without = (counts: Record<string, number>, tables: readonly string[]): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([table]) => !tables.includes(table)));

describe('what is not yours is answered like what does not exist', () => {
  const twinOf = (clientId: string): WireClient => {
    const holder = holders.get(clientId);
    if (!holder) throw new Error(`Nobody holds ${clientId}.`);
    return holder.wire;
  };

  test('every kind of plan of another client of the same owner [isolation.absent, plan.foreign]', async () => {
    const pairs = [
      ['blog-publisher', 'blog-publisher-publisher-agent'],
      ['crm-reader-export-agent', 'crm-reader-export-agent-crm-commit-export-customers'],
      ['ticket-handler', 'ticket-handler-support-agent'],
    ] as const;
    let seen = 0;
    for (const [mine, other] of pairs) {
      for (const { kind, context, name, scope } of lab.backend.contracts) {
        const { wire, scopes } = holders.get(mine) ?? { wire: undefined, scopes: [] };
        if (kind !== 'plan' || !wire || !scopes.includes(scope)) continue;
        const { json } = await call(wire, `/v1/${context}/${name}`, VALID[name] ?? {});
        const commit = `/v1/${context}/${name.replace('plan_', 'commit_')}`;
        const foreign = await call(twinOf(other), commit, { planId: String(json['planId']) });
        const absent = await call(twinOf(other), commit, { planId: randomUUID() });
        expect([name, codeOf(foreign)]).toEqual([name, 'not_found']);
        expect(told(foreign)).toEqual(told(absent));
        seen += 1;
      }
    }
    expect(seen).toBe(lab.backend.contracts.filter(({ kind }) => kind === 'plan').length);
  });

  test('a record outside the task of a narrowed grant [isolation.absent, grant.task]', async () => {
    const wire = lab.wireOf('ticket-handler');
    const tools = lab.backend.contracts.filter(({ context, kind }) => context === 'tickets' && kind !== 'commit');
    for (const { name } of tools) {
      const details = [{ type: 'ticket', identifier: '1842', actions: [name] }];
      const grant = await wire.grant({ authorization_details: JSON.stringify(details) });
      const args = VALID[name] ?? {};
      const foreign = { ...args, ...('ticketId' in args && { ticketId: '1843' }) };
      const absent = {
        ...args,
        ...('ticketId' in args && { ticketId: '999999' }),
        ...('customerId' in args && { customerId: 'NOBODY' }),
      };
      const [there, nowhere] = [
        await call(wire, `/v1/tickets/${name}`, foreign, grant),
        await call(wire, `/v1/tickets/${name}`, absent, grant),
      ];
      expect([name, codeOf(there)]).toEqual([name, 'task_mismatch']);
      expect(told(there)).toEqual(told(nowhere));
      if ('ticketId' in args) expect(codeOf(await call(wire, `/v1/tickets/${name}`, args, grant))).toBe('ok');
    }
  });
});
