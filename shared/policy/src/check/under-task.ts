import type { Catalogue } from '../engine/catalogue.ts';
import { compilePolicy, readPolicy, type PolicyText } from '../engine/compile.ts';
import type { ConditionsSource } from '../language/condition-schema.ts';
import { effectOn } from './check-shadowed.ts';
import { implies } from './implies.ts';
import { subjectOf } from './subject.ts';

/** Whether an agent's calls of a tool can be released because a task covers them. */
export type ReleasesUnderTask = (tool: string, agent: string) => boolean;

/**
 * What tasks are good for under a policy: an `allow` has to be about the tool and the agent where a task covers the call,
 * and nothing stricter may hold wherever that one does. Limits and hours may still stand against a single call.
 */
export function releasesUnderTask(text: PolicyText, catalogue: Catalogue): ReleasesUnderTask {
  const outcome = readPolicy(text);
  const compiled = compilePolicy(text, catalogue);
  if (!outcome.ok || !compiled.ok) return () => false;
  const { rules } = subjectOf(text.file, outcome.read, compiled.policy);
  return (name, agent) => {
    const tool = catalogue.get(name);
    if (!tool) return false;
    const about = rules.filter(({ tools, when }) => tools.includes(tool) && (when.agents?.includes(agent) ?? true));
    return about.some((rule) => {
      if (effectOn(rule, tool) !== 'allow' || rule.when.task === 'unbound') return false;
      const when: ConditionsSource = { ...rule.when, agents: [agent], task: 'bound' };
      return !about.some((other) => effectOn(other, tool) !== 'allow' && implies(when, other.when, tool));
    });
  };
}
