import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from './workspace.ts';

/** What keeps secrets out of a log is repeated wherever a log is written; one fault in one place must not be all of theirs. */
const COPIES = [['servers/crm-reader/src/log-redaction.ts', 'backend-mock/src/common/log-redaction.ts']] as const;

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('telemetry and logs of servers and backend', () => {
  test.each(COPIES)('%s is the same as %s', (one, other) => {
    expect(read(one).length).toBeGreaterThan(500);
    expect(read(other) === read(one)).toBe(true);
  });

  const OTEL = /from '@opentelemetry\//;
  const LOADED =
    /^import (?!type)[^;]*'(\.\/(exporting|http-requests|tool-calls|served-calls)\.ts|@narrow-deputies\/telemetry\/sdk)'/m;
  test.each([
    ['shared/server-kit/src/telemetry', ['load-telemetry.ts', 'telemetry.ts'], 'exporting.ts'],
    ['backend-mock/src/telemetry', ['load-observer.ts', 'telemetry.ts'], 'exporting.ts'],
    ['shared/observability/src', ['export-settings.ts'], 'sdk.ts'],
  ] as const)('in %s what is always loaded imports no exporter, and the rest does', (folder, always, rest) => {
    expect(always.filter((file) => OTEL.test(read(`${folder}/${file}`)))).toEqual([]);
    expect(always.filter((file) => LOADED.test(read(`${folder}/${file}`)))).toEqual([]);
    expect([OTEL, LOADED].some((loads) => loads.test(read(`${folder}/${rest}`)))).toBe(true);
  });
});
