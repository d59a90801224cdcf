import { InvalidArgumentError, type Command } from 'commander';
import type { JsonValue } from '@narrow-deputies/contracts';
import {
  adviseDenied,
  compilePolicy,
  explain,
  historyOf,
  type CompiledPolicy,
  type DenialAdvice,
  type Explanation,
  type PolicyCall,
} from '@narrow-deputies/policy';
import { declaredCatalogue } from '../../../policy/declared-tools.ts';
import { Failure } from '../../failure.ts';
import { describe, printJson, printLines } from '../../output.ts';
import type { Session } from '../../session.ts';
import { asJson } from './as-json.ts';
import { callFrom, pastFrom, type CallOptions } from './explained-call.ts';
import { explanationLines } from './explanation.ts';
import { paint, printPainted } from './paint.ts';
import { FILE_ARGUMENT, openPolicy, type PolicyFile } from './policy-file.ts';

interface ExplainOptions extends CallOptions {
  readonly tool: string;
  readonly history?: string;
}

const wholeNumber = (text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number.');
};

/** @throws Failure with every fault when the policy cannot decide. */
function requireCompiled({ path, text, locate }: PolicyFile): CompiledPolicy {
  const compiled = compilePolicy(text, declaredCatalogue());
  if (compiled.ok) return compiled.policy;
  const faults = compiled.faults.map(
    ({ file, line, column, message }) => `${locate(file)}:${line}:${column}: ${message}`,
  );
  throw new Failure('invalid_policy', [`${path} cannot decide:`, ...faults].join('\n'));
}

function print(call: PolicyCall, { verdict, parts }: Explanation, advice: DenialAdvice): void {
  printPainted(explanationLines(parts));
  const { effect, approval, reviewerRoles, rules, risk, suspend } = verdict;
  const colour = effect === 'allow' ? 'green' : effect === 'deny' ? 'red' : 'yellow';
  printPainted(['', `${paint(colour, effect)} by ${rules.join(', ')}`]);
  const told = advice.conditions.length > 0 ? advice.conditions.join(', ') : 'nothing would help';
  const retryAt = advice.retryAt === null ? 'waiting does not help' : new Date(advice.retryAt).toISOString();
  printLines(
    ...describe({
      time: new Date(call.time).toISOString(),
      ...(effect === 'require_approval' && {
        approval,
        ...(reviewerRoles.length > 0 && { 'reviewer roles': reviewerRoles.join(', ') }),
      }),
      risk: `${risk.score}${risk.parts.map(({ name, score }) => `, ${name} ${score}`).join('')}`,
      ...(suspend && { suspend: 'the credential is suspended until a person looks' }),
      ...(effect === 'deny' && { 'agent is told': told, 'retry at': retryAt }),
    }),
  );
}

function document(path: string, call: PolicyCall, { verdict, parts }: Explanation, advice: DenialAdvice): JsonValue {
  const retryAt = advice.retryAt === null ? null : new Date(advice.retryAt).toISOString();
  const denial = verdict.effect === 'deny' ? { ...advice, retryAt } : null;
  return asJson({ file: path, call: { ...call, time: new Date(call.time).toISOString() }, ...verdict, denial, parts });
}

/** `deputies policy explain`: what a policy says about one call, part by part. */
export function addExplain(policy: Command, open: (command: Command) => Session): void {
  policy
    .command('explain')
    .description(
      'decide one call and say of each rule, limit and factor whether it matched, or why not; needs no backend',
    )
    .argument('[file]', FILE_ARGUMENT)
    .requiredOption('--tool <name>', 'the tool that is called')
    .option('--arguments <json>', 'its arguments; of a commit those of its plan')
    .option('--agent <role>', 'role that the client plays (default: the first that may hold the tool)')
    .option('--owner <id>', 'pseudonymous id of the person it acts for')
    .option('--owner-role <role...>', 'roles of that person (default: owner)')
    .option('--client <id>', 'whose credential it is')
    .option('--run <label>', 'the run that the client says it belongs to')
    .option('--time <time>', 'when it is made, as in RFC 3339 (default: now)')
    .option('--task', 'an approved task covers it')
    .option('--content-flags <n>', 'suspicious places in the texts that it carries', wholeNumber)
    .option('--history <file>', 'what happened before: a list as under "history" of a case')
    .action(async (file: string | undefined, options: ExplainOptions, command: Command) => {
      const session = open(command);
      const opened = await openPolicy(file, session.env);
      const compiled = requireCompiled(opened);
      const tool = compiled.catalogue.get(options.tool);
      if (!tool) {
        const names = [...compiled.catalogue.keys()].toSorted().join(', ');
        throw new Failure('unknown_tool', `There is no tool "${options.tool}". There are: ${names}.`);
      }
      const call = callFrom(options, tool, Date.now());
      const reading = historyOf(await pastFrom(options.history, call), call);
      const explanation = explain(compiled, call, reading);
      if (!explanation) throw new Failure('unknown_tool', `There is no tool "${options.tool}".`);
      const advice = adviseDenied(compiled, call, reading);
      if (session.options.json) printJson(document(opened.path, call, explanation, advice));
      else print(call, explanation, advice);
    });
}
