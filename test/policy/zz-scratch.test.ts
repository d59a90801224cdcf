import { readFileSync, existsSync } from 'node:fs';
import { test } from '@jest/globals';
import { checkPolicy, runCases } from '@narrow-deputies/policy';
import { declaredCatalogue } from '../../backend-mock/src/policy/declared-tools.ts';
import { loadPolicyText, policyFileOf } from '../../backend-mock/src/policy/policy-files.ts';
test('x', async () => {
  const out: string[] = [];
  for (const e of ['development', 'staging', 'production']) {
    const text = await loadPolicyText(policyFileOf(e));
    const found = checkPolicy(text, declaredCatalogue(), { environment: e });
    for (const f of found) out.push(`${f.file}:${f.line}:${f.column} ${f.severity} ${f.code} ${f.message}`);
    const cases = policyFileOf(e).replace('.yaml', '.cases.yaml');
    if (!existsSync(cases)) continue;
    const run = runCases(text, { file: `${e}.cases.yaml`, text: readFileSync(cases, 'utf8') }, declaredCatalogue());
    if (!run.ok) { for (const f of run.faults) out.push(`${f.file}:${f.line}:${f.column} ${f.message}`); continue; }
    for (const r of run.results) if (!r.passed) {
      out.push(`FAIL ${e}:${r.line} ${r.name}`, ...r.differences.map((d) => `   ${d.field}: ${d.actual}, expected ${d.expected}`),
       `   verdict ${JSON.stringify(r.verdict)} advice ${JSON.stringify(r.advice)}`);
    }
    out.push(`${e}: ${run.results.length} cases, ${run.results.filter((r) => !r.passed).length} failed`);
  }
  console.log(out.join('\n'));
});
