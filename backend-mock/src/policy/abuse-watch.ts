import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@narrow-deputies/contracts';
import type { Tx } from '../database/database.ts';
import type { Caller } from './asked-call.ts';
import { stopToken } from './denied.ts';
import { PolicyDesk } from './policy-desk.ts';

/** A denied call that policy was never asked about. */
export interface Denied extends Caller {
  readonly keyid: string;
  readonly tool: string;
}

/**
 * Looks at a client whose call was denied before policy had its say: a burst of denials is a sign of abuse wherever they
 * come from. Calls that policy decides are looked at there.
 */
@Injectable()
export class AbuseWatch {
  readonly #desk: PolicyDesk;

  constructor(@Inject(PolicyDesk) desk: PolicyDesk) {
    this.#desk = desk;
  }

  /** @returns what the denial's entry says about it, where the credential was stopped. */
  async look(tx: Tx, now: number, denied: Denied): Promise<JsonObject | undefined> {
    const { clientId, agent, ownerId, runId, keyid, tool } = denied;
    if (!this.#desk.catalogue.has(tool)) return undefined;
    const call = {
      time: now,
      tool,
      client: clientId,
      agent,
      owner: ownerId,
      run: runId,
      arguments: {},
      contentFlags: 0,
      sameness: '',
    };
    const decided = (await this.#desk.judge(tx, { calls: [call] })).decide(call);
    if (!decided.suspend) return undefined;
    const id = randomUUID();
    const signs = decided.risk.parts.map(({ name }) => name);
    await stopToken(tx, { id, keyid, now, signs });
    return { suspensionId: id, signs };
  }
}
