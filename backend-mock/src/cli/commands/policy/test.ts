import { basename } from 'node:path';
import { CommanderError, type Command } from 'commander';
import { makeVisible } from '@narrow-deputies/contracts/text';
import { runCases, type CaseResult, type CasesRun } from '@narrow-deputies/policy';
import { declaredCatalogue } from '../../../policy/declared-tools.ts';
import { readTextFile } from '../../../policy/policy-files.ts';
import { printJson } from '../../output.ts';
import type { Session } from '../../session.ts';
import { asJson } from './as-json.ts';
import { counted, paint, printPainted } from './paint.ts';
import { explanationLines } from './explanation.ts';
import { FILE_ARGUMENT, openPolicy, readable, type PolicyFile } from './policy-file.ts';

/** Cases stand beside their policy: those of `production.yaml` in `production.cases.yaml`. */
export const casesFileOf = (policy: string): string => policy.replace(/(\.ya?ml)?$/, '.cases.yaml');

const policyOf = (file: string | undefined): string | undefined => file?.replace(/\.cases\.yaml$/, '.yaml');

async function run(file: PolicyFile, cases: string): Promise<CasesRun> {
  const text = await readable(() => readTextFile(cases));
  return runCases(file.text, { file: basename(cases), text }, declaredCatalogue());
}

function printResult(cases: string, { name, line, passed, differences, explanation }: CaseResult): void {
  if (passed) return printPainted([`${paint('green', 'ok  ')}  ${makeVisible(name)}`]);
  printPainted([
    `${paint('red', 'FAIL')}  ${makeVisible(`${name}  (${cases}:${line})`)}`,
    ...differences.map((each) => makeVisible(`      ${each.field}: ${each.actual}, expected ${each.expected}`)),
    ...explanationLines(explanation).map((text) => `      ${text}`),
  ]);
}

function report(session: Session, file: PolicyFile, cases: string, outcome: CasesRun): boolean {
  const { json = false } = session.options;
  if (!outcome.ok) {
    const own = basename(cases);
    const faults = outcome.faults.map((fault) => ({
      ...fault,
      file: fault.file === own ? cases : file.locate(fault.file),
    }));
    if (json) printJson(asJson({ ok: false, file: file.path, cases, faults }));
    else {
      printPainted(
        faults.map((fault) => {
          const place = makeVisible(`${fault.file}:${fault.line}:${fault.column}`);
          return `${place}  ${paint('red', 'error')}  ${makeVisible(fault.message)}`;
        }),
      );
    }
    return false;
  }
  const failed = outcome.results.filter(({ passed }) => !passed).length;
  const { results } = outcome;
  if (json) {
    printJson(asJson({ ok: failed === 0, file: file.path, cases, passed: results.length - failed, failed, results }));
  } else {
    for (const result of results) printResult(cases, result);
    printPainted([`${makeVisible(cases)}: ${counted(results.length, 'case')}, ${failed} failed.`]);
  }
  return failed === 0;
}

/** `deputies policy test`: whether a policy decides as its cases say. */
export function addTest(policy: Command, open: (command: Command) => Session): void {
  policy
    .command('test')
    .description('decide the cases beside a policy (production.cases.yaml beside production.yaml); needs no backend')
    .argument('[file]', FILE_ARGUMENT)
    .action(async (file: string | undefined, _options: object, command: Command) => {
      const session = open(command);
      const opened = await openPolicy(policyOf(file), session.env);
      const cases = casesFileOf(opened.path);
      const ok = report(session, opened, cases, await run(opened, cases));
      // All is printed: this only ends the command with its status.
      if (!ok) throw new CommanderError(1, 'deputies.policy.test', 'A case failed.');
    });
}
