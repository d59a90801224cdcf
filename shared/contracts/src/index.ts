export {
  commitAnswer,
  commitArguments,
  digest,
  pendingAnswer,
  planAnswer,
  planId,
  risk,
  timestamp,
  type PendingAnswer,
  type Risk,
} from './answers.ts';
export { CODES, isCode, type Code } from './codes.ts';
export {
  DEFAULT_LIMITS,
  type ApprovalLevel,
  type Context,
  type Contract,
  type Kind,
  type Limits,
  type Redaction,
} from './contract.ts';
export { draftFilenameFault, FILENAME_MAX_CHARACTERS } from './draft-filename.ts';
export type { JsonObject, JsonValue } from './json.ts';
export { decisionBody, type DecisionBody } from './people.ts';
export {
  makeProblem,
  problem,
  problemDetail,
  problemType,
  type Problem,
  type ProblemDetail,
  type ProblemParts,
} from './problem.ts';
export { refusalReport, REPORTED_AT_ONCE, type RefusalReport } from './refusals.ts';
