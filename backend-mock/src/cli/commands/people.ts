import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { addEnrol } from './people/enrol.ts';
import { addInvite } from './people/invite.ts';
import { addManage } from './people/manage.ts';

/** `deputies people …`: who approves. */
export function addPeople(program: Command, open: (command: Command) => Session): void {
  const people = program.command('people').description('people who approve');
  addEnrol(people, open);
  addInvite(people, open);
  addManage(people, open);
}
