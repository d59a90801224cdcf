import type { KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@narrow-deputies/contracts';
import { createLogger } from '../../backend-mock/src/common/logger.ts';
import { CheckpointCopies } from '../../backend-mock/src/log/checkpoint-copies.ts';
import { exportLog } from '../../backend-mock/src/log/export-log.ts';
import { newestCheckpoint } from '../../backend-mock/src/log/log-repository.ts';
import { Sequencer } from '../../backend-mock/src/log/sequencer.ts';
import { sealedExport, seedCustomers } from './customers.ts';
import { draft, startLab, type Lab, type LabOptions } from './lab.ts';
import { PasskeyPerson } from './passkey-person.ts';
import { policyWith } from './policies.ts';
import { grantTask } from './tasks.ts';
import { addOrder, commit, plan, refundOf, seedTickets, TICKET } from './tickets.ts';
import type { WireReply } from './wire-client.ts';
import { TEST_LOG_KEY } from '../../backend-mock/test/support/log-key.ts';

/** Some is released by policy, some by tasks, some by one person, some by two. */
const POLICY = policyWith(`  - id: people-release-what-ships
    effect: require_approval
    approval: owner
    when: { tools: [commit_publish_draft, commit_export_customers, commit_reply_to_customer] }
  - id: two-look-at-take-downs
    effect: require_approval
    approval: two_reviewers
    when: { tools: [commit_unpublish_article] }
  - id: small-refunds
    effect: allow
    when:
      tools: [commit_refund]
      task: unbound
      arguments: [{ pointer: /amount, maximum: 100 }, { pointer: /currency, enum: [EUR] }]
  - id: tasks-release-refunds
    effect: allow
    when: { tools: [commit_refund], task: bound, arguments: [{ pointer: /currency, enum: [EUR] }] }
  - id: no-large-refunds
    effect: deny
    when: { tools: [commit_refund], arguments: [{ pointer: /amount, minimum: 900 }] }
limits:
  - id: small-refunds-add-up
    when: { tools: [commit_refund], task: unbound }
    per: owner
    window: 24h
    sum: /amount
    maximum: 100
    exceeded: deny
  - id: refunds-add-up
    when: { tools: [commit_refund] }
    per: owner
    window: 24h
    sum: /amount
    maximum: 850
    exceeded: deny
`);

/** A backend with everything that can stand in a log, and the log over it. */
export interface AuditedHistory {
  readonly lab: Lab;
  readonly key: KeyObject;
  /** Folder of the copies outside. */
  readonly copies: string;
  /** Plan ids of what was committed. */
  readonly plans: Readonly<Record<'published' | 'takenDown' | 'replied' | 'sealed' | 'byPolicy' | 'byTask', string>>;
  readonly people: { readonly lead: PasskeyPerson; readonly owner: PasskeyPerson };
  /** Gives every entry its place. */
  sequence(): Promise<void>;
  /** Exports the log as it is now into a new folder. */
  export(payloads?: boolean): Promise<string>;
  /** The newest checkpoint, as somebody would keep it. */
  checkpoint(): Promise<Buffer>;
  /** A folder that goes with everything else. */
  folder(): Promise<string>;
  stop(): Promise<void>;
}

const done = (reply: WireReply): WireReply => {
  if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
  return reply;
};
const planIdOf = (reply: WireReply): string => String(done(reply).json['planId']);

/** Lives through a publication, a take-down, a reply, an export, refunds by policy and by task, and denials, over the wire. */
export async function startHistory(options: LabOptions = {}): Promise<AuditedHistory> {
  const root = await mkdtemp(join(tmpdir(), 'deputies-audited-'));
  const lab = await startLab(options);
  const { database, environment } = lab.backend;
  const key = TEST_LOG_KEY;
  const copies = join(root, 'copies');
  const logger = createLogger('silent');
  const sequencer = new Sequencer({ database, environment, key, copies: new CheckpointCopies(copies), logger });
  const stop = async (): Promise<void> => {
    await sequencer.stop();
    await lab.stop();
    await rm(root, { recursive: true, force: true });
  };
  try {
    await sequencer.start();
    const people = await enrolPeople(lab);
    const plans = await liveThrough(lab, people);
    return {
      lab,
      key,
      copies,
      plans,
      people,
      sequence: () => sequencer.run(),
      async export(payloads = true) {
        await sequencer.run();
        const folder = await mkdtemp(join(root, 'export-'));
        await exportLog(database, folder, { payloads });
        return folder;
      },
      async checkpoint() {
        await sequencer.run();
        const newest = await newestCheckpoint(database.db);
        const copy = await readFile(join(copies, 'checkpoint'));
        if (newest?.note !== copy.toString('utf8')) throw new Error('The copy outside is not the newest checkpoint.');
        return copy;
      },
      folder: () => mkdtemp(join(root, 'folder-')),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function enrolPeople(lab: Lab): Promise<AuditedHistory['people']> {
  const lead = await PasskeyPerson.enrol(lab, 'Lea', ['reviewer', 'support-lead']);
  const owner = await PasskeyPerson.enrol(lab, 'owner', ['owner']);
  return { lead, owner };
}

async function liveThrough(lab: Lab, { lead, owner }: AuditedHistory['people']): Promise<AuditedHistory['plans']> {
  const { people, wire } = lab;
  done(await people.owner.call('activate_policy', { file: 'history.yaml', policy: POLICY, packs: {} }));

  const published = planIdOf(
    await wire.call('/v1/blog/plan_publish_draft', { filename: 'tea.md', content: draft('Tea') }),
  );
  await wire.call('/v1/blog/commit_publish_draft', { planId: published });
  done(await people.owner.decide('approve', published));
  const receipt = done(await wire.call('/v1/blog/commit_publish_draft', { planId: published })).json['receipt'];
  done(await wire.call('/v1/blog/commit_publish_draft', { planId: published }));
  const { slug } = (receipt as { result: JsonObject }).result;

  const takenDown = planIdOf(await wire.call('/v1/blog/plan_unpublish_article', { slug: slug ?? '' }));
  done(await people.reviewer.decide('approve', takenDown));
  done(await lead.decide('approve', takenDown));
  done(await wire.call('/v1/blog/commit_unpublish_article', { planId: takenDown }));

  await seedCustomers(lab);
  await sealedExport(lab, { country: 'uk' }, ['customerId', 'companyName']);
  const { id: sealed } = await lab.backend.database.db
    .selectFrom('plans')
    .select('id')
    .where('commit_tool', '=', 'commit_export_customers')
    .executeTakeFirstOrThrow();

  await seedTickets(lab);
  await addOrder(lab, '777', 'ANNA', 100_000, 'EUR');
  const replied = planIdOf(
    await plan(lab, 'reply_to_customer', { ticketId: TICKET, text: 'New cups are on their way.' }),
  );
  done(await owner.decide('approve_and_apply', replied));
  const byPolicy = planIdOf(await plan(lab, 'refund', refundOf(50)));
  done(await commit(lab, 'refund', byPolicy));
  await grantTask(lab, { upTo: '8.00' });
  const byTask = planIdOf(await plan(lab, 'refund', refundOf(500, { orderId: '777' })));
  done(await commit(lab, 'refund', byTask));

  await plan(lab, 'refund', refundOf(5000, { orderId: '777' }));
  await plan(lab, 'refund', { ...refundOf(1), orderId: 'nobody' });
  await wire.call('/v1/blog/commit_publish_draft', { planId: byTask });
  await people.reviewer.call('mint_token', {});
  const { json } = done(await lead.act('suspend', { kind: 'tool', target: 'commit_refund' }));
  done(await owner.act('resume', { suspensionId: String(json['suspensionId']), reason: 'Looked at.' }));
  done(await people.owner.call('list_plans', {}));
  return { published, takenDown, replied, sealed, byPolicy, byTask };
}
