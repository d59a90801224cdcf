import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { generateSeed, keyThumbprint, PERSON_PROFILE, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import { AuditService } from '../audit/audit.service.ts';
import { RefusalCounter } from '../audit/refusal-counter.ts';
import { clockOffset, currentTime } from '../common/clock.ts';
import { Settings } from '../common/settings.ts';
import { Database } from '../database/database.ts';
import { GrantKeys } from '../grants/grant-keys.ts';
import { insertToken } from '../grants/tokens-repository.ts';
import { OperationRegistry } from '../operations/registry.ts';
import { insertPerson } from '../people/people-repository.ts';
import type { Proof } from '../pipeline/check.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import type { Door } from './door.ts';
import { Probe, type CommitOperation, type ProbeOptions } from './probe.ts';

const HOUR_MS = 3_600_000;
/** Proofs fail for their times alone from about here on, in milliseconds: a signature may be 5 s off. */
const CLOCK_APART_MS = 2_000;

/** What stands around the pipeline and has to deny as well. */
const SURROUNDINGS: Readonly<Record<string, Proof>> = {
  routes: { code: 'not_found', attempt: (probe) => probe.send({ path: `/v1/blog/${randomUUID()}` }) },
  people: {
    code: 'unauthenticated',
    attempt: (probe) => probe.send({ path: '/people/list_plans', args: {}, profile: PERSON_PROFILE }),
  },
  reports: {
    code: 'invalid_arguments',
    attempt: (probe) => probe.send({ path: '/v1/refusals', args: { tool: 'x', made: 'up' } }),
  },
};

/**
 * Proves at boot, through the process's own port, that each control of the pipeline denies. It runs in a rehearsal of
 * the store, of which nothing remains, and leaves one audit entry.
 */
@Injectable()
export class SelfCheck {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(RefusalCounter) private readonly counter: RefusalCounter,
    @Inject(GrantKeys) private readonly keys: GrantKeys,
    @Inject(OperationRegistry) private readonly operations: OperationRegistry,
    @Inject(Pipeline) private readonly pipeline: Pipeline,
  ) {}

  /** @throws Error naming every control that did not deny. */
  async run(localUrl: string, door: Door): Promise<void> {
    const startedAt = performance.now();
    // The key that signs grants outlives the rehearsal; its public half has to be stored for good.
    await this.keys.signingKey();
    const proofs = this.#proofs();
    const heldTime = await this.database.transaction((tx) => currentTime(this.database, tx));
    const failures = await this.database.rehearse(heldTime, () => this.#prove(localUrl, door, proofs));
    this.counter.forget();
    if (failures.length > 0) {
      const lines = [...clockFault(await clockOffset(this.database)), ...failures].map((line) => `- ${line}`);
      throw new Error(`The self-check failed, so nothing is served:\n${lines.join('\n')}`);
    }
    await this.database.transaction(async (tx) => {
      const now = await currentTime(this.database, tx);
      await this.audit.record(tx, now, {
        tool: 'self_check',
        kind: 'system',
        outcome: 'succeeded',
        decision: 'allow',
        rules: ['self-check'],
        latencyMs: Math.round(performance.now() - startedAt),
        details: { proved: proofs.map(({ name }) => name) },
      });
    });
  }

  #proofs(): { name: string; proof: Proof }[] {
    const checks = this.pipeline.checks().flatMap(({ name, proofs }) => proofs.map((proof) => ({ name, proof })));
    return [...checks, ...Object.entries(SURROUNDINGS).map(([name, proof]) => ({ name, proof }))];
  }

  async #prove(localUrl: string, door: Door, proofs: readonly { name: string; proof: Proof }[]): Promise<string[]> {
    const failures: string[] = [];
    for (const { name, proof } of proofs) {
      // A probe of its own for each: what one used up or broke does not answer for the next.
      const probe = await this.#createProbe(localUrl, door);
      try {
        const { status, code } = await proof.attempt(probe);
        if (code === proof.code) continue;
        failures.push(`"${name}" did not deny with ${proof.code}: the answer was ${status} ${code ?? 'success'}`);
      } catch (error) {
        failures.push(`"${name}" could not be tried: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return failures;
  }

  async #createProbe(localUrl: string, door: Door): Promise<Probe> {
    const operation = this.operations.all().find((each): each is CommitOperation => each.kind === 'commit');
    if (!operation) throw new Error('The self-check needs one commit operation to try things on.');
    const key = privateKeyFromSeed(generateSeed());
    const jwk = publicJwk(key);
    const id = randomUUID();
    const options: ProbeOptions = {
      localUrl,
      backendUrl: this.settings.backendUrl,
      environment: this.settings.environment,
      clientId: `self-check-${id}`,
      ownerId: `p_${id}`,
      keyid: keyThumbprint(jwk),
      key,
      operation,
      passage: door.passage,
      prepare: (work) => this.database.transaction(async (tx) => work(tx, await currentTime(this.database, tx))),
    };
    const agent = operation.contract.roles[0] ?? '';
    const scopes = this.operations.all().map(({ contract }) => contract.scope);
    await this.database.transaction(async (tx) => {
      const now = await currentTime(this.database, tx);
      // Undone with all the rest: what people stopped does not keep a process from proving itself.
      await tx.deleteFrom('suspensions').execute();
      await insertPerson(tx, { id: options.ownerId, name: id, roles: [], state: 'active' }, now);
      const inserted = await insertToken(tx, {
        keyid: options.keyid,
        clientId: options.clientId,
        environment: options.environment,
        publicX: jwk.x,
        agent,
        ownerId: options.ownerId,
        scopes,
        createdAt: now,
        expiresAt: now + HOUR_MS,
      });
      if (!inserted) throw new Error('The client id of a probe is taken.');
    });
    return new Probe(options);
  }
}

/** The likely cause, before what followed from it: grants and signatures go by this clock, the rest by the store's. */
function clockFault(offset: number): string[] {
  if (Math.abs(offset) <= CLOCK_APART_MS) return [];
  const apart = `${(Math.abs(offset) / 1000).toFixed(1)} s ${offset > 0 ? 'ahead of' : 'behind'}`;
  return [`this machine's clock is ${apart} the store's: set it right first, what follows may come of it`];
}
