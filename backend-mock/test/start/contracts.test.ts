import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Contract } from '@narrow-deputies/contracts';
import { Settings } from '../../src/common/settings.ts';
import { Database } from '../../src/database/database.ts';
import { OperationRegistry, type RegisteredOperation } from '../../src/operations/registry.ts';
import { Door } from '../../src/self-check/door.ts';
import { createBackend } from '../../src/start/create-app.ts';
import { useStores } from '../support/engines.ts';
import { RecordingLogger } from '../support/log.ts';

const FIELDS: readonly (keyof Contract)[] = [
  'name',
  'kind',
  'context',
  'action',
  'resourceType',
  'scope',
  'roles',
  'arguments',
  'output',
  'sideEffects',
  'worstOutcome',
  'ships',
  'approval',
  'limits',
  'redaction',
];
const SENTENCE = /^[A-Z].{10,}\.$/;

const isBound = (bound: number): boolean => Number.isInteger(bound) && bound > 0;
const asksNobody = ({ kind, contract }: RegisteredOperation): boolean =>
  kind === 'commit' && contract.ships && contract.approval === 'none';
const boundsOf = ({ contract: { limits } }: RegisteredOperation): number[] => [
  limits.bodyBytes,
  limits.depth,
  limits.perMinute,
  limits.burst,
];
const subjectOf = ({ name, action, resourceType, context, ships }: Contract): object => ({
  noun: name.replace(/^(plan|commit)_/, ''),
  action,
  resourceType,
  context,
  ships,
});

describe('every registered operation', () => {
  const stores = useStores('sqlite');
  let operations: readonly RegisteredOperation[];
  beforeAll(async () => {
    const database = new Database({ location: await stores.freshLocation() });
    stores.defer(() => database.close(), 'suite');
    const foundations = { database, settings: new Settings('development'), logger: new RecordingLogger() };
    const app = await createBackend(foundations, new Door());
    stores.defer(() => app.close(), 'suite');
    operations = app.get(OperationRegistry).all();
  });
  const faulty = (fault: (operation: RegisteredOperation) => boolean): string[] =>
    operations.filter(fault).map(({ contract }) => contract.name);

  test('is listed here, under its own address', () => {
    // In which order they are found is Nest's own matter: it waits for what a class injects.
    const found = operations.map(({ contract, kind }) => `${kind} ${contract.context}/${contract.name}`);
    const expected = [
      'read blog/list_drafts',
      'plan blog/plan_publish_draft',
      'commit blog/commit_publish_draft',
      'plan blog/plan_unpublish_article',
      'commit blog/commit_unpublish_article',
      'read crm/search_customers',
      'read crm/get_customer',
      'plan crm/plan_export_customers',
      'commit crm/commit_export_customers',
      'read tickets/list_tickets',
      'read tickets/get_ticket',
      'plan tickets/plan_create_ticket',
      'commit tickets/commit_create_ticket',
      'plan tickets/plan_update_ticket',
      'commit tickets/commit_update_ticket',
      'plan tickets/plan_reply_to_customer',
      'commit tickets/commit_reply_to_customer',
      'plan tickets/plan_refund',
      'commit tickets/commit_refund',
    ];
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  test.each(FIELDS)('has a contract with its %s written out', (field) => {
    expect(faulty(({ contract }) => !Object.hasOwn(contract, field))).toEqual([]);
  });

  test('states its worst outcome, and its side effects if it changes anything, in sentences', () => {
    expect(faulty(({ contract }) => !SENTENCE.test(contract.worstOutcome))).toEqual([]);
    expect(faulty(({ kind, contract }) => contract.sideEffects.length === 0 && kind !== 'read')).toEqual([]);
    expect(faulty(({ kind, contract }) => contract.sideEffects.length > 0 && kind === 'read')).toEqual([]);
    expect(faulty(({ contract }) => !contract.sideEffects.every((effect) => SENTENCE.test(effect)))).toEqual([]);
  });

  test('has a scope of its own, and a role that may hold it', () => {
    expect(faulty(({ contract }) => contract.scope !== `${contract.context}:${contract.name}`)).toEqual([]);
    expect(new Set(operations.map(({ contract }) => contract.scope)).size).toBe(operations.length);
    expect(faulty(({ contract }) => contract.roles.length === 0)).toEqual([]);
  });

  test('takes strict arguments, and says of each how it is redacted', () => {
    for (const { contract } of operations) {
      const unknown = contract.arguments.safeParse({ surely_unknown: true });
      const codes = unknown.success ? [] : unknown.error.issues.map((issue) => issue.code);
      expect([contract.name, codes]).toEqual([contract.name, expect.arrayContaining(['unrecognized_keys'])]);
      const { shape } = contract.arguments as unknown as { shape: object };
      expect(Object.keys(contract.redaction).toSorted()).toEqual(Object.keys(shape).toSorted());
    }
  });

  test('has limits that are bounds', () => {
    expect(faulty((operation) => !boundsOf(operation).every(isBound))).toEqual([]);
    expect(faulty(({ contract }) => contract.limits.depth > 32)).toEqual([]);
  });

  test('that changes anything is one of a pair that speaks of the same change', () => {
    for (const operation of operations) {
      if (operation.kind === 'read') continue;
      expect(subjectOf(operation.pair)).toEqual(subjectOf(operation.contract));
      expect(operation.pair.kind).toBe(operation.kind === 'plan' ? 'commit' : 'plan');
      expect(operation.schemaDigest).toMatch(/^sha-256:[0-9a-f]{64}$/);
    }
  });

  test('that commits text which ships asks a person [law.ships-seen]', () => {
    expect(faulty(asksNobody)).toEqual([]);
  });
});
