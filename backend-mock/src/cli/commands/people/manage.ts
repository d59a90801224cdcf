import type { JsonObject } from '@narrow-deputies/contracts';
import type { Command } from 'commander';
import { foldName, type PersonRole } from '../../../people/people-repository.ts';
import { Failure } from '../../failure.ts';
import { note, printJson, printLines, printTable } from '../../output.ts';
import type { PersonClient } from '../../person-client.ts';
import type { Session } from '../../session.ts';
import { collectRoles, ROLE_HELP, ROLE_OPTION } from './roles.ts';

async function list(session: Session): Promise<void> {
  const enrolled = await (await session.client()).call('list_people', {});
  if (session.options.json) return printJson(enrolled);
  const people = enrolled['people'] as JsonObject[];
  const rows = people.map(({ roles, passkeys, ...person }) => ({
    ...person,
    roles: (roles as string[]).join(', '),
    passkeys: (passkeys as JsonObject[]).filter(({ state }) => state === 'active').length,
  }));
  printTable(rows, { NAME: 'name', ROLES: 'roles', STATE: 'state', PASSKEYS: 'passkeys' });
  const keys = people.flatMap(({ name, passkeys }) =>
    (passkeys as JsonObject[]).map((passkey) => ({ ...passkey, name: name ?? null })),
  );
  if (keys.length > 0) {
    printLines('');
    printTable(keys, { PASSKEY: 'passkeyId', OF: 'name', LABEL: 'label', STATE: 'state', USED: 'lastUsedAt' });
  }
  const open = enrolled['invitations'] as JsonObject[];
  if (open.length > 0) {
    printLines('');
    printTable(open, { INVITATION: 'invitationId', FOR: 'name', BY: 'invitedBy', EXPIRES: 'expiresAt' });
  }
}

/** @returns the id of somebody whose name this is, however it is spelled. @throws Failure when there is nobody. */
async function personOf(client: PersonClient, name: string): Promise<string> {
  const { people } = await client.call('list_people', {});
  const person = (people as JsonObject[]).find((each) => foldName(String(each['name'])) === foldName(name));
  if (person) return String(person['personId']);
  throw new Failure('not_found', `There is no "${name}". "people list" shows who there is.`);
}

async function changeRoles(session: Session, name: string, roles: PersonRole[]): Promise<void> {
  const client = await session.client();
  const changed = await client.call('change_roles', { personId: await personOf(client, name), roles });
  if (session.options.json) return printJson(changed);
  printLines(`${name}: ${(changed['before'] as string[]).join(', ')} → ${roles.join(', ')}`);
}

async function remove(session: Session, name: string): Promise<void> {
  const client = await session.client();
  const removed = await client.call('remove_person', { personId: await personOf(client, name) });
  if (session.options.json) return printJson(removed);
  printLines(`${name} is removed: their approvals no longer count, and their sessions have ended.`);
}

async function revoke(session: Session, passkeyId: string): Promise<void> {
  const revoked = await (await session.client()).call('revoke_passkey', { passkeyId });
  if (session.options.json) return printJson(revoked);
  if (revoked['repeated'] === true) note('It was revoked before.');
  printLines(`The passkey ${passkeyId} is revoked.`);
}

async function withdraw(session: Session, invitationId: string): Promise<void> {
  const revoked = await (await session.client()).call('revoke_invitation', { invitationId });
  if (session.options.json) return printJson(revoked);
  printLines(`The link of the invitation ${invitationId} is good for nothing any more.`);
}

/** `deputies people list`, `roles`, `remove`, `revoke-passkey` and `revoke-invitation`. */
export function addManage(people: Command, open: (command: Command) => Session): void {
  people
    .command('list')
    .description('list people, their passkeys and the links that are open')
    .action(async (_options: unknown, command: Command) => list(open(command)));

  people
    .command('roles <name>')
    .description('give somebody other roles, from their next act on')
    .requiredOption(ROLE_OPTION, ROLE_HELP, collectRoles)
    .action(async (name: string, options: { role: PersonRole[] }, command: Command) =>
      changeRoles(open(command), name, options.role),
    );

  people
    .command('remove <name>')
    .description('remove somebody for good')
    .action(async (name: string, _options: unknown, command: Command) => remove(open(command), name));

  people
    .command('revoke-passkey <id>')
    .description('end one passkey; "people list" shows their ids')
    .action(async (id: string, _options: unknown, command: Command) => revoke(open(command), id));

  people
    .command('revoke-invitation <id>')
    .description('take a link back before it is opened; "people list" shows their ids')
    .action(async (id: string, _options: unknown, command: Command) => withdraw(open(command), id));
}
