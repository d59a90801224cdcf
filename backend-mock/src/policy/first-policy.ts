import { Inject, Injectable } from '@nestjs/common';
import type { PolicyText } from '@narrow-deputies/policy';
import { AuditService } from '../audit/audit.service.ts';
import { currentTime } from '../common/clock.ts';
import { Settings } from '../common/settings.ts';
import { Database, type Tx } from '../database/database.ts';
import { activatePolicy, activationDetails } from './activate-policy.ts';
import { PolicyDesk } from './policy-desk.ts';
import { digestOfPolicy, findActiveDigest, lastFile } from './policies-repository.ts';
import { Sameness } from './sameness.ts';
import { newAuditId } from '../audit/audit-id.ts';

/**
 * Sees to it that a policy is active before the first call: a store without one begins with the file that it was started
 * with. Later files take an administrator's signature; in development, where whoever starts the process owns all of it, a
 * changed file is enough.
 */
@Injectable()
export class FirstPolicy {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(PolicyDesk) private readonly desk: PolicyDesk,
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(Sameness) private readonly sameness: Sameness,
  ) {}

  /**
   * @returns whether the file became active.
   * @throws Refusal `invalid_arguments` for a file that cannot be a policy; then the one before stays active.
   */
  ensure(text: PolicyText): Promise<boolean> {
    const { environment, activatesFiles } = this.settings;
    return this.database.transaction(async (tx) => {
      const now = await currentTime(this.database, tx);
      await this.sameness.of(tx, now, '', {});
      const active = await findActiveDigest(tx, environment);
      // What an administrator signed for since stays, until the file itself changes.
      if (active && !(activatesFiles && (await isChanged(tx, environment, text)))) return false;
      const auditId = newAuditId();
      const { catalogue } = this.desk;
      const activated = await activatePolicy(tx, { environment, catalogue, text, by: null, now, auditId });
      if (activated.repeated) return false;
      await this.audit.record(
        tx,
        now,
        {
          tool: 'policy.activate',
          kind: 'system',
          outcome: 'succeeded',
          decision: 'allow',
          rules: [active ? 'changed-file' : 'first-start'],
          details: activationDetails(activated),
        },
        auditId,
      );
      return true;
    });
  }
}

const isChanged = async (tx: Tx, environment: string, text: PolicyText): Promise<boolean> =>
  (await lastFile(tx, environment)) !== digestOfPolicy(text);
