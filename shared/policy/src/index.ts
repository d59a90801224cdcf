export type { PolicyCall, PolicyEvent } from './engine/call.ts';
export {
  APPROVAL_LEVELS,
  createCatalogue,
  stricter,
  type ApprovalLevel,
  type Catalogue,
  type Effect,
  type Kind,
  type ToolFacts,
} from './engine/catalogue.ts';
export { compilePolicy, readPolicy, type PolicyRead, type PolicyText } from './engine/compile.ts';
export type { Condition } from './engine/conditions.ts';
export { ABUSE, decide, LAW, NO_RULE, type PolicyVerdict, type Score } from './engine/decide.ts';
export { adviseDenied, type DenialAdvice } from './engine/denial.ts';
export { explain, type Explained, type Explanation } from './engine/explain.ts';
export { historyOf } from './engine/history.ts';
export { isTimeZone } from './engine/local-time.ts';
export {
  noHistory,
  recordNumber,
  SEQUENCE_DEPTH,
  type Measure,
  type Measured,
  type MeasureOf,
  type Per,
  type Reading,
} from './engine/measure.ts';
export { measuresOf } from './engine/measures-of.ts';
export type { Compiled, CompiledPolicy } from './engine/program.ts';
export { RecordedHistory } from './replay/recorded-history.ts';
export {
  Replay,
  type ChangeGroup,
  type RecordedCall,
  type RecordedVerdict,
  type ReplayResult,
} from './replay/replay.ts';
export { durationMs, LONGEST_WINDOW } from './language/duration.ts';
export { packSchema, policySchema, type PackSource, type PolicySource } from './language/policy-schema.ts';
export { readYaml, type Fault, type Places, type Read } from './language/read-yaml.ts';
export type { EnrolledPerson } from './check/check-people.ts';
export { checkPolicy, type CheckOptions } from './check/check-policy.ts';
export { releasesUnderTask, type ReleasesUnderTask } from './check/under-task.ts';
export { FINDING_CODES, type Finding, type FindingCode, type Severity } from './check/finding.ts';
export { callOf, DEFAULT_TIME, pastOf } from './cases/case-call.ts';
export { casesSchema, historySchema, type CasesSource, type CaseSource } from './cases/cases-schema.ts';
export type { Difference } from './cases/compare.ts';
export { runCases, type CaseResult, type CasesRun, type CasesText } from './cases/run-cases.ts';
export { samenessOf } from './cases/sameness.ts';
export { casesJsonSchema, packJsonSchema, policyJsonSchema, type JsonSchema } from './schema/json-schema.ts';
