import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ROOT } from './workspace.ts';

/** What servers and backend both need and no package of theirs could share: servers and backend meet over HTTP alone. */
const COPIES = [
  ['shared/server-kit/src/telemetry/export-settings.ts', 'backend-mock/src/telemetry/export-settings.ts'],
  ['shared/server-kit/src/telemetry/line-exporters.ts', 'backend-mock/src/telemetry/line-exporters.ts'],
  ['shared/server-kit/src/telemetry/sdk.ts', 'backend-mock/src/telemetry/sdk.ts'],
  ['servers/crm-reader/src/log-redaction.ts', 'backend-mock/src/common/log-redaction.ts'],
] as const;

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('telemetry and logs of servers and backend', () => {
  test.each(COPIES)('%s is the same as %s', (one, other) => {
    expect(read(one).length).toBeGreaterThan(500);
    expect(read(other) === read(one)).toBe(true);
  });

  const OTEL = /from '@opentelemetry\//;
  test.each([
    ['shared/server-kit/src/telemetry', ['load-telemetry.ts', 'telemetry.ts', 'export-settings.ts']],
    ['backend-mock/src/telemetry', ['load-observer.ts', 'telemetry.ts', 'export-settings.ts']],
  ] as const)('in %s what is always loaded imports no exporter, and the rest does', (folder, always) => {
    expect(always.filter((file) => OTEL.test(read(`${folder}/${file}`)))).toEqual([]);
    expect(OTEL.test(read(`${folder}/sdk.ts`))).toBe(true);
    expect(
      always.filter((file) =>
        /^import (?!type)[^;]*'\.\/(sdk|exporting|line-exporters)/m.test(read(`${folder}/${file}`)),
      ),
    ).toEqual([]);
  });
});
