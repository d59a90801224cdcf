import { CODES, type Code } from '@narrow-deputies/contracts';
import { WHAT_TO_DO } from './docs-advice.ts';
import { code, GENERATED, page, table } from './docs-markdown.ts';

const INTRODUCTION = `Every refusal is an RFC 9457 problem (\`application/problem+json\`) with one of these codes. The list is closed: nothing else leaves
the backend or a server. In MCP a problem is a result with \`isError: true\`, and the problem as structured content; a commit's
\`approval_required\` is no error there, but a result with the status \`pending_approval\`.

\`type\` is \`urn:narrow-deputies:problem:<code>\`. \`detail\` says in words what would be accepted, \`errors\` points into the arguments,
\`auditId\`, where there is one, names the entry in the audit log (\`npm run deputies -- audit list\`). \`retryable\` says whether the same
call may succeed when it is simply sent again later.`;

/** `docs/reference/error-codes.md`. */
export function errorCodesPage(): string {
  const codes = Object.keys(CODES) as Code[];
  const rows = codes.map((each) => {
    const { status, retryable, title } = CODES[each];
    return [code(each), String(status), retryable ? 'yes' : 'no', title, WHAT_TO_DO[each]];
  });
  return page(
    GENERATED,
    '# Error codes',
    INTRODUCTION,
    table(['code', 'status', 'retryable', 'title', 'what to do'], rows),
  );
}
