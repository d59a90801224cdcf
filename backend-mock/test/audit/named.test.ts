import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { namesOf, RECORD_FIELDS } from '../../src/audit/named.ts';
import { OperationRegistry } from '../../src/operations/registry.ts';
import { Settings } from '../../src/common/settings.ts';
import { Database } from '../../src/database/database.ts';
import { RESOURCE_TYPES } from '../../src/plans/resource-versions.ts';
import { Door } from '../../src/self-check/door.ts';
import { createBackend } from '../../src/start/create-app.ts';
import { useStores } from '../support/engines.ts';
import { RecordingLogger } from '../support/log.ts';

const ENTRY = { decision: 'allow', rules: [], person: null, task: null } as const;

describe('what an entry is found by [audit.questions]', () => {
  const stores = useStores('sqlite');

  test('every type of record that a plan can touch has its field', () => {
    expect(Object.keys(RECORD_FIELDS).toSorted()).toEqual([...RESOURCE_TYPES].toSorted());
  });

  test('every argument that names the record of a call is such a field', async () => {
    const database = new Database({ location: await stores.freshLocation() });
    stores.defer(() => database.close());
    const foundations = { database, settings: new Settings('development'), logger: new RecordingLogger() };
    const app = await createBackend(foundations, new Door());
    stores.defer(() => app.close());
    const fields = app
      .get(OperationRegistry)
      .all()
      .flatMap(({ contract }) => (contract.record === null ? [] : [contract.record.slice(1)]));
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.filter((field) => !Object.values(RECORD_FIELDS).includes(field))).toEqual([]);
  });

  test('is nothing for what an agent was simply allowed, and each thing once', () => {
    expect(namesOf(ENTRY, {})).toEqual([]);
    const said = { arguments: { ticketId: '1' }, result: { ticketId: '1', rows: [{ ticketId: '1' }] } };
    expect(namesOf({ ...ENTRY, rules: ['a', 'a'], person: 'p', decision: 'deny' }, said)).toEqual([
      { kind: 'rule', name: 'a' },
      { kind: 'decision', name: 'deny' },
      { kind: 'person', name: 'p' },
      { kind: 'resource', name: 'ticket:1' },
    ]);
  });

  test('can be stored whatever arguments and answers say, and stays bounded', () => {
    const value = fc.dictionary(
      fc.constantFrom('ticketId', 'customerId', 'taskId', 'personId', 'type', 'id', 'untrusted', 'rows'),
      fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.dictionary(fc.constant('orderId'), fc.string()))),
    );
    fc.assert(
      fc.property(value, value, (args, details) => {
        const names = namesOf(ENTRY, { arguments: args, details });
        expect(names.every(({ name }) => /^[^\p{C}]+$/u.test(name) && name.length <= 200)).toBe(true);
      }),
    );
    const many = { rows: Array.from({ length: 10_000 }, (_, at) => ({ orderId: String(at) })) };
    expect(namesOf(ENTRY, { result: many }).length).toBeLessThan(300);
  });
});
