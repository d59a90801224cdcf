import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { addActivate } from './policy/activate.ts';
import { addCheck } from './policy/check.ts';
import { addExplain } from './policy/explain.ts';
import { addReplay } from './policy/replay.ts';
import { addTest } from './policy/test.ts';

/** `deputies policy …`: what decides. */
export function addPolicy(program: Command, open: (command: Command) => Session): void {
  const policy = program.command('policy').description('the file that decides what agents may do');
  addCheck(policy, open);
  addTest(policy, open);
  addExplain(policy, open);
  addReplay(policy, open);
  addActivate(policy, open);
}
