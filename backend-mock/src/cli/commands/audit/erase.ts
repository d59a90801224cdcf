import type { JsonObject } from '@narrow-deputies/contracts';
import type { Command } from 'commander';
import { confirm } from '../../confirm.ts';
import { Failure } from '../../failure.ts';
import { note, printJson, printLines } from '../../output.ts';
import type { Session } from '../../session.ts';

interface EraseOptions {
  readonly owner?: string;
  readonly customer?: string;
  readonly plan?: string;
  readonly audit?: string;
  readonly reason: string;
  readonly yes?: boolean;
}

/** The subject of an erasure by the option that names it, and what the option's value is to a reader. */
const SUBJECTS = {
  owner: { of: 'person', says: 'of agents that act for' },
  customer: { of: 'customer', says: 'about the customer' },
  plan: { of: 'plan', says: 'about the plan' },
  audit: { of: 'entry', says: 'of the entry' },
} as const;

function subjectOf(options: EraseOptions): { of: string; id: string; says: string } {
  const given = (Object.keys(SUBJECTS) as (keyof typeof SUBJECTS)[]).filter((name) => options[name] !== undefined);
  const [name] = given;
  if (name === undefined || given.length > 1) {
    throw new Failure('no_subject', 'Say whose payloads: one of --owner, --customer, --plan, --audit.');
  }
  return { ...SUBJECTS[name], id: options[name] ?? '' };
}

async function eraseAll(session: Session, options: EraseOptions): Promise<void> {
  const { of, id, says } = subjectOf(options);
  if (options.yes !== true) await confirm(`This erases for good what was kept beside the entries ${says} ${id}.`);
  const client = await session.client();
  const sum = { of, count: 0, plans: 0, openPlans: 0, acts: 0 };
  let last: JsonObject;
  // A batch is one act with its own entry, so that nobody waits long.
  do {
    last = await client.call('erase_payloads', { of, id, reason: options.reason });
    sum.count += Number(last['count']);
    sum.plans += Number(last['plans']);
    sum.openPlans = Number(last['openPlans']);
    sum.acts += 1;
    if (last['more'] === true && !session.options.json) note(`${sum.count} payloads erased so far …`);
  } while (last['more'] === true);
  if (session.options.json) return printJson(sum);
  printLines(`${sum.count} payloads and their salts are erased; the entries stay.`);
  if (sum.plans > 0) printLines(`${sum.plans} plans that never had an effect lost what they said.`);
  if (sum.openPlans > 0) {
    printLines(`${sum.openPlans} plans are open and keep what they say: do this again when they are over.`);
  }
}

/** `deputies audit erase`: an administrator's, and itself in the log. */
export function addErase(audit: Command, open: (command: Command) => Session): void {
  audit
    .command('erase')
    .description(
      'erase what was kept beside entries (redacted arguments, results); the entries stay, the log still verifies',
    )
    .option('--owner <person>', 'of this person and the agents that act for them, by name or id')
    .option('--customer <id>', 'of entries that name this customer, or a ticket or order of theirs')
    .option('--plan <id>', 'of entries about this plan')
    .option('--audit <id>', 'of this one entry')
    .requiredOption('--reason <text>', 'why; it is kept as the others are, and can be erased like them')
    .option('--yes', 'do not ask')
    .action(async (options: EraseOptions, command: Command) => eraseAll(open(command), options));
}
