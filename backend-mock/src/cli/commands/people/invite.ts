import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@narrow-deputies/contracts';
import type { Command } from 'commander';
import { rfc3339 } from '../../../common/clock.ts';
import { secretDigest } from '../../../people/invitations/enrolment.service.ts';
import { inviteFirst, NotFirst } from '../../../people/invitations/first-invitation.ts';
import type { PersonRole } from '../../../people/people-repository.ts';
import { Failure } from '../../failure.ts';
import { note, printJson, printLines } from '../../output.ts';
import type { Session } from '../../session.ts';
import { collectRoles, ROLE_HELP, ROLE_OPTION } from './roles.ts';

interface InviteOptions {
  readonly role?: PersonRole[];
  readonly first?: boolean;
}

/** Signed by whoever invites. */
async function invite(session: Session, name: string, roles: PersonRole[], digest: string): Promise<JsonObject> {
  return (await session.client()).call('invite', { name, roles, secretDigest: digest });
}

/** Signed by nobody: for a store in which nobody could. */
async function inviteTheFirst(
  session: Session,
  environment: string,
  name: string,
  digest: string,
): Promise<JsonObject> {
  const database = await session.openToWrite();
  try {
    const { id, roles, ...invitation } = await inviteFirst(database, environment, name, digest);
    return {
      invitationId: id,
      name: invitation.name,
      roles: [...roles],
      expiresAt: rfc3339(invitation.expiresAt),
    };
  } catch (error) {
    throw error instanceof NotFirst ? new Failure('not_first', error.message) : error;
  } finally {
    await database.close();
  }
}

async function run(session: Session, name: string, { role, first }: InviteOptions): Promise<void> {
  if (first && role) throw new Failure('wrong_role', 'The first person is administrator and owner; leave --role out.');
  if (!first && !role) throw new Failure('no_role', `Say which role: --role ${ROLE_HELP}.`);
  const { consoleUrl, environment } = await session.ready();
  // The secret is made here; only its digest is sent or stored.
  const secret = randomBytes(32).toString('base64url');
  const digest = secretDigest(secret);
  const made = first
    ? await inviteTheFirst(session, environment, name, digest)
    : await invite(session, name, role ?? [], digest);
  const url = `${consoleUrl}/enrol#${secret}`;
  const { invitationId = null, roles = [], expiresAt = null } = made;
  if (session.options.json) return printJson({ invitationId, name: made['name'] ?? name, roles, url, expiresAt });
  note(
    `A link for ${String(made['name'])} (${(roles as string[]).join(', ')}), good once, until ${String(expiresAt)}. It is shown this once.`,
    ...(made['known'] === true ? ['This person is known: the link adds a passkey and leaves their roles.'] : []),
    'Give it to them over a channel that only they read; whoever opens it first is that person.',
  );
  printLines(url);
}

/** `deputies people invite`. */
export function addInvite(people: Command, open: (command: Command) => Session): void {
  people
    .command('invite <name>')
    .description('make a one-time link with which somebody enrols a passkey')
    .option(ROLE_OPTION, ROLE_HELP, collectRoles)
    .option('--first', 'the first administrator, while nobody can sign an invitation; opens the store directly')
    .action(async (name: string, options: InviteOptions, command: Command) => run(open(command), name, options));
}
