import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfBytes, digestOfJson } from '@narrow-deputies/signing';
import type { Command } from 'commander';
import { readableContents } from '../../plans/plan.ts';
import { summarise } from '../../plans/plan-summary.ts';
import { previewLines } from '../../plans/preview-lines.ts';
import { confirm } from '../confirm.ts';
import { Failure } from '../failure.ts';
import { describe, describeLines, printJson, printLines, printTable, quote } from '../output.ts';
import type { Session } from '../session.ts';

type OpenSession = (command: Command) => Session;

interface ShownPlan {
  readonly plan: JsonObject;
  /** The exact texts that the plan carries, by name. */
  readonly contents: Readonly<Record<string, string>>;
}

async function fetchPlan(session: Session, planId: string): Promise<ShownPlan> {
  const shown = await (await session.client()).call('show_plan', { planId });
  const plan = shown['plan'] as JsonObject;
  const preview = plan['preview'] as JsonObject;
  // The digest that is signed is of what this program shows, not of what the backend says that it showed.
  if (digestOfJson(preview) !== plan['shownDigest']) {
    throw new Failure(
      'plan_stale',
      'What the backend shows of this plan does not match its own digest. Do not approve it.',
    );
  }
  const contents = shown['contents'] as Record<string, string>;
  requireCovered(plan, String(shown['digestInput']), contents);
  return { plan, contents: readableContents(contents) };
}

/** Holds every text that is shown against the digest that is signed. @throws Failure when one is not what it covers. */
function requireCovered(plan: JsonObject, digestInput: string, contents: Readonly<Record<string, string>>): void {
  const covered = JSON.parse(digestInput) as { contents: Record<string, string> };
  const names = Object.keys(contents);
  const whole =
    digestOfBytes(Buffer.from(digestInput)) === plan['planDigest'] &&
    names.length === Object.keys(covered.contents).length &&
    names.every((name) => digestOfBytes(Buffer.from(contents[name] ?? '')) === covered.contents[name]);
  if (!whole) {
    throw new Failure(
      'plan_stale',
      'A text that the backend shows is not the one that this plan carries. Do not approve it.',
    );
  }
}

function printPlan({ plan, contents }: ShownPlan): void {
  const preview = plan['preview'] as JsonObject;
  printLines(
    ...describe({
      plan: plan['planId'],
      does: plan['tool'],
      status: plan['status'],
      needs: plan['approval'],
      agent: plan['agent'],
      client: plan['clientId'],
      owner: plan['owner'],
      expires: plan['expiresAt'],
      digest: plan['planDigest'],
    }),
    '',
    `What will happen: ${summarise(preview) ?? ''}`.trimEnd(),
    ...describeLines(previewLines(preview, contents)).map((line) => `  ${line}`),
  );
  for (const [name, text] of Object.entries(contents)) {
    printLines('', `The exact text (${name}):`, ...quote(text).map((line) => `  ${line}`));
  }
}

interface DecideOptions {
  readonly reason?: string;
  readonly yes?: boolean;
  readonly apply?: boolean;
}

async function decide(
  session: Session,
  decision: 'approve' | 'reject',
  planId: string,
  options: DecideOptions,
): Promise<void> {
  const shown = await fetchPlan(session, planId);
  const { plan } = shown;
  const { reason } = options;
  if (process.stdin.isTTY && !session.options.json && !options.yes) {
    printPlan(shown);
    const question = decision === 'reject' ? 'Reject' : options.apply ? 'Approve and apply' : 'Approve';
    await confirm(`\n${question} this plan?`);
  }
  const owner = typeof plan['owner'] === 'string' ? plan['owner'] : undefined;
  const client = await session.client(owner);
  const decided = await client.call(options.apply ? 'approve_and_apply' : decision, {
    planId,
    planDigest: String(plan['planDigest']),
    shownDigest: digestOfJson(plan['preview'] as JsonObject),
    decision,
    ...(reason !== undefined && { reason }),
  });
  const result = { planId, status: String(decided['status']) };
  const receipt = decided['receipt'] ?? null;
  if (session.options.json) return printJson(options.apply ? { ...result, receipt } : result);
  printLines(`Plan ${planId} is now ${result.status.replace('_', ' ')}.`);
  if (!options.apply) return;
  if (receipt === null) return printLines('Nothing was applied: somebody else has to approve it too.');
  printLines('The receipt:', ...JSON.stringify(receipt, null, 2).split('\n'));
}

/** `deputies approvals …`: what waits for a person, and their decision. */
export function addApprovals(program: Command, open: OpenSession): void {
  const approvals = program.command('approvals').description('plans that wait for a person');

  approvals
    .command('list')
    .description('list the plans that wait for a decision')
    .action(async (_options: unknown, command: Command) => {
      const session = open(command);
      const { plans } = await (await session.client()).call('list_plans', {});
      const rows = plans as JsonObject[];
      if (session.options.json) return printJson(rows);
      if (rows.length === 0) return printLines('Nothing waits for a decision.');
      printTable(rows, { PLAN: 'planId', DOES: 'tool', NEEDS: 'approval', AGENT: 'agent', EXPIRES: 'expiresAt' });
    });

  approvals
    .command('show <planId>')
    .description('show what one plan would do, with the exact text')
    .action(async (planId: string, _options: unknown, command: Command) => {
      const session = open(command);
      const shown = await fetchPlan(session, planId);
      if (session.options.json) printJson({ ...shown.plan, contents: shown.contents });
      else printPlan(shown);
    });

  approvals
    .command('approve <planId>')
    .description('let the agent commit this plan, once')
    .option('--apply', 'and commit it at once, in place of the agent')
    .option('--reason <text>', 'why, for the record')
    .option('--yes', 'do not show and ask again')
    .action(async (planId: string, options: DecideOptions, command: Command) =>
      decide(open(command), 'approve', planId, options),
    );

  approvals
    .command('reject <planId>')
    .description('end this plan; the reason reaches the agent')
    .option('--reason <text>', 'why')
    .option('--yes', 'do not show and ask again')
    .action(async (planId: string, options: DecideOptions, command: Command) =>
      decide(open(command), 'reject', planId, options),
    );
}
