import { createInterface } from 'node:readline/promises';
import { Failure } from './failure.ts';

/** Asks a person. @throws Failure unless they type "yes". */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) throw new Failure('not_confirmed', 'Say --yes to do this without a terminal.');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    if ((await lines.question(`${question} Type "yes": `)).trim() === 'yes') return;
  } finally {
    lines.close();
  }
  throw new Failure('not_confirmed', 'Nothing was done.');
}
