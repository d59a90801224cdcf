import type { NotAudited } from '@narrow-deputies/backend-mock';
import { code, GENERATED, page, table } from './docs-markdown.ts';

const INTRODUCTION = `Every request of somebody who is known leaves an entry in the audit log, whatever becomes of it, but for the routes below. The list
is one constant of the backend (\`backend-mock/src/audit/not-audited.ts\`), and a test holds every route against it. What any route
refuses to somebody unknown is counted, these included.

While the store takes no entry, or its clock has fallen behind, nothing is done and nothing is recorded: such calls end as
\`audit_unavailable\` or \`unavailable\`, and the backend's own output says why.`;

/** `docs/reference/not-audited.md`. */
export async function notAuditedPage(): Promise<string> {
  // Only now: what was built a moment ago is what counts.
  const { NOT_AUDITED } = await import('@narrow-deputies/backend-mock');
  const rows = NOT_AUDITED.map(({ what, why, routes }: NotAudited) => [what, why, routes.map(code).join(', ')]);
  return page(GENERATED, '# What is not audited', INTRODUCTION, table(['what', 'why', 'routes'], rows));
}
