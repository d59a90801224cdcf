import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@narrow-deputies/contracts';
import { Refusal } from '../common/refusal.ts';
import type { Tx } from '../database/database.ts';
import type { Caller } from './asked-call.ts';
import { stopToken } from './denied.ts';
import type { Judgement } from './judgement.ts';
import { PolicyDesk, type Inquiry } from './policy-desk.ts';

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
    const judgement = await this.#judge(tx, { keyid, calls: [call] });
    const decided = judgement?.decide(call);
    if (decided?.suspend !== true) return undefined;
    const signs = [...decided.signs];
    const suspensionId = await stopToken(tx, { id: randomUUID(), keyid, now, signs });
    return { suspensionId, signs };
  }

  /** @returns undefined where the policy cannot be read: the call is denied anyway, and that has to be recorded. */
  async #judge(tx: Tx, inquiry: Inquiry): Promise<Judgement | undefined> {
    try {
      return await this.#desk.judge(tx, inquiry);
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }
}
